"""The pure engine over this record: packs as adopted, entries as the engine reads them, one key at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connections

from heed.policy.answer import judged, packs_of
from heed.policy.bank_holidays import parse_calendar
from heed.policy.calendars import Calendar, calendar_of
from heed.policy.duty import Duty
from heed.policy.engine import Engine
from heed.policy.entries import Entry as PolicyEntry
from heed.policy.entries import entry_of
from heed.policy.language import parse_pack
from heed.policy.times import day_start_list, horizon, local_day
from heed.policy.words import Clause, Pack
from heed.record import reading
from heed.record.driver import plain_cursor, sql
from heed.record.erase import ended_duties
from heed.record.model import Entry, kind_key

from .filing import MOVED, Filing
from .keeping import judge_on

ENGLAND = "england-wales"


class InForce(NamedTuple):
    """What a record is judged by: the text of each pack in force, and of the calendar; empty for the one we carry.

    `since` is the first second of the local day on which it last changed: every key is judged as of then at least, so
    that what a clause's coming into force opens or takes over is owed on that day, although nothing else happened.
    """

    texts: tuple[str, ...] = ()
    calendar: str = ""
    since: int = 0

    def days(self) -> Calendar:
        """Return the calendar that working days are counted by."""
        return parse_calendar(self.calendar).calendar if self.calendar else calendar_of(ENGLAND)


def engine_of(law: InForce) -> Engine | None:
    """Return the engine of some packs and a calendar, kept while they stay; None for no pack."""
    return _engine(law._replace(since=0)) if law.texts else None


@lru_cache(maxsize=8)
def _engine(law: InForce) -> Engine:
    engine = Engine(packs_of(law.texts), law.days())
    engine.prepare()
    return engine


CALENDAR = "calendar:"  # among packs' names, which hold no colon, what stands for the calendar
# The kinds by which the law of a record changes, so that every key is judged anew.
LAW_KINDS = ("policy.adopted.1", "policy.commenced.1", "calendar.adopted.1", "calendar.adopted.2")
_KEYS = ", ".join(f"'{kind_key(kind)}'" for kind in LAW_KINDS)
_ADOPTED = (
    "SELECT n, leaf, recorded_at FROM record_entry WHERE n IN "
    f"(SELECT n FROM record_ref WHERE key IN ({_KEYS}) AND n < %s) ORDER BY n"
)


def adopted(below: int, using: str = "default") -> InForce:
    """Return the law adopted by entries numbered below `below`: the newest text of each pack, and of the calendar."""
    with plain_cursor(using) as cursor:
        cursor.execute(sql(connections[using].vendor, _ADOPTED), [below])
        found = cursor.fetchall()
    return _law(tuple((n, bytes(leaf), at) for n, leaf, at in found), using)


@lru_cache(maxsize=32)
def _law(found: tuple[tuple[int, bytes, str], ...], using: str) -> InForce:
    """Return the texts, read once: the entries are named by their leaf hashes, and are never erased."""
    texts: dict[str, str] = {}
    for n, _, _ in found:
        entry = reading.entry(n, using)
        if entry.facts is not None and entry.kind != "policy.commenced.1":
            texts[entry.facts.get("pack", CALENDAR)] = entry.facts.get("text", "")
    calendar = texts.pop(CALENDAR, "")
    return InForce(tuple(texts.values()), calendar, first_second(horizon(found[-1][2])) if found else 0)


def first_second(second: int) -> int:
    """Return the first second of the local day of an instant."""
    return day_start_list()[local_day(second)]


@lru_cache(maxsize=32)
def parsed(text: str) -> Pack:
    """Return a pack in force as it was read, once for each text."""
    return parse_pack(text, file="the pack in force")


def followed(law: InForce, pack: str, text: str) -> InForce:
    """Return the law once a pack of this name, or with no name a calendar, is adopted."""
    if not pack:
        return law._replace(calendar=text)
    texts = {parsed(held).name: held for held in law.texts}
    return law._replace(texts=tuple({**texts, pack: text}.values()))


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty with the entry that triggered it, None where nothing did."""

    duty: Duty
    trigger: Entry | None


def judge(
    key: str,
    *,
    below: int,
    law: InForce,
    at_hand: Mapping[int, Entry] = MappingProxyType({}),
    keep: bool = False,
) -> list[Owed]:
    """Return the duties that `key` owns, from the entries numbered below `below` that bear on it.

    They are judged as of the last of those entries, or of the day on which the law last changed, if that is later;
    whether an open one is overdue now is asked of a clock later.
    Entries `at_hand`, by number, are not read again. With `keep` this process goes on from what it judged of the key
    before, and keeps it.
    """
    engine = engine_of(law)
    entries = bearing_on(key, below, engine, at_hand) if engine is not None else []
    at = max(horizon(entries[-1].spine.recorded_at), law.since) if entries else 0
    if keep and engine is not None and entries and all(entry.facts is not None for entry in entries):
        found = _owned(key, judge_on(key, entries, Filing(entries, at), engine, at, policy_entry), entries)
    else:
        found = _judged(key, entries, engine, at, at)
    by_number = {entry.n: entry for entry in entries}
    return [Owed(duty, by_number[duty.triggers[0]] if duty.triggers else None) for duty in found]


def judge_at(key: str, *, as_of: int, known: int, law: InForce, below: int) -> list[Duty]:
    """Return the duties that `key` owns as of D and as known at K (seconds), from the entries below a number."""
    engine = engine_of(law)
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
def kinds_by_subject(law: InForce) -> frozenset[str]:
    """Return the kinds read by clauses that match only their trigger: such an entry bears on its own subject."""
    engine = engine_of(law)
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


def clause_of(law: InForce, clause: str, version: str) -> Clause | None:
    """Return a clause of the adopted packs."""
    engine = engine_of(law)
    if engine is None or clause not in engine.families:
        return None
    laws = engine.families[clause].laws
    return next((one.clause for one in laws if one.clause.version == version), laws[-1].clause)


def clauses_of(law: InForce) -> list[Clause]:
    """Return every version of every clause of the adopted packs."""
    engine = engine_of(law)
    return [one.clause for family in engine.families.values() for one in family.laws] if engine else []
