"""The triggers of all versions of a clause as columns, ordered by key, addressee and time, with their clocks.

A column that is the same for every row takes no room, and one that goes by several names is kept once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from heed.policy.calendars import BEYOND
from heed.policy.law import Law
from heed.policy.words import Ref

from .acts import LACKING_SIDE, Buckets, Shape
from .clocks import Clocks, Maker
from .groups import NotRegular, codes_in_slot
from .masks import TRUE, UNKNOWN, seconds_of
from .openings import NO_ONE, Openings, members_of
from .scan import NO_TIME
from .sorting import bucketed, constant, is_constant, ordered, picked, stable_order
from .texts import Longs
from .units import Units
from .walk import ABSORB, EACH, LACKING, NONE, REPLACE

AGAIN = {"each": EACH, "absorb": ABSORB, "replace": REPLACE}


@dataclass
class Triggers:
    """All triggers of a family, one row for each key and addressee; `groups` begin at these rows."""

    columns: dict[str, Longs]
    group_at: Longs = field(default_factory=lambda: np.zeros(1, np.int64))

    def __getitem__(self, name: str) -> Longs:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["l"])

    def kept(self, chosen: npt.NDArray[np.bool_]) -> "Triggers":
        """Return the rows chosen, still in their groups; itself where they are all."""
        if bool(chosen.all()):
            return self
        before = np.concatenate(([0], np.cumsum(chosen)))[self.group_at]
        return Triggers(picked(self.columns, np.flatnonzero(chosen)), np.unique(before))


def triggers_of(maker: Maker, opened: Sequence[Openings], shape: Shape) -> tuple[Triggers, npt.NDArray[np.bool_]]:
    """Return the triggers of all versions, group after group, and the units of which one is strange."""
    parts = [_part(maker, part, shape) for part in opened]
    odd = np.zeros(len(maker.units) + 1, np.bool_)
    for part in parts:
        if not is_constant(part["strange"]):
            odd[part["unit"][part["strange"] == 1]] = True
    columns = parts[0] if len(parts) == 1 else _together(parts)
    return _grouped(columns, maker.units), odd


def _together(parts: Sequence[dict[str, Longs]]) -> dict[str, Longs]:
    filled = [part for part in parts if len(part["l"])] or parts[:1]
    return filled[0] if len(filled) == 1 else {name: np.concatenate([p[name] for p in filled]) for name in filled[0]}


def _part(maker: Maker, opened: Openings, shape: Shape) -> dict[str, Longs]:
    """Return the columns of one version's triggers, one row for each addressee; none where a fixed end is past."""
    law, size = maker.reader.family.laws[opened.law], len(opened)
    row, addressee, told = _addressed(maker, law, opened)
    clocks = maker.first(law, opened)
    fixed = fixed_of(maker, law, opened)
    columns = {
        **{name: getattr(opened, name) for name in ("l", "e", "n", "agency", "start_l", "start_e", "start_n")},
        "unit": maker.units.of(opened.keys),
        "due": clocks.due,
        "due_e": clocks.due_e,
        "from": clocks.start,
        "form": clocks.form,
        "missing": _missing(opened, clocks, told),
        "version": constant(opened.law, size),
        "since": _since(maker, law, opened),
        "ties": opened.ties.astype(np.int64) if bool(opened.ties.any()) else constant(0, size),
        "again": constant(AGAIN[law.clause.again], size),
    }
    for place, other in enumerate(maker.reader.family.laws):
        own = fixed if place == opened.law else fixed_of(maker, other, opened, by_trigger=True)
        columns |= {f"fixed {place} {at}": own[at] for at in range(len(own))}
    owed = ~np.any((fixed != NONE) & (fixed < opened.e), axis=0) if len(fixed) else np.ones(size, np.bool_)
    if row is None and bool(owed.all()):
        return {**columns, "addressee": addressee, **_sides(maker, opened, shape, np.arange(size), addressee)}
    row = np.arange(size) if row is None else row
    kept = np.flatnonzero(owed[row])
    addressee = picked({"": addressee}, kept)[""]
    return {**picked(columns, row[kept]), "addressee": addressee, **_sides(maker, opened, shape, row[kept], addressee)}


def _addressed(maker: Maker, law: Law, opened: Openings) -> tuple[Longs | None, Longs, npt.NDArray[np.int16] | None]:
    """Return the row and the addressee of each duty, and the field that is missing; no rows where each is its own."""
    if law.clause.for_each:
        names, prepared = maker.reader.names, maker.reader.prepared
        row, addressee, truths = members_of(prepared, opened, law.clause.for_each, names)
        return row, addressee, truths.missing
    if "addressee" in law.clause.match:
        raise NotRegular("an addressee without `for_each`")
    return None, constant(NO_ONE, len(opened)), None


