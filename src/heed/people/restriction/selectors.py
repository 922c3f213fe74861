"""What is kept from a worker by a restriction, and what she has opened in an emergency."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from heed.entry.when import instant_text

from .models import Opened, Restriction

# How long an emergency opening lasts: a shift and the night after it. A judgement of ours.
GLASS_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Kept:
    """The children and concerns that something says of: kept from somebody, or opened by her."""

    children: frozenset[str] = frozenset()
    concerns: frozenset[str] = frozenset()


def opened_by(worker: str, now: datetime | None) -> Kept:
    """Return what a worker has opened in an emergency and may still see at `now`; nothing without a `now`."""
    if now is None:
        return Kept()
    rows = list(Opened.objects.filter(worker=worker, at__gt=instant_text(now - GLASS_LASTS)))
    return Kept(frozenset(r.child for r in rows if r.child), frozenset(r.concern for r in rows if r.concern))


def kept_from(worker: str, now: datetime | None = None) -> Kept:
    """Return what restrictions in force keep from a worker; an emergency opening lets her see it for its time."""
    rows = [row for row in in_force() if worker not in row.workers]
    opened = opened_by(worker, now) if rows else Kept()
    return Kept(
        frozenset(row.child for row in rows if row.child) - opened.children,
        frozenset(row.concern for row in rows if row.concern) - opened.concerns,
    )


def in_force() -> list[Restriction]:
    """Return every restriction in force."""
    return list(Restriction.objects.filter(lifted_n=None).exclude(agreed_n=None))


def about(*, concern: str, children: list[str]) -> list[Restriction]:
    """Return the restrictions of a concern or of the children it is filed under that are proposed or in force."""
    of = Q(concern=concern) | Q(child__in=children)
    return list(Restriction.objects.filter(of, declined_n=None, lifted_n=None).order_by("proposed_n"))


def to_review(agency: str) -> list[Opened]:
    """Return an agency's emergency openings that nobody has reviewed, oldest first."""
    return list(Opened.objects.filter(agency=agency, reviewed_n=None).order_by("n"))
