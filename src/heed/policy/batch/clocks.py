"""Dues as columns: what the clock counts from, and the limit, for triggers and for acts that anchor what follows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.calendars import BEYOND, Calendar, Limit
from heed.policy.law import Law
from heed.policy.words import AnyLimit, By, Choose, Instant, NoLimit, Test

from .compiled import compiled
from .days import dues_of
from .groups import Keyed, NotRegular, codes_in_slot, keyed
from .masks import FALSE, TRUE, UNKNOWN, Truths, all_of, span_columns
from .openings import Openings, Reader, run_starts, state_keys, state_test
from .scan import NO_TIME
from .sorting import constant
from .states import ABSENT, read_at
from .table import Table
from .texts import MISSING, Longs
from .units import Units
from .walk import AGED, CLOCK, LACKING, NONE


@dataclass
class Clocks:
    """Dues of one limit for many anchors; `missing` names the field where the form is LACKING."""

    start: Longs
    due: Longs
    due_e: Longs
    form: Longs
    missing: npt.NDArray[np.integer[Any]]


@dataclass
class Maker:
    """What making clocks needs besides the reader: the calendar and the units of the family."""

    reader: Reader
    calendar: Calendar
    units: Units

    def first(self, law: Law, opened: Openings) -> Clocks:
        """Return the clocks of first occurrences."""
        if law.clause.from_.form == "trigger":
            return self.counted(law, law.clause.within[0], opened, opened.e, opened.l)
        early, late, missing = self._start(law, opened)
        lacking, before = missing >= 0, opened.ties
        clocks = self.counted(law, law.clause.within[0], opened, early, late)
        opened.ties = np.where(lacking, before, opened.ties)  # without a start no limit is read
        clocks.form = np.where(lacking, LACKING, clocks.form)
        clocks.missing = np.where(lacking, missing, clocks.missing)
        return clocks

    def counted(self, law: Law, limit: AnyLimit, opened: Openings, early: Longs, late: Longs) -> Clocks:
        """Return the clocks of one limit counted from the spans [early, late] of the anchors given."""
        if not isinstance(limit, Choose):
            return self._plain(limit, opened, early, late)
        size = len(opened)
        found = Clocks(late.copy(), np.full(size, NONE), np.full(size, NONE), np.full(size, LACKING), _none(size))
        left = np.ones(size, np.bool_)
        for row in limit.rows:
            before, opened.ties = opened.ties, np.zeros(size, np.bool_)
            tests = [self._condition(law, opened, test) for test in row.given]
            opened.ties = before | (opened.ties & left)  # a row after the first true one is not read
            truths = all_of(tests, size)
            unknown = left & (truths.truth == UNKNOWN)
            found.missing[unknown] = truths.missing[unknown]
            met = left & (truths.truth == TRUE)
            part = self._plain(row.limit, opened, early, late)
            for name in ("due", "due_e", "form", "missing"):
                getattr(found, name)[met] = getattr(part, name)[met]
            left &= truths.truth == FALSE
        return found

    def _plain(self, limit: Limit | NoLimit | By, opened: Openings, early: Longs, late: Longs) -> Clocks:
        size = len(late)
        none, known = constant(NONE, size), constant(-1, size)
        if isinstance(limit, NoLimit):
            return Clocks(late, none, none, constant(AGED, size), known)
        if isinstance(limit, By):
            due = self._by(limit.kind, opened)
            return Clocks(late, due, due, constant(CLOCK, size), known)
        due, is_beyond = dues_of(self.calendar, limit, late)
        exact = limit.unit != "h" or early is late
        due_e = due if exact else dues_of(self.calendar, limit, early)[0]
        if not is_beyond:
            return Clocks(late, due, due_e, constant(CLOCK, size), known)
        beyond = due == BEYOND  # which is NONE
        number = self.reader.names.number("calendar")
        return Clocks(late, due, due_e, np.where(beyond, LACKING, CLOCK), np.where(beyond, number, -1))

    def _by(self, kind: str, opened: Openings) -> Longs:
        table, rows = self._on_key(kind, opened)
        starts, order, _ = self.units.gather(rows.keys)
        l, n = table.columns["l"][rows.at][order], table.columns["n"][rows.at][order]  # noqa: E741
        return first_from(starts, l, n, self.units.of(opened.keys), opened.e, opened.n)

    def _on_key(self, kind: str, opened: Openings) -> tuple[Table, Keyed]:
        """Return the rows of a kind on the family's keys; an addressee in the key is left to the plain evaluator."""
        if "addressee" in self.reader.family.laws[opened.law].clause.match:
            raise NotRegular(f"{kind} on a key with an addressee")  # C30
        table = self.reader.prepared.tables[kind]
        return table, keyed(self.reader.prepared, table, self.units.roles)

    def _start(self, law: Law, opened: Openings) -> tuple[Longs, Longs, npt.NDArray[np.int16]]:
        form, name, missing = law.clause.from_.form, law.clause.from_.name, _none(len(opened))
        if form == "field":
            if bool(np.any(opened.at < 0)):
                raise NotRegular("`from` a field of a state's start")
            early, late = span_columns(self.reader.prepared, codes_in_slot(opened.table, name)[opened.at])
        elif form == "last":
            early, late = self._last(name, opened)
        else:
            early, late, read = self.start_of(law, opened, name, opened.l)
            missing = read.missing
        lacking = (late == NO_TIME) & (missing < 0)
        missing[lacking] = self.reader.names.number(name)
        return early, late, missing

    def _last(self, kind: str, opened: Openings) -> tuple[Longs, Longs]:
        table, rows = self._on_key(kind, opened)
        starts, order, _ = self.units.gather(rows.keys)
        l, e = table.columns["l"][rows.at][order], table.columns["e"][rows.at][order]  # noqa: E741
        place = last_until(starts, l, self.units.of(opened.keys), opened.l)
        if not len(l):
            none = np.full(len(opened), NO_TIME, np.int64)
            return none, none
        safe = np.maximum(place, 0)
        return np.where(place < 0, NO_TIME, e[safe]), np.where(place < 0, NO_TIME, l[safe])

    def start_of(self, law: Law, opened: Openings, name: str, at: Longs) -> tuple[Longs, Longs, Truths]:
        """Return the span of the entry that began a state, NO_TIME where it has no value."""
        line = self.reader.line(law, name)
        keys = state_keys(self.reader, law, opened, line.state.key)
        _, _, places = read_at(line.arrays, keys, at)
        known = Truths.of(np.ones(len(keys), np.bool_)).unknown(keys < 0, self.reader.names.number(line.state.key))
        if line.state.value is None:
            places = run_starts(places, line.rising)
        late, early = line.arrays[1], line.arrays[2]
        if not len(late):
            none = np.full(len(keys), NO_TIME, np.int64)
            return none, none, known
        safe, none = np.maximum(places, 0), (places < 0) | (known.truth == UNKNOWN)
        return np.where(none, NO_TIME, early[safe]), np.where(none, NO_TIME, late[safe]), known

    def _condition(self, law: Law, opened: Openings, test: Test) -> Truths:
        """Return one condition of a `choose` row, read at the anchor."""
        if test.left != "anchor":
            return state_test(self.reader, law, opened, test, opened.l)
        if not isinstance(test.right, Instant):
            raise NotRegular(f"anchor {test.op} {test.right}")
        seconds, known = self.instant(law, opened, test.right)
        truth = opened.l < seconds if test.op == "before" else opened.l > seconds
        truth &= seconds != NO_TIME
        return Truths(np.where(known.truth == UNKNOWN, UNKNOWN, truth).astype(np.int8), known.missing)

    def instant(self, law: Law, opened: Openings, instant: Instant) -> tuple[Longs, Truths]:
        """Return the second an instant means for each anchor; NO_TIME where the state has no value."""
        known = Truths.of(np.ones(len(opened), np.bool_))
        if instant.base == "date":
            seconds = np.full(len(opened), instant.fixed().l, np.int64)
        elif instant.base in ("anchor", "trigger"):
            seconds = opened.l
        elif instant.base == "start":
            _, seconds, known = self.start_of(law, opened, instant.name, opened.l)
        elif instant.base == "state":
            seconds, known = self._dated(law, opened, instant.name)
        else:
            raise NotRegular(f"an instant counted from {instant.base}")
        if instant.offset is None:
            return seconds, known
        landed = self.calendar.dues(instant.offset, np.where(seconds == NO_TIME, 0, seconds))
        landed = np.where(seconds == NO_TIME, NO_TIME, landed)
        known = known.unknown((landed == BEYOND) & (seconds != NO_TIME), self.reader.names.number("calendar"))
        return np.where(landed == BEYOND, NO_TIME, landed), known

    def _dated(self, law: Law, opened: Openings, name: str) -> tuple[Longs, Truths]:
        line = self.reader.line(law, name)
        keys = state_keys(self.reader, law, opened, line.state.key)
        values, ties, _ = read_at(line.arrays, keys, opened.l)
        opened.ties |= ties
        _, seconds = span_columns(self.reader.prepared, np.where(values < 0, MISSING, values).astype(np.int32))
        if line.state.value is None:
            raise NotRegular(f"{name} has no date")
        number = self.reader.names.number(line.state.value)
        known = Truths.of(np.ones(len(keys), np.bool_)).unknown((seconds == NO_TIME) & (values != ABSENT), number)
        return seconds, known.unknown(keys < 0, self.reader.names.number(line.state.key))


