"""Bounds that assume little (E): a lower bound, a sweep of the one untestable interaction, a dependence-limited range.

* Chao's lower bound (1987): however visibility varies, there are at least f1**2 / (2 f2) * (k-1)/k more.
* The hidden number is xi times the product of odd cells over the product of even ones; xi = 1 says that there is no
  interaction of all lists together. No data can tell xi; the sweep shows what each value would mean.
* If every pair's odds ratio lies between 1/g and g, each pair gives a range for the total (Sun and others,
  dependence-robust intervals); the ranges must hold together, so they are intersected, each at level 1 - 0.05 / pairs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from .lattice import Floats, members, pairs, sizes, superset_sums
from .result import Estimate, refused
from .setting import Setting

ODDS_RATIOS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
GAMMA = 3.0  # the dependence allowed in the range shown; published tables rarely show stronger pairs
SLACK = 2.0  # where the table rules GAMMA out: this much beyond the weakest dependence that it allows
XIS = (0.2, 0.5, 1.0, 2.0, 5.0)
ASSUMPTIONS = (
    "Every person was at risk of being on every list, in one period and place, and links are right.",
    f"The odds ratio of each pair of lists lies between 1/{GAMMA:g} and {GAMMA:g}; nothing else about dependence.",
    "Chao's lower bound assumes only that lists are independent given each person's own visibility.",
)


@dataclass(frozen=True)
class Bound:
    """A lower bound for the total and its one-sided 95 % limit."""

    total: float
    limit: float


def chao(counts: Floats) -> Bound:
    """Return Chao's lower bound in its bias-corrected form, with the limit from the log of the hidden number."""
    k = int(np.log2(len(counts)))
    once, twice = (float(counts[sizes(k) == j].sum()) for j in (1, 2))
    factor = (k - 1) / k
    hidden = factor * once * max(once - 1, 0) / (2 * (twice + 1))
    if hidden <= 0:
        return Bound(float(counts.sum()), float(counts.sum()))
    ratio = once / (twice + 1)
    variance = (twice + 1) * (factor * ratio**2 / 2 + factor**2 * ratio**3 + factor**2 * ratio**4 / 4)
    spread = np.exp(ndtri(0.95) * np.sqrt(np.log1p(variance / hidden**2)))
    return Bound(float(counts.sum() + hidden), float(counts.sum() + hidden / spread))


def highest_order(counts: Floats, xi: float = 1.0) -> tuple[float, bool]:
    """Return the total if the interaction of all lists is log(xi), and whether half a person was added to each cell."""
    k = int(np.log2(len(counts)))
    empty = bool((counts[1:] <= 0).any())
    cells = counts[1:] + (0.5 if empty else 0.0)
    odd = sizes(k)[1:] % 2 == 1
    hidden = xi * np.exp(np.log(cells[odd]).sum() - np.log(cells[~odd]).sum())
    return float(counts.sum() + hidden), empty


def pair_table(counts: Floats, pair: int) -> tuple[float, float, float, float]:
    """Return how many people were on both lists of a pair, on the first only, the second only, and on neither."""
    margins = superset_sums(counts)
    first, second = (1 << i for i in members(pair))
    both = float(margins[pair])
    one, other = float(margins[first]) - both, float(margins[second]) - both
    return both, one, other, float(counts.sum()) - both - one - other


def limited_range(counts: Floats, gamma: float, level: float = 0.95) -> tuple[float, float] | None:
    """Return the range of totals that every pair allows, or None where the pairs contradict each other."""
    k = int(np.log2(len(counts)))
    observed = float(counts.sum())
    z = float(ndtri(1 - (1 - level) / 2 / len(pairs(k))))
    lows, highs = [observed], [np.inf]
    for pair in pairs(k):
        both, one, other, _ = pair_table(counts, pair)
        # half a person keeps an empty overlap from claiming an infinite total with certainty
        a, b, c = both + 0.5, one + 0.5, other + 0.5
        spread = np.exp(z * np.sqrt(1 / a + 1 / b + 1 / c + a / (b * c)))
        base = both + one + other
        lows.append(base + b * c / a / gamma / spread)
        highs.append(base + b * c / a * gamma * spread)
    low, high = max(lows), min(highs)
    return (low, high) if low <= high else None


def smallest_gamma(counts: Floats) -> float | None:
    """Return the weakest dependence under which the pairs agree; 1 means independence cannot be ruled out."""
    if limited_range(counts, 1.0) is not None:
        return 1.0
    low, high = 1.0, 1024.0
    if limited_range(counts, high) is None:
        return None
    for _ in range(40):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if limited_range(counts, middle) is not None else (middle, high)
    return high


def bounds_estimate(setting: Setting) -> Estimate:
    """Return the bounds as a result; its estimate is Chao's lower bound and says so."""
    counts, table = setting.counts, setting.table
    if not counts[sizes(table.k) > 1].sum():
        reason = "Nobody is on two lists, so nothing limits the hidden number from above or below."
        return refused("bounds", table.observed, table.fingerprint, reason, "People seen by more than one list.")
    lowest = chao(counts)
    weakest = smallest_gamma(counts) or np.inf
    gamma = GAMMA if weakest <= GAMMA else SLACK * weakest
    found = limited_range(counts, gamma)
    low, high = found if found else (lowest.limit, np.inf)
    if setting.pooled:
        ranges = [r for r in (limited_range(base, gamma) for base in setting.bases) if r]
        low, high = min([low, *(r[0] for r in ranges)]), max([high, *(r[1] for r in ranges)])
    return Estimate(
        name="bounds",
        observed=table.observed,
        fingerprint=table.fingerprint,
        estimate=lowest.total,
        lower=low,
        upper=high,
        interval=f"partial identification: pairwise odds ratios within 1/{gamma:.3g} to {gamma:.3g}, 95 %",
        model="Chao's lower bound; pairs of lists with limited dependence",
        assumptions=ASSUMPTIONS,
        warnings=_warnings(counts, gamma),
        details=_details(counts, lowest),
    )


def _warnings(counts: Floats, gamma: float) -> tuple[str, ...]:
    out = ["The estimate of this row is a lower bound, not a best guess."]
    if gamma > GAMMA:
        out.append(
            f"Dependence up to {GAMMA:g} cannot explain this table; the range allows odds ratios up to {gamma:.3g}."
        )
    return tuple(out)


def _details(counts: Floats, lowest: Bound) -> dict[str, Any]:
    _, empty = highest_order(counts)
    return {
        "Chao lower bound": {"total": lowest.total, "95 % limit": lowest.limit},
        "no interaction of all lists": {
            "sweep": [{"xi": xi, "total": highest_order(counts, xi)[0]} for xi in XIS],
            "half a person added to each cell": empty,
        },
        "odds ratio limits": [{"gamma": g, "range": list(limited_range(counts, g) or ()) or None} for g in ODDS_RATIOS],
        "smallest gamma": smallest_gamma(counts),
    }
