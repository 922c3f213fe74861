"""The triggers of a clause as columns: what opened, on which key, for whom, and what its conditions say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from heed.policy.law import Family, Law
from heed.policy.times import local_days
from heed.policy.words import Ref, Test, Where

from .compiled import compiled
from .groups import Keyed, NotRegular, codes_in_slot, crossed, keyed, keys_of
from .masks import FALSE, Names, Truths, all_of, literal_test, ranked, state_value_test
from .prepare import Prepared
from .sorting import bucketed, picked, stable_order
from .states import ABSENT, Line, line_of, read_at, read_before
from .table import Table
from .texts import MANY, MISSING, Codes, Longs

NO_ONE = -1


@dataclass
class Openings:
    """Triggers of one version, one row for each key (not yet for each addressee)."""

    law: int
    table: Table
    at: Longs  # row of the table; -1 for a commencement
    keys: dict[str, Longs]
    l: Longs  # noqa: E741 - the letters of duties.md
    e: Longs
    n: Longs
    agency: Longs
    start_l: Longs  # of the entry where the fields stand: of a commencement, the start of the state
    start_e: Longs
    start_n: Longs
    truths: Truths
    ties: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.l)

    def kept(self, chosen: npt.NDArray[np.bool_]) -> "Openings":
        """Return the rows chosen."""
        if bool(chosen.all()):
            return self
        rows = np.flatnonzero(chosen)
        keys = {role: column[rows] for role, column in self.keys.items()}
        columns = {name: getattr(self, name) for name in ("l", "e", "n", "agency", "start_l", "start_e", "start_n")}
        truths, ties = self.truths.taken(rows), self.ties[rows]
        return Openings(self.law, self.table, self.at[rows], keys, **picked(columns, rows), truths=truths, ties=ties)


@dataclass
class Reader:
    """What reading one family needs: the tables, the states (read once), the names of fields."""

    prepared: Prepared
    family: Family
    names: Names
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def line(self, law: Law, name: str) -> Line:
        """Return a state's line, made once for all clauses of a pack."""
        place = (law.pack.name + law.pack.version, name)
        if place not in self.lines:
            made = line_of(self.prepared, law.pack.states[name])
            if bool(np.any(made.arrays[8] == MANY)):
                raise NotRegular(f"the state {name} has lists")
            self.lines[place] = made
        return self.lines[place]


def version_at(family: Family, seconds: Longs) -> Longs:
    """Return the place of the version in force at each instant, -1 where none is."""
    found = np.full(len(seconds), -1, np.int64)
    for place, law in enumerate(family.laws):
        begins, ends = law.clause.in_force_from, law.clause.in_force_to
        within = np.ones(len(seconds), np.bool_)
        if begins is not None:
            within &= seconds >= begins
        if ends is not None:
            within &= seconds < ends
        found[within] = place
    return found


def is_timeless(family: Family) -> bool:
    """Say whether a family is one version without dates."""
    clause = family.laws[0].clause
    return len(family.laws) == 1 and clause.in_force_from is None and clause.in_force_to is None


def openings_of(reader: Reader, place: int) -> list[Openings]:
    """Return the triggers of one version, conditions read, those that are false left out."""
    law = reader.family.laws[place]
    form = law.clause.when.form
    found = _starts(reader, place) if form == "while" else [_entries(reader, place)]
    for opened in found:
        if law.clause.given:
            opened.truths = all_of([opened.truths, given(reader, law, opened)], len(opened))
    return [opened.kept(opened.truths.truth != FALSE) for opened in found]


def _entries(reader: Reader, place: int) -> Openings:
    law, prepared = reader.family.laws[place], reader.prepared
    when = law.clause.when
    table = prepared.tables[when.name]
    roles = sorted(law.clause.roles)
    rows = keyed(prepared, table, roles, own=True)
    likely = _literal(reader, table, when.where) if when.form == "entry" else None
    if when.form == "count":
        rows = _counted(table, rows, roles, when.at_least, when.days)
    elif likely is not None:
        rows = rows.kept(likely.truth[rows.at] != FALSE)
    if not is_timeless(reader.family):
        rows = rows.kept(version_at(reader.family, table.columns["l"][rows.at]) == place)
    opened = _opened(place, table, rows)
    parts = [] if likely is None else [likely.taken(opened.at)]
    parts += [_where(reader, law, opened, test) for test in when.where if isinstance(test.right, Ref)]
    opened.truths = all_of(parts, len(opened))
    return opened


def _literal(reader: Reader, table: Table, where: Where) -> Truths | None:
    tests = [test for test in where if not isinstance(test.right, Ref)]
    if not tests:
        return None
    return all_of([literal_test(reader.prepared, table, test, reader.names) for test in tests], len(table))


