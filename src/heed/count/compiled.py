"""The same Newton iteration as `fit`, one table and model at a time, compiled by numba where it is installed.

`best_of` runs every model on every table without keeping the fits: memory does not grow with models or replicates.
Both paths stop when no log mean moves by more than 1e-9 after quadratic convergence, so that they agree far closer.
"""

import importlib.util
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from .fit import FALLING, NO_MLE, PIVOT, SETTLED, SINGULAR, STEPS, STILL, TOWARDS, UNDECIDED
from .lattice import Bools, Floats, Ints

F = TypeVar("F", bound=Callable[..., Any])
INSTALLED = importlib.util.find_spec("numba") is not None
OPEN_CASES = 64  # undecided models kept per table; more means the table is decided by the plain path


def _compile(function: F) -> F:
    """Compile with numba, or leave the function as it is where numba is missing."""
    if not INSTALLED:
        return function
    from numba import njit

    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


@_compile
def up(values: Floats) -> None:
    """Replace each place by its superset sum."""
    half = 1
    while half < len(values):
        for c in range(len(values)):
            if not c & half:
                values[c] += values[c | half]
        half *= 2


@_compile
def down(values: Floats) -> None:
    """Replace each place by its subset sum."""
    half = 1
    while half < len(values):
        for c in range(len(values)):
            if c & half:
                values[c] += values[c ^ half]
        half *= 2


@_compile
def factor_and_solve(matrix: Floats, right: Floats, size: int) -> bool:
    """Solve in place with a scaled Cholesky factor; false when two terms cannot be told apart."""
    for i in range(size):
        if not matrix[i, i] > 0:
            return False
    for i in range(size):
        right[i] /= np.sqrt(matrix[i, i])
        for j in range(i):
            matrix[i, j] /= np.sqrt(matrix[i, i] * matrix[j, j])
    scale = np.empty(size)
    for i in range(size):
        scale[i] = 1 / np.sqrt(matrix[i, i])
        matrix[i, i] = 1.0
    for i in range(size):
        for j in range(i + 1):
            total = matrix[i, j]
            for m in range(j):
                total -= matrix[i, m] * matrix[j, m]
            if i == j:
                if not total > PIVOT:
                    return False
                matrix[i, i] = np.sqrt(total)
            else:
                matrix[i, j] = total / matrix[j, j]
        for m in range(i):
            right[i] -= matrix[i, m] * right[m]
        right[i] /= matrix[i, i]
    for i in range(size - 1, -1, -1):
        for m in range(i + 1, size):
            right[i] -= matrix[m, i] * right[m]
        right[i] /= matrix[i, i]
    for i in range(size):
        right[i] *= scale[i]
    return True


@_compile
def drop_empty(margins: Floats, terms: Ints, possible: Bools, places: Ints, usable: Bools) -> int:
    """List the terms with people; strike out the cells of the others. Returns how many terms stay."""
    size = 0
    for c in range(len(usable)):
        usable[c] = possible[c]
    usable[0] = False
    for term in terms:
        if term < 0:
            break
        if margins[term] > 0:
            places[size] = term
            size += 1
        else:
            for c in range(len(usable)):
                if c & term == term:
                    usable[c] = False
    return size


@_compile
def absence_proved(step: Floats, places: Ints, size: int, counts: Floats, usable: Bools, slope: Floats) -> bool:
    """Check in whole numbers that the step lowers empty cells for ever and leaves occupied ones alone."""
    for parts in range(1, 4):
        slope[:] = 0.0
        near = True
        for i in range(size):
            whole = np.rint(step[i] * parts)
            slope[places[i]] = whole
            near = near and abs(step[i] * parts - whole) < 0.02
        if not near:
            continue
        down(slope)
        proof, falls = True, False
        for c in range(1, len(slope)):
            if usable[c]:
                if slope[c] > 0 or (slope[c] != 0 and counts[c] > 0):
                    proof = False
                    break
                falls = falls or slope[c] < 0
        if proof and falls:
            return True
    return False


@_compile
def likelihood(eta: Floats, mean: Floats, counts: Floats, usable: Bools) -> float:
    """Set the means from the predictor and return the log-likelihood without its constant."""
    total = 0.0
    for c in range(1, len(eta)):
        mean[c] = 0.0
        if usable[c]:
            bounded = min(max(eta[c], -700.0), 700.0)
            mean[c] = np.exp(bounded)
            total += counts[c] * bounded - mean[c]
    mean[0] = 0.0
    return total


@_compile
def newton_step(mean: Floats, response: Floats, places: Ints, size: int, matrix: Floats, step: Floats) -> bool:
    """Compute one Newton step from the margins of the means and of the response."""
    margins = mean.copy()
    up(margins)
    up(response)
    for i in range(size):
        step[i] = response[places[i]]
        for j in range(i + 1):
            matrix[i, j] = margins[places[i] | places[j]]
    return factor_and_solve(matrix, step, size)


@_compile
def take(beta: Floats, change: Floats, old: float, eta: Floats, mean: Floats, counts: Floats, usable: Bools) -> float:
    """Apply the change, halving it while the likelihood falls; returns the new likelihood."""
    part = 1.0
    now = old
    for _ in range(8):
        for c in range(len(beta)):
            eta[c] = beta[c] + part * change[c]
        down(eta)
        now = likelihood(eta, mean, counts, usable)
        if old == -np.inf or now >= old - 1e-9 * abs(old) - 1e-12:
            break
        part /= 2
    for c in range(len(beta)):
        beta[c] += part * change[c]
    return now


