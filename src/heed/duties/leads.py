"""Where a row of a worklist leads: only to pages that its reader may open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from heed.people.models import Worker

from .models import Duty
from .seen import openable
from .selectors import Owed

# Given a reader, duties and the moment: the address, by a duty's id, of the page of what it is about.
Leads = Callable[[Worker, Sequence[Duty], datetime], Mapping[str, str]]
# Pages of other layers; each adds its own at start.
_leads: list[Leads] = []


def register_leads(leads: Leads) -> None:
    """Add the pages of a layer that duties are about."""
    if leads not in _leads:
        _leads.append(leads)


def led(rows: Sequence[Owed], reader: Worker, now: datetime, *, listed: bool = False) -> list[Owed]:
    """Return the rows with the addresses of what each is about and of the duty in full; empty what she may not open.

    `listed` says that they come from one of the reader's own lists, whose every duty she may open.
    """
    duties = [row.duty for row in rows]
    if not duties:
        return []
    about: dict[str, str] = {}
    for leads in _leads:
        about |= leads(reader, duties, now)
    opens: Iterable[str] = [duty.id for duty in duties]
    if not listed:
        opens = Duty.objects.filter(openable(reader), id__in=opens).values_list("id", flat=True)
    full = {key: reverse("duty", args=[key]) for key in opens}
    return [
        replace(row, in_full=full.get(row.duty.id, ""), about=about.get(row.duty.id) or full.get(row.duty.id, ""))
        for row in rows
    ]
