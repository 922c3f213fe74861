"""The Answer: every duty of a set of packs on an extract, as of D and as known at K, as one JSON document."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from .calendars import Calendar, calendar_of
from .coverage import Coverage, coverage_of
from .duty import Duty
from .engine import Engine, trigger_kinds
from .entries import Entry, read_rows
from .keyed import Index, units_of
from .known import Known, known_at, named
from .language import parse_pack
from .law import Family
from .stream import Key, Stream
from .times import horizon, written
from .words import Kinds, Pack

Rows = Iterable[Mapping[str, Any]]


def packs_of(texts: "str | Sequence[str] | Sequence[Pack]", *, kinds: Kinds | None = None) -> list[Pack]:
    """Return packs given as one text, several texts, or already read."""
    given: list[str | Pack] = [texts] if isinstance(texts, str) else list(texts)
    return [
        pack if isinstance(pack, Pack) else parse_pack(pack, file=f"pack {at}", kinds=kinds)
        for at, pack in enumerate(given, 1)
    ]


def document(
    duties: Iterable[Duty], packs: Sequence[Pack], as_of: int, known: int, partial: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the Answer with its duties in their order."""
    return {
        "as_of": written(as_of),
        "known_at": written(known),
        "pack": ", ".join(pack.name for pack in packs),
        "version": ", ".join(pack.version for pack in packs),
        "duties": [duty.document() for duty in sorted(duties, key=Duty.place)],
        "partial": partial,
    }


def evaluate_incremental(
    extract_rows: Rows,
    packs: "str | Sequence[str] | Sequence[Pack]",
    as_of: str,
    known_at: str,
    covers: "Coverage | Rows | None" = None,
    calendar: "Calendar | Iterable[str | date] | str | None" = None,
    *,
    kinds: Kinds | None = None,
) -> dict[str, Any]:
    """Return the Answer by feeding the entries one after another, in the order recorded, through the engine."""
    read = packs_of(packs, kinds=kinds)
    entries, bad = read_rows(extract_rows, kinds=kinds)
    coverage = coverage_of(covers, {entry.kind for entry in entries})
    engine = Engine(read, calendar_of(calendar or read[0].calendar), coverage)
    feed = Feed(engine, horizon(as_of), horizon(known_at))
    for entry in sorted(entries, key=_recorded):
        feed.append(entry)
    partial = bad + feed.known.partial + left_out(feed.known, feed.horizon, engine)
    return document(feed.duties(), read, feed.as_of, feed.known_second, in_order(partial))


def evaluate_by_key(
    extract_rows: Rows,
    packs: "str | Sequence[str] | Sequence[Pack]",
    as_of: str,
    known_at: str,
    covers: "Coverage | Rows | None" = None,
    calendar: "Calendar | Iterable[str | date] | str | None" = None,
    *,
    kinds: Kinds | None = None,
) -> dict[str, Any]:
    """Return the Answer by judging each key on its own, all that is known at K in hand: plain Python, no NumPy."""
    read = packs_of(packs, kinds=kinds)
    entries, bad = read_rows(extract_rows, kinds=kinds)
    coverage = coverage_of(covers, {entry.kind for entry in entries})
    engine = Engine(read, calendar_of(calendar or read[0].calendar), coverage)
    as_of_second, known_second = horizon(as_of), horizon(known_at)
    found, known = judged(engine, entries, as_of_second, known_second)
    partial = bad + known.partial + left_out(known, min(as_of_second, known_second), engine)
    return document(found, read, as_of_second, known_second, in_order(partial))


def judged(engine: Engine, entries: Iterable[Entry], as_of: int, known_second: int) -> tuple[list[Duty], Known]:
    """Return every duty of the engine's packs on the entries, and what was known."""
    known = known_at(entries, known_second)
    index = Index(known, engine.roles)
    found: list[Duty] = []
    for unit in units_of(engine, known):
        found += engine.judge(*unit, index.stream(engine, unit, min(as_of, known_second)))
    return found, known


def _recorded(entry: Entry) -> tuple[int, int]:
    return (entry.recorded, entry.n)


