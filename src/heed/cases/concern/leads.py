"""What a duty is about, as pages of this slice: the concern, or the emergency opening that waits for a review."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from heed.duties.models import Duty
from heed.people.models import Worker

from . import selectors
from .emergency import reviewable


def leads(reader: Worker, duties: Sequence[Duty], now: datetime) -> Mapping[str, str]:
    """Return the address, by a duty's id, of the page of what it is about, where the reader may open it."""
    concerns = {duty.id: duty.roles["concern"] for duty in duties if "concern" in duty.roles}
    openings = {duty.id: duty.roles["access"] for duty in duties if "access" in duty.roles}
    found: dict[str, str] = {}
    if concerns:
        seen = selectors.concerns(selectors.seen_by(reader.key, now)).filter(key__in=set(concerns.values()))
        open_to_her = set(seen.values_list("key", flat=True))
        found |= {id: reverse("concern", args=[key]) for id, key in concerns.items() if key in open_to_her}
    if openings:
        waiting = set(reviewable(reader).filter(key__in=set(openings.values())).values_list("key", flat=True))
        found |= {id: reverse("emergency_review", args=[key]) for id, key in openings.items() if key in waiting}
    return found
