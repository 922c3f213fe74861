"""Hierarchical log-linear models: which sets of lists have a term of their own.

A model is the set of its terms, closed downwards, always with the constant (mask 0) and each single list.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations

import numpy as np

from heed.lib.errors import HeedError

from .lattice import Ints, members, pairs

# 113 models on four lists, 6,893 on five; on six there are millions, so they are searched instead.
MOST_LISTS_FOR_ALL_MODELS = 5


@dataclass(frozen=True)
class Model:
    """A hierarchical model on `k` lists, named by its largest terms."""

    k: int
    terms: tuple[int, ...]

    @cached_property
    def generators(self) -> tuple[int, ...]:
        """Return the terms that lie in no other term, in reading order."""
        largest = [t for t in self.terms if t and not any(t != u and t & u == t for u in self.terms)]
        return tuple(sorted(largest, key=members))

    @property
    def notation(self) -> str:
        """Return the model in the usual brackets, lists numbered from 1: [123,14,34]."""
        return "[" + ",".join("".join(str(i + 1) for i in members(g)) for g in self.generators) + "]"

    def words(self, lists: tuple[str, ...]) -> str:
        """Return the interactions by the names of the lists."""
        named = [":".join(lists[i] for i in members(g)) for g in self.generators if g.bit_count() > 1]
        return " + ".join(named) if named else "main effects only"

    def with_term(self, term: int) -> "Model":
        """Return the model with one more term and whatever lies within it."""
        return model(self.k, [*self.terms, term])

    def neighbours(self, order: int) -> list["Model"]:
        """Return every model one term larger or smaller, up to interactions of `order` lists."""
        return [*self.larger(order), *self.smaller()]

    def larger(self, order: int) -> list["Model"]:
        """Return every model with exactly one more term."""
        have = set(self.terms)
        out = []
        for size in range(2, order + 1):
            for chosen in combinations(range(self.k), size):
                term = sum(1 << i for i in chosen)
                if term not in have and all(term ^ 1 << i in have for i in chosen):
                    out.append(Model(self.k, tuple(sorted([*self.terms, term], key=_rank))))
        return out

    def smaller(self) -> list["Model"]:
        """Return every model with exactly one interaction fewer."""
        loose = [g for g in self.generators if g.bit_count() > 1]
        return [Model(self.k, tuple(t for t in self.terms if t != g)) for g in loose]


def _rank(term: int) -> tuple[int, tuple[int, ...]]:
    return term.bit_count(), members(term)


def model(k: int, generators: list[int] | tuple[int, ...] = ()) -> Model:
    """Build the smallest hierarchical model with these terms."""
    terms = {0, *(1 << i for i in range(k))}
    for generator in generators:
        inside = generator
        while inside:
            terms.add(inside)
            inside = (inside - 1) & generator
    return Model(k, tuple(sorted(terms, key=_rank)))


def from_notation(k: int, text: str) -> Model:
    """Read a model such as [123,14,34]."""
    words = text.strip("[] ").split(",")
    return model(k, [sum(1 << int(digit) - 1 for digit in word) for word in words])


@cache
def hierarchical(k: int, order: int | None = None) -> tuple[Model, ...]:
    """Return all hierarchical models with interactions of at most `order` lists (by default k-1), small ones first."""
    if k > MOST_LISTS_FOR_ALL_MODELS and (order or k) > 2:
        raise HeedError(
            f"{k} lists have too many hierarchical models to fit them all (at most {MOST_LISTS_FOR_ALL_MODELS}); "
            "the methods stepwise, search, latent and bounds remain."
        )
    found: list[tuple[int, ...]] = [(0, *(1 << i for i in range(k)))]
    for size in range(2, (k - 1 if order is None else min(order, k - 1)) + 1):
        found = [terms + extra for terms in found for extra in _layers(k, size, terms)]
    models = [Model(k, tuple(sorted(terms, key=_rank))) for terms in found]
    return tuple(sorted(models, key=lambda m: (len(m.terms), m.terms)))


def _layers(k: int, size: int, terms: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return every set of interactions of `size` lists that may be added to `terms`."""
    have = set(terms)
    masks = (sum(1 << i for i in chosen) for chosen in combinations(range(k), size))
    allowed = [m for m in masks if all(m ^ 1 << i in have for i in members(m))]
    return [extra for count in range(len(allowed) + 1) for extra in combinations(allowed, count)]


def main_effects(k: int) -> Model:
    """Return the model under which the lists are independent."""
    return model(k)


def all_pairs(k: int) -> Model:
    """Return the model with every pair of lists dependent and nothing of higher order."""
    return model(k, pairs(k))


def padded(models: list[Model] | tuple[Model, ...]) -> Ints:
    """Return the models' terms as one array, a row each, filled up with -1."""
    width = max(len(m.terms) for m in models)
    out = np.full((len(models), width), -1, dtype=np.int64)
    for row, one in zip(out, models, strict=True):
        row[: len(one.terms)] = one.terms
    return out
