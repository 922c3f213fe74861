"""The acts and the ends of a clause as columns, gathered by key: which rows count, for whom, under which version."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heed.policy.law import Law
from heed.policy.words import AnyLimit, Item, Ref, Test

from .clocks import Clocks, Maker
from .groups import Keyed, NotRegular, codes_in_slot, keyed
from .masks import FALSE, TRUE, UNKNOWN, Truths, all_of, literal_test, seconds_of
from .openings import Openings, is_timeless, version_at
from .scan import NO_TIME
from .sorting import bucketed, constant, ordered, picked, places_in
from .table import Table
from .texts import MISSING, Longs
from .walk import AFTER, BEFORE, DIFFER, EQUAL

COLUMNS = ("l", "e", "n", "recorded")
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


@dataclass
class Part:
    """The rows of one kind that may count as acts: where they stand in its columns, and which items they meet."""

    columns: dict[str, Longs]
    at: Longs
    bucket: Longs
    keys: dict[str, Longs]
    static: npt.NDArray[np.uint8]
    pairs: Longs

    def kept(self, chosen: npt.NDArray[np.bool_]) -> "Part":
        """Return the rows chosen."""
        if bool(chosen.all()):
            return self
        rows = np.flatnonzero(chosen)
        keys = {role: column[rows] for role, column in self.keys.items()}
        return Part(self.columns, self.at[rows], self.bucket[rows], keys, self.static[:, rows], self.pairs[:, rows])


def acts_of(maker: Maker, laws: Sequence[Law], shape: Shape, buckets: "Buckets") -> tuple[Acts, set[int]]:
    """Return the acts, and the units that one of them makes odd: something about it is unknown."""
    parts, odd = [], set[int]()
    for kind in sorted({item.entry for _, item in shape.items}):
        part, strange = _kind(maker, laws, shape, buckets, kind)
        parts.append(part)
        odd |= strange
    part = parts[0]
    if len(parts) > 1:
        part = _joined(parts)
    starts, rows = bucketed(part.bucket, len(buckets))
    taken = picked(part.columns, part.at[rows])
    keys = {role: column[rows] for role, column in part.keys.items()}
    plain = taken["l"], taken["e"], taken["n"], taken["recorded"], part.bucket[rows], keys
    return Acts(starts, *plain, part.static[:, rows], part.pairs[:, rows]), odd


def _joined(parts: Sequence[Part]) -> Part:
    """Return the rows of several kinds as one part, in the order of entries."""
    every = [picked(part.columns, part.at) for part in parts]
    columns = {name: np.concatenate([columns[name] for columns in every]) for name in COLUMNS}
    if all(columns["e"] is columns["l"] for columns in every):
        columns["e"] = columns["l"]
    order = ordered(columns["l"], columns["e"], columns["n"])
    bucket = np.concatenate([part.bucket for part in parts])[order]
    keys = {role: np.concatenate([part.keys[role] for part in parts])[order] for role in parts[0].keys}
    static = np.concatenate([part.static for part in parts], axis=1)[:, order]
    return Part(columns, order, bucket, keys, static, np.concatenate([part.pairs for part in parts], axis=1)[:, order])


def _kind(maker: Maker, laws: Sequence[Law], shape: Shape, buckets: "Buckets", kind: str) -> tuple[Part, set[int]]:
    table = maker.reader.prepared.tables[kind]
    rows, unit, bucket = buckets.rows(maker, table)
    odd = _untimed(maker, shape, buckets, kind)
    static = np.zeros((len(shape.items), len(rows.at)), np.uint8)
    for place, (_, item) in enumerate(shape.items):
        if item.entry == kind and (item.where or item.declined):
            truth = _truths(maker, item, table).truth[rows.at]
            odd |= set(unit[truth == UNKNOWN].tolist())
            static[place] = truth == TRUE
        elif item.entry == kind:
            static[place] = 1
    pairs = np.zeros((len(shape.tests), len(rows.at)), np.int64)
    for place, (at, test) in enumerate(shape.tests):
        if shape.items[at][1].entry == kind:
            pairs[place] = _side(maker, table, test)[rows.at]
            odd |= set(unit[(pairs[place] == LACKING_SIDE) & (static[at] == 1)].tolist())
    columns = {name: table.columns[name] for name in COLUMNS}
    return Part(columns, rows.at, bucket, rows.keys, static, pairs).kept(np.any(static, axis=0)), odd


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
        return places_in(self.values, np.where(unit < 0, -1, unit * 2**31 + addressee + 1))

    def rows(self, maker: Maker, table: Table) -> tuple[Keyed, Longs, Longs]:
        """Return the rows of a table on keys that a trigger opened, their units and their buckets."""
        roles = [*maker.units.roles, *(["addressee"] if self.with_addressee else [])]
        rows = keyed(maker.reader.prepared, table, roles)
        unit = maker.units.of(rows.keys)
        bucket = self.of(unit, rows.keys["addressee"]) if self.with_addressee else unit
        kept = bucket >= 0
        return (rows, unit, bucket) if bool(kept.all()) else (rows.kept(kept), unit[kept], bucket[kept])


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
    """Return the clocks that count from acts, one row for each limit of each version; none where none is read."""
    repeats = any(law.clause.repeat for law in laws)  # a repeat may go on under a version that does not repeat
    if not repeats and not any(law.clause.early == "current" for law in laws):
        none = np.empty((0, 0), np.int64)
        return Anchors(none, none, none, none.astype(np.int16), none.astype(np.bool_), np.zeros(0, np.int64))
    found: list[Clocks] = []
    ties: list[npt.NDArray[np.bool_]] = []
    for place, law in enumerate(laws):
        for at, limit in enumerate(law.clause.within):
            first_only = at == 0 and law.clause.repeat and len(law.clause.within) > 1
            unread = first_only or not (repeats or law.clause.early == "current")
            clocks, tied = _unread(len(acts.l)) if unread else _counted(maker, law, limit, acts, place)
            found.append(clocks)
            ties.append(tied)
    return Anchors(
        np.stack([clock.due for clock in found]),
        np.stack([clock.due_e for clock in found]),
        np.stack([clock.form for clock in found]),
        np.stack([clock.missing.astype(np.int16) for clock in found]),
        np.stack(ties),
        np.zeros(len(acts.l), np.int64)
        if is_timeless(maker.reader.family)
        else version_at(maker.reader.family, acts.l),
    )


def _counted(maker: Maker, law: Law, limit: AnyLimit, acts: Acts, place: int) -> tuple[Clocks, npt.NDArray[np.bool_]]:
    opened = as_openings(maker, acts, place)
    return maker.counted(law, limit, opened, acts.e, acts.l), opened.ties


def _unread(size: int) -> tuple[Clocks, npt.NDArray[np.bool_]]:
    """Return clocks that are never read, without taking room for them."""
    none = constant(0, size)
    return Clocks(none, none, none, none, none), np.zeros(size, np.bool_)
