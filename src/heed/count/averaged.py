"""The averaging estimator (B): the posterior of `averaging` as a result with its priors swept and its modes told."""

from typing import Any

import numpy as np

from heed.lib.errors import Answered, HeedError

from .averaging import MODE_MASS, Posterior, average, sweep
from .graphs import MOST_LISTS_FOR_GRAPHS
from .lattice import Floats
from .result import Estimate, refused
from .setting import Setting

ASSUMPTIONS = (
    "Every person was at risk of being on every list, in one period and place, and links are right.",
    "Dependence between lists follows some decomposable graph; all graphs are equally likely beforehand.",
    "Beforehand the total is as likely to lie between 100 and 200 as between 1,000 and 2,000 (prior 1/N).",
    "Beforehand each history holds a small, equal share (delta of a person per history).",
)
_TOO_MANY = (
    f"There are too many graphs on {{lists}} lists (at most {MOST_LISTS_FOR_GRAPHS}). These methods remain: stepwise, "
    "bic and aic (by search), mix, latent, threshold and bounds."
)
SENSITIVE = 1.5  # medians under the swept priors that differ by more than this factor are worth a warning
POOLED_POINTS = 2000


def averaged_estimate(setting: Setting) -> Estimate:
    """Average over all decomposable graphs."""
    table = setting.table
    if setting.possible is not None:
        return _refused(setting, "The closed form needs every history to be possible; this table has structural zeros.")
    if table.k > MOST_LISTS_FOR_GRAPHS:
        return _refused(setting, _TOO_MANY.format(lists=table.k))
    try:
        posterior = average(setting.counts)
    except Answered as no_end:
        return _refused(setting, str(no_end))
    swept = _sweep(setting)
    lower, upper, median = posterior.lower, posterior.upper, posterior.median
    if setting.pooled:
        lower, median, upper = pooled_quantiles(setting.bases)
    return Estimate(
        name="bma",
        observed=table.observed,
        fingerprint=table.fingerprint,
        estimate=median,
        lower=lower,
        upper=upper,
        interval="95 % posterior, averaged over decomposable graphs" + (" and tables" if setting.pooled else ""),
        model=f"average over graphs; heaviest {posterior.graphs[0][0]} ({posterior.graphs[0][1]:.0%})",
        weights=posterior.graphs,
        assumptions=ASSUMPTIONS,
        warnings=_warnings(posterior, swept),
        details=_details(posterior, swept),
    )


def pooled_quantiles(bases: Floats, shares: tuple[float, ...] = (0.025, 0.5, 0.975)) -> tuple[float, float, float]:
    """Return quantiles of the equal mixture of the posteriors of many tables."""
    found = [average(base) for base in bases]
    low = max(min(p.totals[0] for p in found), 1.0)
    high = max(p.totals[-1] for p in found)
    grid = np.geomspace(low, high, POOLED_POINTS)
    mixed = np.mean([np.interp(grid, p.totals, p.cumulative, left=0.0, right=1.0) for p in found], axis=0)
    at = [float(np.interp(share, mixed, grid)) for share in shares]
    return at[0], at[1], at[2]


def _warnings(posterior: Posterior, swept: list[dict[str, Any]]) -> tuple[str, ...]:
    out = []
    if len(posterior.modes) > 1:
        places = " and ".join(f"{m.total:,.0f} ({m.share:.0%})" for m in posterior.modes)
        out.append(f"The posterior has more than one peak: {places}. The median hides this.")
    medians = [p["median"] for p in swept]
    if medians and max(medians) > SENSITIVE * min(medians):
        out.append(
            f"The prior matters: medians from {min(medians):,.0f} to {max(medians):,.0f} under the priors swept."
        )
    return tuple(out)


def _sweep(setting: Setting) -> list[dict[str, Any]]:
    try:
        swept = sweep(setting.counts)
    except HeedError:
        return []
    return [{"delta": p.delta, "power": p.power, "median": p.median, "lower": p.lower, "upper": p.upper} for p in swept]


def _details(posterior: Posterior, swept: list[dict[str, Any]]) -> dict[str, Any]:
    step = max(len(posterior.totals) // 200, 1)
    return {
        "mean": posterior.mean,
        "modes": [{"total": m.total, "share": m.share} for m in posterior.modes],
        "mode threshold": MODE_MASS,
        "delta": posterior.delta,
        "prior on N": f"N**{posterior.power:g}",
        "sweep": swept,
        "curve": [
            [float(t), float(d)] for t, d in zip(posterior.totals[::step], posterior.density[::step], strict=True)
        ],
    }


def _refused(setting: Setting, reason: str) -> Estimate:
    return refused(
        "bma",
        setting.table.observed,
        setting.table.fingerprint,
        reason,
        "More overlap between the lists, fewer lists, or a defensible informative prior.",
        assumptions=ASSUMPTIONS,
    )
