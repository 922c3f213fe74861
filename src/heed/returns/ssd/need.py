"""The dataset's tables from the front door to child protection."""

from collections.abc import Iterator
from dataclasses import replace

from heed.returns.journey import (
    Assessment,
    Conference,
    Contact,
    EarlyHelp,
    Event,
    Plan,
    Referral,
    Review,
    Section47Enquiry,
    StrategyDiscussion,
    Visit,
)

from .said import category, conference_ruled_out, factors, outcomes
from .told import NAME, Told


def contact(t: Told) -> Iterator[Event]:
    """Tell of a contact."""
    yield Contact(
        **t.about("contact", t["contact_id"]),
        made_on=t["contact_date"],
        source=t["contact_source_code"],
        outcomes=t.said(outcomes, "contact_outcome_json"),
    )


def early_help(t: Told) -> Iterator[Event]:
    """Tell of an early help episode."""
    yield EarlyHelp(
        **t.about("early_help", t["episode_id"]),
        started_on=t["episode_start_date"],
        ended_on=t["episode_end_date"],
        reason=t["episode_reason"],
        ended_reason=t["episode_end_reason"],
        organisation=t["episode_organisation"],
        worker=t["episode_worker_id"],
    )


def referral(t: Told) -> Iterator[Event]:
    """Tell of a referral and its episode of need, which the dataset keeps in one row."""
    yield Referral(
        **t.about("referral", t["referral_id"]),
        received_on=t["referral_date"],
        source=t["referral_source_code"],
        primary_need=t["cin_primary_need_code"],
        no_further_action=t.flag("referral_nfa"),
        closed_on=t["close_date"],
        closed_reason=t["close_reason"],
        outcomes=t.said(outcomes, "referral_outcome_json"),
        team=t["referral_team"],
        worker=t["referral_worker_id"],
    )


def assessment(t: Told) -> Iterator[Event]:
    """Tell of an assessment; its factors join from their own table."""
    t.story.assessments[t["assessment_id"]] = Assessment(
        **t.about("assessment", t["assessment_id"]),
        referral=t["referral_id"],
        started_on=t["assessment_start_date"],
        authorised_on=t["assessment_auth_date"],
        child_seen=t.flag("assessment_child_seen"),
        needs_support=opposite(t.flag("assessment_outcome_nfa")),
        outcomes=t.said(outcomes, "assessment_outcome_json"),
        team=t["assessment_team"],
        worker=t["assessment_worker_id"],
    )
    return iter(())


def opposite(value: bool | None) -> bool | None:
    """Return the opposite of what is known."""
    return None if value is None else not value


def assessment_factors(t: Told) -> Iterator[Event]:
    """Tell of the factors found at the end of an assessment; two rows of one assessment add up."""
    found = t.said(factors, "assessment_factors_json")
    if old := t.story.assessments.get(t["assessment_id"]):
        added = tuple(code for code in found if code not in old.factors)
        t.story.assessments[t["assessment_id"]] = replace(
            old, factors=(*old.factors, *added), lineage=(*old.lineage, t.row.lineage)
        )
    return iter(())


def need_plan(t: Told) -> Iterator[Event]:
    """Tell of a child in need plan."""
    yield Plan(
        **t.about("need_plan", t["cin_plan_id"]),
        type="need",
        referral=t["referral_id"],
        started_on=t["cin_plan_start_date"],
        ended_on=t["cin_plan_end_date"],
        team=t["cin_plan_team"],
        worker=t["cin_plan_worker_id"],
    )


def need_visit(t: Told) -> Iterator[Event]:
    """Tell of a visit to a child in need; the dataset ties it to the child, not to a plan."""
    yield Visit(
        **t.about("need_visit", t["cin_visit_id"]),
        type="need",
        made_on=t["cin_visit_date"],
        seen=t.flag("cin_visit_seen"),
        seen_alone=t.flag("cin_visit_seen_alone"),
        bedroom_seen=t.flag("cin_visit_bedroom"),
    )


def enquiry(t: Told) -> Iterator[Event]:
    """Tell of a section 47 enquiry; its start is the strategy discussion that opened it (the schema's own words)."""
    about, own = t.about("enquiry", t["s47_enquiry_id"]), t["s47_enquiry_id"]
    yield StrategyDiscussion(
        **about | {"identity": (NAME, "strategy", own)},
        referral=t["referral_id"],
        enquiry=own,
        held_on=t["s47_start_date"],
    )
    yield Section47Enquiry(
        **about,
        referral=t["referral_id"],
        started_on=t["s47_start_date"],
        ended_on=t["s47_end_date"],
        conference_not_required=conference_ruled_out(t["s47_outcome_json"]),
        no_further_action=t.flag("s47_nfa"),
        outcomes=t.said(outcomes, "s47_outcome_json"),
        team=t["s47_completed_by_team"],
        worker=t["s47_completed_by_worker_id"],
    )


def conference(t: Told) -> Iterator[Event]:
    """Tell of an initial child protection conference."""
    yield Conference(
        **t.about("conference", t["icpc_id"]),
        referral=t["referral_id"],
        enquiry=t["s47_enquiry_id"],
        held_on=t["icpc_date"],
        target_on=t["icpc_target_date"],
        transferred_in=t.flag("icpc_transfer_in"),
        plan_made=t.flag("icpc_outcome_cp_flag"),
        outcomes=t.said(outcomes, "icpc_outcome_json"),
        team=t["icpc_team"],
        worker=t["icpc_worker_id"],
    )


def protection_plan(t: Told) -> Iterator[Event]:
    """Tell of a child protection plan."""
    yield Plan(
        **t.about("protection_plan", t["cp_plan_id"]),
        type="protection",
        referral=t["referral_id"],
        conference=t["icpc_id"],
        started_on=t["cp_plan_start_date"],
        ended_on=t["cp_plan_end_date"],
        first_category=category(t["cp_plan_initial_category"]),
        latest_category=category(t["cp_plan_latest_category"]),
        by_other_authority=t.flag("cp_plan_ola"),
    )


def protection_visit(t: Told) -> Iterator[Event]:
    """Tell of a visit under a child protection plan."""
    yield Visit(
        **t.about("protection_visit", t["cp_visit_id"]),
        type="protection",
        plan=t["cp_plan_id"],
        made_on=t["cp_visit_date"],
        seen=t.flag("cp_visit_seen"),
        seen_alone=t.flag("cp_visit_seen_alone"),
        bedroom_seen=t.flag("cp_visit_bedroom"),
    )


def protection_review(t: Told) -> Iterator[Event]:
    """Tell of a review conference."""
    yield Review(
        **t.about("protection_review", t["cp_review_id"]),
        type="protection",
        plan=t["cp_plan_id"],
        held_on=t["cp_review_date"],
        due_on=t["cp_review_due"],
        participation=t["cp_review_participation"],
        quorate=t.flag("cp_review_quorate"),
        plan_continues=t.flag("cp_review_outcome_continue_cp"),
    )
