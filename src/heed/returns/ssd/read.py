"""Reads the dataset: one CSV (or sheet) for each table, parents before children, orphans listed."""

from collections.abc import Iterator
from pathlib import Path

from heed.lib.progress import Track, quiet
from heed.returns.opening import found_files, open_source
from heed.returns.rows import Item, Value
from heed.returns.tables import Known, Taken, doubt, refuse_rows
from heed.returns.tabular import read_sheet, sheets_in

from .tables import POINTS_TO, TABLES

ENDINGS = (".csv", ".txt", ".xlsx")
# A row whose pointer of this kind leads nowhere cannot be placed; with another such pointer it is only doubted.
BINDING = ("person_id", "cinf_assessment_id")


def read(path: Path, *, track: Track[Taken] = quiet) -> Iterator[Item]:
    """Yield the rows, rejects and doubts of the dataset found at a path."""
    for taken in read_tables(path, track=track):
        yield from taken.items()


def read_tables(path: Path, *, track: Track[Taken] = quiet) -> Iterator[Taken]:
    """Yield the checked blocks, table by table."""
    order = list(TABLES)
    sources = [open_source(file, name=name) for file, name in found_files(path, ENDINGS)]
    sheets = sheets_in(sources, list(TABLES.values()))
    sheets.sort(key=lambda sheet: order.index(sheet.table.name))
    present = {sheet.table.name for sheet in sheets}
    known, keys = Known(), dict[tuple[str, str], set[Value]]()
    for sheet in sheets:
        for taken in track(read_sheet(sheet, known), None, f"SSD {sheet.table.name}"):
            leave_orphans(taken, keys, present)
            for table, column in set(POINTS_TO.values()):
                if table == taken.table.name and column in taken.columns:
                    keys.setdefault((table, column), set()).update(taken.columns[column])
            yield taken


def leave_orphans(taken: Taken, keys: dict[tuple[str, str], set[Value]], present: set[str]) -> None:
    """Refuse rows whose person (or assessment) is in none of the rows read; doubt other pointers that lead nowhere."""
    for column in list(taken.columns):
        if column not in POINTS_TO or POINTS_TO[column][0] not in present or POINTS_TO[column][0] == taken.table.name:
            continue
        table, _ = POINTS_TO[column]
        targets = keys.get(POINTS_TO[column])
        if targets is None:  # the target is read later than this table: nothing can be said
            continue
        lost = [at for at, value in enumerate(taken.columns[column]) if value is not None and value not in targets]
        if not lost:
            continue
        if column.endswith(BINDING):
            refuse_rows(taken, lost, column, f"{table} has no such row")
        else:
            at, times = lost[0], len(lost)
            value = str(taken.columns[column][at])
            reason = f"{table} has no such row; the reference was kept"
            taken.doubts.append(doubt(taken, taken.lines[at], column, value, reason, times))
