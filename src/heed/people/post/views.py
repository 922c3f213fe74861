"""How I am told: at once or in a digest, where letters go, and which ones went."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heed.lib.errors import HeedError
from heed.people.access import acting, by_of
from heed.people.models import Account, Worker

from . import forms, selectors, services, writers

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def telling(request: HttpRequest) -> HttpResponse:
    """Show and change when somebody's letters are sent; show those that went."""
    worker = acting(request)
    reach = selectors.reach_of(worker.key)
    if reach is None:
        raise Http404
    initial = {"how": forms.DIGEST if reach.wants_digest else forms.AT_ONCE}
    form = forms.TellingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        wants = form.cleaned_data["how"] == forms.DIGEST
        Account.objects.filter(worker=worker.key).update(wants_digest=wants)
        messages.success(request, _("Your letters will come as you chose."))
        return redirect("telling")
    context = {"form": form, "reach": reach, "notices": selectors.notices_of(worker.key)[:SHOWN]}
    return render(request, "post/telling.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask that one's own letters go to another address."""
    worker = acting(request)
    reach = selectors.reach_of(worker.key)
    if reach is None:
        raise Http404
    form = forms.AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            email = form.cleaned_data["email"]
            services.ask_address(by=by_of(worker), worker=worker.key, email=email, now=timezone.now())
        except HeedError as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(
                request, _("A link is on its way to the new address. Until it is opened, nothing changes.")
            )
            return redirect("telling")
    return render(request, "post/address.html", {"form": form, "reach": reach}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let the address hold whose link was opened; a button does it, since mail servers open links too."""
    held = writers.read_token(token)
    worker = Worker.objects.filter(key=held[0], left_n=None).first() if held else None
    if held is None or worker is None:
        return render(request, "post/confirm_refused.html", status=410)
    if request.method != "POST":
        return render(request, "post/confirm.html", {"email": held[1]})
    try:
        services.confirm_address(by=by_of(worker), email=held[1])
    except HeedError:
        return render(request, "post/confirm_refused.html", status=410)
    return render(request, "post/confirmed.html", {"email": held[1]})
