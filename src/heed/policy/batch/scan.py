"""The compiled reading of one batch: claimed times to seconds, and the wanted members of `facts` to codes.

The scan reads the record's profile of JSON. A row it cannot vouch for (an escape in a wanted text, an object where a
text is wanted, anything malformed) is marked odd and read by the plain reader instead.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from heed.policy.times import LAST_DAY

from .compiled import borrowing, compiled
from .eights import Bytes, hash_of, same_bytes, text_end, word_at
from .texts import MANY, MISSING, Hashes, Longs

NO_TIME = -(2**62)
BAD_TIME = -(2**62) + 1
ZEROS, SIXES = np.uint64(0x3030303030303030), np.uint64(0x0606060606060606)
HIGH_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)

Bools = npt.NDArray[np.bool_]


def name_hash(name: str) -> np.uint64:
    """Return the hash of a member's name."""
    written = np.frombuffer(name.encode(), np.uint8)
    return np.uint64(hash_of(written, 0, len(written)))


REFS_HASH, CORRECTS_HASH = name_hash("refs"), name_hash("corrects")


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
# Where the digits of its first 24 bytes stand, eight at a time, what stands between them, and the last three bytes.
DIGITS = (np.uint64(0x00FFFF00FFFFFFFF), np.uint64(0xFFFF00FFFF00FFFF), np.uint64(0xFFFFFFFF00FFFF00))
BETWEEN = (np.uint64(0x2D00002D00000000), np.uint64(0x00003A0000540000), np.uint64(0x000000002E00003A))


@borrowing
def _fits(word: np.uint64, digits: np.uint64, between: np.uint64) -> bool:
    """Say whether eight bytes are digits where they should be, and what is wanted between."""
    value = (word ^ (ZEROS & digits)) & digits
    over = ((value + SIXES) | value) & (HIGH_HALVES & digits)
    return bool((word & ~digits) == between and over == np.uint64(0))


@borrowing
def _pair(word: np.uint64, shift: int) -> int:
    """Return the number that two digits of a word write, the first at bit `shift`."""
    both = word >> np.uint64(shift)
    return int(np.int64((both & np.uint64(15)) * np.uint64(10) + ((both >> np.uint64(8)) & np.uint64(15))))


@borrowing
def _whole(data: Bytes, at: int, months: Longs) -> int:
    """Return the second of an instant of 27 bytes; BAD_TIME where it is not one for certain."""
    first, second, third = word_at(data, at), word_at(data, at + 8), word_at(data, at + 16)
    plain = _fits(first, DIGITS[0], BETWEEN[0]) and _fits(second, DIGITS[1], BETWEEN[1])
    if not (plain and _fits(third, DIGITS[2], BETWEEN[2]) and data[at + 26] == 90):
        return BAD_TIME
    if data[at + 24] < 48 or data[at + 24] > 57 or data[at + 25] < 48 or data[at + 25] > 57:
        return BAD_TIME
    year, month, day = _pair(first, 0) * 100 + _pair(first, 16), _pair(first, 40), _pair(second, 0)
    hour, minute, seconds = _pair(second, 24), _pair(second, 48), _pair(third, 8)
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


@compiled
def mentions(data: Bytes, offsets: Longs, rows: Longs, word: Bytes) -> Bools:
    """Say of each of some texts whether it has a word in it; looked for from its last byte on, as Horspool does."""
    found = np.zeros(len(rows), np.bool_)
    size = len(word)
    skip = np.full(256, size, np.int64)
    for place in range(size - 1):
        skip[word[place]] = size - 1 - place
    for row in range(len(rows)):
        last, end = offsets[rows[row]] + size - 1, offsets[rows[row] + 1]
        while last < end and not found[row]:
            found[row] = data[last] == word[-1] and same_bytes(data, last - size + 1, word, 0, size)
            last += skip[data[last]]
    return found


