"""From a sign-in to the worker who acts: the only place where accounts and the record's people meet."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404, HttpRequest

from heed.record.model import By

from .models import Account, Agency, Worker
from .selectors import held, roles_of


@dataclass(frozen=True)
class Person:
    """Who uses a page: her place on the record, and the roles that she holds now."""

    worker: Worker
    roles: frozenset[str]
    in_teams: frozenset[str]  # those of the roles that she holds in a team


def person_of(user: AbstractBaseUser | AnonymousUser) -> Person | None:
    """Return whose account this is, None when it is nobody's or she has left.

    Asked once for each request, whose user object keeps the answer and dies with it; a page's frame alone asks a dozen
    times. What may be written is never decided by it: services ask the tables anew, under the lock.
    """
    if not user.is_authenticated:
        return None
    kept: dict[str, Person | None] = vars(user).setdefault("heed_person", {})
    if "is" not in kept:
        kept["is"] = _person(user.pk)
    return kept["is"]


def _person(user: int) -> Person | None:
    key = Account.objects.filter(user_id=user).values("worker")
    worker = Worker.objects.filter(key__in=key, left_n=None).first()
    if worker is None:
        return None
    grants = list(held().filter(key=worker.key).values_list("role", "team"))
    return Person(worker, frozenset(role for role, _ in grants), frozenset(role for role, team in grants if team))


def worker_of(user: AbstractBaseUser | AnonymousUser) -> Worker | None:
    """Return the worker whose account this is, None when there is none or she has left."""
    person = person_of(user)
    return person.worker if person else None


def acting(request: HttpRequest) -> Worker:
    """Return the worker who acts in a request; a page that is not hers does not exist for her."""
    worker = worker_of(request.user)
    if worker is None:
        raise Http404
    return worker


def by_of(worker: Worker) -> By:
    """Return who acts, for the services."""
    return By(worker.key, worker.agency)


def has_role(worker: Worker, *roles: str) -> bool:
    """Say whether a worker holds one of these roles now."""
    return bool(roles_of(worker.key) & set(roles))


def agency_name(worker: Worker) -> str:
    """Return the name of a worker's agency."""
    return Agency.objects.filter(key=worker.agency).values_list("name", flat=True).first() or ""
