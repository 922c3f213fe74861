"""Checkpoints of the viewing log, under the record's own keys and the origin `<origin>/views`.

A key signs both logs: the origin is the first line that it signs and a part of the key's id, so neither note passes for
the other. No witness follows this log: whoever keeps a note of it can show that lines were changed or dropped.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import connections, transaction

from heed.entry.when import instant_text
from heed.log.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from heed.log.errors import FormatError, VerifyError
from heed.log.note import Signer, VerifierKey, split_note
from heed.log.tree import Frontier

from . import viewing
from .place import Place, here
from .signing import Identity, identity, signers

SUFFIX = "/views"


def issue(using: str = "default", *, place: Place | None = None) -> str | None:
    """Return a signed note over the viewing log as it is committed, stored before it is returned; None while empty."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT size, frontier FROM record_view_head WHERE id = 1")
        row = cursor.fetchone()
    if row is None or row[0] == 0:
        return None
    note = stored_note(row[0], using)
    if note is None:
        who = identity(using)
        root = Frontier.from_bytes(row[0], bytes(row[1])).root()
        keys = [Signer(key.name + SUFFIX, key.kind, key.seed) for key in signers(place or here(), who)]
        note = sign_checkpoint(Checkpoint(who.origin + SUFFIX, row[0], root), keys)
        note = _store(row[0], note, using)
    return note


def _store(size: int, note: str, using: str) -> str:
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_view_checkpoint (size, note, issued_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [size, note, instant_text(datetime.now(UTC))],
        )
        cursor.execute("SELECT note FROM record_view_checkpoint WHERE size = %s", [size])
        return str(cursor.fetchone()[0])


def stored_note(size: int, using: str = "default") -> str | None:
    """Return the note stored for a size, None when there is none."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT note FROM record_view_checkpoint WHERE size = %s", [size])
        row = cursor.fetchone()
    return str(row[0]) if row else None


def is_of_views(note: bytes) -> bool:
    """Say whether a note that somebody held is of a viewing log."""
    return Checkpoint.parse(split_note(note)[0]).origin.endswith(SUFFIX)


def verify(who: Identity, *, using: str = "default", against: Sequence[Path] = ()) -> tuple[int, int]:
    """Return the viewing log's size and how many stored checkpoints hold; VerifyError names the first thing wrong.

    Keys that an entry states count, retired ones too: what they signed in their time stays signed.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT size, note FROM record_view_checkpoint ORDER BY size")
        stored = [(size, str(note).encode()) for size, note in cursor.fetchall()]
    keys = [VerifierKey(k.key.name + SUFFIX, k.key.kind, k.key.public) for k in who.keys]
    heads = [(f"The viewing log's checkpoint of size {size}", size, _read(note, keys, size)) for size, note in stored]
    heads += [(str(path), None, _read(path.read_bytes(), keys, path)) for path in against]
    size, roots = viewing.read_tree(using, {head.size for _, _, head in heads})
    for what, said, head in heads:
        if said is not None and head.size != said:
            raise VerifyError(f"{what} is of size {head.size}.")
        if head.size > size:
            raise VerifyError(f"{what} covers {head.size} lines and the viewing log holds {size}: lines are lost.")
        if roots.get(head.size, Frontier().root()) != head.root:
            raise VerifyError(f"{what}: the first {head.size} lines are not those that it signed.")
    return size, len(stored)


def _read(note: bytes, keys: Sequence[VerifierKey], what: object) -> Checkpoint:
    try:
        return read_checkpoint(note, keys).checkpoint
    except (FormatError, VerifyError) as error:
        name = what if isinstance(what, Path) else f"The viewing log's checkpoint of size {what}"
        raise VerifyError(f"{name}: {error}") from None