@borrowing
def _skip_space(data: Bytes, at: int, end: int) -> int:
    while at < end and (data[at] == 32 or data[at] == 10 or data[at] == 13 or data[at] == 9):
        at += 1
    return at


@borrowing
def _skip_value(data: Bytes, at: int, end: int) -> int:
    """Return the place after the value at `at`, or -1."""
    depth = 0
    while at < end:
        byte = data[at]
        if byte == 34:
            close = text_end(data, at + 1, end)
            at = close if close >= 0 else _escaped_end(data, at + 1, end)
            if at < 0 or depth == 0:
                return at + 1 if at >= 0 else -1
        elif byte == 123 or byte == 91:
            depth += 1
        elif byte == 125 or byte == 93:
            if depth == 0:
                return at
            depth -= 1
            if depth == 0:
                return at + 1
        elif depth == 0 and (byte == 44 or byte == 32 or byte == 10):
            return at
        at += 1
    return -1


@borrowing
def _escaped_end(data: Bytes, at: int, end: int) -> int:
    """Return the place of the quote that ends a text with escapes, or -1."""
    while at < end:
        if data[at] == 92:
            at += 1
        elif data[at] == 34:
            return at
        at += 1
    return -1


@borrowing
def _slot(wanted: Hashes, value: np.uint64) -> int:
    for place in range(len(wanted)):
        if wanted[place] == value:
            return place
    return -1


@borrowing
def _word(data: Bytes, at: int, end: int) -> bool:
    """Say whether data[at:end] is `true`, `false` or a number of the profile."""
    size = end - at
    if size == 4 and data[at] == 116 and data[at + 1] == 114 and data[at + 2] == 117 and data[at + 3] == 101:
        return True
    if size == 5 and data[at] == 102 and data[at + 1] == 97 and data[at + 2] == 108 and data[at + 4] == 101:
        return True
    first = at + 1 if size > 1 and data[at] == 45 else at
    if data[first] == 48 and end - first > 1:
        return False
    for place in range(first, end):
        if data[place] < 48 or data[place] > 57:
            return False
    return size > 0


@borrowing
def _null(data: Bytes, at: int, end: int) -> bool:
    return end - at == 4 and data[at] == 110 and data[at + 1] == 117 and data[at + 2] == 108 and data[at + 3] == 108


@borrowing
def _take(
    data: Bytes,
    at: int,
    end: int,
    row: int,
    slot: int,
    in_refs: bool,
    places: Longs,
    from_refs: Bools,
    more: Longs,
    used: Longs,
) -> int:
    """Note where the wanted value at `at` stands; return the place after it, -1 where the row is odd."""
    keep = in_refs or not from_refs[slot]
    after = -1
    if (keep and places[row, slot, 0] != MISSING) or data[at] == 123:
        after = -1
    elif data[at] == 91:
        first = used[0]
        after = _take_list(data, at, end, slot, more, used)
        found = used[0] - first
        if keep and after >= 0 and (found or not in_refs):
            places[row, slot, 0], from_refs[slot] = MANY, in_refs
            if found == 1:
                places[row, slot, 0], places[row, slot, 1] = more[4 * first + 2], more[4 * first + 3]
        if not keep or found < 2:
            used[0] = first
    elif data[at] == 34:
        close = text_end(data, at + 1, end)
        after = close + 1 if close >= 0 else -1
        if keep and close >= 0:
            places[row, slot, 0], places[row, slot, 1], from_refs[slot] = at + 1, close, in_refs
    else:
        close = _skip_value(data, at, end)
        is_null = close >= 0 and _null(data, at, close)
        after = close if is_null or (close >= 0 and _word(data, at, close)) else -1
        if keep and after >= 0 and not is_null:
            places[row, slot, 0], places[row, slot, 1], from_refs[slot] = at, close, in_refs
    return after


