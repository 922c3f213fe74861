"""The tables and trend charts of one measure for one council."""

from dataclasses import replace

from .figures import Figure, added, count
from .measures import FACTORS, Measure
from .pictures import trend
from .report import Chart, Entry, Table
from .view import View
from .words import text_of, went


def beside(view: View, measure: Measure, year: int) -> list[tuple[str, Figure]]:
    """Return the council's figure and those it stands beside, each with the name of its place."""
    found = [(view.council.name, view.figure(measure, year))]
    regional = view.regional(measure, year)
    if view.region is not None and regional is not None:
        found.append((view.region.name, regional))
    found.append(("England", view.england(measure, year)))
    if view.group.peers:
        found.append((view.group.name, view.peers(measure, year)))
    return found


def years_shown(view: View, measure: Measure) -> list[int]:
    """Return the years of a measure in which this council reported at all."""
    council = view.council
    return [year for year in view.statistics.years_of(measure) if council.first_year <= year <= council.last_year]


def measure_table(view: View, measure: Measure) -> Table:
    """Return a measure's table: a row for each year, the council's own count first."""
    years = years_shown(view, measure)
    rows: list[tuple[Entry, ...]] = []
    names: list[str] = []
    for year in years:
        marks = beside(view, measure, year)
        names = [name for name, _ in marks]
        whole: tuple[Entry, ...] = (whole_of(view, measure, year),) if measure.is_share else ()
        rows.append((str(year), top_of(view, measure, year), *whole, *(figure for _, figure in marks)))
    counted = ("Number", "Out of") if measure.is_share else ("Number",)
    caption = f"{measure.title}: {view.council.name} beside its region, England and its peers ({measure.unit})"
    out_of = f"‘Out of’ counts {measure.counted}." if measure.is_share else f"‘Number’ counts {measure.counted}."
    return Table(f"table-{measure.key}", caption, ("Year", *counted, *names), tuple(rows), out_of)


def top_of(view: View, measure: Measure, year: int) -> Figure:
    """Return the council's count above the line."""
    top, bottom = view.statistics.parts(measure, view.council.key, year)
    found = count(f"{measure.title}, number, {view.council.name} {year}", top, "as published, added up")
    return replace(found, bounds=found.bounds.capped(added(bottom).high)) if measure.is_share and bottom else found


def whole_of(view: View, measure: Measure, year: int) -> Figure:
    """Return what the council's share is a share of."""
    _, bottom = view.statistics.parts(measure, view.council.key, year)
    return count(f"{measure.counted.capitalize()}, {view.council.name} {year}", bottom, "as published")


def measure_chart(view: View, measure: Measure) -> Chart | None:
    """Return the trend chart of a measure, or None where fewer than two years can be drawn."""
    years = years_shown(view, measure)
    if len(years) < 2:
        return None
    points: dict[str, list[tuple[int, Figure]]] = {}
    for year in years:
        for name, figure in beside(view, measure, year):
            points.setdefault(name, []).append((year, figure))
    alt = described(view, measure, years)
    spec = trend(measure, list(points.items()))
    title = f"{measure.title}, {view.council.name}, {years[0]} to {years[-1]}"
    return Chart(f"chart-{measure.key}", title, alt, f"table-{measure.key}", spec)


def described(view: View, measure: Measure, years: list[int]) -> str:
    """Say in words what the chart shows."""
    told = describe_series(measure, view.council.name, view.series(measure))
    return (
        f"Line chart, {years[0]} to {years[-1]}, with region, England and peers. {told} Every value stands "
        "in the table."
    )


def describe_series(measure: Measure, name: str, series: list[tuple[int, Figure]]) -> str:
    """Say how one place moved, and which year was its highest."""
    if len(series) < 2:
        return f"{name} has fewer than two published years of {measure.title.lower()}."
    (start, before), (end, after) = series[0], series[-1]
    high = max(series, key=lambda pair: pair[1].bounds.middle)
    return (
        f"{name}, {measure.title.lower()} ({measure.unit}): it {text_of(went(measure, before, after))}, from "
        f"{before.text} in {start} to {after.text} in {end}; the highest year is {high[0]} with {high[1].text}."
    )


def factor_counts(view: View) -> Table:
    """Return the council's own counts of every exploitation factor, side by side."""
    years = sorted({year for measure in FACTORS for year in years_shown(view, measure)})
    rows: list[tuple[Entry, ...]] = []
    for year in years:
        counts: list[Entry] = [top_of(view, measure, year) for measure in FACTORS]
        rows.append((str(year), *counts))
    columns = ("Year", *(measure.title for measure in FACTORS))
    note = "Episodes with the factor, not children; one episode may carry several, so do not add across."
    return Table("table-factor-counts", f"Assessed episodes by factor, {view.council.name}", columns, tuple(rows), note)
