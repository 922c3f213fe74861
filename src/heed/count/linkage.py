"""Linkage errors: undo them at given rates in many random tables, pool the answers, and say what they add.

A missed link (chance `missed` per person on several lists) splits one list off that person; a false merge (`false` per
observed person) joins two people who are each on one list. Undoing draws which shared people are really two, and which
single sightings belong to one person. Draws of a matching model can be given as tables instead.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from heed.lib.errors import HeedError

from .lattice import Floats, members
from .loglinear import fixed_model_totals
from .models import from_notation
from .result import Estimate
from .setting import Setting
from .tables import Table

DRAWS = 50


@dataclass(frozen=True)
class Rates:
    """Error rates of a linkage and how sure they are: a mean and a standard deviation each."""

    missed: float
    false: float
    missed_sd: float = 0.0
    false_sd: float = 0.0

    def checked(self) -> "Rates":
        """Refuse rates that are no chances."""
        for name, value in (("missed", self.missed), ("false", self.false)):
            if not 0 <= value < 0.5:
                raise HeedError(f"The {name} linkage error rate must be from 0 to below 0.5, not {value:g}.")
        return self


def plausible_tables(table: Table, rates: Rates, *, draws: int = DRAWS, seed: int = 1) -> Floats:
    """Return tables that could be the true one, given the observed table and the error rates."""
    rates.checked()
    rng = np.random.default_rng([seed, 77])
    return np.array([undone(table.counts, *_drawn(rates, rng), rng) for _ in range(draws)])


def _drawn(rates: Rates, rng: np.random.Generator) -> tuple[float, float]:
    missed = float(np.clip(rng.normal(rates.missed, rates.missed_sd), 0, 0.49))
    false = float(np.clip(rng.normal(rates.false, rates.false_sd), 0, 0.49))
    return missed, false


def undone(counts: Floats, missed: float, false: float, rng: np.random.Generator) -> Floats:
    """Draw one table without the errors: first part the false merges, then join the missed links."""
    out = part_false(np.array(counts, dtype=float), false, rng)
    return join_missed(out, missed, rng)


def part_false(out: Floats, false: float, rng: np.random.Generator) -> Floats:
    """Part false merges: they fall on pairs of lists in proportion to the single sightings they were made from."""
    k = int(np.log2(len(out)))
    singles = np.array([out[1 << i] for i in range(k)])
    merges = false * out.sum()
    for i in range(k):
        for j in range(i + 1, k):
            pair = 1 << i | 1 << j
            expected = merges * _share(singles, i, j)
            if out[pair] <= 0 or expected <= 0:
                continue
            wrong = float(rng.binomial(round(out[pair]), min(1.0, expected / out[pair])))
            out[pair] -= wrong
            out[1 << i] += wrong
            out[1 << j] += wrong
    return out


def _share(singles: Floats, i: int, j: int) -> float:
    """Return the chance that a random merge of two single sightings on different lists joins lists i and j."""
    total = float(singles.sum())
    a, b = float(singles[i]), float(singles[j])
    if a <= 0 or b <= 0 or total <= 0:
        return 0.0
    return a / total * b / max(total - a, 1e-9) + b / total * a / max(total - b, 1e-9)


def join_missed(out: Floats, missed: float, rng: np.random.Generator) -> Floats:
    """Join missed links: for every e people who lost a list, 1 - e did not."""
    for mask in range(len(out) - 1, 0, -1):
        lists = members(mask)
        if len(lists) < 2 or out[mask] <= 0:
            continue
        lost = int(rng.poisson(out[mask] * missed / (1 - missed)))
        for place in rng.integers(len(lists), size=lost):
            single = 1 << lists[place]
            rest = mask ^ single
            if out[single] >= 1 and out[rest] >= (2 if rest == single else 1):
                out[single] -= 1
                out[rest] -= 1
                out[mask] += 1
    return out


def width_parts(setting: Setting, one: Estimate) -> dict[str, Any]:
    """Say how much of the spread of the log hidden number is linkage, chance, and the choice of the model.

    Each bootstrap table comes from one plausible table. With the model held fixed, the variance between the plausible
    tables' means is linkage, the variance within them is sampling; what reselection adds to the whole is the model's.
    """
    notation = one.details.get("notation")
    if setting.replicates < 2 * len(setting.bases) or notation is None:
        return {}
    fixed = _logs(setting, fixed_model_totals(setting, from_notation(setting.table.k, notation)))
    chosen = one.details.get("totals")
    whole = np.nanvar(_logs(setting, np.array(chosen))) if chosen is not None else float("nan")
    groups = [fixed[setting.origin == i] for i in range(len(setting.bases))]
    within = float(np.mean([np.nanvar(g) for g in groups if np.isfinite(g).sum() > 1] or [np.nan]))
    noise = within / max(np.mean([np.isfinite(g).sum() for g in groups]), 1)
    between = max(float(np.nanvar([np.nanmean(g) for g in groups if np.isfinite(g).any()])) - noise, 0.0)
    model = max(float(whole) - within - between, 0.0) if np.isfinite(whole) else 0.0
    total = between + within + model
    shares = (between / total, within / total, model / total) if total > 0 else (0.0, 0.0, 0.0)
    return dict(zip(("linkage", "sampling", "model"), shares, strict=True))


def _logs(setting: Setting, totals: Floats) -> Floats:
    """Return the logs of the hidden numbers; tables without an estimate are left out."""
    hidden = totals - setting.draws.sum(axis=1)
    logs: Floats = np.where(np.isfinite(hidden) & (hidden > 0), np.log(np.clip(hidden, 1e-3, None)), np.nan)
    return logs
