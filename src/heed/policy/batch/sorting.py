"""Orders without comparisons: stable sorts of whole numbers by their digits, and columns taken row by row once."""

from collections.abc import Mapping

import numpy as np

from .compiled import compiled
from .texts import Longs

DIGIT = 11  # bits of one pass: 2,048 counters stay in the nearest cache


@compiled
def stable_order(values: Longs) -> Longs:
    """Return the stable ascending order of whole numbers that lie less than 2⁶³ apart."""
    size = len(values)
    order = np.arange(size)
    low = high = values[0] if size else 0
    rising = True
    for row in range(1, size):
        rising &= values[row] >= values[row - 1]
        low, high = min(low, values[row]), max(high, values[row])
    if rising:
        return order
    keys, other_keys, other = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    for row in range(size):
        keys[row] = values[row] - low
    span, shift = high - low, 0
    while span >> shift > 0:
        counts = np.zeros((1 << DIGIT) + 1, np.int64)
        for row in range(size):
            counts[((keys[row] >> shift) & ((1 << DIGIT) - 1)) + 1] += 1
        if counts.max() < size:  # else all share the digit
            for digit in range(1 << DIGIT):
                counts[digit + 1] += counts[digit]
            for row in range(size):
                digit = (keys[row] >> shift) & ((1 << DIGIT) - 1)
                other_keys[counts[digit]], other[counts[digit]] = keys[row], order[row]
                counts[digit] += 1
            keys, other_keys, order, other = other_keys, keys, other, order
        shift += DIGIT
    return order


@compiled
def bucketed(bucket: Longs, count: int) -> tuple[Longs, Longs]:
    """Return where each bucket's rows begin, and the rows bucket by bucket in their own order; -1 is no bucket."""
    starts = np.zeros(count + 1, np.int64)
    for row in range(len(bucket)):
        if bucket[row] >= 0:
            starts[bucket[row] + 1] += 1
    for at in range(count):
        starts[at + 1] += starts[at]
    place = starts[:count].copy()
    rows = np.empty(starts[count], np.int64)
    for row in range(len(bucket)):
        if bucket[row] >= 0:
            rows[place[bucket[row]]] = row
            place[bucket[row]] += 1
    return starts, rows


def ordered(late: Longs, early: Longs, number: Longs) -> Longs:
    """Return the order by (l, e, n): one stable sort by l, then the few ties set right."""
    order = stable_order(late)
    settle_ties(order, late, early, number)
    return order


@compiled
def settle_ties(order: Longs, late: Longs, early: Longs, number: Longs) -> None:
    """Order each run of equal l by (e, n), by insertion: runs are short and mostly in order."""
    for at in range(1, len(order)):
        row, place = order[at], at
        while place > 0:
            other = order[place - 1]
            if late[other] != late[row] or early[other] < early[row]:
                break
            if early[other] == early[row] and number[other] < number[row]:
                break
            order[place] = other
            place -= 1
        order[place] = row


def constant(value: int, size: int) -> Longs:
    """Return a column of one value without taking room for it."""
    return np.broadcast_to(np.int64(value), (size,))


def is_constant(column: Longs) -> bool:
    """Say whether a column is one value repeated without taking room."""
    return column.strides == (0,)


def picked(columns: Mapping[str, Longs], rows: Longs) -> dict[str, Longs]:
    """Return some rows of columns; a column that goes by several names is taken once, a constant one not at all."""
    done: dict[int, Longs] = {}
    found: dict[str, Longs] = {}
    for name, column in columns.items():
        if id(column) not in done:
            done[id(column)] = constant(int(column[0]), len(rows)) if _same(column) else column.take(rows, axis=-1)
        found[name] = done[id(column)]
    return found


def sliced(columns: Mapping[str, Longs], first: int, last: int) -> dict[str, Longs]:
    """Return neighbouring rows of columns without copying them; what is one column stays one."""
    done = {id(column): column[first:last] for column in columns.values()}
    return {name: done[id(column)] for name, column in columns.items()}


def _same(column: Longs) -> bool:
    return is_constant(column) and len(column) > 0


@compiled
def places_in(ascending: Longs, values: Longs) -> Longs:
    """Return each value's place among ascending ones, -1 where it is none; near values are found near one another."""
    found, low = np.empty(len(values), np.int64), 0
    size = len(ascending)
    for row in range(len(values)):
        value = values[row]
        if low >= size or ascending[low] > value or (low + 8 < size and ascending[low + 8] < value):
            low = int(np.searchsorted(ascending, value))
        while low < size and ascending[low] < value:
            low += 1
        found[row] = low if low < size and ascending[low] == value else -1
    return found
