"""A child's chronology: every moment with both clocks, where a file says it, and what a later entry corrected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from heed.people.models import Worker
from heed.record import reading
from heed.record.model import Entry
from heed.returns.moments import NOT_SAID

from .models import Import
from .spans import EPISODE_OF

# Members that every moment carries and that are shown apart, or say nothing to a reader.
APART = NOT_SAID | {"source_id", "inferred", "plan_inferred", "strategy_held_on", "basis"}


@dataclass(frozen=True)
class Moment:
    """One line of a chronology."""

    entry: Entry
    who: str
    said: list[tuple[str, Any]]
    places: list[tuple[str, dict[str, Any]]]
    corrected_by: int | None
    corrects: int | None

    @property
    def claimed(self) -> str:
        """When it is said to have happened; empty where nobody says."""
        return self.entry.occurred_at or ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether it says only that what it corrects is no longer told."""
        return self.corrects is not None and not self.claimed and not self.said

    @property
    def is_erased(self) -> bool:
        """Whether its facts were erased."""
        return self.entry.facts is None


def chronology(child: str, *, as_of: str = "", known_at: datetime | None = None) -> list[Moment]:
    """Return a child's moments in the order in which they are said to have happened, those without a day first.

    `as_of` leaves out what is said to have happened later; `known_at` leaves out what was recorded later.
    """
    below = reading.size_at(known_at) if known_at is not None else None
    found = [entry for entry in reading.stream(child, below=below) if entry.kind in EPISODE_OF]
    corrected = {entry.fact("corrects"): entry.n for entry in found if entry.fact("corrects") is not None}
    names = dict(Worker.objects.filter(key__in={e.spine.actor for e in found}).values_list("key", "name"))
    files = names_of(found)
    moments = [
        Moment(
            entry,
            names.get(entry.spine.actor, ""),
            said(entry),
            [(files.get(place["file"], place["file"][:12]), place) for place in entry.fact("lineage", [])],
            corrected.get(entry.n),
            entry.fact("corrects"),
        )
        for entry in found
    ]
    shown = [one for one in moments if not as_of or (one.claimed or "0")[:10] <= as_of]
    return sorted(shown, key=lambda one: (one.claimed[:10], one.entry.n))


def said(entry: Entry) -> list[tuple[str, Any]]:
    """Return what an entry says, member by member."""
    parts = {**(entry.facts or {}), **(entry.words or {})}
    return [(name, value) for name, value in parts.items() if name not in APART]


def names_of(found: Iterable[Entry]) -> dict[str, str]:
    """Return the names under which the files of these entries were handed in, by their digests."""
    keys = {entry.fact("import_key") for entry in found} - {None}
    named: dict[str, str] = {}
    for done in Import.objects.filter(key__in=keys):
        named |= dict(zip(done.files, done.names, strict=False))
    return named
