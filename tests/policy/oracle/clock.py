"""Times, local days and periods; an instant is a whole number of seconds since 1970 in UTC.

The numbers in comments are those of shared `duties.md`: M1-M11 the meaning, R1-R33 the readings settled.
"""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")  # M2: local days are days in Europe/London
FIRST_YEAR, LAST_YEAR = 1990, 2035  # R29
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
PERIOD = re.compile(r"(\d+) (h|days?|wd|weeks?|months?|years?)( before)?")
UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


class Span(NamedTuple):
    """A claimed time: not before `e` and not after `l`, both included (M2, R2)."""

    e: int
    l: int  # noqa: E741 - the page's own letter


class Period(NamedTuple):
    """A number of hours, days, working days, weeks, months or years."""

    number: int
    unit: str
    before: bool = False


@cache
def england_wales() -> frozenset[date]:
    """The bank holidays of England and Wales from the pinned package."""  # R29
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=years))


def local_day(instant: int) -> date:
    """The day in London that contains the instant."""
    return datetime.fromtimestamp(instant, LONDON).date()


def day_start(day: date) -> int:
    """00:00:00 of the local day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=LONDON).timestamp())


def day_end(day: date) -> int:
    """23:59:59 of the local day: the last second that is still in time (R2)."""
    return day_start(day + timedelta(days=1)) - 1


def read_span(text: str) -> Span:
    """The span of an instant, a date or `date/date`; anything else is a ValueError."""
    exact = INSTANT.fullmatch(text)
    if exact:
        # R2: fractions of a second are dropped.
        second = int(datetime.fromisoformat(exact.group(1)).replace(tzinfo=UTC).timestamp())
        return Span(second, second)
    first, _, last = text.partition("/")
    span = Span(day_start(date.fromisoformat(first)), day_end(date.fromisoformat(last or first)))
    if len(first) != 10 or span.e > span.l:
        raise ValueError(f"{text!r} is not a claimed time")
    return span


def written(instant: int | None) -> str | None:
    """The instant as `recorded_at` is written, or nothing."""
    if instant is None:
        return None
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def read_period(text: str) -> Period:
    """A period such as `3 months` or `48 h before`."""
    found = PERIOD.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a period")
    unit = found.group(2)
    return Period(int(found.group(1)), UNITS.get(unit, unit), bool(found.group(3)))


def is_working(day: date, bank_holidays: frozenset[date]) -> bool:
    """Monday to Friday and not a bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays


def working_day(day: date, number: int, sign: int, bank_holidays: frozenset[date]) -> date:
    """The N-th working day after (or before) the day, the day itself not counted (M2)."""
    while number:
        day += timedelta(days=sign)
        number -= is_working(day, bank_holidays)
    return day


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, clipped to the month's end (M2)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift_day(day: date, period: Period, sign: int, bank_holidays: frozenset[date]) -> date:
    """The local day that lies a period (other than hours) after or before the day."""
    if period.unit == "wd":
        return working_day(day, period.number, sign, bank_holidays)
    if period.unit in ("months", "years"):
        return add_months(day, sign * period.number * (12 if period.unit == "years" else 1))
    return day + timedelta(days=sign * period.number * (7 if period.unit == "weeks" else 1))


def hours_later(instant: int, hours: int) -> int:
    """Hours are elapsed, whatever the clocks on the wall do (M2)."""
    return instant + hours * 3600


def shift(instant: int, period: Period, sign: int, bank_holidays: frozenset[date]) -> int:
    """The instant ± a period: hours are elapsed, everything longer ends with the local day (M2, R6)."""
    if period.unit == "h":
        return hours_later(instant, sign * period.number)
    return day_end(shift_day(local_day(instant), period, sign, bank_holidays))


def window_start(instant: int, period: Period, bank_holidays: frozenset[date]) -> int:
    """Where an `early` span opens: 00:00 of the N-th day before, hours elapsed (R18)."""
    if period.unit == "h":
        return hours_later(instant, -period.number)
    return day_start(shift_day(local_day(instant), period, -1, bank_holidays))
