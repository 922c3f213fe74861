"""Which doors are open, and what somebody who comes back with a code may know: that it arrived, and the answers."""

from dataclasses import dataclass
from datetime import datetime

from heed.record import reading

from .codes import digest_of, plain
from .models import Code, Door


def open_doors() -> list[Door]:
    """Return the open doors by name."""
    return list(Door.objects.filter(closed_n=None).order_by("name", "key"))


def open_door(key: str) -> Door | None:
    """Return an open door."""
    return Door.objects.filter(key=key, closed_n=None).first()


@dataclass(frozen=True)
class Answer:
    """One answer written for the reporter; `text` is None once it is erased."""

    at: datetime
    text: str | None


@dataclass(frozen=True)
class Standing:
    """All that a code shows. Nothing of the report itself, no name, no decision, nothing that others wrote."""

    door: Door
    received_at: datetime
    seen_at: datetime | None
    answers: list[Answer]
    added: int


def standing(code: str) -> tuple[str, Standing] | None:
    """Return the concern's key and what a code shows; None alike for a wrong code, an ended one and one never given."""
    if not plain(code):
        return None
    row = Code.objects.filter(digest=digest_of(code)).first()
    door = Door.objects.filter(key=row.door).first() if row else None
    if row is None or door is None:
        return None
    entries = reading.stream(row.key)
    seen = next((e.recorded_at for e in entries if e.kind == "concern.acknowledged.1"), None)
    answers = [Answer(e.recorded_at, e.word("answer")) for e in entries if e.kind == "concern.answered.1"]
    added = sum(1 for e in entries if e.kind == "concern.added.1" and e.spine.actor == door.key)
    return row.key, Standing(door, entries[0].recorded_at, seen, answers, added)
