"""Which duties somebody may open, and whether she may also follow their key; otherwise they do not exist for her."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from heed.people.models import Grant, Worker
from heed.people.post.models import Line
from heed.people.selectors import roles_of

from .models import Duty, Told
from .selectors import kept_from, open_duties

# Who reads every duty of the partnership without being told whose: they stand outside every agency.
OUTSIDERS = frozenset({"scrutineer", "inspector"})


def _grants(worker: Worker) -> list[Grant]:
    return list(Grant.objects.filter(key=worker.key, ended_n=None).exclude(confirmed_n=None))


def _not_kept(worker: Worker) -> Q:
    """Return the condition that a duty's key is not restricted to others."""
    return ~Q(key__in=kept_from(worker.key))


def mine(worker: Worker) -> Q:
    """Return the condition on duties whose role this worker holds for the team or agency."""
    condition = Q(pk__in=[])
    for grant in _grants(worker):
        where = {"owner": grant.role, "agency": grant.agency}
        condition |= Q(**where, team=grant.team) if grant.team else Q(**where)
    return condition & _not_kept(worker)


def of_team(worker: Worker) -> Q:
    """Return the condition on duties of every team, or of the agency, that this worker is granted a role in."""
    condition = Q(pk__in=[])
    for grant in _grants(worker):
        if grant.role in ("practitioner", "team_manager") and grant.team:
            condition |= Q(team=grant.team)
        elif grant.role in ("service_manager", "director"):
            condition |= Q(agency=grant.agency)
    return condition & _not_kept(worker)


def to_me(worker: Worker) -> Q:
    """Return the condition on duties that an entry of this worker's own triggered: what others owe her."""
    return Q(asked_by=worker.key)


def openable(worker: Worker) -> Q:
    """Return the condition on duties whose page this worker may open from a list."""
    if roles_of(worker.key) & OUTSIDERS:
        return ~Q(pk="")
    return mine(worker) | of_team(worker) | to_me(worker)


def told(worker: Worker) -> QuerySet[Told]:
    """Return every rung that this worker was told of, the newest first."""
    return Told.objects.filter(told__icontains=worker.key).order_by("-n")


def climbed(worker: Worker) -> QuerySet[Duty]:
    """Return the open duties of others that have climbed to this worker."""
    of_it = Told.objects.filter(key=OuterRef("key"), duty=Substr(OuterRef("id"), 1, 32), told__icontains=worker.key)
    return open_duties().filter(Exists(of_it)).exclude(mine(worker))


@dataclass(frozen=True)
class Sight:
    """A duty that somebody may open; `follows` where she may also see and follow its key."""

    duty: Duty
    follows: bool


def sight(worker: Worker, duty: str) -> Sight | None:
    """Return a duty as this worker may see it: her own, her team's, owed to her; told of it, or outside, no key."""
    row = Duty.objects.filter(id=duty).first()
    if row is None:
        return None
    if Duty.objects.filter(mine(worker) | of_team(worker) | to_me(worker), id=duty).exists():
        return Sight(row, follows=True)
    was_told = any(worker.key in told.told for told in Told.objects.filter(duty=duty[:32]))
    if was_told or roles_of(worker.key) & OUTSIDERS:
        return Sight(row, follows=False)
    return None


def sight_of_gone(worker: Worker, row: Duty) -> Sight | None:
    """Return a duty that stands in no table any more, as this worker may see it: as she could see it while it stood.

    Whose it was is shown to nobody: the entry that took it away said that it was not theirs.
    """
    if row.key in kept_from(worker.key):
        return None
    half = row.id[:32]
    told = any(worker.key in one.told for one in Told.objects.filter(duty=half))
    written_to = Line.objects.filter(worker=worker.key, reference__startswith=half).exists()
    if told or written_to or row.asked_by == worker.key or roles_of(worker.key) & OUTSIDERS:
        return Sight(row, follows=False)
    return Sight(row, follows=False) if any(_reaches(grant, row) for grant in _grants(worker)) else None


def _reaches(grant: Grant, row: Duty) -> bool:
    """Say whether a grant makes a duty somebody's own, her team's or her agency's: `mine` and `of_team` for one row."""
    if grant.role == row.owner and grant.agency == row.agency and grant.team in ("", row.team):
        return True
    if grant.role in ("practitioner", "team_manager"):
        return bool(grant.team) and grant.team == row.team
    return grant.role in ("service_manager", "director") and grant.agency == row.agency
