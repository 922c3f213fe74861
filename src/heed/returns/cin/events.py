"""From the census's rows to the journey."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from heed.returns.identity import Numbering
from heed.returns.journey import (
    Assessment,
    ChildDetails,
    Conference,
    Event,
    Plan,
    Referral,
    Review,
    Section47Enquiry,
    StrategyDiscussion,
)
from heed.returns.rows import Doubt, Item, Lineage, Reject, Row

NAME = "cin"
# `GenderCurrent` up to 2024 (0 not recorded or unborn, 1 male, 2 female, 9 indeterminate), `Sex` M F U from 2025.
SEXES = {"1": "M", "2": "F", "0": "U", "9": "I"}


@dataclass(slots=True)
class Story:
    """What is carried from row to row: numbers within a day, the referral being told, its conferences."""

    numbers: Numbering = field(default_factory=Numbering)
    referral: str = ""
    pending: list[Conference] = field(default_factory=list)
    conferences: set[str] = field(default_factory=set)
    told: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    def same(self, identity: tuple[str, ...], values: dict[str, Any]) -> bool:
        """Tell whether this child or referral was told before in the same words; then it is not another one.

        A file of corrected rejects holds a child once for each of its refused groups.
        """
        return self.told.setdefault(identity, values) is not values and self.told[identity] == values

    def identity(self, kind: str, *parts: object) -> tuple[str, ...]:
        """Return the identity of an event of this standard."""
        return self.numbers.number(NAME, kind, *parts)


def events(items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the journey of census files' rows, rejects and doubts in between; a later year's word on the same is last.

    `DateOfInitialCPC` stands twice in the schema. The one of the referral is a conference of its own only where no
    enquiry below the same referral gives that date.
    """
    story = Story()
    for item in items:
        if not isinstance(item, Row):
            yield item
            continue
        if item.table in {"Child", "CINdetails"}:
            yield from first_conference(story)
        if item.file_digest != story.numbers.file:
            story.numbers.begin(item.file_digest)
            story.told.clear()
        yield from TELL[item.table](item.values, item.lineage, story)
    yield from first_conference(story)


def first_conference(story: Story) -> Iterator[Event]:
    """Yield the referral's own conference, if no enquiry told of it."""
    yield from (one for one in story.pending if one.held_on not in story.conferences)
    story.pending, story.conferences = [], set()


def reference(identity: tuple[str, ...]) -> str:
    """Return how other events of the same file refer to this one."""
    return "/".join(identity[2:])


def child(v: dict[str, Any], at: Lineage, story: Story) -> Iterator[Event]:
    """Tell who the child is."""
    if story.same((NAME, "child", v["LAchildID"]), v):
        return
    yield ChildDetails(
        child=v["LAchildID"],
        identity=story.identity("child", v["LAchildID"]),
        lineage=(at,),
        born_on=v["PersonBirthDate"],
        expected_birth_on=v["ExpectedPersonBirthDate"],
        died_on=v["PersonDeathDate"],
        sex=SEXES.get(v["Sex"], v["Sex"]),
        ethnicity=v["Ethnicity"],
        upn=v["UPN"],
        former_upn=v["FormerUPN"],
        upn_unknown=v["UPNunknown"],
        disabilities=v["Disability"],
    )


def referral(v: dict[str, Any], at: Lineage, story: Story) -> Iterator[Event]:
    """Tell of a referral and the episode of need it opened."""
    said = {name: value for name, value in v.items() if name != "referral"}
    plain = (NAME, "referral", v["LAchildID"], v["CINreferralDate"])
    if story.same(plain, said):
        story.referral = reference(plain)
        return
    identity = story.identity(*plain[1:])
    story.referral = reference(identity)
    if v["DateOfInitialCPC"]:
        story.pending.append(
            Conference(
                child=v["LAchildID"],
                identity=(NAME, "conference", *identity[2:], v["DateOfInitialCPC"], "referral"),
                lineage=(at,),
                referral=story.referral,
                held_on=v["DateOfInitialCPC"],
            )
        )
    yield Referral(
        child=v["LAchildID"],
        identity=identity,
        lineage=(at,),
        received_on=v["CINreferralDate"],
        source=v["ReferralSource"],
        primary_need=v["PrimaryNeedCode"],
        no_further_action=as_flag(v["ReferralNFA"]),
        closed_on=v["CINclosureDate"],
        closed_reason=v["ReasonForClosure"],
        first_conference_on=v["DateOfInitialCPC"],
    )


