"""Does a model have a maximum likelihood estimate on a table, and can its hidden number be told from the data?

Both depend on the table only through which cells are occupied, so one verdict per (support, model) is kept.
Extended estimates are allowed: a term whose margin is zero goes to minus infinity and takes its cells with it
(Fienberg & Rinaldo 2012; Chan, Silverman & Vincent 2021). On what remains:

* identifiable: the terms' columns are linearly independent;
* exists: some strictly positive table has the observed margins (a linear programme decides).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import linprog

from .lattice import Bools, Floats, design, superset_sums
from .models import Model

POSITIVE = 1e-7  # the linear programme's smallest mean counts as positive above this (its own tolerance is 1e-9)
KEPT = 200_000


@dataclass(frozen=True)
class Verdict:
    """Whether the estimate exists and is identifiable, and the sentence that says so."""

    exists: bool
    identifiable: bool
    dropped: tuple[int, ...] = ()
    limited: bool = True  # where no estimate exists: whether the hidden number yet stays finite in the limit

    @property
    def sound(self) -> bool:
        """Say whether the model gives one finite estimate."""
        return self.exists and self.identifiable

    @property
    def code(self) -> int:
        """Return 0 sound, 1 no extended MLE, 2 not identifiable, 3 both."""
        return (not self.exists) + 2 * (not self.identifiable)

    def words(self, model: Model, lists: tuple[str, ...]) -> str:
        """Say the verdict in a sentence."""
        name = f"The model {model.notation} ({model.words(lists)})"
        if self.sound and self.dropped:
            gone = f"{len(self.dropped)} terms without overlap drop out"
            return f"{name} has an extended maximum likelihood estimate: {gone}."
        if self.sound:
            return f"{name} has one maximum likelihood estimate."
        if not self.identifiable:
            return f"{name} is not identifiable: many values of the hidden number fit this table equally well."
        if self.limited:
            return f"{name} has no maximum likelihood estimate: some of its terms run to infinity on this table."
        return (
            f"{name} has no maximum likelihood estimate: the likelihood rises as the hidden number grows without end."
        )


def verdict(counts: Floats, model: Model, possible: Bools | None = None) -> Verdict:
    """Decide existence and identifiability of `model` on the table `counts`."""
    allowed = np.ones(len(counts), dtype=bool) if possible is None else possible
    return _kept((np.asarray(counts) > 0).tobytes(), allowed.tobytes(), model)


@lru_cache(maxsize=KEPT)
def _kept(support: bytes, allowed: bytes, model: Model) -> Verdict:
    occupied = np.frombuffer(support, dtype=bool)
    margins = superset_sums(occupied.astype(float))
    kept = [t for t in model.terms if margins[t] > 0]
    dropped = tuple(t for t in model.terms if margins[t] <= 0)
    cells = np.frombuffer(allowed, dtype=bool).copy()
    cells[0] = False
    for term in dropped:
        cells &= (np.arange(len(cells)) & term) != term
    columns = design(model.k)[np.ix_(np.flatnonzero(cells), np.array(kept, dtype=np.int64))]
    identifiable = 0 in kept and int(np.linalg.matrix_rank(columns)) == len(kept)
    counts = occupied[cells].astype(float)
    exists = positive_table_exists(columns, counts)
    limited = exists or hidden_is_limited(columns, counts, kept.index(0) if 0 in kept else -1)
    return Verdict(exists, identifiable, dropped, limited)


def positive_table_exists(columns: Floats, counts: Floats) -> bool:
    """Say whether a strictly positive table has the same margins as `counts`.

    Maximise s subject to: margins equal, every mean at least s, s at most 1.
    """
    cells, terms = columns.shape
    if counts.all():
        return True
    equal = np.hstack([columns.T, np.zeros((terms, 1))])
    above = np.hstack([-np.eye(cells), np.ones((cells, 1))])
    solved = linprog(
        np.r_[np.zeros(cells), -1.0],
        A_ub=above,
        b_ub=np.zeros(cells),
        A_eq=equal,
        b_eq=columns.T @ counts,
        bounds=[(0, None)] * cells + [(0, 1)],
        method="highs",
    )
    return bool(solved.status == 0 and -solved.fun > POSITIVE)


def hidden_is_limited(columns: Floats, counts: Floats, constant: int) -> bool:
    """Say whether the constant is fixed by the cells that stay positive in the limit (the facial set).

    Those cells are found by maximising the sum of s, each at most 1 and at most its cell's mean, over all tables whose
    margins are a multiple of the observed ones.
    """
    cells, terms = columns.shape
    equal = np.hstack([columns.T, np.zeros((terms, cells)), -(columns.T @ counts)[:, None]])
    above = np.hstack([-np.eye(cells), np.eye(cells), np.zeros((cells, 1))])
    bounds = [(0, None)] * cells + [(0, 1)] * cells + [(1, 1e6)]
    gain = np.r_[np.zeros(cells), -np.ones(cells), 0.0]
    solved = linprog(gain, A_ub=above, b_ub=np.zeros(cells), A_eq=equal, b_eq=np.zeros(terms), bounds=bounds)
    face = columns[solved.x[cells : 2 * cells] > POSITIVE] if solved.status == 0 else columns[counts > 0]
    unit = np.zeros(terms)
    unit[constant] = 1.0
    return int(np.linalg.matrix_rank(np.vstack([face, unit]))) == int(np.linalg.matrix_rank(face))


def checked_pairs(counts: Floats, models: tuple[Model, ...]) -> dict[str, Verdict]:
    """Return the verdicts that are not sound, by model."""
    found = {m.notation: verdict(counts, m) for m in models}
    return {name: one for name, one in found.items() if not one.sound}