def _none(size: int) -> npt.NDArray[np.int16]:
    return np.full(size, -1, np.int16)


@compiled
def first_from(starts: Longs, late: Longs, number: Longs, units: Longs, since: Longs, own: Longs) -> Longs:
    """Return the instant of each unit's first row from an instant on, its own entry left out; NONE without one."""
    found = np.full(len(units), NONE, np.int64)
    for row in range(len(units)):
        if units[row] < 0:
            continue
        low, high = starts[units[row]], starts[units[row] + 1]
        stop = high
        while low < high:
            middle = (low + high) // 2
            if late[middle] < since[row]:
                low = middle + 1
            else:
                high = middle
        if low < stop and number[low] == own[row]:
            low += 1
        if low < stop:
            found[row] = late[low]
    return found


@compiled
def last_until(starts: Longs, late: Longs, units: Longs, until: Longs) -> Longs:
    """Return the place of each unit's last row at or before an instant, -1 without one."""
    found = np.full(len(units), -1, np.int64)
    for row in range(len(units)):
        if units[row] < 0:
            continue
        low, high = starts[units[row]], starts[units[row] + 1]
        first = low
        while low < high:
            middle = (low + high) // 2
            if late[middle] <= until[row]:
                low = middle + 1
            else:
                high = middle
        if low > first:
            found[row] = low - 1
    return found
