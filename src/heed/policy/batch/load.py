"""Reading an extract into one table for each kind that is read: numbers and codes only, the texts themselves once.

Threads scan the batches, each by itself; here their texts get their codes, batch after batch in the order of the
file, so that the codes are the same each time. Rows that change others, or that the scan cannot vouch for, are left
to the plain reader.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from heed.policy.entries import Entry, entry_of
from heed.policy.files import EXTRACT_COLUMNS
from heed.policy.words import Kinds

from .released import hand_back
from .scan import NO_TIME
from .scanned import Part, Scanned, Scanner, row_at
from .sorting import constant, sliced
from .source import Source, source_of, text_column
from .table import COLUMN_TEXTS, Bools, Table, codes_in, empty, joined, stored
from .texts import MANY, MISSING, Codes, Longs, Texts

THREADS, AHEAD = 2, 6  # that read and scan, while one gives codes; batches under way or waiting for their codes


@dataclass
class Spine:
    """What stays known of every plain row of a batch, of whatever kind."""

    n: Longs
    kind: Codes
    e: Longs
    l: Longs  # noqa: E741 - the letters of duties.md
    recorded: Longs

    def taken(self, rows: "Longs | Bools") -> "Spine":
        """Return some rows."""
        return Spine(self.n[rows], self.kind[rows], self.e[rows], self.l[rows], self.recorded[rows])


@dataclass
class Extract:
    """What a file holds, in the order read: tables by kind, entries that change others, rows that cannot be read."""

    texts: Texts
    tables: dict[str, Table]
    special: list[Entry] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)
    spine: list[Spine] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)  # by the numbers of the spine
    seen: list[str] = field(default_factory=list)  # those of which there is a plain row
    size: int = 0  # rows of any kind


@dataclass
class Loader:
    """What is kept of the batches read so far, in their order: numbers and codes."""

    wants: Mapping[str, tuple[str, ...]]
    registry: Kinds | None = None
    texts: Texts = field(default_factory=Texts)
    parts: dict[str, list[Table]] = field(default_factory=dict)
    spine: list[Spine] = field(default_factory=list)
    odd: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0

    def take(self, scanned: Scanned) -> None:
        """Take in a batch: give its texts their codes."""
        self.spine.append(Spine(scanned.n, scanned.kind, scanned.e, scanned.l, scanned.recorded))
        self.odd += [(self.size + at, row) for at, row in scanned.odd]
        self.size += scanned.size
        wanted, columns = scanned.wanted, dict(scanned.wanted.columns)
        for name in COLUMN_TEXTS:
            codes = self.texts.column(*text_column(scanned.wide[name])) if name in scanned.wide else None
            columns[name] = constant(0, len(wanted.erased)) if codes is None else codes.astype(np.int64)[columns[name]]
        codes, base = self.texts.at(scanned.data, wanted.places, wanted.values), 0
        for part in wanted.parts:
            until = base + (part.last - part.first) * len(self.wants[part.kind])
            if part.last > part.first:
                self.parts.setdefault(part.kind, []).append(self._table(scanned, part, columns, codes[base:until]))
            base = until

    def _table(self, scanned: Scanned, part: Part, columns: dict[str, Longs], codes: Codes) -> Table:
        names = self.wants[part.kind]
        more = part.lists[:, :3].copy()
        if len(more):
            more[:, 2] = self.texts.at(scanned.data, part.lists[:, 2:].copy())
        codes = codes.reshape(part.last - part.first, len(names))
        erased = scanned.wanted.erased[part.first : part.last]
        table = Table(part.kind, names, sliced(columns, part.first, part.last), codes, more, erased)
        return self._strange(table, part.strange) if part.strange else table

    def _strange(self, table: Table, strange: list[tuple[int, dict[str, Any]]]) -> Table:
        """Read the rows that the scan could not vouch for by the plain reader; drop those it refuses."""
        more, drop = [table.more], []
        for at, row in strange:
            try:
                entry = entry_of({**dict.fromkeys(COLUMN_TEXTS, "not read"), **row})
            except ValueError as reason:
                self.bad.append({"n": int(table.columns["n"][at]), "why": str(reason)})
                drop.append(at)
                continue
            table.erased[at] = entry.facts is None
            for slot, name in enumerate(table.names):
                codes = codes_in(entry, name, self.texts)
                table.codes[at, slot] = stored(codes)
                if codes is not None and len(codes) > 1:
                    more += [np.array([[at, slot, code]], np.int64) for code in codes]
        table.more = np.concatenate(more)
        return table.take(np.setdiff1d(np.arange(len(table)), np.array(drop, np.int64))) if drop else table

    def complete(self, source: Source, columns: tuple[str, ...]) -> None:
        """Fill in the columns that were not read in the rows left to the plain reader; batches may be cut elsewhere."""
        left, begins = deque(self.odd), 0
        for batch in source(columns) if left and columns else ():
            while left and left[0][0] < begins + len(batch):
                at, row = left.popleft()
                row.update(row_at(batch, at - begins))
            begins += len(batch)

    def extract(self, kinds: list[str]) -> Extract:
        """Return all that was read, given the kinds by number."""
        hand_back(self.size)
        special = []
        for _, row in self.odd:
            try:
                entry = entry_of(row)
                if self.registry is not None and entry.kind not in self.registry:
                    raise ValueError("the kind is not known")
                special.append(entry)
            except ValueError as reason:
                n = row.get("n")
                self.bad.append({"n": int(str(n)) if str(n).isdigit() else n, "why": str(reason)})
        tables = {
            kind: joined(self.parts.pop(kind) if kind in self.parts else [empty(kind, names)])
            for kind, names in self.wants.items()
        }
        counts = sum((np.bincount(part.kind, minlength=len(kinds)) for part in self.spine), np.zeros(len(kinds), int))
        seen = [kind for kind, times in zip(kinds, counts, strict=True) if times]
        found = Extract(self.texts, tables, special, self.bad, self.spine, kinds, seen, self.size)
        _twice(found)
        return found


def load(
    rows: "Path | Iterable[Mapping[str, Any]]",
    wants: Mapping[str, tuple[str, ...]],
    *,
    kinds: Kinds | None = None,
    used: Iterable[str] = COLUMN_TEXTS,
) -> tuple[Extract, Source]:
    """Return an extract's tables, and how to read its rows again; text columns not in `used` stay unread."""
    source, loader = source_of(rows), Loader(wants, kinds)
    skipped = source.filled(name for name in COLUMN_TEXTS if name not in frozenset(used))
    columns = [name for name in EXTRACT_COLUMNS if name not in skipped]
    scanner = Scanner(wants, kinds, frozenset(used), frozenset(columns))
    for scanned in ahead(source(columns), scanner.scan):
        loader.take(scanned)
    loader.complete(source, skipped)
    return loader.extract(list(scanner.shapes.numbers)), source


