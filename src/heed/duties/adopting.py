"""Changing the law: propose a pack or a calendar, approve or decline it as the second person, carry it out.

Services, like those in `services`: the head is locked first, then what may have changed is checked, then they append.
All duties are judged by the new law before the lock (`ready`), so that nobody waits meanwhile.
"""

from datetime import datetime
from typing import Any

from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.lib.progress import Track, quiet
from heed.people.selectors import is_log, roles_of
from heed.policy.times import local_date
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft, Entry

from . import lawful, ready, rules
from .engine import InForce, adopted, clauses_of, first_second
from .entries import CalendarAdopted, Commenced, LawApproved, LawDeclined, LawProposed, PolicyAdopted
from .lawful import Candidate, candidate, digest_of
from .models import Proposal

ALL = 1 << 62


def propose(
    *,
    by: By,
    text: str,
    reason: str,
    begins: str = "",
    file: str = "the pack",
    now: datetime,
    track: Track[str] = quiet,
) -> Entry:
    """Propose a pack or calendar, with what it would do to the duties there are; HeedError names what is wrong."""
    rules.the_law_is_proposed_and_decided_by_lawgivers(roles=roles_of(by.actor, by.agency))
    rules.a_reason_is_given(reason)
    found = candidate(text, law=adopted(ALL), file=file, begins=begins)
    made = ready.prepare(found.law, now, track=track)
    facts: dict[str, Any] = {
        "what": found.what,
        "name": found.name,
        "version": found.version,
        "digest": found.digest,
        "text": found.text,
        "effect": made.effects.rows(),
        "reached": made.below - 1,
        **({"follows": found.follows} if found.follows else {}),
    }
    with writing() as head:
        rules.the_law_is_proposed_and_decided_by_lawgivers(roles=roles_of(by.actor, by.agency))
        _follows(found.what, found.name, found.follows)
        draft = Draft(kind=LawProposed, subject=new_key(), facts=facts, words={"reason": reason}, occurred_at=NOW)
        return append(head, draft, by=by)[0]


def _follows(what: str, name: str, follows: str) -> None:
    law = adopted(ALL)
    text = law.calendar if what == "calendar" else lawful.text_in_force(law, name)
    rules.a_proposal_follows_the_text_in_force(follows=follows, in_force=digest_of(text))


def approve(*, by: By, proposal: str) -> Entry:
    """Approve a proposal, as the second person; `carry_out` adopts it."""
    with writing() as head:
        row = _undecided(proposal)
        rules.a_proposal_is_decided_once(is_decided=row.approved_n is not None)
        rules.the_law_is_proposed_and_decided_by_lawgivers(roles=roles_of(by.actor, by.agency))
        rules.the_law_is_changed_by_two_agencies(
            actor=by.actor, agency=by.agency, proposed_by=row.proposed_by, proposed_for=row.agency
        )
        if approved().exists():
            raise Answered("Another change is approved and about to be carried out. Wait for it.")
        _follows(row.what, row.name, row.follows)
        draft = Draft(kind=LawApproved, subject=proposal, facts={"proposal": row.n}, occurred_at=NOW)
        return append(head, draft, by=by)[0]


def decline(*, by: By, proposal: str, reason: str) -> Entry:
    """Decline a proposal, or take one's own back; one that is approved too, as long as it is not carried out."""
    with writing() as head:
        row = _undecided(proposal)
        rules.the_law_is_proposed_and_decided_by_lawgivers(roles=roles_of(by.actor, by.agency))
        rules.a_reason_is_given(reason)
        facts, words = {"proposal": row.n}, {"reason": reason}
        draft = Draft(kind=LawDeclined, subject=proposal, facts=facts, words=words, occurred_at=NOW)
        return append(head, draft, by=by)[0]


def _undecided(proposal: str) -> Proposal:
    row = Proposal.objects.filter(key=proposal).first()
    if row is None:
        raise Answered("There is no such proposal.")
    rules.a_proposal_is_decided_once(is_decided=row.adopted_n is not None or row.declined_n is not None)
    return row


def approved() -> Any:
    """Return the proposals that are approved and not carried out."""
    return Proposal.objects.filter(adopted_n=None, declined_n=None).exclude(approved_n=None).order_by("approved_n")


def carry_out(*, by: By, proposal: str, now: datetime, track: Track[str] = quiet) -> Entry:
    """Adopt what was approved; refused, and still waiting, where the text no longer stands beside what is in force.

    1. read and check the text anew; 2. judge every key by the new law; 3. lock, and see that it still waits; 4. adopt.
    """
    row = approved().filter(key=proposal).first()
    if row is None:
        raise Answered("This proposal is not approved, or was carried out already.")
    found = candidate(row.text, law=adopted(ALL))
    made = ready.prepare(found.law, now, track=track)
    with writing() as head, ready.using(made):
        if not approved().filter(key=proposal).exists():
            raise Answered("This proposal was carried out meanwhile.")
        _follows(row.what, row.name, row.follows)
        return append(head, adoption(found, row.key), by=by)[0]


def adoption(found: Candidate, subject: str) -> Draft:
    """Return the entry by which a text is adopted."""
    facts = {"version": found.version, "digest": found.digest, "text": found.text}
    if found.what == "calendar":
        return Draft(kind=CalendarAdopted, subject=subject, facts={**facts, "name": found.name}, occurred_at=NOW)
    return Draft(kind=PolicyAdopted, subject=subject, facts={**facts, "pack": found.name}, occurred_at=NOW)


def carry_out_approved(by: By, now: datetime) -> dict[str, Any]:
    """Carry out what was approved and is not adopted yet: the tick's work, for a record too large for a page."""
    done = []
    for row in list(approved()):
        done.append(carry_out(by=by, proposal=row.key, now=now).n)
    return {"adopted": done}


def commence(by: By, now: datetime) -> dict[str, Any]:
    """Record which clauses came into force since the law last changed, and judge by them: the tick's work of that day.

    Idempotent: the entry itself is a change of the law.
    """
    law = adopted(ALL)
    if not _commencing(law, now):
        return {"commenced": []}
    made = ready.prepare(law, now)
    with writing() as head, ready.using(made):
        begun = _commencing(adopted(ALL), now)
        if begun:
            append(head, Draft(kind=Commenced, subject=new_key(), facts={"versions": begun}, occurred_at=NOW), by=by)
    return {"commenced": [f"{row['clause']} {row['version']}" for row in begun]}


def _commencing(law: InForce, now: datetime) -> list[dict[str, str]]:
    """Return the versions whose first day lies after the day of the last change of the law, and has come."""
    today = first_second(int(now.timestamp()))
    return [
        {"clause": clause.id, "version": clause.version, "from": local_date(clause.in_force_from).isoformat()}
        for clause in clauses_of(law)
        if clause.in_force_from is not None and law.since < clause.in_force_from <= today
    ]


def adopt_pack(*, by: By, text: str) -> Entry:
    """Adopt a pack at the record's founding, without a second person. HeedError names what is wrong with one.

    A pack that names a kind, field or code which no slice declares is refused, and the running packs stay in force.
    """
    with writing() as head:
        rules.only_its_founding_adopts_alone(is_log=is_log(by.actor))
        found = candidate(text, law=adopted(ALL))
        return append(head, adoption(found, new_key()), by=by)[0]
