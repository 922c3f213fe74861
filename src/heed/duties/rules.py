"""What may become of a duty, and by whom; each rule refuses with its sentence (pure; services call them locked)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

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
    """A duty is let go, suspended or resumed by a role that its clause names, else by a manager above the team.

    Never by whoever owes it herself, whatever other role she holds.
    """
    wanted = tuple(named) or LETTING_GO
    if not any(_may(role, wanted, agency, team) for role in held):
        raise Answered(f"Only {' or '.join(word.replace('_', ' ') for word in wanted)} of the agency may do this.")
    if any(role.role == owner and _is_of(role, agency, team) for role in held):
        raise Answered("Nobody settles a duty that she owes herself.")


def _may(role: Role, wanted: Sequence[str], agency: str, team: str) -> bool:
    return role.role in wanted and _is_of(role, agency, team)


def _is_of(role: Role, agency: str, team: str) -> bool:
    return role.agency == agency and (not role.team or not team or role.team == team)


def a_reason_is_given(reason: str) -> None:
    """Whoever lets a duty go or suspends it says why; the reason is on the record."""
    if not reason.strip():
        raise Answered("Say why; the reason is on the record.")


def a_team_s_hours_are_stated_by_its_managers(*, held: Collection[Role], agency: str, team: str) -> None:
    """How many hours a team has is stated by its manager, or by a manager above it in the same agency."""
    if not any(_may(role, ("team_manager", *LETTING_GO), agency, team) for role in held):
        raise Answered("A team's hours are stated by its manager, or by a manager above it.")


def hours_are_a_number_of_a_week(hours: Decimal) -> None:
    """Hours are from 0 to 10,000 a week."""
    if not 0 <= hours <= 10_000:
        raise Answered("Write the hours that the team has in a week, from 0 to 10,000.")


# Who changes the law of the partnership: its board, its scrutineer, the directors of its agencies
# (docs/adr/adopting-packs.md).
LAWGIVERS = ("board_member", "scrutineer", "director")


def the_law_is_proposed_and_decided_by_lawgivers(*, roles: Collection[str]) -> None:
    """A pack or calendar is proposed, approved and declined by a member of the board, the scrutineer or a director."""
    if not set(LAWGIVERS) & set(roles):
        raise Answered("This is for a member of the board, the independent scrutineer or a director of an agency.")


def the_law_is_changed_by_two_agencies(*, actor: str, agency: str, proposed_by: str, proposed_for: str) -> None:
    """What one person proposes another approves, of another agency: nobody changes the law of all alone."""
    if actor == proposed_by:
        raise Answered("Nobody approves what she proposed herself.")
    if agency == proposed_for:
        raise Answered("Somebody of another agency than the proposer's must approve.")


def a_proposal_is_decided_once(*, is_decided: bool) -> None:
    """A proposal is approved or declined, once."""
    if is_decided:
        raise Answered("This proposal was decided already.")


def a_proposal_follows_the_text_in_force(*, follows: str, in_force: str) -> None:
    """A proposal is approved against the very text that it was compared with."""
    if follows != in_force:
        raise Answered("Another text was adopted meanwhile. Compare with it: propose anew.")


def only_its_founding_adopts_alone(*, is_log: bool) -> None:
    """Without a second person a pack is adopted only by the record itself, when it is made."""
    if not is_log:
        raise Answered("A pack is proposed, and a second person of another agency approves it.")
