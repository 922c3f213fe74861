"""What `heed tick` does about telling people, after it has escalated.

1. letters that came back; 2. what is to be told; 3. letters of it; 4. sending; 5. old letters are forgotten.
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
    """Do all five; what one of them refuses is said after the others have been done."""
    done: dict[str, Any] = {"returned": read_bounces(by), "queued": notices.queue(now)}
    with transaction.atomic():
        done["letters"] = letters.gather(now, WRITER)
    done |= sending.deliver(by, now, is_synthetic=identity().is_synthetic)
    done["forgotten"] = notices.forget_old(now)
    return done


def read_bounces(by: By) -> int:
    """Record what came back into HEED_BOUNCES; return how many letters of ours did."""
    if not settings.BOUNCES:
        return 0
    folder = Path(settings.BOUNCES)
    if not (folder / "new").is_dir():
        raise HeedError(f"HEED_BOUNCES is no Maildir: {folder} has no folder `new`.")
    known = 0
    for name, bounce in bounces.unread(folder):
        if bounce is not None and services.record_bounced(by=by, letter=bounce.letter, status=bounce.status):
            known += 1
        bounces.mark_read(folder, name)  # only now: killed before, the next run finds it again and knows it
    return known
