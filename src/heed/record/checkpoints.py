"""Checkpoints and receipts: signed over committed trees only, stored before they leave (docs/adr/0005)."""

import contextlib
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction

from heed.entry.parts import FACTS, FILE, WORDS
from heed.entry.when import instant_text
from heed.lib.errors import Answered, HeedError
from heed.lib.files import locked, write_atomic
from heed.log.checkpoint import Checkpoint, SignedCheckpoint, read_checkpoint, sign_checkpoint
from heed.log.errors import FormatError
from heed.log.note import split_note
from heed.log.receipt import Opening, Receipt
from heed.log.tiles import HEIGHT, WIDTH, TiledNodes
from heed.log.tree import Frontier, consistency_proof, inclusion_proof, range_root
from heed.log.trust import Trust, read_trust

from . import attachments
from .driver import plain_cursor, sql
from .model import places_of
from .place import Place, here
from .signing import identity, signers


class StoredTiles:
    """The tiles of a tree of `size` as the database holds them: full ones stored, the edge from what lies below it.

    A tree has no full tile beyond its edge, so none is asked for there. Each row is read once; keep it for one proof.
    """

    def __init__(self, using: str, size: int) -> None:
        self._using, self._size = using, size
        self._rows: dict[tuple[int, int], tuple[Any, Any] | None] = {}

    def hashes(self, level: int, index: int, _width: int = WIDTH) -> bytes:
        """Return every hash of a tile that a tree of this size has."""
        row = self._row(level, index)
        if row:
            return bytes(row[0])
        low, high = index * WIDTH, self._size >> (HEIGHT * level)  # all that there is, so that it is read once
        if level == 0:
            return self._joined("SELECT leaf FROM record_entry WHERE n >= %s AND n < %s ORDER BY n", (low, high))
        query = "SELECT root FROM record_tile WHERE level = %s AND i >= %s AND i < %s ORDER BY i"
        return self._joined(query, (level - 1, low, high))

    def folded(self, level: int, index: int) -> bytes:
        """Return a full tile's 16 roots, nothing for a partial one."""
        row = self._row(level, index)
        return bytes(row[1]) if row else b""

    def _row(self, level: int, index: int) -> tuple[Any, Any] | None:
        if (index + 1) << (HEIGHT * (level + 1)) > self._size:
            return None
        if (level, index) not in self._rows:
            query = "SELECT hashes, folded FROM record_tile WHERE level = %s AND i = %s"
            with plain_cursor(self._using) as cursor:
                cursor.execute(sql(connections[self._using].vendor, query), (level, index))
                self._rows[level, index] = cursor.fetchone()
        return self._rows[level, index]

    def _joined(self, query: str, values: tuple[int, ...]) -> bytes:
        with plain_cursor(self._using) as cursor:
            cursor.execute(sql(connections[self._using].vendor, query), values)
            return b"".join([bytes(row[0]) for row in cursor.fetchall()])


def nodes(size: int, using: str = "default") -> TiledNodes:
    """Return the nodes of the tree of `size`, read through the stored tiles; its peaks from the head."""
    tiles = StoredTiles(using, size)
    with plain_cursor(using) as cursor:
        cursor.execute(sql(connections[using].vendor, "SELECT frontier FROM record_head WHERE size = %s"), (size,))
        row = cursor.fetchone()
    known = Frontier.from_bytes(size, bytes(row[0])).places() if row else {}
    return TiledNodes(tiles.hashes, tiles.folded, known)


def root_at(size: int, using: str = "default") -> bytes:
    """Return the root of the tree as it was at `size`."""
    return range_root(nodes(size, using), 0, size) if size else Frontier().root()


def head_row(using: str = "default") -> Checkpoint | None:
    """Return the committed head as an unsigned checkpoint, None when there is no record."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT size, frontier FROM record_head WHERE id = 1")
        row = cursor.fetchone()
    return Checkpoint("-", row[0], Frontier.from_bytes(row[0], bytes(row[1])).root()) if row else None


def issue(using: str = "default", *, place: Place | None = None) -> str:
    """Return a signed note over the committed tree, stored in the table and in DIR/checkpoint before it is returned.

    1. read the committed head; 2. answer with the stored note of that size; 3. check that it continues the last one
    issued; 4. sign; 5. store; 6. write the file.
    """
    place = place or here()
    head = head_row(using)
    if head is None or head.size == 0:
        raise HeedError("There is no record here yet; `heed init` makes one.")
    note = stored_note(head.size, using)
    if note is None:
        who = identity(using)
        check_continues(place, head.size, using)
        note = sign_checkpoint(Checkpoint(who.origin, head.size, head.root), signers(place, who))
        note = _store(head.size, note, using)
    _write_file(place, head.size, note)
    return note


def _store(size: int, note: str, using: str) -> str:
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_checkpoint (size, note, issued_at) VALUES (%s, %s, %s) ON CONFLICT (size) DO NOTHING",
            [size, note, instant_text(datetime.now(UTC))],
        )
        cursor.execute("SELECT note FROM record_checkpoint WHERE size = %s", [size])
        return str(cursor.fetchone()[0])


def check_continues(place: Place, size: int, using: str = "default") -> None:
    """Refuse a database that is shorter than the checkpoint in DIR/checkpoint, or another tree than it."""
    held = file_checkpoint(place)
    if held is None:
        return
    if held.size > size:
        raise HeedError(
            f"{place.checkpoint} covers {held.size} entries and the database holds {size}: entries are lost. "
            "`heed restore` with a newer backup, or `--new-generation` when they are lost for good."
        )
    if root_at(held.size, using) != held.root:
        raise HeedError(f"The database is not a continuation of {place.checkpoint} (size {held.size}).")


def _write_file(place: Place, size: int, note: str) -> None:
    """Write DIR/checkpoint unless it is as large already: the file never goes back."""
    with locked(place.lock):
        held = file_checkpoint(place)
        if held is None or held.size < size:
            write_atomic(place.checkpoint, note.encode())


def file_checkpoint(place: Place) -> Checkpoint | None:
    """Return the checkpoint in DIR/checkpoint; FormatError when the file is not one, None when there is none."""
    with contextlib.suppress(FileNotFoundError):
        return Checkpoint.parse(split_note(place.checkpoint.read_bytes())[0])
    return None


def stored_note(size: int, using: str = "default") -> str | None:
    """Return the note stored for a size, with the cosignatures received for it; None when there is none."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT note FROM record_checkpoint WHERE size = %s", [size])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("SELECT line FROM record_cosignature WHERE size = %s ORDER BY received_at, line", [size])
        return str(row[0]) + "".join(line for (line,) in cursor.fetchall())


