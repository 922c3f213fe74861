"""Weak evidence on the live record: marks with a stated rule and a setting; shown and fed to audits, never a breach.

What is compared with what: the acts that ended the duties asked about, with every earlier body about the same child and
with what the same person recorded within minutes. Bodies are read to be compared; no word of them leaves this module.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from heed.policy.duty import Duty as Judged
from heed.policy.entries import Entry as PolicyEntry
from heed.policy.marks import Settings, weak_marks
from heed.record import reading
from heed.record.model import Entry

from .engine import InForce, adopted, clauses_of, engine_of, policy_entry
from .judged import of_row
from .models import Duty

# An import may record thousands of entries within minutes: so many before and after an act are looked at.
NEAR = 1_000


@dataclass(frozen=True)
class Marked:
    """A duty with its marks, in the order of their names."""

    duty: Duty
    marks: tuple[str, ...]


def settings_of(law: InForce) -> Settings:
    """Return the settings that the adopted packs state; where two differ, the pack adopted last decides."""
    engine = engine_of(law)
    stated = {name: value for pack in (engine.packs if engine else []) for name, value in pack.weak.items()}
    return Settings.of(stated)


def marked(rows: Sequence[Duty], now: int) -> list[Marked]:
    """Return the duties of these that carry any mark, with all of their marks."""
    law = adopted(1 << 62)
    settings = settings_of(law)
    judged = {row.id: of_row(row, now, None) for row in rows}
    entries, words = _evidence(rows, settings)
    found = weak_marks(judged.values(), clauses_of(law), entries, words, settings)
    kept = []
    for row in rows:
        duty = judged[row.id]
        marks = found[duty.clause, duty.key, duty.anchor, duty.addressee]
        if marks:
            kept.append(Marked(row, tuple(marks)))
    return kept


def marks_of(row: Duty, judged: Judged, now: int) -> list[str]:
    """Return every mark of one duty: the evaluator's own, and those found by looking further at what ended it."""
    further = marked([row], now) if judged.ended_by == row.ended_by else []
    return sorted({*judged.weak, *(mark for found in further for mark in found.marks)})


def _evidence(rows: Sequence[Duty], settings: Settings) -> tuple[list[PolicyEntry], Mapping[int, str]]:
    """Return the entries to compare and their bodies by number.

    1. each key that an act ended a duty of, and the children named on it; 2. every key that names one of those
    children; 3. the entries of all these, each with the children its key is about; 4. those around each act.
    """
    keys = dict.fromkeys(row.key for row in rows if row.ended_by is not None)
    streams = {key: reading.stream(key) for key in keys}
    named = {child for own in streams.values() for entry in own for child in entry.keys("child")}
    for key in {entry.subject for child in sorted(named) for entry in reading.stream(child)} - keys.keys():
        streams[key] = reading.stream(key)
    found: dict[int, Entry] = {}
    children: dict[int, set[str]] = {}
    for own in streams.values():
        of_key = {child for entry in own for child in entry.keys("child")}
        for entry in own:
            found[entry.n] = entry
            children.setdefault(entry.n, set()).update(entry.keys("child") or of_key)
    for n in sorted({row.ended_by for row in rows if row.ended_by is not None}):
        found |= {entry.n: entry for entry in _around(n, settings)}
    words = {n: _body(entry) for n, entry in found.items() if entry.words}
    return [_of_children(entry, children.get(n, set())) for n, entry in sorted(found.items())], words


def _around(n: int, settings: Settings) -> list[Entry]:
    """Return what was recorded within the setting's minutes of an entry, by the same person."""
    act = reading.entry(n)
    span = timedelta(minutes=settings.minutes)
    first, last = reading.size_at(act.recorded_at - span), reading.size_at(act.recorded_at + span)
    near = reading.entries(max(first, n - NEAR), min(last, n + NEAR))
    return [entry for entry in near if entry.spine.actor == act.spine.actor]


def _body(entry: Entry) -> str:
    return " ".join(value for _, value in sorted((entry.words or {}).items()) if isinstance(value, str))


def _of_children(entry: Entry, children: Iterable[str]) -> PolicyEntry:
    """Return an entry with the children that its key is about, where it names none itself."""
    made = policy_entry(entry)
    if "child" not in made.refs and children:
        made.refs["child"] = sorted(children)
    return made


def rules_of(settings: Settings) -> dict[str, Any]:
    """Return the settings by name, as a page states them."""
    return {
        "similarity": settings.similarity,
        "shingle": settings.shingle,
        "burst": settings.burst,
        "minutes": settings.minutes,
    }
