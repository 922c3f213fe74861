"""A record as the incremental evaluator keeps it: entries arrive, and what they bear on is judged again.

1. An entry that corrects, retracts or links nothing joins the stream. Else what is known is worked out anew, and the
   entries that differ leave it and join it.
2. Each of them names the units that it bears on, and the instant from which it may matter: the first of its span.
   Where it only sets a state, and begins after the last instant at which the unit reads one, it changes nothing.
3. Each unit is judged again from that instant on (`judging`); the rows of all others stay.
4. As the horizon moves on, what had not counted yet joins, and a unit of which something is open is judged again once
   the next instant that can change it by itself has passed: a due, an `until`, a newer law.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .duty import Duty
from .engine import Engine, Unit
from .entries import LINKED, RETRACTED, UNLINKED, Entry, texts_of
from .judging import Judging
from .known import Known, known_at, named
from .occurrence import NEVER
from .stream import EVER, Stream


@dataclass(slots=True)
class Change:
    """From when on a unit may differ, and whether only new triggers came."""

    since: int
    opens_only: bool


class Live:
    """What is known and owed, up to date with the entries taken so far; belongs to one thread at a time."""

    def __init__(self, engine: Engine, horizon: int) -> None:
        self.engine = engine
        self.raw: list[Entry] = []
        self.known = Known([], {}, {})
        self.stream = Stream(self.known, [], horizon)
        self.units: dict[Unit, Judging] = {}
        self._awaited: set[int | None] = set()  # numbers that a correction or retraction names
        self._named: set[str] = set()  # numbers that an act or a waiver names, as text
        self._changes: dict[Unit, Change] = {}

    def append(self, entry: Entry, *, horizon: int | None = None) -> set[Unit]:
        """Take one more entry, and move the horizon where one is given; return the units judged again."""
        return self.take([entry], horizon=horizon)

    def take(self, entries: Iterable[Entry], *, horizon: int | None = None) -> set[Unit]:
        """Take some more entries at once, and move the horizon where one is given; return the units judged again."""
        if horizon is not None and horizon > self.stream.horizon:
            self._advance(horizon)
        restated = False
        for entry in entries:
            self.raw.append(entry)
            self._named |= _numbers_named(entry)
            if _is_plain(entry) and entry.n not in self._awaited:
                self.known.entries.append(entry)
                self._joins(entry)
            else:
                self._awaited |= {named(entry, "corrects"), named(entry, "retracts")}
                restated = True
        if restated:
            self._restate()
        return self._judge()

    def duties(self) -> list[Duty]:
        """Return the rows of every unit."""
        return [duty for judging in self.units.values() for duty in judging.rows()]

    # -- what changes -----------------------------------------------------------------------------------------

    def _joins(self, entry: Entry) -> None:
        self.stream.add(entry)
        self._bears(entry)

    def _leaves(self, entry: Entry) -> None:
        self._bears(entry)
        self.stream.remove(entry)

    def _bears(self, entry: Entry) -> None:
        """Note the units that an entry of the stream bears on, and from when."""
        since = EVER if entry.span is None else entry.span.e
        settled = self.engine.settles(entry, self.known) if entry.kind[:5] == "duty." else None
        if settled is not None:
            self._note(settled, EVER, opens_only=False)
        if entry.span is not None and entry.span.l > self.stream.horizon:
            return
        for unit, reads, own in self.engine.touched(entry, self.stream):
            if own or reads.ends_while:
                self._note(unit, since, opens_only=reads.opens and not reads.closes)
            elif unit in self.units and since <= self.engine.latest(unit, self.stream):
                self._note(unit, since, opens_only=False)

    def _note(self, unit: Unit, since: int, *, opens_only: bool) -> None:
        change = self._changes.get(unit)
        if change is None:
            self._changes[unit] = Change(since, opens_only)
        else:
            change.since, change.opens_only = min(change.since, since), change.opens_only and opens_only

    def _restate(self) -> None:
        """Work out anew what is known; let go what is no longer so, and take what is so now."""
        before = {entry.n: entry for entry in self.known.entries}
        old, self.known = self.known, known_at(self.raw, NEVER)
        self.known.entries = [_same(before.get(entry.n), entry) for entry in self.known.entries]
        after = {entry.n: entry for entry in self.known.entries}
        changed = [n for n in dict.fromkeys((*before, *after)) if before.get(n) is not after.get(n)]
        moved = _moved(old, self.known)
        if old.canonical != self.known.canonical or not moved.isdisjoint(self._named):
            self._rekey(old, before, after, [*changed, *_carrying(before, after, moved)])
            return
        for n in changed:
            if n in before:
                self._leaves(before[n])
        self.stream.known = self.known
        for n in changed:
            if n in after:
                self._joins(after[n])

    def _rekey(self, old: Known, before: dict[int, Entry], after: dict[int, Entry], changed: list[int]) -> None:
        """Fill the stream again where keys, or the numbers that acts name, mean others than before."""
        new = self.known
        for entries, known in ((before, old), (after, new)):
            self.known = known
            if known is not old:
                self.stream.refill(known, known.entries, self.stream.horizon)
            for entry in (entries[n] for n in changed if n in entries):
                self._bears(entry)
        for change in self._changes.values():
            change.since, change.opens_only = EVER, False

    def _advance(self, horizon: int) -> None:
        since = self.stream.horizon + 1
        for entry in self.stream.advance(horizon):
            self._bears(entry)
        for unit, judging in self.units.items():
            if judging.wakes <= horizon:
                self._note(unit, since if self.engine.coverage.is_timeless else EVER, opens_only=False)

    def _judge(self) -> set[Unit]:
        changes, self._changes = self._changes, {}
        for unit, change in changes.items():
            judging = self.units.get(unit)
            if judging is None:
                judging = self.units[unit] = self.engine.judging(unit, self.stream)
                change = Change(EVER, False)
            judging.resume(change.since, opens_only=change.opens_only)
        return set(changes)


def _is_plain(entry: Entry) -> bool:
    changing = (RETRACTED, LINKED, UNLINKED)
    return not entry.kind.startswith(changing) and not (entry.facts and "corrects" in entry.facts)


def _moved(old: Known, new: Known) -> set[str]:
    """Return the keys, and the numbers as text, that mean another key or number than before."""
    pairs = ((old.canonical, new.canonical), (old.roots, new.roots))
    return {name for was, now in pairs for name in was.keys() | now.keys() if was.get(name) != now.get(name)}


def _carrying(before: dict[int, Entry], after: dict[int, Entry], moved: set[str]) -> list[int]:
    """Return the entries that stay and carry one of these."""
    return [n for n, entry in before.items() if after.get(n) is entry and not moved.isdisjoint(_words(entry))]


def _words(entry: Entry) -> set[str]:
    """Return every text of an entry that may be a key or name a number."""
    refs = {word for keys in entry.refs.values() for word in keys}
    facts = {word for value in (entry.facts or {}).values() for word in texts_of(value)}
    key = (entry.facts or {}).get("key")
    return refs | facts | {entry.subject} | (set(map(str, key.values())) if isinstance(key, dict) else set())


def _numbers_named(entry: Entry) -> set[str]:
    """Return the numbers of other entries that an entry names, other than as what it corrects."""
    facts = entry.facts or {}
    if entry.kind[:5] == "duty.":
        return _words(entry)
    found = set(entry.refs.get("trigger", ()))
    return found | set(texts_of(facts["trigger"])) if "trigger" in facts else found


def _same(before: Entry | None, after: Entry) -> Entry:
    """Return the entry as it stood where nothing of it changed, so that it can be told by identity."""
    return before if before is not None and before == after else after
