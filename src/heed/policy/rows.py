"""From judged occurrences to rows of the Answer: lateness, what cannot be tested, marks, the adjusted due."""

from .calendars import BEYOND
from .clock import Clock
from .coverage import Coverage
from .duty import Duty
from .entries import Entry
from .occurrence import Occurrence, Walk, occurrence_clock
from .triggers import Trigger


def unknown_duty(trigger: Trigger, walk: Walk) -> Duty:
    """Return the row of a trigger of which something is unknown: it neither opens nor breaches anything."""
    clause = trigger.law.clause
    triggers = [] if trigger.n is None else [trigger.n]
    duty = Duty(clause.id, clause.version, walk.key, trigger.addressee, trigger.n, triggers)
    duty.lateness, duty.testable = "undecided", f"missing {trigger.unknown}"
    duty.owner, duty.agency = clause.owner, trigger.agency
    duty.weak = ["state_tie"] if trigger.scene.ties else []
    return duty


def duty_of(occurrence: Occurrence, walk: Walk, coverage: Coverage) -> Duty:
    """Return the row of one occurrence."""
    clause = occurrence.law.clause
    triggers = [trigger.n for trigger in occurrence.joined if trigger.n is not None]
    duty = Duty(clause.id, clause.version, walk.key, walk.addressee, occurrence.n, triggers)
    duty.owner, duty.agency = clause.owner, occurrence.trigger.agency
    duty.occurrence = occurrence.number + 1
    if occurrence.unsure and occurrence.unsure[0] == -2:
        duty.lateness, duty.testable = "undecided", f"missing {occurrence.unsure[1]}"
        duty.weak = ["state_tie"] if occurrence.scene.ties else []
        return duty
    clock = occurrence_clock(occurrence)
    duty.from_, duty.due = clock.from_, clock.due
    if occurrence.end is not None:
        duty.end, duty.ended_at, duty.ended_by = occurrence.end.how, occurrence.end.at, occurrence.end.by
    duty.lateness = lateness(occurrence, clock, walk.stream.horizon)
    _unsure(duty, occurrence, walk)
    _covered(duty, occurrence, walk, coverage)
    _marks(duty, occurrence, walk)
    duty.adjusted_due = adjusted(duty, occurrence, walk)
    return duty


def lateness(occurrence: Occurrence, clock: Clock, horizon: int) -> str:
    """Say whether the end, or the horizon of an open duty, lies after the due."""
    if clock.due is None:
        return "no_limit" if clock.aged else "no"
    end = occurrence.end
    if end is None or end.entry is None or end.how not in ("fulfilled", "declined"):
        return "yes" if (horizon if end is None else end.at) > clock.due else "no"
    span, early = end.entry.span, clock.due if clock.due_e is None else clock.due_e
    assert span
    if span.l <= early:
        return "no"
    return "yes" if span.e > clock.due else "undecided"


def _unsure(duty: Duty, occurrence: Occurrence, walk: Walk) -> None:
    """Mark a row between whose anchor and end an act lies that only something unknown keeps from counting."""
    if occurrence.unsure is None or occurrence.unsure[0] > (duty.ended_at if duty.ended_at is not None else 2**62):
        return
    if duty.end in ("fulfilled", "declined") and duty.lateness == "no":
        return
    duty.testable = f"missing {occurrence.unsure[1]}"
    if duty.lateness == "yes":
        duty.lateness = "undecided"


def _covered(duty: Duty, occurrence: Occurrence, walk: Walk, coverage: Coverage) -> None:
    horizon = walk.stream.horizon
    until = horizon if duty.due is None else min(duty.due, horizon)
    gap = coverage.gap(occurrence.law.clause.act_kinds, duty.agency, occurrence.span.l, until)
    if gap is None or (not gap[1] and duty.end in ("fulfilled", "declined")):
        return
    duty.lateness = "undecided"
    if duty.testable is None or gap[1]:
        duty.testable = gap[0]


def _marks(duty: Duty, occurrence: Occurrence, walk: Walk) -> None:
    weak = ["state_tie"] if occurrence.scene.ties else []
    entry: Entry | None = occurrence.end.entry if occurrence.end else None
    if entry is not None and entry.span and duty.end in ("fulfilled", "declined"):
        after = walk.calendar.due(occurrence.law.pack.recorded_late_after, entry.span.l)
        if after != BEYOND and entry.recorded > after:
            weak.append("recorded_late")
    duty.weak = sorted(weak)


def adjusted(duty: Duty, occurrence: Occurrence, walk: Walk) -> int | None:
    """Return the due moved by the time suspended, or None where the duty never was."""
    if duty.due is None or not walk.stream.settled:
        return None
    last = walk.stream.horizon if duty.ended_at is None else min(duty.ended_at, walk.stream.horizon)
    told = walk.settled(occurrence, "duty.suspended.") + walk.settled(occurrence, "duty.resumed.")
    since: int | None = None
    moved, ever = 0, False
    for entry in sorted(told, key=_recorded):
        if entry.recorded > last:
            break
        if entry.kind.startswith("duty.suspended.") and since is None:
            since, ever = entry.recorded, True
        elif entry.kind.startswith("duty.resumed.") and since is not None:
            moved, since = moved + entry.recorded - since, None
    if since is not None:
        moved += last - since
    return duty.due + moved if ever else None


def _recorded(entry: Entry) -> tuple[int, int]:
    return (entry.recorded, entry.n)
