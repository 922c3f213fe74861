"""Who may open which page of this package, by the roles that `people` grants."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from heed.cases.journey.access import AGENCY_ROLES, TEAM_ROLES
from heed.duties.views_statistics import ROLES as OVERSEERS
from heed.people.access import agency_name, person_of, worker_of
from heed.scrutiny.counting.rules import READERS

# The record's integrity is nobody's secret, and proves nothing about a child.
_EVERYONE = frozenset({"integrity.read"})
# What costs the machine minutes, or concerns accounts.
_ROLES = {
    "integrity.verify": ("scrutineer", "inspector", "records_officer", "director", "administrator"),
    "count.read": tuple(sorted(READERS)),
    "accounts.manage": ("administrator",),
    "duties.statistics": OVERSEERS,
    "journeys": tuple(sorted(AGENCY_ROLES)),
    "imports": ("service_manager", "director", "records_officer"),
}
# What a role opens only where it is held in a team.
_IN_TEAMS = {"journeys": TEAM_ROLES}


def may(user: AbstractBaseUser | AnonymousUser, what: str) -> bool:
    """Say whether `user` may do `what`, such as `integrity.verify`; False for a word that nobody defined."""
    if not user.is_authenticated:
        return False
    if what in _EVERYONE or getattr(user, "is_staff", False):
        return what in _EVERYONE or what in _ROLES
    person = person_of(user)
    if person is None or what == "work":
        return person is not None
    by_team = person.in_teams & _IN_TEAMS.get(what, frozenset())
    return bool(by_team or person.roles & set(_ROLES.get(what, ())))


def agency_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """Return the name of the agency that `user` works for, as the header shows it; empty for none."""
    worker = worker_of(user)
    return agency_name(worker) if worker else ""
