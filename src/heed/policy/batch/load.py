"""Reading an extract into one table for each kind that is read: numbers and codes only, the texts themselves once.

Two threads read batch by batch in turn, each with its own texts; which thread reads what is fixed, so that the codes
are the same each time. A row that changes others, or that the scan cannot vouch for, is read by the plain reader.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.entries import Entry, entry_of
from heed.policy.files import EXTRACT_COLUMNS
from heed.policy.times import BASE, day_starts
from heed.policy.words import Kinds

from .scan import NO_TIME, members, mentions, month_starts, name_hash, spans
from .sorting import constant, picked
from .source import Source, coded_column, is_empty, numbers_in, source_of, text_column, texts_in
from .table import COLUMN_TEXTS, Bools, Table, codes_in, empty, joined, stored
from .texts import MANY, MISSING, Longs, Texts

ODD_KINDS = ("entry.retracted.", "identity.linked.", "identity.unlinked.", "duty.")
THREADS = 2  # more than the two would leave the reading of the file behind
AHEAD = 2  # batches that may wait for a thread
CORRECTS = np.frombuffer(b'"corrects"', np.uint8)


@dataclass
class Extract:
    """What a file holds, in the order read: tables by kind, entries that change others, rows that cannot be read."""

    texts: Texts
    tables: dict[str, Table]
    special: list[Entry] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)
    n: Longs = field(default_factory=lambda: np.empty(0, np.int64))
    kind: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    e: Longs = field(default_factory=lambda: np.empty(0, np.int64))
    l: Longs = field(default_factory=lambda: np.empty(0, np.int64))  # noqa: E741 - the letters of duties.md
    recorded: Longs = field(default_factory=lambda: np.empty(0, np.int64))
    kinds: list[str] = field(default_factory=list)


@dataclass
class Read:
    """What one batch came to; rows left to the plain reader as they stand, without the columns that were not read."""

    size: int
    tables: dict[str, Table]
    spine: tuple[Longs, Longs, Longs, Longs, Longs]
    odd: list[tuple[int, dict[str, Any]]]
    bad: list[dict[str, Any]]


class Worker:
    """One thread's share of an extract, with its own codes of texts and kinds."""

    def __init__(self, wants: Mapping[str, tuple[str, ...]], registry: Kinds | None, used: frozenset[str]) -> None:
        self.wants, self.registry, self.used, self.texts = wants, registry, used, Texts()
        self.kinds: dict[str, int] = {}
        self.hashes = {kind: np.array([name_hash(x) for x in names], np.uint64) for kind, names in wants.items()}

    def read(self, batch: Any, read_names: frozenset[str]) -> Read:
        """Read one batch."""
        n, wrong = numbers_in(batch.column("n"))
        kinds = self._kinds(batch.column("kind"))
        timed = day_starts(), BASE
        e, l, bad = spans(*texts_in(batch, "occurred_at"), *timed, False, month_starts())  # noqa: E741
        recorded, _, unrecorded = spans(*texts_in(batch, "recorded_at"), *timed, True, month_starts())
        wrong |= bad | unrecorded
        for name in ("kind", *COLUMN_TEXTS):
            if name in read_names:
                wrong |= is_empty(batch, name)
        offsets, data = text_column(batch.column("facts"))
        changes = mentions(data, offsets, CORRECTS) | self._changes(kinds)
        keep = ~wrong & ~changes
        found = Read(len(batch), {}, (n[keep], kinds[keep], e[keep], l[keep], recorded[keep]), [], [])
        found.odd = [(int(at), row_at(batch, int(at))) for at in np.flatnonzero(~keep)]
        self._tables(batch, (offsets, data), keep, kinds, {"n": n, "e": e, "l": l, "recorded": recorded}, found)
        return found

    def _kinds(self, array: Any) -> Longs:
        texts, places = coded_column(array)
        names = texts.to_pylist()
        for name in names:
            self.kinds.setdefault(name, len(self.kinds))
        return np.array([self.kinds[name] for name in names], np.int64)[places]

    def _changes(self, kinds: Longs) -> Bools:
        """Mark the rows whose kind changes others, or is not in the registry: the plain reader takes them."""
        registry = self.registry
        odd = [name.startswith(ODD_KINDS) or (registry is not None and name not in registry) for name in self.kinds]
        return np.array(odd, np.bool_)[kinds]

    def _tables(
        self,
        batch: Any,
        facts: tuple[Longs, npt.NDArray[np.uint8]],
        keep: Bools,
        kinds: Longs,
        columns: dict[str, Longs],
        found: Read,
    ) -> None:
        offsets, data = facts
        unread = constant(0, len(batch))
        wide = {name: self._column(batch, name) if name in self.used else unread for name in COLUMN_TEXTS}
        for kind, names in self.wants.items():
            rows = np.flatnonzero(keep & (kinds == self.kinds.get(kind, -1)))
            if not len(rows):
                continue
            places, lists, odd = members(data, offsets, rows, self.hashes[kind])
            codes = self.texts.at(data, places.reshape(-1, 2)).reshape(len(rows), len(names))
            more = np.column_stack((lists[:, :2], self.texts.at(data, lists[:, 2:].copy())))
            own = picked({**columns, **wide}, rows)
            erased = offsets[rows + 1] == offsets[rows]
            table = Table(kind, names, own, codes, more.astype(np.int64), erased)
            strange = np.flatnonzero(odd & ~erased)
            found.tables[kind] = self._strange(batch, table, rows, strange, found) if len(strange) else table

    def _column(self, batch: Any, name: str) -> Longs:
        texts, places = coded_column(batch.column(name))
        return self.texts.column(*text_column(texts))[places].astype(np.int64)

    def _strange(self, batch: Any, table: Table, rows: Longs, strange: Longs, found: Read) -> Table:
        """Read the rows that the scan could not vouch for by the plain reader; drop those it refuses."""
        more, drop = [table.more], []
        for at in strange:
            try:
                entry = entry_of({**dict.fromkeys(COLUMN_TEXTS, "not read"), **row_at(batch, int(rows[at]))})
            except ValueError as reason:
                found.bad.append({"n": int(table.columns["n"][at]), "why": str(reason)})
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


