"""How a duty's due was counted: the limit that applied, and each step from the instant counted from (no Django)."""

from collections.abc import Iterator

from heed.policy.calendars import BEYOND, Calendar, Limit
from heed.policy.duty import Duty
from heed.policy.explain import limit_words
from heed.policy.steps import arithmetic_steps
from heed.policy.times import written
from heed.policy.words import AnyLimit, By, Choose, Clause, NoLimit, Row


def limit_of(clause: Clause, occurrence: int) -> AnyLimit:
    """Return the limit of an occurrence, counted from 1; the last limit repeats."""
    return clause.within[min(occurrence, len(clause.within)) - 1]


def steps_of(duty: Duty, clause: Clause, calendar: Calendar) -> list[str]:
    """Return each step of the arithmetic, in words; where the limit alone does not give the due, say so."""
    limit = limit_of(clause, duty.occurrence)
    first = [f"Occurrence {duty.occurrence} of a duty that repeats."] if clause.repeat else []
    if duty.from_ is None:
        return [*first, "The clock could not be started: what it counts from is not known."]
    if isinstance(limit, NoLimit):
        return [*first, f"Counted from {written(duty.from_)}. There is no lawful number: its age is shown, never late."]
    if isinstance(limit, By):
        return [*first, *_until_it_happens(duty, limit)]
    return [*first, *_counted(duty, limit, calendar)]


def _until_it_happens(duty: Duty, limit: By) -> list[str]:
    lines = [f"Owed before {limit.kind} happens, on the same key."]
    if duty.due is None:
        return [*lines, "It has not happened, so there is no due yet."]
    return [*lines, f"It happened at {written(duty.due)}, which is therefore the due."]


def _counted(duty: Duty, limit: AnyLimit, calendar: Calendar) -> Iterator[str]:
    """Yield the steps of the plain limit, or row of `choose`, that gives the due."""
    assert duty.from_ is not None
    for row in limit.rows if isinstance(limit, Choose) else (Row((), limit),):
        if not isinstance(row.limit, Limit) or calendar.due(row.limit, duty.from_) not in (duty.due, BEYOND):
            continue
        if isinstance(limit, Choose):
            yield f"Of the clause's limits by circumstance, this one gives the due: {limit_words(row.limit)}."
        yield from arithmetic_steps(row.limit, duty.from_, calendar)
        return
    yield f"Counted from {written(duty.from_)}."
    if duty.due is None:
        yield "No limit by number of days applied, so it is never overdue."
        return
    yield (
        f"The due, {written(duty.due)}, is not the limit alone: a newer version took the duty over, "
        "which may not fall due before the end of its first day, or an earlier due was joined."
    )