def _opened(place: int, table: Table, rows: Keyed) -> Openings:
    size = len(rows.at)
    columns = {name: table.columns[name] for name in ("l", "e", "n", "agency")}
    columns = columns if rows.is_whole(len(table)) else picked(columns, rows.at)
    l, e, n, agency = columns.values()  # noqa: E741
    rest = l, e, n, Truths.of(np.ones(size, np.bool_)), np.zeros(size, np.bool_)
    return Openings(place, table, rows.at, rows.keys, l, e, n, agency, *rest)


def _where(reader: Reader, law: Law, opened: Openings, test: Test) -> Truths:
    """Return one condition on the triggering entry that names a state."""
    assert isinstance(test.right, Ref)
    if test.right.base not in ("state", "before") or test.op not in ("eq", "not", "below", "above"):
        raise NotRegular(f"{test.left} {test.op} {test.right}")
    line = reader.line(law, test.right.name)
    if line.state.value is None:
        raise NotRegular(f"{test.right.name} has no value")
    keys = state_keys(reader, law, opened, line.state.key)
    if test.right.base == "before":
        values, ties, _ = read_before(line.arrays, keys, opened.l, opened.e, opened.n)
    else:
        values, ties, _ = read_at(line.arrays, keys, opened.l)
    opened.ties |= ties
    return _against(reader, opened, test, values, keys, line)


def _against(reader: Reader, opened: Openings, test: Test, values: Codes, keys: Longs, line: Line) -> Truths:
    """Compare a field of the trigger with a state's value; a state without one makes it false (`not`: true)."""
    codes = codes_in_slot(opened.table, test.left)[opened.at]
    if bool(np.any(codes == MANY)):
        raise NotRegular(f"{test.left} is a list")
    right = np.where(values < 0, MISSING, values).astype(np.int32)
    if test.op in ("eq", "not"):
        found = Truths.of((codes == right) == (test.op == "eq"))
    else:
        found = ranked(codes, test, reader.prepared.texts, reader.names, right)
    absent = values == ABSENT
    truth = np.where(absent, test.op == "not", found.truth).astype(np.int8)
    found = Truths(truth, np.where(absent, -1, found.missing).astype(np.int16))
    found = found.unknown(values == MISSING, reader.names.number(line.state.value or ""))
    found = found.unknown(keys < 0, reader.names.number(line.state.key))
    return found.unknown(codes == MISSING, reader.names.number(test.left))


def state_keys(reader: Reader, law: Law, opened: Openings, role: str) -> Longs:
    """Return the key of a state for each trigger: from the duty's key, else from the entry, the least of several."""
    if role in opened.keys and role != "trigger":
        return opened.keys[role]
    if bool(np.any(opened.at < 0)):
        raise NotRegular(f"a state keyed by {role} on a key without it")
    rows, keys = keys_of(reader.prepared, opened.table, role)
    found = np.full(len(opened.table), -1, np.int64)
    found[rows] = keys
    twice = np.unique(rows[1:][rows[1:] == rows[:-1]]) if len(rows) > 1 else rows[:0]
    for row in twice:
        least = min((reader.prepared.texts.text(int(key)), int(key)) for key in keys[rows == row])
        found[row] = least[1]
    return found[opened.at]


def given(reader: Reader, law: Law, opened: Openings) -> Truths:
    """Return the conditions of `given`, read at the trigger."""
    parts = [state_test(reader, law, opened, test, opened.l) for test in law.clause.given]
    return all_of(parts, len(opened))


def state_test(reader: Reader, law: Law, opened: Openings, test: Test, at: Longs) -> Truths:
    """Return one condition on a state at an instant for each row."""
    line = reader.line(law, test.left)
    keys = state_keys(reader, law, opened, line.state.key)
    values, ties, _ = read_at(line.arrays, keys, at)
    opened.ties |= ties
    role, value = line.state.key, line.state.value
    return state_value_test(test, values, keys, role, value, reader.prepared, reader.names)


def _counted(table: Table, rows: Keyed, roles: Sequence[str], at_least: int, days: int) -> Keyed:
    """Return the rows that are at least the N-th on their key within the days that end on their own."""
    unit, count = dense(rows.keys, roles)
    starts, order = bucketed(unit, count)
    on = local_days(table.columns["l"][rows.at])
    return rows.taken(np.sort(nth(starts, order, on, at_least, days)))


@compiled
def nth(starts: Longs, order: Longs, on: Longs, at_least: int, days: int) -> Longs:
    """Return the rows that are at least the N-th of their bucket within the days that end on their own."""
    found, used = np.empty(len(order), np.int64), 0
    for bucket in range(len(starts) - 1):
        for place in range(starts[bucket] + at_least - 1, starts[bucket + 1]):
            if on[order[place]] - on[order[place - at_least + 1]] < days:
                found[used] = order[place]
                used += 1
    return found[:used]


