"""Rows of the read tables by plain SQL: the few statements that stand on the path of every write (docs/adr/0006)."""

from collections.abc import Collection, Iterable
from functools import cache

from django.db import connections, models

from .driver import plain_cursor, sql


def which_exist(table: type[models.Model], keys: Collection[str], using: str) -> set[str]:
    """Return those of the keys that own a row of a table."""
    with plain_cursor(using) as cursor:
        statement = sql(connections[using].vendor, f"SELECT 1 FROM {_name(table)} WHERE key = %s LIMIT 1")
        return {key for key in keys if cursor.execute(statement, [key]).fetchone()}


def drop(table: type[models.Model], keys: Iterable[str], using: str) -> None:
    """Delete the rows of a table that these keys own."""
    with plain_cursor(using) as cursor:
        statement = sql(connections[using].vendor, f"DELETE FROM {_name(table)} WHERE key = %s")
        for key in keys:
            cursor.execute(statement, [key])


@cache
def _name(table: type[models.Model]) -> str:
    return f'"{table._meta.db_table}"'
