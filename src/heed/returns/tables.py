"""Tables: the columns a standard gives each, and what is left of a block once it has been checked."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .columns import Column, Style
from .grid import Later, Numbers
from .opening import Source
from .rows import Doubt, Item, Reject, Row, Value

Key = tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """A table of a standard: its columns, what makes a row the same row, and which dates stand in order."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()  # columns by which the table is known, though they may be blank
    yearly: bool = False  # each year's row speaks of that year only, so years are not merged

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def needed(self) -> frozenset[str]:
        """Return the columns without which a file is not this table."""
        return frozenset(column.name for column in self.columns if column.needed) | set(self.marks)


@dataclass(slots=True)
class Taken:
    """A checked block: clean columns of the rows that were taken, and everything that was refused or doubted."""

    source: Source
    table: Table
    sheet: str
    lines: Sequence[int]
    columns: dict[str, Sequence[Value]]
    cells: dict[str, str]
    rejects: list[Reject] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    numbers: dict[str, Numbers] = field(default_factory=dict)  # of proven columns: days, and short texts packed

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one, each with its lineage."""
        names, name, digest, sheet = list(self.columns), self.source.name, self.source.digest, self.sheet
        for line, values in zip(self.lines, zip(*self.columns.values(), strict=True), strict=True):
            yield Row(name, digest, sheet, line, self.table.name, dict(zip(names, values, strict=True)), self.cells)

    def items(self) -> Iterator[Item]:
        """Yield rejects, doubts and rows."""
        yield from self.rejects
        yield from self.doubts
        yield from self.rows()


@dataclass(slots=True)
class Known:
    """What is remembered from block to block of one set: values already read, keys already seen, children named."""

    values: dict[Any, dict[str, Value]] = field(default_factory=dict)
    keys: dict[str, dict[Key, tuple[int, int]]] = field(default_factory=dict)
    waiting: dict[str, tuple[Sequence[int], dict[str, Sequence[Value]]]] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)  # tables of which a block was taken

    def values_of(self, column: Column, style: Style) -> dict[str, Value]:
        """Return the memory for values of this column: dates, numbers and flags of one style share theirs."""
        codes = column.name if column.kind == "code" else ""
        return self.values.setdefault((column.kind, codes, style.month_first, style.from_1904, style.in_workbook), {})


def doubt(taken: Taken, line: int, column: str, value: str, reason: str, count: int = 1) -> Doubt:
    """Return a doubt about this table."""
    source = taken.source
    return Doubt(source.name, source.digest, taken.sheet, line, taken.table.name, column, value, reason, count)


def keep_good(taken: Taken, bad: Collection[int]) -> None:
    """Leave only the rows that were taken."""
    if not bad:
        return
    mask = np.ones(len(taken.lines), dtype=bool)
    mask[list(bad)] = False
    chosen = np.flatnonzero(mask)
    taken.lines = np.asarray(taken.lines)[chosen].tolist()
    taken.columns = {
        name: values.kept(chosen) if isinstance(values, Later) else list(itertools.compress(values, mask))
        for name, values in taken.columns.items()
    }
    taken.numbers = {name: numbers[chosen] for name, numbers in taken.numbers.items()}


def refuse_rows(taken: Taken, lost: Collection[int], column: str, reason: str) -> None:
    """Take rows out of a checked block and list them, their values as they were read."""
    where = (taken.source.name, taken.source.digest, taken.sheet)
    for at in lost:
        row = {name: "" if values[at] is None else str(values[at]) for name, values in taken.columns.items()}
        taken.rejects.append(Reject(*where, taken.lines[at], taken.table.name, column, row[column], reason, row))
    keep_good(taken, lost)
