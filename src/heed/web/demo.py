"""The demonstration's own door: sign in as one person of each role, only where the record is synthetic."""

from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from heed.people.forms import role_words
from heed.people.models import Account, Agency, Grant, Worker

from .context import is_synthetic


@login_not_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List who can sign in, with what to try."""
    if not is_synthetic():
        raise Http404
    agencies = dict(Agency.objects.values_list("key", "name"))
    roles = dict(Grant.objects.exclude(confirmed_n=None).values_list("key", "role"))
    workers = Worker.objects.filter(key__in=Account.objects.values("worker"))
    rows = [(w, agencies.get(w.agency, ""), role_words(roles.get(w.key, ""))) for w in workers]
    return render(request, "heed/demo.html", {"rows": sorted(rows, key=lambda row: (row[1], row[0].name))})


@login_not_required
@require_POST
def enter(request: HttpRequest, worker: str) -> HttpResponse:
    """Sign in as a person of the synthetic record."""
    account = Account.objects.filter(worker=worker).first()
    if account is None or not is_synthetic():
        raise Http404
    user = get_user_model().objects.get(pk=account.user_id)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")


urlpatterns = [path("", people, name="demo"), path("enter/<str:worker>", enter, name="demo_enter")]
