"""Making a record: keys, entry 0, the lead agency's key, trust."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connections

from heed.entry.keys import new_key
from heed.entry.when import instant_text
from heed.lib.errors import HeedError
from heed.lib.files import write_atomic
from heed.log.fixed import FORMAT, SYNTHETIC
from heed.log.note import Signer, check_name
from heed.log.tree import Frontier
from heed.log.trust import bare, write_trust

from . import attachments
from .entries import LogOpened
from .ledger import append, writing
from .model import By, Draft
from .place import Place
from .signing import make_signer


@dataclass(frozen=True)
class Opened:
    """A record just made: its key subject and its signer."""

    subject: str
    signer: Signer


def open_record(*, origin: str, place: Place, at: datetime | None = None, using: str = "default") -> Opened:
    """Make the record of `origin`: its key, entry 0 and its trust file. HeedError when there is one already.

    An origin that starts with `synthetic.` makes a synthetic record, which accepts an injected clock.
    """
    check_name(origin)
    is_synthetic = origin.startswith(SYNTHETIC)
    if at is not None and not is_synthetic:
        raise HeedError("Only a synthetic record accepts an injected clock.")
    place.keys.mkdir(parents=True, exist_ok=True)
    place.keys.chmod(0o700)
    subject = new_key()
    make_head(using, is_synthetic=is_synthetic)
    with writing(using) as head:
        if head.size:
            raise HeedError("There is a record here already.")
        signer = make_signer(place, origin)
        attachments.make_key()
        facts = {"origin": origin, "key": str(signer.key), "format": FORMAT, "synthetic": is_synthetic}
        by = By(subject, subject, at)
        append(head, Draft(kind=LogOpened, subject=subject, facts=facts), by=by)
    write_atomic(place.trust, write_trust(bare(signer.key)).encode())
    return Opened(subject, signer)


def make_head(using: str, *, is_synthetic: bool) -> None:
    """Insert the head row of an empty record; nothing when there is one."""
    empty = Frontier()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_head (id, size, frontier, recorded_at, is_synthetic) VALUES (1, %s, %s, %s, %s) "
            "ON CONFLICT (id) DO NOTHING",
            [empty.size, empty.to_bytes(), instant_text(datetime.fromtimestamp(0, UTC)), int(is_synthetic)],
        )