def stored_sizes(using: str = "default", *, cosigned: bool = False) -> list[int]:
    """Return the sizes of all stored checkpoints, or of those that a witness cosigned, ascending."""
    table = "record_cosignature" if cosigned else "record_checkpoint"
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT size FROM {table} ORDER BY size")
        return [size for (size,) in cursor.fetchall()]


def trust_of(place: Place) -> Trust:
    """Return the trust in DIR/trust; HeedError when the file is missing."""
    try:
        return read_trust(place.trust.read_bytes())
    except FileNotFoundError:
        raise HeedError(f"The trust file is missing: {place.trust}.") from None


def keep_cosignatures(size: int, lines: str, *, using: str = "default", place: Place | None = None) -> SignedCheckpoint:
    """Store known witnesses' lines for the checkpoint of `size`; unknown ones are left out, false ones refused."""
    place = place or here()
    note = stored_note(size, using)
    if note is None:
        raise Answered(f"No checkpoint of size {size} was issued.")
    trust = trust_of(place)
    signed = trust.read((note + lines).encode())
    known = {str(line) for line in signed.lines} - set(note.splitlines(keepends=True))
    now = instant_text(datetime.now(UTC))
    with transaction.atomic(using), connections[using].cursor() as cursor:
        for line in sorted(known):
            cursor.execute(
                "INSERT INTO record_cosignature (size, line, received_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [size, line, now],
            )
    return signed


def read_stored(size: int, using: str = "default", *, place: Place | None = None) -> SignedCheckpoint:
    """Return a stored checkpoint, read with every key that an entry states (retired ones too) and every witness."""
    keys = [*(key.key for key in identity(using).keys), *trust_of(place or here()).witnesses.values()]
    return read_checkpoint((stored_note(size, using) or "").encode(), keys)


def consistency(old: int, new: int, using: str = "default") -> list[bytes]:
    """Return the proof that the tree of `old` is a prefix of the tree of `new`."""
    return consistency_proof(nodes(new, using), old, new)


def receipt_for(n: int, *, using: str = "default", place: Place | None = None) -> Receipt:
    """Return the receipt of entry `n` under the checkpoint of the tree as it stands now; signs one when needed."""
    return _receipt(n, issue(using, place=place), using)


def witnessed_receipt(n: int, *, using: str = "default", place: Place | None = None) -> Receipt:
    """Return the receipt of entry `n` under the oldest checkpoint that a witness cosigned and that covers it.

    Where none does yet, the receipt is under the newest checkpoint and says 'not yet witnessed'.
    """
    place = place or here()
    trust = trust_of(place)
    for size in (size for size in stored_sizes(using, cosigned=True) if size > n):
        if trust.before(read_stored(size, using, place=place)) is not None:
            return _receipt(n, stored_note(size, using) or "", using)
    return receipt_for(n, using=using, place=place)


def _receipt(n: int, note: str, using: str) -> Receipt:
    size = Checkpoint.parse(split_note(note.encode())[0]).size
    if not 0 <= n < size:
        raise Answered(f"There is no entry {n}; the record holds {size}.")
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT spine FROM record_entry WHERE n = %s", [n])
        spine = bytes(cursor.fetchone()[0])
    return Receipt(spine, n, tuple(inclusion_proof(nodes(size, using), n, size)), note)


def opening_of(n: int, part: str, *, using: str = "default") -> Opening:
    """Return the opening of one part (`facts`, `words` or `file DIGEST`); Answered when it is erased or never was."""
    name, _, digest = part.partition(" ")
    if name not in (FACTS, WORDS, FILE) or bool(digest) != (name == FILE):
        raise FormatError(f"{part[:80]!r} is not a part: facts, words, or file DIGEST.")
    params: list[int | str] = [*places_of(n), name, digest] if digest else [*places_of(n), name]
    sql = "SELECT digest, salt, bytes FROM record_part WHERE id >= %s AND id < %s AND part = %s"
    with connections[using].cursor() as cursor:
        cursor.execute(sql + (" AND digest = %s" if digest else ""), params)
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise Answered(f"Entry {n} has no {part} (never had, or erased).")
    data = attachments.fetch(row[0]) if name == FILE else bytes(row[2])
    return Opening(n, part, bytes(row[1]), data)
