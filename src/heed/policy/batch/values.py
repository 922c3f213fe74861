"""The ends of JSON values, compiled and strict: what these functions pass over, the plain reader passes over too.

They may refuse what the plain reader takes (a number of more than 18 digits, sixty lists in one another); the row is
then left to it.
"""

import numpy as np

from .compiled import borrowing
from .eights import Bytes, text_end, word_at

DEEPEST = 60  # objects and lists in one another, a bit of a word for each
LONGEST = 18  # digits of a number
TRUE, NULL, FALS = np.uint64(0x65757274), np.uint64(0x6C6C756E), np.uint64(0x736C6166)  # the first four bytes
FOUR = np.uint64(0xFFFFFFFF)


@borrowing
def skip_space(data: Bytes, at: int, end: int) -> int:
    """Return the first place from `at` on that is not white."""
    while at < end and (data[at] == 32 or data[at] == 10 or data[at] == 13 or data[at] == 9):
        at += 1
    return at


@borrowing
def escaped_end(data: Bytes, at: int, end: int) -> int:
    """Return the place of the quote that ends a text, escapes in it passed over; -1 where it is not well written."""
    while at < end:
        byte = data[at]
        if byte == 34:
            return at
        if byte < 32:
            return -1
        if byte == 92:
            at += 1
            if at >= end:
                return -1
            if data[at] == 117:  # u
                for place in range(at + 1, at + 5):
                    if place >= end or not _is_hex(data[place]):
                        return -1
                at += 4
            elif not _is_escape(data[at]):
                return -1
        at += 1
    return -1


@borrowing
def _is_hex(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 70 or 97 <= byte <= 102


@borrowing
def _is_escape(byte: int) -> bool:
    """Say whether a byte is one of " \\ / b f n r t."""
    return byte in (34, 92, 47, 98, 102, 110, 114, 116)


@borrowing
def quoted_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after the text whose first quote is at `at`, or -1."""
    close = text_end(data, at + 1, end)
    if close < 0:
        close = escaped_end(data, at + 1, end)
    return close + 1 if close >= 0 else -1


@borrowing
def truth_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after the `true` or `false` at `at`, or -1."""
    if end - at >= 4 and _four(data, at) == TRUE:
        return at + 4
    if end - at >= 5 and _four(data, at) == FALS and data[at + 4] == 101:
        return at + 5
    return -1


@borrowing
def is_null(data: Bytes, at: int, end: int) -> bool:
    """Say whether `null` stands at `at`."""
    return bool(end - at >= 4 and _four(data, at) == NULL)


@borrowing
def _four(data: Bytes, at: int) -> np.uint64:
    if at + 8 <= len(data):
        return word_at(data, at) & FOUR
    word = np.uint64(0)
    for place in range(3, -1, -1):
        word = (word << np.uint64(8)) | np.uint64(data[at + place])
    return word


@borrowing
def digits_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after the digits at `at`, -1 where there are none or too many."""
    first = at
    while at < end and 48 <= data[at] <= 57:
        at += 1
    return at if 0 < at - first <= LONGEST else -1


@borrowing
def whole_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after the whole number at `at`, written without sign or leading zeros, or -1."""
    close = digits_end(data, at, end)
    return -1 if close - at > 1 and data[at] == 48 else close


@borrowing
def word_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after a `true`, `false` or whole number that is written as its text is, or -1."""
    if data[at] == 45:
        return whole_end(data, at + 1, end) if at + 1 < end and data[at + 1] != 48 else -1
    return whole_end(data, at, end) if 48 <= data[at] <= 57 else truth_end(data, at, end)


@borrowing
def number_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after the number at `at`, or -1."""
    at = whole_end(data, at + 1 if at < end and data[at] == 45 else at, end)
    if 0 <= at < end and data[at] == 46:
        at = digits_end(data, at + 1, end)
    if 0 <= at < end and (data[at] == 101 or data[at] == 69):
        signed = at + 1 < end and (data[at + 1] == 43 or data[at + 1] == 45)
        at = digits_end(data, at + 2 if signed else at + 1, end)
    return at


@borrowing
def _single_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after a value that is neither object nor list, or -1."""
    if data[at] == 34:
        return quoted_end(data, at, end)
    if data[at] == 45 or 48 <= data[at] <= 57:
        return number_end(data, at, end)
    return at + 4 if is_null(data, at, end) else truth_end(data, at, end)


@borrowing
def name_end(data: Bytes, at: int, end: int) -> int:
    """Return the place of the value whose name is at `at`, or -1."""
    if at >= end or data[at] != 34:
        return -1
    at = quoted_end(data, at, end)
    return after_colon(data, at, end) if at >= 0 else -1


@borrowing
def after_colon(data: Bytes, at: int, end: int) -> int:
    """Return the place of the value after a name that ends before `at`, or -1."""
    at = skip_space(data, at, end)
    if at >= end or data[at] != 58:
        return -1
    at = skip_space(data, at + 1, end)
    return at if at < end else -1


@borrowing
def value_end(data: Bytes, at: int, end: int) -> int:
    """Return the place after the value at `at`, or -1; of the objects and lists it is in, one bit each is kept."""
    inside, depth = np.uint64(0), 0
    while at < end:
        if data[at] == 123 or data[at] == 91:
            if depth == DEEPEST:
                return -1
            inside, depth = (inside << np.uint64(1)) | np.uint64(data[at] == 123), depth + 1
            closing = data[at] + 2
            at = skip_space(data, at + 1, end)
            if at >= end:
                return -1
            if data[at] != closing:
                at = name_end(data, at, end) if closing == 125 else at
                if at < 0:
                    return -1
                continue
        else:
            at = _single_end(data, at, end)
            if at < 0:
                return -1
        at, inside, depth = _closed(data, at, end, inside, depth)
        if at < 0 or depth == 0:
            return at
    return -1


@borrowing
def _closed(data: Bytes, at: int, end: int, inside: np.uint64, depth: int) -> tuple[int, np.uint64, int]:
    """Return the place of the next value, or after the last where the depth is 0, and what it is in."""
    while depth > 0:
        at = skip_space(data, at, end)
        in_object = inside & np.uint64(1) == np.uint64(1)
        if at >= end:
            return -1, inside, depth
        if data[at] == (125 if in_object else 93):
            at, inside, depth = at + 1, inside >> np.uint64(1), depth - 1
        elif data[at] == 44:
            at = skip_space(data, at + 1, end)
            return (name_end(data, at, end) if in_object else at), inside, depth
        else:
            return -1, inside, depth
    return at, inside, depth
