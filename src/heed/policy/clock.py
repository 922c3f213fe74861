"""When a duty falls due: what the clock counts from and the limit of the occurrence."""

from collections.abc import Sequence
from dataclasses import dataclass

from .calendars import BEYOND, Limit
from .conditions import Scene, states_meet
from .entries import Entry, Missing
from .law import Law
from .times import Span, claimed
from .words import AnyLimit, By, Choose, NoLimit


@dataclass(frozen=True, slots=True)
class Clock:
    """From, due, and the due counted from the start of the span (they differ for hours only)."""

    from_: int
    due: int | None
    due_e: int | None
    aged: bool = False  # no lawful number: never overdue


def first_clock(law: Law, scene: Scene, span: Span, trigger_n: int | None) -> "Clock | Missing":
    """Return the clock of a first occurrence: counted from the trigger or from what the clause names."""
    start = _start(law, scene, span)
    if isinstance(start, Missing):
        return start
    return _counted(law, 0, scene, start, span, trigger_n)


def later_clock(law: Law, occurrence: int, scene: Scene, act: Entry) -> "Clock | Missing":
    """Return the clock of a later occurrence: counted from the act before it."""
    assert act.span
    return _counted(law, occurrence, scene, act.span, act.span, act.n)


def _start(law: Law, scene: Scene, span: Span) -> Span | Missing:
    form, name = law.clause.from_.form, law.clause.from_.name
    if form == "trigger":
        return span
    if form == "field":
        value = scene.trigger.field(name) if scene.trigger else Missing(name)
        return claimed(value) or Missing(name)
    if form == "last":
        at = [entry for entry in on_key(law, scene, name) if entry.order[0] <= scene.trigger_l]
        return (at[-1].span if at else None) or Missing(name)
    entry = scene.start(name)
    if isinstance(entry, Missing):
        return entry
    return (entry.span if entry else None) or Missing(name)


def _counted(
    law: Law, occurrence: int, scene: Scene, start: Span, anchor: Span, anchor_n: int | None
) -> "Clock | Missing":
    limit = limit_of(law, occurrence, scene)
    if isinstance(limit, Missing):
        return limit
    if isinstance(limit, NoLimit):
        return Clock(start.l, None, None, aged=True)
    if isinstance(limit, By):
        due = first_by(on_key(law, scene, limit.kind), anchor, anchor_n)
        return Clock(start.l, due, due)
    due = scene.calendar.due(limit, start.l)
    if due == BEYOND:
        return Missing("calendar")
    early = scene.calendar.due(limit, start.e) if limit.unit == "h" else due
    return Clock(start.l, due, early)


def limit_of(law: Law, occurrence: int, scene: Scene) -> "Limit | NoLimit | By | Missing":
    """Return the limit of the N-th occurrence (from 0), `choose` read at the scene's anchor."""
    within: tuple[AnyLimit, ...] = law.clause.within
    limit = within[min(occurrence, len(within) - 1)]
    if not isinstance(limit, Choose):
        return limit
    for row in limit.rows:
        met = states_meet(row.given, scene)
        if isinstance(met, Missing):
            return met
        if met:
            return row.limit
    raise AssertionError("`choose` without `else` is refused when the pack is read")


def on_key(law: Law, scene: Scene, kind: str) -> list[Entry]:
    """Return the entries of a kind on the duty's key, the addressee included where the clause matches on it (C30)."""
    entries = scene.stream.carrying(kind, scene.key)
    if "addressee" not in law.clause.match or scene.addressee is None:
        return entries
    return [entry for entry in entries if scene.addressee in scene.stream.known.keys(entry, "addressee")]


def first_by(entries: list[Entry], anchor: Span, anchor_n: int | None) -> int | None:
    """Return the instant of the first of some entries from the anchor on; it is not the anchor itself."""
    for entry in entries:
        if entry.order[0] >= anchor.e and entry.n != anchor_n:
            return entry.order[0]
    return None


def earliest(clocks: Sequence[Clock], floor: int | None = None) -> Clock:
    """Return the clock whose due is earliest (the first of equals); none falls due before `floor`."""
    dated = [(clock.due, at) for at, clock in enumerate(clocks) if clock.due is not None]
    return _not_before(clocks[min(dated)[1] if dated else 0], floor)


def _not_before(clock: Clock, floor: int | None) -> Clock:
    if floor is None or clock.due is None or clock.due >= floor:
        return clock
    return Clock(clock.from_, floor, floor if clock.due_e is None else max(clock.due_e, floor))


def earlier(due: int | None, clock: Clock | None, floor: int | None) -> int | None:
    """Return the due that stands when a trigger with this clock joins: the earlier, not before `floor`."""
    if clock is None or clock.due is None:
        return due
    own = clock.due if floor is None else max(clock.due, floor)
    return own if due is None else min(due, own)
