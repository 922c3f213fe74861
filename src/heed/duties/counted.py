"""How many duties there are of each kind that a table tells apart: now by the database, at any other moment one by one.

What a duty counts as now (`part`) and the quarter that it belongs to (`when`) are said here once more, as conditions of
a query; a test holds both against `part_of` and `quarter` on every combination.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Case, CharField, Count, Expression, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from heed.policy.statistics import part_of, quarter
from heed.policy.times import day_span
from heed.policy.words import By
from heed.record import reading

from .engine import adopted, clause_of
from .judged import Placed, Standing
from .models import Duty

BY = ("clause", "agency", "team", "quarter")
WHERE = {"agency": "agency", "team": "team", "quarter": "when"}


@dataclass(frozen=True, slots=True)
class Counted:
    """So many duties of a clause, at one place of the grouping, that belong to a quarter and count as one part."""

    clause: str
    where: str
    when: str
    is_dated: bool
    part: str
    n: int


@dataclass(frozen=True)
class Counts:
    """Every count at a moment, and the number of the last entry taken into account."""

    counted: tuple[Counted, ...]
    reaches: int


def where(duty: Placed, by: str) -> str:
    """Return the place of a duty in a grouping, as a key; empty for the clause alone."""
    return {"clause": "", "agency": duty.agency or "", "team": duty.team, "quarter": when(duty)}[by]


def when(duty: Placed) -> str:
    """Return the quarter in which a duty fell due, without a due that from which it counted."""
    return quarter(duty.due if duty.due is not None else duty.from_)


def counted_of(standing: Standing, by: str, clause: str = "") -> Counts:
    """Return the counts of duties at hand."""
    found = Counter(
        (duty.clause, where(duty, by), when(duty), duty.due is not None, part_of(duty))
        for duty in standing.duties
        if clause in ("", duty.clause)
    )
    return Counts(tuple(Counted(*group, n) for group, n in found.items()), standing.reaches)


def counted_now(now: datetime, by: str, clause: str = "") -> Counts:
    """Return the counts of the live table, in one query; no duty is read."""
    rows = parted(Duty.objects.filter(clause=clause) if clause else Duty.objects.all(), now)
    rows = rows.annotate(place=F(WHERE[by]) if by in WHERE else Value("", output_field=CharField()))
    groups = rows.values_list("clause", "place", "when", "is_dated", "part").annotate(n=Count("id")).order_by()
    found = tuple(Counted(name, at, belongs, bool(dated), part, n) for name, at, belongs, dated, part, n in groups)
    return Counts(found, reading.size() - 1)


def parted(rows: QuerySet[Duty], now: datetime) -> QuerySet[Any]:
    """Return rows with what each counts as now, the quarter it belongs to, and whether it has a due."""
    dated = Case(When(due=None, then=Value(0)), default=Value(1))
    return rows.annotate(part=_part(int(now.timestamp())), when=_when(rows), is_dated=dated)


def _part(now: int) -> Case:
    """Return `part_of` of the table's rows, as a condition."""
    open_now, done = Q(end="open"), Q(end="fulfilled")
    no_limit = Q(due=None) & ~_waiting()
    steps: list[tuple[Q, Any]] = [
        (~Q(testable=""), Value("not_testable")),
        (Q(end__in=("declined", "ceased", "waived", "superseded")), F("end")),
        (~open_now & Q(was_late="undecided"), Value("undecided")),
        (done & Q(was_late="no"), Value("met_in_time")),
        (done & Q(was_late="yes"), Value("met_late")),
        (done, Value("no_limit")),
        (open_now & no_limit, Value("no_limit")),
        (open_now & Q(due__lt=now), Value("overdue")),
    ]
    whens = [When(condition, then=then) for condition, then in steps]
    return Case(*whens, default=Value("open_in_time"), output_field=CharField())


def _waiting() -> Q:
    """Return the condition that a duty's due waits for an entry (`by`), so that without one it is not late."""
    law = adopted(1 << 62)
    found = Q(pk__in=[])
    for name, version in Duty.objects.filter(due=None).values_list("clause", "version").distinct():
        clause = clause_of(law, name, version)
        if clause is not None and any(isinstance(limit, By) for limit in clause.within):
            found |= Q(clause=name, version=version)
    return found


def _when(rows: QuerySet[Duty]) -> Expression:
    """Return `quarter` of each row's due, or of what it counted from, as a condition halved at each step."""
    second = Coalesce("due", "from_at")
    ends = rows.aggregate(first=Min(second), last=Max(second))
    if ends["first"] is None:
        return Value("not known", output_field=CharField())
    quarters = list(_quarters(ends["first"], ends["last"]))
    known = _halved(quarters, Coalesce("due", "from_at"))
    return Case(When(due=None, from_at=None, then=Value("not known")), default=known, output_field=CharField())


def _halved(quarters: list[tuple[int, str]], second: Expression) -> Expression:
    if len(quarters) == 1:
        return Value(quarters[0][1], output_field=CharField())
    half = len(quarters) // 2
    earlier: Any = LessThan(second, Value(quarters[half][0]))
    return Case(
        When(earlier, then=_halved(quarters[:half], second)),
        default=_halved(quarters[half:], second),
        output_field=CharField(),
    )


def _quarters(first: int, last: int) -> Iterator[tuple[int, str]]:
    """Yield the second at which each local quarter begins, and its name, from that of `first` to that of `last`."""
    year = datetime.fromtimestamp(first, UTC).year - 1
    begins = [day_span(date(at, month, 1)).e for at in range(year, _year(last) + 2) for month in (1, 4, 7, 10)]
    for begin, end in pairwise(begins):
        if end > first and begin <= last:
            yield begin, quarter(begin)


def _year(second: int) -> int:
    return datetime.fromtimestamp(second, UTC).year
