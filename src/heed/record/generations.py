"""A new generation: entries were lost for good, and the surviving prefix goes on under a new origin and key.

The old key never signs again; receipts for lost entries stay valid against the old origin: that is the evidence.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from heed.lib.errors import Answered, HeedError
from heed.lib.files import write_atomic
from heed.log.checkpoint import Checkpoint
from heed.log.fixed import SYNTHETIC
from heed.log.note import check_name, split_note
from heed.log.trust import Trust, write_trust

from . import checkpoints
from .entries import LogContinued
from .ledger import append, writing
from .model import By, Draft, Entry
from .place import Place, here
from .signing import identity, key_path, make_signer


def continue_log(*, origin: str, old_note: bytes, place: Place | None = None, at: datetime | None = None) -> Entry:
    """Carry the database's entries into a log of a new origin (byte-level rule 1); return `log.continued.1`.

    `old_note` is the newest checkpoint of the old log that anybody holds; what it covers further is missing.
    """
    place = place or here()
    who = identity()
    check_name(origin)
    if origin == who.origin or origin.startswith(SYNTHETIC) != who.is_synthetic:
        raise HeedError(
            f"The new generation needs an origin of its own, synthetic as the old one was or not: {origin}."
        )
    old = Checkpoint.parse(split_note(old_note)[0])
    if old.origin != who.origin:
        raise HeedError(f"The old checkpoint is of {old.origin}, the database of {who.origin}.")
    signer = make_signer(place, origin)
    with writing() as head:
        if old.size <= head.size and checkpoints.root_at(old.size) == old.root:
            raise Answered("Nothing is missing: the database continues this checkpoint. Start it as it is.")
        facts = {
            "origin": origin,
            "key": str(signer.key),
            "old_origin": who.origin,
            "old_checkpoint": old_note.decode(),
            "missing": [[head.size, old.size - 1]] if old.size > head.size else [],
        }
        draft = Draft(kind=LogContinued, subject=who.subject, facts=facts)
        entry = append(head, draft, by=By(who.subject, who.subject, at))[0]
    _move_trust(place)
    for key in who.active:
        _retire_file(key_path(place, key))
    place.checkpoint.unlink(missing_ok=True)
    checkpoints.issue(place=place)
    return entry


def _move_trust(place: Place) -> None:
    """Trust the new key first; the old log's keys stay, for the receipts of what was lost. Witnesses must be told."""
    trust = checkpoints.trust_of(place)
    logs = (identity().active[0], *trust.logs)
    renewed: Trust = replace(trust, logs=logs)
    write_atomic(place.trust, write_trust(renewed).encode())


def _retire_file(path: Path) -> None:
    if path.exists():
        path.rename(path.with_suffix(".retired"))
