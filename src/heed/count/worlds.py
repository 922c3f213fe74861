"""Invented worlds in which the true number is known, for the coverage study.

A world is a number of people, lists with given reach, pairs of lists that depend on one another, people who differ in
how visible they are, and errors of linkage. Nothing here comes from any real record.
"""

from dataclasses import dataclass

import numpy as np

from .lattice import Floats, histories
from .models import Model, model
from .tables import Table, table

STRONG = 3.0  # odds ratio of a dependent pair: twice to four times is what the published tables show


@dataclass(frozen=True)
class Cell:
    """One combination of the study's grid."""

    lists: int
    dependence: str  # none, one pair, two pairs
    visibility: str  # equal, two kinds
    reach: str  # dense, sparse
    linkage: str  # exact, errors

    @property
    def name(self) -> str:
        """Return the cell in words."""
        people = f"visibility {self.visibility}, {self.reach}, {self.linkage}"
        return f"{self.lists} lists, dependence {self.dependence}, {people}"


@dataclass(frozen=True, eq=False)
class World:
    """One world: what is true, what is seen."""

    cell: Cell
    seed: int
    people: int
    seen: Table  # after linkage errors
    exact: Table  # with perfect linkage
    truth: Model
    missed: float
    false: float
    overlaps_expected: float


PEOPLE = {"dense": (400, 2500), "sparse": (800, 4000)}
REACH = {"dense": (0.12, 0.4), "sparse": (0.04, 0.15)}
MISSED, FALSE = 0.03, 0.003  # linkage errors of the 'errors' cells: chance per shared person, per observed person
# Added to every list's log odds, in equal shares: half of the people have twice the odds of the others.
KINDS = {"equal": (0.0,), "two kinds": (-0.5 * np.log(2), 0.5 * np.log(2))}


def grid(lists: tuple[int, ...] = (3, 4, 5)) -> list[Cell]:
    """Return all combinations."""
    return [
        Cell(k, dependence, visibility, reach, linkage)
        for k in lists
        for dependence in ("none", "one pair", "two pairs")
        for visibility in KINDS
        for reach in REACH
        for linkage in ("exact", "errors")
    ]


def world(cell: Cell, seed: int) -> World:
    """Draw one world of a cell."""
    rng = np.random.default_rng([seed, cell.lists, 20261124])
    k = cell.lists
    low, high = REACH[cell.reach]
    share = np.exp(rng.uniform(np.log(low), np.log(high), size=k))
    people = int(np.exp(rng.uniform(*np.log(PEOPLE[cell.reach]))))
    wanted = {"none": 0, "one pair": 1, "two pairs": 2}[cell.dependence]
    masks = [1 << i | 1 << j for i in range(k) for j in range(i + 1, k)]
    dependent = [int(m) for m in rng.choice(masks, size=min(wanted, len(masks)), replace=False)]
    chances = mixture(share, dependent, KINDS[cell.visibility])
    counts = rng.multinomial(people, chances).astype(float)
    counts[0] = 0
    names = tuple(f"list {i + 1}" for i in range(k))
    exact = table(names, counts)
    missed, false = (MISSED, FALSE) if cell.linkage == "errors" else (0.0, 0.0)
    seen = table(names, damage(counts, missed, false, rng)) if cell.linkage == "errors" else exact
    expected = people * sum(float(chances[c]) for c in range(2**k) if c.bit_count() > 1)
    return World(cell, seed, people, seen, exact, model(k, dependent), missed, false, expected)


def mixture(share: Floats, dependent: list[int], kinds: tuple[float, ...]) -> Floats:
    """Return each history's probability: a log-linear model in each kind of people, in equal shares."""
    k = len(share)
    seen = histories(k).astype(float)
    total = np.zeros(2**k)
    for shift in kinds:
        score = seen @ (np.log(share / (1 - share)) + shift)
        for pair in dependent:
            score = score + np.log(STRONG) * ((np.arange(2**k) & pair) == pair)
        weight = np.exp(score)
        total += weight / weight.sum() / len(kinds)
    return total


def damage(counts: Floats, missed: float, false: float, rng: np.random.Generator) -> Floats:
    """Split shared people off one of their lists (missed links) and join strangers (false merges)."""
    out = np.array(counts)
    for mask in range(1, len(counts)):
        if mask.bit_count() < 2:
            continue
        for _ in range(int(rng.binomial(int(counts[mask]), missed))):
            bits = [i for i in range(mask.bit_length()) if mask >> i & 1]
            single = 1 << int(rng.choice(bits))
            out[mask] -= 1
            out[single] += 1
            out[mask ^ single] += 1
    merges = int(rng.binomial(int(counts.sum()), false))
    singles = np.array([1 << i for i in range(int(np.log2(len(counts))))])
    for _ in range(merges):
        weights = np.maximum(out[singles], 0)
        if (weights > 0).sum() < 2:
            break
        first, second = rng.choice(singles, size=2, replace=False, p=weights / weights.sum())
        out[first] -= 1
        out[second] -= 1
        out[first | second] += 1
    return out
