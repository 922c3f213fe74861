"""Who may open which page of this package, by the roles that `people` grants."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from heed.duties.views_statistics import ROLES as OVERSEERS
from heed.people.access import agency_name, has_role, worker_of
from heed.scrutiny.counting.rules import READERS

# The record's integrity is nobody's secret, and proves nothing about a child.
_EVERYONE = frozenset({"integrity.read"})
# What costs the machine minutes, or concerns accounts.
_ROLES = {
    "integrity.verify": ("scrutineer", "inspector", "records_officer", "director", "administrator"),
    "count.read": tuple(sorted(READERS)),
    "accounts.manage": ("administrator",),
    "duties.statistics": OVERSEERS,
    "journeys": ("practitioner", "team_manager", "service_manager", "director", "records_officer"),
    "imports": ("service_manager", "director", "records_officer"),
}


def may(user: AbstractBaseUser | AnonymousUser, what: str) -> bool:
    """Say whether `user` may do `what`, such as `integrity.verify`; False for a word that nobody defined."""
    if not user.is_authenticated:
        return False
    if what in _EVERYONE or getattr(user, "is_staff", False):
        return what in _EVERYONE or what in _ROLES
    worker = worker_of(user)
    if what == "work":
        return worker is not None
    return worker is not None and has_role(worker, *_ROLES.get(what, ()))


def agency_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """Return the name of the agency that `user` works for, as the header shows it; empty for none."""
    worker = worker_of(user)
    return agency_name(worker) if worker else ""
