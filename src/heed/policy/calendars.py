"""Limits counted on the local calendar: every rule is one table from a local day to the end of its due day.

Days, weeks, months, years and working days end with the local day (23:59:59); hours are elapsed.
Months and years fall on the same day of the month, clipped to its last; 29 February plus a year is 28 February.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

import numpy as np

from heed.lib.errors import HeedError

from .times import BASE, FIRST_DAY, Ints, day_of, day_start_list, day_starts, local_day, local_days

# Working days are known for these years only: the range the issue asks for and the `holidays` package confirms.
FIRST_YEAR, LAST_YEAR = 1990, 2035
UNITS = ("h", "days", "wd", "weeks", "months", "years")
# A due that no calendar reaches (working days outside the calendar's years).
BEYOND = -(2**62)


@dataclass(frozen=True, slots=True)
class Limit:
    """N units after (or, with `before`, before) the instant a clock counts from."""

    n: int
    unit: str
    before: bool = False

    def __str__(self) -> str:
        return f"{self.n} {self.unit}" + (" before" if self.before else "")


@dataclass(frozen=True)
class Calendar:
    """A calendar by name: its bank holidays, as dates; weekends are never working days."""

    name: str
    bank_holidays: frozenset[date]
    _tables: dict[Limit, Ints] = field(default_factory=dict, repr=False, compare=False)
    _lists: dict[Limit, list[int]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def working_days(self) -> list[int]:
        """Positions, from FIRST_DAY on, of all working days of the years covered, ascending."""
        first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
        days = (date.fromordinal(at) for at in range(first, last + 1))
        return [
            day.toordinal() - FIRST_DAY.toordinal()
            for day in days
            if day.weekday() < 5 and day not in self.bank_holidays
        ]

    def due(self, limit: Limit, second: int) -> int:
        """Return the instant at which `limit` counted from `second` ends, BEYOND where the calendar does not reach."""
        if limit.unit == "h":
            return second + (-limit.n if limit.before else limit.n) * 3600
        table = self._lists.get(limit)
        if table is None:
            table = self._lists[limit] = self.table(limit).tolist()
        return table[local_day(second)]

    def dues(self, limit: Limit, seconds: Ints) -> Ints:
        """Return `due` of every second."""
        if limit.unit == "h":
            return seconds + (-limit.n if limit.before else limit.n) * 3600
        return self.table(limit)[local_days(seconds)]

    def opening(self, limit: Limit, second: int) -> int:
        """Return when an `early` span before `second` opens: 00:00 of the N-th day before it, hours elapsed."""
        if limit.unit == "h":
            return second - limit.n * 3600
        end = self.due(Limit(limit.n, limit.unit, before=True), second)
        return BEYOND if end == BEYOND else day_start_list()[local_day(end)]

    def openings(self, limit: Limit, seconds: Ints) -> Ints:
        """Return `opening` of every second."""
        if limit.unit == "h":
            return seconds - limit.n * 3600
        ends = self.dues(Limit(limit.n, limit.unit, before=True), seconds)
        safe = np.where(ends == BEYOND, 0, ends)
        return np.where(ends == BEYOND, BEYOND, day_starts()[local_days(safe)])

    def table(self, limit: Limit) -> Ints:
        """Return, for each local day, the last second of the day that `limit` counted from it reaches."""
        if limit not in self._tables:
            self._tables[limit] = _ends(self._targets(limit))
        return self._tables[limit]

    def _targets(self, limit: Limit) -> Ints:
        n = -limit.n if limit.before else limit.n
        days = np.arange(len(day_starts()) - 1, dtype=np.int64)
        if limit.unit in ("days", "weeks"):
            return days + n * (7 if limit.unit == "weeks" else 1)
        if limit.unit == "wd":
            return self._working(days, limit.n, before=limit.before)
        return _months_on(days, n * (12 if limit.unit == "years" else 1))

    def _working(self, days: Ints, n: int, *, before: bool) -> Ints:
        """Return the N-th working day after (before) each day; -1 where that is outside the years covered."""
        working = np.array(self.working_days, np.int64)
        if before:
            at = np.searchsorted(working, days, "left") - n
        else:
            at = np.searchsorted(working, days, "right") - 1 + n
        ok = (at >= 0) & (at < len(working)) & (days >= working[0] - 3) & (days <= working[-1] + 3)
        if n == 0:
            return np.where(ok, days, -1)
        return np.where(ok, working[np.clip(at, 0, len(working) - 1)], -1)

    def working_days_between(self, first: int, last: int) -> int:
        """Count the working days after the local day of `first` up to and on that of `last`."""
        return bisect_right(self.working_days, local_day(last)) - bisect_right(self.working_days, local_day(first))

    def is_working(self, day: date) -> bool:
        """Say whether `day` is a working day; a day outside the years covered is refused."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise HeedError(f"The calendar {self.name} covers {FIRST_YEAR} to {LAST_YEAR}, not {day.isoformat()}.")
        at = day.toordinal() - FIRST_DAY.toordinal()
        place = bisect_left(self.working_days, at)
        return place < len(self.working_days) and self.working_days[place] == at


def _ends(targets: Ints) -> Ints:
    """Return the last second of each target day, BEYOND where there is no such day."""
    starts = day_starts()
    ok = (targets >= 0) & (targets < len(starts) - 1)
    return np.where(ok, starts[np.where(ok, targets, 0) + 1] - 1, BEYOND)


def _months_on(days: Ints, months: int) -> Ints:
    """Return each day `months` later, on the same day of the month, clipped to the month's last."""
    dates = (days + BASE).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    within = dates - month.astype("datetime64[D]")
    then = (month + np.timedelta64(months, "M")).astype("datetime64[D]")
    length = (month + np.timedelta64(months + 1, "M")).astype("datetime64[D]") - then
    landed = then + np.minimum(within, length - np.timedelta64(1, "D"))
    positions: Ints = landed.astype(np.int64) - BASE
    return positions


@cache
def england_wales() -> Calendar:
    """Return the calendar `england-wales`: bank holidays 1990 to 2035 of the pinned `holidays` package."""
    import holidays

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    days = holidays.country_holidays("GB", subdiv="ENG", years=years)
    return Calendar("england-wales", frozenset(days))


def calendar_of(wanted: "Calendar | Iterable[str | date] | str | None") -> Calendar:
    """Return a calendar given as itself, by its name, as its bank holidays (dates, or as text), or the default one."""
    if isinstance(wanted, Calendar):
        return wanted
    if wanted is None or wanted == "england-wales":
        return england_wales()
    if isinstance(wanted, str):
        raise HeedError(f"There is no calendar {wanted!r}; the one that Heed carries is 'england-wales'.")
    return Calendar("given", frozenset(day if isinstance(day, date) else day_of(day) for day in wanted))
