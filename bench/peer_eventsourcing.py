"""The peer of `heed bench record`: `eventsourcing` on SQLite, told round by round what to do.

Reads lines `single COUNT` and `batch COUNT` on standard input and answers each with the seconds that making the
aggregates took (which stamps their events) and the seconds that `save` took.
"""

import os
import sys
import time
from pathlib import Path
from uuid import uuid4

folder = sys.argv[1]
os.environ |= {
    "PERSISTENCE_MODULE": "eventsourcing.sqlite",
    "SQLITE_DBNAME": str(Path(folder) / "peer.sqlite3"),
    "SQLITE_LOCK_TIMEOUT": "30",
}

from eventsourcing.application import Application  # noqa: E402
from eventsourcing.domain import Aggregate, event  # noqa: E402


class Note(Aggregate):
    @event("Made")
    def __init__(self, text: str, child: str, urgent: bool) -> None:
        self.text, self.child, self.urgent = text, child, urgent


def journal_mode(app: Application) -> str:
    """Set what our own database is set to, and read it back."""
    datastore = app.factory.datastore
    with datastore.get_connection(commit=False) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        return f"journal_mode={mode} synchronous={cursor.fetchone()[0]}"


def main() -> None:
    app = Application()
    print(journal_mode(app), flush=True)
    for line in sys.stdin:
        word, count = line.split()
        making = time.perf_counter()
        notes = [Note(text="x" * 300, child=uuid4().hex, urgent=True) for _ in range(int(count))]
        started = time.perf_counter()
        if word == "single":
            for note in notes:
                app.save(note)
        else:
            app.save(*notes)
        print(started - making, time.perf_counter() - started, flush=True)


main()
