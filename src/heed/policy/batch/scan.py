"""The compiled reading of one batch: claimed times to seconds, and the wanted members of `facts` to codes.

The scan reads the record's profile of JSON. A row it cannot vouch for (an escape in a wanted text, an object where a
text is wanted, anything malformed) is marked odd and read by the plain reader instead.
"""

import numpy as np
import numpy.typing as npt

from .compiled import compiled
from .texts import FNV_PRIME, FNV_START, MANY, MISSING, Bytes, Codes, Hashes, Longs, code_of

NO_TIME = -(2**62)
BAD_TIME = -(2**62) + 1

Place = tuple[int, int, bool]  # row, slot, whether within refs
Bools = npt.NDArray[np.bool_]


def name_hash(name: str) -> np.uint64:
    """Return the hash of a member's name."""
    value = int(FNV_START)
    for byte in name.encode():
        value = ((value ^ byte) * int(FNV_PRIME)) & (2**64 - 1)
    return np.uint64(value)


REFS_HASH = name_hash("refs")


@compiled
def _digits(data: Bytes, at: int, count: int) -> int:
    value = 0
    for place in range(at, at + count):
        digit = int(data[place]) - 48
        if digit < 0 or digit > 9:
            return -1
        value = value * 10 + digit
    return value


@compiled
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


@compiled
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


@compiled
def spans(data: Bytes, offsets: Longs, starts: Longs, base: int, must: bool) -> tuple[Longs, Longs]:
    """Return [e, l] of each claimed time: NO_TIME where it is empty, BAD_TIME where it is none."""
    early, late = np.empty(len(offsets) - 1, np.int64), np.empty(len(offsets) - 1, np.int64)
    for row in range(len(early)):
        at, end = offsets[row], offsets[row + 1]
        size = end - at
        first = last = BAD_TIME
        if size == 0:
            first = last = BAD_TIME if must else NO_TIME
        elif size == 10 or size == 21:
            one = _day(data, at, starts, base)
            other = one if size == 10 else _day(data, at + 11, starts, base)
            if one >= 0 and other >= one and (size == 10 or data[at + 10] == 47):
                first, last = starts[one], starts[other + 1] - 1
        if size != 0 and first == BAD_TIME and size != 10:
            first = last = _instant(data, at, end, starts, base)
        early[row], late[row] = first, last
    return early, late


@compiled
def _skip_space(data: Bytes, at: int, end: int) -> int:
    while at < end and (data[at] == 32 or data[at] == 10 or data[at] == 13 or data[at] == 9):
        at += 1
    return at


@compiled
def _text_end(data: Bytes, at: int, end: int) -> int:
    """Return the place of the quote that ends a text begun before `at`; -1 at an escape or where there is none."""
    while at < end:
        byte = data[at]
        if byte == 34:
            return at
        if byte == 92 or byte < 32:
            return -1
        at += 1
    return -1


@compiled
def _skip_value(data: Bytes, at: int, end: int) -> int:
    """Return the place after the value at `at`, or -1."""
    if data[at] == 34:
        close = _text_end(data, at + 1, end)
        if close >= 0:
            return close + 1
    depth, inside = 0, False
    while at < end:
        byte = data[at]
        if inside:
            if byte == 92:
                at += 1
            elif byte == 34:
                inside = False
                if depth == 0:
                    return at + 1
        elif byte == 34:
            inside = True
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


@compiled
def _slot(wanted: Hashes, value: np.uint64) -> int:
    for place in range(len(wanted)):
        if wanted[place] == value:
            return place
    return -1


@compiled
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


@compiled
def _null(data: Bytes, at: int, end: int) -> bool:
    return end - at == 4 and data[at] == 110 and data[at + 1] == 117 and data[at + 2] == 108 and data[at + 3] == 108


@compiled
def _take(
    data: Bytes,
    at: int,
    end: int,
    place: Place,
    codes: Codes,
    from_refs: Bools,
    more: Longs,
    used: Longs,
    table: Codes,
    hashes: Hashes,
    ends: Longs,
    arena: Bytes,
    count: Longs,
) -> int:
    """Read the wanted value at `at` into its slot; return the place after it, -1 where the row is odd."""
    row, slot, in_refs = place
    keep = in_refs or not from_refs[slot]
    if (keep and codes[row, slot] != MISSING) or data[at] == 123:
        return -1
    if data[at] == 91:
        return _take_list(data, at, end, place, codes, from_refs, more, used, table, hashes, ends, arena, count)
    close = _text_end(data, at + 1, end) if data[at] == 34 else _skip_value(data, at, end)
    if close < 0:
        return -1
    start, after = (at + 1, close + 1) if data[at] == 34 else (at, close)
    if data[at] != 34 and _null(data, at, close):
        return after
    if data[at] != 34 and not _word(data, at, close):
        return -1
    if keep:
        codes[row, slot] = code_of(data, start, close, table, hashes, ends, arena, count)
        from_refs[slot] = in_refs
    return after


