"""Which clause failed most, where, since when: page, CSV and JSON of one object, and the cases behind a figure."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heed.lib.errors import HeedError
from heed.people.access import acting, has_role
from heed.people.models import Worker
from heed.policy.duty import Duty as Judged
from heed.policy.statistics import part_of
from heed.policy.times import written
from heed.record import reading

from . import charts, selectors
from .counted import BY, WHERE, counted_now, counted_of, parted, where
from .curve import curve_of
from .engine import adopted, clauses_of
from .judged import standing_at
from .models import Duty
from .moments import Moments, moments_of
from .seen import openable
from .statistics import Table, table_of
from .templatetags.duty_words import PART_WORDS

# Who oversees duties beyond her own worklist; a practitioner's and reporter's own stand there.
ROLES = ("team_manager", "service_manager", "director", "board_member", "scrutineer", "inspector", "records_officer")
GROUPS = {"clause": _("Clause"), "agency": _("Agency"), "team": _("Team"), "quarter": _("Quarter")}


def overseer(request: HttpRequest) -> Worker:
    """Return the worker who acts, if she oversees duties; the page does not exist for anybody else."""
    worker = acting(request)
    if not has_role(worker, *ROLES):
        raise Http404
    return worker


def _asked(request: HttpRequest) -> tuple[str, str, Moments]:
    """Return grouping, clause and moments that the address names; an unknown grouping means by clause."""
    by = request.GET.get("by", "clause")
    return by if by in BY else "clause", request.GET.get("clause", ""), moments_of(request.GET, timezone.now())


def _table(by: str, clause: str, moments: Moments) -> Table:
    """Return the table: counted by the database now, from every duty judged anew at any other moment."""
    as_of, known = (written(second) for second in moments.seconds)
    now = moments.is_now
    counts = counted_now(moments.as_of, by, clause) if now else counted_of(standing_at(moments), by, clause)
    return table_of(counts, by, as_of=as_of, known_at=known)


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the table and its chart; `as=csv` and `as=json` give the same object."""
    overseer(request)
    by, clause, moments = _asked(request)
    kept = {name: value for name, value in (("by", by), ("clause", clause)) if value}
    context = {"moments": moments, "kept": kept, "by": by, "groups": GROUPS, "clause": clause}
    try:
        table = _table(by, clause, moments)
    except HeedError as refusal:
        return render(request, "duties/statistics.html", context | {"refusal": str(refusal)}, status=422)
    form = request.GET.get("as")
    if form == "json":
        return JsonResponse(table.document(), json_dumps_params={"indent": 2})
    if form == "csv":
        response = HttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="duties-by-{by}.csv"'
        return response
    sentences = {c.id: c.sentence for c in clauses_of(adopted(1 << 62))}
    context |= {"table": table, "sentences": sentences, **_pictures(table, clause, moments)}
    return render(request, "duties/statistics.html", context)


def _pictures(table: Table, clause: str, moments: Moments) -> dict[str, Any]:
    """Return the charts, and the curve of one clause where one is chosen; without the converter, no chart."""
    own = _lasting(clause, moments) if clause else []
    curve = curve_of(own, moments.seconds[0]) if own else None
    try:
        drawn = charts.parts_chart(table, {name: str(word) for name, word in PART_WORDS.items()})
        return {"chart": drawn, "curve": curve, "curve_chart": charts.curve_chart(curve) if curve else None}
    except HeedError:
        return {"chart": None, "curve": curve, "curve_chart": None}


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """List the duties behind one figure that this person may open; it does not say how many she may not."""
    worker = overseer(request)
    by, clause, moments = _asked(request)
    part, place = request.GET.get("part", "due"), request.GET.get("where", "")
    if part not in PART_WORDS or not clause:
        raise Http404
    rows = _behind(by, clause, part, place, moments).filter(openable(worker)).order_by("due", "id")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    owed = selectors.owed(list(page.object_list), moments.as_of)
    context = {"page": page, "owed": owed, "part": PART_WORDS[part], "clause": clause, "moments": moments}
    context["sentence"] = next((c.sentence for c in clauses_of(adopted(1 << 62)) if c.id == clause), "")
    context["reaches"] = reading.size_at(moments.known_at) - 1
    return render(request, "duties/cases.html", context)


def _behind(by: str, clause: str, part: str, place: str, moments: Moments) -> QuerySet[Duty]:
    """Return the rows of the table behind one figure."""
    rows = Duty.objects.filter(clause=clause)
    if moments.is_now:
        counting = {"part": part} if part != "due" else {}
        placed = {WHERE[by]: place} if by in WHERE else {}
        return parted(rows, moments.as_of).filter(**counting, **placed)
    duties = [duty for duty in standing_at(moments).duties if duty.clause == clause]
    wanted = [d.id for d in duties if (by == "clause" or where(d, by) == place) and part in ("due", part_of(d))]
    return rows.filter(id__in=wanted)


def _lasting(clause: str, moments: Moments) -> list[Judged]:
    """Return one clause's duties, with what says how long each lasted and how it ended."""
    if not moments.is_now:
        return [duty for duty in standing_at(moments).duties if duty.clause == clause]
    found = []
    for row in Duty.objects.filter(clause=clause).values_list("from_at", "ended_at", "end", "testable").iterator():
        duty = Judged(clause, "", (), None, None, [], from_=row[0])
        duty.ended_at, duty.end, duty.testable = row[1], row[2], row[3] or None
        found.append(duty)
    return found
