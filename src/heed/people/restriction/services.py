"""Restrict a record to named workers, agree or decline, lift again: always two people, always with a reason."""

from collections.abc import Iterable

from heed.entry.keys import new_key
from heed.entry.kinds import Kind
from heed.lib.errors import Answered
from heed.people.models import Worker
from heed.people.selectors import roles_of
from heed.record.ledger import Repeated, append, repeated, writing
from heed.record.model import NOW, By, Draft, Entry

from . import rules
from .entries import LiftProposed, RestrictionAgreed, RestrictionDeclined, RestrictionLifted, RestrictionProposed
from .models import Restriction


def propose(
    *, by: By, workers: Iterable[str], reason: str, child: str = "", concern: str = "", request: str = ""
) -> Entry:
    """Propose that only the workers named see a child's record, or a concern."""
    named = sorted(set(workers))
    with writing() as head:
        if request and (done := repeated(head, request)) is not None:
            raise Repeated(done)
        rules.a_restriction_names_one_record_and_two_workers(child=child, concern=concern, workers=named)
        if Worker.objects.filter(key__in=named, left_n=None).count() != len(named):
            raise Answered("Somebody named does not work here, or has left.")
        if _unanswered(child, concern):
            raise Answered("A restriction of this record is proposed already; it waits for a second person.")
        key = new_key()
        refs = {"restriction": [key], "worker": named, "child": [child] * bool(child)}
        refs["concern"] = [concern] * bool(concern)
        return append(head, _draft(RestrictionProposed, key, reason, refs, request), by=by)[0]


def _unanswered(child: str, concern: str) -> bool:
    rows = Restriction.objects.filter(child=child, concern=concern, agreed_n=None, declined_n=None)
    return rows.exists()


def _draft(kind: Kind, key: str, reason: str, refs: dict[str, list[str]], request: str) -> Draft:
    return Draft(kind=kind, subject=key, words={"reason": reason}, refs=refs, occurred_at=NOW, request=request or None)


def agree(*, by: By, restriction: str, reason: str, request: str = "") -> Entry:
    """Agree to a restriction, as the second person."""
    return _answer(RestrictionAgreed, by, restriction, reason, request)


def decline(*, by: By, restriction: str, reason: str, request: str = "") -> Entry:
    """Decline a restriction, as the second person."""
    return _answer(RestrictionDeclined, by, restriction, reason, request)


def _answer(kind: Kind, by: By, restriction: str, reason: str, request: str) -> Entry:
    with writing() as head:
        if request and (done := repeated(head, request)) is not None:
            raise Repeated(done)
        row = Restriction.objects.filter(key=restriction, agreed_n=None, declined_n=None).first()
        asked_by = row.proposed_by if row else ""
        rules.a_second_person_answers(asked_by=asked_by, actor=by.actor, roles=roles_of(by.actor))
        return append(head, _draft(kind, restriction, reason, {"restriction": [restriction]}, request), by=by)[0]


def propose_lift(*, by: By, restriction: str, reason: str, request: str = "") -> Entry:
    """Propose that a restriction end."""
    with writing() as head:
        if request and (done := repeated(head, request)) is not None:
            raise Repeated(done)
        _in_force(restriction)
        refs = {"restriction": [restriction]}
        return append(head, _draft(LiftProposed, restriction, reason, refs, request), by=by)[0]


def lift(*, by: By, restriction: str, reason: str, request: str = "") -> Entry:
    """End a restriction, as the second person."""
    with writing() as head:
        if request and (done := repeated(head, request)) is not None:
            raise Repeated(done)
        asked_by = _in_force(restriction).lift_proposed_by
        rules.a_second_person_answers(asked_by=asked_by, actor=by.actor, roles=roles_of(by.actor))
        refs = {"restriction": [restriction]}
        return append(head, _draft(RestrictionLifted, restriction, reason, refs, request), by=by)[0]


def _in_force(key: str) -> Restriction:
    row = Restriction.objects.filter(key=key, lifted_n=None).exclude(agreed_n=None).first()
    if row is None:
        raise Answered("There is no such restriction in force.")
    return row
