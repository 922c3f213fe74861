"""Reads tables from CSV files and workbooks: which table is it, how are its dates written, may it be read at all."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from heed.lib.errors import HeedError

from .checking import check
from .columns import Column, Style, learn_dates, settle
from .dates import only_day_first, only_month_first
from .delimited import Block, read_delimited
from .opening import Source
from .rows import Doubt
from .tables import Known, Table, Taken
from .workbook import read_workbook

# Columns that our own reject files put before the row; they are passed over when a corrected file comes back.
REJECT_COLUMNS = ("HEED REASON", "HEED COLUMN", "HEED FILE", "HEED LINE", "HEED REST")
# A file is refused as a whole when more than this share of a date column cannot be read.
SPOILED, FEWEST = 0.5, 10
# Dates enough to tell month-first writing from a slip of the pen (0.39^10: ten days below 13 by chance, 1 in 12,000).
SURE = 10

# A header is a table's when it shares this much with it (columns in common by columns in either), or when this much of
# the header is the table's: files with a few of many columns are common.
ALIKE, KNOWN_SHARE = 0.3, 0.7

Match = Callable[[list[str], Table], dict[str, int]]


@dataclass(slots=True)
class Sheet:
    """One sheet or file, its table known: blocks can be asked for more than once."""

    source: Source
    table: Table
    places: dict[str, int]
    blocks: Callable[[], Iterator[Block]]
    notes: list[Doubt]


class NotATable(HeedError):
    """The file holds none of the tables that were looked for."""


def match_names(header: list[str], table: Table) -> dict[str, int]:
    """Return where each of the table's columns stands in the header, whatever the case."""
    upper = [name.upper() for name in header]
    return {name: upper.index(name.upper()) for name in table.names if name.upper() in upper}


def sheets_of(source: Source, tables: Sequence[Table], match: Match = match_names) -> Iterator[Sheet]:
    """Yield the sheets of a file that are tables of the standard; refuse a file that has none."""
    found, seen = 0, []
    for name, blocks in streams(source):
        header = next(blocks()).header
        if not any(header):
            continue
        table, places = recognise_table(header, tables, match)
        if table is None:
            seen.append(header)
            continue
        found += 1
        yield Sheet(source, table, places, blocks, header_notes(source, name, header, table, places))
    if not found:
        raise NotATable(not_a_table(source, seen, tables))


def sheets_in(sources: Iterable[Source], tables: Sequence[Table], match: Match = match_names) -> list[Sheet]:
    """Return the sheets of several files; a file that holds none of the tables is noted if another does."""
    sheets: list[Sheet] = []
    strangers: list[tuple[Source, NotATable]] = []
    for source in sources:
        try:
            sheets += sheets_of(source, tables, match)
        except NotATable as refusal:
            strangers.append((source, refusal))
    for source, why in strangers:
        if not sheets:
            raise why
        sheets[0].notes.append(Doubt(source.name, source.digest, "", 1, "", "", "", f"not read: {why}"))
    return sheets


def streams(source: Source) -> Iterator[tuple[str, Callable[[], Iterator[Block]]]]:
    """Yield the name of each sheet with a way to read its blocks from the start."""
    if source.kind == "csv":
        yield "", lambda: read_delimited(source)
    elif source.kind == "xlsx":
        yield from read_workbook(source)
    else:
        raise HeedError(f"{source.name} is XML; a CSV file or a workbook is wanted here.")


def recognise_table(header: list[str], tables: Sequence[Table], match: Match) -> tuple[Table | None, dict[str, int]]:
    """Return the table whose columns the header shares most, if all that it cannot do without are there."""
    best: tuple[float, Table | None, dict[str, int]] = (0.0, None, {})
    width = sum(1 for name in header if name and name not in REJECT_COLUMNS)
    for table in tables:
        places = match(header, table)
        share = len(places) / max(1, width + len(table.columns) - len(places))
        if share > best[0] and table.needed <= places.keys():
            best = (share, table, places)
    is_known = best[0] >= ALIKE or len(best[2]) >= max(2, KNOWN_SHARE * width)
    return (best[1], best[2]) if is_known else (None, {})


def header_notes(source: Source, sheet: str, header: list[str], table: Table, places: dict[str, int]) -> list[Doubt]:
    """Refuse a header that names a column twice; note columns that are missing or not of the table."""
    named = [name.upper() for name in header if name]
    twice = sorted({name for name in named if named.count(name) > 1 and name in {n.upper() for n in places}})
    if twice:
        raise HeedError(f"{source.name} names the column {twice[0]} more than once.")
    used = set(places.values())
    where = (source.name, source.digest, sheet, 1, table.name)
    notes = [Doubt(*where, "", "", "the file is not UTF-8; it was read as Windows-1252")]
    notes = notes if source.encoding == "cp1252" else []
    strange = [n for at, n in enumerate(header) if at not in used and n and n not in REJECT_COLUMNS]
    notes += [Doubt(*where, name, "", f"this column is not one of {table.name}; it was not read") for name in strange]
    lacking = [name for name in table.names if name not in places]
    return notes + [Doubt(*where, name, "", "the file has no such column") for name in lacking]


