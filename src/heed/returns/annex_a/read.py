"""Reads Annex A workbooks (or one CSV for each list), whatever the sheets are called."""

from collections.abc import Iterator
from pathlib import Path

from heed.lib.progress import Track, quiet
from heed.returns.opening import found_files, open_source
from heed.returns.rows import Item
from heed.returns.tables import Known, Taken
from heed.returns.tabular import read_sheet, sheets_in

from .tables import TABLES, match_headers

ENDINGS = (".xlsx", ".xlsm", ".csv")


def read(path: Path, *, track: Track[Taken] = quiet) -> Iterator[Item]:
    """Yield the rows, rejects and doubts of the lists found at a path."""
    for taken in read_lists(path, track=track):
        yield from taken.items()


def read_lists(path: Path, *, track: Track[Taken] = quiet) -> Iterator[Taken]:
    """Yield the checked blocks of every list found at a path."""
    sources = [open_source(file, name=name) for file, name in found_files(path, ENDINGS)]
    for sheet in sheets_in(sources, TABLES, match_headers):
        yield from track(read_sheet(sheet, Known()), None, f"Annex A {sheet.table.name}")
