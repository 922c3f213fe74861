"""Where a process may break: at each step of append, checkpoint and erase: an error, kill -9, a full disk."""

import errno
import os
import signal
from collections.abc import Callable
from typing import Any

from heed.entry.keys import new_key
from heed.record import attachments, checkpoints, erase, ledger, project, reading
from heed.record.model import By, Draft
from heed.record.models import ErasureCase

from .ledgerbook.entries import NoteMade

# step → (module, name of the function that is about to run when the process breaks)
STEPS: dict[str, tuple[Any, str]] = {
    "append: before the parts": (ledger, "_prepare"),
    "append: before a file is kept": (attachments, "keep"),
    "append: before the rows": (ledger, "_insert"),
    "append: before the tiles": (ledger, "write_tiles"),
    "append: before the projectors": (project, "apply_entries"),
    "checkpoint: before it is signed": (checkpoints, "sign_checkpoint"),
    "checkpoint: before it is stored": (checkpoints, "_store"),
    "checkpoint: before its file": (checkpoints, "_write_file"),
    "erase: before the entry": (erase, "append"),
    "erase: before the bytes go": (erase, "_delete"),
    "erase: before the replay": (erase, "replay"),
    "erase: before the journal": (erase, "_write_journal"),
    "erase: before the files go": (attachments, "drop"),
    "erase: before the scrub": (erase, "_scrub"),
}


def break_before(step: str, how: str) -> Callable[[], None]:
    """Make the step's function break instead of running; return what puts it back."""
    module, name = STEPS[step]
    original = getattr(module, name)

    def broken(*args: Any, **kwargs: Any) -> Any:
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "full disk":
            raise OSError(errno.ENOSPC, "No space left on device")
        raise RuntimeError("a fault of ours")

    setattr(module, name, broken)
    return lambda: setattr(module, name, original)


def act(step: str, by: By) -> None:
    """Do what the step belongs to: append a note with a file, issue a checkpoint, or do the approved erasure."""
    area = step.split(":")[0]
    if area == "append":
        draft = Draft(
            kind=NoteMade,
            subject=new_key(),
            words={"text": "the interrupted one"},
            refs={"child": [new_key()]},
            files=(attachments.draft_file(b"picture"),),
        )
        with ledger.writing() as head:
            ledger.append(head, draft, by=by)
        checkpoints.receipt_for(reading.size() - 1)
    elif area == "checkpoint":
        with ledger.writing() as head:
            ledger.append(head, Draft(kind=NoteMade, subject=new_key()), by=by)
        print(f"committed {reading.size()}", flush=True)
        print(checkpoints.issue(), flush=True)
    else:
        case = ErasureCase.objects.get(done_n=None)
        erase.perform(by=by, erasure=case.key, now=_later())


def _later() -> Any:
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(days=3650)


def die(step: str, by: By) -> None:
    """Do it, and be killed at the step."""
    break_before(step, "kill")
    act(step, by)
