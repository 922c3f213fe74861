"""Dates as people and systems write them, read without guessing."""

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

# Days in the sector's files are local days; `record_format.md` keeps an instant in UTC.
LONDON = ZoneInfo("Europe/London")
# Dates outside these years are kept but doubted: no child, worker or parent in a return was alive then.
PLAUSIBLE_YEARS = range(1900, 2101)
# Excel counts days from here (1900 system, its false 29 February 1900 included); the 1904 system is 1,462 days later.
EXCEL_EPOCH = dt.date(1899, 12, 30)
DAYS_1904 = 1462
# Serial numbers taken for dates: five digits, 1927-05-18 to 2099-12-31. Smaller ones are more often years or counts.
SERIALS = range(10000, 73051)

YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](.+)|Z|[+-]\d\d:\d\d)?", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ]+(.+))?", re.ASCII)
WITH_NAME = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})[- ,]+(\d{4})", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII)
SERIAL = re.compile(r"(\d{5})(?:\.(\d+))?", re.ASCII)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


# Days that every year has, as `DD/MM/`, and the plausible years: nearly all dates in returns are read by these alone.
EVERY_YEAR = {
    f"{day.day:02}/{day.month:02}/": f"-{day.month:02}-{day.day:02}"
    for day in (dt.date(1901, 1, 1) + dt.timedelta(days=number) for number in range(365))
}
YEARS = frozenset(map(str, PLAUSIBLE_YEARS))


class Unreadable(ValueError):
    """A text that cannot be read as a date; the message says why, for the person who must correct it."""


def read_date(text: str, *, month_first: bool = False, from_1904: bool = False) -> str:
    """Return `YYYY-MM-DD`, or the UTC instant where a time of day other than midnight was written.

    Day before month unless `month_first`; a serial number as Excel counts. Anything else is refused, not guessed.
    """
    if match := YEAR_LAST.fullmatch(text):
        first, second, year, clock = match.groups()
        day, month = (second, first) if month_first else (first, second)
        return with_clock(calendar_day(year, month, day, text), clock)
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day, clock = match.groups()
        return with_clock(calendar_day(year, month, day, text), clock)
    if match := WITH_NAME.fullmatch(text):
        day, name, year = match.groups()
        if name[:3].lower() not in MONTHS:
            raise Unreadable(f"'{name}' is not the name of a month")
        return calendar_day(year, str(MONTHS.index(name[:3].lower()) + 1), day, text).isoformat()
    if match := SERIAL.fullmatch(text):
        return from_serial(match[1], match[2], from_1904=from_1904)
    if re.fullmatch(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}", text):
        raise Unreadable("the year has two digits only; write it with four")
    raise Unreadable("this is not a date; write it as DD/MM/YYYY or YYYY-MM-DD")


def read_plain(text: str) -> str | None:
    """Return the day of a plain `DD/MM/YYYY`, or None for anything that needs a closer look."""
    day = EVERY_YEAR.get(text[:6])
    return text[6:] + day if day and text[6:] in YEARS else None


def calendar_day(year: str, month: str, day: str, text: str) -> dt.date:
    """Return the day, or say what is wrong with it."""
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        pass
    if int(month) > 12 >= int(day):
        raise Unreadable(f"'{text}' has no such month; it looks written month first")
    raise Unreadable(f"there is no such day as '{text}'")


def with_clock(day: dt.date, clock: str | None) -> str:
    """Return the day alone where the clock says midnight or nothing, else the instant in UTC."""
    if not clock:
        return day.isoformat()
    match = CLOCK.fullmatch(clock.strip())
    if not match:
        raise Unreadable(f"'{clock}' is not a time of day")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if not (hour or minute or second):
        return day.isoformat()
    try:
        moment = dt.datetime.combine(day, dt.time(hour, minute, second, tzinfo=zone(match[4])))
        return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (ValueError, OverflowError):
        raise Unreadable(f"'{clock}' is not a time of day") from None


def zone(offset: str | None) -> dt.tzinfo:
    """Return the time zone that an offset names; London's clock where there is none."""
    if not offset:
        return LONDON
    if offset == "Z":
        return dt.UTC
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return dt.timezone(dt.timedelta(minutes=minutes if offset[0] == "+" else -minutes))


def from_serial(days: str, fraction: str | None, *, from_1904: bool) -> str:
    """Return the date behind an Excel serial number; a fraction of a day is a time of day."""
    if int(days) not in SERIALS:
        raise Unreadable("this number is not a date as Excel counts them")
    day = EXCEL_EPOCH + dt.timedelta(days=int(days) + (DAYS_1904 if from_1904 else 0))
    seconds = round(float(f"0.{fraction or 0}") * 86400)
    if seconds in (0, 86400):
        return (day + dt.timedelta(days=seconds // 86400)).isoformat()
    return with_clock(day, f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}")


def is_plausible(day: str) -> bool:
    """Tell whether the year lies between 1900 and 2100."""
    return int(day[:4]) in PLAUSIBLE_YEARS


def is_serial(text: str) -> bool:
    """Tell whether this is a number that would be read as an Excel date."""
    return SERIAL.fullmatch(text) is not None


def only_day_first(texts: Iterable[str]) -> list[str]:
    """Return the texts that can only be dates with the day first."""
    return [text for text in texts if only(text, 1, 2)]


def only_month_first(texts: Iterable[str]) -> list[str]:
    """Return the texts that can only be dates with the month first."""
    return [text for text in texts if only(text, 2, 1)]


def only(text: str, day: int, month: int) -> bool:
    """Tell whether a text can only be a date with the day and the month at these places."""
    match = YEAR_LAST.fullmatch(text)
    return match is not None and int(match[day]) > 12 >= int(match[month])
