"""What each standard cannot say, and which duties are therefore not testable on what was imported from it.

A duty needs facts; a standard gives facts. A duty is testable where all its facts are given, testable for today only
where one of them is given as the latest value alone, and else not, with the missing facts named. Which facts a reader
gives is checked by a test that fills every column.
"""

from dataclasses import dataclass
from typing import Literal

Testable = Literal["yes", "today only", "no"]

# Fact (kind of event and field; `type` in between where it matters) → its words.
FACTS = {
    "contact.made_on": "when the contact was made",
    "triage.decided_at": "when the contact was triaged",
    "referral.received_on": "when the referral came",
    "referral.decided_at": "when the response to the referral was decided",
    "assessment.started_on": "when the assessment began",
    "assessment.authorised_on": "when the assessment was authorised",
    "assessment.child_seen": "whether the child was seen in the assessment",
    "harm.suspected_at": "when significant harm was first suspected",
    "strategy_discussion.held_on": "when the strategy discussion was held",
    "strategy_discussion.without_enquiry": "strategy discussions that opened no enquiry",
    "section_47_enquiry.ended_without": "whether a conference was found not to be needed",
    "conference.held_on": "when the initial conference was held",
    "core_group.held_on": "when the core group met",
    "plan.protection.started_on": "when the child protection plan began",
    "plan.need.started_on": "when the child in need plan began",
    "review.protection.held_on": "when review conferences were held",
    "review.protection.quorate": "whether the conference was quorate",
    "review.care.held_on": "when looked-after reviews were held",
    "review.asked_for": "when the reviewing officer asked for an early review",
    "review.pathway.held_on": "when pathway plans were reviewed",
    "visit.protection.made_on": "when children on a protection plan were visited",
    "visit.need.made_on": "when children in need were visited",
    "visit.care.made_on": "when looked-after children were visited",
    "looked_after_episode.entered_care_on": "when the child came into care",
    "placement.started_on": "when the placement began",
    "health_assessment.held_on": "when the child's health was assessed",
    "missing_episode.started_on": "when the child went missing",
    "missing_episode.ended_on": "when the child came back",
    "return_interview.held_at": "when the return interview was held (flags only)",
    "prevention_check.made_at": "when the police saw the child after the return",
    "national_referral.made_on": "when the child was referred to the national referral mechanism",
    "national_referral.decided_on": "when the national referral mechanism decided",
    "victim.told_at": "when the victim was told of arrest, bail or no further action",
    "incident.notified_on": "when a serious incident was notified",
    "rapid_review.completed_on": "when the rapid review was completed",
    "record.kept_until": "until when the record is kept",
    "emergency_order.hours": "the hours of emergency orders and police protection",
    "staff_allegation.reported_at": "allegations against staff",
    "yearly_report.published_on": "the partners' yearly report",
    "supervision.held_on": "supervision of the case",
    "risk_assessment.made_on": "exploitation risk assessments",
    "conference_report.sent_at": "when agencies sent their reports to the conference",
}
# Duty → the facts its test needs (domain/standards.md, section 4).
DUTIES: dict[str, tuple[str, ...]] = {
    "D1": ("referral.received_on", "referral.decided_at"),
    "D2": ("contact.made_on", "triage.decided_at"),
    "D3": ("assessment.started_on", "assessment.authorised_on"),
    "D4": ("assessment.child_seen",),
    "D5": ("harm.suspected_at", "strategy_discussion.held_on", "strategy_discussion.without_enquiry"),
    "D6": ("strategy_discussion.held_on", "conference.held_on", "section_47_enquiry.ended_without"),
    "D7": ("plan.protection.started_on", "core_group.held_on"),
    "D8": ("core_group.held_on",),
    "D9": ("conference.held_on", "plan.protection.started_on", "review.protection.held_on"),
    "D10": ("plan.protection.started_on", "review.protection.held_on"),
    "D11": ("review.protection.quorate",),
    "D12": ("plan.protection.started_on", "visit.protection.made_on"),
    "D13": ("plan.need.started_on", "visit.need.made_on"),
    "D14": ("looked_after_episode.entered_care_on", "review.care.held_on"),
    "D15": ("looked_after_episode.entered_care_on", "review.care.held_on"),
    "D16": ("placement.started_on", "visit.care.made_on"),
    "D17": ("review.asked_for", "review.care.held_on"),
    "D18": ("looked_after_episode.entered_care_on", "health_assessment.held_on"),
    "D19": ("missing_episode.ended_on", "return_interview.held_at"),
    "D20": ("missing_episode.ended_on", "prevention_check.made_at"),
    "D21": ("missing_episode.started_on", "strategy_discussion.without_enquiry"),
    "D22": ("national_referral.made_on",),
    "D23": ("national_referral.made_on", "national_referral.decided_on"),
    "D24": ("victim.told_at",),
    "D25": ("incident.notified_on",),
    "D26": ("incident.notified_on", "rapid_review.completed_on"),
    "D27": ("review.pathway.held_on",),
    "D28": ("record.kept_until",),
    "D29": ("emergency_order.hours",),
    "D30": ("staff_allegation.reported_at",),
    "D31": ("yearly_report.published_on",),
    "D32": ("supervision.held_on",),
    "D33": ("risk_assessment.made_on",),
    "D34": ("conference.held_on", "conference_report.sent_at"),
}
JOURNEY = frozenset(
    {
        "referral.received_on",
        "assessment.started_on",
        "assessment.authorised_on",
        "strategy_discussion.held_on",
        "section_47_enquiry.ended_without",
        "conference.held_on",
        "plan.protection.started_on",
    }
)
CARE = frozenset({"looked_after_episode.entered_care_on", "placement.started_on"})
# Standard → the facts it gives with their history.
GIVES: dict[str, frozenset[str]] = {
    "cin": JOURNEY | {"plan.need.started_on", "review.protection.held_on"},
    "ssda903": CARE | {"review.care.held_on", "missing_episode.started_on", "missing_episode.ended_on"},
    "ssd": JOURNEY
    | CARE
    | {
        "contact.made_on",
        "assessment.child_seen",
        "plan.need.started_on",
        "review.protection.held_on",
        "review.protection.quorate",
        "review.care.held_on",
        "visit.protection.made_on",
        "visit.need.made_on",
        "visit.care.made_on",
        "health_assessment.held_on",
        "missing_episode.started_on",
        "missing_episode.ended_on",
    },
    "annex-a": JOURNEY | {"contact.made_on", "assessment.child_seen", "looked_after_episode.entered_care_on"},
    "concerns": frozenset(),
}
# Standard → the facts of which it holds the latest only: good for 'overdue today', silent on the years before.
LATEST: dict[str, frozenset[str]] = {
    "annex-a": frozenset(
        {
            "placement.started_on",
            "review.protection.held_on",
            "review.care.held_on",
            "review.pathway.held_on",
            "visit.protection.made_on",
            "visit.care.made_on",
            "health_assessment.held_on",
        }
    ),
    "ssd": frozenset({"review.pathway.held_on"}),
}
# What no standard of the sector has a place for (domain/standards.md, section 0), and why it matters here.
NOWHERE = {
    "suspects and offenders": "who is harming children, and what was done about them",
    "places, vehicles, phones and groups": "what links one child's case to another's",
    "exploitation risk assessments": "what was known of the risk, and when it was looked at again",
    "strategy meetings' members and minutes": "which agencies knew",
    "exploitation panels": "what was decided for whom, and whether it was done",
    "police crimes and their outcomes": "whether anybody was brought to justice",
    "national referral mechanism": "whether the child was recognised as trafficked",
    "support after the harm": "whether the child was helped to recover",
    "management oversight": "who in charge had seen the case",
    "time of recording": "when each fact became known: imported facts count as known from their import",
}
SILENT: dict[str, dict[str, str]] = {
    "ssda903": {
        "children who were never looked after": "the return holds no others",
        "visits": "the return has none",
        "return interviews": "the return has none",
        "the order of two changes on one day": "episodes carry days, not hours",
    },
    "cin": {
        "visits": "the census has none, neither to children in need nor under a protection plan",
        "workers and teams": "the census names nobody",
        "care, placements and missing episodes": "they are in the return on looked-after children",
        "children whose contact led to no referral": "the census begins with a referral",
    },
    "ssd": {
        "the day of a return interview": "flags only: whether offered, whether accepted",
        "missing from home": "the table is filled for looked-after children in most systems",
        "strategy discussions that opened no enquiry": "there is no table for them",
        "child in need visits by plan": "a visit points at the child, not at the plan",
    },
    "annex-a": {
        "earlier visits and reviews": "each list holds the latest only",
        "closed cases of more than six months ago": "they have left the lists",
        "missing episodes one by one": "their number in twelve months only",
        "finer source and ethnicity codes": "some councils write the group, not the code",
    },
    "concerns": {
        "everything that followed the concern": "the list holds what was reported, not what was done",
    },
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one duty can be tested, and the words for what is missing or only known for today."""

    duty: str
    testable: Testable
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GapReport:
    """What one standard (or several together) leaves unsaid."""

    standards: tuple[str, ...]
    duties: tuple[Finding, ...]
    silent: dict[str, str]
    nowhere: dict[str, str]

    def testable(self, how: Testable = "yes") -> tuple[str, ...]:
        """Return the duties with this answer."""
        return tuple(one.duty for one in self.duties if one.testable == how)


def gap_report(*standards: str) -> GapReport:
    """Return what the standards, taken together, cannot say and which duties they leave untestable."""
    gives = frozenset[str]().union(*(GIVES[name] for name in standards))
    latest = frozenset[str]().union(*(LATEST.get(name, frozenset()) for name in standards)) - gives
    findings = tuple(finding(duty, needs, gives, latest) for duty, needs in DUTIES.items())
    silent: dict[str, str] = {}
    if len(standards) == 1:
        silent = SILENT[standards[0]]
    return GapReport(standards, findings, silent, NOWHERE)


def finding(duty: str, needs: tuple[str, ...], gives: frozenset[str], latest: frozenset[str]) -> Finding:
    """Return the answer for one duty."""
    if absent := [fact for fact in needs if fact not in gives and fact not in latest]:
        return Finding(duty, "no", tuple(FACTS[fact] for fact in absent))
    if newest := [fact for fact in needs if fact not in gives]:
        return Finding(duty, "today only", tuple(FACTS[fact] for fact in newest))
    return Finding(duty, "yes")
