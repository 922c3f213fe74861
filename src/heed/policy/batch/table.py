"""The rows of one kind as columns: numbers and codes of texts only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heed.policy.entries import Entry, texts_of

from .sorting import picked, stable_order
from .texts import MANY, MISSING, Longs, Texts

Bools = npt.NDArray[np.bool_]
COLUMN_TEXTS = ("actor", "agency", "subject")


@dataclass
class Table:
    """The rows of one kind, as columns; `more` holds (row, slot, code) of members that are lists, row after row.

    Where all times are exact, `e` is the very column `l`, so that whatever follows handles it once.
    """

    kind: str
    names: tuple[str, ...]
    columns: dict[str, Longs]  # n, e, l, recorded, actor, agency, subject
    codes: npt.NDArray[np.int32]
    more: Longs
    erased: Bools

    def __len__(self) -> int:
        return len(self.columns["n"])

    def take(self, at: Longs) -> "Table":
        """Return the rows at these places, in this order."""
        more = self.more
        if len(more):
            place = np.full(len(self), -1, np.int64)
            place[at] = np.arange(len(at))
            rows = place[more[:, 0]]
            more = np.column_stack((rows, more[:, 1:]))[rows >= 0]
            more = more[stable_order(more[:, 0].copy())]
        return Table(self.kind, self.names, picked(self.columns, at), self.codes[at], more, self.erased[at])


def empty(kind: str, names: tuple[str, ...]) -> Table:
    none = np.empty(0, np.int64)
    columns = dict.fromkeys(("n", "e", "l", "recorded", *COLUMN_TEXTS), none)
    codes = np.empty((0, len(names)), np.int32)
    return Table(kind, names, columns, codes, np.empty((0, 3), np.int64), np.empty(0, np.bool_))


def joined(parts: Sequence[Table]) -> Table:
    first = parts[0]
    if len(parts) == 1:
        return _once(first)
    starts = np.cumsum([0, *(len(part) for part in parts)])
    more = [np.column_stack((p.more[:, 0] + at, p.more[:, 1:])) for p, at in zip(parts, starts, strict=False)]
    exact = all(part.columns["e"] is part.columns["l"] for part in parts)
    names = [name for name in first.columns if name != "e" or not exact]
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in names}
    if exact:
        columns["e"] = columns["l"]
    codes = np.concatenate([part.codes for part in parts])
    erased = np.concatenate([part.erased for part in parts])
    return _once(Table(first.kind, first.names, columns, codes, np.concatenate(more), erased))


def _once(table: Table) -> Table:
    """Let `e` be `l` itself where every time is exact, and the lists stand row after row."""
    columns = table.columns
    if columns["e"] is not columns["l"] and np.array_equal(columns["e"], columns["l"]):
        table.columns["e"] = table.columns["l"]
    table.more = table.more[stable_order(table.more[:, 0].copy())]
    return table


def codes_in(entry: Entry, name: str, texts: Texts) -> list[int] | None:
    """Return the codes of a member as the plain reader sees it, None where it is absent."""
    value = entry.refs.get(name)
    if value is None:
        value = (entry.facts or {}).get(name)
    return None if value is None else [texts.code(text) for text in texts_of(value)]


def stored(codes: list[int] | None) -> int:
    """Return what a slot holds for a member: its code, MISSING, or MANY where `more` has the members."""
    if codes is None:
        return MISSING
    return codes[0] if len(codes) == 1 else MANY
