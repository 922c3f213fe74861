"""Bootstrap intervals that repeat the choice of the model in every replicate (BCa; Efron 1987).

* Resampling: the observed people, multinomial over the occupied histories. The draw follows the histories' names,
  not the order of rows or columns, so that relabelling changes nothing.
* Bias: z0 from the share of replicates strictly below the estimate.
* Acceleration: the estimate without one person, for each occupied history, weighted by its count.
* Quantiles: the median-unbiased rule (type 8 of Hyndman & Fan 1996).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from .lattice import Floats

TIE = 1e-9  # relative; two fits of one table agree far better than this


@dataclass(frozen=True)
class Interval:
    """A bootstrap interval and how it came about."""

    lower: float
    upper: float
    level: float
    bias: float  # z0
    acceleration: float
    lower_share: float  # the quantiles of the replicates that were used
    upper_share: float


def resample(counts: Floats, replicates: int, seed: int, order: list[int] | None = None) -> Floats:
    """Draw `replicates` tables of as many people from the observed histories, in the given order of histories."""
    places = np.flatnonzero(counts) if order is None else np.array([c for c in order if counts[c] > 0], dtype=int)
    total = round(float(counts.sum()))
    drawn = np.random.default_rng(seed).multinomial(total, counts[places] / counts[places].sum(), size=replicates)
    out = np.zeros((replicates, len(counts)))
    out[:, places] = drawn
    return out


def without_one(counts: Floats) -> tuple[Floats, Floats]:
    """Return each table with one person fewer in one occupied history, and how many people stand for it."""
    places = np.flatnonzero(counts > 0)
    tables = np.repeat(counts[None, :], len(places), axis=0)
    tables[np.arange(len(places)), places] -= np.minimum(1.0, counts[places])
    return tables, counts[places]


def acceleration(estimates: Floats, weights: Floats) -> float:
    """Return the acceleration from leave-one-person-out estimates; those without an estimate are left out."""
    sound = np.isfinite(estimates)
    if sound.sum() < 2:
        return 0.0
    values, weights = estimates[sound], weights[sound]
    apart = np.average(values, weights=weights) - values
    spread = float((weights * apart**2).sum())
    return float((weights * apart**3).sum() / (6 * spread**1.5)) if spread > 0 else 0.0


def bca(estimate: float, replicates: Floats, speed: float, level: float = 0.95, bias: float | None = None) -> Interval:
    """Return the bias-corrected and accelerated interval; `bias` replaces z0 where another program's is to be used.

    A replicate within rounding of the estimate is a tie and does not count as below it.
    """
    if bias is None:
        share = np.mean(replicates < estimate * (1 - TIE))
        bias = float(ndtri(np.clip(share, 0.5 / len(replicates), 1 - 0.5 / len(replicates))))
    shares = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + float(ndtri(tail))
        shares.append(float(ndtr(bias + z / (1 - speed * z))))
    lower, upper = (quantile(replicates, s) for s in shares)
    return Interval(lower, upper, level, bias, speed, shares[0], shares[1])


def quantile(values: Floats, share: float) -> float:
    """Return the median-unbiased quantile; infinite replicates stand at the top."""
    ordered = np.sort(values)
    n = len(ordered)
    place = share * (n + 1 / 3) + 1 / 3
    low = int(np.clip(np.floor(place), 1, n))
    high = min(low + 1, n)
    part = float(np.clip(place - low, 0, 1))
    below, above = float(ordered[low - 1]), float(ordered[high - 1])
    return below if part == 0 or below == above else below + part * (above - below)
