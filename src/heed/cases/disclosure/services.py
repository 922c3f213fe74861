"""Disclose what is held about somebody, and review what is kept: both on the record, by a records officer."""

import hashlib
from collections.abc import Callable, Collection

from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.people.selectors import roles_of
from heed.record import reading
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft, Entry

from . import rules
from .entries import DisclosureMade, RetentionReviewed
from .selectors import Held, held_about


def disclose(
    *, by: By, about: str, to: str, why: str, write: Callable[[Held], bytes], released: Collection[str] = ()
) -> tuple[Entry, bytes]:
    """Return what is held about somebody as `write` puts it into a file, once the disclosure is on the record.

    It is read under the head's lock, so that the file holds all that there was when it was made.
    """
    with writing() as head:
        rules.a_records_officer_does_it(roles_of(by.actor))
        held = held_about(about, released=released)
        rules.what_is_released_was_withheld(released, held.places)
        file = write(held)
        facts = {
            "reaches": held.reaches,
            "entries": len(held.entries),
            "withheld": len(set(held.places) - set(released)),
            "released": sorted(set(released)),
            "digest": hashlib.sha256(file).hexdigest(),
        }
        draft = Draft(
            kind=DisclosureMade,
            subject=new_key(),
            facts=facts,
            words={"to": to, "why": why},
            refs={"about": [about]},
            occurred_at=NOW,
        )
        return append(head, draft, by=by)[0], file


def review_retention(*, by: By, record: str, outcome: str, reason: str, again_on: str = "") -> Entry:
    """Say whether a child's record or a concern is still to be kept; an erasure is proposed apart, by two people."""
    with writing() as head:
        rules.a_records_officer_does_it(roles_of(by.actor))
        rules.keeping_says_when_to_look_again(outcome, again_on)
        first = next(iter(reading.stream(record)), None)
        if first is None or first.subject != record:
            raise Answered(f"There is no record {record}.")
        role = "child" if first.kind == "child.recorded.1" else "concern"
        draft = Draft(
            kind=RetentionReviewed,
            subject=record,
            facts={"outcome": outcome, **({"again_on": again_on} if again_on else {})},
            words={"reason": reason},
            refs={role: [record]},
            occurred_at=NOW,
        )
        return append(head, draft, by=by)[0]
