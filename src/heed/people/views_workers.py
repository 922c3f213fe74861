"""Pages of administrators about workers: list, one worker, invite, roles, letters, leaving."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from heed.record.model import By

from . import accounts, forms, selectors, services
from .access import by_of
from .acting import Page, posted
from .acting import act as act_page
from .models import Agency, Grant, Team, Worker
from .post import selectors as post
from .post import services as letters
from .post.forms import AddressForm
from .views import READ_AND_WRITE, managing

PER_PAGE = 25
SHOWN = 10


@require_safe
def workers(request: HttpRequest) -> HttpResponse:
    """List the workers of the agencies that somebody manages; search and state stand in the address."""
    _, agencies = managing(request)
    search = forms.SearchForm(request.GET)
    search.is_valid()
    words, state = search.cleaned_data.get("q", ""), search.cleaned_data.get("state", "")
    page = Paginator(selectors.workers_of(agencies, words=words, state=state), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "rows": _rows(list(page.object_list)), "search": search, "q": words, "state": state}
    return render(request, "people/workers.html", context)


def _rows(found: list[Worker]) -> list[dict[str, Any]]:
    keys = [row.key for row in found]
    agencies, teams = (dict(table.objects.values_list("key", "name")) for table in (Agency, Team))
    roles: dict[str, list[str]] = {}
    for key, role in selectors.held().filter(key__in=keys).values_list("key", "role"):
        roles.setdefault(key, []).append(role)
    silent = {row.key: why for row, why in selectors.unreachable({row.agency for row in found})}
    return [
        {
            "worker": row,
            "agency": agencies.get(row.agency, ""),
            "team": teams.get(row.team, ""),
            "roles": roles.get(row.key, []),
            "silent": silent.get(row.key, ""),
        }
        for row in found
    ]


@require_http_methods(READ_AND_WRITE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: she appears on the record and a one-time link goes to her address."""
    worker, agencies = managing(request)
    page = Page(
        _("Invite somebody"),
        reverse("workers"),
        _("Propose a role afterwards, on the worker's own page; a second person confirms it."),
        _("Send the link"),
    )
    form = forms.InviteForm(posted(request), agencies=agencies)

    def do(data: dict[str, Any]) -> None:
        agency, team = data.pop("place").split(":")
        accounts.invite(by=by_of(worker), agency=agency, team=team, now=timezone.now(), **data)

    return act_page(request, page, form, do, done=_("It is on the record, and the link is on its way."))


def _found(key: str, agencies: set[str]) -> Worker:
    row = Worker.objects.filter(key=key, agency__in=agencies).first()
    if row is None:
        raise Http404
    return row


@require_safe
def worker(request: HttpRequest, key: str) -> HttpResponse:
    """Show a worker: her account, whether letters reach her, her roles now and before, what may be done."""
    _, agencies = managing(request)
    row = _found(key, agencies)
    granted = selectors.grants_of(key)
    reach = post.reach_of(key)
    context = {
        "worker": row,
        "place": _rows([row])[0],
        "reach": reach,
        "now": [g for g in granted if g.state != "ended"],
        "before": [g for g in granted if g.state == "ended"],
        "reset": selectors.resets().filter(key=key).first(),
        "notices": post.notices_of(key)[:SHOWN],
        "acts": [(name, found.title) for name, found in ACTS.items() if found.is_offered(row, reach)],
    }
    return render(request, "people/worker.html", context)


# What makes the form of an act, given the request, the worker and the agencies that may be chosen.
Making = Callable[[HttpRequest, Worker, set[str]], Form]


@dataclass(frozen=True)
class Act:
    """One thing an administrator does about a worker."""

    title: Any
    form: Making
    do: Callable[[By, Worker, dict[str, Any]], Any]
    hint: Any = ""
    button: Any = ""
    needs_account: bool = False

    def is_offered(self, row: Worker, reach: post.Reach | None) -> bool:
        """Say whether it can be done about this worker now."""
        return row.left_n is None and (reach is not None or not self.needs_account)


