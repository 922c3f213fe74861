"""Runs many fits by the compiled path where numba is installed and the work is worth its start, else in plain NumPy.

Both give the same answers to 1e-9 (a test holds them to it). Tables are taken in blocks, so that memory stays flat.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from heed.lib.progress import Track, quiet

from . import compiled as fast
from .existence import verdict
from .fit import NO_MLE, SETTLED, Fits, fit_batch, starting_means
from .lattice import Bools, Floats, Ints, superset_sums
from .models import Model, padded

WORTH_COMPILING = 5_000  # fits; loading the compiled code costs about as much as this many in NumPy
BLOCK = 64  # tables per block
ROWS = 4096  # single fits per block


@dataclass(frozen=True)
class Best:
    """For each table the best-scoring model that has an estimate (index -1: none has)."""

    index: Ints
    hidden: Floats
    score: Floats
    without_mle: Bools  # a model that has no estimate scores better still
    fits: int


@dataclass(frozen=True)
class Scores:
    """Status, deviance, hidden number and the standard error of its logarithm, of single fits."""

    status: Ints
    deviance: Floats
    hidden: Floats
    stderr: Floats


Runner = Callable[[Floats, tuple[Model, ...], Floats, Bools | None, bool], Best]


def use_compiled(wanted: bool | None, fits: int) -> bool:
    """Say which path to take: the one asked for, else by the size of the work."""
    if wanted and not fast.INSTALLED:
        raise RuntimeError("numba is not installed, so the compiled path cannot run")
    return fast.INSTALLED and fits > WORTH_COMPILING if wanted is None else wanted


def best_models(
    counts: Floats,
    models: tuple[Model, ...],
    penalty: Floats,
    *,
    possible: Bools | None = None,
    prune: bool = True,
    compiled: bool | None = None,
    track: Track[Best] = quiet,
) -> Best:
    """Choose for each table the model with the smallest deviance + penalty * terms, among those with an estimate.

    `models` must stand in order of size. With `prune`, models whose penalty alone exceeds the best score are left
    out: the choice is the same, and whether a model without estimate scores better is not told of those left out.
    """
    counts = np.atleast_2d(np.asarray(counts, dtype=float))
    use = use_compiled(compiled, len(counts) * len(models))
    run: Runner = _best_compiled if use else _best_plain
    parts = [slice(i, i + BLOCK) for i in range(0, len(counts), BLOCK)]
    blocks = _spread(lambda part: run(counts[part], models, penalty[part], possible, prune), parts, threaded=use)
    return _joined(list(track(blocks, len(parts), "all models")))


def _spread(work: Callable[[slice], Best], parts: list[slice], *, threaded: bool) -> Iterator[Best]:
    """Do the parts in order, on every core where the work releases the interpreter."""
    if not threaded or len(parts) == 1:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(work, parts)


def _joined(blocks: list[Best]) -> Best:
    return Best(
        np.concatenate([b.index for b in blocks]),
        np.concatenate([b.hidden for b in blocks]),
        np.concatenate([b.score for b in blocks]),
        np.concatenate([b.without_mle for b in blocks]),
        sum(b.fits for b in blocks),
    )


def _prepared(counts: Floats) -> tuple[Floats, Floats]:
    """Return the starting means and the margins of each table."""
    seen = np.ones(counts.shape, dtype=bool)
    seen[:, 0] = False
    return starting_means(counts, seen), superset_sums(counts)


def _allowed(counts: Floats, possible: Bools | None) -> Bools:
    return np.ones(counts.shape[1], dtype=bool) if possible is None else possible


def _best_compiled(
    counts: Floats, models: tuple[Model, ...], penalty: Floats, possible: Bools | None, prune: bool
) -> Best:
    start, margins = _prepared(counts)
    allowed = _allowed(counts, possible)
    index, log_hidden, score, cases, fitted, case_scores = fast.best_of(
        counts, start, margins, padded(models), allowed, penalty, prune
    )
    best = Best(index, np.exp(log_hidden), score, np.zeros(len(counts), dtype=bool), int(fitted.sum()))
    for row in np.flatnonzero((case_scores < score[:, None]).any(axis=1)):
        cases_here = [
            (float(s), *divmod(int(c), 4)) for s, c in zip(case_scores[row], cases[row], strict=True) if c >= 0
        ]
        _settle_open(best, int(row), counts[row], models, cases_here, possible)
    return best


def _best_plain(
    counts: Floats, models: tuple[Model, ...], penalty: Floats, possible: Bools | None, prune: bool
) -> Best:
    rows = len(counts)
    best = Best(
        np.full(rows, -1, dtype=np.int64), np.full(rows, np.inf), np.full(rows, np.inf), np.zeros(rows, dtype=bool), 0
    )
    cases: dict[int, list[tuple[float, int, int]]] = {}
    fits = 0
    for m, one in enumerate(models):
        floor = penalty * len(one.terms)
        left = np.flatnonzero(floor < best.score) if prune else np.arange(rows)
        if not len(left):
            break
        fits += len(left)
        _keep_better(best, cases, left, m, fit_batch(counts[left], padded((one,)), possible), floor[left])
    for row, some in cases.items():
        _settle_open(best, row, counts[row], models, some, possible)
    return Best(best.index, best.hidden, best.score, best.without_mle, fits)


def _keep_better(
    best: Best, cases: dict[int, list[tuple[float, int, int]]], rows: Ints, m: int, fits: Fits, floor: Floats
) -> None:
    """Take over the fits that beat the best so far; set aside those without a settled estimate."""
    value = fits.deviance + floor
    better = value < best.score[rows]
    won = better & (fits.status == SETTLED)
    best.index[rows[won]], best.hidden[rows[won]], best.score[rows[won]] = m, fits.hidden[won], value[won]
    for i in np.flatnonzero(better & ~won):
        cases.setdefault(int(rows[i]), []).append((float(value[i]), m, int(fits.status[i])))


def _settle_open(
    best: Best,
    row: int,
    counts: Floats,
    models: tuple[Model, ...],
    cases: list[tuple[float, int, int]],
    possible: Bools | None,
) -> None:
    """Decide the models that beat the best settled one: proved absent, or by the linear programme."""
    for score, m, status in sorted(cases):
        if score >= best.score[row]:
            return
        if status == NO_MLE or not verdict(counts, models[m], possible).sound:
            best.without_mle[row] = True
            continue
        fits = fit_batch(counts[None, :], padded((models[m],)), possible)
        best.index[row], best.hidden[row], best.score[row] = m, float(fits.hidden[0]), score
        return


def score_rows(
    counts: Floats,
    owner: Ints,
    models: list[Model] | tuple[Model, ...],
    *,
    possible: Bools | None = None,
    compiled: bool | None = None,
) -> Scores:
    """Fit model r to table owner[r], for all r."""
    counts = np.atleast_2d(np.asarray(counts, dtype=float))
    terms = padded(models)
    if use_compiled(compiled, len(owner)):
        start, margins = _prepared(counts)
        allowed = _allowed(counts, possible)
        status, deviance, log_hidden, stderr = fast.score_rows(counts, start, margins, owner, terms, allowed)
        return Scores(status, deviance, np.exp(np.minimum(log_hidden, 700)), stderr)
    parts = [slice(i, i + ROWS) for i in range(0, len(owner), ROWS)]
    fits = [fit_batch(counts[owner[part]], terms[part], possible, limit=True) for part in parts]
    return Scores(
        np.concatenate([f.status for f in fits]),
        np.concatenate([f.deviance for f in fits]),
        np.concatenate([f.hidden for f in fits]),
        np.concatenate([f.stderr for f in fits]),
    )
