"""Choose among all hierarchical models by AIC or BIC; search downhill where there are too many to fit them all.

BIC's penalty is log(observed people) per term, as in Silverman, Chan & Vincent 2024, not log(number of cells).
A term that drops out for want of overlap still counts, as in the programs compared with.
"""

from dataclasses import dataclass

import numpy as np

from heed.lib.progress import Track, quiet

from .engine import Best, Scores, best_models, score_rows, use_compiled
from .existence import Verdict, verdict
from .fit import SETTLED, fit_batch
from .lattice import Bools, Floats, Ints
from .models import MOST_LISTS_FOR_ALL_MODELS, Model, all_pairs, hierarchical, main_effects, padded

SEARCH_ORDER = 3  # the search for six lists and more uses interactions of at most three lists
SEARCH_STEPS = 60


@dataclass(frozen=True)
class Ranked:
    """All models on one table, best first; `score` is deviance plus penalty."""

    models: tuple[Model, ...]
    deviance: Floats
    score: Floats
    hidden: Floats
    stderr: Floats
    status: Ints
    order: Ints

    def preferred(self, counts: Floats, possible: Bools | None = None) -> tuple[int, Verdict]:
        """Return the best-scoring model of all and whether it has an estimate."""
        first = int(self.order[0])
        return first, self.verdict(first, counts, possible)

    def best_sound(self, counts: Floats, possible: Bools | None = None) -> int | None:
        """Return the best-scoring model that has a finite, identifiable estimate."""
        return next((int(i) for i in self.order if self.verdict(int(i), counts, possible).sound), None)

    def verdict(self, index: int, counts: Floats, possible: Bools | None = None) -> Verdict:
        """Return the verdict on one of the models."""
        if self.status[index] == SETTLED:
            return Verdict(exists=True, identifiable=True)
        return verdict(counts, self.models[index], possible)

    def weights(self) -> Floats:
        """Return each settled model's weight, proportional to exp(-score / 2)."""
        score = np.where(self.status == SETTLED, self.score, np.inf)
        raw = np.exp(-(score - score.min()) / 2) if np.isfinite(score).any() else np.zeros(len(score))
        return raw / raw.sum() if raw.sum() > 0 else raw


def penalty(counts: Floats, criterion: str) -> Floats:
    """Return the price of one term for each table."""
    people = np.atleast_2d(counts).sum(axis=1)
    return np.full(len(people), 2.0) if criterion == "aic" else np.log(np.maximum(people, 2.0))


def candidates(k: int, order: int | None = None) -> tuple[Model, ...]:
    """Return the models to choose from: all hierarchical ones up to five lists, in order of size."""
    return hierarchical(k, order)


def ranked(
    counts: Floats,
    criterion: str,
    *,
    order: int | None = None,
    possible: Bools | None = None,
    compiled: bool | None = None,
) -> Ranked:
    """Fit every model to one table and sort by the criterion."""
    k = int(np.log2(len(counts)))
    if k > MOST_LISTS_FOR_ALL_MODELS:
        models = tuple(visited(counts, criterion, possible=possible, compiled=compiled))
    else:
        models = candidates(k, order)
    scores = score_rows(counts, np.zeros(len(models), dtype=np.int64), models, possible=possible, compiled=compiled)
    return sort_models(models, scores, float(penalty(counts, criterion)[0]))


def sort_models(models: tuple[Model, ...], scores: Scores | Ranked, price: float) -> Ranked:
    """Add the penalty and sort, smaller models first among equals."""
    score = scores.deviance + price * np.array([len(m.terms) for m in models])
    order = np.argsort(np.round(score, 9), kind="stable")
    return Ranked(models, scores.deviance, score, scores.hidden, scores.stderr, scores.status, order)


def select(
    counts: Floats,
    criterion: str,
    *,
    order: int | None = None,
    possible: Bools | None = None,
    prune: bool = True,
    compiled: bool | None = None,
    track: Track[Best] = quiet,
) -> Best:
    """Choose a model for each table (a replicate of the bootstrap), over all models."""
    counts = np.atleast_2d(counts)
    price = penalty(counts, criterion)
    models = candidates(int(np.log2(counts.shape[1])), order)
    return best_models(counts, models, price, possible=possible, prune=prune, compiled=compiled, track=track)


