"""Openings: who was given the salt and bytes of which part goes on the record before the file is written."""

from heed.entry.keys import new_key

from . import reading
from .entries import OpeningGiven
from .ledger import append, writing
from .model import By, Draft, Entry


def give_opening(*, by: By, entry: int, part: str, recipient: str, why: str = "") -> Entry:
    """Record that somebody entitled is given one part of an entry; Answered when there is no such entry."""
    with writing() as head:
        reading.entry(entry)
        draft = Draft(
            kind=OpeningGiven,
            subject=new_key(),
            facts={"entry": entry, "part": part},
            refs={"recipient": [recipient]},
            words={"why": why} if why else {},
        )
        return append(head, draft, by=by)[0]
