"""The returns found at a path, and how one of them is read: a set of CSV files, a workbook, or XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heed.lib.errors import HeedError
from heed.returns.grid import Numbers, are_in
from heed.returns.opening import Source, found_files, open_source
from heed.returns.rows import Value
from heed.returns.tables import Known, Taken, refuse_rows
from heed.returns.tabular import Sheet, read_sheet, sheets_in

from .tables import HEADER, TABLES
from .xml import read_xml

ENDINGS = (".csv", ".txt", ".xlsx", ".xml")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Return:
    """The files of one year's return; `year` is what their names say, or nothing."""

    year: str
    sources: tuple[Source, ...]


def returns_in(path: Path) -> list[Return]:
    """Return the returns found at a path, oldest first: files whose names share a year belong together.

    Files without a year in their names belong to the only year there is, or else are a return of their own.
    """
    years: dict[str, list[Source]] = {}
    for file, name in found_files(path, ENDINGS):
        years.setdefault(year_of(name), []).append(open_source(file, name=name))
    if len(years) == 2 and "" in years:
        years[max(years)] += years.pop("")
    return [Return(year, tuple(sources)) for year, sources in sorted(years.items())]


def year_of(name: str) -> str:
    """Return the year that a file's name says, or nothing."""
    found = YEAR.findall(name)
    return found[-1] if found else ""


def read_return(one: Return) -> Iterator[Taken]:
    """Yield the checked blocks of one return.

    1. Find the table in each file or sheet; a file that is none of them is noted, or refused if it stands alone.
    2. Read the header first, to know the children.
    3. Read the rest; where there is a header, refuse the rows of children it does not name.
    """
    known, children = Known(), Children()
    if xml := [source for source in one.sources if source.kind == "xml"]:
        for source in xml:
            yield from read_xml(source, known)
    sheets = sheets_in([source for source in one.sources if source.kind != "xml"], TABLES)
    refuse_doubles(sheets)
    sheets.sort(key=lambda sheet: TABLES.index(sheet.table))
    for sheet in sheets:
        for taken in read_sheet(sheet, known):
            if sheet.table is HEADER:
                children.add(taken)
            elif children:
                without_orphans(taken, children)
            yield taken


def refuse_doubles(sheets: list[Sheet]) -> None:
    """Refuse two files of one table in one return: which of them holds is not ours to choose."""
    seen: dict[str, Sheet] = {}
    for sheet in sheets:
        other = seen.setdefault(sheet.table.name, sheet)
        if other is not sheet and other.source.digest != sheet.source.digest:
            raise HeedError(
                f"{other.source.name} and {sheet.source.name} are both the table {sheet.table.name}; "
                "hand in one return at a time, or put the year in the files' names."
            )


class Children:
    """The children whom the header names; looked up as numbers where all ids are short."""

    def __init__(self) -> None:
        self.names: set[Value] = set()
        self.waiting: list[Taken] = []
        self.numbers: Numbers | None = np.zeros(0, dtype=np.uint64)  # in order

    def __bool__(self) -> bool:
        return bool(self.waiting or self.names)

    def add(self, taken: Taken) -> None:
        """Take the children of a block of the header."""
        self.waiting.append(taken)
        if self.numbers is not None and "CHILD" in taken.numbers:
            self.numbers = np.sort(np.concatenate((self.numbers, taken.numbers["CHILD"])))
        else:
            self.numbers = None

    def lacking(self, taken: Taken) -> list[int]:
        """Return the rows of a block whose child the header does not name."""
        if self.numbers is not None and "CHILD" in taken.numbers:
            return np.flatnonzero(~are_in(taken.numbers["CHILD"], self.numbers)).tolist()
        for one in self.waiting:
            self.names.update(one.columns["CHILD"])
        self.waiting.clear()
        return [at for at, child in enumerate(taken.columns["CHILD"]) if child not in self.names]


def without_orphans(taken: Taken, children: Children) -> None:
    """Take out the rows of children whom the header does not name, and list them."""
    if lost := children.lacking(taken):
        refuse_rows(taken, lost, "CHILD", "the header has no row for this child")
