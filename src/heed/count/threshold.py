"""The Bayesian threshold method (Silverman 2020, JRSS-A 183:691): keep the interactions clear of zero.

1. Fit all pairs with a normal prior of variance 1 on each interaction and a nearly flat one on the rest.
2. Keep those whose posterior mean is more than CLEAR standard deviations from zero.
3. Add the interactions of three lists all of whose pairs were kept, and keep those that are clear, and so on to ORDER.
4. Fit what was kept; the posterior of the hidden number is the result.

The posterior is drawn by importance sampling from a multivariate t about its peak, so there is no chain that might not
have mixed; the number of effective draws is reported, and too few of them is a refusal.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .lattice import Bools, Floats, design, members
from .loglinear import ASSUMPTIONS
from .models import Model, model
from .result import Estimate, refused
from .setting import Setting

ORDER = 3
CLEAR = 2.0
INTERACTION_PRECISION, MAIN_PRECISION = 1.0, 0.01
DRAWS, FREEDOM = 40_000, 6.0
LEAST_ESS = 400.0
STEPS = 200


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weighted draws of a model's terms."""

    terms: tuple[int, ...]
    draws: Floats
    weights: Floats

    @property
    def ess(self) -> float:
        """Return how many equally weighted draws these are worth."""
        return float(1 / (self.weights**2).sum())

    def clear(self) -> list[int]:
        """Return the interactions that stand clear of zero."""
        mean = self.weights @ self.draws
        spread = np.sqrt(np.maximum(self.weights @ (self.draws - mean) ** 2, 1e-300))
        ratio = np.abs(mean / spread)
        return [t for t, r in zip(self.terms, ratio, strict=True) if t.bit_count() > 1 and r > CLEAR]

    def hidden(self, shares: tuple[float, ...]) -> list[float]:
        """Return quantiles of the hidden number."""
        values = np.exp(np.clip(self.draws[:, 0], None, 700))
        order = np.argsort(values)
        rising = np.cumsum(self.weights[order])
        places = [min(int(np.searchsorted(rising, share)), len(order) - 1) for share in shares]
        return [float(values[order[place]]) for place in places]


def posterior(counts: Floats, one: Model, *, seed: int, possible: Bools | None = None) -> Posterior:
    """Draw from the posterior of one model's terms."""
    usable = np.ones(len(counts), dtype=bool) if possible is None else possible.copy()
    usable[0] = False
    x, n = design(one.k)[usable][:, list(one.terms)], counts[usable]
    precision = np.array([INTERACTION_PRECISION if t.bit_count() > 1 else MAIN_PRECISION for t in one.terms])
    precision[0] = 1e-9

    def log_density(beta: Floats) -> Floats:
        predictor = np.clip(beta @ x.T, -700, 50)
        value: Floats = predictor @ n - np.exp(predictor).sum(axis=-1) - 0.5 * (beta**2) @ precision
        return value

    peak, information = _peak(x, n, precision)
    factor = np.linalg.cholesky(np.linalg.inv(information))
    rng = np.random.default_rng([seed, 19])
    normal = rng.standard_normal((DRAWS, len(peak)))
    scale = rng.chisquare(FREEDOM, DRAWS) / FREEDOM
    draws = peak + (normal / np.sqrt(scale)[:, None]) @ factor.T
    proposal = -(FREEDOM + len(peak)) / 2 * np.log1p((normal**2).sum(axis=1) / scale / FREEDOM)
    logs = log_density(draws) - proposal
    weights = np.exp(logs - logs.max())
    return Posterior(one.terms, draws, weights / weights.sum())


def _peak(x: Floats, n: Floats, precision: Floats) -> tuple[Floats, Floats]:
    """Return the posterior's peak and the information there."""
    beta: Floats = np.linalg.lstsq(x, np.log(n + 0.5), rcond=None)[0].astype(float)

    def height(b: Floats) -> float:
        predictor = np.clip(x @ b, -700, 50)
        return float(n @ predictor - np.exp(predictor).sum() - 0.5 * (b**2) @ precision)

    for _ in range(STEPS):
        mean = np.exp(np.clip(x @ beta, -700, 50))
        information = x.T * mean @ x + np.diag(precision)
        step = np.linalg.solve(information, x.T @ (n - mean) - precision * beta)
        part = 1.0
        while part > 1e-6 and height(beta + part * step) < height(beta) - 1e-9:
            part /= 2
        beta = beta + part * step
        if np.abs(step).max() < 1e-9:
            break
    mean = np.exp(np.clip(x @ beta, -700, 50))
    information = x.T * mean @ x + np.diag(precision)
    return beta, np.asarray(information, dtype=float)


def threshold_model(counts: Floats, *, order: int = ORDER, seed: int, possible: Bools | None = None) -> Model:
    """Return the model of the interactions that stand clear of zero."""
    k = int(np.log2(len(counts)))
    kept: list[int] = [1 << i for i in range(k)]
    for size in range(2, min(order, k - 1) + 1):
        masks = [sum(1 << i for i in chosen) for chosen in combinations(range(k), size)]
        offered = [m for m in masks if all(m ^ 1 << i in kept for i in members(m))]
        if not offered:
            break
        clear = posterior(counts, model(k, [*kept, *offered]), seed=seed, possible=possible).clear()
        kept += [m for m in offered if m in clear]
    return model(k, kept)


def threshold_estimate(setting: Setting, order: int = ORDER) -> Estimate:
    """Return the threshold method's posterior as a result."""
    table = setting.table
    one = threshold_model(setting.counts, order=order, seed=setting.seed, possible=setting.possible)
    found = posterior(setting.counts, one, seed=setting.seed + 1, possible=setting.possible)
    if found.ess < LEAST_ESS:
        reason = f"The posterior is too far from its approximation: {found.ess:.0f} effective draws of {DRAWS:,}."
        return refused("threshold", table.observed, table.fingerprint, reason, "More overlap between the lists.")
    observed = float(setting.counts.sum())
    lower, middle, upper = (observed + hidden for hidden in found.hidden((0.025, 0.5, 0.975)))
    return Estimate(
        name="threshold",
        observed=table.observed,
        fingerprint=table.fingerprint,
        estimate=middle,
        lower=lower,
        upper=upper,
        interval="95 % posterior, conditional on the interactions kept",
        model=f"{one.notation} {one.words(table.lists)}",
        assumptions=(*ASSUMPTIONS, "Beforehand each interaction is normal about zero with variance 1."),
        warnings=("The range leaves out that the interactions were chosen from the data.",),
        details={"notation": one.notation, "ess": found.ess},
    )
