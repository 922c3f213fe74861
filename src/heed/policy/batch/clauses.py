"""One clause over all its keys: triggers, acts and ends made into columns, walked, and the rows that come out.

1. Open the triggers of every version; what is unknown about one makes a row of its own.
2. Gather acts and ends by key; keys with anything out of the ordinary are set aside for the plain evaluator.
3. Count the clocks of triggers and of acts.
4. Walk, and add what the walk does not need: marks of weakness, coverage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.calendars import BEYOND, Calendar
from heed.policy.coverage import FAR, Coverage
from heed.policy.law import Family, Law
from heed.policy.times import written
from heed.policy.words import Ref

from .acts import LACKING_SIDE, Acts, Anchors, Buckets, Ends, Shape, acts_of, anchors_of, as_openings, ends_of, shape_of
from .clocks import Maker
from .groups import NotRegular, bucketed, codes_in_slot
from .masks import TRUE, UNKNOWN, Names, seconds_of
from .openings import NO_ONE, Openings, Reader, members_of, openings_of
from .prepare import Prepared, ordered
from .scan import NO_TIME
from .texts import Longs
from .units import Units
from .walk import (
    ABSORB,
    DECLINED,
    EACH,
    LACKING,
    NONE,
    OPEN,
    REPLACE,
    ROW,
    TRIGGER,
    UNDECIDED,
    V_CURRENT,
    V_ITEM,
    V_LIMIT,
    V_LIMITS,
    V_REPEAT,
    WIDTH,
    walk,
)

AGAIN = {"each": EACH, "absorb": ABSORB, "replace": REPLACE}
NO_ACT = 1  # why a row is not testable: no act covered | censored | the number of a field + MISSING_FROM
CENSORED, MISSING_FROM = 2, 3


@dataclass
class Triggers:
    """All triggers of a family, one row for each key and addressee, in the order of their groups."""

    columns: dict[str, Longs]

    def __getitem__(self, name: str) -> Longs:
        return self.columns[name]

    def taken(self, rows: Longs) -> "Triggers":
        """Return some rows; itself where they are all there are, in order."""
        if len(rows) == len(self.columns["l"]) and bool(np.all(rows == np.arange(len(rows)))):
            return self
        return Triggers({name: column[rows] for name, column in self.columns.items()})


@dataclass
class Result:
    """The rows of one family as columns, and the units left to the plain evaluator."""

    family: Family
    units: Units
    columns: dict[str, Longs]
    joined: tuple[Longs, Longs]  # numbers of triggers in the order of groups, and (first, last) for each row
    odd: npt.NDArray[np.bool_]  # by unit


def evaluate_family(
    reader: Reader, calendar: Calendar, coverage: Coverage, settled: Sequence[dict[str, object]]
) -> Result:
    """Return every duty of a family on the keys that are regular."""
    laws = reader.family.laws
    _regular(reader.family)
    opened = [part for place in range(len(laws)) for part in openings_of(reader, place)]
    units = Units(sorted(reader.family.roles), [part.keys for part in opened], len(reader.prepared.canonical))
    maker = Maker(reader, calendar, units)
    shape = shape_of(laws)
    triggers, odd = _triggers(maker, opened, shape)
    with_addressee = any("addressee" in law.clause.match for law in laws)
    buckets = _buckets(triggers, units, with_addressee)
    acts, strange = acts_of(maker, laws, shape, buckets)
    odd[list(strange)] = True
    anchors = anchors_of(maker, laws, acts)
    _of_unknown_age(odd, maker, laws, acts, anchors)
    _settled(odd, units, reader.prepared, settled)
    triggers = triggers.taken(np.flatnonzero(~odd[triggers["unit"]]))
    sure = triggers.taken(np.flatnonzero(triggers["missing"] < 0))
    sure, group_at, bucket_of = _grouped(sure, buckets)
    ends = ends_of(maker, laws, buckets)
    *fixed, item_ties = _fixed(maker, laws, sure, acts)
    rows = _walk(reader, laws, sure, (group_at, bucket_of), acts, anchors, ends, (fixed[0], fixed[1], fixed[2]), shape)
    columns = _columns(laws, sure, acts, anchors, rows, item_ties)
    unknown = triggers.taken(np.flatnonzero(triggers["missing"] >= 0))
    columns = _with_unknown(columns, unknown, len(sure["n"]))
    _weigh(columns, laws, acts, calendar, coverage, reader)
    numbers = np.concatenate((sure["n"], unknown["n"]))
    return Result(reader.family, units, columns, (numbers, np.stack((columns["first"], columns["last"]))), odd)


def _regular(family: Family) -> None:
    """Refuse what the walk does not do; the family is then judged key by key."""
    if family.takeovers or any(law.clause.convert for law in family.laws):
        raise NotRegular("duties taken over by another version")
    if len({(tuple(sorted(law.clause.match)), law.clause.for_each) for law in family.laws}) > 1:
        raise NotRegular("versions on different keys")
    for law in family.laws:
        if law.clause.repeat and law.clause.again == "each":
            raise NotRegular("a repeating clause that opens several chains")
        begins = [other.begins for other in family.laws]
        if len(set(begins)) < len(begins):
            raise NotRegular("versions of one day")


def _triggers(maker: Maker, opened: Sequence[Openings], shape: Shape) -> tuple[Triggers, npt.NDArray[np.bool_]]:
    parts = [_part(maker, part, shape) for part in opened]
    names = parts[0].keys()
    triggers = Triggers({name: np.concatenate([part[name] for part in parts]) for name in names})
    odd = np.zeros(len(maker.units) + 1, np.bool_)
    odd[triggers["unit"][triggers["strange"] == 1]] = True
    return triggers, odd


def _part(maker: Maker, opened: Openings, shape: Shape) -> dict[str, Longs]:
    """Return the columns of one version's triggers, one row for each addressee; none where a fixed end is past."""
    law = maker.reader.family.laws[opened.law]
    row, addressee, told = _addressed(maker, law, opened)
    clocks = maker.first(law, opened)
    missing = np.where(opened.truths.truth == UNKNOWN, opened.truths.missing, -1)
    missing = np.where((missing < 0) & (clocks.form == LACKING), clocks.missing, missing)
    missing = np.where((missing < 0) & (told >= 0), told, missing).astype(np.int64)  # in the order of R13
    fixed = _fixed_of(maker, law, opened)
    owed = ~(np.any((fixed != NONE) & (fixed < opened.e), axis=0) if len(fixed) else np.zeros(len(opened), np.bool_))
    columns = {
        "l": opened.l,
        "e": opened.e,
        "n": opened.n,
        "agency": opened.agency,
        "unit": maker.units.of(opened.keys),
        "due": clocks.due,
        "due_e": clocks.due_e,
        "from": clocks.start,
        "form": clocks.form,
        "missing": missing,
        "start_l": opened.start_l,
        "start_e": opened.start_e,
        "start_n": opened.start_n,
        "version": np.full(len(opened), opened.law),
        "since": _since(maker, law, opened),
        "ties": opened.ties.astype(np.int64),
    }
    kept = np.flatnonzero(owed[row])
    found = {name: column[row[kept]].astype(np.int64) for name, column in columns.items()}
    found["addressee"] = addressee[kept]
    found["again"] = np.full(len(kept), AGAIN[law.clause.again])
    for place, other in enumerate(maker.reader.family.laws):
        own = fixed if place == opened.law else _fixed_of(maker, other, opened, by_trigger=True)
        for at in range(len(own)):
            found[f"fixed {place} {at}"] = own[at][row[kept]]
    return {**found, **_sides(maker, opened, shape, row[kept], addressee[kept])}


