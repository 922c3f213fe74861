"""Worklists: what I owe, what my team owes, what is owed to me; and what has climbed."""

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heed.people.access import acting, has_role, worker_of
from heed.people.models import Worker
from heed.record import reading

from . import seen, selectors
from .leads import led
from .models import Duty
from .views_ahead import shortfalls
from .views_statistics import ROLES

# Rows of one page of a worklist. A judgement of ours.
PER_PAGE = 25
LISTS = {"mine": _("What I owe"), "team": _("What my team owes"), "to-me": _("What is owed to me")}


EMPTY = {
    "mine": _("Nothing is owed by you now. What falls to an office that you hold stands here at once."),
    "team": _("Nothing is owed here. What somebody reports to your team appears on this list at once."),
    "to-me": _("Nobody owes you an answer now. What others owe you for a report stands here until it is done."),
}
# Each list with the condition on the open duties that it shows.
CONDITIONS = {"mine": seen.mine, "team": seen.of_team, "to-me": seen.to_me}


def listed(worker: Worker, name: str) -> QuerySet[Duty]:
    """Return the open duties of one of the three lists; an unknown name means what I owe."""
    return selectors.open_duties().filter(CONDITIONS.get(name, seen.mine)(worker))


def what_needs_you(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Return what the first page shows of this person's own duties; None for somebody who is no worker."""
    worker = worker_of(request.user)
    if worker is None:
        return None
    now = timezone.now()
    mine, to_me = (
        led(selectors.owed(listed(worker, name)[:8], now), worker, now, listed=True) for name in ("mine", "to-me")
    )
    values = {"mine": mine, "to_me": to_me, "now": now}
    values |= {"team": standing(listed(worker, "team"), now), "climbed": standing(seen.climbed(worker), now)}
    return "duties/panel.html", values


def standing(rows: QuerySet[Duty], now: datetime) -> dict[str, Any]:
    """Return how many duties are open, how many of them overdue, and since when the first is."""
    late = Q(due__lt=int(now.timestamp()))
    found = rows.aggregate(open=Count("pk"), overdue=Count("pk", filter=late), first=Min("due", filter=late))
    return found | {"since": datetime.fromtimestamp(found["first"], UTC) if found["first"] else None}


@require_safe
def worklist(request: HttpRequest, name: str = "mine") -> HttpResponse:
    """Show one of the three lists, earliest due first."""
    worker = acting(request)
    rows = listed(worker, name)
    now = timezone.now()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "lists": LISTS,
        "name": name,
        "owed": led(selectors.owed(list(page.object_list), now), worker, now, listed=True),
        "page": page,
        "overdue": rows.filter(due__lt=int(now.timestamp())).count(),
        "count": page.paginator.count,
        "now": now,
    }
    context |= {"short": shortfalls(worker), "oversees": has_role(worker, *ROLES)}
    context |= {"empty": EMPTY.get(name, EMPTY["mine"]), "reaches": reading.size() - 1}
    return render(request, "duties/worklist.html", context)


@require_safe
def escalations(request: HttpRequest) -> HttpResponse:
    """Show what has climbed to this person: clause, office, days overdue, who was warned; never the child."""
    worker = acting(request)
    page = Paginator(seen.told(worker), PER_PAGE).get_page(request.GET.get("page"))
    told = list(page.object_list)
    duties = {d.id[:32]: d for d in Duty.objects.filter(key__in=[row.key for row in told])}
    now = timezone.now()
    rows = [(row, selectors.owed([duties[row.duty]], now)[0]) for row in told if row.duty in duties]
    gone = [(row, reading.entry(row.n).fact("clause", "")) for row in told if row.duty not in duties]
    context = {"rows": rows, "gone": gone, "now": now, "page": page, "reaches": reading.size() - 1}
    return render(request, "duties/escalations.html", context)