@borrowing
def _take_list(data: Bytes, at: int, end: int, slot: int, more: Longs, used: Longs) -> int:
    """Note where the members of a wanted list stand; return the place after it, -1 where the row is odd."""
    at = _skip_space(data, at + 1, end)
    while at < end and data[at] != 93:
        quoted = data[at] == 34
        close = text_end(data, at + 1, end) if quoted else _skip_value(data, at, end)
        nested = data[at] == 123 or data[at] == 91
        if close < 0 or nested or (not quoted and not _word(data, at, close)) or used[0] >= len(more) // 4:
            return -1
        place = 4 * used[0]
        more[place + 1], more[place + 2], more[place + 3] = slot, at + 1 if quoted else at, close
        used[0] += 1
        at = _skip_space(data, close + 1 if quoted else close, end)
        if at < end and data[at] == 44:
            at = _skip_space(data, at + 1, end)
        elif at >= end or data[at] != 93:
            return -1
    return at + 1 if at < end else -1


@borrowing
def _members(
    data: Bytes,
    at: int,
    end: int,
    row: int,
    wanted: Hashes,
    places: Longs,
    from_refs: Bools,
    more: Longs,
    used: Longs,
    changes: Bools,
) -> int:
    """Read the object at `at`, its `refs` included; return the place after it, -1 where the row is odd."""
    in_refs = False
    if at >= end or data[at] != 123:
        return -1
    at = _skip_space(data, at + 1, end)
    while at < end:
        if data[at] == 125:
            if not in_refs:
                return at + 1
            in_refs, at = False, at + 1
        else:
            value, at = _name(data, at, end)
            if at < 0:
                return -1
            changes[row] |= value == CORRECTS_HASH
            slot = _slot(wanted, value)
            if value == REFS_HASH and not in_refs and data[at] == 123:
                in_refs, at = True, _skip_space(data, at + 1, end)
                continue
            if slot >= 0:
                at = _take(data, at, end, row, slot, in_refs, places, from_refs, more, used)
            else:
                at = _skip_value(data, at, end)
        if at < 0:
            return -1
        at = _skip_space(data, at, end)
        if at < end and data[at] == 44:
            at = _skip_space(data, at + 1, end)
            if at < end and data[at] == 125:
                return -1
        elif at >= end or data[at] != 125:
            return -1
    return -1


@borrowing
def _name(data: Bytes, at: int, end: int) -> tuple[np.uint64, int]:
    """Return the hash of the name at `at` and the place of its value, -1 where there is no name."""
    if data[at] != 34:
        return np.uint64(0), -1
    close = text_end(data, at + 1, end)
    if close < 0:
        return np.uint64(0), -1
    value, at = hash_of(data, at + 1, close), _skip_space(data, close + 1, end)
    if at >= end or data[at] != 58:
        return value, -1
    at = _skip_space(data, at + 1, end)
    return value, at if at < end else -1


@compiled
def members(data: Bytes, offsets: Longs, rows: Longs, wanted: Hashes) -> tuple[Longs, Longs, Bools, Bools]:
    """Return where each wanted member of the rows of one kind begins and ends, and lists of several.

    A place is MISSING or MANY where there is no text or there are several; these are (row, slot, begin, end). Then
    which rows are odd, and which of the others name a row that they correct.
    """
    places = np.full((len(rows), len(wanted), 2), MISSING, np.int64)
    odd, changes = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    more, used = np.empty(4 * (4 * len(rows) + 1024), np.int64), np.zeros(1, np.int64)
    from_refs = np.zeros(len(wanted), np.bool_)
    for row in range(len(rows)):
        at, end = offsets[rows[row]], offsets[rows[row] + 1]
        for slot in range(len(wanted)):
            from_refs[slot] = False
        before = used[0]
        at = _members(data, _skip_space(data, at, end), end, row, wanted, places, from_refs, more, used, changes)
        if at < 0 or _skip_space(data, at, end) != end:
            odd[row] = True
            places[row] = MISSING
            used[0] = before
        for list_at in range(before, used[0]):
            more[4 * list_at] = row
    return places, more[: 4 * used[0]].copy().reshape(-1, 4), odd, changes
