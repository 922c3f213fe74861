"""The latent-class estimator (C) as a result: no interval unless the chains agree."""

import numpy as np

from .compiled import INSTALLED
from .latent import CLASSES, LEAST_ESS, WORST_RHAT, latent_draws
from .result import Estimate, refused
from .setting import Setting

ASSUMPTIONS = (
    "Every person was at risk of being on every list, in one period and place, and links are right.",
    f"People are of at most {CLASSES} unknown kinds; within a kind lists are independent.",
    "Priors: reach of each list in each kind uniform, concentration Gamma(0.25, 0.25), the total with density 1/N.",
)
HISTOGRAM = 40


def latent_estimate(setting: Setting) -> Estimate:
    """Run the chains and report, or refuse when they have not mixed."""
    table = setting.table
    if setting.possible is not None:
        return _refused(setting, "Structural zeros are not part of the latent-class model.", "Another method.")
    if not INSTALLED:
        return _refused(setting, "The sampler needs numba, which is not installed here.", "The package numba.")
    if not setting.counts.sum():
        return _refused(setting, "Nobody was observed.", "People on the lists.")
    draws = latent_draws(setting.counts, seed=setting.seed)
    totals = setting.counts.sum() + draws.hidden
    lower, middle, upper = (float(np.quantile(totals, share)) for share in (0.025, 0.5, 0.975))
    if not draws.mixed:
        return _refused(
            setting,
            f"The chains do not agree (R-hat {draws.rhat:.3f}, at most {WORST_RHAT} is accepted; {draws.ess:.0f} "
            f"effective draws, at least {LEAST_ESS:.0f}): an interval from them would be an accident of their length.",
            "Longer chains; a table with more overlap.",
            estimate=middle,
        )
    heights, edges = np.histogram(
        totals, bins=HISTOGRAM, range=(float(totals.min()), float(np.quantile(totals, 0.995)))
    )
    return Estimate(
        name="latent",
        observed=table.observed,
        fingerprint=table.fingerprint,
        estimate=middle,
        lower=lower,
        upper=upper,
        interval="95 % posterior of the latent-class model",
        model=f"Dirichlet-process mixture of at most {CLASSES} kinds",
        assumptions=ASSUMPTIONS,
        warnings=(
            "Each kind's visibility is learned from overlaps alone; a kind that no list sees cannot be counted.",
        ),
        details={
            "rhat": draws.rhat,
            "ess": draws.ess,
            "mean": float(totals.mean()),
            "histogram": [[float(e), int(h)] for e, h in zip(edges, heights, strict=False)],
        },
    )


def _refused(setting: Setting, reason: str, evidence: str, estimate: float | None = None) -> Estimate:
    table = setting.table
    more = {} if estimate is None else {"median of the unmixed draws": estimate}
    return refused("latent", table.observed, table.fingerprint, reason, evidence, assumptions=ASSUMPTIONS, details=more)
