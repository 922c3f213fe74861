"""Intervals conditional on one model: the multinomial profile likelihood (Cormack 1992) and the lognormal Wald one.

For a hidden number x the model is fitted to the completed table; the profile is
log N! - log x! - N log N + the sum of counts times log fitted means. Both kinds ignore that the model was chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln, ndtri, xlogy

from .fit import fit_batch
from .lattice import Bools, Floats
from .models import Model, padded

DROP = 3.841458820694124 / 2  # half the 95 % point of chi-squared with one degree of freedom
WIDEST = 12.0  # the search for a limit stops e^12 times above or below the estimate


@dataclass(frozen=True)
class Profile:
    """The maximum of the profile and where it has fallen by DROP; infinite or `observed` where it never does."""

    estimate: float
    lower: float
    upper: float


def profile(counts: Floats, one: Model, hidden: float, possible: Bools | None = None) -> Profile:
    """Return the profile-likelihood interval of one model; `hidden` is its fitted hidden number."""
    observed = float(counts.sum())

    def value(log_hidden: float) -> float:
        return float(profile_values(counts, one, np.array([np.exp(log_hidden)]), possible)[0])

    centre = np.log(max(hidden, 1e-3))
    around = (centre - 4.0, centre + 4.0)
    top = minimize_scalar(lambda x: -value(x), bounds=around, method="bounded", options={"xatol": 1e-8})
    limits = [_limit(value, float(top.x), -float(top.fun) - DROP, side) for side in (-1, 1)]
    lower = observed if limits[0] is None else observed + np.exp(limits[0])
    upper = np.inf if limits[1] is None else observed + np.exp(limits[1])
    return Profile(observed + float(np.exp(top.x)), float(lower), float(upper))


def _limit(value: Callable[[float], float], top: float, height: float, side: int) -> float | None:
    """Return where the profile crosses `height` on one side of its top."""
    near, step = top, 0.25
    while abs(near - top) < WIDEST:
        far = near + side * step
        if value(far) < height:
            return float(brentq(lambda x: value(x) - height, near, far, xtol=1e-10))
        near, step = far, step * 2
    return None


def profile_values(counts: Floats, one: Model, hidden: Floats, possible: Bools | None = None) -> Floats:
    """Return the profile log-likelihood at each hidden number."""
    tables = np.repeat(counts[None, :], len(hidden), axis=0)
    tables[:, 0] = hidden
    fits = fit_batch(tables, padded((one,)), possible, complete=True)
    total = tables.sum(axis=1)
    means = np.where(fits.means > 0, fits.means, 1.0)
    value: Floats = gammaln(total + 1) - gammaln(hidden + 1) - xlogy(total, total) + xlogy(tables, means).sum(axis=1)
    return value


def wald(observed: float, hidden: float, stderr: float, level: float = 0.95) -> tuple[float, float]:
    """Return the lognormal interval: the hidden number divided and multiplied by exp(z * standard error)."""
    spread = float(np.exp(ndtri((1 + level) / 2) * stderr))
    return observed + hidden / spread, observed + hidden * spread
