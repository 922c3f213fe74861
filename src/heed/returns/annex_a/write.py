"""Writes the Annex A workbook: eleven sheets, dates as dates, no text that a spreadsheet would run."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xlsxwriter

from heed.lib.progress import Track, quiet
from heed.returns.columns import Column, guard
from heed.returns.journey import Event, NeedEpisode
from heed.returns.rows import Value
from heed.returns.tables import Table
from heed.returns.writing import LeftOut, Written, as_day, by_child, whole_file

from .asked import Child, Line, Window, about
from .lists import LISTS
from .synonyms import CARRIED, STANDS_FOR, code_list, specification
from .tables import TABLES

# xlsxwriter's words for: keep little in memory, turn no text into a formula, a link or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WORDS: dict[bool, tuple[str, ...]] = {True: ("Yes", "a) Yes", "Y"), False: ("No", "b) No", "N")}
NOT_KEPT = "adoption and adopters are not part of the child's journey; the list is empty"


def write_annex_a(
    events: Iterable[Event],
    path: Path,
    *,
    as_of: str,
    months: int | None = 6,
    track: Track[tuple[str, list[Event]]] = quiet,
) -> Written:
    """Write the lists as they stand on a day; what they cannot hold is listed.

    1. Draw each child's lines, list by list (a sheet is written in one go, so lines wait until their list's turn).
    2. Write one sheet for each list, headers as in the specification.
    """
    written = Written(path)
    children = by_child(events)
    needs_apart = any(isinstance(one, NeedEpisode) for told in children.values() for one in told)
    window = Window(as_of, months, needs_apart)
    lines: dict[str, list[Line]] = {table.name: [] for table in TABLES}
    for name, told in track(children.items(), len(children), "Annex A"):
        child = Child(name, told)
        shared = about(child, window)
        for listed, draw in LISTS.items():
            lines[listed] += [shared | line for line in draw(child, window)]
    with whole_file(path) as draft, xlsxwriter.Workbook(str(draft), OPTIONS) as book:
        book.set_properties({"title": "Annex A", "created": dt.datetime.fromisoformat(f"{as_of}T00:00:00+00:00")})
        for table in TABLES:
            write_sheet(book, table, lines[table.name], written)
    written.left_out += [LeftOut("", "", name, NOT_KEPT) for name in ("List 10", "List 11")]
    return written


def write_sheet(book: Any, table: Table, lines: list[Line], written: Written) -> None:
    """Write one list."""
    sheet = book.add_worksheet(table.name)
    bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(table.columns) - 1, 18)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.name, bold)
    for number, line in enumerate(lines, start=1):
        for at, column in enumerate(table.columns):
            write_cell(sheet, number, at, column, line.get(column.name), day)
        written.counted(table.name)


def write_cell(sheet: Any, row: int, at: int, column: Column, value: Value, day: Any) -> None:
    """Write one value as what it is: a date, a number, or text that is only text."""
    if value is None or value == "":
        return
    if column.kind == "date":
        date = dt.date.fromisoformat(as_day(str(value)))
        if date.year < 1900:  # Excel counts no days before
            sheet.write_string(row, at, date.isoformat())
        else:
            sheet.write_datetime(row, at, dt.datetime.combine(date, dt.time()), day)
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, at, value)
    else:
        sheet.write_string(row, at, guard(as_written(column, value)))


def as_written(column: Column, value: Value) -> str:
    """Return a clean value as a council would write it, so that it reads back as the same value."""
    for text in candidates(column, value):
        if column.synonyms is None or column.synonyms(text) == (value, ""):
            return text
    return str(value)


def candidates(column: Column, value: Value) -> Iterable[str]:
    """Yield the ways to write a value, the most readable first."""
    if isinstance(value, bool):
        yield from WORDS[value]
        return
    text, codes = str(value), code_names(column.name)
    if text in CARRIED.get(column.name, ()) and (found := code_list(codes).find(text)):
        yield f"{text}: {str(found[0]).partition(') ')[2] or found[0]}"
    if letter := next((k for k, code in STANDS_FOR.get(column.name, {}).items() if code == text), None):
        yield from (str(e["code"]) for e in specification()["codes"][codes] if str(e["code"]).startswith(f"{letter})"))
    yield text


def code_names(column: str) -> str:
    """Return the name of a column's code list."""
    lists = specification()["lists"].values()
    return next((str(c["codes"]) for columns in lists for c in columns if c["name"] == column and "codes" in c), "")
