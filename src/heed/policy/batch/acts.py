"""The acts and the ends of a clause as columns, gathered by key: which rows count, for whom, under which version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.law import Law
from heed.policy.words import Item, Ref, Test

from .clocks import Clocks, Maker
from .groups import Keyed, NotRegular, bucketed, codes_in_slot, keyed
from .load import Table
from .masks import FALSE, TRUE, UNKNOWN, Truths, all_of, literal_test, seconds_of
from .openings import Openings, version_at
from .prepare import ordered
from .scan import NO_TIME
from .texts import MISSING, Longs
from .walk import AFTER, BEFORE, DIFFER, EQUAL

OPS = {"eq": EQUAL, "not": DIFFER, "before": BEFORE, "after": AFTER}


@dataclass
class Acts:
    """Every row of an act's kind on a key that a trigger opened, bucket by bucket in the order of entries."""

    starts: Longs
    l: Longs  # noqa: E741 - the letters of duties.md
    e: Longs
    n: Longs
    recorded: Longs
    bucket: Longs
    keys: dict[str, Longs]
    static: npt.NDArray[np.uint8]  # for each item of each version, whether a row may count
    pairs: Longs  # for each test against the trigger, the row's side


@dataclass
class Shape:
    """How the items of all versions, and their tests against the trigger, are laid out."""

    item_at: Longs
    declined: npt.NDArray[np.uint8]
    pair_at: Longs
    pair_op: Longs
    items: list[tuple[int, Item]]
    tests: list[tuple[int, Test]]


def shape_of(laws: Sequence[Law]) -> Shape:
    """Lay out the items of all versions."""
    items = [(place, item) for place, law in enumerate(laws) for item in law.clause.must]
    tests = [(at, test) for at, (_, item) in enumerate(items) for test in item.where if isinstance(test.right, Ref)]
    for _, test in tests:
        right = test.right
        assert isinstance(right, Ref)
        if right.base not in ("addressee", "trigger") or test.op not in OPS:
            raise NotRegular(f"an act's {test.left} {test.op} {right}")
        if right.base == "addressee" and test.op not in ("eq", "not"):
            raise NotRegular(f"an act's {test.left} {test.op} {right}")
    counts = [len(law.clause.must) for law in laws]
    of_item = [sum(1 for at, _ in tests if at == item) for item in range(len(items))]
    return Shape(
        np.cumsum([0, *counts], dtype=np.int64),
        np.array([item.declined for _, item in items], np.uint8),
        np.cumsum([0, *of_item], dtype=np.int64),
        np.array([OPS[test.op] for _, test in tests], np.int64),
        items,
        tests,
    )


