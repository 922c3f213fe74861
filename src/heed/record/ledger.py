"""The one door into the record: lock the head, then append (docs/adr/0003 and 0005).

with writing() as head:              # 1. the transaction begins by locking the head row
    …                                # 2. the service reads and checks its rules
    append(head, draft, by=by)       # 3. numbers, digests, inserts, tree, projectors
receipt_for(n)                       # 4. committed; a checkpoint is signed and stored, then the receipt is made
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connections

from heed.entry.canon import ProfileError, encode_unchecked
from heed.entry.parts import FACTS, FILE, SALT_BYTES, WORDS, check_size, is_sealed, part_digest
from heed.entry.spine import Spine, check_key
from heed.entry.when import instant_text, parse_instant
from heed.lib.collector import collector_paused
from heed.lib.errors import Answered, HeedError
from heed.log.tiles import FOLDED, TILE_BYTES, WIDTH, fold
from heed.log.tree import Frontier, leaf_hash

from . import attachments, project
from .driver import Insert, Writing, plain_cursor, sql
from .model import NOW, By, Draft, Entry

# How far the clock may stand behind the last entry before appending stops (record_format.md, 'Two clocks').
CLOCK_TOLERANCE = timedelta(seconds=60)


class ClockBehind(HeedError):
    """The machine's clock is more than 60 s behind the last entry; nothing is appended until it is mended."""


class Repeated(Answered):
    """This request has been recorded already: a double click is one entry."""

    def __init__(self, n: int) -> None:
        super().__init__(f"This was recorded already, as entry {n}.")
        self.n = n


