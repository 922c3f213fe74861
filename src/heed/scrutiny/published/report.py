"""The one frozen object that every page, file and answer about a council, or all of them, is a picture of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .figures import Cell, Figure
from .importing import SourceFile
from .questions import Inquiry
from .words import Words

Entry = str | Figure


@dataclass(frozen=True)
class Table:
    """A captioned table; the first column of each row is its heading."""

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite picture with words for those who cannot see it, and the table that holds its data."""

    key: str
    title: str
    alt: str
    table: str
    spec: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Section:
    """A heading with words first, then charts beside them, tables and questions."""

    key: str
    level: int
    heading: str
    words: tuple[Words, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()


@dataclass(frozen=True)
class Report:
    """Where one council stands, or all of them, in published figures."""

    kind: str
    subject: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    files: tuple[SourceFile, ...]
    digest: str

    def figures(self) -> Iterator[Figure]:
        """Yield every figure in reading order, some more than once."""
        for section in self.sections:
            for words in section.words:
                yield from figures_in(words)
            for inquiry in section.inquiries:
                for question in inquiry.questions:
                    yield from figures_in(question.words)
            for table in section.tables:
                for row in table.rows:
                    yield from figures_in(row)


def figures_in(parts: tuple[Entry, ...]) -> Iterator[Figure]:
    return (part for part in parts if isinstance(part, Figure))


@dataclass(frozen=True)
class Register:
    """A number for every figure and every source row of a report, so that the one can open the other."""

    figures: dict[Figure, int]
    rows: dict[tuple[str, int], int]
    cells: dict[tuple[str, int], tuple[Cell, ...]]

    def rows_of(self, figure: Figure) -> list[tuple[str, int]]:
        """Return the source rows of a figure, in order and once each."""
        return list(dict.fromkeys((cell.file, cell.row) for cell in figure.cells))


def register(report: Report) -> Register:
    """Number the figures in reading order, and the rows they come from by file and row."""
    figures: dict[Figure, int] = {}
    cells: dict[tuple[str, int], dict[str, Cell]] = {}
    for figure in report.figures():
        figures.setdefault(figure, len(figures) + 1)
        for cell in figure.cells:
            cells.setdefault((cell.file, cell.row), {})[cell.column] = cell
    ordered = sorted(cells)
    rows = {row: number for number, row in enumerate(ordered, 1)}
    return Register(figures, rows, {row: tuple(cells[row].values()) for row in ordered})
