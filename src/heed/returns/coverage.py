"""For which days the silence of an imported file means something: an absent act proves nothing without it.

A file covers a kind of entry if its standard tells that fact with its history (`gaps.GIVES`). The days are those from
the first to the last that the file tells of; where the file is for a year, to that year's 31 March, and a return on
looked-after children begins with that year's 1 April, since it leaves out what had ended before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .gaps import GIVES
from .journey import ChildDetails, Event
from .steps import STEPS

# Fact of a standard → the kinds of entry that tell it.
KINDS: dict[str, tuple[str, ...]] = {
    "contact.made_on": ("contact.received.1",),
    "referral.received_on": ("referral.received.1", "referral.closed.1"),
    "assessment.started_on": ("assessment.started.1",),
    "assessment.authorised_on": ("assessment.authorised.1",),
    "assessment.child_seen": ("child.seen.1",),
    "strategy_discussion.held_on": ("s47.started.1",),
    "section_47_enquiry.ended_without": ("s47.ended.1",),
    "conference.held_on": ("conference.held.1",),
    "plan.protection.started_on": ("cp_plan.started.1", "cp_plan.ended.1"),
    "plan.need.started_on": ("cin_plan.started.1", "cin_plan.ended.1"),
    "review.protection.held_on": ("cp_review.held.1",),
    "review.protection.quorate": ("quorum.recorded.1",),
    "review.care.held_on": ("care_review.held.1",),
    "visit.protection.made_on": ("cp_visit.made.1",),
    "visit.need.made_on": ("cin_visit.made.1",),
    "visit.care.made_on": ("care_visit.made.1",),
    "looked_after_episode.entered_care_on": ("care.started.1", "care.ended.1"),
    "placement.started_on": ("placement.started.1", "placement.ended.1"),
    "health_assessment.held_on": ("health.assessed.1",),
    "missing_episode.started_on": ("missing.started.1",),
    "missing_episode.ended_on": ("missing.returned.1",),
}
# Standards whose file for a year says nothing of what had ended before the year.
ONLY_ITS_YEAR = frozenset({"ssda903"})


@dataclass(slots=True)
class Told:
    """The first and the last day that a set of files tells of, and the years that the files say they are of."""

    first: str = ""
    last: str = ""
    years: set[int] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Take in the days of an event; births are no days of a journey."""
        if isinstance(event, ChildDetails):
            return
        for step in STEPS.get(event.KIND) or STEPS[f"{event.KIND}.{event.type}"]:  # type: ignore[attr-defined]
            if step.at and (day := getattr(event, step.at)):
                self.first = min(self.first or day[:10], day[:10])
                self.last = max(self.last, day[:10])


def coverage(standard: str, days: Told, *, today: str, year: int | None = None) -> list[dict[str, str]]:
    """Return the rows of coverage that a set of files brings: kind, from, to."""
    if not days.last:
        return []
    years = {year} if year is not None else days.years
    last = f"{max(years)}-03-31" if years else min(days.last, today)
    first = f"{min(years) - 1}-04-01" if years and standard in ONLY_ITS_YEAR else days.first
    if first > last:
        return []
    return [{"kind": kind, "from": first, "to": last} for kind in kinds_covered(standard)]


def kinds_covered(standard: str) -> list[str]:
    """Return the kinds of entry that a standard tells with their history."""
    given: Iterable[Any] = (KINDS.get(fact, ()) for fact in GIVES[standard])
    return sorted({kind for kinds in given for kind in kinds})