def _propose(by: By, row: Worker, data: dict[str, Any]) -> None:
    agency, team = data["place"].split(":")
    services.propose_role(by=by, worker=row.key, role=data["role"], agency=agency, team=team)


def _placed(made: Callable[..., Form], team: Callable[[Worker], str]) -> Making:
    """Return what makes a form that asks for an agency and team, her own agency chosen."""
    return lambda request, row, agencies: made(
        posted(request), agencies=agencies, initial={"place": f"{row.agency}:{team(row)}"}
    )


ACTS: dict[str, Act] = {
    "propose": Act(
        _("Propose a role"),
        _placed(forms.RoleForm, lambda row: row.team),
        _propose,
        _("A second person confirms it. One that reads records is confirmed by somebody who is no administrator."),
        _("Propose"),
    ),
    "office": Act(
        _("Propose an office"),
        _placed(forms.OfficeForm, lambda row: ""),
        _propose,
        _("A named post that owes what a clause asks. It opens no record; a second person confirms it."),
        _("Propose"),
    ),
    "link": Act(
        _("Send a new link"),
        lambda request, row, agencies: forms.ConfirmForm(posted(request)),
        lambda by, row, data: accounts.send_link(by=by, worker=row.key, now=timezone.now()),
        _("For whoever has forgotten a password. It goes to their address and works once, for 24 hours."),
        _("Send the link"),
        needs_account=True,
    ),
    "address": Act(
        _("Change the e-mail address"),
        lambda request, row, agencies: AddressForm(posted(request)),
        lambda by, row, data: letters.ask_address(by=by, worker=row.key, email=data["email"], now=timezone.now()),
        _("Give the same address again to test one that had failed."),
        _("Send the link"),
        needs_account=True,
    ),
    "reset": Act(
        _("The second factor is lost"),
        lambda request, row, agencies: forms.ResetForm(posted(request)),
        lambda by, row, data: accounts.ask_reset(by=by, worker=row.key, reason=data["reason"]),
        _("A second person of the same agency must agree."),
        _("Ask a second person"),
        needs_account=True,
    ),
    "leave": Act(
        _("Has left"),
        lambda request, row, agencies: forms.ConfirmForm(posted(request)),
        lambda by, row, data: services.leave(by=by, worker=row.key),
        _("All roles end, what is owed passes on at once, and the account opens nothing more."),
        _("Has left"),
    ),
}


@require_http_methods(READ_AND_WRITE)
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Do one thing about a worker."""
    manager, agencies = managing(request)
    row, chosen = _found(key, agencies), ACTS.get(name)
    if chosen is None or not chosen.is_offered(row, post.reach_of(key)):
        raise Http404
    facts = ((_("Who"), row.name),)
    page = Page(chosen.title, reverse("worker", args=[key]), chosen.hint, chosen.button, facts)
    form = chosen.form(request, row, agencies)
    return act_page(request, page, form, lambda data: chosen.do(by_of(manager), row, data))


@require_http_methods(READ_AND_WRITE)
def end(request: HttpRequest, grant: str) -> HttpResponse:
    """End a role, or take a proposal back."""
    manager, agencies = managing(request)
    row = Grant.objects.filter(grant=grant, ended_n=None, agency__in=agencies).first()
    if row is None:
        raise Http404
    facts = (
        (_("Who"), selectors.names_of({row.key}).get(row.key, "")),
        (_("Role"), forms.role_words(row.role)),
    )
    back = reverse("worker", args=[row.key])
    page = Page(_("End a role"), back, _("What is owed in it passes on at once."), _("End it"), facts)
    form = forms.EndRoleForm(posted(request))
    return act_page(
        request, page, form, lambda data: services.end_role(by=by_of(manager), grant=grant, why=data["why"])
    )
