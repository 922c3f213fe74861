"""A report as its form gives it, and the entries that it becomes (drafts only; `services` append them)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heed.entry.keys import new_key
from heed.entry.kinds import Kind
from heed.record.model import NOW, Draft, FileDraft

from .entries import ConcernCalled, ConcernRaised, SuspectDescribed, VoiceKept


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report: what is asked of everybody, and what only some know."""

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
    ethnicity_described: str = ""
    ethnicity_by: str = ""
    called: str = ""
    called_at: str = ""
    called_who: str = ""
    why_not: str = ""
    threshold: bool = False
    cross_border: bool = False
    police: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[FileDraft, ...] = ()


def raised(
    report: Report,
    concern: str,
    *,
    agency: str,
    team: str,
    request: str,
    children: Iterable[str] | None = None,
    reason: str = "",
) -> Draft:
    """Return the draft of the report itself; `reason` is a correction's."""
    filed = report.children if children is None else children
    words = given(what=report.what, where=report.where, who_else=report.who_else, reason=reason)
    return Draft(
        kind=ConcernRaised,
        subject=concern,
        facts=_facts(report),
        words=words,
        refs={"concern": [concern], "child": filed, "agency": [agency], "team": [team]},
        occurred_at=NOW,
        files=report.files,
        request=request or None,
    )


def _facts(report: Report) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "about": report.about,
        "harm": list(report.harm),
        "threats": list(report.threats),
        "source": report.source,
        "danger_today": report.danger_today,
        **report.police,
        **given(happened=report.happened),
    }
    return facts | {name: True for name in ("threshold", "cross_border") if getattr(report, name)}


def beside(report: Report, concern: str) -> list[Draft]:
    """Return the drafts that stand beside a report: what only few may read, and who was called."""
    refs = {"concern": [concern]}
    drafts = []
    if report.child_words:
        voice = {**refs, "child": report.children}
        drafts.append(draft_of(VoiceKept, concern, words={"words": report.child_words}, refs=voice))
    if report.allegation:
        facts = given(ethnicity_described=report.ethnicity_described, ethnicity_by=report.ethnicity_by)
        words = {"allegation": report.allegation}
        drafts.append(draft_of(SuspectDescribed, new_key(), words=words, facts=facts, refs=refs))
    if report.called:
        more = {"called_at": report.called_at, "who": report.called_who, "why_not": report.why_not}
        drafts.append(called(concern, report.called, **more))
    return drafts


def called(
    concern: str, whom: str, *, called_at: str = "", who: str = "", why_not: str = "", request: str = ""
) -> Draft:
    """Return the draft that says who was called, when, or why nobody was."""
    facts = {"called": whom, **given(called_at=called_at)}
    words = given(who=who, why_not=why_not)
    return draft_of(ConcernCalled, concern, facts=facts, words=words, refs={"concern": [concern]}, request=request)


def draft_of(
    kind: Kind,
    subject: str,
    *,
    words: Any = None,
    facts: Any = None,
    refs: Mapping[str, Iterable[str]] | None = None,
    request: str = "",
) -> Draft:
    """Return a draft of what happens as it is recorded."""
    return Draft(
        kind=kind,
        subject=subject,
        facts=facts or {},
        words=words or {},
        refs=refs or {},
        occurred_at=NOW,
        request=request or None,
    )


def given(**words: str) -> dict[str, str]:
    """Return what was given, leaving out what is empty."""
    return {name: text for name, text in words.items() if text}
