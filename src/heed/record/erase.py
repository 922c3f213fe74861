"""Erasure with proof: proposed with its authority, approved elsewhere, told beforehand, done after 14 days.

The deletion: 1. lock the head; 2. check approval, time and holds again; 3. append `entry.erased.1`; 4. allow, then
delete the bytes and salts and the derived index; 5. replay every key that the entry touched; 6. write the journal;
7. commit; 8. delete the files. A crash between 6 and 8 is finished by `finish`, which start-up, tick and restore call.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from heed.entry.keys import new_key
from heed.entry.parts import is_erasable
from heed.entry.when import parse_instant
from heed.lib.errors import Answered
from heed.lib.files import append_durably, locked

from . import attachments, holds, reading
from .entries import EntryErased, ErasureApproved, ErasureProposed, ErasureRefused
from .ledger import Head, append, writing
from .model import KIND, By, Draft, Entry, places_of
from .models import ErasureCase, OpeningRow
from .place import Place, here
from .replay import replay
from .signing import identity

# Between approval and deletion, so that who was told can object (record_format.md, 'Erasure and hold').
WAIT = timedelta(days=14)


# Who knows which duties an entry had ended: filled by the layers above at start, so that they stay ended.
_ended_by: list[Callable[[int], set[str]]] = []


def register_ended(known: Callable[[int], set[str]]) -> None:
    """Add a function that returns the keys of the duties which the entry of a number had ended."""
    _ended_by.append(known)


def propose(
    *, by: By, entry: int, part: str, authority: str, recipients: Iterable[str], court_order: bool = False
) -> Entry:
    """Propose an erasure. `recipients` are told beforehand: the scrutineer; every holder of an opening is added."""
    with writing() as head:
        target = reading.entry(entry)
        _check_erasable(target, part)
        told = {*recipients, *OpeningRow.objects.filter(entry=entry).values_list("recipient", flat=True)}
        if not told:
            raise Answered("An erasure is told beforehand to the scrutineer; name one.")
        facts = {"entry": entry, "part": part, "authority": authority, "court_order": court_order}
        draft = Draft(kind=ErasureProposed, subject=new_key(), facts=facts, refs={"recipient": told})
        return append(head, draft, by=by)[0]


def approve(*, by: By, erasure: str, reason: str = "") -> Entry:
    """Approve an erasure, as a second person outside the proposer's agency."""
    with writing() as head:
        case = _open_case(erasure)
        if case.approved_n is not None:
            raise Answered("This erasure is approved already.")
        if by.actor == case.proposed_by:
            raise Answered("Nobody approves her own proposal.")
        if by.agency == case.proposer_agency:
            raise Answered("The second person must be of another agency than the proposer.")
        words = {"reason": reason} if reason else {}
        return append(head, Draft(kind=ErasureApproved, subject=erasure, words=words), by=by)[0]


def refuse(*, by: By, erasure: str, reason: str) -> Entry:
    """Refuse an erasure; the refusal is on the record."""
    with writing() as head:
        _open_case(erasure)
        return append(head, Draft(kind=ErasureRefused, subject=erasure, words={"reason": reason}), by=by)[0]


def due(now: datetime) -> list[str]:
    """Return the erasures that are approved and may be done by `now`, oldest first."""
    cases = ErasureCase.objects.filter(done_n=None, refused_n=None).exclude(approved_n=None).order_by("approved_n")
    return [case.key for case in cases if now >= _earliest(case)]


def _earliest(case: ErasureCase) -> datetime:
    approved = parse_instant(case.approved_at)
    return approved if case.court_order else approved + WAIT


def perform(*, by: By, erasure: str, now: datetime, duties: Iterable[str] = ()) -> Entry:
    """Do an approved erasure. `duties` are the keys of duties that the entry ended; they stay ended."""
    place = here()
    with writing() as head:
        case = _open_case(erasure)
        if case.approved_n is None:
            raise Answered("This erasure is not approved.")
        if now < _earliest(case):
            raise Answered(f"This erasure may be done from {_earliest(case):%Y-%m-%d %H:%M} UTC on.")
        ended = sorted({*duties, *(key for known in _ended_by for key in known(case.entry))})
        done = _erase(head, _Order(case.entry, case.part, case.authority, ended, erasure), by)
        files = _delete(head, case.entry, case.part, done.n)
        replay(done.touched)
        _write_journal(place, identity().origin, case.entry, case.part, case.authority, ended)
    for digest in files:
        attachments.drop(digest)
    _scrub()
    return done.entry


