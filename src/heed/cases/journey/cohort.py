"""The children whom somebody may see, as they stood on a day: status, team, since when; and how many a team holds."""

from collections import Counter
from typing import Any

from django.db.models import CharField, OuterRef, SmallIntegerField, Subquery, Value
from django.db.models.functions import Coalesce

from heed.people.models import Child

from .access import Seen
from .models import Episode
from .selectors import open_at
from .spans import NO_STATUS, STATUSES

# The columns that the list may be sorted by: word of the address → column.
ORDERS = {"name": "name", "born": "born", "status": "rank", "team": "team", "since": "since"}


def cohort(seen: Seen, day: str) -> Any:
    """Return the children (a QuerySet) who had a status on a day, each with name, status, team and since when.

    The status is that of the weightiest episode open then, as Annex A orders them; the team that of the newest open
    episode which names one.
    """
    mine = open_at(day, Episode.objects.filter(child=OuterRef("key")))
    first = mine.filter(rank__lt=NO_STATUS).order_by("rank", "started")
    teams = mine.exclude(team="").order_by("-started", "-first_n")
    child = Child.objects.filter(key=OuterRef("key"))
    found = seen.children().annotate(
        rank=Subquery(first.values("rank")[:1], output_field=SmallIntegerField()),
        since=Subquery(first.values("started")[:1], output_field=CharField()),
        team=Coalesce(Subquery(teams.values("team")[:1], output_field=CharField()), Value("")),
        name=Subquery(child.values("name")[:1], output_field=CharField()),
        born=Subquery(child.values("born")[:1], output_field=CharField()),
    )
    return found.filter(rank__isnull=False)


def status_of(rank: int) -> str:
    """Return the status that an open episode of this rank gives."""
    return STATUSES[rank - 1]


def caseload(seen: Seen, day: str) -> list[tuple[str, dict[str, int], int]]:
    """Return for each team how many children it held in each status on a day, and in all."""
    counted: dict[str, Counter[str]] = {}
    for team, rank in cohort(seen, day).values_list("team", "rank"):
        counted.setdefault(team, Counter())[status_of(rank)] += 1
    return [
        (team, {status: held[status] for status in STATUSES}, sum(held.values()))
        for team, held in sorted(counted.items())
    ]
