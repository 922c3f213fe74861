"""What must hold before a concern moves on; each rule refuses with its sentence (pure; services call them locked)."""

from heed.lib.errors import Answered


def it_is_decided_once(decided_n: int | None, seen: int | None) -> None:
    """A decision rests on what the decider has seen: nobody decides over a decision that came in between."""
    if decided_n is not None and decided_n != seen:
        raise Answered("Somebody has decided this concern while you were writing. Read the decision, then decide anew.")


def nobody_answers_for_herself(*, against: str, objector: str, actor: str) -> None:
    """An objection is answered by somebody other than the one objected to, and not by the one who objects."""
    if actor in (against, objector):
        raise Answered("An objection is answered by somebody else: one level up, then outside the agency.")


def a_second_person_agrees(*, asked_by: str, actor: str) -> None:
    """A report is withdrawn by a second person."""
    if not asked_by:
        raise Answered("Nobody has asked yet that this report be withdrawn.")
    if asked_by == actor:
        raise Answered("A second person must agree that the report was made in error.")


def danger_says_who_was_called(danger: str, called: str, why_not: str) -> None:
    """Where there is danger today, the report says who was called, or why nobody was."""
    if danger == "yes" and not called:
        raise Answered("There is danger today: say who was called and when, or why nobody was.")
    if called == "nobody" and not why_not.strip():
        raise Answered("Say why nobody was called.")
