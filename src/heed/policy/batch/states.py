"""States over time, for every key at once: what holds at an instant, what held just before, when a hold begins."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heed.policy.words import State

from .compiled import borrowing, compiled
from .groups import codes_in_slot, keys_of, merged
from .prepare import Prepared
from .sorting import bucketed
from .table import Table
from .texts import MANY, MISSING, Codes, Longs

ABSENT = -3  # the state has no value
NEVER = 2**62
STANDING, ENDED, ALL_ENDED = range(3)
Lines = tuple[Codes, Longs, Longs, Longs, Codes, Longs, Longs, Longs, Codes]


@dataclass
class Line:
    """One state: settings and ends gathered by key. `arrays` is what the compiled functions take."""

    state: State
    arrays: Lines  # starts of sets, l, e, n; starts of ends, l, e, n; values
    agency: Longs
    rising: npt.NDArray[np.bool_]
    set_keys: Longs


def line_of(prepared: Prepared, state: State) -> Line:
    """Return a state's settings and ends by key."""
    sets = _rows(prepared, state, state.starts)
    ends = _rows(prepared, state, state.ends)
    count = len(prepared.canonical)
    at, order = _by_key(sets["key"], count)
    end_at, end_order = _by_key(ends["key"], count)
    sets = {name: column[order] for name, column in sets.items()}
    ends = {name: column[end_order] for name, column in ends.items()}
    arrays = (
        *(at, sets["l"], sets["e"], sets["n"], end_at, ends["l"], ends["e"], ends["n"]),
        sets["value"].astype(np.int32),
    )
    rising = rising_of(arrays, sets["key"])
    return Line(state, arrays, sets["agency"], rising, sets["key"])


def _by_key(keys: Longs, count: int) -> tuple[Codes, Longs]:
    """Gather rows by key; where each key's begin is kept for every code, so in half the room."""
    if not len(keys):
        return np.zeros(count + 1, np.int32), keys
    starts, order = bucketed(keys, count)
    return starts.astype(np.int32), order


def _rows(prepared: Prepared, state: State, kinds: tuple[str, ...]) -> dict[str, Longs]:
    parts = []
    for kind in dict.fromkeys(kinds):
        table = prepared.tables[kind]
        rows, keys = keys_of(prepared, table, state.key)
        columns = {name: table.columns[name][rows] for name in ("l", "e", "n", "agency")}
        parts.append({**columns, "key": keys, "value": _values(table, state, rows, kinds)})
    if not parts:
        return {name: np.empty(0, np.int64) for name in ("l", "e", "n", "agency", "key", "value")}
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if len(parts) == 1:
        return joined
    order = merged([(part["l"], part["e"], part["n"]) for part in parts])
    return {name: column[order] for name, column in joined.items()}


def _values(table: Table, state: State, rows: Longs, kinds: tuple[str, ...]) -> Longs:
    if state.value is None or kinds != state.starts:
        return np.zeros(len(rows), np.int64)
    return codes_in_slot(table, state.value)[rows].astype(np.int64)


@borrowing
def after(end_l: int, end_e: int, end_n: int, start_l: int, start_e: int, start_n: int) -> bool:
    """Say whether an end is one of this start: wholly after it, or overlapping and with the greater number."""
    if end_e <= start_l and start_e <= end_l:
        return end_n > start_n
    return end_e > start_l


@borrowing
def ended(arrays: Lines, key: int, place: int, at: int) -> int:
    """Return STANDING, ENDED before `at`, or ALL_ENDED where that end is wholly after it: so after all earlier ones."""
    _, set_l, set_e, set_n, ends, end_l, end_e, end_n, _ = arrays
    found = STANDING
    for row in range(ends[key], ends[key + 1]):
        if end_l[row] >= at:
            break
        if after(end_l[row], end_e[row], end_n[row], set_l[place], set_e[place], set_n[place]):
            if end_e[row] > set_l[place]:
                return ALL_ENDED
            found = ENDED
    return found


@borrowing
def standing(arrays: Lines, key: int, place: int, at: int) -> int:
    """Return the last setting of a key up to `place` that nothing ended before `at`, -1 where there is none (C3)."""
    while place >= arrays[0][key]:
        how = ended(arrays, key, place, at)
        if how == STANDING:
            return place
        if how == ALL_ENDED:
            return -1
        place -= 1
    return -1


