"""The compiled reading of claimed times: texts to seconds, eight bytes at a time where they are whole instants."""

import numpy as np
import numpy.typing as npt

from .compiled import borrowing, compiled, inlined
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
DAYS = (
    1 << 12
)  # days whose seconds are kept at hand, by twelve bits of a product with 2⁶⁴ over the golden ratio (Knuth)
SPREAD = np.uint64(0x9E3779B97F4A7C15)
# In words whose bytes are paired digits: year and month, day, hour and minute, second.
OF_YEAR, OF_DAY = np.uint64(0x0000FF0000FF00FF), np.uint64(0xFF)
OF_HOURS, OF_SECONDS = np.uint64(0x00FF0000FF000000), np.uint64(0xFF00)
# What lifts a byte above 127 where its hour is over 23, its minute or second over 59.
OVER_HOURS, OVER_SECONDS = np.uint64((127 - 59) << 48 | (127 - 23) << 24), np.uint64((127 - 59) << 8)
OVER, NO_DAY = np.uint64(0x0080000080008000), np.uint64(2**64 - 1)


@inlined
def _paired(word: np.uint64) -> np.uint64:
    """Return in each byte the number that its digit and the next one write: no byte overflows, at 9 × 10 + 9."""
    digits = word & LOW_HALVES
    return digits * np.uint64(10) + (digits >> np.uint64(8))


@inlined
def _at(word: np.uint64, shift: int) -> int:
    """Return the byte at bit `shift`."""
    return int(np.int64((word >> np.uint64(shift)) & np.uint64(255)))


@compiled
def spans(data: Bytes, offsets: Longs, starts: Longs, base: int, must: bool) -> tuple[Longs, Longs, Bools]:
    """Return [e, l] of each claimed time: NO_TIME where it is empty, BAD_TIME where it is none; and which are bad.

    Where every time is an instant, both are the same array.
    """
    size = len(offsets) - 1
    early, bad, exact = np.empty(size, np.int64), np.zeros(size, np.bool_), True
    late = early
    instants(data, offsets, starts, base, early, bad)
    for row in np.flatnonzero(bad):
        first, last = _span(data, offsets[row], offsets[row + 1], starts, base)
        if exact and first != last:
            late, exact = early.copy(), False
        early[row], late[row] = first, last
        bad[row] = first == BAD_TIME or (must and (first == NO_TIME or first != last))
    return early, late, bad


@compiled
def instants(data: Bytes, offsets: Longs, starts: Longs, base: int, seconds: Longs, left: Bools) -> None:
    """Fill in the second of each instant of 27 bytes, and mark the rows that are none for certain.

    What a day begins with is looked up by the day, and worked out only where another day stands in its place. All
    tests of a row are one branch: with one for each this takes twice as long.
    """
    days, begins = np.full(DAYS, NO_DAY), np.zeros(DAYS, np.int64)
    whole = len(seconds)
    while whole > 0 and offsets[whole - 1] + WIDE > len(data):
        whole -= 1
    for row in range(whole):
        at = offsets[row]
        first, second = _paired(word_at(data, at)), _paired(word_at(data, at + 8))
        third = _paired(word_at(data, at + 16))
        over = ((second & OF_HOURS) + OVER_HOURS | (third & OF_SECONDS) + OVER_SECONDS) & OVER
        day = first & OF_YEAR | (second & OF_DAY) << np.uint64(8)
        place = np.int64(day * SPREAD >> np.uint64(52))
        plain = is_instant(data, at) & (over == np.uint64(0)) & (offsets[row + 1] - at == FULL)
        if not plain & (days[place] == day):
            position = _day(data, at, starts, base) if plain else -1
            if position < 0:
                left[row] = True
                continue
            days[place], begins[place] = day, (position + base) * 86400
        seconds[row] = begins[place] + _at(second, 24) * 3600 + _at(second, 48) * 60 + _at(third, 8)
    left[whole:] = True


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
