"""A plain piece of a table as a grid of bytes: columns are proven clean as a whole, values cut out when asked for.

'Plain' is narrow on purpose: ASCII without quotes, apostrophes, `#` or control characters, no padding, no word for
'nothing', every line of the header's width. Whatever is not plain, or not proven, goes the slow way, which says what is
wrong with it; a property test holds the two ways to the same answers.

Measured, not guessed (`heed bench returns`, 25,943 rows in ten files): Polars needs about 13 ms of processor time only
to read the set, csv.reader 16; this way reads and checks it in about 20, and the slow way alone took 38.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from .columns import NOTHING, Column, Style
from .rows import Value

Numbers = NDArray[Any]
PLAIN = bytes(code for code in range(0x20, 0x7F) if code not in b"'#\"") + b"\n\t"
NEWLINE, SPACE, SLASH, ZERO = ord("\n"), ord(" "), ord("/"), ord("0")
# `DD/MM/YYYY`: its length, where its figures stand, and the last day of each month (29 February is looked at apart).
DATE_LENGTH, FIGURES = 10, [0, 1, 3, 4, 6, 7, 8, 9]
LAST_DAY = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87, dtype=np.int16)
PAD = DATE_LENGTH
# A text of up to eight bytes is held as one number, the bytes after it cleared.
PACKED = 8
MASKS = np.array([(1 << (8 * length)) - 1 for length in range(PACKED)] + [(1 << 64) - 1], dtype=np.uint64)
# Odd factor by which the parts of a key are mixed; keys that meet by chance are compared in full afterwards.
MIX = np.uint64(0x9E3779B97F4A7C15)


class Grid:
    """Where each cell of a plain piece ends; it begins after the one before. The bytes are never changed.

    After the piece stand `PAD` newlines: the first ends the last line, all together let a cell near the end be looked
    at in the same stroke as the others.
    """

    def __init__(self, piece: bytearray, codes: Numbers, ends: Numbers, delimiter: str) -> None:
        self.piece, self.delimiter, self.width = piece, delimiter, ends.shape[1]
        self.codes, self.ends = codes, ends
        self.flat: list[str] = []
        self.dated: dict[int, Numbers | None] = {}
        self.windows: dict[int, Numbers] = {}

    def __len__(self) -> int:
        return int(self.ends.shape[0])

    def text(self, row: int, place: int) -> str:
        """Cut out one cell."""
        before = row * self.width + place - 1
        start = int(self.ends.flat[before]) + 1 if before >= 0 else 0
        return self.piece[start : int(self.ends[row, place])].decode("ascii")

    def texts(self, place: int) -> list[str]:
        """Cut out one column; the first call cuts all."""
        if not self.flat:
            body = self.piece[: int(self.ends[-1, -1])].decode("ascii")
            self.flat = body.replace("\n", self.delimiter).split(self.delimiter)
        return self.flat[place :: self.width]

    def spans(self, place: int) -> tuple[Numbers, Numbers]:
        """Return where the cells of a column begin, and how long they are."""
        if place:
            starts = self.ends[:, place - 1] + 1
        else:
            starts = np.concatenate(([0], self.ends[:-1, -1] + 1))
        return starts, self.ends[:, place] - starts

    def bytes_at(self, starts: Numbers, count: int) -> Numbers:
        """Return so many bytes from each of these places on."""
        if count not in self.windows:
            self.windows[count] = np.lib.stride_tricks.sliding_window_view(self.codes, count)
        return self.windows[count][starts]

    def has_blank(self, place: int) -> bool:
        """Tell whether a cell of the column is empty."""
        return not self.spans(place)[1].all()

    def blanks(self, place: int) -> list[int]:
        """Return the rows whose cell is empty."""
        return np.flatnonzero(self.spans(place)[1] == 0).tolist()

    def has_word(self, place: int, words: frozenset[str]) -> bool:
        """Tell whether a cell of the column holds one of some short words and nothing else."""
        starts, lengths = self.spans(place)
        rows = np.flatnonzero((lengths >= min(map(len, words))) & (lengths <= max(map(len, words))))
        if not len(rows):
            return False
        raw = np.ascontiguousarray(self.bytes_at(starts[rows], PACKED)).view("<u8")[:, 0]
        return bool(are_in(raw & MASKS[lengths[rows]], packed_codes(words)[1:]).any())

    def packed(self, place: int) -> Numbers | None:
        """Return the column's texts as numbers, if all are short enough; a blank is 0."""
        starts, lengths = self.spans(place)
        if lengths.max(initial=0) > PACKED:
            return None
        raw = self.bytes_at(starts, PACKED)
        return np.ascontiguousarray(raw).view("<u8")[:, 0] & MASKS[lengths]

    def days(self, place: int) -> Numbers | None:
        """Return the column's dates as YYYYMMDD, if all are plain `DD/MM/YYYY` or blank (0)."""
        if place not in self.dated:
            self.dated[place] = self.read_days(place)
        return self.dated[place]

    def read_days(self, place: int) -> Numbers | None:
        """Read the days of a column, all at once."""
        starts, lengths = self.spans(place)
        filled = lengths == DATE_LENGTH
        if not (filled | (lengths == 0)).all():
            return None
        starts = starts if filled.all() else starts[filled]
        cells = np.ascontiguousarray(self.bytes_at(starts, DATE_LENGTH).T)  # one row a place: whole places are quick
        if (cells[2] != SLASH).any() or (cells[5] != SLASH).any() or (cells[FIGURES] - ZERO > 9).any():
            return None
        one = cells.astype(np.int16) - ZERO
        day, month = one[0] * 10 + one[1], one[3] * 10 + one[4]
        year = one[6] * 1000 + one[7] * 100 + one[8] * 10 + one[9]
        leap = (month == 2) & (day == 29) & (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        if ((day < 1) | (day > LAST_DAY[month] + leap) | (year < 1900) | (year > 2100)).any():
            return None
        found = np.zeros(len(lengths), dtype=np.int32)
        found[filled] = year.astype(np.int32) * 10_000 + month * 100 + day
        return found

    def is_whole_numbers(self, place: int) -> bool:
        """Tell whether the column holds nothing but short rows of figures, or blanks."""
        starts, lengths = self.spans(place)
        if lengths.max(initial=0) > PACKED:
            return False
        cells = self.bytes_at(starts, PACKED)
        beyond = np.arange(PACKED) >= lengths[:, None]
        return bool((((cells >= ZERO) & (cells <= ZERO + 9)) | beyond).all())


def grid_of(piece: bytearray, length: int, width: int, delimiter: str) -> Grid | None:
    """Return the grid of some whole lines, the first `length` bytes, if they are plain and as wide as the header."""
    if not length or piece.translate(None, PLAIN) or (delimiter != "\t" and b"\t" in piece):
        return None
    codes = np.frombuffer(piece, dtype=np.uint8)
    cuts = codes == ord(delimiter)
    np.logical_or(cuts, codes == NEWLINE, out=cuts)
    marks = np.flatnonzero(cuts[: length + 1])
    lines = np.count_nonzero(codes[marks] == NEWLINE)
    if len(marks) != lines * width or is_padded(codes, cuts):
        return None
    ends = marks.reshape(lines, width)
    return None if (codes[ends[:, -1]] != NEWLINE).any() else Grid(piece, codes, ends, delimiter)


def is_padded(codes: Numbers, cuts: Numbers) -> bool:
    """Tell whether a space stands beside a delimiter or the end of a line."""
    spaces = np.flatnonzero(codes == SPACE)
    return bool(len(spaces) and (spaces[0] == 0 or cuts[spaces - 1].any() or cuts[spaces + 1].any()))


class Later(Sequence[Value]):
    """The values of a proven column, read when first asked for; single ones are read alone."""

    def __init__(self, grid: Grid, place: int, read: Callable[[str], Value], rows: Numbers | None = None) -> None:
        self.grid, self.place, self.read, self.rows = grid, place, read, rows
        self.done: list[Value] | None = None

    def __len__(self) -> int:
        return len(self.grid) if self.rows is None else len(self.rows)

    def values(self) -> list[Value]:
        """Return all values, each distinct text read once."""
        if self.done is None:
            texts = self.grid.texts(self.place)
            if self.rows is not None:
                texts = [texts[row] for row in self.rows]
            known = {text: self.read(text) for text in set(texts)}
            self.done = list(map(known.__getitem__, texts))
        return self.done

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values())

    @overload
    def __getitem__(self, at: int) -> Value: ...
    @overload
    def __getitem__(self, at: slice) -> list[Value]: ...
    def __getitem__(self, at: int | slice) -> Value | list[Value]:
        if self.done is not None or isinstance(at, slice):
            return self.values()[at]
        row = range(len(self))[at] if self.rows is None else int(self.rows[at])
        return self.read(self.grid.text(row, self.place))

    def kept(self, good: Numbers) -> "Later":
        """Return the values of some rows only."""
        return Later(self.grid, self.place, self.read, good if self.rows is None else self.rows[good])