def not_a_table(source: Source, headers: list[list[str]], tables: Sequence[Table]) -> str:
    """Say what was found instead of a table of the standard."""
    if not headers:
        return f"{source.name} holds no table."
    first = ", ".join(headers[0])[:120]
    near = max(tables, key=lambda table: len(match_names(headers[0], table)))
    lacking = sorted(near.needed - match_names(headers[0], near).keys())
    text = f"{source.name} is none of the tables wanted here; its first line reads: {first}."
    if match_names(headers[0], near) and lacking:
        close = difflib.get_close_matches(lacking[0], headers[0], 1, 0.6)
        text += f" For {near.name} it lacks {', '.join(lacking)}"
        text += f" (there is '{close[0]}')." if close else "."
    return text


def read_sheet(sheet: Sheet, known: Known) -> Iterator[Taken]:
    """Yield the checked blocks of a sheet, after looking over all its dates once."""
    blocks = sheet.blocks()
    first, second = next(blocks), next(blocks, None)
    if second is None:
        yield noted(check(first, sheet.table, sheet.places, sheet.source, known), sheet)
        return
    third = next(blocks, None)
    whole: Iterable[Block] = [first, second] if third is None else sheet.blocks()
    known.styles = survey(sheet, whole, known)
    again: Iterable[Block] = [second] if third is None else list_after(sheet.blocks(), 1)
    for number, block in enumerate(again):
        taken = check(block, sheet.table, sheet.places, sheet.source, known)
        yield noted(taken, sheet) if number == 0 else taken


def list_after(blocks: Iterator[Block], skipped: int) -> Iterator[Block]:
    """Pass the blocks on after the first ones."""
    for _ in range(skipped):
        next(blocks)
    return blocks


def noted(taken: Taken, sheet: Sheet) -> Taken:
    """Put the sheet's own notes before those of its first block."""
    taken.doubts = sheet.notes + taken.doubts
    return taken


def survey(sheet: Sheet, blocks: Iterable[Block], known: Known) -> dict[str, Style]:
    """Look at every date of a sheet before a row is taken.

    1. Gather the distinct texts of each date column.
    2. Tell day first from month first; note a column that mixes them.
    3. Refuse the file where most of a column cannot be read.
    """
    dated = [column for column in sheet.table.columns if column.kind == "date" and column.name in sheet.places]
    texts: dict[str, set[str]] = {column.name: set() for column in dated}
    proven = dict.fromkeys(texts, 0)
    style = Style()
    for block in blocks:
        style = Style(False, block.from_1904, block.in_workbook)
        for column in dated:
            more, sure = texts_in_doubt(block, sheet.places[column.name])
            texts[column.name].update(more)
            proven[column.name] += sure
    found: dict[str, Style] = {}
    for column in dated:
        rest = learn_dates(texts[column.name], known.values_of(column, style))
        found[column.name] = replace(style, month_first=is_month_first(sheet, column, texts[column.name], rest))
        of = len(texts[column.name]) + proven[column.name]
        refuse_unreadable(sheet, column, of, rest, found[column.name], known)
    return found


def texts_in_doubt(block: Block, place: int) -> tuple[Iterable[str], int]:
    """Return the dates of a block that must be looked at, and how many are proven.

    Of proven ones a few whose day is above 12 are returned too, as evidence for how dates are written here.
    """
    days = block.grid.days(place) if block.grid else None
    if block.grid is None or days is None:
        return block.columns[place], 0
    evidence = [block.grid.text(int(row), place) for row in np.flatnonzero(days % 100 > 12)[:SURE]]
    return evidence, int(np.count_nonzero(days))


def is_month_first(sheet: Sheet, column: Column, texts: set[str], rest: set[str]) -> bool:
    """Tell whether a column's dates can only have been written month first; note what stays uncertain.

    Evidence for it stands among the rest only: a plain day-first date is none.
    """
    if not (month_first := only_month_first(rest)):
        return False
    day_first = only_day_first(texts)
    where = (sheet.source.name, sheet.source.digest, "", 1, sheet.table.name, column.name, month_first[0])
    if not day_first and len(month_first) >= SURE:
        reason = f"read month first: {len(month_first)} dates can only be so and none can only be day first"
        sheet.notes.append(Doubt(*where, reason, len(month_first)))
        return True
    reason = "day-first and month-first dates are mixed; those that could be either were read day first"
    sheet.notes.append(Doubt(*where, reason, len(month_first)))
    return False


def refuse_unreadable(sheet: Sheet, column: Column, of: int, rest: set[str], style: Style, known: Known) -> None:
    """Read what is left of a column's distinct dates; refuse the file when most of them are something else."""
    settled = settle(column, list(rest), style, known.values_of(column, style))
    if len(settled.refused) <= max(SPOILED * of, FEWEST - 1):
        return
    raise HeedError(
        f"{sheet.source.name}: most of column {column.name} holds no dates (for example "
        f"'{min(settled.refused)[:40]}'); are columns swapped, or is it another table?"
    )