@borrowing
def place_at(arrays: Lines, key: int, at: int) -> int:
    """Return the setting that holds at an instant, -1 where the state has no value."""
    sets, set_l = arrays[0], arrays[1]
    low, high = int(sets[key]), int(sets[key + 1])
    while low < high:
        middle = (low + high) // 2
        if set_l[middle] <= at:
            low = middle + 1
        else:
            high = middle
    return standing(arrays, key, low - 1, at)


@borrowing
def place_before(arrays: Lines, key: int, l: int, e: int, n: int) -> int:  # noqa: E741
    """Return the setting that held just before an entry, -1 where there was none."""
    sets, set_l, set_e, set_n = arrays[0], arrays[1], arrays[2], arrays[3]
    place = int(sets[key + 1] - 1)
    while place >= sets[key]:
        earlier = set_l[place] < l or (
            set_l[place] == l and (set_e[place] < e or (set_e[place] == e and set_n[place] < n))
        )
        if earlier:
            break
        place -= 1
    return standing(arrays, key, place, l)


@borrowing
def tied(arrays: Lines, key: int, place: int, at: int) -> bool:
    """Say whether two settings of one instant that both stand state different values."""
    sets, set_l, values = arrays[0], arrays[1], arrays[8]
    row = place - 1
    while row >= sets[key] and set_l[row] == set_l[place]:
        if values[row] != values[place] and ended(arrays, key, row, at) == STANDING:
            return True
        row -= 1
    return False


@compiled
def read_at(arrays: Lines, keys: Longs, at: Longs) -> tuple[Codes, npt.NDArray[np.bool_], Longs]:
    """Return the value, whether it is a tie, and the setting, for each key at its instant."""
    values, ties = np.empty(len(keys), np.int32), np.zeros(len(keys), np.bool_)
    places = np.empty(len(keys), np.int64)
    for row in range(len(keys)):
        place = place_at(arrays, keys[row], at[row]) if keys[row] >= 0 else -1
        places[row] = place
        values[row] = arrays[8][place] if place >= 0 else ABSENT
        if place >= 0:
            ties[row] = tied(arrays, keys[row], place, at[row])
    return values, ties, places


@compiled
def read_before(
    arrays: Lines, keys: Longs, late: Longs, early: Longs, number: Longs
) -> tuple[Codes, npt.NDArray[np.bool_], Longs]:
    """Return the value just before each entry, whether it is a tie, and the setting."""
    values, ties = np.empty(len(keys), np.int32), np.zeros(len(keys), np.bool_)
    places = np.empty(len(keys), np.int64)
    for row in range(len(keys)):
        place = place_before(arrays, keys[row], late[row], early[row], number[row]) if keys[row] >= 0 else -1
        places[row] = place
        values[row] = arrays[8][place] if place >= 0 else ABSENT
        if place >= 0:
            ties[row] = tied(arrays, keys[row], place, late[row])
    return values, ties, places


@compiled
def rising_of(arrays: Lines, keys: Longs) -> npt.NDArray[np.bool_]:
    """Say of each setting whether every earlier one had been ended before it (C3)."""
    found = np.ones(len(keys), np.bool_)
    for row in range(len(keys)):
        before = row - 1
        while before >= arrays[0][keys[row]]:
            how = ended_between(arrays, keys[row], before, row)
            if how != ENDED:
                found[row] = how == ALL_ENDED
                break
            before -= 1
    return found


@borrowing
def ended_between(arrays: Lines, key: int, before: int, row: int) -> int:
    """Return, as `ended` does, how a setting stood when a later one came."""
    _, l, e, n, ends, end_l, end_e, end_n, _ = arrays  # noqa: E741
    found = STANDING
    for end in range(ends[key], ends[key + 1]):
        of_before = after(end_l[end], end_e[end], end_n[end], l[before], e[before], n[before])
        if of_before and not after(end_l[end], end_e[end], end_n[end], l[row], e[row], n[row]):
            if end_e[end] > l[before]:
                return ALL_ENDED
            found = ENDED
    return found


__all__ = ["ABSENT", "MANY", "MISSING", "Line", "line_of"]
