"""Reading entries back: by number, by key, as known at a moment. The only writers are `ledger` and `erase`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connections

from heed.entry.parts import FACTS, WORDS, is_sealed, read_part
from heed.entry.spine import read_spine
from heed.entry.when import instant_text
from heed.lib.errors import Answered

from . import project
from .model import KIND, PLACES, WORDS_PLACE, Entry, kind_key

_SELECT = (
    "SELECT e.n, e.spine, f.bytes, w.bytes FROM record_entry e "
    f"LEFT JOIN record_part f ON f.id = e.n << {PLACES} "
    f"LEFT JOIN record_part w ON w.id = (e.n << {PLACES}) + {WORDS_PLACE} "
)


def size(using: str = "default") -> int:
    """Return how many entries there are; 0 when there is no record."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT size FROM record_head WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def size_at(known_at: datetime, using: str = "default") -> int:
    """Return how many entries had been recorded by a moment: 'as known at K' is this prefix."""
    text = instant_text(known_at)
    low, high = 0, size(using)
    with connections[using].cursor() as cursor:
        while low < high:
            middle = (low + high) // 2
            cursor.execute("SELECT recorded_at FROM record_entry WHERE n = %s", [middle])
            if cursor.fetchone()[0] <= text:
                low = middle + 1
            else:
                high = middle
    return low


def entry(n: int, using: str = "default") -> Entry:
    """Return one entry; Answered when there is none of that number."""
    found = list(_read(_SELECT + "WHERE e.n = %s", [n], using))
    if not found:
        raise Answered(f"There is no entry {n}; the record holds {size(using)}.")
    return found[0]


def is_recorded(request: str, using: str = "default") -> bool:
    """Say whether an entry carries this request already."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM record_request WHERE request = %s", [request])
        return cursor.fetchone() is not None


def entries(first: int, last: int, using: str = "default") -> list[Entry]:
    """Return the entries numbered from `first` up to but not including `last`."""
    return list(_read(_SELECT + "WHERE e.n >= %s AND e.n < %s ORDER BY e.n", [first, last], using))


def stream(key: str, *, below: int | None = None, using: str = "default") -> list[Entry]:
    """Return every entry that touches `key`, as subject or in a ref, in order; those numbered below `below`."""
    limit = "" if below is None else " AND r.n < %s"
    sql = f"{_SELECT}WHERE e.n IN (SELECT r.n FROM record_ref r WHERE r.key = %s{limit}) ORDER BY e.n"
    return list(_read(sql, [key] if below is None else [key, below], using))


def keys_of(numbers: Sequence[int], using: str = "default") -> set[str]:
    """Return every key that these entries touch."""
    found: set[str] = set()
    with connections[using].cursor() as cursor:
        for start in range(0, len(numbers), 500):
            block = list(numbers[start : start + 500])
            marks = ", ".join(["%s"] * len(block))
            cursor.execute(f"SELECT key FROM record_ref WHERE n IN ({marks}) AND role <> %s", [*block, KIND])
            found.update(row[0] for row in cursor.fetchall())
    return found


def kinds_held(using: str = "default") -> list[str]:
    """Return every kind of which there is an entry."""
    found, last = [], kind_key("")
    with connections[using].cursor() as cursor:
        while last is not None:
            cursor.execute("SELECT min(key) FROM record_ref WHERE key > %s", [last])
            last = cursor.fetchone()[0]
            found += [last.removeprefix(kind_key(""))] if last else []
    return found


def of_kinds(names: Iterable[str], using: str = "default") -> list[Entry]:
    """Return every entry of these kinds, in order."""
    wanted = list(names)
    marks = ", ".join(["%s"] * len(wanted))
    numbers = f"SELECT r.n FROM record_ref r WHERE r.key IN ({marks})"
    # The entries themselves are asked too: a row put into the index makes no entry one of a kind.
    where = f"WHERE e.n IN ({numbers}) AND e.kind IN ({marks}) ORDER BY e.n"
    return list(_read(_SELECT + where, [*map(kind_key, wanted), *wanted], using))


def blocks(last: int, *, block: int = project.BLOCK, using: str = "default") -> Iterator[list[Entry]]:
    """Yield the entries below `last` in blocks, in order."""
    for first in range(0, last, block):
        yield entries(first, min(first + block, last), using)


def _read(sql: str, params: Sequence[Any], using: str) -> Iterator[Entry]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    for _, spine, facts, words in rows:
        yield build(bytes(spine), _bytes(facts), _bytes(words))


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def build(spine_bytes: bytes, facts_bytes: bytes | None, words_bytes: bytes | None) -> Entry:
    """Return an entry from its stored bytes, raised to the newest version of its kind; an absent part stays absent."""
    spine = read_spine(spine_bytes)
    facts = None if facts_bytes is None else read_part(FACTS, facts_bytes)
    words = None if words_bytes is None else read_part(WORDS, words_bytes)
    kind, facts, words = project.newest(spine.kind, facts, words)
    sealed = words_bytes is not None and is_sealed(words_bytes)
    return Entry(spine, kind, facts, words, sealed)