def _complete(source: Source, columns: tuple[str, ...], reads: list[Read]) -> None:
    """Fill in the columns that were not read in the rows left to the plain reader; batches may be cut elsewhere."""
    starts = np.cumsum([0, *(read.size for read in reads)])
    odd = deque((int(start) + at, row) for start, read in zip(starts, reads, strict=False) for at, row in read.odd)
    begins = 0
    for batch in source(columns) if odd else ():
        while odd and odd[0][0] < begins + len(batch):
            at, row = odd.popleft()
            row.update(row_at(batch, at - begins))
        begins += len(batch)


def row_at(batch: Any, at: int) -> dict[str, Any]:
    """Return one row as the plain reader takes it."""
    row: dict[str, Any] = batch.slice(at, 1).to_pylist()[0]
    return row


class Loader:
    """Reads batch after batch by two threads; nothing of a batch is kept but numbers and codes."""

    def __init__(
        self, wants: Mapping[str, tuple[str, ...]], kinds: Kinds | None = None, used: Iterable[str] = COLUMN_TEXTS
    ) -> None:
        self.wants, self.registry = wants, kinds
        self.workers = [Worker(wants, kinds, frozenset(used)) for _ in range(THREADS)]
        self.unread = tuple(name for name in COLUMN_TEXTS if name not in frozenset(used))

    def read(self, source: Source) -> Extract:
        """Read everything."""
        skipped = source.filled(self.unread)
        columns = [name for name in EXTRACT_COLUMNS if name not in skipped]
        reads = self._read(source, columns)
        if skipped:
            _complete(source, skipped, reads)
        special, bad = self._plainly(reads)
        return self._together(reads, special, bad)

    def _read(self, source: Source, columns: list[str]) -> list[Read]:
        reads: list[Read] = []
        waiting: deque[Future[Read]] = deque()
        pools = [ThreadPoolExecutor(1) for _ in self.workers]
        try:
            for place, batch in enumerate(source(columns)):
                at = place % THREADS
                waiting.append(pools[at].submit(self.workers[at].read, batch, frozenset(columns)))
                if len(waiting) > AHEAD:
                    reads.append(waiting.popleft().result())
            reads += [future.result() for future in waiting]
        finally:
            for pool in pools:
                pool.shutdown(cancel_futures=True)
        return reads

    def _plainly(self, reads: list[Read]) -> tuple[list[Entry], list[dict[str, Any]]]:
        """Read the rows that change others, or are wrong, and return those that can be read and those that cannot."""
        special, bad = [], [row for read in reads for row in read.bad]
        for row in (row for read in reads for _, row in read.odd):
            try:
                entry = entry_of(row)
                if self.registry is not None and entry.kind not in self.registry:
                    raise ValueError("the kind is not known")
                special.append(entry)
            except ValueError as reason:
                n = row.get("n")
                bad.append({"n": int(str(n)) if str(n).isdigit() else n, "why": str(reason)})
        return special, bad

    def _together(self, reads: list[Read], special: list[Entry], bad: list[dict[str, Any]]) -> Extract:
        """Put the batches together again, under the codes of the first thread."""
        first = self.workers[0]
        texts = [None, *(first.texts.merged(other.texts) for other in self.workers[1:])]
        kinds = [
            {code: first.kinds.setdefault(kind, len(first.kinds)) for kind, code in worker.kinds.items()}
            for worker in self.workers
        ]
        parts: dict[str, list[Table]] = {kind: [] for kind in self.wants}
        spine: list[tuple[Longs, ...]] = []
        for place, read in enumerate(reads):
            codes, of_kind = texts[place % THREADS], kinds[place % THREADS]
            for kind, table in read.tables.items():
                parts[kind].append(table if codes is None else table.recoded(codes))
            n, kind_codes, *times = read.spine
            mapped = np.array([of_kind[code] for code in range(len(of_kind))] or [0], np.int64)
            spine.append((n, mapped[kind_codes], *times))
        tables = {kind: joined(found or [empty(kind, self.wants[kind])]) for kind, found in parts.items()}
        found = Extract(first.texts, tables, special, bad, kinds=list(first.kinds))
        if spine:
            columns = [np.concatenate(part) for part in zip(*spine, strict=True)]
            found.n, found.e, found.l, found.recorded = columns[0], *columns[2:]
            found.kind = columns[1].astype(np.int32)
        _twice(found)
        return found