def search(
    counts: Floats,
    criterion: str,
    *,
    starts: tuple[Model, ...] = (),
    possible: Bools | None = None,
    compiled: bool | None = None,
) -> tuple[list[Model | None], Floats]:
    """Walk each table downhill, one term at a time, from several starts; return its best model and hidden number."""
    counts = np.atleast_2d(counts)
    k = int(np.log2(counts.shape[1]))
    price = penalty(counts, criterion)
    found: list[Model | None] = [None] * len(counts)
    hidden, score = np.full(len(counts), np.inf), np.full(len(counts), np.inf)
    for start in starts or (main_effects(k), all_pairs(k)):
        walk = _Descent(counts, [start] * len(counts), price, possible, compiled)
        walk.run()
        for row in np.flatnonzero(walk.score < score):
            found[row], hidden[row], score[row] = walk.at[row], walk.hidden[row], walk.score[row]
    return found, hidden


class _Descent:
    """Many tables walking downhill together over the models."""

    def __init__(
        self, counts: Floats, at: list[Model], price: Floats, possible: Bools | None, compiled: bool | None
    ) -> None:
        work = len(counts) * SEARCH_STEPS * int(np.log2(counts.shape[1])) ** 2
        self.compiled = use_compiled(compiled, work)
        self.counts, self.at, self.price, self.possible = counts, list(at), price, possible
        self.seen: dict[Model, None] = {}
        self.score, self.hidden = self.measure(np.arange(len(counts)), self.at)

    def measure(self, owner: Ints, models: list[Model]) -> tuple[Floats, Floats]:
        """Return the score (infinite without an estimate) and hidden number of each model on its table."""
        got = score_rows(self.counts, owner, models, possible=self.possible, compiled=self.compiled)
        price = self.price[owner] * np.array([len(m.terms) for m in models])
        self.seen.update(dict.fromkeys(models))
        return np.where(got.status == SETTLED, got.deviance + price, np.inf), got.hidden

    def run(self) -> None:
        """Step every table to its best neighbour until none improves."""
        rows = np.arange(len(self.counts))
        for _ in range(SEARCH_STEPS):
            rows = self.step(rows)
            if not len(rows):
                return

    def step(self, rows: Ints) -> Ints:
        """Move these tables to their best neighbour; return those that moved."""
        around = {m: m.neighbours(SEARCH_ORDER) for m in {self.at[row] for row in rows}}
        owner = np.array([row for row in rows for _ in around[self.at[row]]], dtype=np.int64)
        models = [m for row in rows for m in around[self.at[row]]]
        score, hidden = self.measure(owner, models)
        moved = []
        for row in rows:
            mine = np.flatnonzero(owner == row)
            best = mine[np.argmin(score[mine])]
            if score[best] < self.score[row] - 1e-9:
                self.at[row], self.score[row], self.hidden[row] = models[best], score[best], hidden[best]
                moved.append(row)
        return np.array(moved, dtype=np.int64)


def visited(counts: Floats, criterion: str, *, possible: Bools | None, compiled: bool | None) -> list[Model]:
    """Return every model that the searches of one table looked at."""
    seen: dict[Model, None] = {}
    k = int(np.log2(len(counts)))
    for start in (main_effects(k), all_pairs(k)):
        walk = _Descent(counts[None, :], [start], penalty(counts, criterion), possible, compiled)
        walk.run()
        seen.update(walk.seen)
    return sorted(seen, key=lambda m: (len(m.terms), m.terms))


def fitted(counts: Floats, one: Model, possible: Bools | None = None) -> tuple[float, float]:
    """Return one model's hidden number and the standard error of its logarithm."""
    fits = fit_batch(counts[None, :], padded((one,)), possible)
    return float(fits.hidden[0]), float(fits.stderr[0])
