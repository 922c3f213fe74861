"""Texts as small whole numbers: every distinct text is kept once and compared as bytes, so that equal is equal.

The table is open addressing over an arena of bytes. All arrays grow before a batch is read, never inside the loop.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from .compiled import compiled, inlined
from .eights import Bytes, fetch, hash_of, same_bytes

Longs = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Slots = npt.NDArray[np.uint64]  # the upper half of a text's hash, and its code and one more
State = tuple[Slots, Hashes, Longs, Bytes, Longs]

MISSING, MANY = -1, -2
NOTHING, EMPTY, ONE, TAGS = np.uint64(0), np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFF00000000)
FAR, NEAR, NEXT = 24, 16, 8  # rows ahead; measured, and not sensitive


@inlined
def code_of(
    data: Bytes,
    start: int,
    end: int,
    value: np.uint64,
    table: Slots,
    hashes: Hashes,
    ends: Longs,
    arena: Bytes,
    count: Longs,
) -> int:
    """Return the code of some bytes with their hash, a new one where they are new; `count` is [codes, bytes used]."""
    at = slot_of(value, table)
    while table[at] != EMPTY:
        code = code_in(table[at])
        if (table[at] ^ value) & TAGS == NOTHING and _same(data, start, end, ends, arena, code):
            return code
        at = (at + 1) & (len(table) - 1)
    code = int(count[0])
    table[at], hashes[code] = _slot(value, code), value
    for place in range(start, end):
        arena[count[1] + place - start] = data[place]
    count[1] += end - start
    ends[code + 1] = count[1]
    count[0] += 1
    return code


@inlined
def slot_of(value: np.uint64, table: Slots) -> int:
    """Return where the search for a hash begins."""
    return int(np.int64(value & np.uint64(len(table) - 1)))


@inlined
def code_in(slot: np.uint64) -> int:
    """Return the code that a slot holds."""
    return int(np.int64(slot & ~TAGS)) - 1


@inlined
def _slot(value: np.uint64, code: int) -> np.uint64:
    return (value & TAGS) | (np.uint64(code) + ONE)


@inlined
def _same(data: Bytes, start: int, end: int, ends: Longs, arena: Bytes, code: int) -> bool:
    begin, size = ends[code], end - start
    return bool(ends[code + 1] - begin == size and same_bytes(data, start, arena, begin, size))


@compiled
def hashes_of(data: Bytes, places: Longs) -> Hashes:
    """Return the hash of the text at each place, given as (begin, end); of a negative begin, nothing of use."""
    values = np.empty(len(places), np.uint64)
    for row in range(len(places)):
        values[row] = hash_of(data, places[row, 0], places[row, 1]) if places[row, 0] >= 0 else NOTHING
    return values


@compiled
def size_of(places: Longs) -> tuple[int, int]:
    """Return how many texts stand at some places, and their bytes."""
    count = size = 0
    for row in range(len(places)):
        if places[row, 0] >= 0:
            count, size = count + 1, size + places[row, 1] - places[row, 0]
    return count, size


@compiled
def coded(
    data: Bytes, places: Longs, values: Hashes, table: Slots, hashes: Hashes, ends: Longs, arena: Bytes, count: Longs
) -> Codes:
    """Return the code of the text at each place, given as (begin, end) and with its hash; a negative begin stays.

    Each text's slot, the text it may equal and the bytes of that are asked for some rows ahead: the table is too
    large for the caches, and waiting for it costs more than all the rest.
    """
    size = len(places)
    found = np.empty(size, np.int32)
    for row in range(-FAR, size):
        if row + FAR < size:
            fetch(table, slot_of(values[row + FAR], table))
        if 0 <= row + NEAR < size:
            slot = table[slot_of(values[row + NEAR], table)]
            if slot != EMPTY:
                fetch(ends, code_in(slot))
        if 0 <= row + NEXT < size:
            slot = table[slot_of(values[row + NEXT], table)]
            if slot != EMPTY:
                fetch(arena, ends[code_in(slot)])
        if row >= 0:
            begin, end = places[row, 0], places[row, 1]
            if begin < 0:
                found[row] = begin
            else:
                found[row] = code_of(data, begin, end, values[row], table, hashes, ends, arena, count)
    return found


@compiled
def _rehash(table: Slots, hashes: Hashes, count: int) -> None:
    for code in range(count):
        if code + FAR < count:
            fetch(table, slot_of(hashes[code + FAR], table))
        at = slot_of(hashes[code], table)
        while table[at] != EMPTY:
            at = (at + 1) & (len(table) - 1)
        table[at] = _slot(hashes[code], code)


def _grown(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """Return an array with room for more; what is not used yet takes no memory."""
    found = np.empty(size, array.dtype)
    found[: len(array)] = array
    return found


class Texts:
    """The texts met so far; `state` is what the compiled functions take."""

    def __init__(self) -> None:
        self.table = np.zeros(1 << 12, np.uint64)
        self.hashes = np.zeros(1 << 11, np.uint64)
        self.ends = np.zeros((1 << 11) + 1, np.int64)
        self.arena = np.zeros(1 << 16, np.uint8)
        self.count = np.zeros(2, np.int64)

    @property
    def state(self) -> State:
        """The arrays in the order that the compiled functions take them."""
        return self.table, self.hashes, self.ends, self.arena, self.count

    def __len__(self) -> int:
        return int(self.count[0])

    def room(self, texts: int, size: int) -> None:
        """Make room for so many more texts of so many bytes in all."""
        if len(self) + texts > len(self.hashes):
            wanted = max(4 * len(self.hashes), len(self) + texts)
            self.hashes = _grown(self.hashes, wanted)
            self.ends = _grown(self.ends, wanted + 1)
        if self.count[1] + size > len(self.arena):
            self.arena = _grown(self.arena, max(2 * len(self.arena), int(self.count[1]) + size))
        if 2 * len(self.hashes) > len(self.table):
            self.table = np.zeros(1 << (2 * len(self.hashes) - 1).bit_length(), np.uint64)
            _rehash(self.table, self.hashes, len(self))

    def column(self, offsets: Longs, data: Bytes) -> Codes:
        """Return the codes of a column given as offsets and bytes."""
        return self.at(data, np.stack((offsets[:-1], offsets[1:]), axis=1))

    def at(self, data: Bytes, places: Longs, values: Hashes | None = None) -> Codes:
        """Return the codes of the texts at some places, given as (begin, end); a negative begin stays."""
        self.room(*size_of(places))
        return coded(data, places, hashes_of(data, places) if values is None else values, *self.state)

    def codes(self, texts: Iterable[str]) -> Codes:
        """Return the codes of a few texts, each met or not."""
        encoded = [text.encode() for text in texts]
        offsets = np.concatenate(([0], np.cumsum([len(text) for text in encoded], dtype=np.int64))).astype(np.int64)
        return self.column(offsets, np.frombuffer(b"".join(encoded) or b"\0", np.uint8))

    def code(self, text: str) -> int:
        """Return the code of one text."""
        return int(self.codes([text])[0])

    def text(self, code: int) -> str:
        """Return the text of a code."""
        return bytes(self.arena[self.ends[code] : self.ends[code + 1]]).decode()

    def arrow(self) -> object:
        """Return every text by code, as an Arrow array."""
        import pyarrow as pa

        used = len(self)
        buffers = [None, pa.py_buffer(self.ends[: used + 1]), pa.py_buffer(self.arena[: self.count[1]])]
        return pa.Array.from_buffers(pa.large_string(), used, buffers)