@compiled
def _take_list(
    data: Bytes,
    at: int,
    end: int,
    place: Place,
    codes: Codes,
    from_refs: Bools,
    more: Longs,
    used: Longs,
    table: Codes,
    hashes: Hashes,
    ends: Longs,
    arena: Bytes,
    count: Longs,
) -> int:
    """Read a wanted list: one member as if it stood alone, several into `more`."""
    row, slot, in_refs = place
    keep = in_refs or not from_refs[slot]
    first = used[0]
    at = _skip_space(data, at + 1, end)
    while at < end and data[at] != 93:
        quoted = data[at] == 34
        close = _text_end(data, at + 1, end) if quoted else _skip_value(data, at, end)
        nested = data[at] == 123 or data[at] == 91
        if close < 0 or nested or (not quoted and not _word(data, at, close)) or used[0] >= len(more) // 3:
            return -1
        more[3 * used[0]], more[3 * used[0] + 1] = row, slot
        more[3 * used[0] + 2] = code_of(data, at + 1 if quoted else at, close, table, hashes, ends, arena, count)
        used[0] += 1
        at = _skip_space(data, close + 1 if quoted else close, end)
        if at < end and data[at] == 44:
            at = _skip_space(data, at + 1, end)
        elif at >= end or data[at] != 93:
            return -1
    found = used[0] - first
    if keep and (found or not in_refs):
        codes[row, slot], from_refs[slot] = MANY, in_refs
        if found == 1:
            codes[row, slot] = more[3 * first + 2]
    if not keep or found < 2:
        used[0] = first
    return at + 1 if at < end else -1


@compiled
def _members(
    data: Bytes,
    at: int,
    end: int,
    row: int,
    wanted: Hashes,
    codes: Codes,
    from_refs: Bools,
    more: Longs,
    used: Longs,
    table: Codes,
    hashes: Hashes,
    ends: Longs,
    arena: Bytes,
    count: Longs,
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
            slot = _slot(wanted, value)
            if value == REFS_HASH and not in_refs and data[at] == 123:
                in_refs, at = True, _skip_space(data, at + 1, end)
                continue
            if slot >= 0:
                at = _take(
                    data, at, end, (row, slot, in_refs), codes, from_refs, more, used, table, hashes, ends, arena, count
                )
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


@compiled
def _name(data: Bytes, at: int, end: int) -> tuple[np.uint64, int]:
    """Return the hash of the name at `at` and the place of its value, -1 where there is no name."""
    value = FNV_START
    if data[at] != 34:
        return value, -1
    at += 1
    while at < end and data[at] != 34:
        if data[at] == 92:
            return value, -1
        value = (value ^ np.uint64(data[at])) * FNV_PRIME
        at += 1
    at = _skip_space(data, at + 1, end)
    if at >= end or data[at] != 58:
        return value, -1
    at = _skip_space(data, at + 1, end)
    return value, at if at < end else -1


@compiled
def members(
    data: Bytes,
    offsets: Longs,
    rows: Longs,
    wanted: Hashes,
    table: Codes,
    hashes: Hashes,
    ends: Longs,
    arena: Bytes,
    count: Longs,
) -> tuple[npt.NDArray[np.int32], Longs, npt.NDArray[np.bool_]]:
    """Return, for the rows of one kind, the code of each wanted member, members of lists, and which rows are odd."""
    codes = np.full((len(rows), len(wanted)), MISSING, np.int32)
    odd = np.zeros(len(rows), np.bool_)
    more, used = np.empty(3 * (4 * len(rows) + 1024), np.int64), np.zeros(1, np.int64)
    from_refs = np.zeros(len(wanted), np.bool_)
    for row in range(len(rows)):
        at, end = offsets[rows[row]], offsets[rows[row] + 1]
        from_refs[:] = False
        before = used[0]
        at = _members(
            data,
            _skip_space(data, at, end),
            end,
            row,
            wanted,
            codes,
            from_refs,
            more,
            used,
            table,
            hashes,
            ends,
            arena,
            count,
        )
        if at < 0 or _skip_space(data, at, end) != end:
            odd[row] = True
            codes[row, :] = MISSING
            used[0] = before
    return codes, more[: 3 * used[0]].copy(), odd
