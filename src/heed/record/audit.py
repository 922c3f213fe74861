"""The reading half of verify: hash every stored byte again, range by range, in processes of its own (no Django here).

A range is at most 65,536 entries, aligned, so that it has a subtree root of its own. What comes back of a range is its
peaks, and the peaks at every checkpoint size inside it; `verify` joins them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from heed.entry.canon import ProfileError
from heed.entry.parts import FACTS, FILE, WORDS
from heed.entry.spine import read_spine
from heed.log.errors import VerifyError
from heed.log.tiles import FOLDED, WIDTH, fold
from heed.log.tree import Frontier, leaf_hash

RANGE = 65_536
_sha256 = hashlib.sha256


@dataclass(frozen=True)
class Source:
    """How a process opens the database: ('sqlite', path) or ('postgresql', connection words)."""

    vendor: str
    where: Any

    def connect(self) -> Any:
        """Return a DB-API connection that only reads."""
        if self.vendor == "sqlite":
            import sqlite3
            from pathlib import Path

            return sqlite3.connect(f"{Path(self.where).resolve().as_uri()}?mode=ro", uri=True)
        import psycopg

        connection = psycopg.connect(**self.where)
        connection.read_only = True
        return connection


@dataclass(frozen=True)
class Task:
    """One range to check: entries [low, high), the checkpoint sizes inside it, and what was erased in it."""

    source: Source
    low: int
    high: int
    sizes: tuple[int, ...]
    erased: Mapping[int, str]


@dataclass
class Checked:
    """What a range came to: its peaks, the peaks at each checkpoint size, its first and last stamps, its file parts."""

    low: int
    high: int
    peaks: list[bytes] = field(default_factory=list)
    at_sizes: dict[int, list[bytes]] = field(default_factory=dict)
    first_at: str = ""
    last_at: str = ""
    files: int = 0


def check_range(task: Task) -> Checked:
    """Hash a range anew and compare every digest, column, leaf and full tile; VerifyError names the first wrong."""
    connection = task.source.connect()
    try:
        result = Checked(task.low, task.high)
        leaves: list[bytes] = []
        for n, (row, parts) in enumerate(_entries(connection, task), task.low):
            if row is None or row[0] != n:
                raise VerifyError(f"Entry {n} is missing.")
            leaves.append(_check_entry(row, parts, task.erased.get(n)))
            stamp = row[5]
            if stamp < result.last_at:
                raise VerifyError(f"Entry {n}: recorded_at {stamp} lies before its predecessor's.")
            result.first_at, result.last_at = result.first_at or stamp, stamp
            result.files += sum(part[1] == FILE for part in parts)
        _grow(connection, result, leaves, task)
        return result
    finally:
        connection.close()


_ENTRIES = (
    "SELECT n, spine, leaf, kind, subject, recorded_at, actor, agency FROM record_entry "
    "WHERE n >= {low} AND n < {high} ORDER BY n"
)
_PARTS = "SELECT n, part, digest, salt, bytes FROM record_part WHERE n >= {low} AND n < {high} ORDER BY n, part, digest"


def _entries(connection: Any, task: Task) -> Iterator[tuple[Any, list[Any]]]:
    """Yield each number's row and parts, by merging two ordered reads."""
    words = {"low": task.low, "high": task.high}
    rows = _fetch(connection, _ENTRIES.format(**words))
    parts = groupby(_fetch(connection, _PARTS.format(**words)), key=itemgetter(0))
    at, group = next(parts, (None, iter(())))
    for n in range(task.low, task.high):
        row = next(rows, None)
        held: list[Any] = []
        if at == n:
            held = list(group)
            at, group = next(parts, (None, iter(())))
        yield row, held
    for row in chain(rows, group):
        raise VerifyError(f"Entry {row[0]}: a row stands beyond its place.")


def _fetch(connection: Any, sql: str) -> Iterator[Any]:
    cursor = connection.cursor()
    cursor.execute(sql)
    while block := cursor.fetchmany(2_000):
        yield from block


def _check_entry(row: Any, parts: list[Any], erased: str | None) -> bytes:
    """Return the entry's leaf hash once every byte of it is accounted for.

    The quick way: the spine that the columns and the parts' digests make must be the stored spine, to the byte.
    """
    n, spine, leaf, kind, subject, recorded_at, actor, agency = row
    spine = bytes(spine)
    if len(parts) == 2 and erased is None and parts[0][1] == FACTS and parts[1][1] == WORDS:
        facts = _sha256(bytes(parts[0][3]) + bytes(parts[0][4])).hexdigest()
        words = _sha256(bytes(parts[1][3]) + bytes(parts[1][4])).hexdigest()
        made = (
            f'{{"actor":"{actor}","agency":"{agency}","facts":"{facts}","kind":"{kind}","n":{n},'
            f'"recorded_at":"{recorded_at}","subject":"{subject}","v":1,"words":"{words}"}}'
        )
        if made.encode() == spine and facts == parts[0][2] and words == parts[1][2] and parts[0][3] != parts[1][3]:
            found = _sha256(b"\0" + spine).digest()
            if found == leaf:
                return found
    return _check_slowly(row, parts, erased)


