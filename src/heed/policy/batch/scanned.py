"""One batch of an extract as a thread leaves it: seconds, keys as places in the bytes, nothing that others share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.times import BASE, day_starts
from heed.policy.words import Kinds

from .scan import members, mentions, month_starts, name_hash, spans
from .sorting import bucketed, picked
from .source import coded_column, numbers_in, text_column, texts_in
from .table import COLUMN_TEXTS, Bools
from .texts import Longs

ODD_KINDS = ("entry.retracted.", "identity.linked.", "identity.unlinked.", "duty.")
CORRECTS = np.frombuffer(b'"corrects"', np.uint8)


@dataclass
class Part:
    """The rows of one kind: their columns, where the wanted texts stand, and the rows not vouched for."""

    kind: str
    columns: dict[str, Longs]
    places: Longs
    lists: Longs
    erased: Bools
    strange: list[tuple[int, dict[str, Any]]]


@dataclass
class Scanned:
    """One batch; rows left to the plain reader as they stand, without the columns that were not read."""

    size: int
    data: npt.NDArray[np.uint8]
    n: Longs
    kinds: list[str]
    kind: Longs
    e: Longs
    l: Longs  # noqa: E741 - the letters of duties.md
    recorded: Longs
    wide: dict[str, Any] = field(default_factory=dict)  # the distinct texts of each column read
    parts: list[Part] = field(default_factory=list)
    odd: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


class Scanner:
    """What every batch is scanned for."""

    def __init__(
        self, wants: Mapping[str, tuple[str, ...]], registry: Kinds | None, used: frozenset[str], read: frozenset[str]
    ) -> None:
        self.wants, self.registry, self.used, self.read = wants, registry, used, read
        self.hashes = {kind: np.array([name_hash(x) for x in names], np.uint64) for kind, names in wants.items()}

    def scan(self, batch: Any) -> Scanned:
        """Scan one batch."""
        n, wrong = numbers_in(batch.column("n"))
        timed = day_starts(), BASE
        e, l, bad = spans(*texts_in(batch, "occurred_at"), *timed, False, month_starts())  # noqa: E741
        recorded, _, unrecorded = spans(*texts_in(batch, "recorded_at"), *timed, True, month_starts())
        coded = {name: coded_column(batch.column(name)) for name in ("kind", *COLUMN_TEXTS) if name in self.read}
        for texts, places in coded.values():
            wrong |= np.array([not text for text in texts.to_pylist()])[places] if _has_empty(texts, places) else False
        names = coded["kind"][0].to_pylist()
        kind = coded["kind"][1]
        wrong |= bad | unrecorded | self._changing(names)[kind]
        offsets, data = text_column(batch.column("facts"))
        found = Scanned(len(batch), data, n, names, kind, e, l, recorded)
        found.wide = {name: texts for name, (texts, _) in coded.items() if name in self.used}
        columns = {"n": n, "e": e, "l": l, "recorded": recorded}
        columns |= {name: coded[name][1] for name in found.wide}
        self._parts(batch, found, columns, offsets, wrong)
        return found

    def _changing(self, names: list[str]) -> Bools:
        """Mark the kinds that change other rows, or are not in the registry: the plain reader takes their rows."""
        registry = self.registry
        return np.array([x.startswith(ODD_KINDS) or (registry is not None and x not in registry) for x in names])

    def _parts(self, batch: Any, found: Scanned, columns: dict[str, Longs], offsets: Longs, wrong: Bools) -> None:
        """Scan the facts of the kinds wanted; of the other kinds, only whether a row may correct another."""
        slots = {kind: slot for slot, kind in enumerate(self.wants)}
        of_kind = np.array([slots.get(name, len(slots)) for name in found.kinds])
        starts, order = bucketed(np.where(wrong, -1, of_kind[found.kind]), len(slots) + 1)
        rest = order[starts[-2] :]
        wrong[rest[mentions(found.data, offsets, rest, CORRECTS)]] = True
        for slot, kind in enumerate(self.wants):
            rows = order[starts[slot] : starts[slot + 1]]
            if len(rows):
                found.parts.append(self._part(batch, found.data, kind, rows, columns, offsets, wrong))
        if bool(wrong.any()):
            found.odd = [(int(at), row_at(batch, int(at))) for at in np.flatnonzero(wrong)]
            kept = np.flatnonzero(~wrong)
            found.n, found.kind, found.recorded = found.n[kept], found.kind[kept], found.recorded[kept]
            found.e, found.l = found.e[kept], found.l[kept]

    def _part(
        self,
        batch: Any,
        data: npt.NDArray[np.uint8],
        kind: str,
        rows: Longs,
        columns: dict[str, Longs],
        offsets: Longs,
        wrong: Bools,
    ) -> Part:
        places, lists, odd, changes = members(data, offsets, rows, self.hashes[kind])
        if bool(odd.any()):
            changes |= odd & mentions(data, offsets, rows, CORRECTS)
        if bool(changes.any()):
            wrong[rows[changes]] = True
            rows = rows[~changes]
            places, lists, odd, _ = members(data, offsets, rows, self.hashes[kind])
        erased = offsets[rows + 1] == offsets[rows]
        strange = [(int(at), row_at(batch, int(rows[at]))) for at in np.flatnonzero(odd & ~erased)]
        return Part(kind, picked(columns, rows), places, lists, erased, strange)


def _has_empty(texts: Any, places: Longs) -> bool:
    """Say whether some row has no text: the empty one stands last, and is seldom meant."""
    return texts.null_count > 0 or bool((places == len(texts) - 1).any()) or "" in texts[:-1].to_pylist()


def row_at(batch: Any, at: int) -> dict[str, Any]:
    """Return one row as the plain reader takes it."""
    row: dict[str, Any] = batch.slice(at, 1).to_pylist()[0]
    return row
