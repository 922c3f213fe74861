"""What a table looks like before any model: overlaps, odds ratios of the pairs, existence of the all-pairs model."""

from typing import Any

import numpy as np

from .existence import verdict
from .lattice import members, pairs
from .models import all_pairs
from .tables import Table


def overview(table: Table) -> dict[str, Any]:
    """Return the diagnostics that cost nothing."""
    return {
        "list sizes": dict(zip(table.lists, map(int, table.margins), strict=True)),
        "overlaps": overlaps(table),
        "on one list only": table.observed - table.overlaps,
        "on several lists": table.overlaps,
        "pairs": pair_odds(table),
        "all-pairs model": all_pairs_words(table),
    }


def overlaps(table: Table) -> list[dict[str, Any]]:
    """Return the occupied histories, largest first: the rows of an UpSet plot."""
    order = sorted(np.flatnonzero(table.counts), key=lambda c: (-table.counts[c], c))
    return [{"lists": [table.lists[i] for i in members(int(c))], "people": float(table.counts[c])} for c in order]


def pair_odds(table: Table) -> list[dict[str, Any]]:
    """Return for each pair how many people it shares and the odds ratio among those seen by the other lists.

    Only people on a third list can fall in the pair's empty cell, so this is the part of dependence data can show.
    """
    masks = np.arange(2**table.k)
    out = []
    for pair in pairs(table.k):
        first, second = members(pair)
        elsewhere = (masks & ~pair) > 0
        cells = {
            sign: float(table.counts[elsewhere & ((masks & pair) == sign)].sum())
            for sign in (pair, 1 << first, 1 << second, 0)
        }
        product = cells[1 << first] * cells[1 << second]
        ratio = cells[pair] * cells[0] / product if product > 0 else None
        shared = float(table.counts[(masks & pair) == pair].sum())
        out.append({"pair": [table.lists[first], table.lists[second]], "shared": shared, "odds ratio": ratio})
    return out


def all_pairs_words(table: Table) -> str:
    """Say whether the model with every pair dependent has an estimate."""
    if table.k < 2:
        return "There is only one list."
    one = all_pairs(table.k)
    return verdict(table.counts, one, table.structural).words(one, table.lists)
