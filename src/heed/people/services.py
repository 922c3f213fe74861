"""What people do about people: name agencies and teams, join and leave, propose and confirm roles, record a child."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model

from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft, Entry
from heed.record.reading import stream

from . import rules
from .confirming import check_confirmation
from .entries import (
    OFFICES,
    AccessReviewed,
    AgencyNamed,
    ChildRecorded,
    GlassBroken,
    GrantConfirmed,
    GrantEnded,
    GrantProposed,
    OfficeProposed,
    TeamNamed,
    WorkerJoined,
    WorkerLeft,
)
from .models import Agency, Grant, Team, Worker
from .selectors import administers, is_log, may_administer, resting_on, roles_of

# How many entries of a bulk load share one lock, so that a report made meanwhile waits a moment. A judgement of ours.
BULK = 500


def name_agency(*, by: By, name: str, type: str, key: str = "", day_number: str = "", night_number: str = "") -> str:
    """Name an agency, or name it anew; return its key."""
    numbers = {k: v for k, v in (("day_number", day_number), ("night_number", night_number)) if v}
    facts = {"name": name, "type": type, **numbers}
    with writing() as head:
        if key and Agency.objects.filter(key=key).exists():
            _manages(by, key)
        elif not is_log(by.actor):
            rules.an_agency_is_added_by_an_administrator(administers=administers(by.actor))
        key = key or new_key()
        append(head, Draft(kind=AgencyNamed, subject=key, facts=facts, occurred_at=NOW), by=by)
    return key


def name_team(*, by: By, agency: str, name: str, key: str = "") -> str:
    """Name a team of an agency, or name it anew; return its key."""
    key = key or new_key()
    with writing() as head:
        if not Agency.objects.filter(key=agency).exists():
            raise Answered("There is no such agency.")
        _manages(by, agency)
        draft = Draft(kind=TeamNamed, subject=key, facts={"name": name}, refs={"agency": [agency]}, occurred_at=NOW)
        append(head, draft, by=by)
    return key


def join(*, by: By, agency: str, team: str, name: str, profession: str = "", key: str = "") -> str:
    """Record that somebody works for an agency, in a team; return her key. What she may do is granted apart."""
    key = key or new_key()
    with writing() as head:
        append(head, joining(by=by, agency=agency, team=team, name=name, profession=profession, key=key), by=by)
    return key


def joining(*, by: By, agency: str, team: str, name: str, profession: str, key: str) -> Draft:
    """Return the entry that somebody joins, its rules checked; the caller holds the head's lock."""
    _manages(by, agency)
    if team and not Team.objects.filter(key=team, agency=agency).exists():
        raise Answered("There is no such team in that agency.")
    facts = {"profession": profession} if profession else {}
    refs = {"agency": [agency], "team": [team] if team else []}
    return Draft(kind=WorkerJoined, subject=key, facts=facts, words={"name": name}, refs=refs, occurred_at=NOW)


def leave(*, by: By, worker: str) -> Entry:
    """Record that somebody left: her roles end in the same entry, her duties pass on, her account opens nothing."""
    with writing() as head:
        row = Worker.objects.filter(key=worker, left_n=None).first()
        if row is None:
            raise Answered("There is no such worker.")
        _manages(by, row.agency)
        draft = Draft(kind=WorkerLeft, subject=worker, refs={"worker": [worker]}, occurred_at=NOW)
        entry = append(head, draft, by=by)[0]
        get_user_model().objects.filter(account__worker=worker).update(is_active=False)
        return entry


def _manages(by: By, agency: str) -> None:
    """Refuse whoever manages no people of an agency; the record itself does, before there is anybody."""
    if not is_log(by.actor):
        rules.an_agency_s_people_are_managed_by_its_administrators(administers=may_administer(by.actor), agency=agency)


def propose_role(*, by: By, worker: str, role: str, agency: str, team: str = "") -> str:
    """Propose that somebody hold a role, or an office; return the grant's key."""
    grant = new_key()
    with writing() as head:
        rules.a_role_is_proposed_by_an_administrator_of_that_agency(administers=may_administer(by.actor), agency=agency)
        _check_place(worker, agency, team)
        rules.a_reader_of_records_is_no_administrator(role=role, held=roles_of(worker))
        rules.an_office_is_held_by_somebody_who_reads_records(role=role, held=roles_of(worker, agency))
        refs = {"worker": [worker], "agency": [agency], "team": [team] if team else []}
        kind = OfficeProposed if role in OFFICES else GrantProposed
        draft = Draft(kind=kind, subject=grant, facts={"role": role}, refs=refs, occurred_at=NOW)
        append(head, draft, by=by)
    return grant


def _check_place(worker: str, agency: str, team: str) -> None:
    """Refuse a role of nobody, or in a team that is not of the agency."""
    if not Worker.objects.filter(key=worker, left_n=None).exists():
        raise Answered("There is no such worker.")
    if team and not Team.objects.filter(key=team, agency=agency).exists():
        raise Answered("There is no such team in that agency.")


