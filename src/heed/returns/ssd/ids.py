"""The ids that the dataset's rows carry and point at: its own where there is one, else made from the identity."""

from dataclasses import dataclass, field
from typing import Any

from heed.returns.identity import identity_digest, reference
from heed.returns.journey import (
    Conference,
    Event,
    MissingEpisode,
    Placement,
    Plan,
    Referral,
    ReturnInterview,
    Section47Enquiry,
)

from .told import NAME

# Made ids: long enough that 10 million events of one kind meet by chance less than once in 10^14 exports.
ID_LENGTH = 24
Line = dict[str, Any]
# What an event is called by the columns that point at it.
POINTED = {
    Referral: "referral",
    Section47Enquiry: "enquiry",
    Conference: "conference",
    Plan: "plan",
    MissingEpisode: "missing_episode",
    Placement: "placement",
}


@dataclass(slots=True)
class Book:
    """The ids of everything that can be pointed at, and the return interviews by missing episode."""

    ids: dict[tuple[str, str, str], str] = field(default_factory=dict)
    interviews: dict[tuple[str, str], ReturnInterview] = field(default_factory=dict)

    def learn(self, event: Event) -> None:
        """Remember an event that others may point at."""
        for kind, name in POINTED.items():
            if isinstance(event, kind):
                self.ids[event.identity[0], name, reference(event)] = own_id(event)
        if isinstance(event, ReturnInterview) and event.missing_episode:
            self.interviews[event.identity[0], event.missing_episode] = event

    def pointer(self, event: Event, name: str) -> str | None:
        """Return the id that an event's pointer leads to; one that leads nowhere is kept as it is."""
        told = getattr(event, name)
        return None if told is None else self.ids.get((event.identity[0], name, told), told)


def own_id(event: Event) -> str:
    """Return the dataset's id for an event."""
    return event.identity[2] if event.identity[0] == NAME else identity_digest(event)[:ID_LENGTH]
