"""The compiled walk: the chain of occurrences on each key, by the same steps as `heed.policy.occurrence`.

Everything that can be known beforehand for a trigger or an act is a column already: whether it counts, the due counted
from it, the version in force. The walk only follows them in time, and writes one row for each occurrence.

The arrays, named alike in every function (arrays go as plain arguments: taking them out of a tuple costs more than
the step itself): `t` triggers, `a` acts, `u` entries of `until` (columns as named below); `v` versions;
`items` and `static` what counts as an act; `pairs`, `pa`, `pt` tests of an act against its trigger; `fixed`, `ft`,
`fa` the instants of `until: at`; `c` clocks of acts by limit: due, due counted from e, form.
"""

import numpy as np
import numpy.typing as npt

from .compiled import borrowing, compiled
from .states import after
from .texts import Longs

NEVER = 2**62
NONE = -(2**62)
FULFILLED, DECLINED, CEASED, WAIVED, SUPERSEDED, OPEN = range(6)
NO, YES, UNDECIDED, NO_LIMIT = range(4)
EACH, ABSORB, REPLACE = range(3)
CLOCK, AGED, LACKING = range(3)  # a due (NONE: not yet), no lawful number, something missing
EQUAL, DIFFER, BEFORE, AFTER = range(4)
TRIGGER = ("l", "e", "n", "version", "again", "due", "due_e", "from", "form", "since", "start_l", "start_e", "start_n")
T_L, T_E, T_N, T_VERSION, T_AGAIN, T_DUE, T_DUE_E, T_FROM, T_FORM, T_SINCE, T_START_L, T_START_E, T_START_N = range(13)
A_L, A_E, A_N, A_VERSION = range(4)
U_L, U_E, U_N, U_VERSION, U_LATE = range(5)
V_ITEM, V_LIMIT, V_LIMITS, V_REPEAT, V_CURRENT = range(5)
I_DECLINED, I_PAIR = range(2)
F_VERSION, F_LATE, F_BY_TRIGGER = range(3)
# Columns of the rows written.
ROW = (
    *("trigger", "anchor", "anchor_act", "version", "occurrence", "from", "due", "end", "ended_at", "ended_by"),
    *("lateness", "act", "last_joined", "lacking"),
)
WIDTH = len(ROW)

Flags = npt.NDArray[np.uint8]


@borrowing
def lateness_of(due: int, due_e: int, aged: bool, end: int, at: int, act_e: int, horizon: int) -> int:
    """Say whether the end, or the horizon of an open row, lies after the due."""
    if due == NONE:
        return NO_LIMIT if aged else NO
    if end <= DECLINED:
        if at <= due_e:
            return NO
        return YES if act_e > due else UNDECIDED
    return YES if (horizon if end == OPEN else at) > due else NO


@borrowing
def counts(
    act: int, trigger: int, version: int, v: Longs, items: Longs, static: Flags, pairs: Longs, pa: Longs, pt: Longs
) -> int:
    """Return how an entry counts as an act under a version: FULFILLED, DECLINED, or -1."""
    found = -1
    for item in range(v[version, V_ITEM], v[version + 1, V_ITEM]):
        if static[item, act] == 0:
            continue
        met = True
        for pair in range(items[item, I_PAIR], items[item + 1, I_PAIR]):
            left, right, op = pa[pair, act], pt[pair, trigger], pairs[pair]
            if op == EQUAL:
                met &= left == right
            elif op == DIFFER:
                met &= left != right
            elif op == BEFORE:
                met &= left < right
            else:
                met &= left > right
        if met:
            if items[item, I_DECLINED] == 0:
                return FULFILLED
            found = DECLINED
    return found


@borrowing
def from_instant(a: Longs, low: int, stop: int, since: int) -> int:
    """Return the first act of a bucket that ends at an instant or later."""
    high = stop
    while low < high:
        middle = (low + high) // 2
        if a[A_L, middle] < since:
            low = middle + 1
        else:
            high = middle
    return low


@borrowing
def first_act(
    start: int,
    stop: int,
    beyond: int,
    trigger: int,
    version: int,
    t: Longs,
    a: Longs,
    v: Longs,
    items: Longs,
    static: Flags,
    pairs: Longs,
    pa: Longs,
    pt: Longs,
) -> tuple[int, int]:
    """Return the earliest act from row `start` on that begins after `beyond`, and how it counts."""
    best, how = -1, -1
    for act in range(start, stop):
        if best >= 0 and a[A_L, act] > a[A_L, best]:
            break
        if a[A_E, act] <= beyond or a[A_N, act] == t[T_N, trigger]:
            continue
        found = counts(act, trigger, version, v, items, static, pairs, pa, pt)
        if found >= 0 and (best < 0 or found < how):
            best, how = act, found
            if how == FULFILLED:
                break
    return best, how


