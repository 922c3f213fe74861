"""What people do about a concern. Each service locks the head, checks its rules, appends; keyword-only, always `by`.

A service takes the `request` of the form that asks: sent twice, it raises Repeated with the first entry's number.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from heed.entry.keys import new_key
from heed.entry.kinds import Kind
from heed.entry.when import parse_instant
from heed.lib.errors import Answered
from heed.people.selectors import agency_of_team, are_recorded
from heed.record.ledger import Head, Repeated, append, repeated, writing
from heed.record.model import By, Draft, Entry
from heed.record.reading import entry as read_entry
from heed.record.reading import stream

from . import rules
from .entries import (
    ConcernAcknowledged,
    ConcernAdded,
    ConcernDecided,
    ConcernMoved,
    ConcernWithdrawn,
    ObjectionAnswered,
    ObjectionRaised,
    ReporterAnswered,
    SafetySeen,
    SuspectDescribed,
    WithdrawalAsked,
)
from .models import Concern, ConcernChild, Objection
from .reports import Report, beside, called, draft_of, given, raised
from .selectors import seen_by

__all__ = ["Repeated", "Report", "raise_concern"]


@contextmanager
def _writing(request: str) -> Iterator[Head]:
    """Lock the head; Repeated when the request stands in the record already, whatever the rules would say now."""
    with writing() as head:
        if request and (done := repeated(head, request)) is not None:
            raise Repeated(done)
        yield head


def _alone(concern: str) -> list[Draft]:
    return []


def raise_concern(
    *, report: Report, by: By, request: str = "", also: Callable[[str], Iterable[Draft]] = _alone
) -> Entry:
    """Report a concern; return its first entry, whose receipt the reporter keeps. A double click is one concern.

    The child's own words, a suspect's details and who was called stand in entries of their own beside it; `also` makes
    another slice's drafts of the same report from the concern's key.
    """
    request = request or new_key()
    with writing() as head:
        if (done := repeated(head, request)) is not None:
            return read_entry(done)
        _check(report)
        agency = agency_of_team(report.team)
        if agency is None:
            raise Answered("Choose the team that must answer.")
        concern = new_key()
        first = raised(report, concern, agency=agency, team=report.team, request=request)
        return append(head, first, *beside(report, concern), *also(concern), by=by)[0]


def _check(report: Report, *, was_danger: bool = False) -> None:
    if not was_danger:
        rules.danger_says_who_was_called(report.danger_today, report.called, report.why_not)
    rules.a_report_names_what_it_is_about(report.about, where=report.where, allegation=report.allegation)
    rules.police_information_is_graded(report.police)
    _known(*report.children)


def _known(*children: str) -> None:
    if not are_recorded(children):
        raise Answered("There is no such child here. Search for her, or report without naming one.")


def _existing(key: str) -> Concern:
    row = Concern.objects.filter(key=key).first()
    if row is None:
        raise Answered("There is no such concern.")
    return row


def _works_on(head: Head, concern: str, by: By) -> Concern:
    """Return a concern that somebody works on, as her roles and openings stand under the lock; refuse all others."""
    row = _existing(concern)
    rules.a_concern_is_worked_on_by_those_who_must_answer(works=_works(head, row, by))
    return row


def _takes_part(head: Head, concern: str, by: By) -> Concern:
    """Return a concern that somebody reported or works on; refuse all others."""
    row = _existing(concern)
    is_reporter = row.reporter == by.actor
    rules.a_concern_is_added_to_by_those_who_take_part(
        works=is_reporter or _works(head, row, by), is_reporter=is_reporter
    )
    return row


def _works(head: Head, row: Concern, by: By) -> bool:
    # What she opened in an emergency counts as of the last entry: no clock is read here.
    return seen_by(by.actor, parse_instant(head.recorded_at)).works_on(row)


Who = Callable[[Head, str, By], Concern]


def _filed_under(concern: str) -> list[str]:
    return list(ConcernChild.objects.filter(concern=concern, is_filed=True).values_list("key", flat=True))


def _about(
    kind: Kind, concern: str, by: By, request: str, *, may: Who = _works_on, words: Any = None, facts: Any = None
) -> Entry:
    """Append one entry about a concern, by somebody who may."""
    with _writing(request) as head:
        may(head, concern, by)
        return append(head, _draft(kind, concern, request, words=words, facts=facts), by=by)[0]


def _draft(kind: Kind, concern: str, request: str, *, words: Any = None, facts: Any = None, **more: Any) -> Draft:
    refs = {"concern": [concern], **more}
    return draft_of(kind, concern, words=words, facts=facts, refs=refs, request=request)


def acknowledge(*, by: By, concern: str, request: str = "") -> Entry:
    """Tell the reporter that the team has the concern."""
    return _about(ConcernAcknowledged, concern, by, request)


def see_to_safety(*, by: By, concern: str, how: str, request: str = "") -> Entry:
    """Say how it was made sure today that the child is safe."""
    return _about(SafetySeen, concern, by, request, words={"how": how})


def call(
    *, by: By, concern: str, whom: str, who: str = "", called_at: str = "", why_not: str = "", request: str = ""
) -> Entry:
    """Say who was called about a danger, and when, or why nobody was, after the report was sent."""
    with _writing(request) as head:
        _takes_part(head, concern, by)
        rules.danger_says_who_was_called("yes", whom, why_not)
        draft = called(concern, whom, called_at=called_at, who=who, why_not=why_not, request=request)
        return append(head, draft, by=by)[0]


def add_information(
    *, by: By, concern: str, what: str, police: Mapping[str, Any] | None = None, request: str = ""
) -> Entry:
    """Add what is known."""
    rules.police_information_is_graded(police or {})
    return _about(ConcernAdded, concern, by, request, may=_takes_part, words={"what": what}, facts=dict(police or {}))


def describe_suspect(
    *, by: By, concern: str, allegation: str, ethnicity: str, said_by: str, request: str = ""
) -> Entry:
    """Write down what is alleged about who did it: an allegation, read by the answering team alone."""
    with _writing(request) as head:
        _takes_part(head, concern, by)
        facts = given(ethnicity_described=ethnicity, ethnicity_by=said_by)
        refs = {"concern": [concern]}
        words = {"allegation": allegation}
        draft = draft_of(SuspectDescribed, new_key(), words=words, facts=facts, refs=refs, request=request)
        return append(head, draft, by=by)[0]


def answer_reporter(*, by: By, concern: str, answer: str, request: str = "") -> Entry:
    """Tell the reporter what was decided, as far as she may know; never what the police told."""
    with _writing(request) as head:
        _works_on(head, concern, by)
        told = [e for e in stream(concern) if e.fact("police_origin")]
        texts = [text for entry in told for text in (entry.words or {}).values()]
        rules.an_answer_quotes_no_police_information(answer, texts)
        return append(head, _draft(ReporterAnswered, concern, request, words={"answer": answer}), by=by)[0]


def decide(*, by: By, concern: str, outcome: str, reason: str, seen: int | None = None, request: str = "") -> Entry:
    """Decide what is to be done. `seen` is the decision that the decider had read, if there was one."""
    with _writing(request) as head:
        rules.it_is_decided_once(_works_on(head, concern, by).decided_n, seen)
        draft = _draft(ConcernDecided, concern, request, facts={"outcome": outcome}, words={"reason": reason})
        return append(head, draft, by=by)[0]


def object_to(*, by: By, concern: str, why: str, level: str = "one_up", request: str = "") -> Entry:
    """Object to the decision on a concern: one level up, then outside the agency."""
    with _writing(request) as head:
        row = _takes_part(head, concern, by)
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
        facts, words = {"level": level}, {"why": why}
        return append(
            head, draft_of(ObjectionRaised, key, facts=facts, words=words, refs=refs, request=request), by=by
        )[0]


def answer_objection(*, by: By, objection: str, position: str, answer: str, request: str = "") -> Entry:
    """Answer an objection, as somebody else."""
    with _writing(request) as head:
        row = Objection.objects.filter(key=objection, answered_n=None).first()
        if row is None:
            raise Answered("There is no such objection, or it is answered.")
        rules.nobody_answers_for_herself(against=row.against, objector=row.by, actor=by.actor)
        _works_on(head, row.concern, by)
        refs = {"concern": [row.concern], "objection": [objection]}
        facts, words = {"position": position}, {"answer": answer}
        draft = draft_of(ObjectionAnswered, objection, facts=facts, words=words, refs=refs, request=request)
        return append(head, draft, by=by)[0]


def correct(*, by: By, concern: str, report: Report, reason: str, seen: int | None = None, request: str = "") -> Entry:
    """State the report anew, with the reason; the first version stays, and is shown struck through.

    It goes on standing under the children that it is filed under now; only a report under none takes one from `report`
    (to another child it is moved, not corrected). `seen` is the version that the writer had read.
    """
    with _writing(request) as head:
        row = _takes_part(head, concern, by)
        latest = row.corrected_n or row.raised_n
        rules.a_correction_rests_on_the_latest_version(latest=latest, seen=seen, reason=reason)
        _check(report, was_danger=row.danger_today == "yes")
        children = tuple(_filed_under(concern)) or report.children
        first = raised(
            report, concern, agency=row.agency, team=row.team, request=request, children=children, reason=reason
        )
        corrected = Draft(
            kind=first.kind,
            subject=concern,
            facts=first.facts,
            words=first.words,
            refs=first.refs,
            occurred_at=read_entry(row.raised_n).occurred_at,
            corrects=row.raised_n,
            request=first.request,
        )
        return append(head, corrected, *beside(report, concern), by=by)[0]


def move(*, by: By, concern: str, wrong: str, right: str, reason: str, request: str = "") -> Entry:
    """Move a misfiled concern to the right child; it is at once invisible to those who see only the wrong one."""
    with _writing(request) as head:
        _works_on(head, concern, by)
        rules.it_is_moved_from_where_it_is_filed(filed=_filed_under(concern), wrong=wrong, right=right)
        _known(right)
        draft = _draft(ConcernMoved, concern, request, words={"reason": reason}, child=[right], wrong=[wrong])
        return append(head, draft, by=by)[0]


def ask_withdrawal(*, by: By, concern: str, reason: str, request: str = "") -> Entry:
    """Say that the report was made in error."""
    return _about(WithdrawalAsked, concern, by, request, may=_takes_part, words={"reason": reason})


def withdraw(*, by: By, concern: str, reason: str, request: str = "") -> Entry:
    """Agree, as the second person, that the report was made in error. It stays, and no duty ends by it."""
    with _writing(request) as head:
        rules.a_second_person_agrees(asked_by=_existing(concern).withdrawal_by, actor=by.actor)
        _works_on(head, concern, by)
        return append(head, _draft(ConcernWithdrawn, concern, request, words={"reason": reason}), by=by)[0]
