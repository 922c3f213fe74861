"""Hash tiles as C2SP tlog-tiles v0.1.0 names them: 256 hashes wide, level L holding every 8·L-th level of the tree."""

import hashlib
import re
from collections.abc import Callable, Mapping

from .errors import FormatError, VerifyError
from .tree import HASH_BYTES

WIDTH = 256
HEIGHT = 8
TILE_BYTES = WIDTH * HASH_BYTES
# A full tile is kept folded to its 16 roots over 16 hashes each too: a proof then hashes 30 of its nodes, not 247.
FOLDED = 16
_FOLDED_LEVEL = 4
_sha256 = hashlib.sha256
_NONE: Mapping[tuple[int, int], bytes] = {}

# (level, index, width) → at least `width` hashes of that tile, from its first on.
ReadTile = Callable[[int, int, int], bytes]
# (level, index) → a full tile folded to 16 roots; empty where there is none.
ReadFolded = Callable[[int, int], bytes]


class TiledNodes:
    """Tree nodes read through tiles; each tile is read once for a proof. Raises VerifyError for a short tile.

    `known` holds nodes that need no reading, by (level, index): the peaks, without which the edge is read and folded.
    """

    def __init__(
        self, read: ReadTile, read_folded: ReadFolded | None = None, known: Mapping[tuple[int, int], bytes] = _NONE
    ) -> None:
        self._read, self._read_folded, self._known = read, read_folded, known
        self._seen: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return the root over 2^level leaves from index·2^level on."""
        if (level, index) in self._known:
            return self._known[level, index]
        tile_level, above = divmod(level, HEIGHT)
        first = index << above
        tile, offset = divmod(first, WIDTH)
        if above >= _FOLDED_LEVEL and self._read_folded and (roots := self._read_folded(tile_level, tile)):
            start = offset // FOLDED * HASH_BYTES
            return fold(roots[start : start + (HASH_BYTES << (above - _FOLDED_LEVEL))])
        return fold(self._hashes(tile_level, tile, offset, 1 << above))

    def _hashes(self, level: int, tile: int, offset: int, count: int) -> bytes:
        start, end = offset * HASH_BYTES, (offset + count) * HASH_BYTES
        held = self._seen.get((level, tile), b"")
        if len(held) < end:
            held = self._seen[level, tile] = self._read(level, tile, offset + count)
        if len(held) < end:
            raise VerifyError(f"Tile {tile_path(level, tile)} holds {len(held)} bytes; {end} are needed.")
        return held[start:end]


def fold(hashes: bytes, to: int = 1) -> bytes:
    """Return the root over a power of two of hashes standing one after another, or the last `to` roots below it."""
    while len(hashes) > to * HASH_BYTES:
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join([_sha256(b"\1" + hashes[i : i + 2 * HASH_BYTES]).digest() for i in pairs])
    return hashes


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return a tile's path, such as `tile/0/x001/x234/067` or, when partial, `tile/0/000.p/5`."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


_PATH = re.compile(r"tile/(0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?\Z", re.ASCII)


def parse_tile_path(path: str) -> tuple[int, int, int]:
    """Return (level, index, width) of a tile's path; FormatError for any other path."""
    found = _PATH.match(path)
    if not found:
        raise FormatError(f"{path[:80]!r} is not the path of a hash tile.")
    level = int(found[1])
    index = int(found[2].replace("x", "").replace("/", ""))
    width = int(found[3] or WIDTH)
    if level > 63 or width > WIDTH or tile_path(level, index, width) != path:
        raise FormatError(f"{path[:80]!r} is not the path of a hash tile.")
    return level, index, width


def tiles_of(size: int) -> list[tuple[int, int, int]]:
    """Return (level, index, width) of every tile of a tree of `size`, partial ones at the right edge included."""
    tiles, level, count = [], 0, size
    while count:
        full, rest = divmod(count, WIDTH)
        tiles += [(level, i, WIDTH) for i in range(full)]
        if rest:
            tiles.append((level, full, rest))
        level, count = level + 1, full
    return tiles
