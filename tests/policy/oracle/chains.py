"""Chains: one opener, the triggers that joined it, and the duties it owes one after the other."""

from dataclasses import dataclass, field

from . import clauses, clock, conditions, ends, limits, triggers
from .clauses import Version
from .clock import Span
from .conditions import Scene
from .entries import Entry, Missing, World
from .limits import Clock
from .triggers import Trigger


@dataclass
class Chain:
    """What one trigger opened: it may absorb later triggers, or be replaced by one."""

    opener: Trigger
    joins: list[Trigger] = field(default_factory=list)
    replaced: Trigger | None = None


@dataclass
class Row:
    """One duty in the making."""

    version: Version
    occurrence: int
    anchor: int | None
    span: Span
    clock: Clock | Missing
    opener: Trigger
    joined: list[Trigger] = field(default_factory=list)
    joined_here: list[Trigger] = field(default_factory=list)
    is_converted: bool = False
    end: str = "open"
    ended_at: int | None = None
    ended_by: int | None = None
    act: Entry | None = None
    successor: Version | None = None
    tied: set[str] = field(default_factory=set)

    @property
    def due(self) -> int | None:
        return None if isinstance(self.clock, Missing) else self.clock.due


def scene_for(world: World, row: Row) -> Scene:
    """Where the conditions of a duty are read: at its own anchor's l (M4)."""
    scene = triggers.scene_of(world, row.version, row.opener, row.span.l)
    scene.due = row.due
    return scene


def build(world: World, family: list[Version]) -> list[Row]:
    """The duties of one clause, of every key, chain after chain."""
    chains: list[Chain] = []
    lone: list[Row] = []
    for trigger in triggers.find(world, family):
        row = first_row(world, trigger)
        if is_owed(world, row):
            if isinstance(row.clock, Missing):
                lone.append(row)  # R13: takes no part in absorb or replace, starts no repeat
            else:
                place(world, family, chains, trigger)
    return [*lone, *(row for chain in chains for row in unroll(world, family, chain))]


def first_row(world: World, trigger: Trigger) -> Row:
    """The first duty of a trigger; its clock is Missing where anything about the trigger is unknown (R13)."""
    running, tied = limits.first_clock(world, trigger, trigger.version)
    if isinstance(trigger.verdict, Missing):
        running = trigger.verdict
    elif trigger.lacks_list and not isinstance(running, Missing):
        running = trigger.lacks_list
    row = Row(trigger.version, 1, trigger.anchor, trigger.span, running, trigger, tied=tied | trigger.tied)
    if not isinstance(running, Missing) and trigger.version.text.get("early") == "current":
        row.clock = unless_unknown(world, row, running)
    return row


def unless_unknown(world: World, row: Row, running: Clock) -> Clock | Missing:
    """The clock, unless it cannot be known whether the latest act is still current."""
    act = ends.latest_before(world, row)
    second = current_clock(world, row, act) if act else None
    return second if isinstance(second, Missing) else running


def current_clock(world: World, row: Row, act: Entry) -> Clock | Missing:
    """The clock of the latest act before the trigger, by the limit of the second occurrence (R18)."""
    scene = triggers.scene_of(world, row.version, row.opener, act.l)
    occurrence = 2 if row.version.is_repeated else 1
    limit = limits.limit_of(scene, row.version, occurrence)
    if isinstance(limit, Missing):
        return limit
    return limits.run(world, row.opener, triggers.span_of(act), triggers.span_of(act), limit)


def is_owed(world: World, row: Row) -> bool:
    """Nothing is owed where an `until: at` lies before e of the anchor (R20)."""
    return all(at >= row.span.e for at, _ in ends.until_instants(world, row))


def place(world: World, family: list[Version], chains: list[Chain], trigger: Trigger) -> None:
    """Let a trigger open its own chain, join the open one, or replace it (M6)."""
    again = trigger.version.again
    alike = [chain for chain in chains if chain.opener.shared == trigger.shared]
    found = [chain for chain in alike if is_open(unroll(world, family, chain), trigger)]
    if again == "absorb" and found:
        found[0].joins.append(trigger)
        return
    if again == "replace":
        for chain in found:
            chain.replaced = trigger
    chains.append(Chain(trigger))


def is_open(rows: list[Row], trigger: Trigger) -> bool:
    """Whether a chain has an open duty at the trigger; one that ends at that instant is found open (R21)."""
    return any(not isinstance(row.clock, Missing) and ends_not_before(row, trigger) for row in rows)


