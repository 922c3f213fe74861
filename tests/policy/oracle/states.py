"""States: what holds, or what was last said, for one key at one instant."""

from dataclasses import dataclass
from typing import Any

from . import entries as record
from .entries import Entry, Missing, World


class Nothing:
    """What a value state has before it is set and after it has ended (R12)."""


NOTHING = Nothing()


@dataclass(frozen=True)
class State:
    """A state as its pack defines it, for one key."""

    name: str
    role: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    value: str | None


@dataclass(frozen=True)
class Found:
    """A state's value with the entry that set it, and whether another value stood at the same instant."""

    value: Any
    setter: Entry | None
    tied: bool = False


def define(name: str, text: dict[str, Any]) -> State:
    """The state that a pack describes under this name."""
    return State(
        name=name,
        role=text["key"],
        starts=tuple(text.get("starts") or text.get("of") or ()),
        ends=tuple(text.get("ends") or ()),
        value=text.get("value"),
    )


def of_kinds(world: World, state: State, kinds: tuple[str, ...], key: str) -> list[Entry]:
    """The entries of these kinds that concern the key, in order."""
    return [e for e in world.entries if e.kind in kinds and key in record.keys_of(world, e, state.role)]


def overlap(one: Entry, other: Entry) -> bool:
    """Whether two claimed times share a second (R2: spans are closed)."""
    return one.e <= other.l and other.e <= one.l


def follows(end: Entry, start: Entry) -> bool:
    """Whether an ending entry ends what the start began: by time, by number where the spans overlap (R5)."""
    return end.n > start.n if overlap(end, start) else end.l > start.l


def standing(world: World, state: State, key: str, at: int) -> list[Entry]:
    """The entries that set the state by this instant and that nothing ended before it.

    At one instant states start first and end last (M2), so an end at the instant itself is not yet seen.
    """
    ends = [e for e in of_kinds(world, state, state.ends, key) if e.l < at]
    starts = [e for e in of_kinds(world, state, state.starts, key) if e.l <= at]
    return [start for start in starts if not any(follows(end, start) for end in ends)]


def standing_before(world: World, state: State, key: str, entry: Entry) -> list[Entry]:
    """The same just before an entry, in the order of R3."""
    ends = [e for e in of_kinds(world, state, state.ends, key) if record.order(e) < record.order(entry)]
    starts = [e for e in of_kinds(world, state, state.starts, key) if record.order(e) < record.order(entry)]
    return [start for start in starts if not any(follows(end, start) for end in ends)]


def found(state: State, setters: list[Entry]) -> Found:
    """What the standing entries make of the state."""
    if state.value is None:
        return Found("true" if setters else "false", setters[-1] if setters else None)
    if not setters:
        return Found(NOTHING, None)
    values = [record.read_field(e, state.value) for e in setters]
    tied = any(e.l == setters[-1].l and value != values[-1] for e, value in zip(setters, values, strict=True))
    return Found(values[-1], setters[-1], tied)  # M2, R3: the last in order holds


def value_at(world: World, state: State, key: str, at: int) -> Found:
    """The state read at an instant (M4)."""
    return found(state, standing(world, state, key, at))


def value_before(world: World, state: State, key: str, entry: Entry) -> Found:
    """The state's value just before an entry."""
    return found(state, standing_before(world, state, key, entry))


def rising(world: World, state: State, key: str) -> list[Entry]:
    """The entries with which the state began to hold: every earlier start had been ended before them."""
    starts = of_kinds(world, state, state.starts, key)
    ends = of_kinds(world, state, state.ends, key)

    def ended_between(earlier: Entry, start: Entry) -> bool:
        return any(follows(end, earlier) and not follows(end, start) for end in ends)

    return [s for i, s in enumerate(starts) if all(ended_between(earlier, s) for earlier in starts[:i])]


def run_ends(world: World, state: State, key: str) -> list[Entry]:
    """The entries that can end the state."""
    return of_kinds(world, state, state.ends, key)


def start_of(world: World, state: State, key: str, at: int) -> Entry | None:
    """The entry from which `start of STATE` counts: of a value state its last setting (R15), else the run's first."""
    now = standing(world, state, key, at)
    if not now or state.value is not None:
        return now[-1] if now else None
    return [start for start in rising(world, state, key) if start.l <= at][-1]


__all__ = ["NOTHING", "Found", "Missing", "Nothing", "State"]
