"""Who may restrict what; each rule refuses with its sentence (pure; services call them locked)."""

from collections.abc import Collection

from heed.lib.errors import Answered

# Who may be the second person: those who answer for others' cases. A judgement of ours.
SECOND = frozenset({"team_manager", "service_manager", "director"})


def a_restriction_names_one_record_and_two_workers(*, child: str, concern: str, workers: Collection[str]) -> None:
    """A restriction is of one child or one concern, and names two workers or more, so that one can agree to lift it."""
    if bool(child) == bool(concern):
        raise Answered("Restrict one child's record or one concern.")
    if len(set(workers)) < 2:
        raise Answered("Name at least two workers: where only one sees a record, nobody can agree to lift it.")


def a_second_person_answers(*, asked_by: str, actor: str, roles: Collection[str]) -> None:
    """A restriction, and its end, are agreed by a second person: a manager or director."""
    if not asked_by:
        raise Answered("Nobody has proposed this, or it was answered already.")
    if asked_by == actor:
        raise Answered("A second person must agree.")
    if not SECOND & set(roles):
        raise Answered("The second person is a team manager, a service manager or a director.")