def _addressed(maker: Maker, law: Law, opened: Openings) -> tuple[Longs, Longs, npt.NDArray[np.int16]]:
    plain = np.arange(len(opened)), np.full(len(opened), NO_ONE, np.int64), np.full(len(opened), -1, np.int16)
    if law.clause.for_each:
        names, prepared = maker.reader.names, maker.reader.prepared
        row, addressee, truths = members_of(prepared, opened, law.clause.for_each, names)
        return row, addressee, truths.missing
    if "addressee" in law.clause.match:
        raise NotRegular("an addressee without `for_each`")
    return plain


def _since(maker: Maker, law: Law, opened: Openings) -> Longs:
    """Return from when an act counts for a first occurrence."""
    early = law.clause.early
    if early is None or isinstance(early, str):
        return opened.e
    since = maker.calendar.openings(early, opened.e)
    return np.where(since == BEYOND, opened.e, since)


def _fixed_of(maker: Maker, law: Law, opened: Openings, *, by_trigger: bool = False) -> Longs:
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


def _buckets(triggers: Triggers, units: Units, with_addressee: bool) -> Buckets:
    if not with_addressee:
        return Buckets(False, np.empty(0, np.int64), len(units))
    values = np.unique(triggers["unit"] * 2**31 + triggers["addressee"] + 1)
    return Buckets(True, values, len(values))


