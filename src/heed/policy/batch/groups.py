"""Rows gathered by key: a counting sort that keeps their order, and the keys each row carries."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .compiled import compiled
from .prepare import Prepared
from .sorting import ordered
from .table import Table
from .texts import MANY, Codes, Longs

COLUMN_NAMES = ("actor", "agency", "subject")


class NotRegular(Exception):
    """A clause has something that the compiled walk does not do; it is judged key by key instead."""


def codes_in_slot(table: Table, name: str) -> npt.NDArray[np.int32]:
    """Return a field's codes, whether it is a column or a member."""
    if name in COLUMN_NAMES:
        return table.columns[name].astype(np.int32)
    if name not in table.names:
        raise NotRegular(f"{name} was not read")
    return table.codes[:, table.names.index(name)]


def keys_of(prepared: Prepared, table: Table, name: str, *, mapped: bool = True) -> tuple[Longs, Longs]:
    """Return (row, key) for every key that rows carry in a role, each once, row by row, through the links."""
    codes = codes_in_slot(table, name)
    lists = table.more[table.more[:, 1] == table.names.index(name)] if name in table.names else table.more[:0]
    canonical = prepared.canonical if mapped else np.empty(0, np.int32)
    return spread(np.ascontiguousarray(codes), canonical, lists[:, 0].copy(), lists[:, 2].copy())


@compiled
def spread(codes: Codes, canonical: Codes, list_rows: Longs, list_codes: Longs) -> tuple[Longs, Longs]:
    """Return the rows and keys of a column of codes, lists spread out; an empty `canonical` maps nothing."""
    size = len(codes) + len(list_rows)
    rows, keys, used, at = np.empty(size, np.int64), np.empty(size, np.int64), 0, 0
    for row in range(len(codes)):
        code = codes[row]
        if code >= 0:
            rows[used], keys[used] = row, canonical[code] if len(canonical) else code
            used += 1
        elif code == MANY:
            while at < len(list_rows) and list_rows[at] < row:
                at += 1
            first = used
            while at < len(list_rows) and list_rows[at] == row:
                key = int(canonical[list_codes[at]]) if len(canonical) else int(list_codes[at])
                used = inserted(keys, first, used, key)
                at += 1
            rows[first:used] = row
    return rows[:used], keys[:used]


@compiled
def inserted(keys: Longs, first: int, used: int, key: int) -> int:
    """Put a key in its place among the ascending keys from `first` on, once; return where they end now."""
    place = used
    while place > first and keys[place - 1] > key:
        place -= 1
    if place > first and keys[place - 1] == key:
        return used
    keys[place + 1 : used + 1] = keys[place:used].copy()
    keys[place] = key
    return used + 1


@dataclass
class Keyed:
    """Rows of a table, one for each combination of the keys they carry: `at` the row, `keys` by role."""

    at: Longs
    keys: dict[str, Longs]

    def is_whole(self, size: int) -> bool:
        """Say whether these are all rows of a table of so many, each once."""
        return len(self.at) == size and bool(np.all(self.at[1:] > self.at[:-1]))

    def kept(self, chosen: npt.NDArray[np.bool_]) -> "Keyed":
        """Return the rows chosen."""
        return self if bool(chosen.all()) else self.taken(np.flatnonzero(chosen))

    def taken(self, rows: Longs) -> "Keyed":
        """Return some of the rows."""
        return Keyed(self.at[rows], {role: keys[rows] for role, keys in self.keys.items()})


def keyed(prepared: Prepared, table: Table, roles: Sequence[str], *, own: bool = False) -> Keyed:
    """Return the rows that carry a key in every role; with `own`, a row's `trigger` is its own number."""
    found = Keyed(np.arange(len(table)), {})
    for role in roles:
        if role == "trigger":
            rows, keys = (found.at, table.columns["n"][found.at]) if own else _numbers(prepared, table)
        else:
            rows, keys = keys_of(prepared, table, role)
        if own and role == "trigger":
            found.keys[role] = keys
            continue
        found = crossed(found, role, rows, keys, len(table))
    return found


def crossed(found: Keyed, role: str, rows: Longs, keys: Longs, size: int) -> Keyed:
    """Cross the rows found so far with the keys of one more role."""
    # Aligned only where each row stands once: two keys and two members of one row make four.
    if len(rows) == len(found.at) and np.array_equal(rows, found.at) and bool(np.all(rows[1:] > rows[:-1])):
        return Keyed(found.at, {**found.keys, role: keys})
    repeat, chosen = pairs(found.at, rows, size)
    crossed = found.taken(repeat)
    crossed.keys[role] = keys[chosen]
    return crossed


@compiled
def pairs(at: Longs, rows: Longs, size: int) -> tuple[Longs, Longs]:
    """Return, for every place of `at` with every place of the ascending `rows` that holds the same row, both places."""
    starts = np.zeros(size + 1, np.int64)
    for row in rows:
        starts[row + 1] += 1
    for row in range(size):
        starts[row + 1] += starts[row]
    count = 0
    for row in at:
        count += starts[row + 1] - starts[row]
    left, right, used = np.empty(count, np.int64), np.empty(count, np.int64), 0
    for place in range(len(at)):
        for other in range(starts[at[place]], starts[at[place] + 1]):
            left[used], right[used] = place, other
            used += 1
    return left, right


def _numbers(prepared: Prepared, table: Table) -> tuple[Longs, Longs]:
    """Return (row, number) for rows that refer to an entry; a correction's number means the entry it corrects."""
    rows, codes = keys_of(prepared, table, "trigger", mapped=False)
    values, inverse = np.unique(codes, return_inverse=True)
    texts = [prepared.texts.text(int(code)) for code in values]
    texts = [prepared.known.roots.get(text, text) for text in texts]
    numbers = np.array([int(text) if text.isdigit() else -1 for text in texts], np.int64)
    found = numbers[inverse] if len(values) else np.empty(0, np.int64)
    keep = found >= 0
    return rows[keep], found[keep]


def merged(parts: Sequence[tuple[Longs, Longs, Longs]]) -> Longs:
    """Return the order in which rows of several kinds, given as (l, e, n), follow each other."""
    late, early, number = (np.concatenate(column) for column in zip(*parts, strict=True))
    return ordered(late, early, number)
