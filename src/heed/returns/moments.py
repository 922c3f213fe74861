"""The moments of an event: what a record keeps of it, one entry each, and the event again from its moments (pure).

An event has a first moment, which is always told, and later ones where it says that they came. Together they say all
that the event says, so that what was imported can be exported word for word. What clauses ask and no source states is
added only where it follows: see `docs/adr/journey-and-imports.md`, decision 1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from .identity import digest, reference
from .journey import KINDS, Conference, Event, Plan, Referral
from .rows import Lineage
from .steps import STEPS, Step

CLASSES: dict[str, type[Event]] = {kind.KIND: kind for kind in KINDS}


@dataclass(slots=True)
class Around:
    """What a moment must know of the other events of its files, and the day of the import."""

    today: str
    ends: dict[str, str] = field(default_factory=dict)  # file → the last day that it can tell of, where it is of a year
    received: dict[str, str] = field(default_factory=dict)  # referral → the day it came
    plans: dict[str, list[str]] = field(default_factory=dict)  # referral → the days protection plans began
    conferences: set[str] = field(default_factory=set)  # conferences that a plan names

    def known_by(self, event: Event) -> str:
        """Return the day by which an event's file must have known what it tells."""
        told = event.lineage[0].file_digest if event.lineage else ""
        return min(self.ends.get(told, self.today), self.today)

    def learn(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Referral) and event.received_on:
            self.received[reference(event)] = event.received_on
        elif isinstance(event, Plan) and event.type == "protection":
            if event.referral and event.started_on:
                self.plans.setdefault(event.referral, []).append(event.started_on)
            if event.conference:
                self.conferences.add(event.conference)


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment: what its entry says, which keys it names, and whether its day is told or follows."""

    kind: str
    occurred_at: str | None
    facts: dict[str, Any]
    words: dict[str, Any]
    step: Step
    is_inferred: bool = False

    @property
    def digest(self) -> str:
        """What tells whether a corrected file says something else; a day that follows from others is left out."""
        return moment_digest(None if self.is_inferred else self.occurred_at, self.facts, self.words)


def moment_digest(occurred_at: str | None, facts: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    """Return a short digest of what a moment says, apart from where it was said and how it is known again."""
    told = {name: value for name, value in facts.items() if name not in NOT_SAID}
    said = {name: value for name, value in words.items() if name != "source_id"}
    return digest([occurred_at, told, said])[:20]


# Members of an entry that are not part of what it says.
NOT_SAID = frozenset({"told_as", "import_key", "lineage", "refs", "request", "occurred_at", "corrects"})


def moments(event: Event, around: Around) -> list[Moment]:
    """Return the moments of an event, the first one first."""
    found = []
    for step in steps_of(event):
        if step.holds is not None and not step.holds(event):
            continue
        occurred_at, is_inferred = when(step, event, around)
        facts = {name: plain(value) for name, value in said(event, step.facts)} | (
            step.adds(event) if step.adds is not None else {}
        )
        if isinstance(event, Conference):
            facts |= whether_a_plan(event, around)
        if is_inferred:
            facts["inferred"] = True
        words = dict(said(event, step.words))
        found.append(Moment(step.kind, occurred_at, facts, words, step, is_inferred))
    return found


def steps_of(event: Event) -> tuple[Step, ...]:
    """Return the steps of an event's kind; plans, reviews and visits are told apart by their type."""
    return STEPS.get(event.KIND) or STEPS.get(f"{event.KIND}.{getattr(event, 'type', '')}", ())


def said(event: Event, names: Iterable[str]) -> list[tuple[str, Any]]:
    """Return those of the event's members that say something."""
    return [(name, value) for name in names if (value := getattr(event, name)) not in (None, ())]


def plain(value: Any) -> Any:
    """Return a value as an entry holds it."""
    return list(value) if isinstance(value, tuple) else value


