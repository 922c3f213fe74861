"""The entries that may bear on a duty, ordered and indexed by kind, as they count at H = min(D, K)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from .entries import Entry, Missing
from .known import Known
from .times import Span
from .words import State

Key = tuple[tuple[str, str], ...]  # (role, key) pairs by role
ABSENT = None


@dataclass(slots=True)
class Timeline:
    """All settings and ends of one state for one key, in the order of entries."""

    state: State
    sets: list[Entry]
    ends: list[Entry]
    set_at: list[int]
    end_at: list[int]
    rising: list[bool] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """A state read at an instant: its value (None: it has none; Missing: not known), its setting entry, a tie."""

    value: Any
    setting: Entry | None
    tie: bool = False
    place: int = -1


NOTHING = Reading(None, None)


class Stream:
    """Entries of what is known, those that count at `horizon` ready by kind; untimed ones apart."""

    def __init__(self, known: Known, entries: Iterable[Entry], horizon: int) -> None:
        self.known, self.horizon = known, horizon
        self.by_kind: dict[str, list[Entry]] = {}
        self.untimed: dict[str, list[Entry]] = {}
        self.settled: list[Entry] = []  # waivers and suspensions: they count from when they were recorded
        by_kind = self.by_kind
        for entry in entries:
            kind = entry.kind
            if kind[:5] == "duty." and entry.recorded <= horizon:
                self.settled.append(entry)
            if entry.span is None:
                self.untimed.setdefault(kind, []).append(entry)
            elif entry.order[0] <= horizon:
                if kind in by_kind:
                    by_kind[kind].append(entry)
                else:
                    by_kind[kind] = [entry]
        for same in self.by_kind.values():
            same.sort(key=_order)
        self._timelines: dict[tuple[str, str], Timeline] = {}
        self._carrying: dict[tuple[str, Key], list[Entry]] = {}

    def carrying(self, kind: str, key: Key, *, untimed: bool = False) -> list[Entry]:
        """Return the entries of a kind that carry every key."""
        if untimed:
            return self._chosen(self.untimed.get(kind, ()), key)
        found = self._carrying.get((kind, key))
        if found is None:
            found = self._carrying[kind, key] = self._chosen(self.by_kind.get(kind, ()), key)
        return found

    def _chosen(self, entries: Sequence[Entry], key: Key) -> list[Entry]:
        keys = self.known.keys
        if len(key) == 1:
            role, value = key[0]
            return [entry for entry in entries if value in keys(entry, role)]
        return [entry for entry in entries if all(value in keys(entry, role) for role, value in key)]

    def timeline(self, state: State, key: str) -> Timeline:
        """Return a state's settings and ends for one key."""
        found = self._timelines.get((state.name, key))
        if found is None:
            pair = ((state.key, key),)
            sets = sorted((x for kind in state.starts for x in self.carrying(kind, pair)), key=_order)
            ends = sorted((x for kind in state.ends for x in self.carrying(kind, pair)), key=_order)
            found = Timeline(state, sets, ends, [x.order[0] for x in sets], [x.order[0] for x in ends])
            found.rising = _rising(found)
            self._timelines[state.name, key] = found
        return found


_order = attrgetter("order")


def overlaps(one: Span, other: Span) -> bool:
    """Say whether two closed spans share a second."""
    return one.e <= other.l and other.e <= one.l


def comes_after(end: Entry, start_span: Span, start_n: int) -> bool:
    """Say whether an end is one of this start: wholly after it, or overlapping and with the greater number."""
    span = end.span
    assert span is not None
    if overlaps(span, start_span):
        return end.n > start_n
    return span.e > start_span.l


def _rising(line: Timeline) -> list[bool]:
    """Say of each setting whether the state did not hold just before it."""
    found = []
    for at, entry in enumerate(line.sets):
        if at == 0:
            found.append(True)
            continue
        before = line.sets[at - 1]
        found.append(any(_between(end, before, entry) for end in line.ends))
    return found


def _between(end: Entry, before: Entry, entry: Entry) -> bool:
    assert before.span and entry.span
    return comes_after(end, before.span, before.n) and not comes_after(end, entry.span, entry.n)


def read_state(line: Timeline, at: int) -> Reading:
    """Return the state at an instant: settings of that instant are in, ends of that instant are not."""
    return _reading(line, bisect_right(line.set_at, at) - 1, at)


def read_before(line: Timeline, entry: Entry) -> Reading:
    """Return the state just before an entry."""
    place = bisect_left(line.sets, entry.order, key=_order) - 1
    return _reading(line, place, entry.order[0])


def _reading(line: Timeline, place: int, at: int) -> Reading:
    if place < 0:
        return NOTHING
    setting = line.sets[place]
    assert setting.span
    for end in line.ends[bisect_left(line.end_at, setting.span.e) :]:
        if end.order[0] >= at:
            break
        if comes_after(end, setting.span, setting.n):
            return NOTHING
    if line.state.value is None:
        return Reading("true", setting, place=place)
    value = setting.field(line.state.value)
    tie = place > 0 and line.set_at[place - 1] == line.set_at[place] and _differ(line, place)
    return Reading(value, setting, tie, place)


def _differ(line: Timeline, place: int) -> bool:
    """Say whether two settings of one instant state different values."""
    name, at = line.state.value or "", line.set_at[place]
    values = [str(x.field(name)) for x in line.sets[: place + 1] if x.order[0] == at]
    return len(set(values)) > 1


def start_of(line: Timeline, reading: Reading) -> Entry | None:
    """Return the entry that began what was read: the last setting of a value, the first of an unbroken hold."""
    place = reading.place
    if place < 0 or line.state.value is not None:
        return reading.setting
    while not line.rising[place]:
        place -= 1
    return line.sets[place]


def end_of_run(line: Timeline, place: int) -> Entry | None:
    """Return the entry that ends the hold begun by the setting at `place`."""
    last = place
    while last + 1 < len(line.sets) and not line.rising[last + 1]:
        last += 1
    setting = line.sets[last]
    assert setting.span
    ending = (end for end in line.ends if comes_after(end, setting.span, setting.n))
    return next(ending, None)


def is_known(value: Any) -> bool:
    """Say whether a value read is neither absent nor missing."""
    return value is not None and not isinstance(value, Missing)
