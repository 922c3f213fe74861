"""Read a folder of the Department's CSV files into one table, with everything that was not taken and why."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from heed.lib.errors import HeedError
from heed.lib.progress import Track, quiet

from .reading import Sheet, read_sheet
from .rows import Reject
from .tables import BY_KEY, TABLES, known_table
from .tidy import tidy_sheet


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was taken, with the digest by which anyone can check that it is the same."""

    name: str
    sha256: str
    size: int
    encoding: str
    table: str
    rows: int
    cells: int
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything read from a folder: the cells, the files, what was refused, and what a reader should know."""

    cells: pl.DataFrame
    files: tuple[SourceFile, ...]
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return one digest for the whole set of files, whatever their order."""
        lines = sorted(f"{file.sha256}  {file.name}" for file in self.files)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def summary(self) -> dict[str, Any]:
        return {
            "ok": True,
            "digest": self.digest,
            "cells": self.cells.height,
            "files": [{name: getattr(file, name) for name in SourceFile.__slots__} for file in self.files],
            "rejects": [reject.as_dict() for reject in self.rejects],
            "notes": list(self.notes),
        }


def read_folder(folder: Path, *, track: Track[Path] = quiet) -> Imported:
    """Read every CSV file below `folder`; raise HeedError where nothing can be read or two files disagree."""
    if not folder.is_dir():
        raise HeedError(f"{folder} is not a folder; unpack the download and name the folder with its CSV files")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".csv" and path.is_file())
    rejects: list[Reject] = []
    taken: list[tuple[SourceFile, pl.DataFrame]] = []
    for path in track(paths, len(paths), "reading"):
        name = path.relative_to(folder).as_posix()
        try:
            sheet = read_sheet(path, name)
            cells = tidy_sheet(sheet, rejects)
            taken.append((described(sheet, cells), cells))
        except HeedError as refusal:
            rejects.append(Reject(name, 0, "", "", str(refusal)))
    if not any(file.table for file, _ in taken):
        told = "it has no CSV file" if not paths else "none of its files is a table that we know"
        raise HeedError(f"nothing to import from {folder}: {told}", rejects=[reject.as_dict() for reject in rejects])
    cells, notes = settled(taken)
    return Imported(cells, tuple(file for file, _ in taken), tuple(rejects), tuple(notes + absent(taken)))


def described(sheet: Sheet, cells: pl.DataFrame) -> SourceFile:
    """Say what a file holds; a file without one usable row is refused."""
    if cells.is_empty():
        raise HeedError(f"{sheet.name} has no row that can be taken")
    table, years = known_table(sheet.header), cells["year"]
    return SourceFile(
        sheet.name,
        sheet.sha256,
        sheet.size,
        sheet.encoding,
        table.key if table else "",
        cells["row"].n_unique(),
        cells.height,
        int(years.min()),  # type: ignore[arg-type]
        int(years.max()),  # type: ignore[arg-type]
    )


def settled(taken: list[tuple[SourceFile, pl.DataFrame]]) -> tuple[pl.DataFrame, list[str]]:
    """Join the files; where two hold the same table, the later release wins and the earlier one is set aside.

    Two different files of one release cannot both be right: that is refused.
    """
    notes: list[str] = []
    chosen: dict[str, tuple[SourceFile, pl.DataFrame]] = {}
    for file, cells in sorted(taken, key=lambda pair: (pair[0].last_year, pair[0].name)):
        slot = file.table or file.name
        if slot in chosen:
            older = chosen[slot][0]
            if older.last_year == file.last_year and older.sha256 != file.sha256:
                raise HeedError(f"{older.name} and {file.name} are both '{BY_KEY[slot].title}' to {file.last_year}")
            notes.append(f"{older.name} is set aside: {file.name} is the same table, to {file.last_year}.")
        chosen[slot] = (file, cells)
    return numbered(pl.concat([cells for _, cells in chosen.values()])), notes


def numbered(cells: pl.DataFrame) -> pl.DataFrame:
    """Give every row one `place`: a council by the Department's number, also where its national code has changed.

    The files do not agree on codes (2013 to 2019, two councils stand under different codes in different files);
    the three-figure number is the same in all of them. A file without it borrows the number from the others.
    """
    pairs = cells.filter(pl.col("number") != "").select("code", "number").unique()
    numbers = dict(pairs.iter_rows())
    council = pl.when(pl.col("number") != "").then(pl.col("number"))
    borrowed = pl.col("code").replace_strict(numbers, default=pl.col("code"), return_dtype=pl.String)
    place = pl.when(pl.col("level") == "council").then(council.otherwise(borrowed)).otherwise(pl.col("code"))
    return cells.with_columns(place=place).sort("file", "row", "column")


def absent(taken: list[tuple[SourceFile, pl.DataFrame]]) -> list[str]:
    """Name the tables that the report would use and this folder does not have."""
    have = {file.table for file, _ in taken}
    return [f"No file holds '{table.title}'; the report leaves it out." for table in TABLES if table.key not in have]
