"""A report as one JSON document, and as one CSV with a row for each figure."""

import csv
import io
import math
from collections.abc import Iterator
from typing import Any

from .bounds import Bounds
from .cautions import ATTRIBUTION
from .figures import Cell, Figure
from .importing import SourceFile
from .questions import Inquiry
from .report import Entry, Register, Report, Section, Table, register
from .words import Words, text_of

FORMAT = "heed.published-report.1"
# Spreadsheets run cells that begin with these (OWASP, 'CSV Injection').
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def document_of(report: Report) -> dict[str, Any]:
    """Return the report as plain data: sections refer to figures by number, figures to cells by address."""
    numbers = register(report)
    return {
        "format": FORMAT,
        "ok": True,
        "kind": report.kind,
        "subject": report.subject,
        "title": report.title,
        "subtitle": report.subtitle,
        "attribution": ATTRIBUTION,
        "digest": report.digest,
        "files": [{name: getattr(file, name) for name in SourceFile.__slots__} for file in report.files if file.table],
        "sections": [section_data(section, numbers) for section in report.sections],
        "figures": [figure_data(figure, number) for figure, number in numbers.figures.items()],
        "cells": {address(cell): cell_data(cell) for cells in numbers.cells.values() for cell in cells},
    }


def section_data(section: Section, numbers: Register) -> dict[str, Any]:
    return {
        "key": section.key,
        "level": section.level,
        "heading": section.heading,
        "words": [words_data(words, numbers) for words in section.words],
        "charts": [
            {"key": chart.key, "title": chart.title, "alt": chart.alt, "table": chart.table, "spec": chart.spec}
            for chart in section.charts
        ],
        "tables": [table_data(table, numbers) for table in section.tables],
        "inquiries": [inquiry_data(inquiry, numbers) for inquiry in section.inquiries],
    }


def words_data(words: Words, numbers: Register) -> dict[str, Any]:
    """Return a sentence as text, with the numbers of the figures in it."""
    return {"text": text_of(words), "figures": [numbers.figures[part] for part in words if isinstance(part, Figure)]}


def table_data(table: Table, numbers: Register) -> dict[str, Any]:
    rows = [[entry_data(entry, numbers) for entry in row] for row in table.rows]
    return {
        "key": table.key,
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": rows,
        "note": table.note,
    }


def entry_data(entry: Entry, numbers: Register) -> Any:
    """Return words as they are, and a figure as its text and number."""
    return {"text": entry.text, "figure": numbers.figures[entry]} if isinstance(entry, Figure) else entry


def inquiry_data(inquiry: Inquiry, numbers: Register) -> dict[str, Any]:
    return {
        "measure": inquiry.measure.key,
        "questions": [
            {
                "rule": question.rule,
                "years": list(question.years),
                "heading": question.heading,
                **words_data(question.words, numbers),
            }
            for question in inquiry.questions
        ],
        "innocent": [{"name": one.name, "bearing": one.bearing, "words": one.words} for one in inquiry.innocent],
    }


def figure_data(figure: Figure, number: int) -> dict[str, Any]:
    return {
        "figure": number,
        "label": figure.label,
        "text": figure.text,
        "unit": figure.unit,
        "published": figure.is_published,
        "bounds": ends(figure.bounds),
        "numerator": ends(figure.numerator),
        "denominator": ends(figure.denominator),
        "how": figure.how,
        "why": figure.why,
        "cells": [address(cell) for cell in figure.cells],
    }


def ends(bounds: Bounds) -> list[float | None]:
    """Return the two ends; an end that nothing bounds is null."""
    return [bounds.low, bounds.high if math.isfinite(bounds.high) else None]


def address(cell: Cell) -> str:
    """Return where a cell stands, as 'file!row!column'."""
    return f"{cell.file}!{cell.row}!{cell.column}"


def cell_data(cell: Cell) -> dict[str, Any]:
    return {"raw": cell.raw, "kind": str(cell.kind), "year": cell.year, "bounds": ends(cell.bounds)}


CSV_COLUMNS = (
    "section", "figure", "label", "text", "unit", "low", "high", "numerator_low", "numerator_high",
    "denominator_low", "denominator_high", "how", "why", "cells",
)  # fmt: skip


def csv_of(report: Report) -> str:
    """Return one row for each figure of each section, in reading order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    numbers = register(report)
    for section in report.sections:
        for figure in dict.fromkeys(figures_of(section)):
            writer.writerow([guarded(value) for value in csv_row(section, figure, numbers.figures[figure])])
    return out.getvalue()


def figures_of(section: Section) -> Iterator[Figure]:
    """Yield the figures of one section in reading order."""
    yield from Report("", "", "", "", (section,), (), "").figures()


def csv_row(section: Section, figure: Figure, number: int) -> list[object]:
    spans = (figure.bounds, figure.numerator, figure.denominator)
    limits = [end for bounds in spans for end in ends(bounds)]
    cells = " ".join(dict.fromkeys(address(cell) for cell in figure.cells))
    said = [section.heading, number, figure.label, figure.text, figure.unit]
    return [*said, *("" if end is None else round(end, 6) for end in limits), figure.how, figure.why, cells]


def guarded(value: object) -> object:
    """Keep a spreadsheet from running what a file name or a place name says."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
