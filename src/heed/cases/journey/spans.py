"""How moments make an episode: which kind of event each belongs to, what starts and ends it, and how much it weighs."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from heed.returns.steps import STEPS

# What stands in a table in place of an erased part; an import does not bring such a part back.
ERASED = "(erased)"
# Kinds of event that last; the others are of one day.
LASTING = frozenset(
    {
        "early_help",
        "referral",
        "need_episode",
        "assessment",
        "section_47_enquiry",
        "plan.need",
        "plan.protection",
        "looked_after_episode",
        "placement",
        "missing_episode",
        "involvement",
    }
)
# The status that an open episode gives a child, the weightiest first, as Annex A, list 6, 'Case Status' orders them.
STATUSES = ("looked_after", "protection_plan", "need_plan", "assessment", "in_need", "early_help")
RANKS = {
    "looked_after_episode": 1,
    "plan.protection": 2,
    "plan.need": 3,
    "assessment": 4,
    "referral": 5,
    "need_episode": 5,
    "section_47_enquiry": 5,
    "early_help": 6,
}
NO_STATUS = 9


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one kind of event: its moments that start and end it, whether it lasts, what status it gives."""

    kind: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    is_span: bool
    rank: int


# Moments that end an event; every event starts with its first.
_ENDING = (
    "early_help.ended.1",
    "referral.closed.1",
    "need_episode.ended.1",
    "assessment.authorised.1",
    "s47.ended.1",
    "cin_plan.ended.1",
    "cp_plan.ended.1",
    "care_episode.ended.1",
    "placement.ended.1",
    "missing.returned.1",
    "involvement.ended.1",
)


def _shape(kind: str) -> Shape:
    names = [step.kind for step in STEPS[kind]]
    starts = tuple(names) if kind == "health_check" else (names[0],)
    ends = tuple(name for name in names if name in _ENDING)
    return Shape(kind, starts, ends, kind in LASTING, RANKS.get(kind, NO_STATUS))


SHAPES = {kind: _shape(kind) for kind in STEPS}
# Kind of entry → the event it is a moment of. A decision on a referral is told by the assessment that followed.
EPISODE_OF = {step.kind: SHAPES[kind] for kind, steps in STEPS.items() for step in steps}


def set_digest(files: Iterable[str]) -> str:
    """Return the name of a set of files: SHA-256 over their digests, in order."""
    return hashlib.sha256("".join(sorted(files)).encode()).hexdigest()