@_compile
def fit_one(
    counts: Floats, usable: Bools, places: Ints, size: int, mean: Floats, beta: Floats, matrix: Floats, towards: int
) -> tuple[int, float]:
    """Fit one model to one table from the starting `mean`; returns the status and the log-likelihood.

    A fit proved to have no MLE takes `towards` more steps to its supremum.
    """
    width = len(counts)
    response, change, eta, step = np.empty(width), np.empty(width), np.empty(width), np.empty(size)
    beta[:] = 0.0
    old = -np.inf
    left = -1
    for turn in range(STEPS):
        for c in range(width):
            response[c] = counts[c] - mean[c] if usable[c] else 0.0
            if turn == 0 and mean[c] > 0:
                response[c] += mean[c] * np.log(mean[c])
        if not newton_step(mean, response, places, size, matrix, step):
            return (NO_MLE if left >= 0 else SINGULAR), old
        change[:] = 0.0
        for i in range(size):
            change[places[i]] = step[i]
        old = take(beta, change, old, eta, mean, counts, usable)
        if turn == 0:
            continue
        if left >= 0:
            left -= 1
            if left <= 0:
                return NO_MLE, old
            continue
        down(change)
        reach = 0.0
        for c in range(1, width):
            if usable[c]:
                reach = max(reach, abs(change[c]))
        if reach <= STILL:
            return SETTLED, old
        if reach > FALLING and absence_proved(step, places, size, counts, usable, eta):
            if towards == 0:
                return NO_MLE, old
            left = towards
    return UNDECIDED, old


@_compile
def best_of(
    counts: Floats, start: Floats, margins: Floats, models: Ints, possible: Bools, penalty: Floats, prune: bool
) -> tuple[Ints, Floats, Floats, Ints, Ints, Floats]:
    """For each table find the settled model with the smallest deviance + penalty * terms.

    Returns per table: the model, its log hidden number, its score, up to OPEN_CASES undecided or absent models that
    score better (and their status + 4 * index), how many fits were made.
    """
    rows, width = counts.shape
    longest = models.shape[1]
    chosen, hidden, score = np.full(rows, -1), np.full(rows, np.inf), np.full(rows, np.inf)
    open_cases, fitted = np.full((rows, OPEN_CASES), -1), np.zeros(rows, dtype=np.int64)
    open_scores = np.full((rows, OPEN_CASES), np.inf)
    usable, places, mean = np.empty(width, dtype=np.bool_), np.empty(longest, dtype=np.int64), np.empty(width)
    beta, matrix = np.empty(width), np.empty((longest, longest))
    for b in range(rows):
        perfect = 0.0
        for c in range(1, width):
            if counts[b, c] > 0:
                perfect += counts[b, c] * (np.log(counts[b, c]) - 1)
        for m in range(len(models)):
            terms = 0
            while terms < longest and models[m, terms] >= 0:
                terms += 1
            floor = penalty[b] * terms
            if prune and floor >= score[b]:
                break
            size = drop_empty(margins[b], models[m], possible, places, usable)
            for c in range(width):
                mean[c] = start[b, c] if usable[c] else 0.0
            status, loglik = fit_one(counts[b] * usable, usable, places, size, mean, beta, matrix, 0)
            fitted[b] += 1
            value = 2 * (perfect - loglik) + floor
            if status == SETTLED:
                if value < score[b]:
                    score[b], chosen[b], hidden[b] = value, m, beta[0]
            elif value < score[b]:
                slot = np.argmax(open_scores[b])
                if value < open_scores[b, slot]:
                    open_scores[b, slot], open_cases[b, slot] = value, 4 * m + status
    return chosen, hidden, score, open_cases, fitted, open_scores


@_compile
def first_variance(mean: Floats, places: Ints, size: int, matrix: Floats) -> float:
    """Return the variance of the constant: the corner of the inverse information at the fitted means."""
    unit = np.zeros(size)
    margins = mean.copy()
    up(margins)
    for i in range(size):
        for j in range(i + 1):
            matrix[i, j] = margins[places[i] | places[j]]
    unit[0] = 1.0
    settled = factor_and_solve(matrix, unit, size)
    return unit[0] if settled else np.nan


@_compile
def score_rows(
    counts: Floats, start: Floats, margins: Floats, owner: Ints, models: Ints, possible: Bools
) -> tuple[Ints, Floats, Floats, Floats]:
    """Fit model r to table owner[r]; returns status, deviance, log hidden number and its standard error."""
    rows, width, longest = len(owner), counts.shape[1], models.shape[1]
    status, deviance, hidden = np.empty(rows, dtype=np.int64), np.empty(rows), np.empty(rows)
    stderr = np.full(rows, np.nan)
    usable, places, mean = np.empty(width, dtype=np.bool_), np.empty(longest, dtype=np.int64), np.empty(width)
    beta, matrix = np.empty(width), np.empty((longest, longest))
    for r in range(rows):
        b = owner[r]
        perfect = 0.0
        for c in range(1, width):
            if counts[b, c] > 0:
                perfect += counts[b, c] * (np.log(counts[b, c]) - 1)
        size = drop_empty(margins[b], models[r], possible, places, usable)
        for c in range(width):
            mean[c] = start[b, c] if usable[c] else 0.0
        status[r], loglik = fit_one(counts[b] * usable, usable, places, size, mean, beta, matrix, TOWARDS)
        deviance[r], hidden[r] = 2 * (perfect - loglik), beta[0]
        if status[r] == SETTLED:
            stderr[r] = np.sqrt(first_variance(mean, places, size, matrix))
    return status, deviance, hidden, stderr
