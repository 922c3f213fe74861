"""What may become of a duty, and by whom; each rule refuses with its sentence (pure; services call them locked)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from heed.lib.errors import Answered

# Where a clause names no role for it: managers above the team, of the agency that owes the duty.
LETTING_GO = ("service_manager", "director")


@dataclass(frozen=True)
class Role:
    """A role that somebody holds now, for an agency and perhaps a team."""

    role: str
    agency: str
    team: str


def a_duty_is_settled_by_a_role_its_clause_names(
    *, held: Collection[Role], named: Sequence[str], owner: str, agency: str, team: str
) -> None:
    """A duty is let go, suspended or resumed by a role that its clause names, else by a manager above the team."""
    wanted = tuple(named) or LETTING_GO
    if not any(_may(role, wanted, agency, team) for role in held):
        raise Answered(f"Only {' or '.join(word.replace('_', ' ') for word in wanted)} of the agency may do this.")
    if owner not in wanted and any(role.role == owner and _is_of(role, agency, team) for role in held):
        raise Answered("Nobody settles a duty that she owes herself.")


def _may(role: Role, wanted: Sequence[str], agency: str, team: str) -> bool:
    return role.role in wanted and _is_of(role, agency, team)


def _is_of(role: Role, agency: str, team: str) -> bool:
    return role.agency == agency and (not role.team or not team or role.team == team)


def a_reason_is_given(reason: str) -> None:
    """Whoever lets a duty go or suspends it says why; the reason is on the record."""
    if not reason.strip():
        raise Answered("Say why; the reason is on the record.")
