"""What must hold at a door; each rule refuses with its sentence (pure; services call them locked)."""

from heed.lib.errors import Answered


def a_door_belongs_to_the_team_s_own_agency(*, agency: str, team_agency: str) -> None:
    """Reports at an agency's door are answered by a team of that agency."""
    if not team_agency or agency != team_agency:
        raise Answered("Reports at this door are answered by a team of the agency that opens it.")


def a_code_is_shown_once(*, actor: str, door: str, is_fresh: bool) -> None:
    """A code is shown with the answer to its own form, for an hour in case it is sent twice, and never again."""
    if actor != door or not is_fresh:
        raise Answered("This was sent already, and its code was shown then. It cannot be shown again.")
