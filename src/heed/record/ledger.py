"""The one door into the record: lock the head, then append (docs/adr/0003 and 0005).

with writing() as head:              # 1. the transaction begins by locking the head row
    …                                # 2. the service reads and checks its rules
    append(head, draft, by=by)       # 3. numbers, digests, inserts, tree, projectors
receipt_for(n)                       # 4. committed; a checkpoint is signed and stored, then the receipt is made
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError, connections, transaction

from heed.entry.canon import ProfileError, encode_unchecked
from heed.entry.keys import new_key
from heed.entry.parts import FACTS, FILE, SALT_BYTES, WORDS, check_size, is_sealed, part_digest
from heed.entry.spine import Spine, check_key
from heed.entry.when import instant_text, parse_instant
from heed.lib.errors import Answered, HeedError
from heed.log.tiles import TILE_BYTES, WIDTH, fold
from heed.log.tree import Frontier, leaf_hash

from . import attachments, project
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
    frontier: Frontier
    recorded_at: str
    is_synthetic: bool
    requests: list[str] = field(default_factory=list)  # of the entries appended so far

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.frontier.size


@contextmanager
def plain_cursor(using: str) -> Iterator[Any]:
    """Yield the driver's own cursor: the ledger's few statements need none of Django's rewriting, which costs as much.

    Its SQL comes from `_sql`, which writes the driver's marks; errors are Django's as everywhere.
    """
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = connection.connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


@cache
def _sql(vendor: str, text: str) -> str:
    return text.replace("%s", "?") if vendor == "sqlite" else text


@contextmanager
def writing(using: str = "default") -> Iterator[Head]:
    """Open the transaction by locking the head row; what a service reads and checks inside cannot change under it.

    A request that stands in the record already raises Repeated with its entry's number, after the roll-back.
    """
    head: Head | None = None
    try:
        with transaction.atomic(using):
            head = lock_head(using)
            yield head
    except IntegrityError:
        for request in head.requests if head else ():
            if (done := repeated(head, request)) is not None:  # type: ignore[arg-type]
                raise Repeated(done) from None
        raise


def lock_head(using: str) -> Head:
    """Lock and return the head; the caller is in a transaction. HeedError when there is no record yet."""
    connection = connections[using]
    lock = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    with plain_cursor(using) as cursor:
        cursor.execute(f"SELECT size, frontier, recorded_at, is_synthetic FROM record_head WHERE id = 1{lock}")
        row = cursor.fetchone()
    if row is None:
        raise HeedError("There is no record here yet; `heed init` makes one.")
    size, frontier, recorded_at, is_synthetic = row
    return Head(using, Frontier.from_bytes(size, bytes(frontier)), recorded_at, bool(is_synthetic))


def repeated(head: Head, request: str) -> int | None:
    """Return the number of the entry that carries this request already, None when it is new."""
    with connections[head.using].cursor() as cursor:
        cursor.execute("SELECT n FROM record_part WHERE request = %s", [request])
        row = cursor.fetchone()
    return row[0] if row else None


def append(head: Head, *drafts: Draft, by: By) -> list[Entry]:
    """Append entries under the head's lock and project them; return them as projectors read them.

    1. stamp; 2. check and encode the parts; 3. digest; 4. insert; 5. grow the tree; 6. move the head; 7. project.
    ProfileError, ClockBehind or Repeated: nothing of this transaction is kept by its caller.
    """
    recorded_at = _stamp(head, by)
    check_key(by.actor, "actor")
    check_key(by.agency, "agency")
    salts = os.urandom(SALT_BYTES * 2 * len(drafts))
    rows, first = _Rows(head.size), head.size
    for at, draft in enumerate(drafts):
        pair = salts[at * 64 : at * 64 + 32], salts[at * 64 + 32 : at * 64 + 64]
        rows.add(_prepare(first + at, draft, by, recorded_at, pair))
    for draft in drafts:
        for file in draft.files:
            attachments.keep(file)
    head.requests += [part[5] for part in rows.parts if part[5]]
    _insert(head, rows)
    head.recorded_at = recorded_at
    project.apply_entries(rows.entries, using=head.using)
    return rows.entries


def _stamp(head: Head, by: By) -> str:
    """Return max(clock, last); refuse an injected clock in a real record, and a clock over 60 s behind."""
    if by.at is not None and not head.is_synthetic:
        raise HeedError("Only a synthetic record accepts an injected clock.")
    now = by.at or datetime.now(UTC)
    if head.size == 0:
        return instant_text(now)
    last = parse_instant(head.recorded_at)
    if now < last - CLOCK_TOLERANCE:
        raise ClockBehind(
            f"The clock says {instant_text(now)}, more than 60 s before the last entry ({head.recorded_at}); "
            "nothing is recorded until it is mended."
        )
    return instant_text(max(now, last))


@dataclass(frozen=True, slots=True)
class _Prepared:
    entry: Entry
    spine: bytes
    parts: list[tuple[Any, ...]]


def _prepare(n: int, draft: Draft, by: By, recorded_at: str, salts: tuple[bytes, bytes]) -> _Prepared:
    facts = _facts(draft, recorded_at)
    sealed = isinstance(draft.words, bytes)
    words = None if isinstance(draft.words, bytes) else dict(draft.words)
    draft.kind.check(facts, words, n=n)
    check_key(draft.subject, "subject")
    # `check` has passed every member, so what remains is to write it down.
    facts_bytes = encode_unchecked(facts)
    words_bytes = draft.words if isinstance(draft.words, bytes) else encode_unchecked(words or {})
    if sealed and not is_sealed(words_bytes):
        raise HeedError("Sealed words must be a binary age file.")
    check_size(facts_bytes, FACTS)
    check_size(words_bytes, WORDS)
    digests = part_digest(salts[0], facts_bytes), part_digest(salts[1], words_bytes)
    spine = Spine(n, draft.kind.name, draft.subject, recorded_at, by.actor, by.agency, *digests)
    parts: list[tuple[Any, ...]] = [
        (n, FACTS, digests[0], salts[0], facts_bytes, facts["request"]),
        (n, WORDS, digests[1], salts[1], words_bytes, None),
        *((n, FILE, file.digest, file.salt, None, None) for file in draft.files),
    ]
    name, facts_now, words_now = project.newest(draft.kind.name, facts, words)
    return _Prepared(Entry(spine, name, facts_now, words_now, sealed), spine.to_bytes(), parts)


def _facts(draft: Draft, recorded_at: str) -> dict[str, Any]:
    facts: dict[str, Any] = {**draft.facts, "request": draft.request or new_key()}
    refs = {role: sorted(set(keys)) for role, keys in draft.refs.items()}
    refs = {role: keys for role, keys in refs.items() if keys}
    if refs:
        facts["refs"] = refs
    if draft.occurred_at is not None:
        facts["occurred_at"] = recorded_at if draft.occurred_at == NOW else draft.occurred_at
    if draft.corrects is not None:
        facts["corrects"] = draft.corrects
    if draft.files:
        facts["files"] = [file.digest for file in draft.files]
    return facts


class _Rows:
    """The rows of one call, column order as in the SQL below."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.entries: list[Entry] = []
        self.spines: list[tuple[Any, ...]] = []
        self.parts: list[tuple[Any, ...]] = []
        self.refs: list[tuple[str, int, str]] = []
        self.leaves: list[bytes] = []

    def add(self, prepared: _Prepared) -> None:
        entry, spine = prepared.entry, prepared.entry.spine
        leaf = leaf_hash(prepared.spine)
        self.entries.append(entry)
        self.leaves.append(leaf)
        self.spines.append(
            (spine.n, prepared.spine, leaf, spine.kind, spine.subject, spine.recorded_at, spine.actor, spine.agency)
        )
        self.parts += prepared.parts
        self.refs += refs_of(spine, entry.facts)


