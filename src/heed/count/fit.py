"""Fit many hierarchical Poisson log-linear models at once, in plain NumPy.

The mean of history c is exp of the sum of the terms within c. The information between two terms is the fitted
margin of their union, so one superset-sum per step gives the whole matrix. Steps for each row of the batch:

1. A term whose margin is zero goes to minus infinity: it is dropped with every cell that contains it (extended MLE).
2. Newton from the observed cells; a step is halved while the likelihood falls.
3. A row has settled when no fitted log mean moves: strictly positive means with zero score prove that the MLE exists.
4. A row whose step, rounded to whole numbers, lowers empty cells for ever without touching an occupied one has no
   MLE: the rounded step is the proof, checked in exact arithmetic.
5. Rows neither settled nor proved are left 'undecided' for `existence`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from .lattice import Bools, Floats, Ints, histories, sizes, subset_sums, superset_sums

SETTLED, NO_MLE, SINGULAR, UNDECIDED = 0, 1, 2, 3
STEPS = 60  # Newton steps before a row is left undecided; quiet tables need 4 to 6
FALLING = 0.3  # a step that lowers a cell for ever moves its log mean by about 1
TOWARDS = 16  # further steps towards the supremum of a row without an MLE: its deviance is then right to 1e-6
STILL = 1e-9  # no fitted log mean moves by more than this between steps
PIVOT = 1e-11  # a scaled pivot below this means the terms cannot be told apart
SMALLEST_START = 1e-300


@dataclass(frozen=True)
class Fits:
    """The fits of a batch: one row per table and model."""

    terms: Floats  # by place in the lattice; -inf where the term was dropped
    means: Floats  # fitted means of the observable cells, 0 where the cell was dropped
    hidden: Floats  # the fitted mean of the empty history
    stderr: Floats  # standard error of the logarithm of `hidden`
    deviance: Floats
    status: Ints
    loglik: Floats


def fit_batch(
    counts: Floats, terms: Ints, possible: Bools | None = None, *, complete: bool = False, limit: bool = False
) -> Fits:
    """Fit one model (a row of `terms`, -1 for none) to each row of `counts`; a single row is used for all.

    With `complete` the empty history's count is taken as observed too (for profile likelihoods). With `limit` rows
    without an MLE go on towards their supremum, so that their deviance can be compared.
    """
    counts = np.atleast_2d(np.asarray(counts, dtype=float))
    terms = np.broadcast_to(np.atleast_2d(terms), (max(len(counts), len(np.atleast_2d(terms))), np.shape(terms)[-1]))
    counts = np.array(np.broadcast_to(counts, (len(terms), counts.shape[1])))
    margins = superset_sums(counts)
    batch = _Batch(counts, terms, margins, _usable(margins, terms, possible, complete))
    batch.run()
    if limit:
        batch.approach()
    return batch.fits()


def _usable(margins: Floats, terms: Ints, possible: Bools | None, complete: bool) -> Bools:
    """Return the cells of each row that are observable, possible and hold no dropped term."""
    rows, width = margins.shape
    empty = np.zeros((rows, width))
    gone = (terms >= 0) & (np.take_along_axis(margins, np.maximum(terms, 0), axis=1) <= 0)
    np.put_along_axis(empty, np.where(gone, terms, 0), np.where(gone, 1.0, 0.0), axis=1)
    empty[:, 0] = 0
    usable: Bools = subset_sums(empty) == 0
    usable[:, 0] = complete
    if possible is not None:
        usable &= possible
    return usable


def starting_means(counts: Floats, usable: Bools) -> Floats:
    """Return means to start from: the counts, and what independence would expect where a cell is empty."""
    k = int(np.log2(counts.shape[1]))
    total = counts.sum(axis=1, keepdims=True)
    once = counts[:, sizes(k) == 1].sum(axis=1, keepdims=True)
    twice = counts[:, sizes(k) == 2].sum(axis=1, keepdims=True)
    people = total + once**2 / (2 * twice + 2) + 1
    share = np.clip((counts @ histories(k).astype(float)) / people, 1e-9, 1 - 1e-3)
    seen = np.log(share / (1 - share)) @ histories(k).T.astype(float)
    expected = people * np.exp(seen + np.log1p(-share).sum(axis=1, keepdims=True))
    start: Floats = np.where(usable, np.where(counts > 0, counts, np.clip(expected, SMALLEST_START, 0.5)), 0.0)
    return start


class _Batch:
    """The state of one batch of Newton iterations; rows leave the work as they are decided."""

    def __init__(self, counts: Floats, terms: Ints, margins: Floats, usable: Bools) -> None:
        self.counts, self.terms, self.usable = counts * usable, terms, usable
        self.place = np.maximum(terms, 0)
        self.target = np.take_along_axis(margins, self.place, axis=1)
        self.active = (terms >= 0) & (self.target > 0)
        self.beta = np.zeros((len(counts), counts.shape[1]))
        self.means = starting_means(self.counts, usable)
        self.status = np.full(len(counts), UNDECIDED, dtype=np.int64)
        self.stderr = np.full(len(counts), np.nan)

    def run(self) -> None:
        """Iterate until every row is decided or the steps run out."""
        rows = np.arange(len(self.counts))
        for step in range(STEPS):
            rows = self.advance(rows, first=step == 0)
            if not len(rows):
                break
        self.measure()

    def approach(self) -> None:
        """Follow rows that have no MLE for TOWARDS more steps: each lowers their vanishing cells by a factor of e."""
        rows = np.flatnonzero(self.status == NO_MLE)
        for _ in range(TOWARDS):
            if not len(rows):
                return
            score = (
                np.take_along_axis(superset_sums(self.counts[rows] - self.means[rows]), self.place[rows], axis=1)
                * self.active[rows]
            )
            factor, scale, bad = self.factor(rows)
            step = solve_factored(factor, score * scale) * scale
            rows, step = rows[~bad], step[~bad]
            self.move(rows, step, first=False)

    def advance(self, rows: Ints, *, first: bool) -> Ints:
        """Take one Newton step on these rows; return the rows still undecided."""
        means = self.means[rows]
        response = self.counts[rows] - means
        if first:
            response = response + means * np.log(np.where(means > 0, means, 1.0))
        factor, scale, bad = self.factor(rows)
        score = np.take_along_axis(superset_sums(response), self.place[rows], axis=1) * self.active[rows]
        step = solve_factored(factor, score * scale) * scale
        self.status[rows[bad]] = SINGULAR
        rows, step = rows[~bad], step[~bad]
        moved = self.move(rows, step, first=first)
        done = (moved <= STILL) & (not first)
        self.status[rows[done]] = SETTLED
        if not first:
            falling = moved > FALLING
            self.prove_absence(rows[falling], step[falling])
        left: Ints = rows[self.status[rows] == UNDECIDED]
        return left

    def factor(self, rows: Ints) -> tuple[Floats, Floats, Bools]:
        """Return the Cholesky factor of the scaled information, the scales, and which rows are singular."""
        margins = superset_sums(self.means[rows])
        place, active = self.place[rows], self.active[rows]
        union: Ints = np.bitwise_or(place[:, :, None], place[:, None, :])
        both = active[:, :, None] & active[:, None, :]
        matrix: Floats = np.take_along_axis(margins, union.reshape(len(rows), -1), axis=1).reshape(union.shape) * both
        diagonal = np.einsum("bii->bi", matrix)
        empty = active & ~(diagonal > 0)
        scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        matrix *= scale[:, :, None] * scale[:, None, :]
        idle = ~active
        np.einsum("bii->bi", matrix)[idle] = 1.0
        factor, bad = cholesky(matrix)
        return factor, scale * active, bad | empty.any(axis=1)

    def move(self, rows: Ints, step: Floats, *, first: bool) -> Floats:
        """Apply the step, halving it where the likelihood falls; return how far the fitted log means moved."""
        if not len(rows):
            return np.zeros(0)
        change = self.spread(step * self.active[rows], rows)
        before = self.beta[rows]
        old = np.full(len(rows), -np.inf) if first else self.likelihood(before, rows)
        size = np.ones(len(rows))
        for _ in range(8):
            now = before + size[:, None] * change
            falling = ~(self.likelihood(now, rows) >= old - 1e-9 * np.abs(old) - 1e-12)
            if not falling.any():
                break
            size[falling] /= 2
        self.beta[rows] = now
        self.means[rows] = np.exp(np.clip(subset_sums(now), -700, 700)) * self.usable[rows]
        reach: Floats = np.abs(subset_sums(change) * self.usable[rows]).max(axis=1)
        return reach

    def spread(self, values: Floats, rows: Ints) -> Floats:
        """Put one value per term at its place in the lattice."""
        out = np.zeros((len(rows), self.counts.shape[1]))
        np.put_along_axis(out, self.place[rows], values, axis=1)
        out[:, 0] = values[:, 0]  # the places of padding are 0 too
        return out

    def likelihood(self, beta: Floats, rows: Ints) -> Floats:
        """Return the log-likelihood without its constant."""
        predictor = np.clip(subset_sums(beta), -700, 700)
        usable = self.usable[rows]
        value: Floats = (self.counts[rows] * predictor - np.exp(predictor) * usable).sum(axis=1)
        return value

    def prove_absence(self, rows: Ints, step: Floats) -> None:
        """Mark rows whose rounded step proves that the likelihood has no maximum."""
        if not len(rows):
            return
        for parts in (1, 2, 3):
            whole = np.rint(step * parts) * self.active[rows]
            near = (np.abs(step * parts * self.active[rows] - whole) < 0.02).all(axis=1)
            if not near.any():
                continue
            direction = self.spread(whole, rows)
            slope = subset_sums(direction) * self.usable[rows]
            proof = near & (slope <= 0).all(axis=1) & (slope < 0).any(axis=1)
            proof &= (slope * (self.counts[rows] > 0) == 0).all(axis=1)
            self.status[rows[proof]] = NO_MLE

    def measure(self) -> None:
        """Compute the standard error of the log hidden number on the settled rows."""
        rows = np.flatnonzero(self.status == SETTLED)
        if not len(rows):
            return
        factor, scale, _ = self.factor(rows)
        unit = np.zeros(scale.shape)
        unit[:, 0] = scale[:, 0]
        self.stderr[rows] = np.sqrt(solve_factored(factor, unit)[:, 0] * scale[:, 0])

    def fits(self) -> Fits:
        """Return the batch's results."""
        beta = self.beta.copy()
        dropped = (self.terms >= 0) & ~self.active
        rows, columns = np.nonzero(dropped)
        beta[rows, self.terms[rows, columns]] = -np.inf
        fitted = xlogy(self.counts, np.where(self.means > 0, self.means, 1.0)) - self.means
        loglik = (fitted - gammaln(self.counts + 1)).sum(axis=1)
        perfect = (xlogy(self.counts, self.counts) - self.counts - gammaln(self.counts + 1)).sum(axis=1)
        hidden = np.exp(np.clip(self.beta[:, 0], None, 700))
        return Fits(beta, self.means, hidden, self.stderr, 2 * (perfect - loglik), self.status, loglik)


def cholesky(matrix: Floats) -> tuple[Floats, Bools]:
    """Factor a batch of scaled matrices; rows with a vanishing pivot are flagged, not raised."""
    factor = np.zeros_like(matrix)
    bad = np.zeros(len(matrix), dtype=bool)
    for j in range(matrix.shape[1]):
        column = matrix[:, j:, j] - np.einsum("bij,bj->bi", factor[:, j:, :j], factor[:, j, :j])
        weak = ~(column[:, 0] > PIVOT)
        bad |= weak
        pivot = np.sqrt(np.where(weak, 1.0, column[:, 0]))
        factor[:, j:, j] = column / pivot[:, None]
        factor[weak, j, j] = 1.0
    return factor, bad


def solve_factored(factor: Floats, right: Floats) -> Floats:
    """Solve a batch of factored systems."""
    out = np.array(right)
    size = out.shape[1]
    for j in range(size):
        out[:, j] = (out[:, j] - np.einsum("bi,bi->b", factor[:, j, :j], out[:, :j])) / factor[:, j, j]
    for j in reversed(range(size)):
        out[:, j] = (out[:, j] - np.einsum("bi,bi->b", factor[:, j + 1 :, j], out[:, j + 1 :])) / factor[:, j, j]
    return out
