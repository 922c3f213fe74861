"""Where the rows of an extract come from, read as often as needed, and the text columns that need no reading."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heed.policy.files import EXTRACT_COLUMNS, batches

from .texts import Longs

Bools = npt.NDArray[np.bool_]
SIZE = 1 << 15  # rows of a batch: what one takes up stays in the caches from one step to the next
CODED = ("kind", "actor", "agency")  # few distinct texts: read as codes where the file has them so


@dataclass
class Source:
    """A file or a list of rows."""

    rows: "Path | list[Mapping[str, Any]]"

    def __call__(self, columns: Sequence[str] = EXTRACT_COLUMNS) -> Iterator[Any]:
        """Yield Arrow batches with at least these columns, the same rows in the same batches each time."""
        if not isinstance(self.rows, Path):
            return iter([_batch(self.rows)] if self.rows else [])
        ending = self.rows.suffix.lower()
        if ending == ".csv":
            return _csv(self.rows)
        return (abreast if ending == ".parquet" and "facts" in columns else _part)(self.rows, columns)

    def filled(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the text columns of which a Parquet file's own figures say that no row is without."""
        if not isinstance(self.rows, Path) or self.rows.suffix.lower() != ".parquet":
            return ()
        import pyarrow.parquet as pq

        file = pq.ParquetFile(self.rows).metadata
        place = {file.schema.column(at).path: at for at in range(file.num_columns)}
        return tuple(name for name in names if name in place and _is_filled(file, place[name]))


def _part(path: Path, columns: Sequence[str]) -> Iterator[Any]:
    return batches(path, columns, SIZE, coded=CODED, threads=False)


def abreast(path: Path, columns: Sequence[str]) -> Iterator[Any]:
    """Yield the batches of a file; its facts, half of all there is to read, are read ahead by a thread of their own.

    The two readings may be cut at different rows: what is yielded ends where the nearer of them does.
    """
    facts, others = _part(path, ["facts"]), _part(path, [name for name in columns if name != "facts"])
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, facts, None)
        left: Any = ()
        for batch in others:
            at = 0
            while at < len(batch):
                if not len(left):
                    left, following = following.result(), pool.submit(next, facts, None)
                size = min(len(left), len(batch) - at)
                columns_of = {**dict(_columns(batch.slice(at, size))), "facts": left.column(0).slice(0, size)}
                yield pa.RecordBatch.from_arrays(list(columns_of.values()), names=list(columns_of))
                left, at = left.slice(size), at + size


def _columns(batch: Any) -> Iterator[tuple[str, Any]]:
    return zip(batch.schema.names, batch.columns, strict=True)


def _is_filled(file: Any, column: int) -> bool:
    """Say whether every row group states no nulls and a least text that is not the empty one."""
    found = [file.row_group(at).column(column).statistics for at in range(file.num_row_groups)]
    return all(
        one is not None and one.has_null_count and one.null_count == 0 and one.has_min_max and bool(one.min)
        for one in found
    )


def source_of(rows: "Path | Iterable[Mapping[str, Any]]") -> Source:
    """Return how to read the rows."""
    return Source(rows if isinstance(rows, Path) else list(rows))


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
    if not pa.types.is_string(array.type):
        array = array.cast(pa.large_string())
    buffers = array.buffers()
    if len(array) == 0:
        return np.zeros(1, np.int64), np.zeros(1, np.uint8)
    written = np.int32 if pa.types.is_string(array.type) else np.int64
    offsets = np.frombuffer(buffers[1], written)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    data = np.frombuffer(buffers[2], np.uint8) if buffers[2] is not None and buffers[2].size else np.zeros(1, np.uint8)
    return offsets, data


def texts_in(batch: Any, name: str) -> tuple[npt.NDArray[np.uint8], Longs]:
    """Return the bytes and offsets of a text column, whatever its form."""
    array = batch.column(name)
    offsets, data = text_column(array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array)
    return data, offsets


def coded_column(array: Any) -> tuple[Any, npt.NDArray[Any]]:
    """Return the distinct texts of a column, the empty one last, and for each row its place among them."""
    if not isinstance(array, pa.DictionaryArray):
        array = array.cast(pa.large_string()).dictionary_encode()
    texts = pa.concat_arrays([array.dictionary.cast(pa.large_string()), pa.array([""], pa.large_string())])
    indices = pc.fill_null(array.indices, len(texts) - 1) if array.null_count else array.indices
    return texts, np.asarray(indices)


def numbers_in(array: Any) -> tuple[Longs, Bools]:
    """Return the numbers of a column, and where it holds none."""
    if pa.types.is_integer(array.type):
        found = np.asarray(pc.fill_null(array, -1) if array.null_count else array, np.int64)
        return found, found < 0
    texts = array.cast(pa.large_string())
    plain = pc.fill_null(pc.match_substring_regex(texts, r"^[0-9]{1,18}$"), False)
    numbers = pc.if_else(plain, texts, "-1").cast(pa.int64())
    return np.asarray(numbers, np.int64), ~np.asarray(plain, np.bool_)