@borrowing
def current_act(
    start: int,
    stop: int,
    trigger: int,
    version: int,
    t: Longs,
    a: Longs,
    v: Longs,
    items: Longs,
    static: Flags,
    pairs: Longs,
    pa: Longs,
    pt: Longs,
    c: Longs,
) -> tuple[int, int]:
    """Return the latest act before the trigger and how it counts, where the limit counted from it still runs."""
    for act in range(from_instant(a, start, stop, t[T_E, trigger]) - 1, start - 1, -1):
        if a[A_N, act] == t[T_N, trigger]:
            continue
        how = counts(act, trigger, version, v, items, static, pairs, pa, pt)
        if how < 0:
            continue
        limit = limit_of(v, version, 1 if v[version, V_REPEAT] else 0)
        form = c[limit, act, 2]
        if form == AGED or c[limit, act, 0] == NONE or c[limit, act, 0] >= t[T_L, trigger]:
            return act, how
        return -1, -1
    return -1, -1


@borrowing
def limit_of(v: Longs, version: int, occurrence: int) -> int:
    """Return the place of the limit of an occurrence; the last one repeats."""
    return int(v[version, V_LIMIT] + min(occurrence, v[version, V_LIMITS] - 1))


@borrowing
def fixed_ends(
    version: int, anchor_e: int, trigger: int, act: int, late: int, horizon: int, fixed: Longs, ft: Longs, fa: Longs
) -> tuple[int, bool]:
    """Return the earliest `until: at` that counts, and whether one lies before the anchor (then nothing is owed)."""
    best, before = NEVER, False
    for item in range(len(fixed)):
        if fixed[item, F_VERSION] != version:
            continue
        at = ft[item, trigger] if act < 0 or fixed[item, F_BY_TRIGGER] else fa[item, act]
        if at == NONE:
            continue
        if at < anchor_e:
            before = True
        elif fixed[item, F_LATE] == late and at <= horizon and at < best:
            best = at
    return best, before


@borrowing
def follows_all(l: int, e: int, n: int, first: int, following: int, t: Longs) -> bool:  # noqa: E741
    """Say whether an end follows each of some triggers: by number where their spans overlap."""
    for row in range(first, following):
        if l < t[T_E, row] or not after(l, e, n, t[T_START_L, row], t[T_START_E, row], t[T_START_N, row]):
            return False
    return True


@borrowing
def ceasing(
    start: int,
    stop: int,
    horizon: int,
    version: int,
    anchor_e: int,
    act: int,
    first: int,
    following: int,
    late: int,
    t: Longs,
    u: Longs,
    fixed: Longs,
    ft: Longs,
    fa: Longs,
) -> tuple[int, int, int]:
    """Return (l, e, n) of the earliest end by `until`, `until: at` or the end of the state.

    An entry ends only if it follows every trigger the duty stands for, rows `first` to `following` of `t` (C5).
    """
    l, e, n = NEVER, NEVER, -1  # noqa: E741
    for row in range(start, stop):
        if u[U_VERSION, row] != version or u[U_LATE, row] != late or u[U_L, row] < anchor_e:
            continue
        if follows_all(u[U_L, row], u[U_E, row], u[U_N, row], first, following, t):
            l, e, n = u[U_L, row], u[U_E, row], u[U_N, row]  # noqa: E741
            break
    if len(fixed):
        at, _ = fixed_ends(version, anchor_e, first, act, late, horizon, fixed, ft, fa)
        if at < l:
            return at, NEVER, -1
    return l, e, n