def _twice(found: Extract) -> None:
    """Drop the later rows of a number that stands twice, and list them."""
    special = [entry.n for entry in found.special]
    if not special and (len(found.n) < 2 or bool(np.all(found.n[1:] > found.n[:-1]))):
        return
    every = np.concatenate((found.n, np.array(special, np.int64)))
    values, counts = np.unique(every, return_counts=True)
    for number in values[counts > 1]:
        _drop_later(found, int(number), int(counts[np.searchsorted(values, number)]))


def _drop_later(found: Extract, number: int, count: int) -> None:
    found.bad += [{"n": number, "why": "n stands twice"}] * (count - 1)
    kept = np.flatnonzero(found.n == number)
    for kind, table in found.tables.items():
        at = np.flatnonzero(table.columns["n"] == number)
        if len(at) > 1:
            found.tables[kind] = table.take(np.delete(np.arange(len(table)), at[1:]))
    if len(kept) > 1:
        rest = np.delete(np.arange(len(found.n)), kept[1:])
        found.n, found.kind, found.e = found.n[rest], found.kind[rest], found.e[rest]
        found.l, found.recorded = found.l[rest], found.recorded[rest]


def load(
    rows: "Path | Iterable[Mapping[str, Any]]",
    wants: Mapping[str, tuple[str, ...]],
    *,
    kinds: Kinds | None = None,
    used: Iterable[str] = COLUMN_TEXTS,
) -> tuple[Extract, Source]:
    """Return an extract's tables, and how to read its rows again; text columns not in `used` stay unread."""
    source = source_of(rows)
    return Loader(wants, kinds, used).read(source), source


__all__ = ["MANY", "MISSING", "NO_TIME", "Extract", "Loader", "Source", "Table", "load", "source_of"]