def _of_unknown_age(
    odd: npt.NDArray[np.bool_], maker: Maker, laws: Sequence[Law], acts: Acts, anchors: Anchors
) -> None:
    """Set aside the keys with an act of which it cannot be known how long it stays current (C10)."""
    limits = np.cumsum([0, *(len(law.clause.within) for law in laws)])
    for place, law in enumerate(laws):
        if law.clause.early == "current" and len(acts.l):
            limit = min(limits[place] + law.clause.repeat, limits[place + 1] - 1)
            odd[maker.units.of(acts.keys)[anchors.forms[limit] == LACKING]] = True


def _settled(
    odd: npt.NDArray[np.bool_], units: Units, prepared: Prepared, settled: Sequence[dict[str, object]]
) -> None:
    """Set aside the keys that a waiver or suspension names."""
    for key in settled:
        codes = {}
        for role in units.roles:
            text = prepared.known.one(str(key.get(role, "")))
            text = prepared.known.roots.get(text, text)
            code = int(text) if role == "trigger" and text.isdigit() else prepared.texts.code(text)
            codes[role] = np.array([code], np.int64)
        if all(column[0] < len(prepared.canonical) for role, column in codes.items() if role != "trigger"):
            odd[units.of(codes)] = True


def _grouped(triggers: Triggers, buckets: Buckets) -> tuple[Triggers, Longs, Longs]:
    """Order triggers by group: one chain each, or all of one key and addressee where they join or replace."""
    order = ordered(triggers["l"], triggers["e"], triggers["n"])
    triggers = triggers.taken(order)
    each = triggers["again"] == EACH
    size = len(order)
    pair = triggers["unit"] * 2**31 + triggers["addressee"] + 1
    distinct, group = np.unique(np.where(each, -1, pair), return_inverse=True)
    alone = np.cumsum(each) - 1 + len(distinct)
    group = np.where(each, alone, group).astype(np.int64)
    count = len(distinct) + int(each.sum())
    starts, rows = bucketed(group, count)
    triggers = triggers.taken(rows)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    group_at = np.concatenate((starts[filled], [size])).astype(np.int64)
    bucket = buckets.of(triggers["unit"], triggers["addressee"])
    return triggers, group_at, bucket[group_at[:-1]]


def _fixed(maker: Maker, laws: Sequence[Law], triggers: Triggers, acts: Acts) -> tuple[Longs, Longs, Longs, Longs]:
    """Return every `until: at` of every version, its instants from triggers and from acts, and the ties read."""
    members, from_trigger, from_act = [], [], []
    ties = np.zeros((len(laws), len(acts.l)), np.int64)
    for place, law in enumerate(laws):
        own = [item for item in law.clause.until if item.at is not None]
        if not own:
            continue
        if any(other.clause.repeat for other in laws):
            opened = as_openings(maker, acts, place)
            from_act += list(_fixed_of(maker, law, opened))
            ties[place] = opened.ties
        else:
            from_act += [np.full(len(acts.l), NONE, np.int64)] * len(own)
        from_trigger += [triggers[f"fixed {place} {at}"] for at in range(len(own))]
        members += [
            (place, int(item.even_late), int(item.at is not None and item.at.base == "trigger")) for item in own
        ]
    none = np.empty((0, 1), np.int64)
    fixed = np.array(members, np.int64).reshape(-1, 3)
    return fixed, np.stack(from_trigger) if from_trigger else none, np.stack(from_act) if from_act else none, ties


