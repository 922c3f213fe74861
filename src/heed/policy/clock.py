"""When a duty falls due: what the clock counts from and the limit of the occurrence."""

from dataclasses import dataclass

from .calendars import BEYOND, Limit
from .conditions import Scene, states_meet
from .entries import Entry, Missing
from .law import Law
from .stream import Key, start_of
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
        entries = scene.stream.carrying(name, scene.key)
        at = [entry for entry in entries if entry.order[0] <= scene.trigger_l]
        return (at[-1].span if at else None) or Missing(name)
    found = scene.read(name)
    if found.setting is None:
        return found.value if isinstance(found.value, Missing) else Missing(name)
    state = law.pack.states[name]
    entry = start_of(scene.stream.timeline(state, scene.state_key(state.key)), found)
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
        due = first_by(scene, limit.kind, scene.key, anchor, anchor_n)
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


def first_by(scene: Scene, kind: str, key: Key, anchor: Span, anchor_n: int | None) -> int | None:
    """Return the instant of the first entry of `kind` on the key from the anchor on; it is not the anchor itself."""
    for entry in scene.stream.carrying(kind, key):
        if entry.order[0] >= anchor.e and entry.n != anchor_n:
            return entry.order[0]
    return None
