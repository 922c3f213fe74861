"""What each event is in the dataset: its rows, by table, with the table's prefix before each column."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from heed.returns.identity import reference
from heed.returns.journey import (
    Assessment,
    CareLeaving,
    ChildDetails,
    Conference,
    Contact,
    EarlyHelp,
    Event,
    HealthCheck,
    Involvement,
    LookedAfterEpisode,
    MissingEpisode,
    Placement,
    Plan,
    Referral,
    Review,
    Section47Enquiry,
    Visit,
)

from .ids import Book, Line, own_id
from .said import CATEGORIES
from .told import NAME


def prefixed(prefix: str, line: Line) -> Line:
    """Put the table's prefix before each column."""
    return {f"{prefix}_{name}": value for name, value in line.items()}


def flags(names: tuple[str, ...], **said: str) -> str | None:
    """Return outcomes as the dataset's JSON: those named are yes, others as said."""
    written = said | dict.fromkeys(names, "Y")
    return json.dumps(written) if written else None


def person(e: ChildDetails, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a person, their disabilities and identifiers."""
    line: Line = {
        "person_id": e.child,
        "forename": e.forename,
        "surname": e.surname,
        "sex": e.sex,
        "gender": e.gender,
        "ethnicity": e.ethnicity,
        "dob": e.born_on,
        "common_child_id": e.common_id,
        "legacy_id": e.legacy_id,
        "upn_unknown": e.upn_unknown,
        "expected_dob": e.expected_birth_on,
        "death_date": e.died_on,
        "is_mother": e.is_mother,
        "nationality": e.nationality,
    }
    yield "ssd_person", prefixed("pers", line)
    for number, code in enumerate(e.disabilities, start=1):
        row: Line = {"table_id": f"{e.child}/{number}", "person_id": e.child, "disability_code": code}
        yield "ssd_disability", prefixed("disa", row)
    for kind, value in (("UPN", e.upn), ("Former UPN", e.former_upn)):
        if value:
            row = {"table_id": f"{e.child}/{kind}", "person_id": e.child}
            row |= {"identifier_type": kind, "identifier_value": value}
            yield "ssd_linked_identifiers", prefixed("link", row)
    if e.unaccompanied:
        row = {"immigration_status_id": f"{e.child}/UASC", "person_id": e.child, "immigration_status": "UASC"}
        yield "ssd_immigration_status", prefixed("immi", row)


def contact(e: Contact, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a contact."""
    line = {"contact_id": own_id(e), "person_id": e.child, "contact_date": e.made_on, "contact_source_code": e.source}
    yield "ssd_contacts", prefixed("cont", line | {"contact_outcome_json": flags(e.outcomes)})


def early_help(e: EarlyHelp, book: Book) -> Iterator[tuple[str, Line]]:
    """Write an early help episode."""
    line: Line = {
        "episode_id": own_id(e),
        "person_id": e.child,
        "episode_start_date": e.started_on,
        "episode_end_date": e.ended_on,
        "episode_reason": e.reason,
        "episode_end_reason": e.ended_reason,
        "episode_organisation": e.organisation,
        "episode_worker_id": e.worker,
    }
    yield "ssd_early_help_episodes", prefixed("earl", line)


def referral(e: Referral, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a referral and its episode of need."""
    line: Line = {
        "referral_id": own_id(e),
        "person_id": e.child,
        "referral_date": e.received_on,
        "cin_primary_need_code": e.primary_need,
        "referral_source_code": e.source,
        "referral_outcome_json": flags(e.outcomes),
        "referral_nfa": e.no_further_action,
        "close_reason": e.closed_reason,
        "close_date": e.closed_on,
        "referral_team": e.team,
        "referral_worker_id": e.worker,
    }
    yield "ssd_cin_episodes", prefixed("cine", line)


def assessment(e: Assessment, book: Book) -> Iterator[tuple[str, Line]]:
    """Write an assessment and its factors."""
    line: Line = {
        "assessment_id": own_id(e),
        "person_id": e.child,
        "referral_id": book.pointer(e, "referral"),
        "assessment_start_date": e.started_on,
        "assessment_child_seen": e.child_seen,
        "assessment_auth_date": e.authorised_on,
        "assessment_outcome_json": flags(e.outcomes),
        "assessment_outcome_nfa": None if e.needs_support is None else not e.needs_support,
        "assessment_team": e.team,
        "assessment_worker_id": e.worker,
    }
    yield "ssd_cin_assessments", prefixed("cina", line)
    if e.factors:
        row: Line = {"table_id": own_id(e), "assessment_id": own_id(e)}
        row["assessment_factors_json"] = json.dumps(e.factors)
        yield "ssd_assessment_factors", prefixed("cinf", row)


def enquiry(e: Section47Enquiry, book: Book) -> Iterator[tuple[str, Line]]:
    """Write an enquiry; that a conference was ruled out is one of its outcomes here."""
    line: Line = {
        "s47_enquiry_id": own_id(e),
        "referral_id": book.pointer(e, "referral"),
        "person_id": e.child,
        "s47_start_date": e.started_on,
        "s47_end_date": e.ended_on,
        "s47_nfa": e.no_further_action,
        "s47_outcome_json": flags(e.outcomes, **({"CP_CONFERENCE_FLAG": "N"} if e.conference_not_required else {})),
        "s47_completed_by_worker_id": e.worker,
        "s47_completed_by_team": e.team,
    }
    yield "ssd_s47_enquiry", prefixed("s47e", line)


def conference(e: Conference, book: Book) -> Iterator[tuple[str, Line]]:
    """Write an initial child protection conference."""
    line: Line = {
        "icpc_id": own_id(e),
        "s47_enquiry_id": book.pointer(e, "enquiry"),
        "person_id": e.child,
        "referral_id": book.pointer(e, "referral"),
        "icpc_transfer_in": e.transferred_in,
        "icpc_target_date": e.target_on,
        "icpc_date": e.held_on,
        "icpc_outcome_cp_flag": e.plan_made,
        "icpc_outcome_json": flags(e.outcomes),
        "icpc_team": e.team,
        "icpc_worker_id": e.worker,
    }
    yield "ssd_initial_cp_conference", prefixed("icpc", line)


def plan(e: Plan, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a child in need or child protection plan, each in its own table."""
    shared: Line = {"referral_id": book.pointer(e, "referral"), "person_id": e.child}
    if e.type == "need":
        line: Line = {
            "cin_plan_id": own_id(e),
            "cin_plan_start_date": e.started_on,
            "cin_plan_end_date": e.ended_on,
            "cin_plan_team": e.team,
            "cin_plan_worker_id": e.worker,
        }
        yield "ssd_cin_plans", prefixed("cinp", shared | line)
        return
    line = {
        "cp_plan_id": own_id(e),
        "icpc_id": book.pointer(e, "conference"),
        "cp_plan_start_date": e.started_on,
        "cp_plan_end_date": e.ended_on,
        "cp_plan_initial_category": CATEGORIES.get(e.first_category or "", e.first_category),
        "cp_plan_ola": e.by_other_authority,
        "cp_plan_latest_category": CATEGORIES.get(e.latest_category or "", e.latest_category),
    }
    yield "ssd_cp_plans", prefixed("cppl", shared | line)


def review(e: Review, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a review of a protection plan or of care; a pathway review is a column of the care leaver's row."""
    if e.type == "protection":
        line: Line = {
            "cp_review_id": own_id(e),
            "person_id": e.child,
            "cp_plan_id": book.pointer(e, "plan"),
            "cp_review_due": e.due_on,
            "cp_review_date": e.held_on,
            "cp_review_outcome_continue_cp": e.plan_continues,
            "cp_review_quorate": e.quorate,
            "cp_review_participation": e.participation,
        }
        yield "ssd_cp_reviews", prefixed("cppr", line)
    elif e.type == "care":
        line = {
            "cla_review_id": own_id(e),
            "cla_id": e.plan or care_id(e),
            "cla_review_due_date": e.due_on,
            "cla_review_date": e.held_on,
            "cla_review_cancelled": e.cancelled,
            "cla_review_participation": e.participation,
        }
        yield "ssd_cla_reviews", prefixed("clar", line)


def care_id(event: Event) -> str | None:
    """Return the id of a child's care, for sources that do not tell one period from the next."""
    return None if event.identity[0] == NAME else f"care/{event.child}"


def visit(e: Visit, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a visit, in the table of its type."""
    seen = {"seen": e.seen, "seen_alone": e.seen_alone}
    table, prefix, stem = {
        "need": ("ssd_cin_visits", "cinv", "cin_visit"),
        "protection": ("ssd_cp_visits", "cppv", "cp_visit"),
        "care": ("ssd_cla_visits", "clav", "cla_visit"),
    }[e.type]
    line: Line = {"person_id": e.child, f"{stem}_id": own_id(e), f"{stem}_date": e.made_on}
    line |= {f"{stem}_{name}": value for name, value in seen.items()}
    if e.type == "care":
        line["cla_id"] = e.plan or care_id(e)
    else:
        line[f"{stem}_bedroom"] = e.bedroom_seen
    if e.type == "protection":
        line["cp_plan_id"] = book.pointer(e, "plan")
    yield table, prefixed(prefix, line)


def care_episode(e: LookedAfterEpisode, book: Book) -> Iterator[tuple[str, Line]]:
    """Write an episode of being looked after, and the legal status it is under."""
    line: Line = {
        "cla_episode_id": own_id(e),
        "person_id": e.child,
        "cla_episode_start_date": e.started_on,
        "cla_episode_start_reason": e.started_reason,
        "cla_primary_need_code": e.need,
        "cla_episode_ceased_date": e.ended_on,
        "cla_episode_ceased_reason": e.ended_reason,
        "cla_id": e.period or care_id(e),
        "cla_placement_id": book.pointer(e, "placement"),
        "entered_care_date": e.entered_care_on,
        "cla_last_iro_contact_date": e.independent_contact_on,
    }
    yield "ssd_cla_episodes", prefixed("clae", line)
    if e.legal_status:
        since = e.legal_status_on or e.started_on
        row: Line = {"legal_status_id": own_id(e), "person_id": e.child, "legal_status": e.legal_status}
        row |= {"legal_status_start_date": since, "legal_status_end_date": e.ended_on}
        yield "ssd_legal_status", prefixed("lega", row)


def placement(e: Placement, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a placement."""
    line: Line = {
        "cla_placement_id": own_id(e),
        "cla_placement_start_date": e.started_on,
        "cla_placement_type": e.type,
        "cla_placement_urn": e.urn,
        "cla_placement_distance": e.distance,
        "cla_id": e.period or care_id(e),
        "cla_placement_provider": e.provider,
        "cla_placement_postcode": e.postcode,
        "cla_placement_end_date": e.ended_on,
        "cla_placement_change_reason": e.changed_reason,
        "person_id": e.child,
    }
    yield "ssd_cla_placement", prefixed("clap", line)


def health(e: HealthCheck, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a health check."""
    line: Line = {"health_check_id": own_id(e), "person_id": e.child, "health_check_type": e.type}
    yield "ssd_cla_health", prefixed("clah", line | {"health_check_date": e.done_on, "health_check_status": e.status})


def missing(e: MissingEpisode, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a missing episode with its return interview."""
    interview = book.interviews.get((e.identity[0], reference(e)))
    line: Line = {
        "table_id": own_id(e),
        "person_id": e.child,
        "missing_episode_start_date": e.started_on,
        "missing_episode_type": e.type,
        "missing_episode_end_date": e.ended_on,
        "missing_rhi_offered": interview.offered if interview else None,
        "missing_rhi_accepted": interview.accepted if interview else None,
    }
    yield "ssd_missing", prefixed("miss", line)


def care_leaver(e: CareLeaving, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a care leaver."""
    line: Line = {
        "table_id": own_id(e),
        "person_id": e.child,
        "care_leaver_eligibility": e.eligibility,
        "care_leaver_in_touch": e.in_touch,
        "care_leaver_latest_contact": e.last_contact_on,
        "care_leaver_accommodation": e.accommodation,
        "care_leaver_accom_suitable": e.accommodation_suitable,
        "care_leaver_activity": e.activity,
        "pathway_plan_review_date": e.pathway_reviewed_on,
        "care_leaver_personal_advisor": e.adviser,
        "care_leaver_allocated_team": e.team,
        "care_leaver_worker_id": e.worker,
    }
    yield "ssd_care_leavers", prefixed("clea", line)


def involvement(e: Involvement, book: Book) -> Iterator[tuple[str, Line]]:
    """Write a worker's time with a child."""
    line: Line = {
        "involvements_id": own_id(e),
        "professional_id": e.worker,
        "professional_role_id": e.role,
        "professional_team": e.team,
        "involvement_start_date": e.started_on,
        "involvement_end_date": e.ended_on,
        "worker_change_reason": e.changed_reason,
        "person_id": e.child,
        "referral_id": book.pointer(e, "referral"),
    }
    yield "ssd_involvements", prefixed("invo", line)


WRITE: dict[type[Event], Callable[[Any, Book], Iterator[tuple[str, Line]]]] = {
    ChildDetails: person,
    Contact: contact,
    EarlyHelp: early_help,
    Referral: referral,
    Assessment: assessment,
    Section47Enquiry: enquiry,
    Conference: conference,
    Plan: plan,
    Review: review,
    Visit: visit,
    LookedAfterEpisode: care_episode,
    Placement: placement,
    HealthCheck: health,
    MissingEpisode: missing,
    CareLeaving: care_leaver,
    Involvement: involvement,
}