def ahead(read: Iterable[Any], scan: Callable[[Any], Scanned]) -> Iterator[Scanned]:
    """Yield what a scan makes of each batch, in order.

    Each thread reads a batch and scans it, one reading while another scans: what was just read is still near.
    """
    batches, numbers, lock = iter(read), count(), Lock()

    def work() -> tuple[int, Scanned | None]:
        with lock:
            number, batch = next(numbers), next(batches, None)
        return number, None if batch is None else scan(batch)

    done: dict[int, Scanned] = {}
    following = 0
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = deque(pool.submit(work) for _ in range(AHEAD))
        while waiting:
            number, scanned = waiting.popleft().result()
            if scanned is not None:
                waiting.append(pool.submit(work))
                done[number] = scanned
            while following in done:
                yield done.pop(following)
                following += 1


def _twice(found: Extract) -> None:
    """Drop the later rows of a number that stands twice, and list them."""
    special = [entry.n for entry in found.special]
    if not special and _ascending([part.n for part in found.spine]):
        return
    every = np.concatenate((*(part.n for part in found.spine), np.array(special, np.int64)))
    values, counts = np.unique(every, return_counts=True)
    for number in values[counts > 1]:
        _drop_later(found, int(number), int(counts[np.searchsorted(values, number)]))


def _ascending(parts: list[Longs]) -> bool:
    """Say whether numbers ascend strictly, batch after batch."""
    filled = [part for part in parts if len(part)]
    return all(bool(np.all(part[1:] > part[:-1])) for part in filled) and all(
        after[0] > before[-1] for before, after in pairwise(filled)
    )


def _drop_later(found: Extract, number: int, count: int) -> None:
    found.bad += [{"n": number, "why": "n stands twice"}] * (count - 1)
    for kind, table in found.tables.items():
        at = np.flatnonzero(table.columns["n"] == number)
        if len(at) > 1:
            found.tables[kind] = table.take(np.delete(np.arange(len(table)), at[1:]))
    met = False
    for place, part in enumerate(found.spine):
        at = np.flatnonzero(part.n == number)
        if len(at) > (not met):
            found.spine[place] = part.taken(np.delete(np.arange(len(part.n)), at[not met :]))
        met |= len(at) > 0


__all__ = ["MANY", "MISSING", "NO_TIME", "Extract", "Spine", "load"]
