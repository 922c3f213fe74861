"""Which keys an entry bears on, and the rows of the table of duties that each key owns."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from django.db import connections

from heed.policy.duty import Duty as Judged
from heed.policy.engine import Engine
from heed.record import reading
from heed.record.model import Entry, kind_key
from heed.record.project import Pairs

from .engine import InForce, judge, kinds_by_subject
from .models import Duty

Row = tuple[Any, ...]


def rows_of_key(
    key: str, *, below: int, law: InForce, at_hand: Mapping[int, Entry] = MappingProxyType({}), keep: bool = False
) -> Iterator[Row]:
    """Yield the rows of the duties that a key owns by a law, from the entries below a number."""
    for owed in judge(key, below=below, law=law, at_hand=at_hand, keep=keep):
        if not _came_with_a_file(owed.trigger):
            yield row_of(key, owed.duty, owed.trigger)


_NONE: dict[str, Any] = {}


def pairs_of(entries: Iterable[Entry], only: frozenset[str] | None = None) -> list[tuple[str, Entry]]:
    """Return a pair for each key that an entry names, and for those of what it corrects."""
    found: list[tuple[str, Entry]] = []
    for entry in entries:
        found += [(key, entry) for key in _named(entry) if only is None or key in only]
        if only is None and "corrects" in (entry.facts or _NONE):
            found += _corrected(entry)
    return found


def _named(entry: Entry) -> dict[str, None]:
    """Return every key that an entry names, each once, its subject first."""
    keys = {entry.spine.subject: None}
    for held in (entry.facts or _NONE).get("refs", _NONE).values():
        keys.update(dict.fromkeys(held))
    return keys


def _corrected(entry: Entry) -> list[tuple[str, Entry]]:
    """Return a pair for each key of what an entry corrects, and of what that one corrected: they may be its no more."""
    found: list[tuple[str, Entry]] = []
    while (n := entry.fact("corrects")) is not None:
        entry = reading.entry(n)
        found += [(key, entry) for key in _named(entry)]
    return found


def _came_with_a_file(trigger: Entry | None) -> bool:
    """Say whether a duty rests on imported history: it is judged by what its file covers (`cases.journey.judging`).

    In the live table, which takes every kind as covered, a return that has no place for an act would owe it for ever.
    """
    return trigger is not None and trigger.fact("import_key") is not None


def keys_of(pairs: Pairs, engine: Engine, law: InForce) -> set[str]:
    """Return the keys of these pairs whose duties may be others now."""
    roles, by_subject, found = set(engine.roles) | {"owner", "wrong"}, kinds_by_subject(law), set()
    for key, entry in pairs:
        refs = (entry.facts or {}).get("refs", {})
        plays = {role for role, keys in refs.items() if key in keys}
        is_own = entry.facts is None or "subject" in roles or entry.kind in by_subject
        if plays & roles or (key == entry.subject and is_own):
            found.add(key)
    return found


def every_key(engine: Engine, law: InForce, last: int) -> set[str]:
    """Return every key that plays a role of a clause in the entries up to a number, and those that own a row."""
    wanted, by_subject = [role for role in engine.roles if role != "trigger"], kinds_by_subject(law)
    marks = ", ".join(["%s"] * len(wanted))
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT key FROM record_ref WHERE role IN ({marks}) AND n <= %s", [*wanted, last])
        found = {key for (key,) in cursor.fetchall()}
        if by_subject:
            marks = ", ".join(["%s"] * len(by_subject))
            numbers = f"SELECT n FROM record_ref WHERE key IN ({marks}) AND n <= %s"
            sql = f"SELECT DISTINCT subject FROM record_entry WHERE n IN ({numbers})"
            cursor.execute(sql, [*map(kind_key, sorted(by_subject)), last])
            found |= {key for (key,) in cursor.fetchall()}
    return found | set(Duty.objects.values_list("key", flat=True).distinct())


def row_of(key: str, duty: Judged, trigger: Entry | None) -> Row:
    """Return the row of a judged duty as the database holds it; its team is that of the entry that triggered it."""
    row = {
        "key": key,
        "id": identity_of(duty),
        "clause": duty.clause,
        "version": duty.version,
        "roles": json.dumps(dict(duty.key)),
        "addressee": duty.addressee or "",
        "anchor": duty.anchor,
        "triggers": json.dumps(sorted(duty.triggers)),
        "from_at": duty.from_,
        "due": duty.due,
        "adjusted_due": duty.adjusted_due,
        "end": duty.end,
        "ended_at": duty.ended_at,
        "ended_by": duty.ended_by,
        "was_late": duty.lateness if duty.end != "open" else "",
        "testable": duty.testable or "",
        "weak": json.dumps(duty.weak),
        "owner": duty.owner or "",
        "agency": (trigger.key("agency") if trigger else None) or duty.agency or "",
        "team": (trigger.key("team") if trigger else None) or "",
        "asked_by": trigger.spine.actor if trigger else "",
    }
    return _in_order(row)


# What takes a row's values out in the order of the table's columns.
COLUMNS = [column.attname for column in Duty._meta.concrete_fields]
_JSON = [COLUMNS.index(name) for name in ("roles", "triggers", "weak")]
_in_order: Callable[[dict[str, Any]], Row] = itemgetter(*COLUMNS)


def identity_of(duty: Judged) -> str:
    """Return a digest of clause, version, key, anchor, addressee and occurrence: what tells duties apart."""
    parts = [duty.clause, duty.version, dict(duty.key), duty.anchor, duty.addressee, duty.occurrence]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read_back(row: Row) -> Row:
    """Return a row as the database gives it back, its JSON read."""
    return tuple(json.loads(value) if at in _JSON else value for at, value in enumerate(row))
