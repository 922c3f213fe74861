"""Rows gathered by key: a counting sort that keeps their order, and the keys each row carries."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .compiled import compiled
from .load import Table
from .prepare import Prepared, ordered
from .texts import MANY, Longs

COLUMN_NAMES = ("actor", "agency", "subject")


class NotRegular(Exception):
    """A clause has something that the compiled walk does not do; it is judged key by key instead."""


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


def codes_in_slot(table: Table, name: str) -> npt.NDArray[np.int32]:
    """Return a field's codes, whether it is a column or a member."""
    if name in COLUMN_NAMES:
        return table.columns[name].astype(np.int32)
    if name not in table.names:
        raise NotRegular(f"{name} was not read")
    return table.codes[:, table.names.index(name)]


def keys_of(prepared: Prepared, table: Table, name: str, *, mapped: bool = True) -> tuple[Longs, Longs]:
    """Return (row, key) for every key that rows carry in a role, each once, through the links."""
    codes = codes_in_slot(table, name)
    rows = np.flatnonzero(codes >= 0)
    canonical = prepared.canonical
    found = canonical[codes[rows]] if mapped else codes[rows]
    if name in COLUMN_NAMES or not bool(np.any(codes == MANY)):
        return rows, found.astype(np.int64)
    lists = table.more[table.more[:, 1] == table.names.index(name)]
    more = canonical[lists[:, 2]] if mapped else lists[:, 2]
    every = np.stack((np.concatenate((rows, lists[:, 0])), np.concatenate((found, more))))
    every = np.unique(every, axis=1) if len(lists) else every
    return every[0], every[1].astype(np.int64)


@dataclass
class Keyed:
    """Rows of a table, one for each combination of the keys they carry: `at` the row, `keys` by role."""

    at: Longs
    keys: dict[str, Longs]

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
    if len(rows) == len(found.at) and np.array_equal(rows, found.at):
        return Keyed(found.at, {**found.keys, role: keys})
    starts, order = bucketed(rows, size)
    counts = (starts[1:] - starts[:-1])[found.at]
    repeat = np.repeat(np.arange(len(found.at)), counts)
    within = np.arange(len(repeat)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = order[starts[found.at[repeat]] + within] if len(repeat) else np.empty(0, np.int64)
    crossed = found.taken(repeat)
    crossed.keys[role] = keys[chosen]
    return crossed


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
