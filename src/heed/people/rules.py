"""Who may grant what to whom; each rule refuses with its sentence."""

from heed.lib.errors import Answered

from .entries import READING_ROLES
from .models import Grant


def roles_of(worker: str) -> set[str]:
    """Return the roles that a worker holds now."""
    held = Grant.objects.filter(key=worker, ended_n=None).exclude(confirmed_n=None)
    return set(held.values_list("role", flat=True))


def a_role_is_proposed_by_an_administrator_of_that_agency(by: str, agency: str) -> None:
    """A role is proposed by an administrator of the agency concerned."""
    held = Grant.objects.filter(key=by, role="administrator", agency=agency, ended_n=None).exclude(confirmed_n=None)
    if not held.exists():
        raise Answered("A role is proposed by an administrator of that agency.")


def a_reading_role_is_confirmed_by_a_second_person(by: str, grant: Grant) -> None:
    """A role that reads records is confirmed by a second person who is no administrator; nobody confirms her own."""
    if by == grant.key:
        raise Answered("Nobody confirms her own role.")
    if by == grant.proposed_by:
        raise Answered("A second person confirms a role, not the one who proposed it.")
    if grant.role in READING_ROLES and "administrator" in roles_of(by):
        raise Answered("A role that reads records is confirmed by somebody who is no administrator.")
