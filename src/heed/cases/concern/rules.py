"""What must hold before a concern moves on; each rule refuses with its sentence (pure; services call them locked)."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from heed.lib.errors import Answered

# So many words in a row, taken over from what the police told, are a quotation. A judgement of ours.
QUOTED = 5


def a_concern_is_worked_on_by_those_who_must_answer(*, works: bool) -> None:
    """A concern is worked on by the team or agency that must answer it, and by nobody from whom it is kept."""
    if not works:
        raise Answered("There is no such concern among those that you work on.")


def a_concern_is_added_to_by_those_who_take_part(*, works: bool, is_reporter: bool) -> None:
    """Who reported a concern adds to it, corrects it and objects, as do those who must answer it; nobody else does."""
    if not works and not is_reporter:
        raise Answered("There is no such concern among those that you reported or work on.")


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


def a_report_names_what_it_is_about(about: str, *, where: str, allegation: str) -> None:
    """A report about a place says which; a report about somebody who may do harm says what is alleged."""
    if about == "place" and not where.strip():
        raise Answered("Say which place the report is about.")
    if about == "suspect" and not allegation.strip():
        raise Answered("Say what is alleged about the person whom the report is about.")


def police_information_is_graded(facts: Mapping[str, Any]) -> None:
    """Police information carries a source grade and a handling code, and nothing else does."""
    graded = bool(facts.get("source_grade")), bool(facts.get("handling_code"))
    if facts.get("police_origin") and not all(graded):
        raise Answered("Police information carries its source grade and its handling code: choose both.")
    if not facts.get("police_origin") and any(graded):
        raise Answered("A source grade or handling code belongs to police information: say that it is, or leave both.")


def an_answer_quotes_no_police_information(answer: str, police: Iterable[str]) -> None:
    """Nothing that the police told is quoted to the reporter."""
    said = _words(answer)
    for text in police:
        told = _words(text)
        run = min(QUOTED, len(told))
        if run and _runs(told, run) & _runs(said, run):
            raise Answered("The answer quotes police information, which the reporter is never told. Put it otherwise.")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def a_correction_rests_on_the_latest_version(*, latest: int, seen: int | None, reason: str) -> None:
    """A correction says why, and replaces the version that its writer has read."""
    if not reason.strip():
        raise Answered("Say why the report is corrected; the first version stays and is shown struck through.")
    if seen is not None and seen != latest:
        raise Answered("Somebody has corrected this report while you were writing. Read what it says now, then go on.")


def it_is_moved_from_where_it_is_filed(*, filed: Collection[str], wrong: str, right: str) -> None:
    """A concern is moved from a child under whom it is filed now to one under whom it is not."""
    if wrong == right or right in filed:
        raise Answered("The concern is under this child already.")
    if wrong not in filed:
        raise Answered("The concern is not filed under this child now; somebody may have moved it already.")
