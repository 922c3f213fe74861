"""Cumulative incidence with competing ends (Aalen–Johansen): open duties are censored, never dropped.

The variance is the delta-method estimate of Marubini and Valsecchi (1995, chapter 10), the one that lifelines uses;
intervals are on the log-minus-log scale (Kalbfleisch and Prentice, 2002, section 8.2), which keeps them within 0 and 1.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from heed.lib.errors import HeedError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Incidence:
    """The share ended by one cause up to each time, with its interval and how many were still open just before."""

    times: Floats
    share: Floats
    low: Floats
    high: Floats
    variance: Floats
    at_risk: npt.NDArray[np.int64]

    def at(self, time: float) -> tuple[float, float, float]:
        """Return share, low and high at a time; share 0 before the first, without an interval."""
        place = int(np.searchsorted(self.times, time, "right")) - 1
        if place < 0:
            return 0.0, float("nan"), float("nan")
        return float(self.share[place]), float(self.low[place]), float(self.high[place])


def cumulative_incidence(
    durations: npt.ArrayLike, causes: npt.ArrayLike, cause: int, *, level: float = 0.95
) -> Incidence:
    """Return the cumulative incidence of one cause; cause 0 is censored (still open when last seen).

    1. Order by time; at each distinct time count those at risk, all ends, and ends by this cause.
    2. Multiply the survival from all causes, and add up its value just before × the share ended by this cause.
    3. The variance and its interval at each time.
    """
    times, ends, own, risk = _counted(np.asarray(durations, np.float64), np.asarray(causes, np.int64), cause)
    survival = np.cumprod(1 - ends / risk)
    before = np.concatenate(([1.0], survival[:-1]))
    share = np.cumsum(before * own / risk)
    variance = _variance(share, before, ends, own, risk)
    low, high = log_log(share, variance, level)
    return Incidence(times, share, low, high, variance, risk.astype(np.int64))


def _counted(durations: Floats, causes: npt.NDArray[np.int64], cause: int) -> tuple[Floats, Floats, Floats, Floats]:
    if len(durations) != len(causes) or bool(np.any(durations < 0)) or bool(np.any(~np.isfinite(durations))):
        raise HeedError("Durations must be finite, not negative, and as many as their ends.")
    times, inverse, counts = np.unique(durations, return_inverse=True, return_counts=True)
    risk = len(durations) - np.concatenate(([0], np.cumsum(counts)[:-1]))
    ends = np.bincount(inverse, causes != 0, len(times)).astype(np.float64)
    own = np.bincount(inverse, causes == cause, len(times)).astype(np.float64)
    return times, ends, own, risk.astype(np.float64)


def _variance(share: Floats, before: Floats, ends: Floats, own: Floats, risk: Floats) -> Floats:
    """Return the variance at each time; sums over earlier times are expanded so that each is one running total."""
    left = risk - ends
    a = np.where(left > 0, ends / np.where(left > 0, risk * left, 1.0), 0.0)
    b = before**2 * own * (risk - own) / risk**3
    c = before * own / risk**2
    sum_a, sum_af, sum_aff = np.cumsum(a), np.cumsum(a * share), np.cumsum(a * share**2)
    first = share**2 * sum_a - 2 * share * sum_af + sum_aff
    third = share * np.cumsum(c) - np.cumsum(c * share)
    variance: Floats = np.maximum(first + np.cumsum(b) - 2 * third, 0.0)
    return variance


def log_log(share: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    """Return an interval on the log-minus-log scale; at 0 and 1 there is none (NaN)."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    width = z * np.sqrt(variance) / np.abs(safe * np.log(safe))
    low = np.where(inside, safe ** np.exp(width), np.nan)
    high = np.where(inside, safe ** np.exp(-width), np.nan)
    return low, high
