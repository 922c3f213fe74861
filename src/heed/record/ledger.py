"""The one door into the record: lock the head, then append (docs/adr/0003 and 0005).

with writing() as head:              # 1. the transaction begins by locking the head row
    …                                # 2. the service reads and checks its rules
    append(head, draft, by=by)       # 3. numbers, digests, inserts, tree, projectors
receipt_for(n)                       # 4. committed; a checkpoint is signed and stored, then the receipt is made
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import TracebackType
from typing import Any

from django.db import IntegrityError, connections

from heed.entry.canon import ProfileError, encode_unchecked
from heed.entry.parts import FACTS, MAX_PART, SALT_BYTES, WORDS, check_size, is_sealed, part_digest
from heed.entry.spine import Spine, check_key
from heed.entry.when import instant_text, parse_instant
from heed.lib.collector import collector_paused
from heed.lib.errors import Answered, HeedError
from heed.log.tiles import FOLDED, TILE_BYTES, WIDTH, fold
from heed.log.tree import Frontier, leaf_hash

from . import attachments, project
from .driver import Insert, Writing, plain_cursor, sql
from .model import KIND, NOW, PLACES, WORDS_PLACE, By, Draft, Entry, kind_key

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
    errors: Any  # raises the driver's errors as Django's
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


class writing(Writing):
    """Open the transaction by locking the head row; what a service reads and checks inside cannot change under it.

    A request that stands in the record already raises Repeated with its entry's number, after the roll-back.
    """

    __slots__ = ("_head",)

    def __init__(self, using: str = "default") -> None:
        super().__init__(using)
        self._head: Head | None = None

    def __enter__(self) -> Head:
        """Begin, lock the head and return it; HeedError when there is no record yet."""
        connection = super().__enter__()
        try:
            self._head = lock_head(connection)
        except BaseException as error:
            super().__exit__(type(error), error, error.__traceback__)
            raise
        return self._head

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Commit, or roll back and say what was recorded already."""
        try:
            super().__exit__(kind, error, at)
        except IntegrityError:
            self._explain()
            raise
        if isinstance(error, IntegrityError):
            self._explain()

    def _explain(self) -> None:
        """Raise Repeated when it was a request of this transaction that stood there already."""
        for request in self._head.requests if self._head else ():
            if (done := repeated(self._head, request)) is not None:  # type: ignore[arg-type]
                raise Repeated(done) from None


_LOCK = "SELECT size, frontier, recorded_at, is_synthetic FROM record_head WHERE id = 1"


def lock_head(connection: Any) -> Head:
    """Lock and return the head; the caller is in a transaction. HeedError when there is no record yet."""
    vendor = connection.vendor
    with connection.wrap_database_errors:
        cursor = connection.connection.cursor()
        row = cursor.execute(_LOCK if vendor == "sqlite" else f"{_LOCK} FOR UPDATE").fetchone()
    if row is None:
        raise HeedError("There is no record here yet; `heed init` makes one.")
    size, frontier, recorded_at, is_synthetic = row
    peaks = Frontier.from_bytes(size, bytes(frontier))
    errors = connection.wrap_database_errors
    return Head(connection.alias, vendor, cursor, peaks, recorded_at, bool(is_synthetic), errors)


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
    if not drafts:
        return []
    recorded_at = _stamp(head, by)
    check_key(by.actor, "actor")
    check_key(by.agency, "agency")
    if len(drafts) == 1:
        return _append_all(head, drafts, by, recorded_at)
    with collector_paused():
        return _append_all(head, drafts, by, recorded_at)


def _append_all(head: Head, drafts: Sequence[Draft], by: By, recorded_at: str) -> list[Entry]:
    with head.errors:
        entries = _append_block(head, drafts[:_BLOCK], by, recorded_at)
        for start in range(_BLOCK, len(drafts), _BLOCK):
            entries += _append_block(head, drafts[start : start + _BLOCK], by, recorded_at)
        _write_index(head, entries)
    head.recorded_at = recorded_at
    project.apply_entries(entries, using=head.using)
    return entries


# Entries whose rows are held in memory at once: more leave the processor's caches.
_BLOCK = 500


def _append_block(head: Head, drafts: Sequence[Draft], by: By, recorded_at: str) -> list[Entry]:
    random = os.urandom(_RANDOM * len(drafts))
    rows, first = _Rows(), head.size
    for at, draft in enumerate(drafts):
        _prepare(rows, first + at, draft, by, recorded_at, random[at * _RANDOM : (at + 1) * _RANDOM])
        for file in draft.files:
            attachments.keep(file)
    _insert(head, rows)
    return rows.entries


