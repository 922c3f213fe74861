"""Funnel plots: how far councils differ by chance alone, and how far they differ anyway.

D. J. Spiegelhalter, *Funnel plots for comparing institutional performance*, Statistics in Medicine 24 (2005) 1185-1202:
exact binomial and Poisson limits interpolated as in its appendix A.1, and its additive (random-effects) model for
overdispersion on a variance-stabilising scale, with z-scores winsorised at 10 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import ndtri

from .bounds import Bounds

Numbers = npt.NDArray[np.float64]
# Two-sided 95 % and 99.8 % limits, as in the paper: about two and three standard errors.
LEVELS = {"95": 0.025, "99.8": 0.001}
# The share of z-scores pulled in at each end (the paper, section 4.2, 'for example 10 %').
WINSORISED = 0.1
# Below this many councils the spread between them cannot be told from chance.
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Point:
    """One council in a funnel: what it counted, out of what."""

    key: str
    top: Bounds
    bottom: Bounds

    @property
    def is_usable(self) -> bool:
        return self.top.is_known and self.bottom.is_known and self.bottom.low > 0

    @property
    def is_exact(self) -> bool:
        return self.is_usable and self.top.is_exact and self.bottom.is_exact

    @property
    def likely(self) -> tuple[float, float]:
        """Return one number above and below the line for estimates: hidden counts at 3, the middle of 1 to 5."""
        return min(self.top.middle, self.top.low + 2.0), self.bottom.middle


@dataclass(frozen=True, slots=True)
class Funnel:
    """A common level, and the spread around it: `phi` 1 and `tau` 0 would be chance alone."""

    is_share: bool
    centre: float
    phi: float
    tau: float
    used: int
    hidden: int
    left_out: int

    def exact(self, sizes: Numbers, probability: float) -> Numbers:
        """Return the value below which chance alone falls with `probability`, for each size."""
        return interpolated(self.is_share, self.centre, sizes, probability)

    def wide(self, sizes: Numbers, probability: float) -> Numbers:
        """Return the same with the spread between councils added (additive model)."""
        spread = np.sqrt(1.0 / (4.0 * sizes) + self.tau**2)
        edge = stabilised(np.float64(self.centre), self.is_share) + ndtri(probability) * spread
        return restored(edge, self.is_share)

    def multiplied(self, sizes: Numbers, probability: float) -> Numbers:
        """Return the limits of the multiplicative model, for comparison."""
        spread = np.sqrt(max(1.0, self.phi) / (4.0 * sizes))
        edge = stabilised(np.float64(self.centre), self.is_share) + ndtri(probability) * spread
        return restored(edge, self.is_share)

    def verdict(self, point: Point, level: str = "99.8", *, exact: bool = False) -> str:
        """Say where a council stands: 'inside', 'above', 'below', or 'cannot tell' where its bounds straddle a limit.

        A hidden or rounded figure is outside only if every value it can have is outside.
        """
        if not point.is_usable:
            return "not published"
        limit = self.exact if exact else self.wide
        sizes = np.array([point.bottom.low, point.bottom.high], dtype=np.float64)
        lows, highs = limit(sizes, LEVELS[level]), limit(sizes, 1 - LEVELS[level])
        value = point.top.over(point.bottom)
        value = value.capped(1.0) if self.is_share else value
        if value.high < lows.min():
            return "below"
        if value.low > highs.max():
            return "above"
        return "inside" if value.low >= lows.max() and value.high <= highs.min() else "cannot tell"


def fit(points: Sequence[Point], *, is_share: bool) -> Funnel | None:
    """Estimate the common level and the spread; None where the councils are too few.

    The common level is the sum of the counts over the sum of what they are out of. Hidden counts take part at 3: to
    leave small councils out would raise the level. Councils that publish nothing are left out of the estimate.
    """
    usable = [point for point in points if point.is_usable]
    if len(usable) < FEWEST:
        return None
    tops, sizes = (np.array(values, dtype=np.float64) for values in zip(*(p.likely for p in usable), strict=True))
    centre = float(tops.sum() / sizes.sum())
    if centre <= 0 or (is_share and centre >= 1):
        return None
    phi = overdispersion(z_scores(np.minimum(tops, sizes) if is_share else tops, sizes, centre, is_share=is_share))
    hidden = sum(not point.is_exact for point in usable)
    return Funnel(is_share, centre, phi, between(phi, sizes), len(usable), hidden, len(points) - len(usable))


def stabilised(share: Any, is_share: bool) -> Any:
    """Map to the scale on which the variance is 1/(4n): arcsine of the root for shares, the root for rates."""
    return np.arcsin(np.sqrt(share)) if is_share else np.sqrt(share)


def restored(edge: Any, is_share: bool) -> Numbers:
    """Map back from that scale, stopping at its ends."""
    top = np.pi / 2 if is_share else np.inf
    kept = np.clip(edge, 0.0, top)
    return np.asarray(np.sin(kept) ** 2 if is_share else kept**2, dtype=np.float64)


def z_scores(tops: Numbers, sizes: Numbers, centre: float, *, is_share: bool) -> Numbers:
    """Return how many standard errors each council is from the common level, by chance alone."""
    away = stabilised(tops / sizes, is_share) - stabilised(centre, is_share)
    return np.asarray(away * 2.0 * np.sqrt(sizes), dtype=np.float64)


def overdispersion(scores: Numbers) -> float:
    """Return the winsorised mean square of the z-scores, 1 by chance alone.

    Winsorising shrinks the mean square of normal scores to `winsorised_normal()`; the paper leaves that in, we
    divide it out, so that 1 means what it says and the limits are not too tight.
    """
    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    return float(np.mean(np.clip(scores, low, high) ** 2) / winsorised_normal())


def winsorised_normal() -> float:
    """Return the mean square of a standard normal winsorised at `WINSORISED` in each tail (0.679 at 10 %)."""
    cut = float(ndtri(1 - WINSORISED))
    middle = 1 - 2 * WINSORISED - 2 * cut * float(stats.norm.pdf(cut))
    return middle + 2 * WINSORISED * cut**2


def between(phi: float, sizes: Numbers) -> float:
    """Return the standard deviation between councils on the stabilised scale (method of moments, the paper's A.2)."""
    weights, number = 4.0 * sizes, len(sizes)
    excess = number * phi - (number - 1)
    if excess <= 0:
        return 0.0
    return float(np.sqrt(excess / (weights.sum() - (weights**2).sum() / weights.sum())))


def interpolated(is_share: bool, centre: float, sizes: Numbers, probability: float) -> Numbers:
    """Return exact limits as shares of `sizes`, interpolated between whole counts (the paper's A.1.1)."""
    known = stats.binom if is_share else stats.poisson
    shape = (np.rint(sizes), centre) if is_share else (sizes * centre,)
    count = known.ppf(probability, *shape)
    above, at = known.cdf(count, *shape), known.pmf(count, *shape)
    alpha = np.where(at > 0, (above - probability) / np.where(at > 0, at, 1.0), 0.0)
    return np.asarray(np.maximum(count - alpha, 0.0) / sizes, dtype=np.float64)
