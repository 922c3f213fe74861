"""The entries that may bear on duties, ordered and indexed by kind and key, as they count at H = min(D, K).

A stream is filled once, or kept: `add`, `remove` and `advance` change it in place, and everything looked up from it
before stays right. Whoever made it owns it; no two threads may use one at a time.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from operator import attrgetter
from typing import Any

from .entries import Entry, Missing
from .known import Known
from .times import Span
from .words import State

Key = tuple[tuple[str, str], ...]  # (role, key) pairs by role


@dataclass(slots=True)
class Timeline:
    """All settings and ends of one state for one key, in the order of entries."""

    state: State
    sets: list[Entry]
    ends: list[Entry]
    set_at: list[int]
    end_at: list[int]
    rising: list[bool] = field(default_factory=list)

    def change(self, sets: list[Entry], ends: list[Entry], since: int) -> None:
        """Take settings and ends that differ only in entries whose spans begin at `since` or later."""
        self.sets, self.ends = sets, ends
        self.set_at, self.end_at = [x.order[0] for x in sets], [x.order[0] for x in ends]
        kept = min(bisect_left(self.set_at, since), len(self.rising))
        self.rising = self.rising[:kept] + [_is_rising(self, at) for at in range(kept, len(sets))]


@dataclass(frozen=True, slots=True)
class Reading:
    """A state read at an instant: its value (None: it has none; Missing: not known), its setting entry, a tie."""

    value: Any
    setting: Entry | None
    tie: bool = False
    place: int = -1


NOTHING = Reading(None, None)
EVER = -(2**62)  # before every instant


class Stream:
    """Entries of what is known, those that count at `horizon` ready by kind and key; untimed and later ones apart."""

    def __init__(self, known: Known, entries: Iterable[Entry], horizon: int) -> None:
        self.refill(known, entries, horizon)

    def refill(self, known: Known, entries: Iterable[Entry], horizon: int) -> None:
        """Begin again with these entries."""
        self.known, self.horizon = known, horizon
        self.by_kind: dict[str, list[Entry]] = {}
        self.untimed: dict[str, list[Entry]] = {}
        self.settled: dict[str, list[Entry]] = {}  # waivers and suspensions by clause: they count once recorded
        self.waiting: list[Entry] = []  # those that do not count yet
        self._numbered: dict[int, Entry] = {}
        self._carrying: dict[tuple[str, Key], list[Entry]] = {}
        self._indexed: dict[str, set[tuple[str, ...]]] = {}
        self._timelines: dict[tuple[int, str], Timeline] = {}
        self._states: dict[str, dict[int, State]] = {}
        for entry in entries:
            self._sort_in(entry)
        for same in self.by_kind.values():
            same.sort(key=_order)

    def _waits(self, entry: Entry) -> bool:
        """Say whether an entry, or what it settles, does not count yet."""
        settles = entry.kind[:5] == "duty." and entry.recorded > self.horizon
        return settles or (entry.span is not None and entry.order[0] > self.horizon)

    def _sort_in(self, entry: Entry) -> list[Entry] | None:
        """Put an entry where it belongs; return the list of its kind where it counts and has a time."""
        if self._waits(entry):
            self.waiting.append(entry)
        if entry.kind[:5] == "duty." and entry.recorded <= self.horizon:
            self.settled.setdefault(str((entry.facts or {}).get("clause")), []).append(entry)
        if entry.span is None:
            self.untimed.setdefault(entry.kind, []).append(entry)
        elif entry.order[0] <= self.horizon:
            self._numbered[entry.n] = entry
            same = self.by_kind.setdefault(entry.kind, [])
            same.append(entry)
            return same
        return None

    # -- changing a stream that is kept -----------------------------------------------------------------------

    def add(self, entry: Entry) -> None:
        """Take one more entry."""
        same = self._sort_in(entry)
        if same is None:
            return
        if len(same) > 1 and same[-2].order > entry.order:
            same.sort(key=_order)
        for key in self._keys(entry):
            insort(self._carrying.setdefault((entry.kind, key), []), entry, key=_order)
        self._retell(entry)

    def remove(self, entry: Entry) -> None:
        """Let an entry go that was taken before."""
        self.waiting = [other for other in self.waiting if other is not entry]
        self._numbered.pop(entry.n, None)
        for group in (self.settled, self.untimed, self.by_kind):
            for same in group.values():
                same[:] = [other for other in same if other is not entry]
        for key in self._keys(entry):
            found = self._carrying.get((entry.kind, key), [])
            found[:] = [other for other in found if other is not entry]
        self._retell(entry)

    def advance(self, horizon: int) -> list[Entry]:
        """Move the horizon on; return the entries that count from now on."""
        self.horizon = horizon
        found = [entry for entry in self.waiting if not self._waits(entry)]
        for entry in found:
            self.remove(entry)
            self.add(entry)
        return found

    def _keys(self, entry: Entry) -> Iterator[Key]:
        """Yield the keys under which an entry is looked up so far."""
        for roles in self._indexed.get(entry.kind, ()):
            yield from _keyed(self.known, entry, roles)

    def _retell(self, entry: Entry) -> None:
        """Tell the states that an entry sets or ends from where it may matter."""
        for state in self._states.get(entry.kind, {}).values():
            for value in self.known.keys(entry, state.key):
                line = self._timelines.get((id(state), value))
                if line is not None and entry.span is not None:
                    line.change(*self._told(state, value), entry.span.e)

    # -- looking up -------------------------------------------------------------------------------------------

    def carrying(self, kind: str, key: Key, *, untimed: bool = False) -> list[Entry]:
        """Return the entries of a kind that carry every key; a list that later entries join."""
        if untimed:
            return self._chosen(self.untimed.get(kind, ()), key)
        found = self._carrying.get((kind, key))
        if found is None:
            roles = tuple(role for role, _ in key)
            if roles not in self._indexed.setdefault(kind, set()):
                self._index(kind, roles)
            found = self._carrying.setdefault((kind, key), [])
        return found

    def numbered(self, kind: str, number: str) -> Entry | None:
        """Return the entry of a number, given as text, where it is of that kind."""
        entry = self._numbered.get(int(number)) if number.isdigit() else None
        return entry if entry is not None and entry.kind == kind else None

    def _index(self, kind: str, roles: tuple[str, ...]) -> None:
        self._indexed[kind].add(roles)
        for entry in self.by_kind.get(kind, ()):
            for key in _keyed(self.known, entry, roles):
                self._carrying.setdefault((kind, key), []).append(entry)

    def _chosen(self, entries: Sequence[Entry], key: Key) -> list[Entry]:
        keys = self.known.keys
        return [entry for entry in entries if all(value in keys(entry, role) for role, value in key)]

    def timeline(self, state: State, key: str) -> Timeline:
        """Return a state's settings and ends for one key."""
        found = self._timelines.get((id(state), key))  # two packs may give one name to two states
        if found is None:
            found = Timeline(state, [], [], [], [])
            found.change(*self._told(state, key), EVER)
            self._timelines[id(state), key] = found
            for kind in (*state.starts, *state.ends):
                self._states.setdefault(kind, {})[id(state)] = state
        return found

    def _told(self, state: State, key: str) -> tuple[list[Entry], list[Entry]]:
        pair = ((state.key, key),)
        return self.of_kinds(state.starts, pair), self.of_kinds(state.ends, pair)

    def of_kinds(self, kinds: Sequence[str], key: Key) -> list[Entry]:
        """Return the entries of some kinds that carry every key, in order."""
        if len(kinds) == 1:
            return self.carrying(kinds[0], key)
        return sorted((entry for kind in dict.fromkeys(kinds) for entry in self.carrying(kind, key)), key=_order)


