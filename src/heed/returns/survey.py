"""The first reading of a set of files, before anything is written: what they hold, and what may not be taken (pure)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heed.lib.progress import Track, quiet

from . import events, read
from .cin.read import stated_year
from .coverage import Told
from .journey import ChildDetails, Event
from .moments import Around, steps_of
from .opening import PIECE, found_files, open_source
from .rows import Doubt, Reject
from .ssda903.yearly import year_of

ENDINGS = (".csv", ".txt", ".xlsx", ".xml")
# How the readers begin a doubt that sets two statements about one thing against each other.
CONFLICTS = (
    "the years give different values",
    "a later year leaves it blank",
    "it stood open in this return, and no later one tells its end",
    "the next episode starts before this one has ended",
    "another list says",
    "an earlier import tells the same with other days",
)
NOBODY = "the row names no child"


@dataclass(slots=True)
class Survey:
    """What a set of files tells: counts, children, what was refused, what should be looked at, and the days told of."""

    standard: str
    around: Around
    told: dict[str, int] = field(default_factory=dict)
    children: dict[str, ChildDetails | None] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    days: Told = field(default_factory=Told)
    columns: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    @property
    def events(self) -> int:
        return sum(self.told.values())

    @property
    def conflicts(self) -> list[Doubt]:
        """Return the doubts in which one statement contradicts another."""
        return [doubt for doubt in self.doubts if doubt.reason.startswith(CONFLICTS)]

    def take(self, event: Event) -> None:
        """Count an event, and remember of it what its neighbours need."""
        sort = getattr(event, "type", "") if event.KIND in {"plan", "review", "visit"} else ""
        name = f"{event.KIND}.{sort}" if sort else event.KIND
        self.told[name] = self.told.get(name, 0) + 1
        self.around.learn(event)
        self.days.take(event)
        if isinstance(event, ChildDetails) and event.identity[1] == "child":
            self.children[event.child] = event
        else:
            self.children.setdefault(event.child, None)


def survey(
    standard: str,
    path: Path,
    *,
    today: str,
    year: int | None = None,
    note: Callable[[Event], None] | None = None,
    track: Track[Any] = quiet,
) -> Survey:
    """Read a set of files to the end, noting each event; HeedError where they are not what they are said to be."""
    ends = year_ends(standard, path)
    found = Survey(standard, Around(today, ends))
    found.days.years = {int(day[:4]) for day in ends.values()}
    for one in events(standard, read(standard, path, year=year, track=track)):
        if isinstance(one, Reject):
            found.rejects.append(one)
        elif isinstance(one, Doubt):
            found.doubts.append(one)
        elif reason := refused(one):
            found.rejects.append(reject_of(one, reason))
        else:
            found.take(one)
            if note is not None:
                note(one)
    return found


def refused(event: Event) -> str:
    """Return why an event that a row tells cannot stand in a record; nothing where it can."""
    if not event.child.strip():
        return NOBODY
    if not steps_of(event):
        return f"the journey has no {event.KIND} of this type"
    return ""


def reject_of(event: Event, reason: str) -> Reject:
    """Return the reject for an event, beside the first row that tells it; the row itself is in the file."""
    where = event.lineage[0]
    return Reject(where.source, where.file_digest, where.sheet, where.line, where.table, "", "", reason, {})


def year_ends(standard: str, path: Path) -> dict[str, str]:
    """Return for each file, by its digest, the 31 March on which the year ends that it says it is of."""
    found = {}
    if standard == "cin":
        for file, name in found_files(path, (".xml",)):
            source = open_source(file, name=name)
            if (year := stated_year(source)).isdecimal():
                found[source.digest] = f"{int(year):04}-03-31"
    elif standard == "ssda903":
        for file, name in found_files(path, ENDINGS):
            if year := year_of(name):
                found[open_source(file, name=name).digest] = f"{year}-03-31"
    return found


def digests_of(path: Path) -> list[tuple[str, str]]:
    """Return name and SHA-256 of each file at a path that a reader may look at, each digest once."""
    found: dict[str, str] = {}
    for file, name in found_files(path, ENDINGS):
        digest = hashlib.sha256()
        with file.open("rb") as data:
            while piece := data.read(PIECE):
                digest.update(piece)
        found.setdefault(digest.hexdigest(), name)
    return [(name, digest) for digest, name in found.items()]
