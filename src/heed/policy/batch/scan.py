"""The compiled reading of claimed times: texts to seconds, eight bytes at a time where they are whole instants."""

from functools import cache

import numpy as np
import numpy.typing as npt

from heed.policy.times import LAST_DAY

from .compiled import borrowing, compiled
from .eights import WIDE, Bytes, is_instant, word_at
from .texts import Longs

NO_TIME = -(2**62)
BAD_TIME = -(2**62) + 1
LOW_HALVES = np.uint64(0x0F0F0F0F0F0F0F0F)

Bools = npt.NDArray[np.bool_]


@borrowing
def _digits(data: Bytes, at: int, count: int) -> int:
    value = 0
    for place in range(at, at + count):
        digit = int(data[place]) - 48
        if digit < 0 or digit > 9:
            return -1
        value = value * 10 + digit
    return value


@borrowing
def _day(data: Bytes, at: int, starts: Longs, base: int) -> int:
    """Return the position of the day written at `at`, or -1."""
    year, month, day = _digits(data, at, 4), _digits(data, at + 5, 2), _digits(data, at + 8, 2)
    if data[at + 4] != 45 or data[at + 7] != 45 or year < 1900 or month < 1 or month > 12 or day < 1:
        return -1
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    length = 31 if month in (1, 3, 5, 7, 8, 10, 12) else 30 if month != 2 else 29 if leap else 28
    if day > length:
        return -1
    shifted = year - (1 if month <= 2 else 0)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    days = era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
    place = days - base
    return place if place < len(starts) - 2 else -1


@borrowing
def _instant(data: Bytes, at: int, end: int, starts: Longs, base: int) -> int:
    """Return the second of an instant written as the record writes it, or BAD_TIME."""
    size = end - at
    if size < 20 or data[at + 10] != 84 or data[at + 13] != 58 or data[at + 16] != 58 or data[end - 1] != 90:
        return BAD_TIME
    place = _day(data, at, starts, base)
    hour, minute, second = _digits(data, at + 11, 2), _digits(data, at + 14, 2), _digits(data, at + 17, 2)
    if place < 0 or hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return BAD_TIME
    if size > 20 and (data[at + 19] != 46 or size < 22 or size > 30 or _digits(data, at + 20, size - 21) < 0):
        return BAD_TIME
    return (place + base) * 86400 + hour * 3600 + minute * 60 + second


FULL = 27  # bytes of an instant as the record writes it: YYYY-MM-DDTHH:MM:SS.ffffffZ


@borrowing
def _paired(word: np.uint64) -> np.uint64:
    """Return in each byte the number that its digit and the next one write: no byte overflows, at 9 × 10 + 9."""
    digits = word & LOW_HALVES
    return digits * np.uint64(10) + (digits >> np.uint64(8))


@borrowing
def _at(word: np.uint64, shift: int) -> int:
    """Return the byte at bit `shift`."""
    return int(np.int64((word >> np.uint64(shift)) & np.uint64(255)))


@borrowing
def _whole(data: Bytes, at: int, months: Longs) -> int:
    """Return the second of an instant of 27 bytes; BAD_TIME where it is not one for certain."""
    if at + WIDE > len(data) or not is_instant(data, at):
        return BAD_TIME
    first, second, third = _paired(word_at(data, at)), _paired(word_at(data, at + 8)), _paired(word_at(data, at + 16))
    year, month, day = _at(first, 0) * 100 + _at(first, 16), _at(first, 40), _at(second, 0)
    hour, minute, seconds = _at(second, 24), _at(second, 48), _at(third, 8)
    place = (year - 1900) * 12 + month - 1
    if month < 1 or month > 12 or place < 0 or place >= len(months) - 1 or hour > 23 or minute > 59 or seconds > 59:
        return BAD_TIME
    days = months[place] + day - 1
    if day < 1 or days >= months[place + 1] or days >= months[-1] - 1:
        return BAD_TIME
    return int(days * 86400 + hour * 3600 + minute * 60 + seconds)


@cache
def month_starts() -> Longs:
    """Return the first day, counted from 1970, of each month from January 1900 to that after the last day's year."""
    months = np.arange(np.datetime64("1900-01", "M"), np.datetime64(f"{LAST_DAY.year + 1}-02", "M"))
    return months.astype("datetime64[D]").astype(np.int64)


@compiled
def spans(
    data: Bytes, offsets: Longs, starts: Longs, base: int, must: bool, months: Longs
) -> tuple[Longs, Longs, Bools]:
    """Return [e, l] of each claimed time: NO_TIME where it is empty, BAD_TIME where it is none; and which are bad.

    Where every time is an instant, both are the same array.
    """
    early, late = np.empty(len(offsets) - 1, np.int64), np.empty(len(offsets) - 1, np.int64)
    bad, exact = np.zeros(len(early), np.bool_), True
    for row in range(len(early)):
        at, end = offsets[row], offsets[row + 1]
        first = last = _whole(data, at, months) if end - at == FULL else BAD_TIME
        if first == BAD_TIME:
            first, last = _span(data, at, end, starts, base)
        early[row], late[row] = first, last
        exact &= first == last
        bad[row] = first == BAD_TIME or (must and (first == NO_TIME or first != last))
    return early, early if exact else late, bad


@borrowing
def _span(data: Bytes, at: int, end: int, starts: Longs, base: int) -> tuple[int, int]:
    """Return [e, l] of a claimed time of any form."""
    size = end - at
    if size == 0:
        return NO_TIME, NO_TIME
    if size == 10 or size == 21:
        one = _day(data, at, starts, base)
        other = one if size == 10 else _day(data, at + 11, starts, base)
        if one >= 0 and other >= one and (size == 10 or data[at + 10] == 47):
            return int(starts[one]), int(starts[other + 1] - 1)
        if size == 10:
            return BAD_TIME, BAD_TIME
    second = _instant(data, at, end, starts, base)
    return second, second
