"""Where the link in a letter leads: what it was about, to the one it was sent to."""

from collections.abc import Iterable
from datetime import date
from operator import itemgetter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from heed.duties import selectors
from heed.duties.gone import gone
from heed.duties.leads import led
from heed.duties.models import Duty
from heed.duties.seen import sight_of_gone
from heed.people.access import acting
from heed.people.models import Team, Worker
from heed.people.post.models import Letter, Line
from heed.record.viewing import look

from .notices import SHORTFALL, week_of
from .words import WRITER


@require_safe
def told(request: HttpRequest, letter: str) -> HttpResponse:
    """Show the duties of a letter as they stand now; to everybody else it does not exist."""
    worker = acting(request)
    row = Letter.objects.filter(key=letter, worker=worker.key, writer=WRITER).first()
    if row is None:
        raise Http404
    look(actor=worker.key, subject=letter, page="told")
    lines = Line.objects.filter(letter=letter)
    wanted = {line.reference[:32] for line in lines}
    duties = Duty.objects.filter(key__in={key for line in lines for key in line.about}).order_by("due", "id")
    now = timezone.now()
    rows = selectors.owed([duty for duty in duties if duty.id[:32] in wanted], now)
    is_open = led([owed for owed in rows if owed.duty.end == "open"], worker, now)
    kept = selectors.kept_from(worker.key)  # restricted since the letter was sent
    held = {duty.id[:32] for duty in duties}
    context = {
        "letter": row,
        "gone": _gone(worker, [line for line in lines if line.occasion != SHORTFALL], held),
        "mine": [owed for owed in is_open if worker.key in owed.holders and owed.duty.key not in kept],
        "climbed": [owed for owed in is_open if worker.key not in owed.holders],
        "ended": [owed for owed in rows if owed.duty.end != "open" and owed.duty.key not in kept],
        "weeks": _weeks(lines),
        "now": now,
    }
    return render(request, "duties/told.html", context)


def _gone(worker: Worker, lines: Iterable[Line], held: set[str]) -> list[str]:
    """Return the duties of lines, by the first half of their identity, that later knowledge took away."""
    halves = sorted({line.reference[:32] for line in lines} - held)
    found = [(half, gone(half)) for half in halves]
    return [half for half, one in found if one is not None and sight_of_gone(worker, one.row) is not None]


def _weeks(lines: Iterable[Line]) -> list[tuple[str, date]]:
    """Return the shortfalls among lines: the team by name and the Monday of its week, the earliest first."""
    found = [(line.reference[:32], week_of(line)) for line in lines if line.occasion == SHORTFALL]
    names = dict(Team.objects.filter(key__in=[team for team, _ in found]).values_list("key", "name"))
    return sorted(((names.get(team, ""), week) for team, week in found), key=itemgetter(1, 0))
