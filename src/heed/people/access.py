"""From a sign-in to the worker who acts: the only place where accounts and the record's people meet."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404, HttpRequest

from heed.record.model import By

from .models import Account, Agency, Worker
from .selectors import roles_of


def worker_of(user: AbstractBaseUser | AnonymousUser) -> Worker | None:
    """Return the worker whose account this is, None when there is none or she has left."""
    if not user.is_authenticated:
        return None
    account = Account.objects.filter(user_id=user.pk).first()
    return Worker.objects.filter(key=account.worker, left_n=None).first() if account else None


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
