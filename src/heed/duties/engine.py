"""The pure engine over this record: packs as adopted, entries as the engine reads them, one key at a time."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connections

from heed.policy.answer import judged, packs_of
from heed.policy.calendars import calendar_of
from heed.policy.duty import Duty
from heed.policy.engine import Engine
from heed.policy.entries import Entry as PolicyEntry
from heed.policy.entries import entry_of
from heed.policy.times import horizon
from heed.policy.words import Clause
from heed.record import reading
from heed.record.driver import plain_cursor, sql
from heed.record.erase import ended_duties
from heed.record.model import Entry

ENGLAND = "england-wales"


@lru_cache(maxsize=8)
def engine_of(texts: tuple[str, ...]) -> Engine | None:
    """Return the engine of some packs' texts, kept while they stay; None for none."""
    return Engine(packs_of(texts), calendar_of(ENGLAND)) if texts else None


def adopted(below: int, using: str = "default") -> tuple[str, ...]:
    """Return the texts of the packs adopted by entries numbered below `below`, the newest of each name."""
    query = "SELECT n, leaf FROM record_entry WHERE kind = 'policy.adopted.1' AND n < %s ORDER BY n"
    with plain_cursor(using) as cursor:
        cursor.execute(sql(connections[using].vendor, query), [below])
        numbers = tuple((n, bytes(leaf)) for n, leaf in cursor.fetchall())
    return _texts(numbers, using)


@lru_cache(maxsize=32)
def _texts(numbers: tuple[tuple[int, bytes], ...], using: str) -> tuple[str, ...]:
    """Return the packs' texts, read once: the entries are named by their leaf hashes, and are never erased."""
    texts: dict[str, str] = {}
    for n, _ in numbers:
        facts = reading.entry(n, using).facts
        if facts is not None:
            texts[facts["pack"]] = facts["text"]
    return tuple(texts.values())


def judge(key: str, *, below: int, texts: tuple[str, ...]) -> list[Duty]:
    """Return the duties that `key` owns, from the entries numbered below `below` that touch it.

    They are judged as of the last of those entries; whether an open one is overdue now is asked of a clock later.
    """
    engine = engine_of(texts)
    entries = reading.stream(key, below=below)
    if engine is None or not entries:
        return []
    at = horizon(entries[-1].spine.recorded_at)
    found, _ = judged(engine, policy_entries(key, entries, engine), at, at)
    return [duty for duty in found if owner_key(duty) == key]


def owner_key(duty: Duty) -> str:
    """Return the key that owns a duty: that of its first match role; of one that matches its trigger, the trigger's."""
    return next((value for role, value in duty.key if role != "trigger"), "")


def policy_entries(key: str, entries: Iterable[Entry], engine: Engine) -> list[PolicyEntry]:
    """Return entries as the engine reads them; one that was erased after it had ended a duty still ends it."""
    kept = None
    found = []
    for entry in entries:
        row: dict[str, Any] = {
            "n": entry.n,
            "kind": entry.kind,
            "subject": entry.subject,
            "recorded_at": entry.spine.recorded_at,
            "actor": entry.spine.actor,
            "agency": entry.spine.agency,
            "occurred_at": entry.occurred_at or "",
            "facts": entry.facts,
        }
        if entry.facts is None:
            kept = ended_duties() if kept is None else kept
            if key in kept:
                roles = [role for role in engine.roles if role != "trigger"]
                row |= {"occurred_at": entry.spine.recorded_at, "facts": {"refs": {role: [key] for role in roles}}}
        found.append(entry_of(row))
    return found


def clause_of(texts: tuple[str, ...], clause: str, version: str) -> Clause | None:
    """Return a clause of the adopted packs."""
    engine = engine_of(texts)
    if engine is None or clause not in engine.families:
        return None
    laws = engine.families[clause].laws
    return next((law.clause for law in laws if law.clause.version == version), laws[-1].clause)
