"""Average over all hierarchical models by weights from their fit (Buckland, Burnham & Augustin 1997).

Each model's hidden number is lognormal about its estimate; models are weighted by exp(-score / 2). The price of a term
is halfway between AIC's 2 and BIC's log(people): AIC's weights hold on to models the data cannot support, BIC's drop
dependence that is there (the pilot in ADR count-headline-rule). Unlike `bma` this includes graphs that are not
decomposable and interactions of three lists; unlike `bic` no single model has to win.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from .fit import SETTLED
from .lattice import Bools, Floats
from .loglinear import ASSUMPTIONS
from .models import MOST_LISTS_FOR_ALL_MODELS, Model
from .result import Estimate, refused
from .selection import ranked, sort_models
from .setting import Setting

SMALL = 1e-6  # models with less of the best one's weight than this are left out
ABSENT = 0.5  # with more weight than this on models without an estimate there is no average
HALVINGS = 50  # leaves an error below 1e-13 of the hidden number
LARGEST = 1e9
ASSUMED = (*ASSUMPTIONS[:3], "One of the hierarchical models holds, also for those on no list; the data weigh them.")


@dataclass(frozen=True, eq=False)
class Mixture:
    """The weighted models of one table."""

    models: tuple[Model, ...]
    weights: Floats
    hidden: Floats
    stderr: Floats  # of the log hidden number, the chance in the hidden number itself included
    observed: float
    absent: float  # the weight of models without an estimate

    def cumulative(self, totals: Floats) -> Floats:
        """Return the probability that the total is at most each of `totals`."""
        logs = np.log(np.maximum(totals - self.observed, 1e-9))[None, :]
        spread = ndtr((logs - np.log(self.hidden)[:, None]) / self.stderr[:, None])
        out: Floats = self.weights @ spread
        return out


def price(counts: Floats) -> float:
    """Return the price of a term: halfway between AIC's and BIC's."""
    return float((2 + np.log(max(counts.sum(), 2.0))) / 2)


def mixture(counts: Floats, possible: Bools | None = None, compiled: bool | None = None) -> Mixture:
    """Weigh all models on one table."""
    table = ranked(counts, "bic", possible=possible, compiled=compiled)
    table = sort_models(table.models, table, price(counts))
    raw = np.exp(-(table.score - table.score.min()) / 2)
    sound = (table.status == SETTLED) & np.isfinite(table.stderr) & (table.hidden > 0)
    absent = float(raw[~sound].sum() / raw.sum())
    kept = [int(i) for i in table.order if sound[i] and raw[i] > SMALL * raw[sound].max()]
    weights = raw[kept] / raw[kept].sum() if kept else raw[:0]
    stderr = np.sqrt(table.stderr[kept] ** 2 + 1 / table.hidden[kept])
    models = tuple(table.models[i] for i in kept)
    return Mixture(models, weights, table.hidden[kept], stderr, float(counts.sum()), absent)


def quantiles(mixtures: list[Mixture], shares: tuple[float, ...]) -> list[float]:
    """Return quantiles of the equal mixture over several tables, by halving the logarithm of the hidden number."""
    observed = min(m.observed for m in mixtures)
    wanted = np.array(shares)
    largest = max(LARGEST, 1e4 * observed)
    low, high = np.full(len(wanted), np.log(0.1)), np.full(len(wanted), np.log(largest))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = np.mean([m.cumulative(observed + np.exp(middle)) for m in mixtures], axis=0) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return [observed + float(x) if x < largest * 0.99 else float("inf") for x in np.exp(high)]


def mixture_estimate(setting: Setting) -> Estimate:
    """Return the weighted average over all hierarchical models as a result."""
    table = setting.table
    found = [mixture(base, setting.possible, setting.compiled) for base in setting.bases]
    absent = float(np.mean([m.absent for m in found]))
    usable = [m for m in found if len(m.models)]
    if not usable or absent > ABSENT:
        return refused(
            "mix",
            table.observed,
            table.fingerprint,
            f"Models without an estimate carry {absent:.0%} of the weight: the data favour an unlimited hidden number.",
            "More overlap between the lists.",
            assumptions=ASSUMED,
        )
    lower, middle, upper = quantiles(usable, (0.025, 0.5, 0.975))
    return Estimate(
        name="mix",
        observed=table.observed,
        fingerprint=table.fingerprint,
        estimate=middle,
        lower=lower,
        upper=upper,
        interval="95 % of the weighted average over hierarchical models",
        model=f"average over models; heaviest {usable[0].models[0].notation} ({usable[0].weights[0]:.0%})",
        weights=tuple(
            (m.notation, float(w)) for m, w in zip(usable[0].models[:10], usable[0].weights[:10], strict=True)
        ),
        assumptions=ASSUMED,
        warnings=_warnings(setting, absent),
        details={"weight without an estimate": absent, "models": len(usable[0].models)},
    )


def _warnings(setting: Setting, absent: float) -> tuple[str, ...]:
    out = []
    if absent > 0.05:
        out.append(f"Models without an estimate carry {absent:.0%} of the weight and are left out.")
    if setting.table.k > MOST_LISTS_FOR_ALL_MODELS:
        out.append("There are too many models to weigh them all; those met on the search are weighed.")
    return tuple(out)
