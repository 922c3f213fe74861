"""Whether somebody may answer what waits for a second person: asked by the services, locked, and by the pages."""

from heed.lib.errors import Answered

from . import rules
from .models import Grant, Reset, Worker
from .selectors import colleagues, has_manager, roles_of


def check_confirmation(actor: str, grant: Grant) -> None:
    """Refuse somebody who may not confirm a role."""
    roles = roles_of(actor)
    rules.a_reading_role_is_confirmed_by_a_second_person(
        actor=actor, actor_roles=roles, worker=grant.key, proposed_by=grant.proposed_by, role=grant.role
    )
    rules.a_role_is_confirmed_within_the_agency(
        role=grant.role,
        own_roles=roles_of(actor, grant.agency),
        actor_roles=roles,
        has_colleague=colleagues(grant).exists(),
        has_manager=has_manager(grant),
    )


def check_reset(actor: str, reset: Reset) -> None:
    """Refuse somebody who may not answer whether a second factor be forgotten."""
    agency = Worker.objects.filter(key=reset.key, left_n=None).values_list("agency", flat=True).first() or ""
    rules.a_second_factor_is_reset_by_two_people(
        actor=actor, asked_by=reset.asked_by, worker=reset.key, is_colleague=bool(agency and roles_of(actor, agency))
    )


def may_confirm(actor: str, grant: Grant) -> bool:
    """Say whether somebody may confirm a role."""
    try:
        check_confirmation(actor, grant)
    except Answered:
        return False
    return True


def may_answer(actor: str, reset: Reset) -> bool:
    """Say whether somebody may answer about a second factor."""
    try:
        check_reset(actor, reset)
    except Answered:
        return False
    return True
