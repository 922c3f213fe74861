"""Choose pairs of lists one at a time by a Poisson tail probability (Chan, Silverman & Vincent 2021, section 3).

From independence: (1) fit; (2) for each pair not in the model, take the smaller one-sided Poisson tail of the number
of people on both lists, its mean under the fitted model; (3) add the pair with the smallest tail if it is below the
threshold and the larger model has a finite, identifiable estimate (else try the next); (4) stop when none is left.
Ties go to the first pair. All tables of a batch walk together.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtr, pdtrc

from .existence import verdict
from .fit import NO_MLE, SETTLED, fit_batch
from .lattice import Bools, Floats, Ints, pairs, superset_sums
from .models import Model, main_effects, model

THRESHOLD = 0.02  # the default of SparseMSE; Chan, Silverman & Vincent 2021


@dataclass(frozen=True)
class Chosen:
    """The selected model's hidden number for each table, and the pairs in the order they came in."""

    hidden: Floats
    pairs: list[tuple[int, ...]]
    sound: Bools

    def model(self, row: int, k: int) -> Model:
        """Return the model selected for one table."""
        return model(k, self.pairs[row])


def stepwise(counts: Floats, *, threshold: float = THRESHOLD, possible: Bools | None = None) -> Chosen:
    """Select a model for every row of `counts`."""
    walk = _Walk(np.atleast_2d(counts).astype(float), threshold, possible)
    rows = np.arange(len(walk.counts))
    while len(rows):
        rows = walk.grow(rows)
    return Chosen(walk.hidden, [tuple(int(p) for p in row if p > 0) for row in walk.added], walk.sound)


class _Walk:
    """Where each table of a batch stands on its path."""

    def __init__(self, counts: Floats, threshold: float, possible: Bools | None) -> None:
        self.counts, self.threshold, self.possible = counts, threshold, possible
        self.k = int(np.log2(counts.shape[1]))
        self.pairs = np.array(pairs(self.k), dtype=np.int64)
        self.base = np.array(main_effects(self.k).terms, dtype=np.int64)
        self.added = np.zeros((len(counts), len(self.pairs)), dtype=np.int64)
        self.overlap = superset_sums(counts)[:, self.pairs]
        self.stage = 0
        first = self.fit(np.arange(len(counts)), np.empty((len(counts), 0), dtype=np.int64))
        self.hidden, self.means, self.sound = first

    def fit(self, rows: Ints, added: Ints) -> tuple[Floats, Floats, Bools]:
        """Fit main effects and the added pairs; say which fits are sound."""
        terms = np.hstack([np.broadcast_to(self.base, (len(rows), len(self.base))), added])
        fits = fit_batch(self.counts[rows], terms, self.possible)
        sound: Bools = fits.status == SETTLED
        for row in np.flatnonzero(~sound & (fits.status != NO_MLE)):
            one = model(self.k, tuple(int(t) for t in added[row]))
            sound[row] = verdict(self.counts[rows[row]], one, self.possible).sound
        return np.where(sound, fits.hidden, np.inf), fits.means, sound

    def tails(self, rows: Ints) -> Floats:
        """Return the smaller Poisson tail of each pair's overlap; 2 for pairs already in the model."""
        expected = superset_sums(self.means[rows])[:, self.pairs]
        seen = self.overlap[rows]
        above = np.where(seen > 0, pdtrc(np.maximum(seen - 1, 0), expected), 1.0)
        tail = np.minimum(pdtr(seen, expected), above)
        inside = (self.added[rows][:, :, None] == self.pairs[None, None, :]).any(axis=1)
        out: Floats = np.where(inside, 2.0, tail)
        return out

    def grow(self, rows: Ints) -> Ints:
        """Add one pair to each of these tables' models; return the tables whose models grew."""
        tails = self.tails(rows)
        grown = np.zeros(len(rows), dtype=bool)
        waiting = np.arange(len(rows))
        while len(waiting):
            best = tails[waiting].argmin(axis=1)
            open_ = tails[waiting, best] < self.threshold
            waiting, best = waiting[open_], best[open_]
            if not len(waiting):
                break
            sound = self.try_pairs(rows[waiting], self.pairs[best])
            grown[waiting[sound]] = True
            tails[waiting[~sound], best[~sound]] = 3.0
            waiting = waiting[~sound]
        self.stage += 1
        left: Ints = rows[grown] if self.stage < len(self.pairs) else rows[:0]
        return left

    def try_pairs(self, rows: Ints, chosen: Ints) -> Bools:
        """Fit with one more pair each; keep those that are sound."""
        added = np.hstack([self.added[rows, : self.stage], chosen[:, None]])
        hidden, means, sound = self.fit(rows, added)
        kept = rows[sound]
        self.added[kept, self.stage] = chosen[sound]
        self.hidden[kept], self.means[kept], self.sound[kept] = hidden[sound], means[sound], True
        return sound
