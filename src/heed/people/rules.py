"""Who may do what about people; each rule refuses with its sentence (pure; services call them locked)."""

from collections.abc import Collection

from heed.lib.errors import Answered

from .entries import GUARDED, MANAGING_ROLES, OFFICES, READING_ROLES, WORKING_ROLES


def a_role_is_proposed_by_an_administrator_of_that_agency(*, administers: Collection[str], agency: str) -> None:
    """A role is proposed by an administrator of the agency concerned."""
    if agency not in administers:
        raise Answered("A role is proposed by an administrator of that agency.")


def a_reading_role_is_confirmed_by_a_second_person(
    *, actor: str, actor_roles: Collection[str], worker: str, proposed_by: str, role: str
) -> None:
    """A role that reads records, or an office, is confirmed by a second person who is no administrator; nobody confirms
    her own."""
    if actor == worker:
        raise Answered("Nobody confirms her own role.")
    if actor == proposed_by:
        raise Answered("A second person confirms a role, not the one who proposed it.")
    if role in GUARDED and "administrator" in actor_roles:
        raise Answered("A role that reads records, or an office, is confirmed by somebody who is no administrator.")


def a_role_is_confirmed_within_the_agency(
    *, role: str, own_roles: Collection[str], actor_roles: Collection[str], has_colleague: bool, has_manager: bool
) -> None:
    """A role is confirmed within its agency, by a manager where it reads records or is an office and there is one; in
    an agency that has nobody else yet who could, by a manager of another one."""
    if not own_roles and (has_colleague or not MANAGING_ROLES & set(actor_roles)):
        raise Answered("A role is confirmed by somebody of that agency.")
    if role in GUARDED and has_manager and not MANAGING_ROLES & set(own_roles):
        raise Answered("A role that reads records is confirmed by a manager of that agency.")


def a_reader_of_records_is_no_administrator(*, role: str, held: Collection[str]) -> None:
    """Whoever administers accounts reads no records: nobody holds both kinds of role."""
    is_reader = bool(READING_ROLES & set(held))
    if (role == "administrator" and is_reader) or (role in GUARDED and "administrator" in held):
        raise Answered("Whoever administers accounts reads no records: end the other role first.")


def an_office_is_held_by_somebody_who_reads_records(*, role: str, held: Collection[str]) -> None:
    """An office is held only by somebody who holds, in the same agency, a role that reads records."""
    if role in OFFICES and not READING_ROLES & set(held):
        raise Answered("Whoever holds an office needs a role that reads records in that agency: propose it first.")


def an_agency_s_people_are_managed_by_its_administrators(*, administers: Collection[str], agency: str) -> None:
    """An agency's name, numbers, teams, workers and accounts are managed by its administrators."""
    if agency not in administers:
        raise Answered("An agency's people are managed by an administrator of that agency.")


def an_agency_is_added_by_an_administrator(*, administers: Collection[str]) -> None:
    """An agency that joins is added by an administrator of one that takes part."""
    if not administers:
        raise Answered("An agency is added by an administrator of one that takes part.")


def a_second_factor_is_reset_by_two_people(*, actor: str, asked_by: str, worker: str, is_colleague: bool) -> None:
    """A lost second factor is reset by two people of the agency, neither of whom is the one who lost it."""
    if actor == worker:
        raise Answered("Nobody agrees to the reset of her own second factor.")
    if actor == asked_by:
        raise Answered("A second person must agree to the reset, not the one who asked for it.")
    if not is_colleague:
        raise Answered("Somebody of the same agency must agree to the reset.")


def a_child_is_recorded_by_somebody_who_works_with_children(*, actor_roles: Collection[str]) -> None:
    """A child's record is made by somebody who works with children."""
    if not WORKING_ROLES & set(actor_roles):
        raise Answered("A child's record is made by somebody who works with children.")


def a_record_is_opened_in_an_emergency_by_somebody_who_reads_records(*, actor_roles: Collection[str]) -> None:
    """A record is opened in an emergency only by somebody whose role reads records."""
    if not READING_ROLES & set(actor_roles):
        raise Answered("A record is opened in an emergency only by somebody whose role reads records.")


def an_emergency_opening_is_reviewed_by_a_manager(*, actor: str, opened_by: str, actor_roles: Collection[str]) -> None:
    """An emergency opening is reviewed by a manager other than the one who opened."""
    if actor == opened_by:
        raise Answered("Nobody reviews her own opening.")
    if not MANAGING_ROLES & set(actor_roles):
        raise Answered("An emergency opening is reviewed by a manager.")
