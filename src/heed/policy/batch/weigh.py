"""What rows say beside their end: what is unknown about triggers, marks of weakness, what coverage leaves out."""

from collections.abc import Sequence

import numpy as np

from heed.policy.calendars import BEYOND, Calendar
from heed.policy.coverage import FAR, Coverage
from heed.policy.law import Law
from heed.policy.times import BASE, day_starts, written

from .acts import Acts
from .compiled import compiled
from .days import day_in
from .masks import Names
from .openings import Reader
from .sorting import constant
from .texts import Longs
from .triggers import Triggers
from .walk import DECLINED, NONE, OPEN, UNDECIDED

NO_ACT = 1  # why a row is not testable: no act covered | censored | the number of a field + MISSING_FROM
CENSORED, MISSING_FROM = 2, 3


def with_unknown(columns: dict[str, Longs], unknown: Triggers, sure: int) -> dict[str, Longs]:
    """Add a row for each trigger of which something is unknown: open, undecided, naming the field."""
    size = len(unknown)
    numbered = np.arange(size) + sure
    plain = {
        "anchor": unknown["n"],
        "version": unknown["version"],
        "unit": unknown["unit"],
        "addressee": unknown["addressee"],
        "agency": unknown["agency"],
        "anchor_l": unknown["l"],
        "why": unknown["missing"] + MISSING_FROM,
        "lateness": np.full(size, UNDECIDED),
        "end": np.full(size, OPEN),
        "from": np.full(size, NONE),
        "due": np.full(size, NONE),
        "tie": unknown["ties"],
        "first": numbered,
        "last": numbered,
    }
    zero = np.zeros(size, np.int64)
    blank = {"act": zero - 1, "ended_by": zero - 1, "anchor_act": zero - 1}
    return {name: np.concatenate((old, plain.get(name, blank.get(name, zero)))) for name, old in columns.items()}


def weigh(columns: dict[str, Longs], laws: Sequence[Law], acts: Acts, calendar: Calendar) -> None:
    """Mark the rows whose act was recorded late."""
    columns["censored"] = constant(0, len(columns["act"]))
    late = np.zeros(len(columns["act"]), np.int64)
    for place, law in enumerate(laws):
        limit = law.pack.recorded_late_after
        act = columns["act"] if len(laws) == 1 else np.where(columns["version"] == place, columns["act"], -1)
        if limit.unit == "h":
            mark_after(act, acts.l, acts.recorded, limit.n * 3600 * (-1 if limit.before else 1), late)
        else:
            mark_late(act, acts.l, acts.recorded, calendar.table(limit), day_starts(), BASE, late)
    columns["late_record"] = late


@compiled
def mark_after(act: Longs, happened: Longs, recorded: Longs, seconds: int, late: Longs) -> None:
    """Mark the rows whose act was recorded so many seconds after it happened."""
    for row in range(len(act)):
        if act[row] >= 0 and recorded[act[row]] > happened[act[row]] + seconds:
            late[row] = 1


@compiled
def mark_late(act: Longs, happened: Longs, recorded: Longs, ends: Longs, starts: Longs, base: int, late: Longs) -> None:
    """Mark the rows whose act was recorded after the day that the table gives for the day it happened."""
    for row in range(len(act)):
        if act[row] >= 0:
            day = day_in(happened[act[row]], starts, base)
            end = ends[day] if day >= 0 else BEYOND
            if end != BEYOND and recorded[act[row]] > end:
                late[row] = 1


def cover(columns: dict[str, Longs], laws: Sequence[Law], coverage: Coverage, reader: Reader) -> None:
    """Mark the rows whose acts no stream could show, or could show only up to some instant."""
    for place, law in enumerate(laws):
        _cover(columns, place, law, coverage, reader)


def _cover(columns: dict[str, Longs], place: int, law: Law, coverage: Coverage, reader: Reader) -> None:
    """Mark the rows of one version whose acts no stream could show, or could show only up to some instant."""
    if coverage.rows is None and list(coverage.intervals(law.clause.act_kinds, None)) == [(-FAR, FAR)]:
        return
    for name in ("why", "censored", "lateness"):
        columns[name] = columns[name].copy()
    mine = np.flatnonzero((columns["version"] == place) & (columns["why"] == 0))
    if coverage.rows is None:
        _cover_rows(columns, mine, coverage.intervals(law.clause.act_kinds, None), reader.prepared.horizon)
        return
    agencies = columns["agency"][mine]
    for agency in np.unique(agencies):
        spans = coverage.intervals(law.clause.act_kinds, reader.prepared.texts.text(int(agency)))
        _cover_rows(columns, mine[agencies == agency], spans, reader.prepared.horizon)


def _cover_rows(columns: dict[str, Longs], rows: Longs, spans: Sequence[tuple[int, int]], horizon: int) -> None:
    if list(spans) == [(-FAR, FAR)]:
        return
    anchor, due = columns["anchor_l"][rows], columns["due"][rows]
    until = np.where(due == NONE, horizon, np.minimum(due, horizon))
    begins = np.array([span[0] for span in spans], np.int64)
    ends = np.array([span[1] for span in spans], np.int64)
    at = np.searchsorted(begins, anchor, "right") - 1
    last = ends[np.maximum(at, 0)] if len(ends) else np.full(len(rows), NONE, np.int64)
    inside = (at >= 0) & (anchor <= last)
    cut = inside & (last < until) & (columns["end"][rows] > DECLINED)
    columns["why"][rows[~inside]], columns["why"][rows[cut]] = NO_ACT, CENSORED
    columns["censored"][rows[cut]] = last[cut]
    columns["lateness"][rows[~inside | cut]] = UNDECIDED


def why_text(why: int, censored: int, names: Names) -> str:
    """Return why a row is not testable."""
    if why == NO_ACT:
        return "no act covered"
    if why == CENSORED:
        return f"censored at {written(censored)}"
    return f"missing {names.names[why - MISSING_FROM]}"