def when(step: Step, event: Event, around: Around) -> tuple[str | None, bool]:
    """Return the claimed time of a moment, and whether it is a span between two days that are told."""
    own: str | None = getattr(event, step.at) if step.at else None
    if own is not None or step.between is None:
        return own, False
    first, last = step.between(event, around)
    return (span(first, last) if first and last else None), True


def span(first: str, last: str) -> str:
    """Return the claim that something lies between two days; of one day where they are the same or in disorder."""
    first, last = first[:10], last[:10]
    return f"{first}/{last}" if first < last else last


def whether_a_plan(event: Conference, around: Around) -> dict[str, Any]:
    """Say whether a conference made a plan: as told, else as the plans under its referral show."""
    if event.plan_made is not None:
        return {"plan": event.plan_made}
    if reference(event) in around.conferences:
        return {"plan": True, "plan_inferred": True}
    if event.referral is None or not event.held_on or event.referral not in around.received:
        return {}
    began = around.plans.get(event.referral, ())
    return {"plan": any(day >= event.held_on for day in began), "plan_inferred": True}


def handle(event: Event, agency: str) -> str:
    """Return the name by which an agency's event is known again: a digest that tells nothing about the child."""
    return handle_of(event.KIND, event.identity[0], event.identity[1], reference(event), agency)


def handle_of(kind: str, standard: str, sort: str, referred: str, agency: str) -> str:
    """Return the name of an event that another one refers to."""
    return digest([agency, kind, standard, sort, referred])[:32]


# How each standard calls, in its identities, the events that others refer to: member → kind, sort.
MENTIONED: dict[str, tuple[str, str]] = {
    "referral": ("referral", "referral"),
    "enquiry": ("section_47_enquiry", "enquiry"),
    "conference": ("conference", "conference"),
    "missing_episode": ("missing_episode", "missing"),
    "plan": ("plan", "protection_plan"),
}


def mention(event: Event, name: str, agency: str) -> str | None:
    """Return the name of the event that one of the members refers to."""
    referred = getattr(event, name, None)
    if not referred:
        return None
    kind, sort = MENTIONED[name]
    if name == "plan" and event.identity[0] == "annex-a":
        sort = "plan"
    return handle_of(kind, event.identity[0], sort, referred, agency)


def placed(lineage: Iterable[Lineage]) -> list[dict[str, Any]]:
    """Return where a file says something, as an entry holds it; of very many places the first 500."""
    found = []
    for one in list(lineage)[:500]:
        where = {"file": one.file_digest, "line": one.line, "table": one.table[:100], "cells": cells(one)}
        found.append(where | ({"sheet": one.sheet[:200]} if one.sheet else {}))
    return found


def cells(one: Lineage) -> str:
    """Return the cells of a row, `A7:Q7`, or the path of its element."""
    places = list(one.cells.values())
    if not places:
        return ""
    if "/" in places[0]:
        return places[0].rpartition("/")[0][:500]
    return f"{places[0]}{one.line}:{places[-1]}{one.line}"


def event_of(kind: str, child: str, identity: Iterable[str], told: Mapping[str, Mapping[str, Any]]) -> Event:
    """Return the event whose moments say this: kind of entry → occurred_at, facts, words."""
    name, _, sort = kind.partition(".")
    members: dict[str, Any] = {"type": sort} if sort else {}
    for step in STEPS[kind]:
        if step.kind in told:
            members |= member_values(step, told[step.kind])
    known = names_of(name)
    return CLASSES[name](child=child, identity=tuple(identity), **{k: v for k, v in members.items() if k in known})


@cache
def names_of(kind: str) -> frozenset[str]:
    """Return the members that events of a kind have."""
    return frozenset(one.name for one in fields(CLASSES[kind]))


def member_values(step: Step, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one moment says of the event's members."""
    facts, words = told.get("facts") or {}, told.get("words") or {}
    found = {**facts, **words}
    if "plan" in facts and not facts.get("plan_inferred"):
        found["plan_made"] = facts["plan"]
    occurred_at = told.get("occurred_at")
    if step.at and occurred_at and "/" not in occurred_at:
        found[step.at] = occurred_at
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
