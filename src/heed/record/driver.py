"""The driver beneath Django, for the ledger's few statements and for its transaction (docs/adr/0006)."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from types import TracebackType
from typing import Any

from django.db import connections, transaction


@contextmanager
def plain_cursor(using: str) -> Iterator[Any]:
    """Yield the driver's own cursor: the ledger's few statements need none of Django's rewriting, which costs as much.

    Its SQL comes from `sql`, which writes the driver's marks; errors are Django's as everywhere.
    """
    connection = connection_of(using)
    if connection.connection is None:
        connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = connection.connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


@cache
def sql(vendor: str, text: str) -> str:
    """Return a statement with the driver's marks for its values."""
    return text.replace("%s", "?") if vendor == "sqlite" else text


# Rows that one statement carries: a row of a hundred costs a fifth less than a row alone, and a thousand gain no more.
_TOGETHER = 100
# So few rows are a statement of their own width; more than these go one by one.
_FEW = 4


@dataclass(frozen=True, eq=False)
class Insert:
    """An INSERT of rows of one width; `into` names table and columns, `tail` is what follows the values."""

    into: str
    width: int
    tail: str = ""

    def run(self, cursor: Any, vendor: str, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows through the driver's own cursor. With a `tail` that updates, no two rows may have one key."""
        whole = len(rows) - len(rows) % _TOGETHER
        for start in range(0, whole, _TOGETHER):
            values = list(chain.from_iterable(rows[start : start + _TOGETHER]))
            cursor.execute(_insert_sql(vendor, self, _TOGETHER), values)
        rest = len(rows) - whole
        if rest == 1:
            cursor.execute(_insert_sql(vendor, self, 1), rows[whole])
        elif 0 < rest <= _FEW:
            cursor.execute(_insert_sql(vendor, self, rest), list(chain.from_iterable(rows[whole:])))
        elif rest:
            cursor.executemany(_insert_sql(vendor, self, 1), rows[whole:])


@cache
def _insert_sql(vendor: str, insert: Insert, rows: int) -> str:
    row = f"({', '.join(['%s'] * insert.width)})"
    return sql(vendor, f"INSERT INTO {insert.into} VALUES {', '.join([row] * rows)} {insert.tail}".rstrip())


class _Held(threading.local):
    def __init__(self) -> None:
        self.by_alias: dict[str, Any] = {}


_held = _Held()


def connection_of(using: str) -> Any:
    """Return Django's connection of this thread, remembered while its settings are those in force.

    Django's own look-up goes through two context managers: a fiftieth of a whole append.
    """
    held = _held.by_alias.get(using)
    if held is None or held.settings_dict is not connections.databases.get(using):
        held = _held.by_alias[using] = connections[using]
    return held


class Writing:
    """The transaction that a write stands in, begun so that on SQLite the lock is taken at once.

    The same to whoever is inside as `transaction.atomic`, at a fifth of its cost on SQLite; elsewhere, and where a
    transaction is open already, it is `transaction.atomic`. Owned by `ledger.writing`.
    """

    __slots__ = ("_atomic", "_connection")

    def __init__(self, using: str) -> None:
        self._connection: Any = connection_of(using)
        self._atomic: Any = None
        if self._connection.vendor != "sqlite" or self._connection.in_atomic_block:
            self._atomic = transaction.atomic(using)

    def __enter__(self) -> Any:
        """Begin, and return Django's connection."""
        connection = self._connection
        if self._atomic is not None:
            self._atomic.__enter__()
            return connection
        if connection.connection is None:
            connection.ensure_connection()
        with connection.wrap_database_errors:
            connection.connection.execute("BEGIN IMMEDIATE")
        connection.autocommit, connection.in_atomic_block, connection.needs_rollback = False, True, False
        return connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Commit, or roll back on an error; then Django runs what waited for the commit."""
        connection = self._connection
        if self._atomic is not None:
            self._atomic.__exit__(kind, error, at)
            return
        connection.in_atomic_block = False
        try:
            if kind is not None or connection.needs_rollback:
                connection.rollback()
            else:
                _commit(connection)
        finally:
            if connection.closed_in_transaction:
                connection.connection = None
            elif connection.run_on_commit:
                connection.set_autocommit(True)
            else:
                connection.autocommit = True


def _commit(connection: Any) -> None:
    """Commit as Django's connection does, without its wrappers; what cannot be committed is rolled back."""
    try:
        with connection.wrap_database_errors:
            connection.connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    connection.run_commit_hooks_on_set_autocommit_on = True
