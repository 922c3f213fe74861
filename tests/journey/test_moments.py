"""An event is its moments: nothing of it is lost on the way into entries and back, and every entry fits its kind."""

from dataclasses import fields
from pathlib import Path

import pytest

import heed.cases.journey.entries as declared
from heed.entry.kinds import Registry, kinds
from heed.returns import STANDARDS, Event, events, read
from heed.returns.journey import Conference, Plan, Referral, Section47Enquiry
from heed.returns.moments import CLASSES, Around, event_of, handle, moment_digest, moments, placed
from heed.returns.steps import STEPS

CORPUS = Path(__file__).parent.parent / "returns" / "corpus"
TODAY = "2026-03-02"
A_KEY = "a" * 32


def told(standard: str) -> list[Event]:
    paths = [path for path in sorted((CORPUS / standard).iterdir()) if not path.stem.startswith("wrong")]
    return [one for path in paths for one in events(standard, read(standard, path)) if isinstance(one, Event)]


def around(found: list[Event]) -> Around:
    known = Around(TODAY)
    for event in found:
        known.learn(event)
    return known


@pytest.mark.parametrize("standard", STANDARDS)
def test_an_event_comes_back_from_its_moments(standard: str) -> None:
    found = told(standard)
    known, kept = around(found), 0
    for event in found:
        kind = event.KIND if event.KIND in STEPS else f"{event.KIND}.{event.type}"  # type: ignore[attr-defined]
        parts = {
            one.kind: {"occurred_at": one.occurred_at, "facts": one.facts, "words": one.words}
            for one in moments(event, known)
        }
        again = event_of(kind, event.child, event.identity, parts)
        said = event.content()
        if kind == "review.care":  # a review that was held is one that was not cancelled
            said.setdefault("cancelled", False)
        assert again.content() == said
        assert (again.child, again.identity) == (event.child, event.identity)
        kept += 1
    assert kept > 1


def test_every_member_of_every_event_is_in_one_moment() -> None:
    for kind, steps in STEPS.items():
        cls = CLASSES[kind.partition(".")[0]]
        own = {one.name for one in fields(cls)} - {"child", "identity", "lineage", "type"} | (
            {"type"} if "." not in kind and "type" in {f.name for f in fields(cls)} else set()
        )
        held = {name for step in steps for name in (*step.facts, *step.words, *([step.at] if step.at else []))}
        held |= {"plan_made"} if kind == "conference" else set()
        held |= {"quorate"} if kind.startswith("review.") else set()
        assert own == held, kind


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_moment_fits_its_kind(standard: str) -> None:
    found = told(standard)
    known = around(found)
    for event in found:
        for one in moments(event, known):
            kind = kinds[one.kind]
            roles = [role for role, _ in one.step.mentions] + ([one.step.own] if one.step.own else [])
            facts = {**one.facts, "told_as": handle(event, A_KEY), "lineage": placed(event.lineage)}
            facts |= {"request": A_KEY, "refs": {"child": [A_KEY], **{role: [A_KEY] for role in roles}}}
            if one.occurred_at:
                facts["occurred_at"] = one.occurred_at
            kind.check(facts, {**one.words, "source_id": list(event.identity)}, n=1)


def test_every_step_names_a_declared_kind() -> None:
    registry = Registry()
    for value in vars(declared).values():
        if type(value).__name__ == "Kind":
            registry.register(value)
    missing = {step.kind for steps in STEPS.values() for step in steps} - set(registry)
    assert not missing


def test_what_follows_is_a_span_and_says_so() -> None:
    enquiry = Section47Enquiry(
        child="c", identity=("cin", "enquiry", "c", "1"), started_on="2019-03-04", conference_not_required=True
    )
    ended = moments(enquiry, Around(TODAY))[1]
    assert (ended.kind, ended.occurred_at, ended.facts) == (
        "s47.ended.1",
        f"2019-03-04/{TODAY}",
        {"outcome": "no_conference", "reason": "the source says that none was required", "inferred": True},
    )
    later = moments(enquiry, Around("2027-01-01"))[1]
    assert ended.digest == later.digest, "the day of the import is not what the file says"
    assert ended.digest == moment_digest(None, ended.facts, {"source_id": ["c"]})


def test_a_conference_made_the_plan_that_began_under_its_referral() -> None:
    referral = Referral(child="c", identity=("cin", "referral", "c", "2019-01-02"), received_on="2019-01-02")
    meeting = Conference(
        child="c", identity=("cin", "conference", "c", "x"), referral="c/2019-01-02", held_on="2019-02-01"
    )
    plan = Plan(
        child="c",
        identity=("cin", "protection_plan", "c", "y"),
        type="protection",
        referral="c/2019-01-02",
        started_on="2019-02-01",
    )
    assert moments(meeting, around([referral, plan]))[0].facts["plan"] is True
    assert moments(meeting, around([referral]))[0].facts["plan"] is False
    assert "plan" not in moments(meeting, around([]))[0].facts, "a referral that no file tells proves nothing"