def _missing(opened: Openings, clocks: Clocks, told: npt.NDArray[np.int16] | None) -> Longs:
    """Return the number of the first field that is missing, in the order of R13; -1 where none is."""
    unknown, lacking = opened.truths.truth == UNKNOWN, clocks.form == LACKING
    nothing = told is None or not bool((told >= 0).any())
    if nothing and not bool(unknown.any()) and not bool(lacking.any()):
        return constant(-1, len(opened))
    missing = np.where(unknown, opened.truths.missing, -1)
    missing = np.where((missing < 0) & lacking, clocks.missing, missing)
    if told is not None:
        missing = np.where((missing < 0) & (told >= 0), told, missing)
    return missing.astype(np.int64)


def _since(maker: Maker, law: Law, opened: Openings) -> Longs:
    """Return from when an act counts for a first occurrence."""
    early = law.clause.early
    if early is None or isinstance(early, str):
        return opened.e
    since = maker.calendar.openings(early, opened.e)
    return np.where(since == BEYOND, opened.e, since)


def fixed_of(maker: Maker, law: Law, opened: Openings, *, by_trigger: bool = False) -> Longs:
    """Return the instants of `until: at`, one row for each such member; NONE where it never ends.

    Of a version that may only take over a repeat (`by_trigger`), those counted from the trigger alone.
    """
    found = []
    for item in law.clause.until:
        if item.at is not None and by_trigger and item.at.base != "trigger":
            found.append(np.full(len(opened), NONE, np.int64))
        elif item.at is not None:
            seconds, known = maker.instant(law, opened, item.at)
            found.append(np.where((seconds == NO_TIME) | (known.truth != TRUE), NONE, seconds))
    return np.stack(found) if found else np.empty((0, len(opened)), np.int64)


def _sides(maker: Maker, opened: Openings, shape: Shape, row: Longs, addressee: Longs) -> dict[str, Longs]:
    """Return the trigger's side of each test that an act's condition makes against it."""
    if not shape.tests:
        return {"strange": constant(0, len(row))}
    found = {"strange": np.zeros(len(row), np.int64)}
    for place, (_, test) in enumerate(shape.tests):
        right = test.right
        assert isinstance(right, Ref)
        if right.base == "addressee":
            side = np.where(addressee == NO_ONE, LACKING_SIDE, addressee)
        elif bool(np.any(opened.at < 0)):
            raise NotRegular("a test against a state's start")
        elif test.op in ("before", "after"):
            seconds = seconds_of(maker.reader.prepared, opened.table, right.name)[opened.at][row]
            side = np.where(seconds == NO_TIME, LACKING_SIDE, seconds)
        else:
            codes = codes_in_slot(opened.table, right.name)[opened.at][row].astype(np.int64)
            side = np.where(codes < 0, LACKING_SIDE, codes)
        found[f"pair {place}"] = side
        found["strange"] |= (side == LACKING_SIDE).astype(np.int64)
    return found


def _grouped(columns: dict[str, Longs], units: Units) -> Triggers:
    """Order triggers by key, addressee and time, and begin a group at each, or at each key where they join."""
    by_time = ordered(columns["l"], columns["e"], columns["n"])
    if is_constant(columns["addressee"]):
        pair = columns["unit"]
        rows = by_time[bucketed(pair[by_time], len(units))[1]]
    else:
        pair = columns["unit"] * 2**31 + columns["addressee"] + 1
        rows = by_time[stable_order(pair[by_time])]
    columns, pair = picked(columns, rows), pair[rows]
    fresh = np.ones(len(rows), np.bool_)
    np.not_equal(pair[1:], pair[:-1], out=fresh[1:])
    columns["bucket"] = columns["unit"]
    columns["pair"] = pair
    each = columns["again"] == EACH
    if bool(each.any()) and not bool(each.all()):
        return _mixed(columns, each)
    begins = np.flatnonzero(fresh | each)
    return Triggers(columns, np.append(begins, len(rows)))


def _mixed(columns: dict[str, Longs], each: npt.NDArray[np.bool_]) -> Triggers:
    """Put the triggers of one key that join before those that stand alone: versions that differ in `again`."""
    order = stable_order(columns["pair"] * 2 + each)
    columns = picked(columns, order)
    each, pair = each[order], columns["pair"]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = each[1:] | (pair[1:] != pair[:-1])
    return Triggers(columns, np.append(np.flatnonzero(fresh), len(order)))


def buckets_of(triggers: Triggers, units: Units, *, with_addressee: bool) -> Buckets:
    """Return where acts are gathered, and tell each trigger which bucket is its own."""
    if not with_addressee:
        return Buckets(False, np.empty(0, np.int64), len(units))
    pair = triggers["pair"]
    fresh = np.zeros(len(pair), np.int64)
    np.not_equal(pair[1:], pair[:-1], out=fresh[1:], casting="unsafe")
    triggers.columns["bucket"] = np.cumsum(fresh)
    values = pair[np.flatnonzero(np.append(np.ones(min(1, len(pair)), np.int64), fresh[1:]))]
    return Buckets(True, values, len(values))
