"""A duty that later knowledge took away: what it was, which entry took it away, and where it counts now.

A worker who kept a link must find more than nothing. Its identity is a digest, so it is looked for only under keys that
the record or a letter names with it (rungs told, what was said about it, lines of letters), and under the children from
whom a concern was moved. 1. those keys; 2. the entries that may take a duty away, the newest first; 3. the key judged
on the entries before each, until the duty is found.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from heed.people.post.models import Line
from heed.policy.entries import LINKED, RETRACTED, UNLINKED
from heed.record import reading
from heed.record.model import Entry

from .engine import LAW_KINDS, adopted, bearing_on, engine_of
from .filing import MOVED
from .models import Duty, Told
from .rows import COLUMNS, read_back, rows_of_key

HALF = 32  # signs of an identity's digest by which entries and letters name a duty
# How many moves, and of one key how many entries that may take a duty away, are gone through: a page must answer. A
# judgement of ours.
MOST = 50


@dataclass(frozen=True)
class Gone:
    """A duty as it was known last, the entry that took it away, and the duties that stand for it now."""

    row: Duty
    taken_by: Entry
    known: datetime
    successors: list[Duty]

    @property
    def why(self) -> str:
        """moved, corrected or law."""
        if self.taken_by.kind == MOVED:
            return "moved"
        return "law" if self.taken_by.kind in LAW_KINDS else "corrected"


def gone(duty: str) -> Gone | None:
    """Return a duty that is no longer owed by what is known, by its identity or its first half; None otherwise."""
    half = duty[:HALF]
    if len(half) < HALF or Duty.objects.filter(id__startswith=half).exists():
        return None
    for key in sorted(_keys(half)):
        found = _under(key, half)
        if found is not None:
            return found
    return None


def _keys(half: str) -> set[str]:
    """Return the keys under which a duty may have stood."""
    found = set(Told.objects.filter(duty=half).values_list("key", flat=True))
    for entry in reading.stream(half):
        found |= {*(entry.fact("key") or {}).values(), *entry.keys("owner")}
    for about in Line.objects.filter(reference__startswith=half).values_list("about", flat=True):
        found |= set(about)
    for move in reading.of_kinds((MOVED,))[-MOST:]:
        found |= set(move.keys("wrong"))
    return {key for key in found if len(key) == HALF}


def _under(key: str, half: str) -> Gone | None:
    for taker in _takers(key):
        row = _row(key, half, below=taker.n)
        if row is not None:
            known = taker.recorded_at - timedelta(microseconds=1)
            return Gone(row, taker, known, _successors(row, half))
    return None


def _takers(key: str) -> list[Entry]:
    """Return the entries that may have taken a duty of a key away, the newest first."""
    engine = engine_of(adopted(1 << 62))
    bearing = bearing_on(key, 1 << 62, engine) if engine is not None else []
    law = reading.of_kinds(LAW_KINDS)
    found = {entry.n: entry for entry in [*bearing, *law] if _may_take(entry)}
    return [found[n] for n in sorted(found, reverse=True)][:MOST]


def _may_take(entry: Entry) -> bool:
    changing = (MOVED, RETRACTED, LINKED, UNLINKED)
    return entry.kind in LAW_KINDS or entry.kind.startswith(changing) or entry.fact("corrects") is not None


def _row(key: str, half: str, *, below: int) -> Duty | None:
    """Return the duty as the entries below a number make it; it is not of the table any more, and never saved."""
    for values in rows_of_key(key, below=below, law=adopted(below)):
        row = dict(zip(COLUMNS, read_back(values), strict=True))
        if str(row["id"]).startswith(half):
            return Duty(**row)
    return None


def _successors(row: Duty, half: str) -> list[Duty]:
    """Return the duties that stand for it now: of the same clause and trigger, or the one that the record names."""
    named = {entry.fact("successor") for entry in reading.stream(half)} - {None}
    same = Duty.objects.filter(clause=row.clause, anchor=row.anchor) if row.anchor is not None else Duty.objects.none()
    found = [one for one in same if set(one.triggers) & set(row.triggers)]
    for name in sorted(named):
        found += Duty.objects.filter(id__startswith=name)
    return list({one.id: one for one in found}.values())
