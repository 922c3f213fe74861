"""One batch of an extract as a thread leaves it: seconds, keys as places in the bytes, nothing that others share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.times import BASE, day_starts
from heed.policy.words import Kinds

from .facts import members, mentions, name_hash
from .scan import spans
from .shapes import Shapes
from .sorting import bucketed, picked
from .source import coded_column, numbers_in, text_column, texts_in
from .table import COLUMN_TEXTS, Bools
from .texts import Codes, Hashes, Longs, hashes_of

ODD_KINDS = ("entry.retracted.", "identity.linked.", "identity.unlinked.", "duty.")
# A row that names what it corrects, in plain letters or, where it was not read plainly, perhaps in escapes.
CORRECTS, ESCAPE = np.frombuffer(b'"corrects"', np.uint8), np.frombuffer(b"\\u", np.uint8)
NO_NAMES = np.empty(0, np.uint64)
Texts = tuple[npt.NDArray[np.uint8], Longs]  # the bytes of a column and where each text begins


@dataclass
class Part:
    """The rows of one kind among those of all kinds wanted, and those of them that are not vouched for."""

    kind: str
    first: int
    last: int
    lists: Longs  # (row of the part, slot, begin, end)
    strange: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


@dataclass
class Wanted:
    """The rows of the kinds wanted, kind by kind: their columns, and where the texts wanted stand."""

    columns: dict[str, Longs]
    erased: Bools
    places: Longs  # (begin, end) by row and slot
    values: Hashes  # of the text at each place
    parts: list[Part]

    def without(self, drop: Bools, slots: Mapping[str, int]) -> "Wanted":
        """Return what is left without some rows; which rows are strange is asked afterwards."""
        kept, before = np.flatnonzero(~drop), np.concatenate(([0], np.cumsum(~drop)))
        counts = np.array([slots[part.kind] for part in self.parts])
        texts = np.repeat(~drop, np.repeat(counts, [part.last - part.first for part in self.parts]))
        parts = []
        for part in self.parts:
            first, row = int(before[part.first]), part.lists[:, 0] + part.first
            lists = np.column_stack((before[row] - first, part.lists[:, 1:]))[~drop[row]]
            parts.append(Part(part.kind, first, int(before[part.last]), lists))
        return Wanted(picked(self.columns, kept), self.erased[kept], self.places[texts], self.values[texts], parts)


@dataclass
class Scanned:
    """One batch; rows left to the plain reader as they stand, without the columns that were not read."""

    size: int
    data: npt.NDArray[np.uint8]
    n: Longs
    kind: Codes  # by the numbers of `Shapes`
    e: Longs
    l: Longs  # noqa: E741 - the letters of duties.md
    recorded: Longs
    wanted: Wanted
    wide: dict[str, Any] = field(default_factory=dict)  # the distinct texts of each column read
    odd: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


class Scanner:
    """What every batch is scanned for."""

    def __init__(
        self, wants: Mapping[str, tuple[str, ...]], registry: Kinds | None, used: frozenset[str], read: frozenset[str]
    ) -> None:
        self.wants, self.registry, self.used, self.read = wants, registry, used, read
        self.hashes = [np.array([name_hash(x) for x in names], np.uint64) for names in wants.values()]
        self.shapes = Shapes(self.hashes, {kind: number for number, kind in enumerate(wants)})

    def scan(self, batch: Any) -> Scanned:
        """Scan one batch."""
        n, wrong = numbers_in(batch.column("n"))
        timed = day_starts(), BASE
        e, l, bad = spans(*texts_in(batch, "occurred_at"), *timed, False)  # noqa: E741
        recorded, _, unrecorded = spans(*texts_in(batch, "recorded_at"), *timed, True)
        coded = {name: coded_column(batch.column(name)) for name in ("kind", *COLUMN_TEXTS) if name in self.read}
        for texts, places in coded.values():
            wrong |= np.array([not text for text in texts.to_pylist()])[places] if _has_empty(texts, places) else False
        names = coded["kind"][0].to_pylist()
        wrong |= bad | unrecorded | self._changing(names)[coded["kind"][1]]
        kind = np.array([self.shapes.number(name) for name in names], np.int32).take(coded["kind"][1])
        wide = {name: texts for name, (texts, _) in coded.items() if name in self.used}
        columns = {"n": n, "e": e, "l": l, "recorded": recorded, **{name: coded[name][1] for name in wide}}
        offsets, data = text_column(batch.column("facts"))
        wanted = self._facts(batch, (data, offsets), kind, columns, wrong)
        found = Scanned(len(batch), data, n, kind, e, l, recorded, wanted, wide)
        return _set_aside(batch, found, wrong) if bool(wrong.any()) else found

    def _changing(self, names: list[str]) -> Bools:
        """Mark the kinds that change other rows, or are not in the registry: the plain reader takes their rows."""
        registry = self.registry
        return np.array([x.startswith(ODD_KINDS) or (registry is not None and x not in registry) for x in names])

    def _facts(self, batch: Any, facts: Texts, kind: Codes, columns: dict[str, Longs], wrong: Bools) -> Wanted:
        """Read the facts, kind by kind; of kinds not wanted, only whether they are well written and correct nothing."""
        starts, order = bucketed(np.where(wrong, -1, kind), len(self.shapes.numbers))
        looked = self.shapes.look(*facts, order, starts)
        rows, offsets = order[: starts[len(self.wants)]], facts[1]
        parts = [
            Part(name, int(first), int(last), looked.lists[begin:end])
            for name, first, last, begin, end in zip(
                self.wants, starts, starts[1:], looked.lists_at, looked.lists_at[1:], strict=False
            )
        ]
        erased = offsets[rows + 1] == offsets[rows]
        found = Wanted(picked(columns, rows), erased, looked.places, looked.values, parts)
        if bool(looked.missed.any()):
            self._others(facts, order[len(rows) :], looked.missed[len(rows) :], wrong)
            return self._closely(batch, facts, rows, found, looked.missed, wrong)
        return found

    def _others(self, facts: Texts, rows: Longs, missed: Bools, wrong: Bools) -> None:
        """Look closely at rows of kinds not wanted: what may correct another, or is not vouched for, is left."""
        _, _, odd, changes = members(*facts, rows[missed], NO_NAMES)
        wrong[rows[missed][odd | changes]] = True

    def _closely(self, batch: Any, facts: Texts, rows: Longs, found: Wanted, missed: Bools, wrong: Bools) -> Wanted:
        """Look closely, name by name, at the rows of wanted kinds that have no known shape."""
        base, odd = 0, np.zeros(len(rows), np.bool_)
        for part, wanted in zip(found.parts, self.hashes, strict=True):
            size, slots = part.last - part.first, len(wanted)
            at = np.flatnonzero(missed[part.first : part.last])
            if len(at):
                chosen = rows[part.first + at]
                places, lists, strange, changes = members(*facts, chosen, wanted)
                if bool(strange.any()):
                    changes |= strange & (mentions(*facts, chosen, CORRECTS) | mentions(*facts, chosen, ESCAPE))
                texts = (base + at[:, None] * slots + np.arange(slots)).reshape(-1)
                found.places[texts] = places.reshape(-1, 2)
                found.values[texts] = hashes_of(facts[0], places.reshape(-1, 2))
                lists[:, 0] = at[lists[:, 0]]
                part.lists = np.concatenate((part.lists, lists))
                wrong[chosen[changes]], odd[part.first + at[strange]] = True, True
            base += size * slots
        drop = wrong[rows]
        if bool(drop.any()):
            found = found.without(drop, {kind: len(names) for kind, names in self.wants.items()})
        rows, odd = rows[~drop], odd[~drop]
        for part in found.parts:
            left = np.flatnonzero(odd[part.first : part.last])
            part.strange = [(int(at), row_at(batch, int(rows[part.first + at]))) for at in left]
        return found


def _set_aside(batch: Any, found: Scanned, wrong: Bools) -> Scanned:
    """Leave rows to the plain reader."""
    found.odd = [(int(at), row_at(batch, int(at))) for at in np.flatnonzero(wrong)]
    kept, exact = np.flatnonzero(~wrong), found.e is found.l
    found.n, found.kind, found.recorded = found.n[kept], found.kind[kept], found.recorded[kept]
    found.l = found.l[kept]
    found.e = found.l if exact else found.e[kept]
    return found


def _has_empty(texts: Any, places: Longs) -> bool:
    """Say whether some row has no text: the empty one stands last, and is seldom meant."""
    return texts.null_count > 0 or bool((places == len(texts) - 1).any()) or "" in texts[:-1].to_pylist()


def row_at(batch: Any, at: int) -> dict[str, Any]:
    """Return one row as the plain reader takes it."""
    row: dict[str, Any] = batch.slice(at, 1).to_pylist()[0]
    return row
