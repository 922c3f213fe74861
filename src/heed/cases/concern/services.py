"""What people do about a concern. Each service locks the head, checks its rules, appends; keyword-only, always `by`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from heed.entry.keys import new_key
from heed.entry.kinds import Kind
from heed.lib.errors import Answered
from heed.people.models import Team
from heed.record.ledger import append, repeated, writing
from heed.record.model import NOW, By, Draft, Entry, FileDraft
from heed.record.reading import entry as read_entry

from . import rules
from .entries import (
    ConcernAcknowledged,
    ConcernAdded,
    ConcernCalled,
    ConcernDecided,
    ConcernMoved,
    ConcernRaised,
    ConcernWithdrawn,
    ObjectionAnswered,
    ObjectionRaised,
    ReporterAnswered,
    SafetySeen,
    SuspectDescribed,
    VoiceKept,
    WithdrawalAsked,
)
from .models import Concern, Objection


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report as its form gives it: what is asked of everybody, and what only some know."""

    what: str
    source: str
    danger_today: str
    team: str
    about: str = "child"
    children: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    happened: str = ""
    where: str = ""
    who_else: str = ""
    child_words: str = ""
    allegation: str = ""
    called: str = ""
    called_at: str = ""
    called_who: str = ""
    why_not: str = ""
    threshold: bool = False
    cross_border: bool = False
    police: dict[str, Any] = field(default_factory=dict)
    files: tuple[FileDraft, ...] = ()


def raise_concern(*, report: Report, by: By, request: str = "") -> Entry:
    """Report a concern; return its first entry, whose receipt the reporter keeps. A double click is one concern.

    The child's own words, a suspect's details and who was called stand in entries of their own beside it.
    """
    request = request or new_key()
    with writing() as head:
        if (done := repeated(head, request)) is not None:
            return read_entry(done)
        rules.danger_says_who_was_called(report.danger_today, report.called, report.why_not)
        team = Team.objects.filter(key=report.team).first()
        if team is None:
            raise Answered("Choose the team that must answer.")
        concern = new_key()
        drafts = [_raised(report, concern, team, request), *_beside(report, concern)]
        return append(head, *drafts, by=by)[0]


def _raised(report: Report, concern: str, team: Team, request: str) -> Draft:
    return Draft(
        kind=ConcernRaised,
        subject=concern,
        facts=_facts(report),
        words=_given(what=report.what, where=report.where, who_else=report.who_else),
        refs={"concern": [concern], "child": report.children, "agency": [team.agency], "team": [team.key]},
        occurred_at=NOW,
        files=report.files,
        request=request,
    )


def _facts(report: Report) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "about": report.about,
        "harm": list(report.harm),
        "threats": list(report.threats),
        "source": report.source,
        "danger_today": report.danger_today,
        **report.police,
    }
    if report.happened:
        facts["happened"] = report.happened
    return facts | {name: True for name in ("threshold", "cross_border") if getattr(report, name)}


def _given(**words: str) -> dict[str, str]:
    return {name: text for name, text in words.items() if text}


def _beside(report: Report, concern: str) -> list[Draft]:
    refs = {"concern": [concern]}
    drafts = []
    if report.child_words:
        voice = {**refs, "child": report.children}
        drafts.append(_draft(VoiceKept, concern, words={"words": report.child_words}, refs=voice))
    if report.allegation:
        drafts.append(_draft(SuspectDescribed, new_key(), words={"allegation": report.allegation}, refs=refs))
    if report.called:
        facts = {"called": report.called, **_given(called_at=report.called_at)}
        words = _given(who=report.called_who, why_not=report.why_not)
        drafts.append(_draft(ConcernCalled, concern, facts=facts, words=words, refs=refs))
    return drafts


def _draft(kind: Kind, subject: str, *, words: Any = None, facts: Any = None, refs: Any = None) -> Draft:
    return Draft(kind=kind, subject=subject, facts=facts or {}, words=words or {}, refs=refs, occurred_at=NOW)


def _existing(key: str) -> Concern:
    row = Concern.objects.filter(key=key).first()
    if row is None:
        raise Answered("There is no such concern.")
    return row


def _about(kind: Kind, concern: str, by: By, *, words: Any = None, facts: Any = None) -> Entry:
    """Append one entry about a concern that exists."""
    with writing() as head:
        _existing(concern)
        draft = _draft(kind, concern, words=words, facts=facts, refs={"concern": [concern]})
        return append(head, draft, by=by)[0]


