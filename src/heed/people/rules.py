"""Who may grant what to whom; each rule refuses with its sentence (pure; services call them locked)."""

from collections.abc import Collection

from heed.lib.errors import Answered

from .entries import READING_ROLES


def a_role_is_proposed_by_an_administrator_of_that_agency(*, administers: Collection[str], agency: str) -> None:
    """A role is proposed by an administrator of the agency concerned."""
    if agency not in administers:
        raise Answered("A role is proposed by an administrator of that agency.")


def a_reading_role_is_confirmed_by_a_second_person(
    *, actor: str, actor_roles: Collection[str], worker: str, proposed_by: str, role: str
) -> None:
    """A role that reads records is confirmed by a second person who is no administrator; nobody confirms her own."""
    if actor == worker:
        raise Answered("Nobody confirms her own role.")
    if actor == proposed_by:
        raise Answered("A second person confirms a role, not the one who proposed it.")
    if role in READING_ROLES and "administrator" in actor_roles:
        raise Answered("A role that reads records is confirmed by somebody who is no administrator.")
