"""The end of every page: each number with the cells it comes from, and each file with its digest."""

from .figures import Cell, Figure
from .markup import Markup, joined, tag
from .report import Register, Report


def sources_section(report: Report, numbers: Register) -> Markup:
    """Return the figures, the rows they come from, and the files."""
    figures = [figure_entry(figure, number, numbers) for figure, number in numbers.figures.items() if figure.cells]
    rows = [row_entry(row, numbers) for row in numbers.rows]
    return tag(
        "section",
        tag("h2", "Where each number comes from", id="sources-of-numbers"),
        tag("p", "Every number above opens its line here; every line opens the rows of the published files."),
        tag("h3", "Numbers"),
        tag("ul", *figures),
        tag("h3", "Rows of the published files"),
        tag("ul", *rows),
        tag("h3", "Files"),
        tag("ul", *file_entries(report)),
        class_="sources",
        aria_labelledby="sources-of-numbers",
    )


def figure_entry(figure: Figure, number: int, numbers: Register) -> Markup:
    """Return one number: what it is, how it was made, and links to its rows."""
    links: list[str] = []
    for row in numbers.rows_of(figure):
        links += [" ", tag("a", row_name(row, numbers), href=f"#r{numbers.rows[row]}")]
    why = f" ({figure.why})" if figure.why and figure.is_published else ""
    return tag("li", f"{figure.label}: {figure.text}{why}; {figure.how};", *links, id=f"f{number}")


def row_name(row: tuple[str, int], numbers: Register) -> str:
    """Name a row shortly: the file's letter and number, and the row."""
    return f"{short_file(row[0])}:{row[1]}"


def short_file(name: str) -> str:
    """Return the beginning of a file's name, enough to tell the Department's files apart."""
    return name.rpartition("/")[2].partition("_")[0].removesuffix(".csv")


def row_entry(row: tuple[str, int], numbers: Register) -> Markup:
    """Return one row of a file with the cells that were used, as they stand there."""
    said = "; ".join(f"{cell.column} = {shown(cell)}" for cell in numbers.cells[row])
    return tag("li", f"{row[0]}, row {row[1]}: {said}", id=f"r{numbers.rows[row]}")


def shown(cell: Cell) -> str:
    """Return a cell as it stands in the file, with the range where that is not its number."""
    low, high = cell.bounds.low, cell.bounds.high
    if cell.bounds.is_exact or not cell.is_usable:
        return cell.raw or "(empty)"
    return f"{cell.raw} ({low:,.0f} to {high:,.0f})" if high < float("inf") else f"{cell.raw} ({low:,.0f} or more)"


def file_entries(report: Report) -> list[Markup]:
    return [
        tag("li", joined(f"{file.name}, {file.size:,} bytes, {file.rows:,} rows, SHA-256 {file.sha256}"))
        for file in report.files
        if file.table
    ]
