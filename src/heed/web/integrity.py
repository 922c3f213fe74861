"""The integrity page: how the record stands, verify now, and what a receipt proves."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from heed.lib.errors import HeedError
from heed.log.receipt import MAX_RECEIPT, verify_receipt
from heed.record import checkpoints
from heed.record.place import here

from . import health, verify_run
from .access import may


@require_safe
def integrity(request: HttpRequest) -> HttpResponse:
    """Show tree, checkpoint, witnesses, the last tick and the last verification."""
    _demand(request, "integrity.read")
    try:
        standing = health.standing(timezone.now())
    except HeedError as refusal:
        return render(request, "heed/not_served.html", {"why": str(refusal)}, status=503)
    values = {
        "standing": standing,
        "run": verify_run.newest(Path(settings.DATA)),
        "may_verify": may(request.user, "integrity.verify"),
    }
    return render(request, "heed/integrity.html", values)


@require_POST
def verify_now(request: HttpRequest) -> HttpResponse:
    """Start a verification in a process of its own and lead to the page that watches it."""
    _demand(request, "integrity.verify")
    if not verify_run.start(Path(settings.DATA)):
        messages.info(request, gettext("A verification is running already; this is its progress."))
    return redirect("verify_progress")


@require_safe
def verify_progress(request: HttpRequest) -> HttpResponse:
    """Show how far the run is; htmx fetches the same address again while it runs, a reload does so without it."""
    _demand(request, "integrity.read")
    run = verify_run.newest(Path(settings.DATA))
    is_partial = bool(getattr(request, "htmx", False))
    return render(request, "heed/verify_state.html" if is_partial else "heed/verify.html", {"run": run})


class ReceiptForm(forms.Form):
    """A receipt as a file, or pasted."""

    says_optional = False

    file = forms.FileField(label=_("Receipt file"), required=False, help_text=_("The file that you were given."))
    text = forms.CharField(
        label=_("Or paste its text"),
        required=False,
        strip=False,
        max_length=MAX_RECEIPT,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def receipt(self) -> bytes:
        """Return the receipt's bytes, at most one more than a receipt may have."""
        file = self.cleaned_data["file"]
        if file:
            return bytes(file.read(MAX_RECEIPT + 1))
        # Browsers send CR LF from a text area; a receipt has LF alone and ends with one.
        text: str = self.cleaned_data["text"]
        return (text.replace("\r\n", "\n").strip("\n") + "\n").encode()

    def clean(self) -> dict[str, object]:
        """Ask for one of the two."""
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("text") and not self.errors:
            self.add_error("file", _("Choose a receipt file, or paste its text below"))
        return cleaned


@login_not_required
def receipt(request: HttpRequest) -> HttpResponse:
    """Say what a receipt proves under this record's trust file. Open to all: whoever holds a receipt may ask."""
    if request.method != "POST":
        return render(request, "heed/receipt_check.html", {"form": ReceiptForm()})
    form = ReceiptForm(request.POST, request.FILES)
    values: dict[str, object] = {"form": form}
    if form.is_valid():
        data = form.receipt()
        try:
            values["proven"] = verify_receipt(data, checkpoints.trust_of(here()))
            values["text"] = data.decode()
        except HeedError as refusal:
            values["refused"] = str(refusal)
    return render(request, "heed/receipt_check.html", values)


def _demand(request: HttpRequest, what: str) -> None:
    """Answer 404 to whoever may not: what there is, is not revealed."""
    if not may(request.user, what):
        raise Http404
