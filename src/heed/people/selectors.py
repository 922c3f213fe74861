"""Who holds which role now."""

from .models import Grant


def roles_of(worker: str) -> set[str]:
    """Return the roles that a worker holds now."""
    held = Grant.objects.filter(key=worker, ended_n=None).exclude(confirmed_n=None)
    return set(held.values_list("role", flat=True))


def administers(worker: str) -> set[str]:
    """Return the agencies whose administrator a worker is now."""
    held = Grant.objects.filter(key=worker, role="administrator", ended_n=None).exclude(confirmed_n=None)
    return set(held.values_list("agency", flat=True))
