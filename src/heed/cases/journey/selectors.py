"""Reading the journey back: events as they were told, what was open on a day, a child's chronology."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from heed.lib.errors import Answered, HeedError
from heed.people.models import Child
from heed.returns.asof import as_of
from heed.returns.journey import Event
from heed.returns.moments import event_of

from .models import Episode, Import, KnownChild


def standards_of(agency: str) -> list[str]:
    """Return the standards in which an agency brought files in."""
    held = KnownChild.objects.filter(agency=agency).values_list("standard", flat=True)
    return sorted(set(held.distinct()))


def chosen(agency: str, wanted: Collection[str], written: str) -> list[str]:
    """Return the standards whose events an export says: those asked for, else its own, else all there are."""
    there = standards_of(agency)
    if not there:
        raise Answered("Nothing of this agency was imported, so there is nothing to export.")
    if strange := set(wanted) - set(there):
        raise HeedError(f"This agency imported no {min(strange)}; it imported {', '.join(there)}.")
    return sorted(wanted) if wanted else [written] if written in there else there


def events(agency: str, standards: Collection[str], day: str) -> Iterator[Event]:
    """Yield what an agency's files told, as it stood on a day, in the order recorded; what was erased is not told."""
    refuse_collisions(agency, standards)
    children = dict(
        KnownChild.objects.filter(agency=agency, standard__in=standards).values_list("key", "local_id").iterator()
    )
    rows = Episode.objects.filter(agency=agency, standard__in=standards).order_by("first_n")
    for row in rows.iterator(chunk_size=2_000):
        event = event_from(row, children.get(row.child, ""))
        if event is not None and (then := as_of(event, day)) is not None:
            yield then


def event_from(row: Episode, local_id: str) -> Event | None:
    """Return the event that an episode's moments tell; None where it was erased."""
    identity = next(
        (m["words"]["source_id"] for m in row.moments.values() if (m["words"] or {}).get("source_id")), None
    )
    if identity is None or not local_id:
        return None
    told = {kind: {"occurred_at": m["at"], "facts": m["facts"], "words": m["words"]} for kind, m in row.moments.items()}
    return event_of(row.kind, local_id, identity, told)


def refuse_collisions(agency: str, standards: Collection[str]) -> None:
    """Refuse to write two standards' children of one number as one child where they are born on different days."""
    if len(standards) < 2:
        return
    held: dict[str, tuple[str, str]] = {}
    born = dict(Child.objects.values_list("key", "born"))
    clashes = []
    for known in KnownChild.objects.filter(agency=agency, standard__in=standards).iterator():
        day = born.get(known.key, "")
        standard, before = held.setdefault(known.local_id, (known.standard, day))
        if day and before and day != before:
            clashes.append({"child": known.local_id, "standards": [standard, known.standard], "born": [before, day]})
    if clashes:
        raise HeedError(
            f"{len(clashes)} numbers stand for children of different birth dates in two standards; use --from.",
            rejects=clashes,
        )


def open_at(day: str, rows: QuerySet[Episode] | None = None) -> QuerySet[Episode]:
    """Return the episodes that were open at the end of a day: begun, and not ended by then."""
    rows = Episode.objects.all() if rows is None else rows
    return rows.filter(is_span=True, started__lte=day).exclude(started="").filter(Q(ended="") | Q(ended__gt=day))


@dataclass(frozen=True)
class Held:
    """How many children a team holds in each status on a day."""

    team: str
    status: str
    children: int


def imports() -> QuerySet[Import]:
    """Return the imports, newest first."""
    return Import.objects.order_by("-opened_n")


def coverage_rows() -> list[dict[str, Any]]:
    """Return what the imports cover, as rows for the evaluators: source, agency, kind, from, to."""
    rows = []
    for done in Import.objects.exclude(closed_n=None).order_by("closed_n"):
        rows += [{"source": done.standard, "agency": done.agency, **row} for row in done.coverage]
    return rows