def prove(column: Column, grid: Grid, place: int, style: Style) -> tuple[Later, Numbers | None] | None:
    """Return a column's values and their numbers if nothing in it needs a closer look, else nothing."""
    if column.needed and grid.has_blank(place):
        return None
    if column.kind == "text":
        return None if grid.has_word(place, NOTHING) else (Later(grid, place, or_none), grid.packed(place))
    if column.kind == "date" and not style.month_first:
        days = grid.days(place)
        return None if days is None else (Later(grid, place, plain_date), days)
    if column.kind == "number":
        return (Later(grid, place, whole), None) if grid.is_whole_numbers(place) else None
    if column.kind == "code" and column.codes and column.synonyms is None:
        numbers = grid.packed(place)
        known = numbers is not None and are_in(numbers, packed_codes(column.codes)).all()
        return (Later(grid, place, or_none), numbers) if known else None
    return None


@functools.cache
def packed_codes(codes: frozenset[str]) -> Numbers:
    """Return codes as numbers, with 0 for a blank; a code longer than eight letters is never proven."""
    short = [code.encode() for code in codes if len(code) <= PACKED]
    return np.array(sorted([0] + [int.from_bytes(code, "little") for code in short]), dtype=np.uint64)


def are_in(numbers: Numbers, known: Numbers) -> Numbers:
    """Tell of each number whether it is among the known ones, which are in order."""
    at = np.searchsorted(known, numbers)
    at[at == len(known)] = 0
    found: Numbers = known[at] == numbers
    return found


def or_none(text: str) -> Value:
    """Return a text as it is, or nothing."""
    return text or None


def plain_date(text: str) -> Value:
    """Return a proven `DD/MM/YYYY` as `YYYY-MM-DD`."""
    return f"{text[6:]}-{text[3:5]}-{text[:2]}" if text else None


def whole(text: str) -> Value:
    """Return a proven whole number."""
    return int(text) if text else None


def suspects(parts: Sequence[Numbers]) -> list[int]:
    """Return the rows whose key another row may have: all that do, and hardly any that do not."""
    mixed = parts[0].astype(np.uint64)
    for part in parts[1:]:
        mixed = (mixed * MIX) ^ part.astype(np.uint64)
    ordered = np.sort(mixed)
    if not (ordered[1:] == ordered[:-1]).any():
        return []
    order = np.argsort(mixed, kind="stable")
    same = mixed[order][1:] == mixed[order][:-1]
    return sorted({*order[1:][same].tolist(), *order[:-1][same].tolist()})
