"""Cells of which only a range is published, such as '<5': fill them by EM, and draw tables that fit the ranges.

1. Start each censored cell at the middle of its range.
2. Fit the all-pairs model (main effects where that has no estimate) and replace each censored cell by its expected
   value: the mean of a Poisson count, given that it lies in the range. Repeat until nothing moves.
3. Draw whole tables: each censored cell a Poisson count with the fitted mean, given its range. The bootstrap and the
   averages run over these tables, so that the ranges widen the answer instead of being guessed away.
"""

import numpy as np
from scipy.special import gammaln, xlogy

from .existence import verdict
from .fit import fit_batch
from .lattice import Floats
from .models import all_pairs, main_effects, padded
from .tables import Censored, Table

ROUNDS = 200
STILL = 1e-8
DRAWS = 40


def filled(table: Table) -> tuple[Floats, Floats]:
    """Return the counts with censored cells at their expected values, and the fitted means."""
    counts = np.array(table.counts)
    for cell in table.censored:
        counts[cell.history] = (cell.low + cell.high) / 2
    model = all_pairs(table.k)
    if not verdict(counts, model, table.structural).sound:
        model = main_effects(table.k)
    means = counts
    for _ in range(ROUNDS):
        means = fit_batch(counts, padded((model,)), table.structural).means[0]
        new = np.array(counts)
        for cell in table.censored:
            values, chances = inside(cell, float(means[cell.history]))
            new[cell.history] = float(values @ chances)
        moved = float(np.abs(new - counts).max())
        counts = new
        if moved < STILL:
            break
    return counts, means


def inside(cell: Censored, mean: float) -> tuple[Floats, Floats]:
    """Return the values a cell may have and their chances: Poisson, given the range."""
    values = np.arange(cell.low, cell.high + 1, dtype=float)
    logs = xlogy(values, max(mean, 1e-9)) - gammaln(values + 1)
    chances = np.exp(logs - logs.max())
    return values, chances / chances.sum()


def plausible_tables(table: Table, *, draws: int = DRAWS, seed: int = 1) -> Floats:
    """Return tables whose censored cells are drawn from their ranges."""
    _, means = filled(table)
    rng = np.random.default_rng([seed, 5])
    out = np.repeat(table.counts[None, :], draws, axis=0)
    for cell in table.censored:
        values, chances = inside(cell, float(means[cell.history]))
        out[:, cell.history] = rng.choice(values, size=draws, p=chances)
    return out
