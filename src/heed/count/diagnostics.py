"""How fragile an estimate is: without one list, without one person, against a list taken as the whole, as data grow.

Everything here refits the whole procedure, selection included, on changed tables. Results are plain data.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .averaging import average
from .bootstrap import without_one
from .lattice import Floats, histories
from .linkage import Rates, undone
from .models import MOST_LISTS_FOR_ALL_MODELS
from .selection import search, select
from .stepwise import stepwise
from .tables import Table

Totals = Callable[[Floats], Floats]  # tables in, total estimates out
GROWTH = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
GROWTH_DRAWS = 20
MISSED, FALSE = (0.0, 0.01, 0.03, 0.05, 0.1), (0.0, 0.005, 0.01, 0.02)
LINKAGE_DRAWS = 10


def totals_by(method: str) -> Totals:
    """Return a function that applies one method to many tables."""

    def apply(tables: Floats) -> Floats:
        tables = np.atleast_2d(tables)
        if method == "bma":
            return np.array([average(one).median for one in tables])
        if method == "stepwise":
            hidden = stepwise(tables).hidden
        elif tables.shape[1] > 2**MOST_LISTS_FOR_ALL_MODELS:
            hidden = search(tables, method)[1]
        else:
            hidden = select(tables, method).hidden
        totals: Floats = tables.sum(axis=1) + hidden
        return totals

    return apply


def diagnose(table: Table, *, method: str = "bic", seed: int = 1) -> dict[str, Any]:
    """Return every diagnostic that refits."""
    apply = totals_by(method)
    return {
        "method": method,
        "without one list": without_each_list(table, apply),
        "without one person": without_each_person(table, apply),
        "one person more": with_one_more(table, apply),
        "each list as the whole": internal_consistency(table, apply),
        "growth": growth(table, apply, seed=seed),
        "linkage": linkage_map(table, apply, seed=seed),
    }


def without_each_list(table: Table, apply: Totals) -> list[dict[str, Any]]:
    """Return the estimate from the other lists, for each list left out (needs four lists)."""
    if table.k < 4:
        return []
    rows = [(table.lists[i], table.without_list(i)) for i in range(table.k)]
    return [{"without": name, "observed": one.observed, "total": float(apply(one.counts)[0])} for name, one in rows]


def without_each_person(table: Table, apply: Totals) -> list[dict[str, Any]]:
    """Return the estimate without one person of each occupied history, the most telling first."""
    tables, _ = without_one(table.counts)
    whole = float(apply(table.counts)[0])
    places = np.flatnonzero(table.counts > 0)
    rows = [_person(table, int(c), float(t), whole) for c, t in zip(places, apply(tables), strict=True)]
    return sorted(rows, key=_telling)


def with_one_more(table: Table, apply: Totals) -> list[dict[str, Any]]:
    """Return the estimate with one person more in each history that is possible, empty ones included."""
    places = [c for c in range(1, len(table.counts)) if table.possible[c]]
    tables = np.repeat(table.counts[None, :], len(places), axis=0)
    tables[np.arange(len(places)), places] += 1
    whole = float(apply(table.counts)[0])
    rows = [_person(table, c, float(t), whole) for c, t in zip(places, apply(tables), strict=True)]
    return sorted(rows, key=_telling)[:20]


def _person(table: Table, history: int, total: float, whole: float) -> dict[str, Any]:
    people = float(table.counts[history])
    return {"history": table.history(history), "people": people, "total": total, "change": total / whole - 1}


def _telling(row: dict[str, Any]) -> float:
    return -abs(float(row["change"]))


def internal_consistency(table: Table, apply: Totals) -> list[dict[str, Any]]:
    """Take each list's people as the whole and estimate their known number from the other lists.

    Binette & Steorts 2022. The log relative bias is negative where the method finds too few.
    """
    if table.k < 4:
        return []
    rows = []
    for i, name in enumerate(table.lists):
        inside = histories(table.k)[:, i]
        within = table.with_counts(np.where(inside, table.counts, 0.0)).without_list(i)
        if within.overlaps == 0:
            rows.append({"list": name, "known": float(table.margins[i]), "total": None, "log relative bias": None})
            continue
        total = float(apply(within.counts)[0])
        known = float(table.margins[i])
        rows.append({"list": name, "known": known, "total": total, "log relative bias": float(np.log(total / known))})
    return rows


def growth(table: Table, apply: Totals, *, seed: int) -> list[dict[str, Any]]:
    """Return the estimate from growing random parts of the people: a steady one has stopped rising."""
    rng = np.random.default_rng([seed, 11])
    rows = []
    for share in GROWTH:
        tables = rng.binomial(np.rint(table.counts).astype(np.int64), share, size=(GROWTH_DRAWS, len(table.counts)))
        totals = apply(tables.astype(float)) / share
        kept = totals[np.isfinite(totals)]
        low, middle, high = np.quantile(kept, (0.1, 0.5, 0.9)).tolist() if len(kept) else [None] * 3
        without = 1 - len(kept) / len(totals)
        rows.append({"share": share, "low": low, "middle": middle, "high": high, "without": without})
    return rows


def linkage_map(table: Table, apply: Totals, *, seed: int) -> list[dict[str, Any]]:
    """Return what the estimate would be if links had been missed and merges false at these rates."""
    rng = np.random.default_rng([seed, 13])
    rows = []
    for missed in MISSED:
        for false in FALSE:
            rates = Rates(missed, false).checked()
            tables = [undone(table.counts, rates.missed, rates.false, rng) for _ in range(LINKAGE_DRAWS)]
            totals = apply(np.array(tables))
            kept = totals[np.isfinite(totals)]
            rows.append({"missed": missed, "false": false, "total": float(np.median(kept)) if len(kept) else None})
    return rows
