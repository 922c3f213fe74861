"""Projectors: how entries become the ordinary tables that people read (docs/adr/0004)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import connections, models

from heed.entry.kinds import Body
from heed.entry.kinds import kinds as registry
from heed.lib.errors import HeedError

from .driver import Insert, plain_cursor
from .model import Entry

Pairs = Sequence[tuple[str, Entry]]
Apply = Callable[[Pairs, str], None]
BLOCK = 5_000


@dataclass(frozen=True, kw_only=True)
class Projector:
    """One projection. `apply(pairs, using)` gets (key, entry) in order of n, one pair for each key that a role holds.

    It reads only the entries it gets and rows of the same key, writes only `tables`, and copes with erased parts.
    Every table has a column `key`, the key that owns the row. Raise `version` when rows would come out differently.
    """

    name: str
    layer: int
    version: int
    kinds: frozenset[str]
    roles: tuple[str, ...]
    tables: tuple[type[models.Model], ...]
    apply: Apply = field(repr=False)

    def takes(self, kind: str) -> bool:
        """Say whether it takes entries of this kind."""
        return kind in self.kinds

    def pairs(self, entries: Iterable[Entry], only: frozenset[str] | None = None) -> list[tuple[str, Entry]]:
        """Return the (key, entry) pairs that this projector takes, of the keys in `only` where given."""
        taken = [entry for entry in entries if entry.kind in self.kinds]
        if self.roles == ("subject",):
            found = [(entry.spine.subject, entry) for entry in taken]
        else:
            found = [(key, entry) for entry in taken for key in self._keys(entry)]
        return found if only is None else [pair for pair in found if pair[0] in only]

    def _keys(self, entry: Entry) -> Iterable[str]:
        return dict.fromkeys([key for role in self.roles for key in entry.keys(role)])

    def forget(self, keys: Iterable[str], using: str) -> None:
        """Delete every row that these keys own."""
        wanted = list(keys)
        for table in self.tables:
            table._default_manager.using(using).filter(key__in=wanted).delete()

    def forget_all(self, using: str) -> None:
        """Delete every row."""
        for table in self.tables:
            table._default_manager.using(using).all().delete()


_projectors: dict[str, Projector] = {}


def register(projector: Projector) -> Projector:
    """Add a projector at start; refuse a second one of its name, or a table that another one writes."""
    held = _projectors.get(projector.name)
    if held is not None and held is not projector:
        raise HeedError(f"Two projectors are called {projector.name}.")
    for other in _projectors.values():
        shared = set(other.tables) & set(projector.tables)
        if shared and other is not projector:
            raise HeedError(f"{projector.name} and {other.name} both write {min(t.__name__ for t in shared)}.")
    _projectors[projector.name] = projector
    _forget_order()
    return projector


def _forget_order() -> None:
    projectors.cache_clear()
    _takers.cache_clear()


@cache
def _takers(kind: str) -> tuple[Projector, ...]:
    return tuple(projector for projector in projectors() if projector.takes(kind))


@cache
def projectors() -> tuple[Projector, ...]:
    """Return every projector in layer order."""
    return tuple(sorted(_projectors.values(), key=lambda p: (p.layer, p.name)))


def tables() -> list[type[models.Model]]:
    """Return every table that a projector writes."""
    return [table for projector in projectors() for table in projector.tables]


def apply_entries(entries: Sequence[Entry], *, using: str, only: frozenset[str] | None = None) -> None:
    """Project entries in order of n, layer by layer."""
    kinds = {entry.kind for entry in entries}
    if len(kinds) == 1:
        takers = _takers(*kinds)
    else:
        wanted = {projector.name for kind in kinds for projector in _takers(kind)}
        takers = tuple(projector for projector in projectors() if projector.name in wanted)
    for projector in takers:
        if pairs := projector.pairs(entries, only):
            projector.apply(pairs, using)


def upsert(rows: Sequence[models.Model], using: str) -> None:
    """Write rows of one table by plain SQL, each new or in place of the row with its primary key.

    The same as `bulk_create(update_conflicts=True)` over all columns, at a third of its cost; the last of two rows with
    one key wins.
    """
    if not rows:
        return
    connection, columns = connections[using], _columns(type(rows[0]))
    values = [
        tuple(
            getattr(row, name) if field is None else field.get_db_prep_save(getattr(row, name), connection)
            for name, field in columns
        )
        for row in rows
    ]
    write(type(rows[0]), values, using)


# Fields whose values the driver takes as they are.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


@cache
def _columns(table: type[models.Model]) -> list[tuple[str, Any]]:
    """Return each column's attribute, with its field where that must write the value for the database."""
    fields = table._meta.concrete_fields
    return [(field.attname, None if isinstance(field, _PLAIN) else field) for field in fields]


def write(table: type[models.Model], rows: Sequence[tuple[Any, ...]], using: str) -> None:
    """Write rows as the database holds them, in the order of the model's fields: `upsert` without making objects.

    In the order of their keys, so that neighbours in the table's tree are written together: keys are random.
    """
    if not rows:
        return
    insert, key = _upsert(table)
    if len(rows) > 1:  # the last of two with one key is the one that stays
        rows = [row for _, row in sorted({key(row): row for row in rows}.items())]
    with plain_cursor(using) as cursor:
        insert.run(cursor, connections[using].vendor, rows)


@cache
def _upsert(table: type[models.Model]) -> tuple[Insert, Callable[[tuple[Any, ...]], Any]]:
    """Return a table's insert-or-replace, and what reads the primary key out of a row."""
    names = [field.column for field in table._meta.concrete_fields]
    keys = [field.column for field in table._meta.pk_fields]
    target = ", ".join(f'"{name}"' for name in keys)
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    quoted = ", ".join(f'"{name}"' for name in names)
    tail = f"ON CONFLICT ({target}) DO {f'UPDATE SET {sets}' if sets else 'NOTHING'}"
    insert = Insert(f'"{table._meta.db_table}" ({quoted})', len(names), tail)
    return insert, itemgetter(*(names.index(name) for name in keys))


def newest(name: str, facts: Body | None, words: Body | None) -> tuple[str, Any, Any]:
    """Return an entry's kind and parts raised to the newest version that this release knows."""
    return registry.newest(name, facts, words)
