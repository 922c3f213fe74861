"""What `heed tick` does about telling people, after it has escalated: each step also when another one is refused.

1. `returned`: letters that came back; 2. `telling`: what is to be told, letters of it, sending, old ones forgotten.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from heed.lib.errors import HeedError
from heed.people.post import bounces, letters, sending, services
from heed.record.model import By
from heed.record.signing import identity

from . import notices
from .words import WRITER


def tell(by: By, now: datetime) -> dict[str, Any]:
    """Write, gather and send what is to be told at `now`."""
    done: dict[str, Any] = {"queued": notices.queue(now)}
    with transaction.atomic():
        done["letters"] = letters.gather(now, WRITER)
    done |= sending.deliver(by, now, is_synthetic=identity().is_synthetic)
    done["forgotten"] = notices.forget_old(now)
    return done


def take_back(by: By, now: datetime) -> dict[str, Any]:
    """Record what came back into HEED_BOUNCES and say how many letters of ours did."""
    if not settings.BOUNCES:
        return {"letters": 0}
    folder = Path(settings.BOUNCES)
    if not (folder / "new").is_dir():
        raise HeedError(f"HEED_BOUNCES is no Maildir: {folder} has no folder `new`.")
    known = 0
    for name, bounce in bounces.unread(folder):
        if bounce is not None and services.record_bounced(by=by, letter=bounce.letter, status=bounce.status):
            known += 1
        bounces.mark_read(folder, name)  # only now: killed before, the next run finds it again and knows it
    return {"letters": known}
