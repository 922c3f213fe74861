"""The compiled reading of the wanted members of `facts`: where each stands in the bytes of a batch.

A row that it cannot vouch for (an escape in a wanted text, an object where a text is wanted, anything that is not
written as JSON is) is marked odd and read by the plain reader instead.
"""

import numpy as np
import numpy.typing as npt

from .compiled import borrowing, compiled
from .eights import Bytes, hash_of, same_bytes, text_end
from .texts import MANY, MISSING, Hashes, Longs
from .values import after_colon, is_null, skip_space, value_end, word_end

Bools = npt.NDArray[np.bool_]


def name_hash(name: str) -> np.uint64:
    """Return the hash of a member's name."""
    written = np.frombuffer(name.encode(), np.uint8)
    return np.uint64(hash_of(written, 0, len(written)))


REFS_HASH, CORRECTS_HASH = name_hash("refs"), name_hash("corrects")


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
def _slot(wanted: Hashes, value: np.uint64) -> int:
    for place in range(len(wanted)):
        if wanted[place] == value:
            return place
    return -1


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
        nothing = is_null(data, at, end)
        after = at + 4 if nothing else word_end(data, at, end)
        if keep and after >= 0 and not nothing:
            places[row, slot, 0], places[row, slot, 1], from_refs[slot] = at, after, in_refs
    return after


@borrowing
def _take_list(data: Bytes, at: int, end: int, slot: int, more: Longs, used: Longs) -> int:
    """Note where the members of a wanted list stand; return the place after it, -1 where the row is odd."""
    at = skip_space(data, at + 1, end)
    while at < end and data[at] != 93:
        quoted = data[at] == 34
        close = text_end(data, at + 1, end) if quoted else word_end(data, at, end)
        if close < 0 or used[0] >= len(more) // 4:
            return -1
        place = 4 * used[0]
        more[place + 1], more[place + 2], more[place + 3] = slot, at + 1 if quoted else at, close
        used[0] += 1
        at = skip_space(data, close + 1 if quoted else close, end)
        if at < end and data[at] == 44:
            at = skip_space(data, at + 1, end)
            if at < end and data[at] == 93:
                return -1
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
    in_refs, met = False, False
    if at >= end or data[at] != 123:
        return -1
    at = skip_space(data, at + 1, end)
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
            if value == REFS_HASH and not in_refs:
                if data[at] != 123 or met:
                    return -1
                in_refs, met, at = True, True, skip_space(data, at + 1, end)
                continue
            if slot >= 0:
                at = _take(data, at, end, row, slot, in_refs, places, from_refs, more, used)
            else:
                at = value_end(data, at, end)
        if at < 0:
            return -1
        at = skip_space(data, at, end)
        if at < end and data[at] == 44:
            at = skip_space(data, at + 1, end)
            if at < end and data[at] == 125:
                return -1
        elif at >= end or data[at] != 125:
            return -1
    return -1


@borrowing
def _name(data: Bytes, at: int, end: int) -> tuple[np.uint64, int]:
    """Return the hash of the name at `at` and the place of its value, -1 where there is no plain name."""
    close = text_end(data, at + 1, end) if data[at] == 34 else -1
    if close < 0:
        return np.uint64(0), -1
    return hash_of(data, at + 1, close), after_colon(data, close + 1, end)


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
        at = _members(data, skip_space(data, at, end), end, row, wanted, places, from_refs, more, used, changes)
        if at < 0 or skip_space(data, at, end) != end:
            odd[row] = True
            places[row] = MISSING
            used[0] = before
        for list_at in range(before, used[0]):
            more[4 * list_at] = row
    return places, more[: 4 * used[0]].copy().reshape(-1, 4), odd, changes
