"""The pure engine over this record: packs as adopted, entries as the engine reads them, one key at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
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
from heed.record.model import Entry, kind_key

from .filing import MOVED, Filing
from .keeping import judge_on

ENGLAND = "england-wales"


@lru_cache(maxsize=8)
def engine_of(texts: tuple[str, ...]) -> Engine | None:
    """Return the engine of some packs' texts, kept while they stay; None for none."""
    if not texts:
        return None
    engine = Engine(packs_of(texts), calendar_of(ENGLAND))
    engine.prepare()
    return engine


def adopted(below: int, using: str = "default") -> tuple[str, ...]:
    """Return the texts of the packs adopted by entries numbered below `below`, the newest of each name."""
    query = (
        "SELECT n, leaf FROM record_entry WHERE n IN "
        f"(SELECT n FROM record_ref WHERE key = '{kind_key('policy.adopted.1')}' AND n < %s) ORDER BY n"
    )
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


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty with the entry that triggered it, None where nothing did."""

    duty: Duty
    trigger: Entry | None


def judge(
    key: str,
    *,
    below: int,
    texts: tuple[str, ...],
    at_hand: Mapping[int, Entry] = MappingProxyType({}),
    keep: bool = False,
) -> list[Owed]:
    """Return the duties that `key` owns, from the entries numbered below `below` that bear on it.

    They are judged as of the last of those entries; whether an open one is overdue now is asked of a clock later.
    Entries `at_hand`, by number, are not read again. With `keep` this process goes on from what it judged of the key
    before, and keeps it.
    """
    engine = engine_of(texts)
    entries = bearing_on(key, below, engine, at_hand) if engine is not None else []
    at = horizon(entries[-1].spine.recorded_at) if entries else 0
    if keep and engine is not None and entries and all(entry.facts is not None for entry in entries):
        found = _owned(key, judge_on(key, entries, Filing(entries, at), engine, at, policy_entry), entries)
    else:
        found = _judged(key, entries, engine, at, at)
    by_number = {entry.n: entry for entry in entries}
    return [Owed(duty, by_number[duty.triggers[0]] if duty.triggers else None) for duty in found]


def judge_at(key: str, *, as_of: int, known: int, texts: tuple[str, ...], below: int) -> list[Duty]:
    """Return the duties that `key` owns as of D and as known at K (seconds), from the entries below a number."""
    engine = engine_of(texts)
    entries = bearing_on(key, below, engine) if engine is not None else []
    return _judged(key, entries, engine, as_of, known)


def _judged(key: str, entries: list[Entry], engine: Engine | None, as_of: int, known: int) -> list[Duty]:
    if engine is None or not entries:
        return []
    filing = Filing(entries, known)
    found, _ = judged(engine, policy_entries(key, map(filing.of, entries), engine), as_of, known)
    return _owned(key, found, entries)


def _owned(key: str, duties: Iterable[Duty], entries: Iterable[Entry]) -> list[Duty]:
    by_number = {entry.n: entry for entry in entries}
    return [duty for duty in duties if owner_key(duty, by_number) == key]


def bearing_on(
    key: str, below: int, engine: Engine, at_hand: Mapping[int, Entry] = MappingProxyType({})
) -> list[Entry]:
    """Return the entries that touch a key, what they correct, and the corrections of them that name it no more.

    A correction has its original's subject; so only subjects other than the key itself are looked through. Where a
    concern was moved to or from the key, all its entries bear on it.
    """
    found = {entry.n: entry for entry in _stream(key, below, at_hand)}
    for concern in {entry.subject for entry in found.values() if entry.kind == MOVED} - {key}:
        found |= {entry.n: entry for entry in reading.stream(concern, below=below)}
    waiting = [entry.fact("corrects") for entry in found.values()]
    while waiting:
        n = waiting.pop()
        if n is not None and n not in found:
            found[n] = reading.entry(n)
            waiting.append(found[n].fact("corrects"))
    subjects = sorted({entry.subject for entry in found.values() if engine.reads(entry.kind)} - {key})
    for n in _numbers_of(subjects, below) if subjects else []:
        if n not in found and (entry := reading.entry(n)).fact("corrects") in found:
            found[n] = entry
    return sorted(found.values(), key=_number)


def _stream(key: str, below: int, at_hand: Mapping[int, Entry]) -> list[Entry]:
    """Return the entries that touch a key; they are read only where one of them is not at hand."""
    if at_hand:
        query = "SELECT DISTINCT n FROM record_ref WHERE key = %s AND n < %s ORDER BY n"
        with plain_cursor("default") as cursor:
            rows = cursor.execute(sql(connections["default"].vendor, query), [key, below]).fetchall()
        if all(n in at_hand for (n,) in rows):
            return [at_hand[n] for (n,) in rows]
    return reading.stream(key, below=below)


def _number(entry: Entry) -> int:
    return entry.n


def _numbers_of(subjects: list[str], below: int) -> list[int]:
    """Return the numbers of the entries whose subject is one of these, in order."""
    marks = ", ".join(["%s"] * len(subjects))
    sql = f"SELECT n FROM record_ref WHERE role = 'subject' AND key IN ({marks}) AND n < %s ORDER BY n"
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, [*subjects, below])
        return [n for (n,) in cursor.fetchall()]


def owner_key(duty: Duty, entries: Mapping[int, Entry]) -> str:
    """Return the key that owns a duty: that of its first match role; of one that matches only its trigger, its subject.

    An act of such a duty has its trigger's subject, or it does not find it.
    """
    own = next((value for role, value in duty.key if role != "trigger"), "")
    if own or not duty.triggers or duty.triggers[0] not in entries:
        return own
    return entries[duty.triggers[0]].subject


@lru_cache(maxsize=8)
def kinds_by_subject(texts: tuple[str, ...]) -> frozenset[str]:
    """Return the kinds read by clauses that match only their trigger: such an entry bears on its own subject."""
    engine = engine_of(texts)
    families = engine.families.values() if engine else ()
    return frozenset(kind for family in families if set(family.roles) == {"trigger"} for kind in family.kinds())


def policy_entries(key: str, entries: Iterable[Entry], engine: Engine) -> list[PolicyEntry]:
    """Return entries as the engine reads them; one that was erased after it had ended a duty still ends it."""
    kept = None
    found = []
    for entry in entries:
        more: dict[str, Any] = {}
        if entry.facts is None:
            kept = ended_duties() if kept is None else kept
            if key in kept:
                roles = [role for role in engine.roles if role != "trigger"]
                more = {"occurred_at": entry.spine.recorded_at, "facts": {"refs": {role: [key] for role in roles}}}
        found.append(policy_entry(entry, **more))
    return found


def policy_entry(entry: Entry, **more: Any) -> PolicyEntry:
    """Return one entry as the engine reads it; `more` states columns anew."""
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
    return entry_of(row | more)


def clause_of(texts: tuple[str, ...], clause: str, version: str) -> Clause | None:
    """Return a clause of the adopted packs."""
    engine = engine_of(texts)
    if engine is None or clause not in engine.families:
        return None
    laws = engine.families[clause].laws
    return next((law.clause for law in laws if law.clause.version == version), laws[-1].clause)


def clauses_of(texts: tuple[str, ...]) -> list[Clause]:
    """Return every version of every clause of the adopted packs."""
    engine = engine_of(texts)
    return [law.clause for family in engine.families.values() for law in family.laws] if engine else []
