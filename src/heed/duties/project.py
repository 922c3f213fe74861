"""Projectors of duties: an entry's keys are judged anew from all that touches them, and their rows replaced."""

import hashlib
import json
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from heed.policy.duty import Duty as Judged
from heed.record import reading
from heed.record.model import Entry, kind_key
from heed.record.project import Pairs, Projector, register, upsert, write
from heed.record.rows import drop

from . import keeping
from .engine import adopted, engine_of, judge, kinds_by_subject
from .entries import MATCHED
from .models import Duty, Pack, Told

LAYER = 90  # after everything that duties rest on


def project_packs(pairs: Pairs, using: str) -> None:
    """Write each pack that was adopted."""
    rows = {
        key: Pack(
            key=key,
            n=entry.n,
            pack=entry.fact("pack", ""),
            version=entry.fact("version", ""),
            digest=entry.fact("digest", ""),
            text=entry.fact("text", ""),
        )
        for key, entry in pairs
    }
    upsert(list(rows.values()), using)


class _Duties(Projector):
    """The projector of duties: which kinds and roles it takes is what the adopted packs say, so it takes all."""

    def takes(self, kind: str) -> bool:
        """Say yes: the adopted packs decide, entry by entry."""
        return True

    def pairs(self, entries: object, only: frozenset[str] | None = None) -> list[tuple[str, Entry]]:
        """Return a pair for each key that plays a role of a clause, and one for a pack that is adopted."""
        found: list[tuple[str, Entry]] = []
        for entry in entries:  # type: ignore[attr-defined]
            refs = (entry.facts or {}).get("refs", {})
            keys = dict.fromkeys([entry.subject, *(key for keys in refs.values() for key in keys)])
            found += [(key, entry) for key in keys if only is None or key in only]
            if only is None and (entry.facts or {}).get("corrects") is not None:
                found += _corrected(entry)
        return found

    def forget(self, keys: Iterable[str], using: str) -> None:
        """Delete the rows of these keys; they are judged anew."""
        keeping.forget()
        super().forget(keys, using)

    def forget_all(self, using: str) -> None:
        """Delete every row; all are judged anew."""
        keeping.forget()
        super().forget_all(using)


def _corrected(entry: Entry) -> list[tuple[str, Entry]]:
    """Return a pair for each key of what an entry corrects, and of what that one corrected: they may be its no more."""
    found: list[tuple[str, Entry]] = []
    while (n := entry.fact("corrects")) is not None:
        entry = reading.entry(n)
        refs = entry.fact("refs", {})
        found += [
            (key, entry) for key in dict.fromkeys([entry.subject, *(key for keys in refs.values() for key in keys)])
        ]
    return found


def project_duties(pairs: Pairs, using: str) -> None:
    """Judge every key of these entries anew, and all keys when a pack was adopted."""
    last = max(entry.n for _, entry in pairs)
    texts = adopted(last + 1)
    engine = engine_of(texts)
    if engine is None:
        return
    if any(entry.kind == "policy.adopted.1" for _, entry in pairs):
        keys = _every_key(engine.roles, kinds_by_subject(texts), last)
    else:
        keys = _keys(pairs, set(engine.roles) | {"owner", "wrong"}, kinds_by_subject(texts))
    drop(Duty, keys, using)
    rows: list[tuple[Any, ...]] = []
    fresh = {entry.n: entry for _, entry in pairs}
    keep = using == "default" and len(keys) <= keeping.MOST  # not in a rebuild, which checks what was kept
    for key in sorted(keys):
        for owed in judge(key, below=last + 1, texts=texts, at_hand=fresh, keep=keep):
            if not _came_with_a_file(owed.trigger):
                rows.append(row_of(key, owed.duty, owed.trigger))
    write(Duty, rows, using)


def _came_with_a_file(trigger: Entry | None) -> bool:
    """Say whether a duty rests on imported history: it is judged by what its file covers (`cases.journey.judging`).

    In the live table, which takes every kind as covered, a return that has no place for an act would owe it for ever.
    """
    return trigger is not None and trigger.fact("import_key") is not None


def _keys(pairs: Pairs, roles: set[str], by_subject: frozenset[str]) -> set[str]:
    found = set()
    for key, entry in pairs:
        refs = (entry.facts or {}).get("refs", {})
        plays = {role for role, keys in refs.items() if key in keys}
        is_own = entry.facts is None or "subject" in roles or entry.kind in by_subject
        if plays & roles or (key == entry.subject and is_own):
            found.add(key)
    return found


def _every_key(roles: tuple[str, ...], by_subject: frozenset[str], last: int) -> set[str]:
    from django.db import connections

    wanted = [role for role in roles if role != "trigger"]
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
    return found


def row_of(key: str, duty: Judged, trigger: Entry | None) -> tuple[Any, ...]:
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
_in_order: Callable[[dict[str, Any]], tuple[Any, ...]] = itemgetter(*(f.attname for f in Duty._meta.concrete_fields))


def identity_of(duty: Judged) -> str:
    """Return a digest of clause, version, key, anchor, addressee and occurrence: what tells duties apart."""
    parts = [duty.clause, duty.version, dict(duty.key), duty.anchor, duty.addressee, duty.occurrence]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def project_told(pairs: Pairs, using: str) -> None:
    """Write each rung that was told, under the duty's key."""
    rows = [
        Told(
            key=key,
            duty=entry.subject,
            rung=entry.fact("rung", 0),
            n=entry.n,
            to=entry.fact("to", ""),
            outside=entry.fact("outside", False),
            told=entry.keys("told"),
            at=entry.spine.recorded_at,
        )
        for key, entry in pairs
        if key in (entry.fact("key") or {}).values() or key in entry.keys("owner")
    ]
    upsert(rows, using)


def register_projectors() -> None:
    """Register the projectors at start."""
    told = frozenset({"duty.escalated.1"})
    register(
        Projector(
            name="packs",
            layer=LAYER - 1,
            version=1,
            kinds=frozenset({"policy.adopted.1"}),
            roles=("subject",),
            tables=(Pack,),
            apply=project_packs,
        )
    )
    register(
        _Duties(
            name="duties", layer=LAYER, version=4, kinds=frozenset(), roles=(), tables=(Duty,), apply=project_duties
        )
    )
    register(
        Projector(
            name="told",
            layer=LAYER,
            version=1,
            kinds=told,
            roles=(*MATCHED, "owner"),
            tables=(Told,),
            apply=project_told,
        )
    )
