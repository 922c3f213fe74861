"""Claimed times as closed spans of whole seconds, and the local days of Europe/London they fall in."""

import re
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

LONDON = ZoneInfo("Europe/London")
EPOCH = date(1970, 1, 1)
# Entries are dated within these years; a date outside them is a slip and is listed, not evaluated.
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2160, 12, 31)
BASE = (FIRST_DAY - EPOCH).days
INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|\+00:00)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")

Ints = npt.NDArray[np.int64]


class Span(NamedTuple):
    """The closed span [e, l] of a claimed time, in seconds since 1970 (UTC); an instant has e = l."""

    e: int
    l: int  # noqa: E741 - the letters of duties.md


@cache
def day_starts() -> Ints:
    """Return, for each local day from FIRST_DAY on and one more, the second (UTC) at which it begins."""
    count = (LAST_DAY - FIRST_DAY).days + 2
    seconds = [
        int(datetime(day.year, day.month, day.day, tzinfo=LONDON).timestamp())
        for day in (date.fromordinal(FIRST_DAY.toordinal() + at) for at in range(count))
    ]
    return np.array(seconds, np.int64)


@cache
def day_start_list() -> list[int]:
    """Return `day_starts` as plain integers, quicker to index one at a time."""
    plain: list[int] = day_starts().tolist()
    return plain


def local_day(second: int) -> int:
    """Return the position, from FIRST_DAY on, of the local day that holds `second`."""
    starts = day_start_list()
    at = (second + 7200) // 86400 - BASE
    while starts[at] > second:
        at -= 1
    return at


def local_days(seconds: Ints) -> Ints:
    """Return the position of the local day of each second."""
    starts = day_starts()
    at: Ints = (seconds + 3600) // 86400 - BASE
    at -= starts[at] > seconds
    return at


def local_date(second: int) -> date:
    """Return the local calendar date that holds `second`."""
    return date.fromordinal(FIRST_DAY.toordinal() + local_day(second))


def day_span(day: date) -> Span:
    """Return the span of one local day: 00:00:00 to 23:59:59."""
    at = day.toordinal() - FIRST_DAY.toordinal()
    starts = day_start_list()
    return Span(starts[at], starts[at + 1] - 1)


def day_of(text: str) -> date:
    """Return the date that `text` names; raise ValueError for any other text or a year out of range."""
    if not DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a date")
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day < LAST_DAY:
        raise ValueError(f"{text!r} is outside the years {FIRST_DAY.year} to {LAST_DAY.year}")
    return day


def instant_of(text: str) -> int:
    """Return the second of an instant in UTC, its fraction dropped; raise ValueError for any other text."""
    found = INSTANT.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not an instant in UTC")
    day_of(text[:10])
    return int(datetime(*map(int, found.groups()), tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


@cache
def _day_text_span(text: str) -> Span:
    return day_span(day_of(text))


def span_of(text: str) -> Span:
    """Return the span of a claimed time: an instant, a date or two dates; raise ValueError for any other text."""
    if len(text) == 10:
        return _day_text_span(text)
    if "/" in text:
        first, last = (_day_text_span(part) for part in text.split("/", 1))
        if last.l < first.e:
            raise ValueError(f"{text!r} ends before it begins")
        return Span(first.e, last.l)
    second = instant_of(text)
    return Span(second, second)


def claimed(value: object) -> Span | None:
    """Return the span of a claimed time found in a field, or None where it is no such text."""
    if not isinstance(value, str):
        return None
    try:
        return span_of(value)
    except ValueError:
        return None


def horizon(text: str) -> int:
    """Return the second that an 'as of' or 'known at' means: an instant, or the end of a local day."""
    return span_of(text).l


def written(second: int) -> str:
    """Return an instant as `recorded_at` is written."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
