"""Holds: what they cover is not erased, now and later; two people lift one (record_format.md, 'Erasure and hold')."""

from collections.abc import Iterable, Sequence
from typing import Any

from heed.entry.keys import new_key
from heed.entry.when import LONDON
from heed.lib.errors import Answered

from .entries import HoldLifted, HoldLiftProposed, HoldPlaced
from .ledger import append, writing
from .model import By, Draft, Entry
from .models import Hold


def place_hold(
    *,
    by: By,
    authority: str,
    everything: bool = False,
    covers: Iterable[str] = (),
    agency: str = "",
    kinds: Sequence[str] = (),
    first: str = "",
    last: str = "",
) -> Entry:
    """Place a hold; return its entry. Answered when the selector selects nothing at all."""
    covers = tuple(covers)
    if not (everything or covers or agency or kinds or first or last):
        raise Answered("A hold covers a subject, an agency, kinds, days, or everything.")
    given: dict[str, Any] = {"agency": agency, "kinds": list(kinds), "first": first, "last": last}
    facts = {"everything": everything, "authority": authority, **{k: v for k, v in given.items() if v}}
    with writing() as head:
        draft = Draft(kind=HoldPlaced, subject=new_key(), facts=facts, refs={"covers": covers})
        return append(head, draft, by=by)[0]


def propose_lift(*, by: By, hold: str, reason: str) -> Entry:
    """Ask that a hold end."""
    with writing() as head:
        _open_hold(hold)
        return append(head, Draft(kind=HoldLiftProposed, subject=hold, words={"reason": reason}), by=by)[0]


def lift(*, by: By, hold: str, reason: str) -> Entry:
    """End a hold, as the second person."""
    with writing() as head:
        row = _open_hold(hold)
        if not row.lift_proposed_by:
            raise Answered("Nobody has asked yet that this hold end.")
        if row.lift_proposed_by == by.actor:
            raise Answered("A second person must agree that this hold end.")
        return append(head, Draft(kind=HoldLifted, subject=hold, words={"reason": reason}), by=by)[0]


def _open_hold(key: str) -> Hold:
    row = Hold.objects.filter(key=key).first()
    if row is None or row.lifted_n is not None:
        raise Answered(f"There is no hold {key} in force.")
    return row


def holding(entry: Entry) -> Hold | None:
    """Return a hold that covers this entry, None when none does."""
    return next((hold for hold in Hold.objects.filter(lifted_n=None).order_by("placed_n") if covers(hold, entry)), None)


def covers(hold: Hold, entry: Entry) -> bool:
    """Say whether a hold's selector covers an entry; what a selector leaves open covers all."""
    if hold.everything:
        return True
    day = entry.recorded_at.astimezone(LONDON).date().isoformat()
    touched = {entry.subject, *(key for keys in (entry.facts or {}).get("refs", {}).values() for key in keys)}
    return (
        (not hold.covers or not touched.isdisjoint(hold.covers))
        and (not hold.agency or hold.agency == entry.spine.agency)
        and (not hold.kinds or entry.spine.kind in hold.kinds)
        and (not hold.first or hold.first <= day)
        and (not hold.last or day <= hold.last)
    )
