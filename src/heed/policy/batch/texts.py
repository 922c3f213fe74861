"""Texts as small whole numbers: every distinct text is kept once and compared as bytes, so that equal is equal.

The table is open addressing over an arena of bytes. All arrays grow before a batch is read, never inside the loop.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from .compiled import compiled

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
State = tuple[Codes, Hashes, Longs, Bytes, Longs]

MISSING, MANY = -1, -2
FNV_START, FNV_PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)  # FNV-1a, 64 bits


@compiled
def hash_of(data: Bytes, start: int, end: int) -> np.uint64:
    """Return the FNV-1a hash of some bytes."""
    value = FNV_START
    for at in range(start, end):
        value = (value ^ np.uint64(data[at])) * FNV_PRIME
    return value


@compiled
def _mixed(value: np.uint64) -> np.uint64:
    return value ^ (value >> np.uint64(29))


@compiled
def code_of(
    data: Bytes, start: int, end: int, table: Codes, hashes: Hashes, ends: Longs, arena: Bytes, count: Longs
) -> int:
    """Return the code of some bytes, a new one where they were not met before; `count` is [codes, bytes used]."""
    value = hash_of(data, start, end)
    mask = np.uint64(len(table) - 1)
    at = _mixed(value) & mask
    while True:
        code = table[at]
        if code < 0:
            break
        if hashes[code] == value and _same(data, start, end, ends, arena, code):
            return int(code)
        at = (at + np.uint64(1)) & mask
    code = count[0]
    table[at], hashes[code] = code, value
    for place in range(start, end):
        arena[count[1] + place - start] = data[place]
    count[1] += end - start
    ends[code + 1] = count[1]
    count[0] += 1
    return int(code)


@compiled
def _same(data: Bytes, start: int, end: int, ends: Longs, arena: Bytes, code: int) -> bool:
    begin = ends[code]
    if ends[code + 1] - begin != end - start:
        return False
    same = True
    for place in range(end - start):
        same &= data[start + place] == arena[begin + place]
    return same


@compiled
def codes_of(
    data: Bytes, offsets: Longs, table: Codes, hashes: Hashes, ends: Longs, arena: Bytes, count: Longs
) -> Codes:
    """Return the codes of a column of texts."""
    found = np.empty(len(offsets) - 1, np.int32)
    for at in range(len(found)):
        found[at] = code_of(data, offsets[at], offsets[at + 1], table, hashes, ends, arena, count)
    return found


@compiled
def _rehash(table: Codes, hashes: Hashes, count: int) -> None:
    mask = np.uint64(len(table) - 1)
    for code in range(count):
        at = _mixed(hashes[code]) & mask
        while table[at] >= 0:
            at = (at + np.uint64(1)) & mask
        table[at] = code


class Texts:
    """The texts met so far; `state` is what the compiled functions take."""

    def __init__(self) -> None:
        self.table = np.full(1 << 12, -1, np.int32)
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
            wanted = max(2 * len(self.hashes), len(self) + texts)
            self.hashes = np.resize(self.hashes, wanted)
            self.ends = np.resize(self.ends, wanted + 1)
        if self.count[1] + size > len(self.arena):
            self.arena = np.resize(self.arena, max(2 * len(self.arena), int(self.count[1]) + size))
        if 2 * len(self.hashes) > len(self.table):
            self.table = np.full(1 << (2 * len(self.hashes) - 1).bit_length(), -1, np.int32)
            _rehash(self.table, self.hashes, len(self))

    def column(self, offsets: Longs, data: Bytes) -> Codes:
        """Return the codes of a column given as offsets and bytes."""
        self.room(len(offsets) - 1, int(offsets[-1] - offsets[0]))
        return codes_of(data, offsets, *self.state)

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
        buffers = [
            None,
            pa.py_buffer(self.ends[: used + 1].tobytes()),
            pa.py_buffer(self.arena[: self.count[1]].tobytes()),
        ]
        return pa.Array.from_buffers(pa.large_string(), used, buffers)
