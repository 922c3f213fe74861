"""Which clause failed most, where, since when: page, CSV and JSON of one object, and the cases behind a figure."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heed.lib.errors import HeedError
from heed.people.access import acting, has_role
from heed.people.models import Worker
from heed.policy.statistics import part_of
from heed.policy.times import written

from . import charts, selectors
from .curve import curve_of
from .engine import adopted, clauses_of
from .judged import Placed, Standing, standing_at
from .models import Duty
from .moments import Moments, moments_of
from .seen import openable
from .statistics import BY, Table, table_of, where_of
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


def _table(standing: Standing, by: str, clause: str, moments: Moments) -> Table:
    as_of, known = (written(second) for second in moments.seconds)
    return table_of(standing, by, as_of=as_of, known_at=known, clause=clause)


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the table and its chart; `as=csv` and `as=json` give the same object."""
    overseer(request)
    by, clause, moments = _asked(request)
    kept = {name: value for name, value in (("by", by), ("clause", clause)) if value}
    context = {"moments": moments, "kept": kept, "by": by, "groups": GROUPS, "clause": clause}
    try:
        standing = standing_at(moments)
    except HeedError as refusal:
        return render(request, "duties/statistics.html", context | {"refusal": str(refusal)}, status=422)
    table = _table(standing, by, clause, moments)
    form = request.GET.get("as")
    if form == "json":
        return JsonResponse(table.document(), json_dumps_params={"indent": 2})
    if form == "csv":
        response = HttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="duties-by-{by}.csv"'
        return response
    sentences = {c.id: c.sentence for c in clauses_of(adopted(1 << 62))}
    context |= {"table": table, "sentences": sentences, **_pictures(table, standing, clause)}
    return render(request, "duties/statistics.html", context)


def _pictures(table: Table, standing: Standing, clause: str) -> dict[str, Any]:
    """Return the charts, and the curve of one clause where one is chosen; without the converter, no chart."""
    own = [duty for duty in standing.duties if duty.clause == clause] if clause else []
    curve = curve_of(own, standing.as_of) if own else None
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
    part, where = request.GET.get("part", "due"), request.GET.get("where", "")
    if part not in PART_WORDS or not clause:
        raise Http404
    place = where_of(by)
    behind = [
        duty
        for duty in standing_at(moments).duties
        if duty.clause == clause and (by == "clause" or place(duty) == where) and part in ("due", part_of(duty))
    ]
    rows = _openable(behind, worker)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    owed = selectors.owed(list(page.object_list), moments.as_of)
    context = {"page": page, "owed": owed, "part": PART_WORDS[part], "clause": clause, "moments": moments}
    return render(request, "duties/cases.html", context)


def _openable(duties: list[Placed], worker: Worker) -> list[Duty]:
    """Return the rows of the table, of these duties, whose page this worker may open, the earliest due first."""
    wanted = {duty.id for duty in duties}
    rows = Duty.objects.filter(openable(worker), clause__in={duty.clause for duty in duties}).order_by("due", "id")
    return [row for row in rows if row.id in wanted]
