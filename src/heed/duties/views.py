"""Worklists: what I owe, what my team owes, what is owed to me; and what has climbed."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heed.people.access import acting, worker_of
from heed.people.models import Grant, Worker

from . import selectors
from .models import Duty, Told

LISTS = {"mine": _("What I owe"), "team": _("What my team owes"), "to-me": _("What is owed to me")}


def mine(worker: Worker) -> QuerySet[Duty]:
    """Return open duties whose role this worker holds for the team or agency."""
    condition = Q(pk__in=[])
    for grant in Grant.objects.filter(key=worker.key, ended_n=None).exclude(confirmed_n=None):
        where = {"owner": grant.role, "agency": grant.agency}
        condition |= Q(**where, team=grant.team) if grant.team else Q(**where)
    return selectors.open_duties().filter(condition).exclude(key__in=selectors.kept_from(worker.key))


def of_team(worker: Worker) -> QuerySet[Duty]:
    """Return open duties of every team, or of the agency, that this worker is granted a role in."""
    condition = Q(pk__in=[])
    for grant in Grant.objects.filter(key=worker.key, ended_n=None).exclude(confirmed_n=None):
        if grant.role in ("practitioner", "team_manager") and grant.team:
            condition |= Q(team=grant.team)
        elif grant.role in ("service_manager", "director"):
            condition |= Q(agency=grant.agency)
    return selectors.open_duties().filter(condition).exclude(key__in=selectors.kept_from(worker.key))


def to_me(worker: Worker) -> QuerySet[Duty]:
    """Return open duties that an entry of this worker's own triggered: what others owe her."""
    return selectors.open_duties().filter(asked_by=worker.key)


def what_needs_you(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Return what the first page shows of this person's own duties; None for somebody who is no worker."""
    worker = worker_of(request.user)
    if worker is None:
        return None
    now = timezone.now()
    rows = {name: selectors.owed(found(worker)[:8], now) for name, found in (("mine", mine), ("to_me", to_me))}
    return "duties/panel.html", {**rows, "now": now}


@require_safe
def worklist(request: HttpRequest, name: str = "mine") -> HttpResponse:
    """Show one of the three lists, earliest due first."""
    worker = acting(request)
    rows = {"mine": mine, "team": of_team, "to-me": to_me}.get(name, mine)(worker)
    now = timezone.now()
    owed = selectors.owed(rows[:200], now)
    overdue = [row for row in owed if row.is_overdue]
    context = {"lists": LISTS, "name": name, "owed": owed, "overdue": len(overdue), "count": rows.count(), "now": now}
    return render(request, "duties/worklist.html", context)


@require_safe
def escalations(request: HttpRequest) -> HttpResponse:
    """Show what has climbed to this person: clause, office, days overdue, who was warned; never the child."""
    worker = acting(request)
    told = [row for row in Told.objects.order_by("-n")[:500] if worker.key in row.told]
    duties = {d.id[:32]: d for d in Duty.objects.filter(key__in=[row.key for row in told])}
    now = timezone.now()
    rows = [(row, selectors.owed([duties[row.duty]], now)[0]) for row in told if row.duty in duties]
    return render(request, "duties/escalations.html", {"rows": rows, "now": now})
