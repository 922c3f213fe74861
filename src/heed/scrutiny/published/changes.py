"""How much every council's figure changed from one year to the next, and which changes stand out.

A change is measured on the variance-stabilising scale of the funnel plot, less the middle change of all councils in
that year (what moved everywhere is not one council's break) and divided by their spread where that exceeds chance.
"""

import math
from dataclasses import dataclass

import numpy as np

from .figures import Figure
from .funnel import FEWEST, Point, stabilised
from .index import Statistics
from .measures import Measure

Pair = tuple[float, float]
# Two-sided 99.8 %, the outer limit of the funnel plot.
STANDS_OUT = 3.09
# Turns the median absolute deviation of normal values into their standard deviation.
MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class YearChange:
    """The change of all councils from the year before, in standard errors: middle, spread, and how many stand out."""

    middle: float
    spread: float
    councils: int
    outside: int


def step(is_share: bool, before: Pair, after: Pair) -> float | None:
    """Return the change between two (count, size) pairs in standard errors."""
    if not (before[1] > 0 and after[1] > 0):
        return None
    marks = [
        float(stabilised(min(top / size, 1.0) if is_share else top / size, is_share)) for top, size in (before, after)
    ]
    return (marks[1] - marks[0]) / math.sqrt(1.0 / (4.0 * before[1]) + 1.0 / (4.0 * after[1]))


def middle(figure: Figure) -> Pair:
    """Return the likely count and size of a figure, or nothing out of nothing where it is not published."""
    return Point("", figure.numerator, figure.denominator).likely if figure.is_published else (0.0, 0.0)


def year_change(statistics: Statistics, measure: Measure, year: int) -> YearChange | None:
    """Describe how all councils changed from the year before; None where too few can be compared."""
    figures = [
        (statistics.figure(measure, place, year - 1), statistics.figure(measure, place, year))
        for place in statistics.places.councils(year=year)
    ]
    steps = [
        found
        for before, after in figures
        if (found := step(measure.is_share, middle(before), middle(after))) is not None
    ]
    if len(steps) < FEWEST:
        return None
    centre = float(np.median(steps))
    away = np.abs(np.array(steps) - centre)
    spread = max(1.0, MAD_TO_SD * float(np.median(away)))
    return YearChange(centre, spread, len(steps), int((away / spread > STANDS_OUT).sum()))


def standing_out(measure: Measure, before: Figure, after: Figure, all_councils: YearChange) -> float | None:
    """Return how far a change stands out, or None where it does not, whatever the hidden numbers are."""
    if not (before.is_published and after.is_published):
        return None
    ends = [
        (middle(before), middle(after)),
        (edge(before, high=False), edge(after, high=True)),
        (edge(before, high=True), edge(after, high=False)),
    ]
    steps = [step(measure.is_share, *pair) for pair in ends]
    found = [(mark - all_councils.middle) / all_councils.spread for mark in steps if mark is not None]
    if len(found) < len(ends) or min(map(abs, found)) <= STANDS_OUT or len({mark > 0 for mark in found}) > 1:
        return None
    return found[0]


def edge(figure: Figure, *, high: bool) -> Pair:
    """Return the smallest or largest count that a figure can stand for, and its size."""
    return (figure.numerator.high if high else figure.numerator.low), figure.denominator.middle