class Feed:
    """A record in memory: entries arrive one by one, and the rows of the units they touch are replaced."""

    def __init__(self, engine: Engine, as_of: int, known_second: int) -> None:
        self.engine, self.as_of, self.known_second = engine, as_of, known_second
        self.horizon = min(as_of, known_second)
        self.raw: list[Entry] = []
        self.awaited: set[int | None] = set()  # numbers that a correction or retraction names
        self.known = Known([], {}, {})
        self.near: dict[tuple[str, str], dict[int, Entry]] = {}
        self.rows: dict[tuple[str, Key], list[Duty]] = {}
        self._gone: set[tuple[str, Key]] = set()  # units that entries bore on before what is known was restated

    def append(self, entry: Entry) -> None:
        """Take one more entry and judge again what it bears on."""
        if entry.recorded > self.known_second:
            return
        self.raw.append(entry)
        before = {other.n: other for other in self.known.entries}
        if _plain(entry) and entry.n not in self.awaited:
            self.known.entries.append(entry)
            self._index(entry)
            changed = [entry]
        else:
            self.awaited |= {named(entry, "corrects"), named(entry, "retracts")}
            changed = self._restate(before)
        units = self.engine.touched(changed, self.known, self.carrying) | self._gone
        self._gone = set()
        gathered = {other.n: other for unit in units for other in self.engine.gather(*unit, self.known, self.carrying)}
        gathered |= {other.n: other for other in self.known.entries if other.kind.startswith("duty.")}
        stream = Stream(self.known, gathered.values(), self.horizon)
        for clause, key in units:
            self.rows[clause, key] = self.engine.judge(clause, key, stream)

    def _restate(self, before: dict[int, Entry]) -> list[Entry]:
        """Work out anew what is known; return every entry that changed, and note the units it had touched before."""
        links = self.known.canonical
        old, self_near = self.known, dict(self.near)
        self.known = known_at(self.raw, self.known_second)
        after = {entry.n: entry for entry in self.known.entries}
        moved = set(links) | set(self.known.canonical) if links != self.known.canonical else set()
        changed = [n for n in {*before, *after} if before.get(n) is not after.get(n) or _carries(before.get(n), moved)]
        lost = [before[n] for n in changed if n in before]

        def near_before(role: str, key: str) -> Iterable[Entry]:
            return self_near.get((role, key), {}).values()

        self._gone = self.engine.touched(lost, old, near_before)
        self.near = {}
        for entry in self.known.entries:
            self._index(entry)
        return [after[n] for n in changed if n in after]

    def _index(self, entry: Entry) -> None:
        for role in self.engine.roles:
            for key in [*self.known.keys(entry, role), *([str(entry.n)] if role == "trigger" else [])]:
                self.near.setdefault((role, key), {})[entry.n] = entry

    def carrying(self, role: str, key: str) -> Iterable[Entry]:
        """Return the standing entries that carry a key in a role."""
        return self.near.get((role, key), {}).values()

    def duties(self) -> list[Duty]:
        """Return the rows of every unit."""
        return [duty for rows in self.rows.values() for duty in rows]


def _plain(entry: Entry) -> bool:
    changing = ("entry.retracted.", "identity.linked.", "identity.unlinked.")
    return not entry.kind.startswith(changing) and not (entry.facts and "corrects" in entry.facts)


def _carries(entry: Entry | None, moved: set[str]) -> bool:
    if entry is None or not moved:
        return False
    words = {word for keys in entry.refs.values() for word in keys} | {entry.subject}
    words |= {str(value) for value in (entry.facts or {}).values() if isinstance(value, (str, int))}
    return bool(words & moved)


def left_out(known: Known, horizon_second: int, engine: Engine) -> list[dict[str, Any]]:
    """List the entries that may have happened by H, and those without a key that a clause matches on."""
    found: list[dict[str, Any]] = []
    for entry in known.entries:
        if entry.span and entry.span.e <= horizon_second < entry.span.l:
            found.append({"n": entry.n, "why": "its claimed time ends after the moment asked about"})
        elif (entry.span is None or entry.span.l <= horizon_second) and (
            lacking := _lacking(entry, known, engine)
        ) is not None:
            found.append({"n": entry.n, "why": f"has no {lacking}, which a clause matches on"})
    return found


def _lacking(entry: Entry, known: Known, engine: Engine) -> str | None:
    for family in engine.families.values():
        role = lacking_role(family, entry, known)
        if role is not None:
            return role
    return None


def lacking_role(family: Family, entry: Entry, known: Known) -> str | None:
    """Return the first role of the key that an entry should carry, as a trigger or an act, and does not."""
    for law in family.laws:
        opens = entry.kind in trigger_kinds(law)
        acts = any(item.entry == entry.kind for item in law.clause.must)
        if not opens and not acts:
            continue
        for role in law.clause.match:
            if opens and (role == "trigger" or (role == "addressee" and law.clause.for_each)):
                continue
            if not known.keys(entry, role):
                return role
    return None


def in_order(partial: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows left out by number, each number once with its first reason."""
    seen: dict[str, dict[str, Any]] = {}
    for row in partial:
        seen.setdefault(str(row["n"]), row)
    return sorted(seen.values(), key=_partial_place)


def _partial_place(row: dict[str, Any]) -> tuple[int, int, str]:
    n = row["n"]
    return (0, int(n), "") if str(n).isdigit() else (1, 0, str(n))
