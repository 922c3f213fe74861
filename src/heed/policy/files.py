"""Files that `heed duties` reads: an extract in CSV, Parquet or Arrow, coverage in YAML, packs by name or path."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from heed.lib.errors import HeedError

from .language import parse_pack
from .members import Members
from .strict import Refused, read, refusal
from .words import Kinds, Pack

PACKS = Path(__file__).parent / "packs"
EXTRACT_COLUMNS = ("n", "kind", "subject", "occurred_at", "recorded_at", "actor", "agency", "facts")
COVER_WORDS = ("source", "agency", "kind", "from", "to")


def rows_of(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of an extract; the file's ending says its form."""
    ending = path.suffix.lower()
    if not path.is_file():
        raise HeedError(f"There is no file {path}.")
    if ending == ".csv":
        yield from _csv_rows(path)
    elif ending in (".parquet", ".arrow", ".feather"):
        for batch in batches(path, EXTRACT_COLUMNS):
            yield from batch.to_pylist()
    else:
        raise HeedError(f"{path.name} is no extract: give a .csv, .parquet or .arrow file.")


def _csv_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    csv.field_size_limit(2**24)
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        _has_columns(path, reader.fieldnames or ())
        yield from reader


def batches(
    path: Path, columns: Sequence[str], size: int = 1 << 18, *, coded: Sequence[str] = (), threads: bool = True
) -> Iterator[Any]:
    """Yield the record batches of a Parquet or Arrow file, only the columns named; some of them as codes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.suffix.lower() == ".parquet":
            file = pq.ParquetFile(path, read_dictionary=list(coded))
            _has_columns(path, file.schema_arrow.names)
            yield from file.iter_batches(batch_size=size, columns=list(columns), use_threads=threads)
            return
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
            _has_columns(path, table.column_names)
            yield from table.select(list(columns)).to_batches(max_chunksize=size)
    except pa.ArrowInvalid as error:
        raise HeedError(f"{path.name} cannot be read: {error}.") from error


def _has_columns(path: Path, names: Sequence[str]) -> None:
    lacking = [name for name in EXTRACT_COLUMNS if name not in names]
    if lacking:
        raise HeedError(f"{path.name} has no column {', '.join(lacking)}; an extract has {', '.join(EXTRACT_COLUMNS)}.")


def coverage_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a `--covers` file."""
    try:
        root = read(path.read_text("utf-8"))
        if not isinstance(root.value, list):
            raise Refused(root.line, "Coverage is not a list.", "Write a list of {source, agency, kind, from, to}.")
        found = []
        for node in root.value:
            row = Members(node, COVER_WORDS, "a row of coverage")
            found.append({name: row.text(name, "*" if name in ("agency", "kind") else "") for name in COVER_WORDS})
    except Refused as problem:
        row_of = {"file": path.name, "line": problem.line, "clause": ""}
        raise refusal([{**row_of, "problem": problem.problem, "remedy": problem.remedy}]) from problem
    return found


def shipped() -> dict[str, Path]:
    """Return the packs that Heed ships, by name."""
    return {path.stem: path for path in sorted(PACKS.glob("*.yaml"))}


def pack_text(name: str) -> tuple[str, str]:
    """Return a pack's text and file name, given the name of a shipped pack or a path."""
    known = shipped()
    path = known.get(name) or Path(name)
    if not path.is_file():
        raise HeedError(f"There is no pack {name!r}; shipped are {', '.join(known) or 'none'}, or give a file.")
    return path.read_text("utf-8"), path.name


def load_packs(names: Sequence[str], *, kinds: Kinds | None = None, complete: bool = True) -> list[Pack]:
    """Return packs by name or path, checked whole; with no names, all that are shipped."""
    from .check import check_packs

    packs = []
    for name in names or sorted(shipped()):
        text, file = pack_text(name)
        packs.append(parse_pack(text, file=file, kinds=kinds))
    if complete:
        check_packs(packs)
    return packs
