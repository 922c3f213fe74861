"""Reading an extract into one table for each kind that is read: numbers and codes only, the texts themselves once."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heed.policy.entries import Entry, entry_of, texts_of
from heed.policy.files import EXTRACT_COLUMNS, batches
from heed.policy.times import BASE, day_starts
from heed.policy.words import Kinds

from .scan import BAD_TIME, NO_TIME, members, name_hash, spans
from .sorting import picked, stable_order
from .texts import MANY, MISSING, Longs, Texts

Bools = npt.NDArray[np.bool_]
ODD_KINDS = ("entry.retracted.", "identity.linked.", "identity.unlinked.", "duty.")
COLUMN_TEXTS = ("actor", "agency", "subject")


@dataclass
class Table:
    """The rows of one kind, as columns; `more` holds (row, slot, code) of members that are lists, row after row.

    Where all times are exact, `e` is the very column `l`, so that whatever follows handles it once.
    """

    kind: str
    names: tuple[str, ...]
    columns: dict[str, Longs]  # n, e, l, recorded, actor, agency, subject
    codes: npt.NDArray[np.int32]
    more: Longs
    erased: Bools

    def __len__(self) -> int:
        return len(self.columns["n"])

    def take(self, at: Longs) -> "Table":
        """Return the rows at these places, in this order."""
        more = self.more
        if len(more):
            place = np.full(len(self), -1, np.int64)
            place[at] = np.arange(len(at))
            rows = place[more[:, 0]]
            more = np.column_stack((rows, more[:, 1:]))[rows >= 0]
            more = more[stable_order(more[:, 0].copy())]
        return Table(self.kind, self.names, picked(self.columns, at), self.codes[at], more, self.erased[at])


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


Source = Callable[[], Iterator[Any]]


def source_of(rows: "Path | Iterable[Mapping[str, Any]]") -> Source:
    """Return how to read the rows, again each time it is called, as Arrow batches."""
    if isinstance(rows, Path):
        return (lambda: _csv(rows)) if rows.suffix.lower() == ".csv" else (lambda: batches(rows, EXTRACT_COLUMNS))
    kept = list(rows)
    return lambda: iter([_batch(kept)] if kept else [])


def _csv(path: Path) -> Iterator[Any]:
    import pyarrow.csv as reader

    types = dict.fromkeys(EXTRACT_COLUMNS, pa.string())
    options = reader.ConvertOptions(column_types=types, strings_can_be_null=False, include_columns=EXTRACT_COLUMNS)
    parse = reader.ParseOptions(newlines_in_values=True)
    yield from reader.open_csv(path, convert_options=options, parse_options=parse)


def _batch(rows: Sequence[Mapping[str, Any]]) -> Any:
    columns = [pa.array([_plain(row.get(name)) for row in rows], pa.large_string()) for name in EXTRACT_COLUMNS]
    return pa.RecordBatch.from_arrays(columns, names=list(EXTRACT_COLUMNS))


def _plain(value: Any) -> str | None:
    return (
        value
        if value is None or isinstance(value, str)
        else json.dumps(value)
        if isinstance(value, dict)
        else str(value)
    )


def text_column(array: Any) -> tuple[Longs, npt.NDArray[np.uint8]]:
    """Return a text column as offsets and bytes; nulls are empty."""
    if array.null_count:
        array = pc.fill_null(array.cast(pa.large_string()), "")
    array = array.cast(pa.large_string())
    buffers = array.buffers()
    if len(array) == 0:
        return np.zeros(1, np.int64), np.zeros(1, np.uint8)
    offsets = np.frombuffer(buffers[1], np.int64)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(buffers[2], np.uint8) if buffers[2] is not None and buffers[2].size else np.zeros(1, np.uint8)
    return offsets, data


class Loader:
    """Reads batch after batch; nothing of a batch is kept but numbers and codes."""

    def __init__(
        self, wants: Mapping[str, tuple[str, ...]], kinds: Kinds | None = None, used: Iterable[str] = COLUMN_TEXTS
    ) -> None:
        self.wants, self.registry, self.texts, self.used = wants, kinds, Texts(), frozenset(used)
        self.parts: dict[str, list[Table]] = {}
        self.special: list[Entry] = []
        self.bad: list[dict[str, Any]] = []
        self.spine: list[tuple[Longs, npt.NDArray[np.int32], Longs, Longs, Longs]] = []
        self.kinds: dict[str, int] = {}
        self.hashes = {kind: np.array([name_hash(x) for x in names], np.uint64) for kind, names in wants.items()}

    def read(self, source: Source) -> Extract:
        """Read everything."""
        for batch, corrects in ahead(source()):
            if len(batch):
                self._read(batch, corrects)
        tables = {kind: _joined(self.parts.get(kind) or [_empty(kind, names)]) for kind, names in self.wants.items()}
        found = Extract(self.texts, tables, self.special, self.bad, kinds=list(self.kinds))
        if self.spine:
            columns = zip(*self.spine, strict=True)
            found.n, found.kind, found.e, found.l, found.recorded = (np.concatenate(part) for part in columns)
        _twice(found)
        return found

    def _read(self, batch: Any, corrects: Bools) -> None:
        n, wrong = numbers_in(batch.column("n"))
        kind_codes = self._kinds(batch.column("kind"))
        starts = day_starts()
        e, l = spans(text_data(batch, "occurred_at"), text_offsets(batch, "occurred_at"), starts, BASE, False)  # noqa: E741
        at = text_data(batch, "recorded_at"), text_offsets(batch, "recorded_at")
        recorded, ends = spans(*at, starts, BASE, True)
        wrong |= (e == BAD_TIME) | (recorded == BAD_TIME) | (recorded != ends)
        for name in ("kind", *COLUMN_TEXTS):
            wrong |= _lengths(batch, name) == 0
        changes = corrects | self._changes(kind_codes)
        odd = np.flatnonzero(wrong | changes)
        keep = ~wrong & ~changes
        self._tables(batch, keep, kind_codes, {"n": n, "e": e, "l": l, "recorded": recorded})
        self._plainly(batch, odd)
        self.spine.append((n[keep], kind_codes[keep], e[keep], l[keep], recorded[keep]))

    def _kinds(self, array: Any) -> npt.NDArray[np.int32]:
        if not isinstance(array, pa.DictionaryArray):
            array = pc.fill_null(array.cast(pa.large_string()), "").dictionary_encode()
        for name in array.dictionary.to_pylist():
            self.kinds.setdefault(name, len(self.kinds))
        mapped = np.array([self.kinds[name] for name in array.dictionary.to_pylist()], np.int32)
        return mapped[np.asarray(array.indices, np.int64)]

    def _changes(self, kinds: npt.NDArray[np.int32]) -> Bools:
        """Mark the rows whose kind changes others, or is not in the registry: the plain reader takes them."""
        registry = self.registry
        odd = [name.startswith(ODD_KINDS) or (registry is not None and name not in registry) for name in self.kinds]
        return np.array(odd, np.bool_)[kinds]

    def _tables(self, batch: Any, keep: Bools, kinds: npt.NDArray[np.int32], columns: dict[str, Longs]) -> None:
        offsets, data = text_column(batch.column("facts"))
        unread = np.broadcast_to(np.zeros(1, np.int64), (len(batch),))
        wide = {name: self._column(batch, name) if name in self.used else unread for name in COLUMN_TEXTS}
        for kind, names in self.wants.items():
            if kind not in self.kinds:
                continue
            rows = np.flatnonzero(keep & (kinds == self.kinds[kind]))
            if not len(rows):
                continue
            lengths = offsets[rows + 1] - offsets[rows]
            self.texts.room(len(rows) * (len(names) + 4) + 1024, int(lengths.sum()) + 1024)
            codes, more, odd = members(data, offsets, rows, self.hashes[kind], *self.texts.state)
            own = {name: column[rows] for name, column in {**columns, **wide}.items()}
            erased = lengths == 0
            table = Table(kind, names, own, codes, more.reshape(-1, 3), erased)
            strange = np.flatnonzero(odd & ~erased)
            if len(strange):
                table = self._strange(batch, table, rows, strange)
            self.parts.setdefault(kind, []).append(table)

    def _column(self, batch: Any, name: str) -> Longs:
        array = batch.column(name)
        if not isinstance(array, pa.DictionaryArray):
            array = pc.fill_null(array.cast(pa.large_string()), "").dictionary_encode()
        codes = self.texts.column(*text_column(array.dictionary))
        return codes[np.asarray(array.indices, np.int64)].astype(np.int64)

    def _strange(self, batch: Any, table: Table, rows: Longs, strange: Longs) -> Table:
        """Read the rows that the scan could not vouch for by the plain reader; drop those it refuses."""
        more, drop = [table.more], []
        for at in strange:
            try:
                entry = entry_of(batch.slice(int(rows[at]), 1).to_pylist()[0])
            except ValueError as reason:
                self.bad.append({"n": int(table.columns["n"][at]), "why": str(reason)})
                drop.append(at)
                continue
            table.erased[at] = entry.facts is None
            for slot, name in enumerate(table.names):
                found = codes_in(entry, name, self.texts)
                table.codes[at, slot] = stored(found)
                if found is not None and len(found) > 1:
                    more += [np.array([[at, slot, code]], np.int64) for code in found]
        table.more = np.concatenate(more)
        return table.take(np.setdiff1d(np.arange(len(table)), np.array(drop, np.int64))) if drop else table

    def _plainly(self, batch: Any, odd: Longs) -> None:
        for at in odd:
            row = batch.slice(int(at), 1).to_pylist()[0]
            try:
                entry = entry_of(row)
                if self.registry is not None and entry.kind not in self.registry:
                    raise ValueError("the kind is not known")
                self.special.append(entry)
            except ValueError as reason:
                n = row.get("n")
                self.bad.append({"n": int(n) if str(n).isdigit() else n, "why": str(reason)})


def codes_in(entry: Entry, name: str, texts: Texts) -> list[int] | None:
    """Return the codes of a member as the plain reader sees it, None where it is absent."""
    value = entry.refs.get(name)
    if value is None:
        value = (entry.facts or {}).get(name)
    return None if value is None else [texts.code(text) for text in texts_of(value)]


def stored(codes: list[int] | None) -> int:
    """Return what a slot holds for a member: its code, MISSING, or MANY where `more` has the members."""
    if codes is None:
        return MISSING
    return codes[0] if len(codes) == 1 else MANY


def text_offsets(batch: Any, name: str) -> Longs:
    """Return the offsets of a text column."""
    return text_column(_flat(batch.column(name)))[0]


def text_data(batch: Any, name: str) -> npt.NDArray[np.uint8]:
    """Return the bytes of a text column."""
    return text_column(_flat(batch.column(name)))[1]


def _flat(array: Any) -> Any:
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array


def _lengths(batch: Any, name: str) -> Longs:
    array = batch.column(name)
    if isinstance(array, pa.DictionaryArray):
        lengths = np.asarray(pc.fill_null(pc.binary_length(array.dictionary), 0), np.int64)
        return np.where(np.asarray(array.is_null()), 0, lengths[np.asarray(pc.fill_null(array.indices, 0), np.int64)])
    return np.asarray(pc.fill_null(pc.binary_length(array), 0), np.int64)


def numbers_in(array: Any) -> tuple[Longs, Bools]:
    """Return the numbers of a column, and where it holds none."""
    if pa.types.is_integer(array.type):
        found = np.asarray(pc.fill_null(array, -1), np.int64)
        return found, found < 0
    texts = array.cast(pa.large_string())
    plain = pc.fill_null(pc.match_substring_regex(texts, r"^[0-9]{1,18}$"), False)
    numbers = pc.if_else(plain, texts, "-1").cast(pa.int64())
    return np.asarray(numbers, np.int64), ~np.asarray(plain, np.bool_)


def _empty(kind: str, names: tuple[str, ...]) -> Table:
    none = np.empty(0, np.int64)
    columns = dict.fromkeys(("n", "e", "l", "recorded", *COLUMN_TEXTS), none)
    codes = np.empty((0, len(names)), np.int32)
    return Table(kind, names, columns, codes, np.empty((0, 3), np.int64), np.empty(0, np.bool_))


def _joined(parts: list[Table]) -> Table:
    first = parts[0]
    if len(parts) == 1:
        return _once(first)
    starts = np.cumsum([0, *(len(part) for part in parts)])
    more = [np.column_stack((p.more[:, 0] + at, p.more[:, 1:])) for p, at in zip(parts, starts, strict=False)]
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in first.columns}
    codes = np.concatenate([part.codes for part in parts])
    erased = np.concatenate([part.erased for part in parts])
    return _once(Table(first.kind, first.names, columns, codes, np.concatenate(more), erased))


def _once(table: Table) -> Table:
    """Let `e` be `l` itself where every time is exact, and the lists stand row after row."""
    if np.array_equal(table.columns["e"], table.columns["l"]):
        table.columns["e"] = table.columns["l"]
    table.more = table.more[stable_order(table.more[:, 0].copy())]
    return table


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


def ahead(batches_read: Iterator[Any]) -> Iterator[tuple[Any, Bools]]:
    """Yield batches and which of their rows may be corrections, the next one read on another thread meanwhile."""

    def following() -> tuple[Any, Bools] | None:
        batch = next(batches_read, None)
        if batch is None:
            return None
        corrects = pc.match_substring(batch.column("facts"), '"corrects"')
        return batch, np.asarray(pc.fill_null(corrects, False), np.bool_)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(following)
        while (read := waiting.result()) is not None:
            waiting = pool.submit(following)
            yield read


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