def _stamp(head: Head, by: By) -> str:
    """Return max(clock, last); refuse an injected clock in a real record, and a clock over 60 s behind."""
    if by.at is not None and not head.is_synthetic:
        raise HeedError("Only a synthetic record accepts an injected clock.")
    now = instant_text(by.at) if by.at is not None else _clock()
    # The text's width is fixed, so its order is the order of time.
    if head.size == 0 or now >= head.recorded_at:
        return now
    if parse_instant(now) < parse_instant(head.recorded_at) - CLOCK_TOLERANCE:
        raise ClockBehind(
            f"The clock says {now}, more than 60 s before the last entry ({head.recorded_at}); "
            "nothing is recorded until it is mended."
        )
    return head.recorded_at


def _clock() -> str:
    """Return the present instant as text, at half the cost of `instant_text`."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{_second(seconds)}.{nanoseconds // 1000:06}Z"


@lru_cache(maxsize=1)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


class _Rows:
    """The rows of one block, column order as in the SQL below, and the entries that they are of."""

    __slots__ = ("entries", "leaves", "parts", "spines")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.spines: list[tuple[Any, ...]] = []
        self.parts: list[tuple[Any, ...]] = []
        self.leaves: list[bytes] = []


# Of each entry: the salts of facts and words, and a request's key for a draft that brings none.
_RANDOM = 2 * SALT_BYTES + 16


def _prepare(rows: _Rows, n: int, draft: Draft, by: By, recorded_at: str, random: bytes) -> None:
    """Check and encode one entry, digest its parts, and add its rows."""
    kind, words = draft.kind, draft.words
    salt, words_salt = random[:SALT_BYTES], random[SALT_BYTES : 2 * SALT_BYTES]
    facts = _facts(draft, recorded_at, draft.request or random[2 * SALT_BYTES :].hex())
    words = words if isinstance(words, bytes) else dict(words)
    read = None if isinstance(words, bytes) else words
    kind.check(facts, read, n=n)
    check_key(draft.subject, "subject")
    # `check` has passed every member, so what remains is to write it down.
    facts_bytes = encode_unchecked(facts)
    words_bytes = _sealed(words) if isinstance(words, bytes) else encode_unchecked(words)
    if len(facts_bytes) > MAX_PART or len(words_bytes) > MAX_PART:
        check_size(facts_bytes, FACTS)
        check_size(words_bytes, WORDS)
    facts_digest, words_digest = part_digest(salt, facts_bytes), part_digest(words_salt, words_bytes)
    spine = Spine(n, kind.name, draft.subject, recorded_at, by.actor, by.agency, facts_digest, words_digest)
    stored = spine.to_bytes()
    leaf = leaf_hash(stored)
    if kind.upcast is None:
        rows.entries.append(Entry(spine, kind.name, facts, read, read is None))
    else:
        rows.entries.append(Entry(spine, *project.newest(kind.name, facts, read), read is None))
    rows.leaves.append(leaf)
    rows.spines.append((n, stored, leaf))
    place = n << PLACES
    rows.parts.append((place, facts_digest, salt, facts_bytes))
    for at, file in enumerate(draft.files, place + 1):
        rows.parts.append((at, file.digest, file.salt, None))
    rows.parts.append((place + WORDS_PLACE, words_digest, words_salt, words_bytes))


def _sealed(words: bytes) -> bytes:
    if not is_sealed(words):
        raise HeedError("Sealed words must be a binary age file.")
    return words


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
    """Return the rows of the derived index: the kind, the subject, and every key of every role."""
    rows = [(kind_key(spine.kind), spine.n, KIND), (spine.subject, spine.n, "subject")]
    if facts and (refs := facts.get("refs")):
        rows += [(key, spine.n, role) for role, keys in refs.items() for key in keys]
    return rows


_ENTRY = Insert("record_entry (n, spine, leaf)", 3)
_PART = Insert("record_part (id, digest, salt, bytes)", 4)
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


def _write_index(head: Head, entries: Sequence[Entry]) -> None:
    """Write the two derived indexes; a request that stands in the record already fails here.

    In the order of their keys, so that neighbours in a tree are written together: keys are random.
    """
    requests = sorted([(entry.facts["request"], entry.spine.n) for entry in entries if entry.facts])
    head.requests += [request for request, _ in requests]
    head.insert(REQUEST, requests)
    head.insert(REF, sorted([row for entry in entries for row in refs_of(entry.spine, entry.facts)]))


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