@dataclass
class Head:
    """The locked head of the record: owned by the transaction that holds the row's lock, and dead after it."""

    using: str
    vendor: str
    cursor: Any  # the driver's own
    frontier: Frontier
    recorded_at: str
    is_synthetic: bool
    requests: list[str] = field(default_factory=list)  # of the entries appended so far

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.frontier.size

    def execute(self, text: str, values: Sequence[Any] = ()) -> Any:
        """Run one of the ledger's own statements."""
        return self.cursor.execute(sql(self.vendor, text), values)

    def insert(self, insert: Insert, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows of one of the ledger's own tables."""
        insert.run(self.cursor, self.vendor, rows)


@contextmanager
def writing(using: str = "default") -> Iterator[Head]:
    """Open the transaction by locking the head row; what a service reads and checks inside cannot change under it.

    A request that stands in the record already raises Repeated with its entry's number, after the roll-back.
    """
    head: Head | None = None
    try:
        with Writing(using):
            head = lock_head(using)
            yield head
    except IntegrityError:
        for request in head.requests if head else ():
            if (done := repeated(head, request)) is not None:  # type: ignore[arg-type]
                raise Repeated(done) from None
        raise


_LOCK = "SELECT size, frontier, recorded_at, is_synthetic FROM record_head WHERE id = 1"


def lock_head(using: str) -> Head:
    """Lock and return the head; the caller is in a transaction. HeedError when there is no record yet."""
    connection = connections[using]
    vendor = connection.vendor
    with connection.wrap_database_errors:
        cursor = connection.connection.cursor()
        row = cursor.execute(_LOCK if vendor == "sqlite" else f"{_LOCK} FOR UPDATE").fetchone()
    if row is None:
        raise HeedError("There is no record here yet; `heed init` makes one.")
    size, frontier, recorded_at, is_synthetic = row
    return Head(using, vendor, cursor, Frontier.from_bytes(size, bytes(frontier)), recorded_at, bool(is_synthetic))


def repeated(head: Head, request: str) -> int | None:
    """Return the number of the entry that carries this request already, None when it is new."""
    with plain_cursor(head.using) as cursor:
        row = cursor.execute(sql(head.vendor, "SELECT n FROM record_request WHERE request = %s"), [request]).fetchone()
    return row[0] if row else None


def append(head: Head, *drafts: Draft, by: By) -> list[Entry]:
    """Append entries under the head's lock and project them; return them as projectors read them.

    1. stamp; 2. check, encode and digest the parts; 3. insert, grow the tree, move the head; 4. index; 5. project.
    ProfileError, ClockBehind or Repeated: nothing of this transaction is kept by its caller.
    """
    recorded_at = _stamp(head, by)
    check_key(by.actor, "actor")
    check_key(by.agency, "agency")
    with collector_paused() if len(drafts) > 1 else nullcontext():
        entries, index = [], _Index()
        with connections[head.using].wrap_database_errors:
            for start in range(0, len(drafts), _BLOCK):
                entries += _append_block(head, drafts[start : start + _BLOCK], by, recorded_at, index)
            _write_index(head, index)
        head.recorded_at = recorded_at
        project.apply_entries(entries, using=head.using)
    return entries


# Entries whose rows are held in memory at once: more leave the processor's caches.
_BLOCK = 500


def _append_block(head: Head, drafts: Sequence[Draft], by: By, recorded_at: str, index: "_Index") -> list[Entry]:
    random = os.urandom(_RANDOM * len(drafts))
    rows, first = _Rows(), head.size
    for at, draft in enumerate(drafts):
        _prepare(rows, index, first + at, draft, by, recorded_at, random[at * _RANDOM : (at + 1) * _RANDOM])
        for file in draft.files:
            attachments.keep(file)
    _insert(head, rows)
    return rows.entries


def _stamp(head: Head, by: By) -> str:
    """Return max(clock, last); refuse an injected clock in a real record, and a clock over 60 s behind."""
    if by.at is not None and not head.is_synthetic:
        raise HeedError("Only a synthetic record accepts an injected clock.")
    now = instant_text(by.at or datetime.now(UTC))
    # The text's width is fixed, so its order is the order of time.
    if head.size == 0 or now >= head.recorded_at:
        return now
    if parse_instant(now) < parse_instant(head.recorded_at) - CLOCK_TOLERANCE:
        raise ClockBehind(
            f"The clock says {now}, more than 60 s before the last entry ({head.recorded_at}); "
            "nothing is recorded until it is mended."
        )
    return head.recorded_at


class _Rows:
    """The rows of one block, column order as in the SQL below."""

    __slots__ = ("entries", "leaves", "parts", "spines")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.spines: list[tuple[Any, ...]] = []
        self.parts: list[tuple[Any, ...]] = []
        self.leaves: list[bytes] = []


class _Index:
    """The rows of the two derived indexes, of a whole call: their keys are random, so they are written in order."""

    __slots__ = ("refs", "requests")

    def __init__(self) -> None:
        self.refs: list[tuple[str, int, str]] = []
        self.requests: list[tuple[str, int]] = []


# Of each entry: the salts of facts and words, and a request's key for a draft that brings none.
_RANDOM = 2 * SALT_BYTES + 16


def _prepare(rows: _Rows, index: _Index, n: int, draft: Draft, by: By, recorded_at: str, random: bytes) -> None:
    """Check and encode one entry, digest its parts, and add its rows."""
    kind, words = draft.kind, draft.words if isinstance(draft.words, bytes) else dict(draft.words)
    salt, words_salt = random[:SALT_BYTES], random[SALT_BYTES : 2 * SALT_BYTES]
    facts = _facts(draft, recorded_at, draft.request or random[2 * SALT_BYTES :].hex())
    read = None if isinstance(words, bytes) else words
    kind.check(facts, read, n=n)
    check_key(draft.subject, "subject")
    # `check` has passed every member, so what remains is to write it down.
    facts_bytes = encode_unchecked(facts)
    words_bytes = words if isinstance(words, bytes) else encode_unchecked(words)
    if read is None and not is_sealed(words_bytes):
        raise HeedError("Sealed words must be a binary age file.")
    check_size(facts_bytes, FACTS)
    check_size(words_bytes, WORDS)
    facts_digest, words_digest = part_digest(salt, facts_bytes), part_digest(words_salt, words_bytes)
    spine = Spine(n, kind.name, draft.subject, recorded_at, by.actor, by.agency, facts_digest, words_digest)
    stored = spine.to_bytes()
    leaf = leaf_hash(stored)
    name, facts_now, words_now = project.newest(kind.name, facts, read)
    rows.entries.append(Entry(spine, name, facts_now, words_now, read is None))
    rows.leaves.append(leaf)
    rows.spines.append((n, stored, leaf, kind.name, draft.subject, recorded_at, by.actor, by.agency))
    rows.parts.append((n, FACTS, facts_digest, salt, facts_bytes))
    rows.parts.append((n, WORDS, words_digest, words_salt, words_bytes))
    for file in draft.files:
        rows.parts.append((n, FILE, file.digest, file.salt, None))
    index.requests.append((facts["request"], n))
    index.refs += refs_of(spine, facts)


def _facts(draft: Draft, recorded_at: str, request: str) -> dict[str, Any]:
    facts: dict[str, Any] = {**draft.facts, "request": request}
    refs = {role: held for role, keys in draft.refs.items() if (held := sorted(set(keys)))}
    if refs:
        facts["refs"] = refs
    if draft.occurred_at is not None:
        facts["occurred_at"] = recorded_at if draft.occurred_at == NOW else draft.occurred_at
    if draft.corrects is not None:
        facts["corrects"] = draft.corrects
    if draft.files:
        facts["files"] = [file.digest for file in draft.files]
    return facts


def refs_of(spine: Spine, facts: Any) -> list[tuple[str, int, str]]:
    """Return the rows of the derived index: the subject, and every key of every role."""
    rows = [(spine.subject, spine.n, "subject")]
    if facts and (refs := facts.get("refs")):
        rows += [(key, spine.n, role) for role, keys in refs.items() for key in keys]
    return rows


_ENTRY = Insert("record_entry (n, spine, leaf, kind, subject, recorded_at, actor, agency)", 8)
_PART = Insert("record_part (n, part, digest, salt, bytes)", 5)
REQUEST = Insert("record_request (request, n)", 2)
REF = Insert("record_ref (key, n, role)", 3)
_TILE = "INSERT INTO record_tile (level, i, root, folded, hashes) VALUES (%s, %s, %s, %s, %s)"
_HEAD = "UPDATE record_head SET size = %s, frontier = %s, recorded_at = %s WHERE id = 1"


def _insert(head: Head, rows: _Rows) -> None:
    """Write spines, parts, head and the tiles that became full."""
    size = head.size
    head.frontier.extend(rows.leaves)
    head.insert(_ENTRY, rows.spines)
    head.insert(_PART, rows.parts)
    head.execute(_HEAD, (head.size, head.frontier.to_bytes(), rows.entries[-1].spine.recorded_at))
    corrections = [entry for entry in rows.entries if entry.facts and "corrects" in entry.facts]
    if corrections or size // WIDTH != head.size // WIDTH:
        with connections[head.using].cursor() as cursor:
            _check_corrections(cursor, corrections)
            write_tiles(cursor, size, head.size)


def _write_index(head: Head, index: _Index) -> None:
    """Write the two derived indexes; a request that stands in the record already fails here."""
    head.requests += [request for request, _ in index.requests]
    index.requests.sort()
    index.refs.sort()  # neighbours in a tree are written together
    head.insert(REQUEST, index.requests)
    head.insert(REF, index.refs)


def _check_corrections(cursor: Any, corrections: Sequence[Entry]) -> None:
    """Refuse a correction of an entry of another kind, version aside (byte-level rule 23)."""
    for entry in corrections:
        corrected, family = entry.fact("corrects"), entry.spine.kind.rsplit(".", 1)[0]
        cursor.execute("SELECT kind FROM record_entry WHERE n = %s", [corrected])
        if cursor.fetchone()[0].rsplit(".", 1)[0] != family:
            raise ProfileError(f"Entry {corrected} is not of the kind {family}, so this cannot correct it.")


def write_tiles(cursor: Any, old: int, new: int) -> None:
    """Write every hash tile that became full between the sizes, from the leaf column and the lower roots."""
    for i in range(old // WIDTH, new // WIDTH):
        cursor.execute(
            "SELECT leaf FROM record_entry WHERE n >= %s AND n < %s ORDER BY n", [i * WIDTH, (i + 1) * WIDTH]
        )
        _write_tile(cursor, 0, i, b"".join(bytes(row[0]) for row in cursor.fetchall()))
    level, was, now = 1, old // WIDTH, new // WIDTH
    while now // WIDTH > was // WIDTH:
        for i in range(was // WIDTH, now // WIDTH):
            cursor.execute(
                "SELECT root FROM record_tile WHERE level = %s AND i >= %s AND i < %s ORDER BY i",
                [level - 1, i * WIDTH, (i + 1) * WIDTH],
            )
            _write_tile(cursor, level, i, b"".join(bytes(row[0]) for row in cursor.fetchall()))
        level, was, now = level + 1, was // WIDTH, now // WIDTH


def _write_tile(cursor: Any, level: int, i: int, hashes: bytes) -> None:
    if len(hashes) != TILE_BYTES:
        raise HeedError(f"Tile {level}/{i} cannot be written: {len(hashes)} bytes below it instead of {TILE_BYTES}.")
    folded = fold(hashes, FOLDED)
    cursor.execute(_TILE, [level, i, fold(folded), folded, hashes])
