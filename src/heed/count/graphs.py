"""Decomposable graphs on the lists: 8 on three, 61 on four, 822 on five, 18,154 on six.

Each is kept as a row of whole numbers over the sets of lists: +1 for a clique, -1 for a separator (the empty set
included), so that its log marginal likelihood is the row times the sets' own log marginal likelihoods.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from heed.lib.errors import HeedError

from .lattice import Floats, members, pairs

MOST_LISTS_FOR_GRAPHS = 6


@dataclass(frozen=True, eq=False)
class Graphs:
    """All decomposable graphs on k lists."""

    k: int
    coefficients: Floats  # one row per graph, a column per set of lists
    cliques: tuple[tuple[int, ...], ...]

    def notation(self, index: int) -> str:
        """Return a graph by its cliques, lists numbered from 1: [12,15,45,3]."""
        return "[" + ",".join("".join(str(i + 1) for i in members(c)) for c in self.cliques[index]) + "]"


@cache
def decomposable(k: int) -> Graphs:
    """Enumerate the decomposable graphs on k lists."""
    if k > MOST_LISTS_FOR_GRAPHS:
        raise HeedError(
            f"Averaging over decomposable graphs is for at most {MOST_LISTS_FOR_GRAPHS} lists, not {k}; "
            "the methods stepwise, bic, latent and bounds remain."
        )
    edges = pairs(k)
    rows, cliques = [], []
    for chosen in range(2 ** len(edges)):
        found = _cliques(k, [e for i, e in enumerate(edges) if chosen >> i & 1])
        if found is not None:
            cliques.append(tuple(sorted(found[0], key=members)))
            rows.append(_row(k, *found))
    return Graphs(k, np.array(rows), tuple(cliques))


def _row(k: int, cliques: list[int], separators: list[int]) -> Floats:
    row = np.zeros(2**k)
    for clique in cliques:
        row[clique] += 1
    for separator in separators:
        row[separator] -= 1
    row[0] -= row.sum()
    return row


def _cliques(k: int, edges: list[int]) -> tuple[list[int], list[int]] | None:
    """Return cliques and separators by maximum cardinality search, or None if the graph is not chordal.

    Blair & Peyton 1993: when the next vertex has no more visited neighbours than the one before, a clique is full and
    those neighbours separate it from the next.
    """
    near = [0] * k
    for edge in edges:
        i, j = members(edge)
        near[i] |= 1 << j
        near[j] |= 1 << i
    visited, size, clique = 0, 0, 0
    cliques: list[int] = []
    separators: list[int] = []
    for _ in range(k):
        vertex = max((v for v in range(k) if not visited >> v & 1), key=lambda v: (near[v] & visited).bit_count())
        behind = near[vertex] & visited
        if any((behind & ~(1 << u)) & ~near[u] for u in members(behind)):
            return None
        if visited and behind.bit_count() <= size:
            cliques.append(clique)
            separators.append(behind)
            clique = behind
        clique |= 1 << vertex
        size = behind.bit_count()
        visited |= 1 << vertex
    cliques.append(clique)
    return cliques, separators
