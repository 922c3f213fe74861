"""A process of its own for tests: `python -m record.worker WORD …` with HEED_DATA and HEED_DATABASE_URL set.

append COUNT        append notes one by one and print their numbers
decide KEY WORD     wait for the file `go`, then decide a promise once; print the entry or the refusal
die STEP WHERE      kill this process at a step of append, checkpoint, erase (see faults)
"""

import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heed_test_settings")
django.setup()

from heed.entry.keys import new_key  # noqa: E402
from heed.lib.errors import Answered, HeedError  # noqa: E402
from heed.record.ledger import append, writing  # noqa: E402
from heed.record.model import By, Draft  # noqa: E402

from .ledgerbook.entries import NoteMade, PromiseKept  # noqa: E402
from .ledgerbook.models import Promise  # noqa: E402

ME = By(new_key(), new_key())


def wait_for_go() -> None:
    path = Path(os.environ["HEED_DATA"]) / "go"
    for _ in range(1_000):
        if path.exists():
            return
        time.sleep(0.01)


def append_notes(count: int) -> None:
    wait_for_go()
    for i in range(count):
        with writing() as head:
            draft = Draft(kind=NoteMade, subject=new_key(), words={"text": str(i)}, refs={"child": [new_key()]})
            (entry,) = append(head, draft, by=ME)
        print(entry.n, flush=True)


def decide(key: str, word: str) -> None:
    """A service in miniature: lock, read, check the rule, append."""
    wait_for_go()
    try:
        with writing() as head:
            if Promise.objects.get(key=key).kept_n is not None:
                raise Answered("This promise has been decided already; open it again to see how.")
            (entry,) = append(head, Draft(kind=PromiseKept, subject=key), by=ME)
        print(f"entry {entry.n} {word}")
    except HeedError as refusal:
        print(f"refused: {refusal}")


if __name__ == "__main__":
    if sys.argv[1] == "append":
        append_notes(int(sys.argv[2]))
    elif sys.argv[1] == "decide":
        decide(sys.argv[2], sys.argv[3])
    else:
        from .faults import die

        die(sys.argv[2], ME)
