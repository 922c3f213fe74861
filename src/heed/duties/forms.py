"""Forms about duties: they check shape; rules decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heed.policy.files import pack_text


class ReasonForm(forms.Form):
    """Why a duty is let go or suspended."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name nobody; your own name and the time are on the record."),
        error_messages={"required": _("Say why; the reason is on the record.")},
    )


class ConfirmForm(forms.Form):
    """Nothing to say: pressing the button is the act."""


class HoursForm(forms.Form):
    """How many hours a week a team has."""

    hours = forms.DecimalField(
        label=_("Hours a week"),
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        max_digits=7,
        help_text=_("All hours of the team together that are free for what it owes."),
        error_messages={"required": _("Write the hours that the team has in a week.")},
    )


# A pack of this many bytes fits an entry (`policy.proposed.1`).
MOST_BYTES = 900_000


class ProcedureForm(forms.Form):
    """A pack or a calendar to look at, and to propose: one that Heed carries, or a file; from when; why."""

    shipped = forms.ChoiceField(label=_("A pack that Heed carries"), required=False)
    file = forms.FileField(
        label=_("Or a file of your own"),
        required=False,
        help_text=_("A pack, or a calendar of bank holidays (.yaml). A file goes before a choice above."),
    )
    text = forms.CharField(widget=forms.HiddenInput, required=False, strip=False, max_length=MOST_BYTES)
    name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    begins = forms.DateField(
        label=_("What is new in it is kept from which day on?"),
        help_text=_("Left out: each clause from its own date on; what was not done years ago is overdue at once."),
        widget=forms.SelectDateWidget(),
        required=False,
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("It is never erased, so it names nobody and tells nothing about a child."),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

    def __init__(self, *args: Any, packs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["shipped"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("Choose one")), *((name, name) for name in packs)]

    def looking(self) -> "ProcedureForm":
        """Return the form as its first page asks: which text, and from when."""
        del self.fields["reason"]
        return self

    def proposing(self) -> "ProcedureForm":
        """Return the form beneath a preview: that very text, from when, and why."""
        for name in ("shipped", "file"):
            del self.fields[name]
        self.fields["reason"].required = True
        return self

    def clean(self) -> dict[str, Any]:
        """Find the text: a file, what was looked at before, or a pack that Heed carries."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file = data.get("file")
        if file:
            data["text"], data["name"] = self._read(file), file.name
        elif data.get("shipped"):
            data["text"], data["name"] = pack_text(data["shipped"])
        # A browser sends a hidden field's lines with CR LF: without this, what is adopted is not what was looked at.
        data["text"] = (data.get("text") or "").replace("\r\n", "\n")
        if not data["text"] and not self.errors:
            self.add_error("shipped", _("Choose a pack, or add a file."))
        return data

    def _read(self, file: Any) -> str:
        if file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than an entry holds (900,000 bytes)."))
            return ""
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not text in UTF-8."))
            return ""