def ends_not_before(row: Row, trigger: Trigger) -> bool:
    return row.ended_at is None or row.ended_at >= trigger.span.l


def unroll(world: World, family: list[Version], chain: Chain) -> list[Row]:
    """The duties of a chain, each the successor of the one before."""
    waiting = list(chain.joins)
    rows: list[Row] = []
    row: Row | None = first_row(world, chain.opener)
    while row is not None:
        finish(world, family, chain, row, waiting)
        rows.append(row)
        row = following(world, family, chain, row)
    return rows


def finish(world: World, family: list[Version], chain: Chain, row: Row, waiting: list[Trigger]) -> None:
    """End the duty as what happened says, letting in the triggers that find it open."""
    if isinstance(row.clock, Missing):
        return
    ends.settle(world, family, chain, row)
    while waiting and ends_not_before(row, waiting[0]):
        join(world, row, waiting.pop(0))
        ends.settle(world, family, chain, row)


def join(world: World, row: Row, trigger: Trigger) -> None:
    """Absorb a trigger: its own first due is computed and the earliest stands (M6, R19)."""
    row.joined.append(trigger)
    row.joined_here.append(trigger)
    other, _ = limits.first_clock(world, trigger, trigger.version)
    if not isinstance(other, Missing) and not isinstance(row.clock, Missing):
        row.clock = limits.earliest(row.clock, other)


def following(world: World, family: list[Version], chain: Chain, row: Row) -> Row | None:
    """The duty that comes after this one in its chain, if any."""
    if row.successor:
        return converted(world, row, row.successor)
    if row.act is None or not row.version.is_repeated or is_replaced(chain, row.act):
        return None
    # R18: a repeat takes the version in force at the later of anchor and trigger.
    version = clauses.in_force(family, max(row.act.l, row.opener.span.l))
    if version is None or ends.is_over(world, row, row.act):
        return None
    return repeated(world, row, row.act, version)


def is_replaced(chain: Chain, act: Entry) -> bool:
    """Whether a new clock had taken over by the time of the act."""
    return chain.replaced is not None and chain.replaced.span.l <= act.l


def repeated(world: World, row: Row, act: Entry, version: Version) -> Row | None:
    """The next occurrence: it counts from the act that ended the one before (R19)."""
    span = triggers.span_of(act)
    new = Row(version, row.occurrence + 1, act.n, span, Missing(""), row.opener, joined=list(row.joined))
    set_clock(world, new, span)
    return new if is_owed(world, new) else None


def set_clock(world: World, row: Row, start: Span | Missing) -> None:
    """Read the limit at the anchor and set the duty's clock; Missing where it is unknown (R13, R25)."""
    scene = scene_for(world, row)
    limit = limits.limit_of(scene, row.version, row.occurrence)
    row.tied |= scene.tied
    for unknown in (start, limit):
        if isinstance(unknown, Missing):
            row.clock = unknown
            return
    assert not isinstance(start, Missing)
    row.clock = limits.run(world, row.opener, row.span, start, limit)


def converted(world: World, row: Row, version: Version) -> Row:
    """What a new version makes of an open duty: same anchor, same occurrence, its own limit (M7, R28)."""
    new = Row(
        version,
        row.occurrence,
        row.anchor,
        row.span,
        Missing(""),
        row.opener,
        joined=list(row.joined),
        joined_here=list(row.joined_here),
        is_converted=True,
    )
    scene = scene_for(world, new)
    start = limits.begin(world, scene, row.opener, version) if row.occurrence == 1 else row.span
    new.tied |= scene.tied
    set_clock(world, new, start)
    for trigger in new.joined_here:
        other, _ = limits.first_clock(world, trigger, version)
        if not isinstance(other, Missing) and not isinstance(new.clock, Missing):
            new.clock = limits.earliest(new.clock, other)
    new.clock = no_earlier(new.clock, version.start)
    return new


def no_earlier(running: Clock | Missing, commencement: int) -> Clock | Missing:
    """A converted duty falls due no earlier than the end of the commencement day (M7)."""
    if isinstance(running, Missing) or running.due is None or running.due_from_e is None:
        return running
    floor = clock.day_end(clock.local_day(commencement))
    return Clock(running.start, max(running.due, floor), max(running.due_from_e, floor))


__all__ = ["Chain", "Row", "build", "conditions"]