def dense(keys: dict[str, Longs], roles: Sequence[str]) -> tuple[Longs, int]:
    """Return a small whole number for each combination of keys, and how many there are."""
    values = composite(keys, roles)
    order = stable_order(values)
    ascending = values[order]
    fresh = np.zeros(len(values), np.int64)
    np.not_equal(ascending[1:], ascending[:-1], out=fresh[1:], casting="unsafe")
    found = np.empty(len(values), np.int64)
    found[order] = np.cumsum(fresh)
    return found, int(fresh.sum()) + min(1, len(values))


def composite(keys: dict[str, Longs], roles: Sequence[str]) -> Longs:
    """Return one number for each combination of at most two keys."""
    columns = [keys[role] for role in roles]
    if not columns:
        raise NotRegular("a key of no roles")
    if len(columns) > 2 or any(len(column) and int(column.max()) >= 2**31 for column in columns):
        raise NotRegular("a key of many roles")
    return columns[0] if len(columns) == 1 else columns[0] * 2**31 + columns[1]


def _starts(reader: Reader, place: int) -> list[Openings]:
    """Return the triggers of a `while`: each start of the state, and the commencement of a first version."""
    law, prepared = reader.family.laws[place], reader.prepared
    name, roles = law.clause.when.name, sorted(law.clause.roles)
    line = reader.line(law, name)
    if roles != [line.state.key]:
        raise NotRegular("`while` on more than the state's key")
    _, l, e, n, *_ = line.arrays  # noqa: E741
    rows = np.flatnonzero(line.rising & (version_at(reader.family, l) == place))
    table = next(iter(prepared.tables.values()))
    found = [_run(place, table, line, rows, (l[rows], e[rows], n[rows]))]
    begins = law.clause.in_force_from
    if begins is not None and place == 0 and begins <= prepared.horizon:
        found.append(_commencing(place, table, line, begins))
    return found


def _run(
    place: int,
    table: Table,
    line: Line,
    rows: Longs,
    span: tuple[Longs, Longs, Longs],
) -> Openings:
    size = len(rows)
    start = line.arrays[1][rows], line.arrays[2][rows], line.arrays[3][rows]
    keys = {line.state.key: line.set_keys[rows]}
    truths, ties = Truths.of(np.ones(size, np.bool_)), np.zeros(size, np.bool_)
    return Openings(place, table, np.full(size, -1), keys, *span, line.agency[rows], *start, truths, ties)


def _commencing(place: int, table: Table, line: Line, begins: int) -> Openings:
    """Return the commencement, for each key whose state began before and holds then."""
    starts, l = line.arrays[0], line.arrays[1]  # noqa: E741
    keys = np.flatnonzero(starts[1:] > starts[:-1])
    _, _, places = read_at(line.arrays, keys, np.full(len(keys), begins, np.int64))
    first = run_starts(places, line.rising)
    kept = np.flatnonzero(first >= 0)
    kept = kept[l[first[kept]] < begins]
    rows = first[kept]
    at = np.full(len(rows), begins, np.int64)
    return _run(place, table, line, rows, (at, at, np.full(len(rows), -1, np.int64)))


@compiled
def run_starts(places: Longs, rising: npt.NDArray[np.bool_]) -> Longs:
    """Return the setting that began the hold that each place is part of."""
    found = places.copy()
    for row in range(len(found)):
        while found[row] >= 0 and not rising[found[row]]:
            found[row] -= 1
    return found


def members_of(prepared: Prepared, opened: Openings, field_name: str, names: Names) -> tuple[Longs, Longs, Truths]:
    """Return (row, addressee) for every member of a list field, and the outcome for rows that lack it."""
    if bool(np.any(opened.at < 0)):
        raise NotRegular("`for_each` of a state's start")
    codes = codes_in_slot(opened.table, field_name)[opened.at].astype(np.int64)
    rows, keys = keys_of(prepared, opened.table, field_name)
    each = crossed(Keyed(opened.at, {"row": np.arange(len(opened))}), "member", rows, keys, len(opened.table))
    lacking = np.flatnonzero(codes == MISSING)
    every = np.concatenate((each.keys["row"], lacking))
    members = np.concatenate((each.keys["member"], np.full(len(lacking), NO_ONE)))
    order = np.argsort(every, kind="stable")
    missing = Truths.of(np.ones(len(opened), np.bool_)).unknown(codes == MISSING, names.number(field_name))
    return every[order], members[order], missing
