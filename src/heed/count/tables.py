"""The table of overlaps: how many people were seen by exactly which lists."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from heed.lib.errors import HeedError

from .lattice import Bools, Floats, members, sizes

MOST_LISTS = 10  # 1,024 histories; beyond, the search for a model takes hours and overlaps are spread too thin
LARGEST_COUNT = 2**53  # above this whole numbers are no longer exact in floating point


@dataclass(frozen=True)
class Censored:
    """A cell of which only a range is published, such as '<5'."""

    history: int
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Table:
    """Counts by capture history; place 0 (seen by nobody) is always 0.

    `possible` is false for structural zeros: histories that no person could have had.
    A censored cell holds its lowest value in `counts`; `censored` keeps its range.
    """

    lists: tuple[str, ...]
    counts: Floats
    possible: Bools
    censored: tuple[Censored, ...] = ()
    name: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def k(self) -> int:
        """Return the number of lists."""
        return len(self.lists)

    @property
    def observed(self) -> int:
        """Return the number of people seen at least once."""
        return round(float(self.counts.sum()))

    @property
    def margins(self) -> Floats:
        """Return the size of each list."""
        return np.array([self.counts[np.arange(len(self.counts)) >> i & 1 == 1].sum() for i in range(self.k)])

    @property
    def overlaps(self) -> int:
        """Return the number of people on two lists or more."""
        return round(float(self.counts[sizes(self.k) > 1].sum()))

    @property
    def structural(self) -> Bools | None:
        """Return `possible`, or None where every history is possible."""
        return None if self.possible.all() else self.possible

    @property
    def canonical(self) -> list[int]:
        """Return the histories in an order that depends only on the lists' names."""
        named = {mask: sorted(self.lists[i] for i in members(mask)) for mask in range(1, len(self.counts))}
        return sorted(named, key=lambda mask: (len(named[mask]), named[mask]))

    @property
    def fingerprint(self) -> str:
        """Return a digest of the table that does not depend on the order of its rows or columns."""
        rows = [
            [sorted(self.lists[i] for i in members(mask)), float(self.counts[mask]), bool(self.possible[mask])]
            for mask in self.canonical
        ]
        ranges = sorted([sorted(self.lists[i] for i in members(c.history)), c.low, c.high] for c in self.censored)
        text = json.dumps({"lists": sorted(self.lists), "cells": rows, "censored": ranges}, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def history(self, mask: int) -> str:
        """Return a history by the names of its lists."""
        return "+".join(self.lists[i] for i in members(mask))

    def with_counts(self, counts: Floats) -> "Table":
        """Return the table with other counts and nothing censored."""
        return replace(self, counts=np.asarray(counts, dtype=float), censored=())

    def without_list(self, drop: int) -> "Table":
        """Return the table of the other lists; people seen only by the dropped list leave it."""
        kept = [i for i in range(self.k) if i != drop]
        places = np.array([sum((mask >> i & 1) << j for j, i in enumerate(kept)) for mask in range(2**self.k)])
        counts = np.bincount(places, weights=self.counts, minlength=2 ** len(kept)).astype(float)
        possible = np.bincount(places, weights=self.possible, minlength=2 ** len(kept)) > 0
        counts[0] = 0
        return Table(tuple(self.lists[i] for i in kept), counts, possible, name=self.name)

    def relabelled(self, order: Sequence[int]) -> "Table":
        """Return the same table with its lists in another order."""
        places = np.array([sum((mask >> i & 1) << j for j, i in enumerate(order)) for mask in range(2**self.k)])
        counts, possible = np.zeros(2**self.k), np.zeros(2**self.k, dtype=bool)
        counts[places], possible[places] = self.counts, self.possible
        censored = tuple(Censored(int(places[c.history]), c.low, c.high) for c in self.censored)
        return Table(tuple(self.lists[i] for i in order), counts, possible, censored, self.name)


def table(lists: Sequence[str], counts: Mapping[str, int] | Floats, *, name: str = "") -> Table:
    """Build a table from an array over the lattice, or from histories such as {'110': 6} in list order."""
    check_lists(lists)
    width = 2 ** len(lists)
    if isinstance(counts, Mapping):
        cells = np.zeros(width)
        for history, count in counts.items():
            cells[sum(int(digit) << i for i, digit in enumerate(history))] += count
    else:
        cells = np.array(counts, dtype=float)
    if cells.shape != (width,):
        raise HeedError(f"{len(lists)} lists need {width} cells, not {cells.size}.")
    if not np.isfinite(cells).all() or (cells < 0).any() or cells.sum() > LARGEST_COUNT:
        raise HeedError("Counts must be whole numbers from 0 up to 2 to the power 53.")
    if cells[0]:
        raise HeedError("Nobody can have been observed on no list at all.")
    return Table(tuple(lists), cells, np.ones(width, dtype=bool), name=name)


def check_lists(lists: Sequence[str]) -> None:
    """Refuse unusable sets of lists."""
    if not lists:
        raise HeedError("The table has no lists: it needs a column of 0 and 1 for each list.")
    if len(lists) > MOST_LISTS:
        raise HeedError(
            f"The table has {len(lists)} lists; at most {MOST_LISTS} can be used. No method remains: "
            "merge lists kept by the same agency, or leave lists out."
        )
    twice = sorted({name for name in lists if list(lists).count(name) > 1})
    if twice:
        raise HeedError(f"Two lists have the same name: {', '.join(twice)}.")
