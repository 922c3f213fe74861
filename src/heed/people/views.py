"""Pages of administrators about agencies and teams, and of everybody about what waits for a second person."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from . import accounts, confirming, forms, selectors, services
from .access import acting, by_of, worker_of
from .acting import Page, act, posted
from .models import Agency, Grant, Reset, Team, Worker

READ_AND_WRITE = ["GET", "HEAD", "POST"]


def managing(request: HttpRequest) -> tuple[Worker, set[str]]:
    """Return an administrator and the agencies whose people she manages; 404 for everybody else."""
    worker = acting(request)
    agencies = selectors.may_administer(worker.key)
    if not agencies:
        raise Http404
    return worker, agencies


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show the agencies that take part; which of them somebody manages; what waits, and whom letters do not reach."""
    worker, agencies = managing(request)
    rows = list(Agency.objects.order_by("name"))
    proposed = selectors.granted(list(selectors.proposals().filter(agency__in=agencies)))
    names = selectors.names_of({row.grant.key for row in proposed})
    context = {
        "mine": [row for row in rows if row.key in agencies],
        "others": [row for row in rows if row.key not in agencies],
        "proposed": [(names.get(row.grant.key, ""), row) for row in proposed],
        "unreachable": selectors.unreachable(agencies),
        "waiting": len(_waiting(worker)),
    }
    return render(request, "people/people.html", context)


@require_safe
def agency(request: HttpRequest, key: str) -> HttpResponse:
    """Show an agency that somebody manages: numbers, teams, how many work there."""
    _, agencies = managing(request)
    row = _managed(key, agencies)
    context = {"agency": row, "type": forms.TYPES.get(row.type, row.type), "teams": selectors.teams_of(key)}
    return render(request, "people/agency.html", context)


def _managed(key: str, agencies: set[str]) -> Agency:
    if key not in agencies:
        raise Http404
    return get_object_or_404(Agency, key=key)


@require_http_methods(READ_AND_WRITE)
def add_agency(request: HttpRequest) -> HttpResponse:
    """Add an agency that joins."""
    worker, _agencies = managing(request)
    page = Page(
        _("Add an agency"), reverse("people"), _("Until it has an administrator of its own, you manage its people.")
    )
    form = forms.AgencyForm(posted(request))
    return act(request, page, form, lambda data: services.name_agency(by=by_of(worker), **data))


@require_http_methods(READ_AND_WRITE)
def edit_agency(request: HttpRequest, key: str) -> HttpResponse:
    """Change an agency's name and numbers; what they were stays on the record."""
    worker, agencies = managing(request)
    row = _managed(key, agencies)
    initial = {name: getattr(row, name) for name in ("name", "type", "day_number", "night_number")}
    page = Page(
        _("Name and numbers"),
        reverse("agency", args=[key]),
        _("They stand above every report form. What they were before stays on the record."),
    )
    form = forms.AgencyForm(posted(request), initial=initial)
    return act(request, page, form, lambda data: services.name_agency(by=by_of(worker), key=key, **data))


@require_http_methods(READ_AND_WRITE)
def add_team(request: HttpRequest, key: str) -> HttpResponse:
    """Add a team to an agency."""
    worker, agencies = managing(request)
    _managed(key, agencies)
    page = Page(_("Add a team"), reverse("agency", args=[key]), _("It appears at once where people report."))
    form = forms.TeamForm(posted(request))
    return act(request, page, form, lambda data: services.name_team(by=by_of(worker), agency=key, **data))


# --- What waits for a second person ---


def _waiting(worker: Worker) -> list[tuple[str, Any]]:
    """Return the roles and the second factors about which this worker may answer."""
    grants = [row for row in selectors.proposals() if confirming.may_confirm(worker.key, row)]
    resets = [row for row in selectors.resets() if confirming.may_answer(worker.key, row)]
    return [*(("role", row) for row in selectors.granted(grants)), *(("reset", row) for row in resets)]


def _named(rows: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    keys = {row.grant.key if kind == "role" else row.key for kind, row in rows}
    names = selectors.names_of(keys)
    return [
        {"kind": kind, "row": row, "name": names.get(row.grant.key if kind == "role" else row.key, "")}
        for kind, row in rows
    ]


def waits_for_you(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Return what the first page shows of what waits for this person as the second one; None for nothing."""
    worker = worker_of(request.user)
    rows = _waiting(worker) if worker else []
    return ("people/panel.html", {"count": len(rows)}) if rows else None


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person as the second one."""
    return render(request, "people/waiting.html", {"rows": _named(_waiting(acting(request)))})


@require_http_methods(READ_AND_WRITE)
def confirm(request: HttpRequest, grant: str) -> HttpResponse:
    """Confirm a role, as the second person; to whoever may not, it does not exist."""
    worker = acting(request)
    row = Grant.objects.filter(grant=grant, confirmed_n=None, ended_n=None).first()
    if row is None or not confirming.may_confirm(worker.key, row):
        raise Http404
    (granted,) = selectors.granted([row])
    team = Team.objects.filter(key=row.team).values_list("name", flat=True).first()
    facts = (
        (_("Who"), selectors.names_of({row.key}).get(row.key, "")),
        (_("Role"), forms.role_words(row.role)),
        (_("Where"), f"{granted.agency}: {team}" if team else granted.agency),
        (_("Proposed by"), granted.proposed_by),
    )
    hint = _("Confirm only if you know that it is needed for their work. Your name stands on the record too.")
    page = Page(_("Confirm a role"), reverse("waiting"), hint, _("Confirm"), facts)
    form = forms.ConfirmForm(posted(request))
    return act(request, page, form, lambda _data: services.confirm_role(by=by_of(worker), grant=grant))


@require_http_methods(READ_AND_WRITE)
def answer_reset(request: HttpRequest, key: str) -> HttpResponse:
    """Agree, or refuse, as the second person, that a second factor be forgotten."""
    worker = acting(request)
    row = Reset.objects.filter(key=key, answered_n=None).first()
    if row is None or not confirming.may_answer(worker.key, row):
        raise Http404
    names = selectors.names_of({key, row.asked_by})
    facts = (
        (_("Who"), names.get(key, "")),
        (_("Asked by"), names.get(row.asked_by, "")),
        (_("How it was made sure who asks"), row.reason),
    )
    hint = _("If you agree, they sign in with the password alone once, and set up a new second factor.")
    page = Page(_("A lost second factor"), reverse("waiting"), hint, _("Answer"), facts)
    form = forms.AnswerForm(posted(request))

    def do(data: dict[str, Any]) -> None:
        answer = accounts.agree_reset if data["answer"] == "agree" else accounts.refuse_reset
        answer(by=by_of(worker), worker=key)

    return act(request, page, form, do)
