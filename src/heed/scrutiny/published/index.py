"""The cells that the report uses, by table, column, year and place; and every measure of every place and year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from heed.lib.errors import HeedError

from .bounds import Bounds
from .checks import Recount, recount
from .figures import Cell, Figure, count, ratio
from .importing import Imported
from .measures import MEASURES, POPULATION, Measure
from .places import Place, Places, places_of

Address = tuple[str, str, int, str]


@dataclass(frozen=True)
class Statistics:
    """Everything that a report is made of; nothing in it changes after it is built."""

    imported: Imported
    places: Places
    cells: dict[Address, Cell]
    years: tuple[int, ...]
    recount: Recount
    cache: dict[tuple[str, str, int], Figure] = field(default_factory=dict, compare=False)
    published: dict[str, list[int]] = field(default_factory=dict, compare=False)

    def cell(self, table: str, column: str, year: int, place: str) -> Cell | None:
        return self.cells.get((table, column, year, place))

    def children(self, place: str, year: int) -> Cell | None:
        """Return the population that the Department divides by: children at mid-year in the reporting year.

        A year ending 31 March 2024 is divided by the estimate of mid-2023; the published rates confirm it.
        """
        return self.cell("population", POPULATION, year - 1, place)

    def parts(self, measure: Measure, place: str, year: int) -> tuple[list[Cell], list[Cell]]:
        """Return the cells above and below the line; both empty where the files have no such row."""
        top = [self.cell(measure.table, column, year, place) for column in measure.numerator]
        whole = measure.denominator
        bottom = self.cell(measure.table, whole, year, place) if measure.is_share else self.children(place, year)
        if bottom is None or any(cell is None for cell in top):
            return [], []
        return [cell for cell in top if cell is not None], [bottom]

    def figure(self, measure: Measure, place: Place, year: int) -> Figure:
        """Return one measure of one place in one year."""
        key = (measure.key, place.key, year)
        if key not in self.cache:
            label = f"{measure.title}, {place.name} {year}"
            self.cache[key] = figure_of(measure, label, *self.parts(measure, place.key, year))
        return self.cache[key]

    def pooled(self, measure: Measure, places: Sequence[Place], year: int, label: str) -> Figure:
        """Return one measure of several councils as if they were one; those that publish nothing are left out."""
        pairs = [self.parts(measure, place.key, year) for place in places]
        usable = [(top, bottom) for top, bottom in pairs if top and all(cell.is_usable for cell in (*top, *bottom))]
        tops = [cell for top, _ in usable for cell in top]
        bottoms = [cell for _, bottom in usable for cell in bottom]
        said = "" if len(usable) == len(places) else f" ({len(usable)} of {len(places)} councils)"
        return figure_of(measure, f"{measure.title}, {label} {year}{said}", tops, bottoms)

    def number(self, measure: Measure, place: Place, year: int) -> Figure:
        """Return the count above the line."""
        top, _ = self.parts(measure, place.key, year)
        return count(f"{measure.title}, {measure.counted}, {place.name} {year}", top, "as published")

    def years_of(self, measure: Measure) -> list[int]:
        """Return the years in which anybody publishes the measure: England, or else any council."""
        if measure.key not in self.published:
            places = [place for place in self.places.by_key.values() if place.level == "England"]
            places += self.places.councils()
            self.published[measure.key] = [
                year for year in self.years if any(self.figure(measure, p, year).is_published for p in places)
            ]
        return self.published[measure.key]


def figure_of(measure: Measure, label: str, top: Sequence[Cell], bottom: Sequence[Cell]) -> Figure:
    """Divide, and say how in words."""
    below = bottom[0].column if measure.is_share and bottom else "children aged 0 to 17"
    how = f"{' + '.join(dict.fromkeys(cell.column for cell in top))} ÷ {below} × {measure.per:,}"
    return ratio(label, measure.unit, measure.per, top, bottom, share=measure.is_share, how=how)


def statistics_of(imported: Imported) -> Statistics:
    """Index the cells that the measures use."""
    cells = wanted(imported.cells)
    places = places_of(imported.cells)
    index: dict[Address, Cell] = {}
    columns = ["table", "measure", "year", "place", "file", "row", "column", "raw", "kind", "low", "high"]
    for table, measure, year, place, file, row, column, raw, kind, low, high in cells.select(columns).iter_rows():
        address = (table, measure, year, place)
        if address in index:
            raise HeedError(f"{file} has two rows for one place and year: rows {index[address].row} and {row}")
        index[address] = Cell(file, row, column, raw, kind, year, place, Bounds(low, high))
    years = cells.filter(pl.col("table") != "population")["year"].unique().sort().to_list()
    return Statistics(imported, places, index, tuple(years), recount(imported.cells))


def wanted(cells: pl.DataFrame) -> pl.DataFrame:
    """Keep the columns that a measure names, and of broken-down tables the rows of totals."""
    names: Iterable[str] = {POPULATION} | {name for m in MEASURES for name in (*m.numerator, m.denominator)}
    kept = cells.filter((pl.col("table") != "") & pl.col("measure").is_in(list(names)))
    several = pl.col("breakdown").n_unique().over("table") > 1
    return kept.filter(~several | pl.col("breakdown").str.contains(r"(?i)\btotal\b|0 to 17"))
