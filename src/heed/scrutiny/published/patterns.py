"""The shapes that make a series worth a question, and the thresholds behind them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy import stats

from .figures import Figure
from .funnel import LEVELS

Series = Sequence[tuple[int, Figure]]

# Half, as in the question that scrutiny failed to ask ('identified fell by half while referrals rose: why?').
HALF = 0.5
# Asked about only where chance gives as much less than once in a thousand times: the outer limit of the funnel.
BY_CHANCE = LEVELS["99.8"]
# Five values all falling or all rising by chance alone: 1 in 60 (two of the 5! orders).
RUN = 5
# With an expected count above 7, chance alone gives zero less than once in a thousand times (exp(-7) = 0.0009).
EXPECTED = 7.0
# A whole year of at least this many with none late is asked about; fewer may well be so.
ALL_ON_TIME = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """From when to when a series moved, between which figures, and by which rule that was noticed."""

    rule: str
    start: int
    end: int
    before: Figure
    after: Figure

    @property
    def turn(self) -> str:
        return "highest year" if self.rule == "halved" else "lowest year"


def halving_or_doubling(series: Series) -> Moved | None:
    """Return the fall to half of an earlier peak, or the rise to twice an earlier low, that ends in the last year."""
    if len(series) < 2:
        return None
    (last, now), earlier = series[-1], series[:-1]
    peak, high = max(earlier, key=lambda pair: pair[1].bounds.low)
    trough, low = min(earlier, key=lambda pair: pair[1].bounds.high)
    if now.bounds.high <= HALF * high.bounds.low and beyond_chance(now, high):
        return Moved("halved", peak, last, high, now)
    if now.bounds.low >= low.bounds.high / HALF and beyond_chance(low, now):
        return Moved("doubled", trough, last, low, now)
    return None


def beyond_chance(less: Figure, more: Figure) -> bool:
    """Tell whether the lower of two rates is lower than chance explains, whatever their hidden numbers are.

    Given the sum of two Poisson counts of one common rate, each is binomial with its share of the population: an exact
    test (Przyborowski and Wilenski 1940), at the ends of the bounds that speak least for a difference.
    """
    few, many = math.ceil(less.numerator.high), math.floor(more.numerator.low)
    sizes = less.denominator.middle + more.denominator.middle
    return bool(stats.binom.cdf(few, few + many, less.denominator.middle / sizes) < BY_CHANCE)


def none_found(figure: Figure, england: Figure) -> float | None:
    """Return how many would be expected at England's rate, where none was found and more than `EXPECTED` would be."""
    if figure.bounds.high > 0 or not england.is_published:
        return None
    expected = england.numerator.low / england.denominator.high * figure.denominator.low
    return expected if expected > EXPECTED else None


def run_of(series: Series) -> Moved | None:
    """Return the last run of five or more consecutive years that surely went one way."""
    for rule, onward in (("falling", Figure.surely_above), ("rising", Figure.surely_below)):
        length = min(1, len(series))
        while length < len(series) and follows(series, length, onward):
            length += 1
        if length >= RUN:
            (start, before), (end, after) = series[-length], series[-1]
            return Moved(rule, start, end, before, after)
    return None


def follows(series: Series, length: int, onward: Callable[[Figure, Figure], bool]) -> bool:
    """Tell whether the year before the last `length` ones directly precedes them and lies on the right side."""
    (before, earlier), (after, later) = series[-length - 1], series[-length]
    return after == before + 1 and onward(earlier, later)
