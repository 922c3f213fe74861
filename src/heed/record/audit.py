"""The reading half of verify: hash every stored byte again, range by range, in processes of its own (no Django here).

A range is at most 65,536 entries, aligned, so that it has a subtree root of its own. What comes back of a range is its
peaks, and the peaks at every checkpoint size inside it; `verify` joins them.
"""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, pairwise, takewhile, zip_longest
from typing import Any

from heed.entry.canon import ProfileError
from heed.entry.parts import FACTS, FILE, WORDS
from heed.entry.spine import read_spine
from heed.lib.collector import collector_paused
from heed.log.errors import VerifyError
from heed.log.tiles import FOLDED, WIDTH, fold
from heed.log.tree import Frontier, leaf_hash

from .model import PLACES, WORDS_PLACE

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
    """One range to check: entries [low, high), the checkpoint sizes inside it, what was erased in it.

    `relied` are the kinds whose entries decide what is right: keys, erasures.
    """

    source: Source
    low: int
    high: int
    sizes: tuple[int, ...]
    erased: Mapping[int, str]
    relied: frozenset[str]


@dataclass
class Checked:
    """What a range came to: its peaks, the peaks at each checkpoint size, its first and last stamps, its file parts.

    `relied` are the numbers of its entries of the kinds that are relied on.
    """

    low: int
    high: int
    peaks: list[bytes] = field(default_factory=list)
    at_sizes: dict[int, list[bytes]] = field(default_factory=dict)
    first_at: str = ""
    last_at: str = ""
    files: int = 0
    relied: list[int] = field(default_factory=list)


def check_range(task: Task) -> Checked:
    """Hash a range anew and compare every digest, column, leaf and full tile; VerifyError names the first wrong."""
    with closing(task.source.connect()) as connection, collector_paused():
        result = Checked(task.low, task.high)
        leaves: list[bytes] = []
        for low in range(task.low, task.high, _BLOCK):
            rows, parts = _read(connection, low, min(low + _BLOCK, task.high))
            leaves += _check_block(rows, parts, low, task, result)
            _check_stamps(rows, low, result)
            if not task.relied.isdisjoint(row[3] for row in rows):
                result.relied += [row[0] for row in rows if row[3] in task.relied]
        _grow(connection, result, leaves, task)
    return result


# Entries that are read and checked together.
_BLOCK = 2_048
_ENTRIES = (
    "SELECT n, spine, leaf, kind, subject, recorded_at, actor, agency FROM record_entry "
    "WHERE n >= {low} AND n < {high} ORDER BY n"
)
_PARTS = "SELECT id, part, digest, salt, bytes FROM record_part WHERE id >= {low} AND id < {high} ORDER BY id"


def _read(connection: Any, low: int, high: int) -> tuple[list[Any], list[Any]]:
    """Return the rows and the parts of entries [low, high); VerifyError when a row is missing."""
    cursor = connection.cursor()
    rows = cursor.execute(_ENTRIES.format(low=low, high=high)).fetchall()
    parts = cursor.execute(_PARTS.format(low=low << PLACES, high=high << PLACES)).fetchall()
    for n, row in zip_longest(range(low, high), rows):
        if row is None or row[0] != n:
            raise VerifyError(f"Entry {n} is missing.")
    return rows, parts


def _check_block(rows: list[Any], parts: list[Any], low: int, task: Task, result: Checked) -> list[bytes]:
    """Return the entries' leaves: quickly where an entry has facts and words and nothing else, else closely.

    Only an entry that is looked at closely can have files.
    """
    leaves: list[bytes] = []
    at = 0  # in parts
    while len(leaves) < len(rows):
        plain = _check_plain(rows[len(leaves) :], parts[at:], low + len(leaves), task.erased)
        leaves, at = leaves + plain, at + 2 * len(plain)
        n = low + len(leaves)
        if at < len(parts) and parts[at][0] >> PLACES < n:
            raise VerifyError(f"Entry {parts[at][0] >> PLACES}: it has a second part called {parts[at][1]}.")
        if len(leaves) < len(rows):
            held = list(takewhile(lambda part, n=n: part[0] >> PLACES == n, parts[at:]))  # type: ignore[misc]
            leaves.append(_check_closely(rows[len(leaves)], held, task.erased.get(n)))
            result.files += sum(part[1] == FILE for part in held)
            at += len(held)
    return leaves


def _check_plain(rows: list[Any], parts: list[Any], low: int, erased: Mapping[int, str]) -> list[bytes]:
    """Return the leaves of the entries up to the first that is not plain or not right.

    The spine that the columns and the parts' digests make must be the stored spine, to the byte.
    """
    leaves: list[bytes] = []
    for n, row, facts, words in zip(count(low), rows, parts[::2], parts[1::2], strict=False):
        _, spine, leaf, kind, subject, recorded_at, actor, agency = row
        facts_at, facts_part, facts_digest, facts_salt, facts_bytes = facts
        words_at, words_part, words_digest, words_salt, words_bytes = words
        if facts_at != n << PLACES or words_at != facts_at + WORDS_PLACE or facts_part != FACTS or words_part != WORDS:
            break
        made = (
            f'{{"actor":"{actor}","agency":"{agency}","facts":"{facts_digest}","kind":"{kind}","n":{n},'
            f'"recorded_at":"{recorded_at}","subject":"{subject}","v":1,"words":"{words_digest}"}}'
        )
        if made.encode() != spine or facts_bytes is None or words_bytes is None or n in erased:
            break
        if facts_salt == words_salt:
            break
        found = _sha256(b"\0" + spine).digest()
        if (
            found != leaf
            or _sha256(facts_salt + facts_bytes).hexdigest() != facts_digest
            or _sha256(words_salt + words_bytes).hexdigest() != words_digest
        ):
            break
        leaves.append(found)
    return leaves


def _check_stamps(rows: list[Any], low: int, result: Checked) -> None:
    stamps = [row[5] for row in rows]
    if stamps[0] < result.last_at or stamps != sorted(stamps):
        late = next(at for at, (a, b) in enumerate(pairwise([result.last_at, *stamps])) if b < a)
        raise VerifyError(f"Entry {low + late}: recorded_at {stamps[late]} lies before its predecessor's.")
    result.first_at, result.last_at = result.first_at or stamps[0], stamps[-1]


def _check_closely(row: Any, parts: list[Any], erased: str | None) -> bytes:
    """Name what is wrong with an entry; return its leaf when nothing is."""
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
    for at, part, digest, salt, data in parts:
        if part != {0: FACTS, WORDS_PLACE: WORDS}.get(at - (n << PLACES), FILE):
            raise VerifyError(f"Entry {n}: its {part} do not stand where they belong.")
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
    found = connection.cursor().execute(sql.format(task.low // WIDTH, -(-task.high // WIDTH)))
    stored = {i: (hashes, root, folded) for i, hashes, root, folded in found}
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
