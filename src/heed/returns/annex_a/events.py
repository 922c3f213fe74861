"""From the rows of Annex A to the journey: the lists hold the latest visit and review, and no older one is invented."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from heed.returns.identity import Numbering
from heed.returns.journey import (
    Assessment,
    CareLeaving,
    ChildDetails,
    Conference,
    Contact,
    EarlyHelp,
    Event,
    Involvement,
    LookedAfterEpisode,
    NeedEpisode,
    Placement,
    Plan,
    Referral,
    ReturnInterview,
    Review,
    Section47Enquiry,
    StrategyDiscussion,
    Visit,
)
from heed.returns.rows import Doubt, Item, Reject, Row

from .tables import CHILD

NAME = "annex-a"
OFFERED = "Was the child offered a Return Interview after their last missing episode (Y/N)?"
ACCEPTED = "Did the child accept a Return Interview after their last missing episode (Y/N)?"
STRATEGY = "Strategy discussion initiating Section 47 Enquiry Start Date"
EMERGENCY = "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)"
UASC = (
    "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
    "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)",
)
AGAIN = "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)"
EPISODES = "Number of Episodes the Child has been '{}' from their Placement in the last 12 months"


@dataclass(slots=True)
class Story:
    """What is gathered over the lists: numbers within a day, each child's details, each worker's children."""

    numbers: Numbering = field(default_factory=Numbering)
    children: dict[str, ChildDetails] = field(default_factory=dict)
    workers: dict[tuple[str, ...], Involvement] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """One row in reach of the functions that tell it."""

    row: Row
    story: Story

    def __getitem__(self, column: str) -> Any:
        return self.row.values.get(column)

    def about(self, kind: str, *parts: object) -> dict[str, Any]:
        """Return child, identity and lineage for an event of this row."""
        child = self[CHILD]
        return {
            "child": child,
            "identity": self.story.numbers.number(NAME, kind, child, *parts),
            "lineage": (self.row.lineage,),
        }

    def flag(self, column: str) -> bool | None:
        """Return yes or no; a text that is neither was doubted when it was read."""
        return self[column] if isinstance(self[column], bool) else None

    def number(self, column: str) -> int | None:
        """Return a whole number."""
        return self[column] if isinstance(self[column], int) else None

    @property
    def held(self) -> dict[str, Any]:
        """Return the team and the worker of this row."""
        return {"team": self["Allocated Team"], "worker": self["Allocated Worker"]}


def events(items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the journey of the lists; the children's details and workers, gathered over all lists, come last."""
    story = Story()
    for item in items:
        if not isinstance(item, Row):
            yield item
            continue
        story.numbers.begin(item.file_digest)
        if item.table != "List 11":
            gather(Told(item, story))
        if item.table in TELL:
            yield from TELL[item.table](Told(item, story))
    yield from story.doubts
    yield from story.children.values()
    yield from story.workers.values()


def gather(t: Told) -> None:
    """Add what a row says about the child and the worker; where two lists disagree the first holds and it is listed."""
    new = ChildDetails(
        child=t[CHILD],
        identity=(NAME, "child", t[CHILD]),
        lineage=(t.row.lineage,),
        born_on=t["Date of Birth"],
        sex=t["Gender"],
        ethnicity=t["Ethnicity"],
        is_disabled=t.flag("Does the Child have a Disability"),
        unaccompanied=t.flag(UASC[0]) if t.flag(UASC[0]) is not None else t.flag(UASC[1]),
    )
    old = t.story.children.setdefault(new.child, new)
    for name, value in new.content().items():
        known = getattr(old, name)
        if known is None:
            old = replace(old, **{name: value})
        elif known != value:
            row = t.row
            where = (row.source, row.file_digest, row.sheet, row.line, row.table)
            t.story.doubts.append(Doubt(*where, name, str(value), f"another list says {known} of this child"))
    t.story.children[new.child] = old
    for worker, role in ((t["Allocated Worker"], "allocated worker"), (t["Allocated Personal Advisor"], "adviser")):
        if worker:
            key = (new.child, str(worker), role, str(t["Allocated Team"] or ""))
            identity = (NAME, "worker", *key)
            t.story.workers[key] = Involvement(
                child=new.child,
                identity=identity,
                lineage=new.lineage,
                worker=worker,
                role=role,
                team=t["Allocated Team"],
            )


def contact(t: Told) -> Iterator[Event]:
    """Tell list 1."""
    day = t["Date of Contact"]
    yield Contact(**t.about("contact", day), made_on=day, source=t["Contact Source"])


def early_help(t: Told) -> Iterator[Event]:
    """Tell list 2."""
    yield EarlyHelp(
        **t.about("early_help", t["Assessment start date"]),
        started_on=t["Assessment start date"],
        ended_on=t["Assessment completion date"],
        organisation=t["Organisation completing assessment"],
    )


def referral(t: Told) -> Iterator[Event]:
    """Tell list 3."""
    yield Referral(
        **t.about("referral", t["Date of referral"]),
        received_on=t["Date of referral"],
        source=t["Referral Source"],
        no_further_action=t.flag("Referral NFA?"),
        **t.held,
    )


def assessment(t: Told) -> Iterator[Event]:
    """Tell list 4."""
    yield Assessment(
        **t.about("assessment", t["Continuous Assessment Start Date"]),
        started_on=t["Continuous Assessment Start Date"],
        authorised_on=t["Continuous Assessment Date of Authorisation"],
        child_seen=t.flag("Child Seen During Continuous Assessment"),
        needs_support=t.flag("Was the child assessed as requiring LA children's social care support?"),
        **t.held,
    )


