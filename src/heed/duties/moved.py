"""Duties that later knowledge took away after somebody had been told of them: said once, with their successor.

`duties.md`, meaning 3 and reading 9: the Answer holds only what follows from what is known; tick says the rest. What
was told stays told; a waiver, suspension or rung named the old identity, and ends with it. Idempotent, under a lock.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models.functions import Substr

from heed.record import reading
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft, Entry

from .entries import MATCHED, DutySuperseded
from .models import Duty, Told


def supersede(by: By, now: datetime) -> dict[str, Any]:
    """Write an entry for each duty that was told of and is no longer owed by what is known now."""
    said = 0
    for told in list(_without_a_duty()):
        with writing() as head:
            entry = reading.entry(told.n)
            if entry.facts is None or _stands(entry) or is_superseded(told.duty):
                continue
            append(head, _draft(entry), by=by)
            said += 1
    return {"superseded_by_correction": said}


def _without_a_duty() -> Iterator[Told]:
    """Yield the last rung told of each duty that the table holds no longer."""
    held = Duty.objects.annotate(short=Substr("id", 1, 32)).values("short")
    last: dict[str, Told] = {}
    for told in Told.objects.exclude(duty__in=held).order_by("n"):
        last[told.duty] = told
    yield from last.values()


def _stands(entry: Entry) -> bool:
    """Say whether the duty that an entry names is still owed, or was: its identity is that of a row."""
    return any(row.anchor == entry.fact("anchor") for row in _same(entry))


def _same(entry: Entry) -> list[Duty]:
    """Return the duties of the same clause, key and addressee as the one that an entry names."""
    roles = entry.fact("key", {})
    rows = Duty.objects.filter(clause=entry.fact("clause"), addressee=entry.fact("addressee", ""))
    return [row for row in rows.filter(key__in=[*roles.values(), *entry.keys("owner")]) if row.roles == roles]


def is_superseded(duty: str) -> bool:
    """Say whether a duty, by the first half of its identity, was said to be superseded."""
    return any(entry.kind == DutySuperseded.name for entry in reading.stream(duty))


def _draft(entry: Entry) -> Draft:
    """Return the entry that says so; its successor is the open duty with the earliest anchor."""
    facts = {
        name: entry.fact(name) for name in ("clause", "key", "anchor", "addressee") if entry.fact(name) is not None
    }
    following = sorted((row for row in _same(entry) if row.end == "open"), key=_anchor)
    if following:
        facts["successor"] = following[0].id[:32]
    refs = {role: keys for role, keys in entry.fact("refs", {}).items() if role in (*MATCHED, "owner")}
    return Draft(kind=DutySuperseded, subject=entry.subject, facts=facts, refs=refs, occurred_at=NOW)


def _anchor(row: Duty) -> int:
    return -1 if row.anchor is None else row.anchor