def acts_of(maker: Maker, laws: Sequence[Law], shape: Shape, buckets: "Buckets") -> tuple[Acts, set[int]]:
    """Return the acts, and the units that one of them makes odd: something about it is unknown."""
    parts, odd = [], set[int]()
    for kind in sorted({item.entry for _, item in shape.items}):
        part, strange = _kind(maker, laws, shape, buckets, kind)
        parts.append(part)
        odd |= strange
    joined = {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
    late, early, number = joined["l"], joined["e"], joined["n"]
    order = np.arange(len(late)) if len(parts) == 1 else ordered(late, early, number)
    starts, rows = bucketed(joined["bucket"][order], len(buckets))
    chosen = order[rows]
    taken = {name: column[..., chosen] for name, column in joined.items()}
    keys = {role: taken[f"key {role}"] for role in maker.units.roles}
    plain = (taken["l"], taken["e"], taken["n"], taken["recorded"], taken["bucket"], keys)
    return Acts(starts, *plain, taken["static"], taken["pairs"]), odd


def _kind(
    maker: Maker, laws: Sequence[Law], shape: Shape, buckets: "Buckets", kind: str
) -> tuple[dict[str, npt.NDArray[Any]], set[int]]:
    prepared = maker.reader.prepared
    table = prepared.tables[kind]
    rows, unit, bucket = buckets.rows(maker, table)
    truths = [_truths(maker, item, table) if item.entry == kind else None for _, item in shape.items]
    odd = {int(u) for found in truths if found is not None for u in unit[found.truth[rows.at] == UNKNOWN]}
    odd |= _untimed(maker, shape, buckets, kind)
    static = np.zeros((len(shape.items), len(rows.at)), np.uint8)
    for place, found in enumerate(truths):
        if found is not None:
            static[place] = found.truth[rows.at] == TRUE
    pairs = np.zeros((len(shape.tests), len(rows.at)), np.int64)
    for place, (item, test) in enumerate(shape.tests):
        if shape.items[item][1].entry == kind:
            pairs[place] = _side(maker, table, test)[rows.at]
            lacking = (pairs[place] == LACKING_SIDE) & (static[item] == 1)
            odd |= {int(u) for u in unit[lacking]}
    columns = {name: table.columns[name][rows.at] for name in ("l", "e", "n", "recorded")}
    keys = {f"key {role}": rows.keys[role] for role in maker.units.roles}
    return {**columns, **keys, "bucket": bucket, "static": static, "pairs": pairs}, odd


LACKING_SIDE = -(2**61)


def _truths(maker: Maker, item: Item, table: Table) -> Truths:
    """Return whether rows meet an item, tests against the trigger left aside; a refusal needs a reason."""
    prepared, names = maker.reader.prepared, maker.reader.names
    tests = [test for test in item.where if not isinstance(test.right, Ref)]
    found = all_of([literal_test(prepared, table, test, names) for test in tests], len(table))
    if item.declined:
        lacking = (codes_in_slot(table, "reason") == MISSING) & (found.truth == TRUE)
        found = found.unknown(lacking, names.number("reason"))
    return found


def _side(maker: Maker, table: Table, test: Test) -> Longs:
    """Return an act's side of a test against the trigger, as numbers that can be compared."""
    if test.op in ("before", "after"):
        seconds = seconds_of(maker.reader.prepared, table, test.left)
        return np.where(seconds == NO_TIME, LACKING_SIDE, seconds)
    codes = codes_in_slot(table, test.left).astype(np.int64)
    if isinstance(test.right, Ref) and test.right.base == "addressee":
        codes = np.where(codes >= 0, maker.reader.prepared.canonical[np.maximum(codes, 0)], codes)
    return np.where(codes < 0, LACKING_SIDE, codes)


def _untimed(maker: Maker, shape: Shape, buckets: "Buckets", kind: str) -> set[int]:
    table = maker.reader.prepared.untimed[kind]
    if not len(table):
        return set()
    rows, unit, _ = buckets.rows(maker, table)
    wanted = np.zeros(len(table), np.bool_)
    for _, item in shape.items:
        if item.entry == kind:
            wanted |= _truths(maker, item, table).truth != FALSE
    return {int(u) for u in unit[wanted[rows.at]]}


@dataclass
class Buckets:
    """Where acts and ends are gathered: by unit, or by unit and addressee where the clause matches on it."""

    with_addressee: bool
    values: Longs  # of (unit, addressee + 1), ascending
    count: int

    def __len__(self) -> int:
        return self.count

    def of(self, unit: Longs, addressee: Longs) -> Longs:
        """Return the bucket of each row, -1 where no trigger has it."""
        if not self.with_addressee:
            return unit
        if not len(self.values):
            return np.full(len(unit), -1, np.int64)
        wanted = np.where(unit < 0, -1, unit * 2**31 + addressee + 1)
        place = np.minimum(np.searchsorted(self.values, wanted), len(self.values) - 1)
        return np.where(self.values[place] == wanted, place, -1)

    def rows(self, maker: Maker, table: Table) -> tuple[Keyed, Longs, Longs]:
        """Return the rows of a table on keys that a trigger opened, their units and their buckets."""
        roles = [*maker.units.roles, *(["addressee"] if self.with_addressee else [])]
        rows = keyed(maker.reader.prepared, table, roles)
        unit = maker.units.of(rows.keys)
        addressee = rows.keys.get("addressee", np.full(len(unit), -1, np.int64))
        bucket = self.of(unit, addressee)
        if bool((bucket >= 0).all()):
            return rows, unit, bucket
        kept = np.flatnonzero(bucket >= 0)
        return rows.taken(kept), unit[kept], bucket[kept]


@dataclass
class Ends:
    """The entries that cease duties, bucket by bucket in the order of entries."""

    starts: Longs
    l: Longs  # noqa: E741 - the letters of duties.md
    e: Longs
    n: Longs
    version: Longs
    late: Longs


def ends_of(maker: Maker, laws: Sequence[Law], buckets: Buckets) -> Ends:
    """Return the entries of every version's `until` that are sure to meet it, and those that end a `while` state."""
    parts = [np.empty((6, 0), np.int64)]
    for place, law in enumerate(laws):
        for item in law.clause.until:
            if item.entry:
                parts.append(_ending(maker, place, item, buckets))
        if law.clause.when.form == "while":
            kinds = law.pack.states[law.clause.when.name].ends
            parts += [_ending(maker, place, Item(kind), buckets) for kind in dict.fromkeys(kinds)]
    every = np.concatenate(parts, axis=1)
    order = ordered(every[1], every[2], every[3])
    starts, rows = bucketed(every[0][order], len(buckets))
    taken = every[:, order[rows]]
    return Ends(starts, taken[1], taken[2], taken[3], taken[4], taken[5])


def _ending(maker: Maker, place: int, item: Item, buckets: Buckets) -> Longs:
    if any(isinstance(test.right, Ref) for test in item.where):
        raise NotRegular("an `until` that is compared with the trigger")
    table = maker.reader.prepared.tables[item.entry]
    rows, _, bucket = buckets.rows(maker, table)
    truths = [literal_test(maker.reader.prepared, table, test, maker.reader.names) for test in item.where]
    met = all_of(truths, len(table)).truth[rows.at] == TRUE
    columns = [table.columns[name][rows.at][met] for name in ("l", "e", "n")]
    size = int(met.sum())
    return np.stack([bucket[met], *columns, np.full(size, place), np.full(size, int(item.even_late))])


@dataclass
class Anchors:
    """What an act that anchors a later occurrence counts: its clock for each limit, its version, fixed ends."""

    dues: Longs
    dues_e: Longs
    forms: Longs
    missing: npt.NDArray[np.int16]
    ties: npt.NDArray[np.bool_]
    version: Longs


def as_openings(maker: Maker, acts: Acts, place: int) -> Openings:
    """Return acts in the shape of triggers, so that states and limits are read for both by the same code."""
    size = len(acts.l)
    table = next(iter(maker.reader.prepared.tables.values()))
    one = np.full(size, -1, np.int64)
    truths, ties = Truths.of(np.ones(size, np.bool_)), np.zeros(size, np.bool_)
    return Openings(place, table, one, acts.keys, acts.l, acts.e, acts.n, one, acts.l, acts.e, acts.n, truths, ties)


def anchors_of(maker: Maker, laws: Sequence[Law], acts: Acts) -> Anchors:
    """Return the clocks that count from acts, one row for each limit of each version."""
    size = len(acts.l)
    found: list[Clocks] = []
    ties: list[npt.NDArray[np.bool_]] = []
    repeats = any(law.clause.repeat for law in laws)  # a repeat may go on under a version that does not repeat
    for place, law in enumerate(laws):
        needed = repeats or law.clause.early == "current"
        opened = as_openings(maker, acts, place) if needed else None
        for at, limit in enumerate(law.clause.within):
            first_only = at == 0 and law.clause.repeat and len(law.clause.within) > 1
            if opened is None or first_only:
                none = np.full(0 if opened is None else size, 0, np.int64)
                found.append(Clocks(none, _wide(none, size), _wide(none, size), _wide(none, size), _short(size)))
                ties.append(np.zeros(size, np.bool_))
                continue
            opened.ties = np.zeros(size, np.bool_)
            found.append(maker.counted(law, limit, opened, acts.e, acts.l))
            ties.append(opened.ties)
    return Anchors(
        np.stack([clock.due for clock in found]),
        np.stack([clock.due_e for clock in found]),
        np.stack([clock.form.astype(np.int64) for clock in found]),
        np.stack([clock.missing for clock in found]),
        np.stack(ties),
        version_at(maker.reader.family, acts.l),
    )


def _wide(none: Longs, size: int) -> Longs:
    """Return a column that is never read, without taking room for it."""
    return np.broadcast_to(np.zeros(1, np.int64), (size,))


def _short(size: int) -> npt.NDArray[np.int16]:
    return np.broadcast_to(np.zeros(1, np.int16), (size,))