def _check_slowly(row: Any, parts: list[Any], erased: str | None) -> bytes:
    """Name what is wrong with an entry that the quick way did not pass; return its leaf when nothing is."""
    n, data, leaf = row[0], bytes(row[1]), bytes(row[2])
    try:
        spine = read_spine(data)
    except ProfileError as error:
        raise VerifyError(f"Entry {n}: its spine is not one: {error}") from None
    if spine.n != n:
        raise VerifyError(f"Entry {n}: its spine says it is entry {spine.n}.")
    if leaf_hash(data) != leaf:
        raise VerifyError(f"Entry {n}: its spine does not hash to its leaf; one of the two was changed.")
    for name, value in zip(("kind", "subject", "recorded_at", "actor", "agency"), row[3:], strict=True):
        if getattr(spine, name) != value:
            raise VerifyError(f"Entry {n}: the column {name} is not what its spine says.")
    _check_parts(n, spine, parts, erased)
    return leaf


def _check_parts(n: int, spine: Any, parts: list[Any], erased: str | None) -> None:
    for _, part, digest, salt, data in parts:
        if data is not None and _sha256(bytes(salt) + bytes(data)).hexdigest() != digest:
            raise VerifyError(f"Entry {n}: the bytes or the salt of its {part} are not those of its digest.")
        if part != FILE and digest != getattr(spine, part):
            raise VerifyError(f"Entry {n}: the digest of its {part} is not the one in its spine.")
        if part != FILE and data is None:
            raise VerifyError(f"Entry {n}: the bytes of its {part} are gone.")
    held = [part[1] for part in parts]
    gone = {None: (), "words": (WORDS,), "both": (FACTS, WORDS)}[erased]
    for part in (FACTS, WORDS):
        if part not in held and part not in gone:
            raise VerifyError(f"Entry {n}: its {part} are lost; no erasure names them.")
        if part in held and part in gone:
            raise VerifyError(f"Entry {n}: its {part} were erased and are there.")
    if FILE in held and erased:
        raise VerifyError(f"Entry {n}: a file of it was erased and is there.")
    salts = [bytes(part[3]) for part in parts]
    if len(set(salts)) != len(salts):
        raise VerifyError(f"Entry {n}: two of its parts have one salt.")


def _grow(connection: Any, result: Checked, leaves: list[bytes], task: Task) -> None:
    """Build the range's subtree block by block, comparing each full level-0 tile and its root with what is stored."""
    sql = "SELECT i, hashes, root, folded FROM record_tile WHERE level = 0 AND i >= {} AND i < {} ORDER BY i"
    stored = {
        i: (hashes, root, folded)
        for i, hashes, root, folded in _fetch(connection, sql.format(task.low // WIDTH, -(-task.high // WIDTH)))
    }
    upper = Frontier()
    for start in range(0, len(leaves), WIDTH):
        block, i = leaves[start : start + WIDTH], (task.low + start) // WIDTH
        sizes = [size for size in task.sizes if task.low + start < size <= task.low + start + len(block)]
        inside = _peaks_inside(block, {size - task.low - start for size in sizes} | {len(block)} - {WIDTH})
        for size in sizes:
            result.at_sizes[size] = upper.peaks + inside[size - task.low - start]
        if len(block) < WIDTH:
            result.peaks = upper.peaks + inside[len(block)]
            break
        upper.add(check_tile(f"0/{i}", stored.pop(i, None), b"".join(block), "leaves of its entries"))
        result.peaks = upper.peaks
    if stored:
        raise VerifyError(f"Tile 0/{min(stored)} stands there before it is full.")


def _peaks_inside(block: list[bytes], counts: set[int]) -> dict[int, list[bytes]]:
    """Return the peaks over the first so many leaves of a block, for each count asked."""
    if not counts:
        return {}
    frontier, found = Frontier(), {}
    for at, leaf in enumerate(block, 1):
        frontier.add(leaf)
        if at in counts:
            found[at] = list(frontier.peaks)
    return found


def check_tile(name: str, stored: tuple[Any, Any, Any] | None, hashes: bytes, what: str) -> bytes:
    """Compare a stored tile (hashes, root, folded) with the hashes that it should hold; return their root."""
    if stored is None:
        raise VerifyError(f"Tile {name} is missing.")
    if bytes(stored[0]) != hashes:
        raise VerifyError(f"Tile {name} does not hold the {what}.")
    folded = fold(hashes, FOLDED)
    root = fold(folded)
    if bytes(stored[1]) != root or bytes(stored[2]) != folded:
        raise VerifyError(f"Tile {name} does not hold the roots of its hashes.")
    return root
