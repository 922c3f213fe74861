"""What makes two events the same, and what has changed between two versions of a file."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from .journey import Event


def identity_digest(event: Event) -> str:
    """Return a stable name for the event that tells nothing about the child: SHA-256 over kind and identity."""
    return digest([event.KIND, *event.identity])


def content_digest(event: Event) -> str:
    """Return SHA-256 over what the event says; it differs when a corrected file says something else."""
    return digest([event.KIND, event.content()])


def reference(event: Event) -> str:
    """Return how other events of the same standard refer to this one (`referral`, `plan`, `enquiry`, …)."""
    return "/".join(event.identity[2:])


def digest(value: object) -> str:
    """Return SHA-256 over a value's canonical JSON."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Numbering:
    """Tells apart events that share their natural key within one file: the second on a day is number 2.

    In another file the count begins anew: there the same key is the same event, told again or corrected.
    """

    file: str = ""
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def begin(self, file: str) -> None:
        """Go on to a file, named by its digest; the one that is being read goes on."""
        if file != self.file:
            self.file = file
            self.seen.clear()

    def number(self, *parts: object) -> tuple[str, ...]:
        """Return the identity made of these parts, with its number from the second on."""
        key = tuple("" if part is None else str(part) for part in parts)
        count = self.seen[key] = self.seen.get(key, 0) + 1
        return key if count == 1 else (*key, f"#{count}")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a second file brings against the first: corrections are the same events saying something else.

    `redated` pairs an event that is gone with a new one of the same kind and child that says the same but for its
    dates: perhaps a corrected date, perhaps not. That is a question for a person, so it is listed, not decided.
    """

    added: tuple[Event, ...]
    corrected: tuple[tuple[Event, Event], ...]
    gone: tuple[Event, ...]
    same: int
    redated: tuple[tuple[Event, Event], ...]


def compare(before: Iterable[Event], after: Iterable[Event]) -> Changes:
    """Compare two readings event by event."""
    old = {(event.KIND, event.identity): event for event in before}
    new = {(event.KIND, event.identity): event for event in after}
    added = tuple(event for key, event in new.items() if key not in old)
    gone = tuple(event for key, event in old.items() if key not in new)
    both = [(old[key], event) for key, event in new.items() if key in old]
    corrected = tuple((was, now) for was, now in both if was.content() != now.content())
    return Changes(added, corrected, gone, len(both) - len(corrected), tuple(redated(gone, added)))


def redated(gone: Iterable[Event], added: Iterable[Event]) -> Iterable[tuple[Event, Event]]:
    """Pair what is gone with what is new where only dates and references differ."""
    waiting: dict[str, list[Event]] = {}
    for event in gone:
        waiting.setdefault(undated(event), []).append(event)
    for event in added:
        if candidates := waiting.get(undated(event)):
            yield candidates.pop(0), event


def undated(event: Event) -> str:
    """Return what an event says apart from dates and references to other events."""
    references = {"referral", "enquiry", "conference", "plan", "placement", "period", "missing_episode"}
    said = {k: v for k, v in event.content().items() if not k.endswith("_on") and k not in references}
    return digest([event.KIND, said])