def acknowledge(*, by: By, concern: str) -> Entry:
    """Tell the reporter that the team has the concern."""
    return _about(ConcernAcknowledged, concern, by)


def see_to_safety(*, by: By, concern: str, how: str) -> Entry:
    """Say how it was made sure today that the child is safe."""
    return _about(SafetySeen, concern, by, words={"how": how})


def add_information(*, by: By, concern: str, what: str) -> Entry:
    """Add what is known."""
    return _about(ConcernAdded, concern, by, words={"what": what})


def answer_reporter(*, by: By, concern: str, answer: str) -> Entry:
    """Tell the reporter what was decided, as far as she may know; never what the police told."""
    return _about(ReporterAnswered, concern, by, words={"answer": answer})


def decide(*, by: By, concern: str, outcome: str, reason: str, seen: int | None = None) -> Entry:
    """Decide what is to be done. `seen` is the decision that the decider had read, if there was one."""
    with writing() as head:
        rules.it_is_decided_once(_existing(concern).decided_n, seen)
        draft = _draft(
            ConcernDecided, concern, facts={"outcome": outcome}, words={"reason": reason}, refs={"concern": [concern]}
        )
        return append(head, draft, by=by)[0]


def object_to(*, by: By, concern: str, why: str, level: str = "one_up") -> Entry:
    """Object to the decision on a concern: one level up, then outside the agency."""
    with writing() as head:
        row = _existing(concern)
        if row.decided_n is None:
            raise Answered("Nothing has been decided yet; what is owed until then stands on the worklist.")
        key = new_key()
        refs = {
            "concern": [concern],
            "objection": [key],
            "against": [row.decided_by],
            "agency": [row.agency],
            "team": [row.team] if level == "one_up" else [],
        }
        draft = _draft(ObjectionRaised, key, facts={"level": level}, words={"why": why}, refs=refs)
        return append(head, draft, by=by)[0]


def answer_objection(*, by: By, objection: str, position: str, answer: str) -> Entry:
    """Answer an objection, as somebody else."""
    with writing() as head:
        row = Objection.objects.filter(key=objection, answered_n=None).first()
        if row is None:
            raise Answered("There is no such objection, or it is answered.")
        rules.nobody_answers_for_herself(against=row.against, objector=row.by, actor=by.actor)
        refs = {"concern": [row.concern], "objection": [objection]}
        draft = _draft(ObjectionAnswered, objection, facts={"position": position}, words={"answer": answer}, refs=refs)
        return append(head, draft, by=by)[0]


def correct(*, by: By, concern: str, report: Report) -> Entry:
    """State the report anew; the first version stays, and is shown struck through."""
    with writing() as head:
        row = _existing(concern)
        first = read_entry(row.raised_n)
        team = Team.objects.get(key=row.team)
        draft = _raised(report, concern, team, new_key())
        children = report.children or tuple(first.keys("child"))
        refs = {**draft.refs, "child": children}
        corrected = Draft(
            kind=ConcernRaised,
            subject=concern,
            facts=draft.facts,
            words=draft.words,
            refs=refs,
            occurred_at=first.occurred_at,
            corrects=row.raised_n,
        )
        return append(head, corrected, by=by)[0]


def move(*, by: By, concern: str, wrong: str, right: str, reason: str) -> Entry:
    """Move a misfiled concern to the right child; it is at once invisible to those who see only the wrong one."""
    with writing() as head:
        _existing(concern)
        if wrong == right:
            raise Answered("The concern is under this child already.")
        refs: dict[str, Iterable[str]] = {"concern": [concern], "child": [right], "wrong": [wrong]}
        return append(head, _draft(ConcernMoved, concern, words={"reason": reason}, refs=refs), by=by)[0]


def ask_withdrawal(*, by: By, concern: str, reason: str) -> Entry:
    """Say that the report was made in error."""
    return _about(WithdrawalAsked, concern, by, words={"reason": reason})


def withdraw(*, by: By, concern: str, reason: str) -> Entry:
    """Agree, as the second person, that the report was made in error. It stays, and no duty ends by it."""
    with writing() as head:
        row: Concern = _existing(concern)
        rules.a_second_person_agrees(asked_by=row.withdrawal_by, actor=by.actor)
        draft = _draft(ConcernWithdrawn, concern, words={"reason": reason}, refs={"concern": [concern]})
        return append(head, draft, by=by)[0]