_order = attrgetter("order")


def _keyed(known: Known, entry: Entry, roles: tuple[str, ...]) -> Iterator[Key]:
    """Yield each key, of these roles, that an entry carries."""
    if len(roles) == 1:
        role = roles[0]
        for value in dict.fromkeys(known.keys(entry, role)):
            yield ((role, value),)
        return
    yield from product(*([(role, value) for value in dict.fromkeys(known.keys(entry, role))] for role in roles))


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


def _is_rising(line: Timeline, at: int) -> bool:
    """Say of a setting whether the state did not hold just before it: all earlier ones had been ended (C3)."""
    entry = line.sets[at]
    assert entry.span
    for before in reversed(line.sets[:at]):
        assert before.span
        later = line.ends[bisect_left(line.end_at, before.span.e) :]  # no other end can come after it
        ends = [end for end in later if comes_after(end, before.span, before.n)]
        between = [end for end in ends if not comes_after(end, entry.span, entry.n)]
        if not between:
            return False
        if any(_is_wholly_after(end, before) for end in between):
            return True  # and so after every setting still earlier
    return True


def _is_wholly_after(end: Entry, setting: Entry) -> bool:
    assert end.span and setting.span
    return end.span.e > setting.span.l


def read_state(line: Timeline, at: int) -> Reading:
    """Return the state at an instant: settings of that instant are in, ends of that instant are not."""
    return _reading(line, bisect_right(line.set_at, at) - 1, at)


def read_before(line: Timeline, entry: Entry) -> Reading:
    """Return the state just before an entry."""
    place = bisect_left(line.sets, entry.order, key=_order) - 1
    return _reading(line, place, entry.order[0])


def _reading(line: Timeline, place: int, at: int) -> Reading:
    place = _standing(line, place, at)
    if place < 0:
        return NOTHING
    setting = line.sets[place]
    if line.state.value is None:
        return Reading("true", setting, place=place)
    value = setting.field(line.state.value)
    tie = place > 0 and line.set_at[place - 1] == line.set_at[place] and _differ(line, place, at)
    return Reading(value, setting, tie, place)


def _standing(line: Timeline, place: int, at: int) -> int:
    """Return the last setting up to `place` that nothing ended before `at`, -1 where there is none (C3)."""
    while place >= 0:
        ended = _ends_before(line, line.sets[place], at)
        if not ended:
            return place
        if any(_is_wholly_after(end, line.sets[place]) for end in ended):
            return -1  # it ended every setting still earlier as well
        place -= 1
    return -1


def _ends_before(line: Timeline, setting: Entry, at: int) -> list[Entry]:
    assert setting.span
    ends = line.ends[bisect_left(line.end_at, setting.span.e) : bisect_left(line.end_at, at)]
    return [end for end in ends if comes_after(end, setting.span, setting.n)]


def _differ(line: Timeline, place: int, at: int) -> bool:
    """Say whether two settings of one instant that both stand state different values."""
    name, second = line.state.value or "", line.set_at[place]
    same = [x for x in line.sets[: place + 1] if x.order[0] == second and not _ends_before(line, x, at)]
    return len({str(x.field(name)) for x in same}) > 1


def start_of(line: Timeline, reading: Reading) -> Entry | None:
    """Return the entry that began what was read: the last setting of a value, the first of an unbroken hold."""
    place = reading.place
    if place < 0 or line.state.value is not None:
        return reading.setting
    while not line.rising[place]:
        place -= 1
    return line.sets[place]


def is_known(value: Any) -> bool:
    """Say whether a value read is neither absent nor missing."""
    return value is not None and not isinstance(value, Missing)
