"""Replay: the one way in which rows come from entries, for erasure, repair, upgrade, 'as known at' and tests."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models, transaction

from heed.lib.progress import Track, quiet

from . import aliases, project, reading
from .driver import plain_cursor
from .ledger import REF, REQUEST, refs_of
from .model import Entry


def replay(keys: Iterable[str], *, using: str = "default") -> None:
    """Write every row that these keys own anew, from the entries that touch them; the caller is in a transaction."""
    wanted = frozenset(keys)
    for projector in project.projectors():
        projector.forget(wanted, using)
    for key in sorted(wanted):
        project.apply_entries(reading.stream(key, using=using), using=using, only=frozenset({key}))


def rebuild(*, using: str = "default", track: Track[list[Entry]] = quiet) -> int:
    """Write read tables and derived indexes anew, in one transaction; return how many entries were read."""
    with transaction.atomic(using):
        with connections[using].cursor() as cursor:
            cursor.execute("DELETE FROM record_ref")
            cursor.execute("DELETE FROM record_request")
        for projector in project.projectors():
            projector.forget_all(using)
        last, vendor = reading.size(using), connections[using].vendor
        for block in track(reading.blocks(last, using=using), -(-last // project.BLOCK), "Rebuilding"):
            with plain_cursor(using) as cursor:
                refs = [row for entry in block for row in refs_of(entry.spine, entry.facts)]
                REF.run(cursor, vendor, sorted(refs))
                requests = [(entry.facts["request"], entry.n) for entry in block if entry.facts]
                REQUEST.run(cursor, vendor, sorted(requests))
            project.apply_entries(block, using=using)
    return last


@contextmanager
def as_known_at(keys: Iterable[str], known_at: datetime, *, using: str = "default") -> Iterator[str]:
    """Yield a database alias whose read tables hold the rows of `keys` as they were known at a moment.

    It holds no row of any other key; the prefix is `reading.size_at(known_at)` entries long.
    """
    below = reading.size_at(known_at, using)
    with aliases.scratch(project.tables()) as alias:
        for key in sorted(set(keys)):
            entries = reading.stream(key, below=below, using=using)
            project.apply_entries(entries, using=alias, only=frozenset({key}))
        yield alias


@dataclass(frozen=True)
class Difference:
    """One row that the entries do not account for, or account for otherwise."""

    table: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.what}."


def differences(*, using: str, track: Track[list[Entry]] = quiet) -> Iterator[Difference]:
    """Rebuild into a scratch database and yield where the live read tables differ from it; `using` must stand still."""
    last = reading.size(using)
    with aliases.scratch(project.tables()) as alias:
        for block in track(reading.blocks(last, using=using), -(-last // project.BLOCK), "Rebuilding"):
            project.apply_entries(block, using=alias)
        for table in project.tables():
            yield from _compare(table, using, alias)


def _compare(table: type[models.Model], live: str, rebuilt: str) -> Iterator[Difference]:
    names = [field.attname for field in table._meta.concrete_fields]
    order = [field.attname for field in table._meta.pk_fields]
    rows = [_rows(table, names, order, alias) for alias in (live, rebuilt)]
    is_row, should_row = next(rows[0], None), next(rows[1], None)
    while is_row is not None or should_row is not None:
        is_key, should_key = _key(is_row, names, order), _key(should_row, names, order)
        if should_row is None or (is_row is not None and is_key < should_key):
            yield Difference(table._meta.db_table, str(is_key), "no entry put this row there")
            is_row = next(rows[0], None)
        elif is_row is None or should_key < is_key:
            yield Difference(table._meta.db_table, str(should_key), "the entries make this row and it is missing")
            should_row = next(rows[1], None)
        else:
            if is_row != should_row:
                yield Difference(table._meta.db_table, str(is_key), _what(names, is_row, should_row))
            is_row, should_row = next(rows[0], None), next(rows[1], None)


def _rows(table: type[models.Model], names: list[str], order: list[str], alias: str) -> Iterator[tuple[Any, ...]]:
    # Sorted here, not by the database: the two databases may collate text differently.
    rows = list(table._default_manager.using(alias).values_list(*names))
    return iter(sorted(rows, key=lambda row: _key(row, names, order)))


def _key(row: tuple[Any, ...] | None, names: list[str], order: list[str]) -> tuple[Any, ...]:
    return () if row is None else tuple(row[names.index(name)] for name in order)


def _what(names: list[str], live: tuple[Any, ...], rebuilt: tuple[Any, ...]) -> str:
    name, is_value, should_value = next((name, a, b) for name, a, b in zip(names, live, rebuilt, strict=True) if a != b)
    return f"{name} is {str(is_value)[:60]!r} and the entries make it {str(should_value)[:60]!r}"
