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
from .known import Chains, Known, chained, is_link, linked, named
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
        self.chains, self.standing = Chains(), dict[int, Entry]()
        self.stream = Stream(Known([], {}, {}), [], horizon)
        self.units: dict[Unit, Judging] = {}
        self._gone: set[int] = set()  # numbers retracted
        self._latest: dict[Unit, int] = {}  # the last instant at which judging a unit reads a state
        self._latest_of: dict[str, int] = {}  # the same of all units of a clause
        self._awaited: set[int | None] = set()  # numbers that a correction or retraction names
        self._named: set[str] = set()  # numbers that an act or a waiver names, as text
        self._changes: dict[Unit, Change] = {}
        self._judged: set[Unit] = set()  # since the horizon moved last
        self._alarms: dict[Unit, int] = {}  # when a unit changes though no entry comes

    @property
    def known(self) -> Known:
        """What is known: the standing entries by number, the keys that are one, what could not be used."""
        standing = [self.standing[n] for n in sorted(self.standing)]
        return Known(standing, self.stream.known.canonical, self.stream.known.roots, self.chains.partial)

    def append(self, entry: Entry, *, horizon: int | None = None) -> set[Unit]:
        """Take one more entry, and move the horizon where one is given; return the units judged again."""
        return self.take([entry], horizon=horizon)

    def take(self, entries: Iterable[Entry], *, horizon: int | None = None) -> set[Unit]:
        """Take some more entries at once, and move the horizon where one is given; return the units judged again."""
        if horizon is not None and horizon > self.stream.horizon:
            self._advance(horizon)
        for entry in entries:
            self.raw.append(entry)
            self._named |= _numbers_named(entry)
            if _is_plain(entry) and entry.n not in self._awaited:
                self.chains.add(entry)
                self._joins(entry)
            else:
                self._awaited |= {named(entry, "corrects"), named(entry, "retracts")}
                self._restate(entry)
        return self._judge()

    def duties(self) -> list[Duty]:
        """Return the rows of every unit."""
        return [duty for judging in self.units.values() for duty in judging.rows()]

    # -- what changes -----------------------------------------------------------------------------------------

    def _joins(self, entry: Entry) -> None:
        self.standing[entry.n] = entry
        self.stream.add(entry)
        self._bears(entry)

    def _leaves(self, entry: Entry) -> None:
        del self.standing[entry.n]
        self._bears(entry)
        self.stream.remove(entry)

    def _bears(self, entry: Entry) -> None:
        """Note the units that an entry of the stream bears on, and from when."""
        engine, stream = self.engine, self.stream
        since = EVER if entry.span is None else entry.span.e
        settled = engine.settles(entry, stream.known) if entry.kind[:5] == "duty." else None
        if settled is not None:
            self._note(settled, EVER, opens_only=False)
        if entry.span is not None and entry.span.l > stream.horizon:
            return
        for reads in engine.reading.get(entry.kind, ()):
            clause = reads.family.id
            if reads.is_own:
                for key in engine.keys(reads.family, entry, stream.known):
                    self._note((clause, key), since, opens_only=reads.opens and not reads.closes)
            if reads.roles and (reads.ends_while or since <= self._latest_of.get(clause, EVER)):
                for key in engine.named_by(reads, entry, stream):
                    if reads.ends_while or since <= self._latest.get((clause, key), EVER):
                        self._note((clause, key), since, opens_only=False)

    def _note(self, unit: Unit, since: int, *, opens_only: bool) -> None:
        change = self._changes.get(unit)
        if change is None:
            self._changes[unit] = Change(since, opens_only)
        else:
            change.since, change.opens_only = min(change.since, since), change.opens_only and opens_only

    def _restate(self, entry: Entry) -> None:
        """Work out what an entry that corrects, retracts or links makes of others; let go and take what differs."""
        roots = self._chained(entry)
        before = {root: self.standing.get(root) for root in roots}
        after = {root: _same(before[root], self.chains.standing(root, self._gone)) for root in roots}
        changed = [root for root in sorted(roots) if before[root] is not after[root]]
        old = self.stream.known
        links = [entry for root in changed for entry in (before[root], after[root]) if entry and is_link(entry)]
        numbers = self.chains.numbers()
        moved = {name for name in old.roots.keys() | numbers.keys() if old.roots.get(name) != numbers.get(name)}
        if links or not moved.isdisjoint(self._named):
            self._rekey(numbers, {root: after[root] for root in changed}, moved)
            return
        for root in changed:
            if (was := before[root]) is not None:
                self._leaves(was)
        self.stream.known = Known([], old.canonical, numbers)
        for root in changed:
            if (now := after[root]) is not None:
                self._joins(now)

    def _chained(self, entry: Entry) -> set[int]:
        """Put an entry into its chain; return the first numbers of all chains that may stand otherwise now."""
        if entry.n < self.chains.last:  # out of turn: what came before may have named it
            self.chains = chained(self.raw)
            roots = self.chains.members.keys() | self.standing.keys()
        else:
            roots = {root for root in [self.chains.add(entry)] if root is not None}
        gone = self.chains.retracted()
        roots = roots | {self.chains.roots[n] for n in gone ^ self._gone if n in self.chains.roots}
        self._gone = gone
        return set(roots)

    def _rekey(self, numbers: dict[str, str], after: dict[int, Entry | None], moved: set[str]) -> None:
        """Fill the stream again where keys, or the numbers that acts name, mean others than before."""
        before, old = dict(self.standing), self.stream.known
        self.standing = {n: entry for n, entry in (before | after).items() if entry is not None}
        new = Known([], linked(self.standing.values()), numbers)
        both = old.canonical.keys() | new.canonical.keys()
        moved = moved | {key for key in both if old.canonical.get(key) != new.canonical.get(key)}
        stay = [
            n for n, entry in before.items() if self.standing.get(n) is entry and not moved.isdisjoint(_words(entry))
        ]
        bearing = [*after, *stay]
        for entry in (before[n] for n in bearing if n in before):
            self._bears(entry)
        self.stream.refill(new, self.standing.values(), self.stream.horizon)
        for entry in (self.standing[n] for n in bearing if n in self.standing):
            self._bears(entry)
        for change in self._changes.values():
            change.since, change.opens_only = EVER, False

    def _advance(self, horizon: int) -> None:
        since = self.stream.horizon + 1 if self.engine.coverage.is_timeless else EVER
        for unit in self._judged:  # seen from where the horizon stood
            self._alarms[unit] = self.units[unit].wakes
        self._judged.clear()
        waking = [unit for unit, at in self._alarms.items() if at <= horizon]
        for entry in self.stream.advance(horizon):
            self._bears(entry)
        for unit in waking:
            self._note(unit, since, opens_only=False)

    def _judge(self) -> set[Unit]:
        changes, self._changes = self._changes, {}
        for unit, change in changes.items():
            judging = self.units.get(unit)
            if judging is None:
                judging = self.units[unit] = self.engine.judging(unit, self.stream)
                change = Change(EVER, False)
            judging.resume(change.since, opens_only=change.opens_only)
            self._judged.add(unit)
            self._latest[unit] = latest = self.engine.latest(unit, self.stream)
            self._latest_of[unit[0]] = max(latest, self._latest_of.get(unit[0], EVER))
        return set(changes)


def _is_plain(entry: Entry) -> bool:
    changing = (RETRACTED, LINKED, UNLINKED)
    return not entry.kind.startswith(changing) and not (entry.facts and "corrects" in entry.facts)


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


def _same(before: Entry | None, after: Entry | None) -> Entry | None:
    """Return the entry as it stood where nothing of it changed, so that it can be told by identity."""
    return before if before == after else after
