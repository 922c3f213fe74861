"""Further views of the database for one piece of work: a still snapshot to read, and a scratch to rebuild into."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, transaction

SNAPSHOT, SCRATCH = "heed_snapshot", "heed_scratch"


def add(alias: str, description: dict[str, Any]) -> None:
    """Make `alias` a database of this process, replacing what it was."""
    if alias in connections.databases:
        remove(alias)
    connections.databases[alias] = description
    connections.configure_settings(connections.databases)


def remove(alias: str) -> None:
    """Close and forget an alias."""
    connections[alias].close()
    del connections[alias]
    connections.databases.pop(alias, None)


@contextmanager
def snapshot(of: str = "default") -> Iterator[str]:
    """Yield an alias that reads the database as it stood at the first read, while others go on writing."""
    description = dict(connections[of].settings_dict)
    if connections[of].vendor == "sqlite":
        description["OPTIONS"] = {**description["OPTIONS"], "transaction_mode": "DEFERRED", "init_command": ""}
    else:
        import psycopg

        description["OPTIONS"] = {**description["OPTIONS"], "isolation_level": psycopg.IsolationLevel.REPEATABLE_READ}
    add(SNAPSHOT, description)
    try:
        with transaction.atomic(SNAPSHOT):
            yield SNAPSHOT
    finally:
        remove(SNAPSHOT)


@contextmanager
def scratch(tables: list[Any]) -> Iterator[str]:
    """Yield an alias of an empty SQLite database that holds these tables and is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="heed-scratch-") as folder:
        options = {"init_command": "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"}
        add(SCRATCH, {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(folder) / "scratch", "OPTIONS": options})
        try:
            with connections[SCRATCH].schema_editor() as editor:
                for table in tables:
                    editor.create_model(table)
            with transaction.atomic(SCRATCH):
                yield SCRATCH
        finally:
            remove(SCRATCH)
