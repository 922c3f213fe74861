"""The compiled walk: the chain of occurrences on each key, by the same steps as `heed.policy.occurrence`.

Everything that can be known beforehand for a trigger or an act is a column already: whether it counts, the due counted
from it, the version in force. The walk only follows them in time, and writes one row for each occurrence.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .compiled import compiled
from .states import after

NEVER = 2**62
NONE = -(2**62)
FULFILLED, DECLINED, CEASED, WAIVED, SUPERSEDED, OPEN = range(6)
NO, YES, UNDECIDED, NO_LIMIT = range(4)
EACH, ABSORB, REPLACE = range(3)
CLOCK, AGED, LACKING = range(3)  # a due (NONE: not yet), no lawful number, something missing
EQUAL, DIFFER, BEFORE, AFTER = range(4)
# Columns of the rows written.
ROW = (
    *("trigger", "anchor", "anchor_act", "version", "occurrence", "from", "due", "end", "ended_at", "ended_by"),
    *("lateness", "act", "last_joined", "lacking"),
)
WIDTH = len(ROW)

Flags = npt.NDArray[np.uint8]
Columns = tuple[Any, ...]  # arrays, taken apart by the function that gets them
Grid = npt.NDArray[np.int64]


@compiled
def lateness_of(due: int, due_e: int, aged: bool, end: int, at: int, act_e: int, horizon: int) -> int:
    """Say whether the end, or the horizon of an open row, lies after the due."""
    if due == NONE:
        return NO_LIMIT if aged else NO
    if end <= DECLINED:
        if at <= due_e:
            return NO
        return YES if act_e > due else UNDECIDED
    return YES if (horizon if end == OPEN else at) > due else NO


@compiled
def counts(act: int, trigger: int, version: int, items: Columns, pairs: Columns) -> int:
    """Return how an entry counts as an act under a version: FULFILLED, DECLINED, or -1."""
    item_at, declined, static = items
    pair_at, pair_op, pair_act, pair_trigger = pairs
    found = -1
    for item in range(item_at[version], item_at[version + 1]):
        if static[item, act] == 0:
            continue
        met = True
        for pair in range(pair_at[item], pair_at[item + 1]):
            left, right = pair_act[pair, act], pair_trigger[pair, trigger]
            if pair_op[pair] == EQUAL:
                met = met and left == right
            elif pair_op[pair] == DIFFER:
                met = met and left != right
            elif pair_op[pair] == BEFORE:
                met = met and left < right
            else:
                met = met and left > right
        if met:
            if declined[item] == 0:
                return FULFILLED
            found = DECLINED
    return found


@compiled
def first_act(
    start: int,
    stop: int,
    since: int,
    beyond: int,
    trigger: int,
    version: int,
    columns: Columns,
    checks: Columns,
) -> tuple[int, int]:
    """Return the earliest act from row `start` on and how it counts; `since` bounds l, `beyond` bounds e from below."""
    act_l, act_e, act_n, trigger_n = columns
    items, pairs = checks
    low, high = start, stop
    while low < high:
        middle = (low + high) // 2
        if act_l[middle] < since:
            low = middle + 1
        else:
            high = middle
    best, how = -1, -1
    for act in range(low, stop):
        if best >= 0 and act_l[act] > act_l[best]:
            break
        if act_e[act] <= beyond or act_n[act] == trigger_n[trigger]:
            continue
        found = counts(act, trigger, version, items, pairs)
        if found >= 0 and (best < 0 or found < how):
            best, how = act, found
            if how == FULFILLED:
                break
    return int(best), how


@compiled
def current_act(
    start: int,
    stop: int,
    before: int,
    trigger: int,
    version: int,
    columns: Columns,
    checks: Columns,
) -> tuple[int, int]:
    """Return the latest act that ended before `before`, and how it counts."""
    act_l, _, act_n, trigger_n = columns
    items, pairs = checks
    for act in range(stop - 1, start - 1, -1):
        if act_l[act] >= before or act_n[act] == trigger_n[trigger]:
            continue
        found = counts(act, trigger, version, items, pairs)
        if found >= 0:
            return act, found
    return -1, -1


@compiled
def untils(
    rows: Columns,
    start: int,
    stop: int,
    version: int,
    anchor_e: int,
    span: Columns,
    even_late: bool,
) -> tuple[int, int, int]:
    """Return the earliest entry that ceases the duty, as (instant, e, number); NEVER and -1 where there is none."""
    l, e, n, of_version, late = rows  # noqa: E741
    trigger_l, trigger_e, trigger_n = span
    for row in range(start, stop):
        if of_version[row] != version or (late[row] != 0) != even_late or l[row] < anchor_e:
            continue
        if after(l[row], e[row], n[row], trigger_l, trigger_e, trigger_n):
            return int(l[row]), int(e[row]), int(n[row])
    return NEVER, NEVER, -1


@compiled
def fixed_ends(
    items: Columns, version: int, anchor_e: int, trigger: int, act: int, even_late: bool, horizon: int
) -> tuple[int, bool]:
    """Return the earliest `until: at` that counts, and whether one lies before the anchor (then nothing is owed)."""
    of_version, late, by_trigger, from_trigger, from_act = items
    best, before = NEVER, False
    for item in range(len(of_version)):
        if of_version[item] != version:
            continue
        at = from_trigger[item, trigger] if act < 0 or by_trigger[item] else from_act[item, act]
        if at == NONE:
            continue
        if at < anchor_e:
            before = True
        elif (late[item] != 0) == even_late and at <= horizon and at < best:
            best = at
    return best, before


@compiled
def ceasing(
    until: Columns, items: Columns, where: Columns, version: int, anchor: Columns, trigger: Columns, even_late: bool
) -> tuple[int, int, int]:
    """Return the earliest end by `until`, `until: at` or (never even late) the end of the state."""
    start, stop, horizon = where
    anchor_e, act = anchor
    place, l, e, n, run_end = trigger  # noqa: E741
    found = untils(until, start, stop, version, anchor_e, (l, e, n), even_late)
    fixed, _ = fixed_ends(items, version, anchor_e, place, act, even_late, horizon)
    if not even_late and run_end[0] >= anchor_e and run_end < found:
        found = run_end
    return (fixed, NEVER, -1) if fixed < found[0] else found


@compiled
def clock_of(clocks: Columns, laws: Columns, version: int, occurrence: int, act: int) -> tuple[int, int, int]:
    """Return due, due counted from e, and the form of the clock of a later occurrence, anchored by an act."""
    dues, dues_e, forms = clocks
    limit_at = laws[1]
    last = limit_at[version + 1] - limit_at[version] - 1
    limit = limit_at[version] + min(occurrence, last)
    return dues[limit, act], dues_e[limit, act], forms[limit, act]


@compiled
def earlier(due: int, due_e: int, start: int, form: int, best: Columns) -> Columns:
    """Return the clock that stands: the earlier due; of equals the one that stood."""
    if due != NONE and (best[0] == NONE or due < best[0]):
        return due, due_e, start, form
    return best


@compiled
def due_by(first: int, stop: int, at: int, triggers: Columns, best: Columns) -> int:
    """Return the due that stands at an instant, the triggers up to then having joined."""
    l, again, due = triggers[0], triggers[4], triggers[5]  # noqa: E741
    found = best[0]
    for place in range(first, stop):
        if again[place] == REPLACE or l[place] > at:
            break
        if due[place] != NONE and (found == NONE or due[place] < found):
            found = due[place]
    return int(found)


@compiled
def ended_by(found: Columns, late: Columns, soon: Columns, replaced: Columns, joining: Columns) -> tuple[int, int, int]:
    """Return how, when and by which entry an occurrence ends; OPEN where it does not."""
    act, how, act_l, act_n = found
    at, end, by = NEVER, OPEN, -1
    if act >= 0:
        at, end, by = act_l, how, act_n
    if late[0] < at:
        at, end, by = late[0], CEASED, late[2]
    if replaced[0] < at:
        at, end, by = replaced[0], SUPERSEDED, replaced[1]
    if soon[0] < at or (soon[0] == at and (end == SUPERSEDED or (end == CEASED and soon < late))):
        first, stop, triggers, best = joining
        due = due_by(first, stop, soon[0], triggers, best)
        if due == NONE or soon[0] <= due:
            at, end, by = soon[0], CEASED, soon[2]
    return end, at, by


@compiled
def act_of(first: int, bucket: Columns, kit: Columns, version: int, occurrence: int, anchor: int) -> tuple[int, int]:
    """Return the act that would end an occurrence: an early one that is still current, or the earliest from there."""
    triggers, acts, checks, clocks, laws = kit[0], kit[1], kit[2], kit[5], kit[6]
    columns = (acts[0], acts[1], acts[2], triggers[2])
    if occurrence == 0 and laws[2][version]:
        act, how = current_act(bucket[0], bucket[1], triggers[1][first], first, version, columns, checks)
        if act >= 0:
            limit, _, form = clock_of(clocks, laws, version, 1 if laws[0][version] else 0, act)
            if form == AGED or (form == CLOCK and limit >= triggers[0][first]):
                return act, how
    low = triggers[9][first] if occurrence == 0 else acts[0][anchor]
    beyond = NONE if occurrence == 0 else acts[0][anchor]
    return first_act(bucket[0], bucket[1], low, beyond, first, version, columns, checks)


@compiled
def chain(first: int, stop: int, bucket: Columns, kit: Columns, used: int) -> tuple[int, int]:
    """Follow the chain that one trigger opens; return the next trigger not taken and the rows written so far."""
    triggers, acts, _, until, items, clocks, laws, horizon, out = kit
    l, e, n, version_at, again, due, due_e, start_at, form, _, run_l, run_e, run_n = triggers  # noqa: E741
    act_l, act_e, act_n, act_version = acts
    replacing = first + 1
    while replacing < stop and again[replacing] != REPLACE:
        replacing += 1
    replaced = (l[replacing], n[replacing]) if replacing < stop else (NEVER, -1)
    about = (first, l[first], e[first], n[first], (run_l[first], run_e[first], run_n[first]))
    where = (bucket[2], bucket[3], horizon)
    version, occurrence, anchor, anchor_e, anchor_n = version_at[first], 0, -1, e[first], n[first]
    best = (due[first], due_e[first], start_at[first], form[first])
    following = first + 1
    while True:
        act, how = act_of(first, bucket, kit, version, occurrence, anchor)
        late = ceasing(until, items, where, version, (anchor_e, anchor), about, True)
        soon = ceasing(until, items, where, version, (anchor_e, anchor), about, False)
        found = (act, how, act_l[act] if act >= 0 else NEVER, act_n[act] if act >= 0 else -1)
        end, at, by = ended_by(found, late, soon, replaced, (following, stop, triggers, best))
        while following < stop and again[following] != REPLACE and l[following] <= at:
            best = earlier(due[following], due_e[following], start_at[following], form[following], best)
            following += 1
        late_by = lateness_of(best[0], best[1], best[3] == AGED, end, at, act_e[act] if act >= 0 else 0, horizon)
        row = (first, anchor_n, anchor, version, occurrence, best[2], best[0], end, at, by, late_by)
        write(out, used, row, act if end <= DECLINED else -1, following - 1, 0)
        used += 1
        if end > DECLINED or not laws[0][version] or replaced[0] <= at or late[0] < at or soon[0] < at:
            return following, used
        version = act_version[act] if act_l[act] >= l[first] else version_at[first]
        if version < 0 or fixed_ends(items, version, act_e[act], first, act, False, horizon)[1]:
            return following, used
        occurrence, anchor, anchor_e, anchor_n = occurrence + 1, act, act_e[act], act_n[act]
        limit, limit_e, kind = clock_of(clocks, laws, version, occurrence, act)
        best = (limit, limit_e, act_l[act], kind)
        if kind == LACKING:
            row = (first, anchor_n, anchor, version, occurrence, NONE, NONE, OPEN, NEVER, -1, UNDECIDED)
            write(out, used, row, -1, following - 1, 1)
            return following, used + 1


@compiled
def write(out: Grid, used: int, row: Columns, act: int, last: int, lacking: int) -> None:
    """Write one row where there is room; the caller counts on and asks again with more room."""
    if used >= len(out):
        return
    for place, value in enumerate(row):
        out[used, place] = value
    out[used, 11], out[used, 12], out[used, 13] = act, last, lacking


@compiled
def walk(groups: Columns, buckets: Columns, kit: Columns) -> int:
    """Walk every group of triggers; return how many rows there are, written as far as there was room.

    `kit` is triggers, acts, checks, entries of `until`, `until: at`, clocks, laws, the horizon and the rows to write.
    """
    group_at, bucket_of = groups
    act_at, until_at = buckets
    used = 0
    for group in range(len(bucket_of)):
        place, stop, at = group_at[group], group_at[group + 1], bucket_of[group]
        bucket = (act_at[at], act_at[at + 1], until_at[at], until_at[at + 1])
        while place < stop:
            place, used = chain(place, stop, bucket, kit, used)
    return used
