"""What is known at K, ready to judge: corrections in place, retracted rows gone, links mapped, each kind in order.

Rows that no correction, retraction or link concerns are only filtered and sorted. The few that one concerns go
through the same plain code that the incremental evaluator uses.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heed.policy.entries import RETRACTED, Entry
from heed.policy.known import Known, known_at, named
from heed.policy.times import Span

from .load import THREADS, Extract, Spine
from .scan import NO_TIME
from .sorting import ordered
from .table import Table, codes_in, stored
from .texts import MISSING, Longs, Texts


@dataclass
class Prepared:
    """Tables that count at H, each in the order of entries; those without a time apart; what special rows say."""

    texts: Texts
    tables: dict[str, Table]
    untimed: dict[str, Table]
    known: Known  # of the special rows: links, waivers, numbers of corrections
    canonical: npt.NDArray[np.int32]  # code of a key → code of the least key of its group
    horizon: int
    straddling: Longs  # numbers of entries that may have happened by H and may not


def prepare(extract: Extract, known_second: int, horizon: int, *, release: bool = False) -> Prepared:
    """Return what is known at K and counts at H; with `release`, what the extract holds is given up on the way."""
    concerned = _concerned(extract, known_second)
    known = known_at([*extract.special, *_originals(extract, concerned)], known_second)
    standing = _not_stand_ins(known)
    still = np.array(sorted({x.n for x in known.entries} - {x.n for x in standing}), np.int64)
    concerned = np.setdiff1d(concerned, still)
    straddling = [_straddling(extract, known_second, horizon, concerned)]
    straddling.append(np.array([x.n for x in standing if x.span and x.span.e <= horizon < x.span.l], np.int64))
    numbers = np.unique(np.concatenate(straddling)).astype(np.int64)
    held = extract.tables if release else dict(extract.tables)
    if release:
        extract.spine.clear()
    kept = _kept(held, standing, extract.texts, known_second, concerned, horizon)
    tables, untimed = ({kind: pair[which] for kind, pair in kept.items()} for which in (0, 1))
    return Prepared(extract.texts, tables, untimed, known, _canonical(known, extract.texts), horizon, numbers)


def _kept(
    held: dict[str, Table], standing: list[Entry], texts: Texts, known_second: int, concerned: Longs, horizon: int
) -> dict[str, tuple[Table, Table]]:
    """Return the rows of each kind that count at H, and those without a time; `held` is emptied on the way."""
    kinds = list(held)
    extra: dict[str, list[Entry]] = {kind: [] for kind in kinds}
    for entry in standing:
        extra.get(entry.kind, []).append(entry)

    def made(kind: str) -> tuple[Table, Table]:
        table = _standing(held.pop(kind), known_second, concerned)
        return _timed(appended(table, extra[kind], texts) if extra[kind] else table, horizon)

    # A text that only a correction has gets its code in the order of the kinds: then one thread does it all.
    with ThreadPoolExecutor(1 if any(extra.values()) else THREADS) as pool:
        return dict(zip(kinds, pool.map(made, kinds), strict=True))


def _concerned(extract: Extract, known_second: int) -> Longs:
    """Return the numbers of rows that some known special row corrects or retracts."""
    named_numbers = set()
    for entry in extract.special:
        if entry.recorded > known_second:
            continue
        name = "retracts" if entry.kind.startswith(RETRACTED) else "corrects"
        for number in (named(entry, name), named(entry, "corrects")):
            if number is not None:
                named_numbers.add(number)
    special = {entry.n for entry in extract.special}
    return np.array(sorted(named_numbers - special), np.int64)


def _originals(extract: Extract, concerned: Longs) -> list[Entry]:
    """Return stand-ins for the rows concerned: their number, kind and when they were recorded."""
    if not len(concerned):
        return []
    parts = [part.taken(np.isin(part.n, concerned)) for part in extract.spine]
    return [_stand_in(extract, part, place) for part in parts for place in range(len(part.n))]


def _stand_in(extract: Extract, part: Spine, place: int) -> Entry:
    timed = part.e[place] != NO_TIME
    return Entry(
        n=int(part.n[place]),
        kind=extract.kinds[part.kind[place]],
        subject="",
        span=Span(int(part.e[place]), int(part.l[place])) if timed else None,
        recorded=int(part.recorded[place]),
        **dict.fromkeys(("actor", "agency", "occurred_at", "recorded_at"), ""),
        facts={},
        refs={},
    )


def _not_stand_ins(known: Known) -> list[Entry]:
    """Return the standing special rows: corrections, which take the place of what they correct, links, waivers."""
    return [entry for entry in known.entries if entry.facts != {} or entry.subject != ""]


def _standing(table: Table, known_second: int, concerned: Longs) -> Table:
    keep = table.columns["recorded"] <= known_second
    if len(concerned):
        keep &= ~np.isin(table.columns["n"], concerned)
    return table if bool(keep.all()) else table.take(np.flatnonzero(keep))


def appended(table: Table, extra: list[Entry], texts: Texts) -> Table:
    """Return a table with a few plain entries added."""
    size = len(table)
    columns = {
        name: np.concatenate((column, np.array([_column(entry, name, texts) for entry in extra], np.int64)))
        for name, column in table.columns.items()
    }
    codes = np.full((len(extra), len(table.names)), MISSING, np.int32)
    more = [table.more]
    for row, entry in enumerate(extra):
        for slot, name in enumerate(table.names):
            found = codes_in(entry, name, texts)
            codes[row, slot] = stored(found)
            if found is not None and len(found) > 1:
                more += [np.array([[size + row, slot, code]], np.int64) for code in found]
    erased = np.concatenate((table.erased, np.array([entry.facts is None for entry in extra], np.bool_)))
    return Table(table.kind, table.names, columns, np.concatenate((table.codes, codes)), np.concatenate(more), erased)


def _column(entry: Entry, name: str, texts: Texts) -> int:
    if name in ("e", "l"):
        return NO_TIME if entry.span is None else getattr(entry.span, name)
    value: int | str = getattr(entry, name)
    return value if isinstance(value, int) else texts.code(value)


def _timed(table: Table, horizon: int) -> tuple[Table, Table]:
    """Return the rows that count at H in the order of entries, and those without a time."""
    late, early = table.columns["l"], table.columns["e"]
    without = np.flatnonzero(early == NO_TIME)
    order = in_time(late, early, table.columns["n"], horizon)
    plain = len(order) == len(table) and bool(np.all(order[1:] > order[:-1]))
    return (table if plain else table.take(order)), table.take(without)


def in_time(late: Longs, early: Longs, number: Longs, horizon: int) -> Longs:
    """Return the rows that have a time and end by H, in the order of entries."""
    counts = (late <= horizon) & (early != NO_TIME)
    if bool(counts.all()):
        return ordered(late, early, number)
    kept = np.flatnonzero(counts)
    return kept[ordered(late[kept], early[kept], number[kept])]


def _straddling(extract: Extract, known_second: int, horizon: int, concerned: Longs) -> Longs:
    found = [np.empty(0, np.int64)]
    for part in extract.spine:
        if part.e is part.l:
            continue  # instants straddle nothing
        across = (part.e <= horizon) & (part.l > horizon) & (part.e != NO_TIME) & (part.recorded <= known_second)
        if len(concerned):
            across &= ~np.isin(part.n, concerned)
        found.append(part.n[across])
    return np.concatenate(found)


def _canonical(known: Known, texts: Texts) -> npt.NDArray[np.int32]:
    pairs = [(texts.code(key), texts.code(least)) for key, least in known.canonical.items()]
    mapped = np.arange(len(texts), dtype=np.int32)
    for key, least in pairs:
        mapped[key] = least
    return mapped


def several(table: Table, slot: int) -> Mapping[int, list[int]]:
    """Return the codes of rows that hold a list of several in a slot."""
    found: dict[int, list[int]] = {}
    for row, place, code in table.more:
        if place == slot:
            found.setdefault(int(row), []).append(int(code))
    return found