@borrowing
def chain(
    first: int,
    stop: int,
    bucket: tuple[int, int, int, int],
    horizon: int,
    out: Longs,
    used: int,
    t: Longs,
    a: Longs,
    u: Longs,
    v: Longs,
    items: Longs,
    static: Flags,
    pairs: Longs,
    pa: Longs,
    pt: Longs,
    fixed: Longs,
    ft: Longs,
    fa: Longs,
    c: Longs,
) -> tuple[int, int]:
    """Follow the chain that one trigger opens; return the next trigger not taken and the rows written so far."""
    version, number, anchor, anchor_e, anchor_n = t[T_VERSION, first], 0, -1, t[T_E, first], t[T_N, first]
    clock = t[T_DUE, first], t[T_DUE_E, first], t[T_FROM, first], t[T_FORM, first]
    following, superseding, ceases = first + 1, replaced(first + 1, stop, t), bucket[2] < bucket[3] or len(fixed) > 0
    while True:
        act, how = -1, -1
        if number == 0 and v[version, V_CURRENT]:
            act, how = current_act(bucket[0], bucket[1], first, version, t, a, v, items, static, pairs, pa, pt, c)
        if act < 0:
            beyond = NONE if number == 0 else a[A_L, anchor]
            low = from_instant(a, bucket[0], bucket[1], t[T_SINCE, first] if number == 0 else beyond)
            act, how = first_act(low, bucket[1], beyond, first, version, t, a, v, items, static, pairs, pa, pt)
        late, soon, is_joining = (NEVER, NEVER, -1), (NEVER, NEVER, -1), True
        while is_joining:
            if ceases:
                span = bucket[2], bucket[3], horizon, version, anchor_e, anchor, first, following
                late = ceasing(*span, 1, t, u, fixed, ft, fa)
                soon = ceasing(*span, 0, t, u, fixed, ft, fa)
            at, end, by = (a[A_L, act], how, a[A_N, act]) if act >= 0 else (NEVER, OPEN, -1)
            at, end, by = first_end(at, end, by, late, soon, superseding, clock[0])
            is_joining = following < stop and t[T_AGAIN, following] != REPLACE and t[T_L, following] <= at
            if is_joining:
                clock, following = joined(following, t, clock), following + 1
        late_by = lateness_of(clock[0], clock[1], clock[3] == AGED, end, at, a[A_E, act] if act >= 0 else 0, horizon)
        row = (first, anchor_n, anchor, version, number, clock[2], clock[0], end, at, by, late_by)
        used = write(out, used, row, act if end <= DECLINED else -1, following - 1, 0)
        stopped = late[0] < at or soon[0] < at or superseding[0] <= at
        if end > DECLINED or stopped or not v[version, V_REPEAT]:
            return following, used
        version = a[A_VERSION, act] if a[A_L, act] >= t[T_L, first] else t[T_VERSION, first]
        past = len(fixed) > 0 and fixed_ends(version, a[A_E, act], first, act, 0, horizon, fixed, ft, fa)[1]
        if version < 0 or past:
            return following, used
        number, anchor, anchor_e, anchor_n = number + 1, act, a[A_E, act], a[A_N, act]
        limit = limit_of(v, version, number)
        clock = c[limit, act, 0], c[limit, act, 1], a[A_L, act], c[limit, act, 2]
        if clock[3] == LACKING:
            row = (first, anchor_n, anchor, version, number, NONE, NONE, OPEN, NEVER, -1, UNDECIDED)
            return following, write(out, used, row, -1, following - 1, 1)


@borrowing
def replaced(place: int, stop: int, t: Longs) -> tuple[int, int]:
    """Return (l, n) of the next trigger that replaces what is open; NEVER where there is none."""
    while place < stop and t[T_AGAIN, place] != REPLACE:
        place += 1
    return (t[T_L, place], t[T_N, place]) if place < stop else (NEVER, -1)


@borrowing
def first_end(
    at: int,
    end: int,
    by: int,
    late: tuple[int, int, int],
    soon: tuple[int, int, int],
    superseding: tuple[int, int],
    due: int,
) -> tuple[int, int, int]:
    """Return (instant, end, number) of what ends first, an act's given; at one instant in the order of ends.

    `late` ceases even a late duty, `soon` only one that is not late by then.
    """
    if late[0] < at:
        at, end, by = late[0], CEASED, late[2]
    if superseding[0] < at:
        at, end, by = superseding[0], SUPERSEDED, superseding[1]
    wins = soon[0] < at or (soon[0] == at and (end == SUPERSEDED or (end == CEASED and soon < late)))
    if wins and (due == NONE or soon[0] <= due):
        return soon[0], CEASED, soon[2]
    return at, end, by


Clock = tuple[int, int, int, int]


@borrowing
def joined(trigger: int, t: Longs, clock: Clock) -> Clock:
    """Return the clock that stands once a trigger has joined: the earliest due, with its `from`."""
    due = t[T_DUE, trigger]
    if due != NONE and (clock[0] == NONE or due < clock[0]):
        return due, t[T_DUE_E, trigger], t[T_FROM, trigger], t[T_FORM, trigger]
    return clock


Row = tuple[int, int, int, int, int, int, int, int, int, int, int]


@borrowing
def write(out: Longs, used: int, row: Row, act: int, last: int, lacking: int) -> int:
    """Write one row where there is room; the caller counts on and asks again with more room."""
    if used < out.shape[1]:
        for place, value in enumerate(row):
            out[place, used] = value
        out[11, used], out[12, used], out[13, used] = act, last, lacking
    return used + 1


@compiled
def walk(
    group_at: Longs,
    bucket_of: Longs,
    act_at: Longs,
    until_at: Longs,
    horizon: int,
    out: Longs,
    t: Longs,
    a: Longs,
    u: Longs,
    v: Longs,
    items: Longs,
    static: Flags,
    pairs: Longs,
    pa: Longs,
    pt: Longs,
    fixed: Longs,
    ft: Longs,
    fa: Longs,
    c: Longs,
) -> int:
    """Walk the groups of triggers; return how many rows there are, written as far as there was room."""
    used = 0
    for group in range(len(bucket_of)):
        place, stop, at = group_at[group], group_at[group + 1], bucket_of[group]
        bucket = (act_at[at], act_at[at + 1], until_at[at], until_at[at + 1])
        while place < stop:
            place, used = chain(
                place, stop, bucket, horizon, out, used, t, a, u, v, items, static, pairs, pa, pt, fixed, ft, fa, c
            )
    return used