@dataclass(frozen=True)
class _Order:
    entry: int
    part: str
    authority: str
    duties: list[str]
    subject: str


@dataclass(frozen=True)
class _Done:
    entry: Entry
    touched: set[str]

    @property
    def n(self) -> int:
        return self.entry.n


def _erase(head: Head, order: _Order, by: By) -> _Done:
    target = reading.entry(order.entry, head.using)
    _check_erasable(target, order.part)
    touched = reading.keys_of([order.entry], head.using)
    facts = {"entry": order.entry, "part": order.part, "authority": order.authority, "duties": order.duties}
    entry = append(head, Draft(kind=EntryErased, subject=order.subject, facts=facts), by=by)[0]
    return _Done(entry, touched)


def _check_erasable(target: Entry, part: str) -> None:
    if not is_erasable(target.spine.kind):
        raise Answered(f"Entries of the kind {target.spine.kind} are never erased.")
    hold = holds.holding(target)
    if hold is not None:
        raise Answered(f"Entry {target.n} is under the hold {hold.key}; nothing of it is erased.")
    if not _parts_held(target.n) & ({"words", "file"} if part == "words" else {"facts", "words", "file"}):
        raise Answered(f"Of entry {target.n} there is nothing left to erase.")


def _parts_held(n: int) -> set[str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT DISTINCT part FROM record_part WHERE id >= %s AND id < %s", places_of(n))
        return {part for (part,) in cursor.fetchall()}


def _delete(head: Head, n: int, part: str, by_n: int) -> list[str]:
    """Delete what an erasure names, and its derived index; return the digests of its files."""
    gone = "part <> 'facts'" if part == "words" else "true"
    with connections[head.using].cursor() as cursor:
        cursor.execute("INSERT INTO record_erasure (n, part, by_n) VALUES (%s, %s, %s)", [n, part, by_n])
        held = "FROM record_part WHERE id >= %s AND id < %s"
        cursor.execute(f"SELECT digest {held} AND part = 'file'", places_of(n))
        files = [digest for (digest,) in cursor.fetchall()]
        if part == "both":
            cursor.execute(
                "DELETE FROM record_request WHERE request = %s", [reading.entry(n, head.using).fact("request")]
            )
        cursor.execute(f"DELETE {held} AND {gone}", places_of(n))
        if part == "both":
            cursor.execute("DELETE FROM record_ref WHERE n = %s AND role NOT IN ('subject', %s)", [n, KIND])
    return files


def _scrub() -> None:
    """Make deleted bytes unreadable in the database's own files: a truncated WAL on SQLite, VACUUM on PostgreSQL."""
    connection = connections["default"]
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE relname = 'record_part'")
            if cursor.fetchone()[0]:
                cursor.execute("VACUUM record_part")


def _write_journal(place: Place, origin: str, n: int, part: str, authority: str, duties: list[str]) -> None:
    line = {"origin": origin, "entry": n, "part": part, "authority": authority, "duties": duties}
    with locked(place.lock):
        append_durably(place.journal, json.dumps(line, sort_keys=True).encode() + b"\n")


def journal(place: Place) -> list[dict[str, Any]]:
    """Return the erasure journal's lines, oldest first; a torn last line is left out."""
    if not place.journal.exists():
        return []
    lines = place.journal.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines]


def _open_case(key: str) -> ErasureCase:
    case = ErasureCase.objects.filter(key=key).first()
    if case is None or case.done_n is not None or case.refused_n is not None:
        raise Answered(f"There is no open erasure {key}.")
    return case


def finish(*, by: By, place: Place | None = None) -> list[int]:
    """Erase again what the journal names and a restored database still holds; return the entries' numbers.

    The entry's number and leaf are what the log kept, so the journal holds for every generation that carried them.
    """
    place = place or here()
    done: list[int] = []
    for line in journal(place):
        n, part = line["entry"], line["part"]
        with writing() as head:
            if n >= head.size or not _parts_held(n) & ({"words"} if part == "words" else {"facts", "words"}):
                continue
            order = _Order(n, part, line["authority"], line["duties"], new_key())
            again = _erase(head, order, by)
            files = _delete(head, n, part, again.n)
            replay(again.touched)
        for digest in files:
            attachments.drop(digest)
        done.append(n)
    if done:
        _scrub()
    return done


def ended_duties(using: str = "default") -> set[str]:
    """Return the keys of duties that an erased entry had ended: they stay ended."""
    return {key for entry in reading.of_kinds(["entry.erased.1"], using) for key in entry.fact("duties", [])}
