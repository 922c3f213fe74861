"""Writes the dataset, one CSV for each table, so that it reads back as the same journey.

An event that came from the dataset keeps its id; one from elsewhere gets an id made from its identity, the same each
time. Pointers are rewritten alike. Names of children are written only where a newer file of the dataset gave them.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from heed.lib.errors import HeedError
from heed.lib.progress import Track, quiet
from heed.returns.columns import guard
from heed.returns.journey import Event
from heed.returns.writing import LeftOut, Written, whole_file

from .ids import Book, Line
from .lines import WRITE
from .tables import TABLES


def write_ssd(events: Iterable[Event], folder: Path, *, track: Track[Event] = quiet) -> Written:
    """Write the dataset's tables into a folder.

    1. Learn every id first, since a row may point at one that comes later.
    2. Write each event's rows; table by table, with the columns of the schema.
    3. List kinds of event that have no table.
    """
    told, written, book = list(events), Written(folder), Book()
    for event in told:
        book.learn(event)
    lines: dict[str, list[Line]] = {}
    for event in track(told, len(told), "SSD export"):
        for table, line in rows_of(event, book, written):
            lines.setdefault(table, []).append(line)
    for table in TABLES:
        if table in lines:
            write_table(folder / f"{table}.csv", table, lines[table])
            written.counts[table] = len(lines[table])
    return written


def write_table(path: Path, table: str, lines: list[Line]) -> None:
    """Write one table, no text of it a formula."""
    names = list(TABLES[table].names)
    if strange := {name for line in lines for name in line} - set(names):
        raise HeedError(f"The table {table} has no column {min(strange)}.")
    with whole_file(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        writer.writerows([as_text(line.get(name)) for name in names] for line in lines)


def as_text(value: object) -> str:
    """Return a value as the dataset writes it: flags as Y and N, dates without a time of day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    return guard(str(value))


def rows_of(event: Event, book: Book, written: Written) -> Iterator[tuple[str, Line]]:
    """Yield the rows that say what an event says."""
    write = WRITE.get(type(event))
    if write is None:
        if event.KIND not in {"strategy_discussion", "return_interview"}:  # both are columns of another row
            written.left_out.append(LeftOut(event.child, event.KIND, "", "the dataset has no table for it"))
        return
    yield from write(event, book)
