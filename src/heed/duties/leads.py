"""Where a row of a worklist leads: only to pages that its reader may open."""

from collections.abc import Callable, Mapping, Sequence
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


def led(rows: Sequence[Owed], reader: Worker, now: datetime) -> list[Owed]:
    """Return the rows with the addresses of what each is about and of the duty in full; empty what she may not open."""
    duties = [row.duty for row in rows]
    about: dict[str, str] = {}
    for leads in _leads if duties else ():
        about |= leads(reader, duties, now)
    opens = Duty.objects.filter(openable(reader), id__in=[duty.id for duty in duties]).values_list("id", flat=True)
    full = {key: reverse("duty", args=[key]) for key in (opens if duties else ())}
    return [
        replace(row, in_full=full.get(row.duty.id, ""), about=about.get(row.duty.id) or full.get(row.duty.id, ""))
        for row in rows
    ]
