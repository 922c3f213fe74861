"""The Answer: every duty of a set of packs on an extract, as of D and as known at K, as one JSON document."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from .calendars import Calendar, calendar_of
from .coverage import Coverage, coverage_of
from .duty import Duty
from .engine import Engine, trigger_kinds
from .entries import Entry, read_rows
from .keyed import units_of
from .known import Known, known_at
from .language import parse_pack
from .law import Family
from .live import Live
from .stream import Stream
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
    as_of_second, known_second = horizon(as_of), horizon(known_at)
    live = Live(engine, min(as_of_second, known_second))
    for entry in sorted(entries, key=_recorded):
        if entry.recorded <= known_second:
            live.append(entry)
    known = live.known
    partial = bad + known.partial + left_out(known, live.stream.horizon, engine)
    return document(live.duties(), read, as_of_second, known_second, in_order(partial))


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
    stream = Stream(known, known.entries, min(as_of, known_second))
    found: list[Duty] = []
    for unit in units_of(engine, known):
        found += engine.judge(*unit, stream)
    return found, known


def _recorded(entry: Entry) -> tuple[int, int]:
    return (entry.recorded, entry.n)


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