def refs_of(spine: Spine, facts: Any) -> list[tuple[str, int, str]]:
    """Return the rows of the derived index: the subject, and every key of every role."""
    rows = [(spine.subject, spine.n, "subject")]
    rows += [(key, spine.n, role) for role, keys in (facts or {}).get("refs", {}).items() for key in keys]
    return rows


_ENTRY = (
    "INSERT INTO record_entry (n, spine, leaf, kind, subject, recorded_at, actor, agency) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_PART = "INSERT INTO record_part (n, part, digest, salt, bytes, request) VALUES (%s, %s, %s, %s, %s, %s)"
REF = "INSERT INTO record_ref (key, n, role) VALUES (%s, %s, %s)"
_TILE = "INSERT INTO record_tile (level, i, root, hashes) VALUES (%s, %s, %s, %s)"
_HEAD = "UPDATE record_head SET size = %s, frontier = %s, recorded_at = %s WHERE id = 1"


def _insert(head: Head, rows: _Rows) -> None:
    vendor = connections[head.using].vendor
    with plain_cursor(head.using) as cursor:
        cursor.executemany(_sql(vendor, _ENTRY), rows.spines)
        cursor.executemany(_sql(vendor, _PART), rows.parts)
        cursor.executemany(_sql(vendor, REF), rows.refs)
        size = head.size
        head.frontier.extend(rows.leaves)
        head_row = (head.size, head.frontier.to_bytes(), rows.entries[-1].spine.recorded_at)
        cursor.execute(_sql(vendor, _HEAD), head_row)
    corrections = [entry for entry in rows.entries if entry.fact("corrects") is not None]
    if corrections or size // WIDTH != head.size // WIDTH:
        with connections[head.using].cursor() as cursor:
            _check_corrections(cursor, corrections)
            write_tiles(cursor, size, head.size)


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
    cursor.execute(_TILE, [level, i, fold(hashes), hashes])


def numbers(entries: Sequence[Entry]) -> list[int]:
    """Return the entries' numbers."""
    return [entry.n for entry in entries]
