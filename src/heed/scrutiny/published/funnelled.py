"""The funnel sections: every council once, with the limits around them, in the last year."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .figures import Figure
from .funnel import LEVELS, Funnel, Point
from .measures import ASSESSMENTS, CONFERENCES, FACTORS, RE_REFERRALS, REVIEWS, Measure
from .pictures import funnel_picture, with_chosen
from .places import Place
from .report import Chart, Entry, Section, Table
from .view import Surroundings
from .words import Words

WORK = (ASSESSMENTS, CONFERENCES, REVIEWS, RE_REFERRALS)
FUNNELLED = (*FACTORS, *WORK)
TABLE_WORDS: Words = ("The data behind the funnels. Alphabetical order is the only order given.",)
OUTSIDE = {"above": "above the limits", "below": "below the limits", "inside": "inside the limits"}


def funnel_sections(around: Surroundings, year: int, council: Place | None) -> Iterator[Section]:
    """Yield a funnel for each measure published in `year`, with one council marked where one is given."""
    lead: Words = (f"All councils in {year}, each once, by size. No order of merit is meant or given.",)
    yield Section("funnels", 2, "Among all councils", (lead,))
    for measure in FUNNELLED:
        funnel = around.funnel(measure, year)
        if funnel is not None:
            yield funnel_section(around, measure, funnel, year, council)
    if council is None:
        tables = alphabetical_tables(around, year)
        yield Section("all-councils", 3, f"Every council in {year}, by name", (TABLE_WORDS,), tables=tables)


def funnel_section(around: Surroundings, measure: Measure, funnel: Funnel, year: int, council: Place | None) -> Section:
    """Return one funnel: words, picture, and the table of who is outside or in question."""
    verdicts = around.verdicts(measure, year)
    alt = (
        f"Funnel plot of {measure.title.lower()} in {year}: one mark for each of {funnel.used} councils by size, "
        f"around {funnel.centre * measure.per:.1f} {measure.unit}. {told(verdicts)}"
    )
    if council:
        alt += f" {council.name} is {OUTSIDE.get(verdicts[council.key], verdicts[council.key])}."
    tables = (limits_table(around, measure, funnel, year, council),) if council else ()
    general = "table-all-identified" if measure in FACTORS else "table-all-work"
    chart = Chart(
        f"funnel-{measure.key}",
        f"{measure.title}, all councils, {year}",
        alt,
        tables[0].key if tables else general,
        with_chosen(picture(around, measure, funnel, year), council.name if council else ""),
    )
    own = own_words(around, measure, funnel, year, council) if council else named_words(around, measure, year, verdicts)
    words = (funnel_words(measure, funnel, verdicts), *own)
    return Section(f"funnel-of-{measure.key}", 3, measure.title, words, (chart,), tables)


def picture(around: Surroundings, measure: Measure, funnel: Funnel, year: int) -> dict[str, Any]:
    """Return the picture of all councils, made once for all reports."""
    key = (measure.key, year)
    if key not in around.drawn:
        councils = around.statistics.places.councils(year=year)
        figures = [(place.name, around.statistics.figure(measure, place, year)) for place in councils]
        size = measure.counted.capitalize() if measure.is_share else "Children aged 0 to 17"
        around.drawn[key] = funnel_picture(measure, funnel, figures, size)
    found: dict[str, Any] = around.drawn[key]
    return found


def told(verdicts: dict[str, str]) -> str:
    """Count the councils by where they lie."""
    found = list(verdicts.values())
    return (
        f"{found.count('above')} above and {found.count('below')} below the wide 99.8 % limits; "
        f"{found.count('cannot tell')} cannot be placed because numbers are hidden; "
        f"{found.count('not published')} not published."
    )


def funnel_words(measure: Measure, funnel: Funnel, verdicts: dict[str, str]) -> Words:
    """Say how much councils differ, and how many are outside."""
    return (
        f"All councils together: {funnel.centre * measure.per:.1f} {measure.unit}. ",
        (
            f"The variance between councils is {funnel.phi:.1f} times what chance alone gives (φ); their spread is "
            f"τ = {funnel.tau:.3f} on the stabilised scale. {told(verdicts)} {funnel.hidden} of {funnel.used} councils "
            "have hidden numbers, which enter this estimate at 3."
        ),
    )


def own_words(around: Surroundings, measure: Measure, funnel: Funnel, year: int, council: Place) -> Iterator[Words]:
    """Say where the marked council lies."""
    figure = around.statistics.figure(measure, council, year)
    point = Point(council.key, figure.numerator, figure.denominator)
    wide, exact = around.verdicts(measure, year)[council.key], funnel.verdict(point, exact=True)
    yield (
        f"{council.name}: ",
        figure,
        f"; {OUTSIDE.get(wide, wide)} that allow for the usual spread, {OUTSIDE.get(exact, exact)} of chance alone.",
    )


def limits_table(around: Surroundings, measure: Measure, funnel: Funnel, year: int, council: Place) -> Table:
    """Return what the funnel shows of one council: its figure, its size, and the limits at that size."""
    figure = around.statistics.figure(measure, council, year)
    size = np.array([figure.denominator.middle if figure.is_published else 1.0])
    rows: list[tuple[Entry, ...]] = [
        (f"{council.name}: {measure.title.lower()}", figure),
        (f"{council.name}: divided by", divisor(figure)),
        ("All councils together", f"{funnel.centre * measure.per:.1f}"),
    ]
    names = (
        (("99.8"), funnel.wide, ("usual spread")),
        (("95"), funnel.wide, ("usual spread")),
        (("99.8"), funnel.exact, ("chance")),
    )
    for level, limit, what in names if figure.is_published else ():
        low, high = (float(limit(size, tail)[0]) * measure.per for tail in (LEVELS[level], 1 - LEVELS[level]))
        rows.append((f"{level} % limits at its size, {what}", f"{low:.1f} to {high:.1f}"))
    caption = f"{measure.title}, {council.name} among all councils, {year} ({measure.unit})"
    note = "Every other council in the picture stands by name in the national overview (report --all)."
    return Table(f"table-funnel-{measure.key}", caption, ("What", "Value"), tuple(rows), note)


def divisor(figure: Figure) -> Figure:
    """Return what a figure was divided by, as a figure of its own."""
    label, bounds = f"Divided by, for {figure.label}", figure.denominator
    return Figure(label, "", bounds, bounds, bounds, figure.cells[-1:], "as published", figure.why)


def named_words(around: Surroundings, measure: Measure, year: int, verdicts: dict[str, str]) -> Iterator[Words]:
    """Name the councils outside the wide limits, by name, each with its figure: reasons to ask, not findings."""
    councils = around.statistics.places.councils(year=year)
    outside = [place for place in councils if verdicts[place.key] in ("above", "below")]
    if outside:
        parts: list[str | Figure] = ["To be asked about, in alphabetical order: "]
        for place in outside:
            figure = around.statistics.figure(measure, place, year)
            parts += ["" if place is outside[0] else "; ", f"{place.name} ({verdicts[place.key]}) ", figure]
        yield (*parts, ".")


def alphabetical_tables(around: Surroundings, year: int) -> tuple[Table, ...]:
    """Return every council's figures in one year, by name: the data behind all funnels."""
    statistics, councils = around.statistics, around.statistics.places.councils(year=year)
    identified: list[tuple[Entry, ...]] = []
    worked: list[tuple[Entry, ...]] = []
    for place in councils:
        identified.append((place.name, *(statistics.figure(measure, place, year) for measure in FACTORS)))
        worked.append((place.name, *(statistics.figure(measure, place, year) for measure in WORK)))
    return (
        Table(
            "table-all-identified",
            f"Assessed episodes with each factor per 10,000 children, {year}, councils in alphabetical order",
            ("Council", *(measure.title for measure in FACTORS)),
            tuple(identified),
        ),
        Table(
            "table-all-work",
            f"Time limits and re-referral in per cent, {year}, councils in alphabetical order",
            ("Council", *(measure.title for measure in WORK)),
            tuple(worked),
        ),
    )