def confirm_role(*, by: By, grant: str) -> Entry:
    """Confirm a role, as the second person."""
    with writing() as head:
        row = Grant.objects.filter(grant=grant, confirmed_n=None, ended_n=None).first()
        if row is None:
            raise Answered("There is no such proposal, or it was answered already.")
        check_confirmation(by.actor, row)
        rules.a_reader_of_records_is_no_administrator(role=row.role, held=roles_of(row.key))
        rules.an_office_is_held_by_somebody_who_reads_records(role=row.role, held=roles_of(row.key, row.agency))
        draft = Draft(kind=GrantConfirmed, subject=grant, refs={"worker": [row.key]}, occurred_at=NOW)
        return append(head, draft, by=by)[0]


def end_role(*, by: By, grant: str, why: str) -> Entry:
    """End a role; with the last one that reads records in an agency, her offices there end too."""
    with writing() as head:
        row = Grant.objects.filter(grant=grant, ended_n=None).first()
        if row is None:
            raise Answered("There is no such role.")
        rules.a_role_is_proposed_by_an_administrator_of_that_agency(
            administers=may_administer(by.actor), agency=row.agency
        )
        drafts = [
            Draft(kind=GrantEnded, subject=ended.grant, facts={"why": why}, refs={"worker": [row.key]}, occurred_at=NOW)
            for ended in (row, *resting_on(row))
        ]
        return append(head, *drafts, by=by)[0]


def seat_founder(*, by: By, agency: str, team: str, name: str, role: str) -> str:
    """Seat one of the first people of a new record, before there is anybody to propose or confirm; return her key.

    Refused once anybody holds a role in that agency: only `heed init` can, and its entries say so by their actor.
    """
    worker = join(by=by, agency=agency, team=team, name=name)
    with writing() as head:
        others = Grant.objects.filter(agency=agency, role=role).exclude(proposed_by=by.actor)
        if others.exists():
            raise Answered("This agency has its first people; roles are proposed and confirmed now.")
        grant = new_key()
        refs = {"worker": [worker], "agency": [agency], "team": [team] if team else []}
        append(
            head,
            Draft(kind=GrantProposed, subject=grant, facts={"role": role}, refs=refs, occurred_at=NOW),
            Draft(kind=GrantConfirmed, subject=grant, refs={"worker": [worker]}, occurred_at=NOW),
            by=by,
        )
    return worker


def record_child(*, by: By, name: str, key: str = "", facts: Mapping[str, Any] | None = None, address: str = "") -> str:
    """Record a child, or record her anew; return her key."""
    key = key or new_key()
    words = {"name": name, **({"address": address} if address else {})}
    draft = Draft(
        kind=ChildRecorded, subject=key, facts=facts or {}, words=words, refs={"agency": [by.agency]}, occurred_at=NOW
    )
    with writing() as head:
        if not is_log(by.actor):
            rules.a_child_is_recorded_by_somebody_who_works_with_children(actor_roles=roles_of(by.actor))
        append(head, draft, by=by)
    return key


def record_children(*, by: By, children: Sequence[Mapping[str, Any]]) -> list[str]:
    """Record many children at once (a bulk load): each a mapping with `name`, and `facts` where known; their keys."""
    keys: list[str] = []
    for start in range(0, len(children), BULK):
        drafts = [
            Draft(
                kind=ChildRecorded,
                subject=new_key(),
                facts=child.get("facts", {}),
                words={"name": child["name"]},
                refs={"agency": [by.agency]},
                occurred_at=NOW,
            )
            for child in children[start : start + BULK]
        ]
        with writing() as head:
            append(head, *drafts, by=by)
        keys += [draft.subject for draft in drafts]
    return keys


def break_glass(*, by: By, reason_code: str, reason: str, child: str = "", concern: str = "", team: str = "") -> Entry:
    """Open a record in an emergency: said beforehand, on the record, and it owes a review by somebody else."""
    refs = {role: [key] for role, key in (("child", child), ("concern", concern), ("team", team)) if key}
    if not refs.keys() & {"child", "concern"}:
        raise Answered("Name the child or the concern that must be opened.")
    access = new_key()
    refs |= {"access": [access], "agency": [by.agency]}
    draft = Draft(
        kind=GlassBroken,
        subject=access,
        facts={"reason_code": reason_code},
        words={"reason": reason},
        refs=refs,
        occurred_at=NOW,
    )
    with writing() as head:
        rules.a_record_is_opened_in_an_emergency_by_somebody_who_reads_records(actor_roles=roles_of(by.actor))
        return append(head, draft, by=by)[0]


def review_access(*, by: By, opening: Entry, finding: str, reason: str) -> Entry:
    """Say of an emergency opening whether it was right; by a manager, never by the one who opened."""
    draft = Draft(
        kind=AccessReviewed,
        subject=opening.subject,
        facts={"finding": finding, "trigger": str(opening.n)},
        refs={"access": [opening.subject]},
        words={"reason": reason},
        occurred_at=NOW,
    )
    with writing() as head:
        rules.an_emergency_opening_is_reviewed_by_a_manager(
            actor=by.actor, opened_by=opening.spine.actor, actor_roles=roles_of(by.actor)
        )
        if any(entry.kind == "access.reviewed.1" for entry in stream(opening.subject)):
            raise Answered("This opening has been reviewed already.")
        return append(head, draft, by=by)[0]