def _walk(
    reader: Reader,
    laws: Sequence[Law],
    triggers: Triggers,
    groups: tuple[Longs, Longs],
    acts: Acts,
    anchors: Anchors,
    ends: Ends,
    fixed: tuple[Longs, Longs, Longs],
    shape: Shape,
) -> Longs:
    """Lay the columns out as the walk takes them, and walk; again with more room where the rows did not fit."""
    t = np.stack([triggers[name] for name in TRIGGER], axis=1)
    a = np.stack((acts.l, acts.e, acts.n, anchors.version), axis=1)
    u = np.stack((ends.l, ends.e, ends.n, ends.version, ends.late), axis=1)
    pairs = [triggers[f"pair {place}"] for place in range(len(shape.tests))]
    pt = np.stack(pairs) if pairs else np.empty((0, 1), np.int64)
    items = np.stack((np.append(shape.declined, 0).astype(np.int64), shape.pair_at), axis=1)
    c = np.stack((anchors.dues, anchors.dues_e, anchors.forms), axis=2)
    v, repeats = _versions(laws, shape), any(law.clause.repeat for law in laws)
    room = len(t) + (len(a) if repeats else 0) + 16
    _, order = bucketed(groups[1], len(acts.starts) - 1)  # neighbours in memory one after another
    rest: tuple[Any, ...] = (t, a, u, v, items, acts.static, shape.pair_op, acts.pairs, pt, *fixed, c)
    while True:
        out = np.empty((WIDTH, room), np.int64)
        used = walk(*groups, order, acts.starts, ends.starts, reader.prepared.horizon, out, *rest)
        if used <= room:
            return out[:, :used]
        room = used


def _versions(laws: Sequence[Law], shape: Shape) -> Longs:
    """Return for each version where its items and limits begin, and whether it repeats and takes current acts."""
    limits = [len(law.clause.within) for law in laws]
    found = np.zeros((len(laws) + 1, 5), np.int64)
    found[:, V_ITEM] = shape.item_at
    found[:, V_LIMIT] = np.cumsum([0, *limits])
    found[:-1, V_LIMITS] = limits
    found[:-1, V_REPEAT] = [law.clause.repeat for law in laws]
    found[:-1, V_CURRENT] = [law.clause.early == "current" for law in laws]
    return found


def _columns(
    laws: Sequence[Law], triggers: Triggers, acts: Acts, anchors: Anchors, rows: Longs, item_ties: Longs
) -> dict[str, Longs]:
    """Return the walk's rows as columns, with what their triggers and acts say."""
    found = {name: rows[place] for place, name in enumerate(ROW)}
    first, act, anchor = found["trigger"], found["act"], found["anchor_act"]
    later = anchor >= 0
    for name in ("unit", "addressee", "agency"):
        found[name] = triggers[name][first]
    found["last"] = found.pop("last_joined")
    found["first"] = first
    found["anchor_l"] = np.where(later, _at(acts.l, anchor), triggers["l"][first])
    lacking = found.pop("lacking") == 1
    if any(law.clause.repeat or law.clause.early == "current" for law in laws):
        tie, missing = _of_acts(laws, triggers, acts, anchors, found, item_ties)
        found["tie"] = np.where(later, tie, triggers["ties"][first] | tie)
        found["why"] = np.where(lacking, missing + MISSING_FROM, 0)
    else:
        found["tie"], found["why"] = triggers["ties"][first], np.zeros(len(first), np.int64)
    found["act_l"], found["act_recorded"] = _at(acts.l, act), _at(acts.recorded, act)
    return found


def _of_acts(
    laws: Sequence[Law], triggers: Triggers, acts: Acts, anchors: Anchors, found: dict[str, Longs], item_ties: Longs
) -> tuple[Longs, Longs]:
    """Return the ties read and the fields missing at the acts that anchor rows, or that counted early."""
    act, anchor, version = found["act"], found["anchor_act"], found["version"]
    limit_at = np.cumsum([0, *(len(law.clause.within) for law in laws)])
    limit = np.minimum(limit_at[version] + found["occurrence"], limit_at[version + 1] - 1)
    early = np.array([law.clause.early == "current" for law in laws], np.bool_)[version]
    early &= (anchor < 0) & (act >= 0) & (_at(acts.l, act) < triggers["e"][found["first"]])
    second = np.minimum(limit + 1, limit_at[version + 1] - 1)
    tie = (anchor >= 0) & (_grid(anchors.ties, limit, anchor) | (_grid(item_ties, version, anchor) != 0))
    tie |= early & (_grid(anchors.ties, second, act) != 0)
    return tie.astype(np.int64), _grid(anchors.missing, limit, anchor).astype(np.int64)