def assessment(v: dict[str, Any], at: Lineage, story: Story) -> Iterator[Event]:
    """Tell of an assessment with the factors found at its end."""
    yield Assessment(
        child=v["LAchildID"],
        identity=story.identity("assessment", story.referral, v["AssessmentActualStartDate"]),
        lineage=(at,),
        referral=story.referral,
        started_on=v["AssessmentActualStartDate"],
        reviewed_on=v["AssessmentInternalReviewDate"],
        authorised_on=v["AssessmentAuthorisationDate"],
        factors=v["AssessmentFactors"],
    )


def need_plan(v: dict[str, Any], at: Lineage, story: Story) -> Iterator[Event]:
    """Tell of a child in need plan."""
    yield Plan(
        child=v["LAchildID"],
        identity=story.identity("need_plan", story.referral, v["CINPlanStartDate"]),
        lineage=(at,),
        type="need",
        referral=story.referral,
        started_on=v["CINPlanStartDate"],
        ended_on=v["CINPlanEndDate"],
    )


def enquiry(v: dict[str, Any], at: Lineage, story: Story) -> Iterator[Event]:
    """Tell of a section 47 enquiry, the strategy discussion that opened it, and its conference."""
    who, day = v["LAchildID"], v["S47ActualStartDate"]
    identity = story.identity("enquiry", story.referral, day)
    told = {"child": who, "lineage": (at,), "referral": story.referral}
    yield StrategyDiscussion(
        identity=(NAME, "strategy", *identity[2:]), enquiry=reference(identity), held_on=day, **told
    )
    yield Section47Enquiry(
        identity=identity,
        started_on=day,
        conference_target_on=v["InitialCPCtarget"],
        conference_not_required=as_flag(v["ICPCnotRequired"]),
        **told,
    )
    if v["DateOfInitialCPC"]:
        story.conferences.add(v["DateOfInitialCPC"])
        yield Conference(
            identity=(NAME, "conference", *identity[2:]),
            enquiry=reference(identity),
            held_on=v["DateOfInitialCPC"],
            target_on=v["InitialCPCtarget"],
            **told,
        )


def protection_plan(v: dict[str, Any], at: Lineage, story: Story) -> Iterator[Event]:
    """Tell of a child protection plan and its review conferences."""
    identity = story.identity("protection_plan", story.referral, v["CPPstartDate"])
    yield Plan(
        child=v["LAchildID"],
        identity=identity,
        lineage=(at,),
        type="protection",
        referral=story.referral,
        started_on=v["CPPstartDate"],
        ended_on=v["CPPendDate"],
        first_category=v["InitialCategoryOfAbuse"],
        latest_category=v["LatestCategoryOfAbuse"],
        earlier_plans=v["NumberOfPreviousCPP"] if isinstance(v["NumberOfPreviousCPP"], int) else None,
    )
    for day in v["CPPreviewDate"]:
        yield Review(
            child=v["LAchildID"],
            identity=story.identity("review", reference(identity), day),
            lineage=(at,),
            type="protection",
            plan=reference(identity),
            held_on=day,
        )


def as_flag(value: object) -> bool | None:
    """Return yes or no; what is neither was doubted when it was read and is unknown here."""
    return value if isinstance(value, bool) else None


TELL: dict[str, Callable[[dict[str, Any], Lineage, Story], Iterator[Event]]] = {
    "Child": child,
    "CINdetails": referral,
    "Assessments": assessment,
    "CINPlanDates": need_plan,
    "Section47": enquiry,
    "ChildProtectionPlans": protection_plan,
}
