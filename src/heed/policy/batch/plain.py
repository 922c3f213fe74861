"""Plain responses, the most frequent clauses: each trigger its own duty, ended by the first act on its key or by none.

No absorb, replace, repeat, `until`, `while` or test against the trigger: then a duty is one search among the acts of
its key, and most columns of the answer are the columns of the triggers. The walk gives the same rows more slowly.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.law import Law

from .acts import Acts, Shape
from .compiled import borrowing, compiled
from .sorting import constant
from .texts import Longs
from .triggers import Triggers
from .walk import AGED, DECLINED, FULFILLED, NEVER, OPEN, lateness_of

TAKEN = ("bucket", "since", "n", "due", "due_e", "form", "version")
Hows = npt.NDArray[np.int8]


def is_plain(laws: Sequence[Law], shape: Shape) -> bool:
    """Say whether every version is a plain response."""
    clauses = [law.clause for law in laws]
    return not shape.tests and all(
        clause.again == "each"
        and not clause.repeat
        and not clause.until
        and clause.early != "current"
        and clause.when.form != "while"
        for clause in clauses
    )


def plain_columns(triggers: Triggers, acts: Acts, shape: Shape, horizon: int) -> dict[str, Longs]:
    """Return the rows as columns: one for each trigger, in the order of triggers."""
    taken: list[Any] = [np.ascontiguousarray(triggers[name]) for name in TAKEN]
    taken += [acts.starts, acts.l, acts.e, acts.n, hows(shape, acts), horizon]
    end, at, by, lateness, act = respond(*taken)
    size = len(triggers)
    row, zero = np.arange(size), constant(0, size)
    told = {name: triggers[name] for name in ("unit", "addressee", "agency", "version", "due", "from")}
    found = {"anchor": triggers["n"], "anchor_l": triggers["l"], "tie": triggers["ties"], "first": row, "last": row}
    ended = {"end": end, "ended_at": at, "ended_by": by, "lateness": lateness, "act": act}
    return {**told, **found, **ended, "occurrence": zero, "why": zero}


def hows(shape: Shape, acts: Acts) -> Hows:
    """Return for each version how each act counts: FULFILLED, DECLINED, or -1."""
    found = np.full((len(shape.item_at) - 1, len(acts.l)), -1, np.int8)
    for place in range(len(found)):
        items = range(shape.item_at[place], shape.item_at[place + 1])
        for how in (DECLINED, FULFILLED):
            for item in items:
                if bool(shape.declined[item]) == (how == DECLINED):
                    found[place][acts.static[item] == 1] = how
    return found


@compiled
def respond(
    bucket: Longs,
    since: Longs,
    number: Longs,
    due: Longs,
    due_e: Longs,
    form: Longs,
    version: Longs,
    starts: Longs,
    act_l: Longs,
    act_e: Longs,
    act_n: Longs,
    how: Hows,
    horizon: int,
) -> tuple[Longs, Longs, Longs, Longs, Longs]:
    """Return the end, its instant, its number, the lateness and the act of each duty."""
    size = len(bucket)
    end, at, by = np.full(size, OPEN), np.full(size, NEVER), np.full(size, -1)
    lateness, act = np.empty(size, np.int64), np.full(size, -1)
    for row in range(size):
        low, high = starts[bucket[row]], starts[bucket[row] + 1]
        low, best = first_since(act_l, low, high, since[row]), -1
        for place in range(low, high):
            if best >= 0 and act_l[place] > act_l[best]:
                break
            counts = how[version[row], place]
            if counts >= 0 and act_n[place] != number[row] and (best < 0 or counts < end[row]):
                best, end[row] = place, counts
                if counts == FULFILLED:
                    break
        if best >= 0:
            at[row], by[row], act[row] = act_l[best], act_n[best], best
        begun = act_e[best] if best >= 0 else 0
        lateness[row] = lateness_of(due[row], due_e[row], form[row] == AGED, end[row], at[row], begun, horizon)
    return end, at, by, lateness, act


@borrowing
def first_since(late: Longs, low: int, high: int, since: int) -> int:
    """Return the first of the ascending rows from `low` on that is not before an instant; few are tried one by one."""
    while high - low > 8:
        middle = (low + high) // 2
        if late[middle] < since:
            low = middle + 1
        else:
            high = middle
    while low < high and late[low] < since:
        low += 1
    return low