def _at(column: Longs, place: Longs) -> Longs:
    return column[np.maximum(place, 0)] if len(column) else np.zeros(len(place), np.int64)


def _grid(grid: npt.NDArray[np.generic], row: Longs, place: Longs) -> Longs:
    if grid.shape[1] == 0:
        return np.zeros(len(row), np.int64)
    found: Longs = grid[row, np.maximum(place, 0)]  # type: ignore[assignment]
    return found


def _with_unknown(columns: dict[str, Longs], unknown: Triggers, sure: int) -> dict[str, Longs]:
    """Add a row for each trigger of which something is unknown: open, undecided, naming the field."""
    size = len(unknown["l"])
    if not size:
        return columns
    numbered = np.arange(size) + sure
    plain = {
        "anchor": unknown["n"],
        "version": unknown["version"],
        "unit": unknown["unit"],
        "addressee": unknown["addressee"],
        "agency": unknown["agency"],
        "anchor_l": unknown["l"],
        "why": unknown["missing"] + MISSING_FROM,
        "lateness": np.full(size, UNDECIDED),
        "end": np.full(size, OPEN),
        "from": np.full(size, NONE),
        "due": np.full(size, NONE),
        "tie": unknown["ties"],
        "first": numbered,
        "last": numbered,
    }
    zero = np.zeros(size, np.int64)
    blank = {"act": zero - 1, "ended_by": zero - 1, "anchor_act": zero - 1}
    return {name: np.concatenate((old, plain.get(name, blank.get(name, zero)))) for name, old in columns.items()}


def _weigh(
    columns: dict[str, Longs], laws: Sequence[Law], acts: Acts, calendar: Calendar, coverage: Coverage, reader: Reader
) -> None:
    """Add the marks of weakness and what coverage leaves untestable."""
    ended = columns["end"] <= DECLINED
    columns["late_record"] = np.zeros(len(ended), np.int64)
    columns["censored"] = np.zeros(len(ended), np.int64)
    for place, law in enumerate(laws):
        mine = np.flatnonzero(ended & (columns["version"] == place))
        after = calendar.dues(law.pack.recorded_late_after, columns["act_l"][mine])
        columns["late_record"][mine] = (after != BEYOND) & (columns["act_recorded"][mine] > after)
        _cover(columns, place, law, coverage, reader)


def _cover(columns: dict[str, Longs], place: int, law: Law, coverage: Coverage, reader: Reader) -> None:
    """Mark the rows of one version whose acts no stream could show, or could show only up to some instant."""
    mine = np.flatnonzero((columns["version"] == place) & (columns["why"] == 0))
    if coverage.rows is None:
        _cover_rows(columns, mine, coverage.intervals(law.clause.act_kinds, None), reader.prepared.horizon)
        return
    agencies = columns["agency"][mine]
    for agency in np.unique(agencies):
        spans = coverage.intervals(law.clause.act_kinds, reader.prepared.texts.text(int(agency)))
        _cover_rows(columns, mine[agencies == agency], spans, reader.prepared.horizon)


def _cover_rows(columns: dict[str, Longs], rows: Longs, spans: Sequence[tuple[int, int]], horizon: int) -> None:
    if list(spans) == [(-FAR, FAR)]:
        return
    anchor, due = columns["anchor_l"][rows], columns["due"][rows]
    until = np.where(due == NONE, horizon, np.minimum(due, horizon))
    begins = np.array([span[0] for span in spans], np.int64)
    ends = np.array([span[1] for span in spans], np.int64)
    at = np.searchsorted(begins, anchor, "right") - 1
    last = ends[np.maximum(at, 0)] if len(ends) else np.full(len(rows), NONE, np.int64)
    inside = (at >= 0) & (anchor <= last)
    cut = inside & (last < until) & (columns["end"][rows] > DECLINED)
    columns["why"][rows[~inside]], columns["why"][rows[cut]] = NO_ACT, CENSORED
    columns["censored"][rows[cut]] = last[cut]
    columns["lateness"][rows[~inside | cut]] = UNDECIDED


def why_text(why: int, censored: int, names: Names) -> str:
    """Return why a row is not testable."""
    if why == NO_ACT:
        return "no act covered"
    if why == CENSORED:
        return f"censored at {written(censored)}"
    return f"missing {names.names[why - MISSING_FROM]}"