def enquiry(t: Told) -> Iterator[Event]:
    """Tell list 5: the strategy discussion that opened the enquiry, the enquiry, its conference."""
    day, held = t[STRATEGY], t["Date of Initial Child Protection Conference"]
    about = t.about("enquiry", day)
    reference = "/".join(about["identity"][2:])
    yield StrategyDiscussion(
        **about | {"identity": (NAME, "strategy", *about["identity"][2:])}, enquiry=reference, held_on=day
    )
    unnecessary = t.flag("Was an Initial Child Protection Conference deemed unnecessary?")
    yield Section47Enquiry(**about, started_on=day, conference_not_required=unnecessary, **t.held)
    if held:
        yield Conference(
            **about | {"identity": (NAME, "conference", *about["identity"][2:])},
            enquiry=reference,
            held_on=held,
            plan_made=t.flag("Did the Initial Child Protection Conference Result in a Child Protection Plan"),
            **t.held,
        )


def need(t: Told) -> Iterator[Event]:
    """Tell list 6."""
    yield NeedEpisode(
        **t.about("need", t["CIN Start Date"]),
        started_on=t["CIN Start Date"],
        primary_need=t["Primary Need Code"],
        last_seen_on=t["Date Child Was Last Seen"],
        closed_on=t["CIN Closure Date"],
        closed_reason=t["Reason for Closure"],
        status=t["Case Status"],
        **t.held,
    )


def protection(t: Told) -> Iterator[Event]:
    """Tell list 7: the plan, its latest visit and its latest review."""
    about = t.about("plan", t["Child Protection Plan Start Date"])
    reference = "/".join(about["identity"][2:])
    yield Plan(
        **about,
        type="protection",
        started_on=t["Child Protection Plan Start Date"],
        ended_on=t["Child Protection Plan End Date"],
        first_category=t["Initial Category of Abuse"],
        latest_category=t["Latest Category of Abuse"],
        earlier_plans=t.number("Number of Previous Child Protection Plans"),
        emergency_powers=t.flag(EMERGENCY),
        **t.held,
    )
    if day := t["Date of the Last Statutory Visit"]:
        alone = t.flag("Was the Child Seen Alone?")
        yield Visit(**t.about("visit", "plan", day), type="protection", plan=reference, made_on=day, seen_alone=alone)
    if day := t["Date of latest review conference"]:
        yield Review(**t.about("review", "plan", day), type="protection", plan=reference, held_on=day)


def looked_after(t: Told) -> Iterator[Event]:
    """Tell list 8: the period of care, the placement now, the latest review and visit, the last return interview."""
    started, moved = t["Date Started to be Looked After"], t["Start Date of Most Recent Placement"]
    yield LookedAfterEpisode(
        **t.about("care", started),
        started_on=started,
        entered_care_on=started,
        ended_on=t["Date Ceased to be Looked After"],
        ended_reason=t["Reason Ceased to be Looked After"],
        legal_status=t["Child's Legal Status"],
        legal_status_on=t["Start date of current legal status"],
        need=t["Child's Category of Need"],
        placement_type=t["Placement Type"],
        permanence_plan=t["What is the permanence plan for this child?"],
        independent_contact_on=t["Date of Last IRO Visit / Contact to the Child"],
        health_assessed_on=t["Date of Last Health Assessment"],
        teeth_checked_on=t["Date of Last Dental Check"],
        again_within_year=t.flag(AGAIN),
        placements_in_year=t.number("Number of Placements in the Last 12 months"),
        missing_in_year=t.number(EPISODES.format("Missing")),
        absent_in_year=t.number(EPISODES.format("Absent")),
        **t.held,
    )
    if moved:
        yield placement(t, moved)
    if day := t["Date of Latest Statutory Review"]:
        yield Review(**t.about("review", "care", day), type="care", held_on=day)
    if day := t["Date of Last Social Work Visit"]:
        yield Visit(**t.about("visit", "care", day), type="care", made_on=day)
    if t.flag(OFFERED) is not None or t.flag(ACCEPTED) is not None:
        yield ReturnInterview(**t.about("return_interview"), offered=t.flag(OFFERED), accepted=t.flag(ACCEPTED))


def placement(t: Told, started: str) -> Event:
    """Tell of the placement a looked-after child is in."""
    return Placement(
        **t.about("placement", started),
        started_on=started,
        type=t["Placement Type"],
        provider=t["Placement Provider"],
        postcode=t["Placement postcode"],
        urn=t["URN of Placement"],
        location=t["Placement Location"],
        authority=t["LA of Placement"],
    )


def leaver(t: Told) -> Iterator[Event]:
    """Tell list 9, with the latest pathway plan review as a review."""
    reviewed = t["Latest Pathway Plan Review Date"]
    yield CareLeaving(
        **t.about("care_leaver"),
        eligibility=t["Eligibility Category"],
        in_touch=t["LA in Touch"],
        last_contact_on=t["Latest Date of Contact"],
        accommodation=t["Type of Accommodation"],
        accommodation_suitable=t["Suitability of Accommodation"],
        activity=t["Activity Status"],
        pathway_reviewed_on=reviewed,
        adviser=t["Allocated Personal Advisor"],
        **t.held,
    )
    if reviewed:
        yield Review(**t.about("review", "pathway", reviewed), type="pathway", held_on=reviewed)


# Lists 10 and 11 (adoption, adopters) are read and checked; the journey has no event for them.
TELL: dict[str, Callable[[Told], Iterator[Event]]] = {
    "List 1": contact,
    "List 2": early_help,
    "List 3": referral,
    "List 4": assessment,
    "List 5": enquiry,
    "List 6": need,
    "List 7": protection,
    "List 8": looked_after,
    "List 9": leaver,
}
