"""Models in which people differ in how easily they are seen (Mh, Mth), and the lower bound that allows for it.

The log mean of a history with j sightings gets an extra h(j) times one parameter (Rivest & Baillargeon 2007):
Poisson a**j - 1, Darroch j**2 / 2, Gamma -log(a + j) + log(a). In the lower bound of Chao (1987) every j above 2 is
free, as long as it adds people; the estimate is then the smallest that any such heterogeneity allows.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from .lattice import Floats, histories, sizes

POISSON_BASE, GAMMA_SHAPE = 2.0, 3.5  # the usual choices of the literature and of Rcapture
STEPS = 200


@dataclass(frozen=True)
class Dense:
    """One Poisson regression: total, standard error, deviance, AIC, BIC, and whether it settled."""

    total: float
    stderr: float
    deviance: float
    aic: float
    bic: float
    settled: bool


def heterogeneity_models(counts: Floats) -> dict[str, Dense]:
    """Fit M0, Mt and the Mh and Mth models to one table."""
    k = int(np.log2(len(counts)))
    j = sizes(k)[1:].astype(float)
    lists = histories(k)[1:].astype(float)
    found = {"M0": poisson(counts[1:], j[:, None]), "Mt": poisson(counts[1:], lists)}
    extra = {
        "Poisson2": POISSON_BASE**j - 1,
        "Darroch": j**2 / 2,
        "Gamma3.5": np.log(GAMMA_SHAPE) - np.log(GAMMA_SHAPE + j),
    }
    for kind, base in (("Mh", j[:, None]), ("Mth", lists)):
        found[f"{kind}_Chao_(LB)"] = lower_bound(counts[1:], base, j)
        for name, column in extra.items():
            found[f"{kind}_{name}"] = poisson(counts[1:], np.column_stack([base, column]))
    return found


def lower_bound(counts: Floats, base: Floats, j: Floats) -> Dense:
    """Fit the lower bound: free terms for three sightings and more, dropped one by one while any would take away."""
    kept = [size for size in range(3, int(j.max()) + 1) if counts[j == size].sum() > 0]
    while True:
        columns = np.column_stack([base, *(np.maximum(j - size + 1, 0) for size in kept)])
        one, beta = _newton(counts, columns)
        eta = beta[1 + base.shape[1] :]
        if not len(eta) or eta.min() >= 0:
            return one
        kept.pop(int(np.argmin(eta)))


def poisson(counts: Floats, columns: Floats) -> Dense:
    """Fit a Poisson regression with a constant; the total is the observed plus exp of the constant."""
    return _newton(counts, columns)[0]


def _newton(counts: Floats, columns: Floats) -> tuple[Dense, Floats]:
    x = np.column_stack([np.ones(len(counts)), columns])
    beta = np.linalg.lstsq(x, np.log(counts + 0.1), rcond=None)[0]
    value, settled = _loglik(counts, x, beta), False
    for _ in range(STEPS):
        mean = np.exp(np.clip(x @ beta, -700, 700))
        step = np.linalg.lstsq(x.T * mean @ x, x.T @ (counts - mean), rcond=1e-14)[0]
        part = 1.0
        while part > 1e-6 and not _loglik(counts, x, beta + part * step) >= value - 1e-12 * abs(value):
            part /= 2
        beta, value = beta + part * step, _loglik(counts, x, beta + part * step)
        if np.abs(x @ step).max() < 1e-9:
            settled = True
            break
    return _measured(counts, x, beta, settled), beta


def _loglik(counts: Floats, x: Floats, beta: Floats) -> float:
    predictor = np.clip(x @ beta, -700, 700)
    return float((counts * predictor - np.exp(predictor) - gammaln(counts + 1)).sum())


def _measured(counts: Floats, x: Floats, beta: Floats, settled: bool) -> Dense:
    mean = np.exp(np.clip(x @ beta, -700, 700))
    hidden, loglik = float(np.exp(min(beta[0], 700.0))), _loglik(counts, x, beta)
    variance = float(np.linalg.pinv(x.T * mean @ x, rcond=1e-14)[0, 0])
    perfect = float((xlogy(counts, counts) - counts - gammaln(counts + 1)).sum())
    terms, people = x.shape[1], float(counts.sum())
    return Dense(
        total=people + hidden,
        stderr=float(np.sqrt(hidden + hidden**2 * variance)),
        deviance=2 * (perfect - loglik),
        aic=-2 * loglik + 2 * terms,
        bic=-2 * loglik + np.log(people) * terms,
        settled=settled,
    )
