"""The rule for the range to publish, and for refusing one. ADR count-headline-rule fixes it; the study measures it.

The headline is the smallest range that holds both
* the 95 % bootstrap interval of `bic`, its choice among all models repeated in each replicate,
* the 95 % posterior range of `bma`, and
* the 95 % range of `mix`, the weighted average over all models;
`bma` only where it applies (no structural zeros, at most six lists).

It is refused, in this order, where
1. there are fewer than three lists with people on them;
2. fewer than MIN_OVERLAPS people are on two lists or more;
3. the lists fall into groups that share nobody;
4. one of the three has no estimate of its own (no MLE, not identifiable, no upper end);
5. the posterior has two peaks, each with at least MODE_SHARE, whose hidden numbers differ by FAR or more;
6. two of the ranges do not touch, so that the methods contradict each other;
7. the range is unlimited or its upper end is more than WIDEST times its lower end.
"""

from dataclasses import dataclass

import numpy as np

from .graphs import MOST_LISTS_FOR_GRAPHS
from .lattice import Floats, pairs, superset_sums
from .result import Estimate, Headline
from .tables import Table

MIN_LISTS = 3
MIN_OVERLAPS = 10  # below ten shared people one person more or less moves the answer by about a tenth
MODE_SHARE, FAR = 0.2, 4.0
WIDEST = 20.0
MEMBERS = ("bic", "bma", "mix")


@dataclass(frozen=True)
class Refusal:
    """Why no estimate is defensible, and what evidence would change that."""

    reason: str
    evidence: str


def table_refusal(table: Table) -> Refusal | None:
    """Return why the table itself allows no estimate (rules 1 to 3)."""
    used = [name for name, size in zip(table.lists, table.margins, strict=True) if size > 0]
    if len(used) < MIN_LISTS:
        return Refusal(
            f"There are {len(used)} lists with people on them; two lists alone cannot show whether they depend on each "
            "other, and any hidden number would fit.",
            "A third list of the same people, place and period, or covariates for the doubly robust estimator.",
        )
    if table.overlaps < MIN_OVERLAPS:
        shared = {0: "Nobody is", 1: "Only one person is"}.get(table.overlaps, f"Only {table.overlaps} people are")
        return Refusal(
            f"{shared} on more than one list (at least {MIN_OVERLAPS} are needed): the overlaps are all that an "
            "estimate can rest on.",
            "More complete lists, a longer period, a wider area, or better linkage between the lists.",
        )
    apart = groups(table.counts)
    if len(apart) > 1:
        named = "; ".join(", ".join(table.lists[i] for i in group) for group in apart)
        return Refusal(
            f"The lists fall into groups that share nobody ({named}), so the size of one says nothing about the other.",
            "People seen by lists of both groups, or an estimate for each group by itself.",
        )
    return None


def groups(counts: Floats) -> list[list[int]]:
    """Return the groups of lists that are joined by shared people."""
    k = int(np.log2(len(counts)))
    margins = superset_sums(counts)
    group = list(range(k))
    for pair in pairs(k):
        if margins[pair] > 0:
            first, second = (i for i in range(k) if pair >> i & 1)
            old, new = group[second], group[first]
            group = [new if g == old else g for g in group]
    kept = [i for i in range(k) if margins[1 << i] > 0]
    return [[i for i in kept if group[i] == g] for g in dict.fromkeys(group[i] for i in kept)]


def members_for(table: Table) -> tuple[str, ...]:
    """Return the methods the range rests on: `bma` only where its closed form applies."""
    closed = table.structural is None and table.k <= MOST_LISTS_FOR_GRAPHS
    return MEMBERS if closed else tuple(name for name in MEMBERS if name != "bma")


def headline(table: Table, found: dict[str, Estimate]) -> Headline | Refusal:
    """Apply rules 4 to 7 to the estimators' results."""
    members = members_for(table)
    for name in members:
        if name in found and not found[name].stands:
            return Refusal(f"{name}: {found[name].reason}", found[name].evidence)
    missing = [name for name in members if name not in found]
    if missing:
        return Refusal(f"The range rests on {', '.join(members)}; {missing[0]} was not run.", f"Run {missing[0]} too.")
    far = far_modes(found["bma"]) if "bma" in members else None
    if far is not None:
        return far
    ranges = [(_number(found[name].lower), _number(found[name].upper)) for name in members]
    if max(r[0] for r in ranges) > min(r[1] for r in ranges):
        return Refusal(
            "The methods contradict each other: "
            + "; ".join(f"{name} gives {_range(*one)}" for name, one in zip(members, ranges, strict=True)),
            "A further list, or knowledge of which lists depend on each other.",
        )
    lower, upper = min(r[0] for r in ranges), max(r[1] for r in ranges)
    if not np.isfinite(upper) or upper > WIDEST * lower:
        return Refusal(
            f"The range would reach from {lower:,.0f} to {'no limit' if not np.isfinite(upper) else f'{upper:,.0f}'}: "
            "it says nothing that can be relied on.",
            "More overlap between the lists.",
        )
    return Headline(lower, upper, sentence(table, lower, upper, conditional="replicates" not in found["bic"].details))


def far_modes(bma: Estimate) -> Refusal | None:
    """Refuse where the posterior has two heavy peaks whose hidden numbers are far apart (rule 5)."""
    heavy = [m for m in bma.details.get("modes", []) if m["share"] >= MODE_SHARE]
    hidden = [max(m["total"] - bma.observed, 1.0) for m in heavy]
    if len(heavy) < 2 or max(hidden) < FAR * min(hidden):
        return None
    places = " and ".join(f"{m['total']:,.0f} ({m['share']:.0%})" for m in heavy)
    return Refusal(
        f"The data support answers far apart: the posterior has peaks at {places}.",
        "Evidence which lists depend on each other, or a further list.",
    )


def sentence(table: Table, lower: float, upper: float, *, conditional: bool) -> str:
    """Say the range in a sentence."""
    low, high = rounded(lower), rounded(upper)
    how = "taking the chosen model for granted" if conditional else "allowing for chance and for the choice of model"
    return (
        f"{table.observed:,} people were seen by at least one of {table.k} lists. Under the assumptions listed, the "
        f"whole number is between {low:,} and {high:,}, {how}. The data cannot test the assumptions."
    )


def rounded(value: float) -> int:
    """Round to three figures, which is more than any such range can bear."""
    return int(float(f"{value:.3g}"))


def _number(value: float | None) -> float:
    return np.inf if value is None else float(value)


def _range(low: float, high: float) -> str:
    return f"{low:,.0f} to {high:,.0f}"
