"""Which moments each kind of event has: the kind of entry, when it happened, and what of the event it says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .moments import Around

Between = Callable[[Any, "Around"], tuple[str | None, str | None]]
HELD = ("team", "worker")
# The code of a placement with the child's own parents (SSDA903); clause D16 asks whether it is so by an interim order.
WITH_PARENTS = "P1"


@dataclass(frozen=True, slots=True)
class Step:
    """One moment: `at` is the member that says when, `own` the role that the event's own key plays.

    `mentions` are the members that refer to other events, by the role each plays; `holds` says whether the moment came;
    `between` gives the two days between which it lies where no member says when; `adds` gives facts that clauses ask.
    """

    kind: str
    at: str = ""
    facts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    own: str = ""
    mentions: tuple[tuple[str, str], ...] = ()
    holds: Callable[[Any], bool] | None = None
    between: Between | None = None
    adds: Callable[[Any], dict[str, Any]] | None = None
    needs: str = ""  # a role without which the entry would say nothing to anybody


def has(name: str) -> Callable[[Any], bool]:
    """Return the question whether a member says something."""
    return lambda event: getattr(event, name) not in (None, ())


def enters(event: Any) -> bool:
    """Tell whether a child came into care with this episode."""
    if event.started_reason is not None:
        return bool(event.starts_care)
    return event.started_on is not None and event.entered_care_on == event.started_on


def leaves(event: Any) -> bool:
    """Tell whether the child left care with this episode; a list of whole periods gives no reasons."""
    if event.ended_on is None:
        return False
    return bool(event.ends_care) if event.ended_reason else event.started_reason is None


def decided(event: Any, around: "Around") -> tuple[str | None, str | None]:
    """An assessment was decided on between the referral and its own start."""
    return around.received.get(event.referral or ""), event.started_on


def enquiry_end(event: Any, around: "Around") -> tuple[str | None, str | None]:
    """That no conference was needed was found between the start of the enquiry and the end of the file's year."""
    return event.started_on, around.known_by(event)


def seen(event: Any, around: "Around") -> tuple[str | None, str | None]:
    """A child who was seen in the assessment was seen between its start and its authorisation."""
    return event.started_on, event.authorised_on or around.known_by(event)


def ended_enquiry(event: Any) -> dict[str, Any]:
    """Say how an enquiry ended, in the word that clause D6 asks for."""
    if not event.conference_not_required:
        return {"outcome": "ended"}
    return {"outcome": "no_conference", "reason": "the source says that none was required"}


def is_assessment(event: Any) -> bool:
    """Tell a health assessment from a dental check and the like; the dataset's systems write the type in words."""
    return "health" in (event.type or "").casefold()


_ASSESSED = (("referral", "referral"),)
_ENQUIRED = (("referral", "referral"),)
_PLAN_FACTS = ("first_category", "latest_category", "earlier_plans", "by_other_authority", "emergency_powers")
_PLAN_WORDS = (*HELD, "referral", "conference")
_PLAN_MENTIONS = (("referral", "referral"), ("conference", "conference"))
_REVIEW = ("due_on", "participation", "cancelled", "plan_continues")
_VISIT = ("seen", "seen_alone", "bedroom_seen")
_DETAILS = (
    "born_on expected_birth_on died_on sex ethnicity gender upn_unknown nationality disabilities is_disabled "
    "unaccompanied unaccompanied_until is_mother mother_of_child_born_on"
)
_CARE = (
    "started_reason entered_care_on legal_status legal_status_on need placement_type permanence_plan "
    "independent_contact_on health_assessed_on teeth_checked_on again_within_year placements_in_year missing_in_year "
    "absent_in_year"
)
_LEAVER = (
    "return_year eligibility in_touch last_contact_on accommodation accommodation_suitable activity pathway_reviewed_on"
)


def _plan(name: str) -> tuple[Step, ...]:
    return (
        Step(f"{name}.started.1", "started_on", _PLAN_FACTS, _PLAN_WORDS, "plan", _PLAN_MENTIONS),
        Step(f"{name}.ended.1", "ended_on", own="plan", mentions=(("referral", "referral"),), holds=has("ended_on")),
    )


def _visit(name: str) -> tuple[Step, ...]:
    return (Step(f"{name}.made.1", "made_on", _VISIT, ("plan",)),)


STEPS: dict[str, tuple[Step, ...]] = {
    "child_details": (
        Step(
            "child_details.told.1",
            facts=tuple(_DETAILS.split()),
            words=("forename", "surname", "upn", "former_upn", "common_id", "legacy_id"),
        ),
    ),
    "contact": (Step("contact.received.1", "made_on", ("source", "outcomes"), own="contact"),),
    "early_help": (
        Step("early_help.started.1", "started_on", ("reason",), ("organisation", "worker")),
        Step(
            "early_help.ended.1",
            "ended_on",
            ("ended_reason",),
            holds=lambda e: e.ended_on is not None or e.ended_reason is not None,
        ),
    ),
    "referral": (
        Step(
            "referral.received.1",
            "received_on",
            ("source", "primary_need", "no_further_action", "first_conference_on", "outcomes"),
            HELD,
            "referral",
        ),
        Step(
            "referral.closed.1",
            "closed_on",
            ("closed_reason",),
            own="referral",
            holds=lambda e: e.closed_on is not None or e.closed_reason is not None,
        ),
    ),
    "need_episode": (
        Step("need_episode.started.1", "started_on", ("primary_need", "last_seen_on", "status"), HELD),
        Step(
            "need_episode.ended.1",
            "closed_on",
            ("closed_reason",),
            holds=lambda e: e.closed_on is not None or e.closed_reason is not None,
        ),
    ),
    "assessment": (
        Step(
            "assessment.started.1",
            "started_on",
            ("reviewed_on", "child_seen", "outcomes", "needs_support"),
            (*HELD, "referral"),
            "assessment",
            _ASSESSED,
        ),
        Step(
            "referral.decided.1",
            mentions=_ASSESSED,
            holds=has("referral"),
            between=decided,
            adds=lambda e: {"outcome": "assessment"},
            needs="referral",
        ),
        Step(
            "child.seen.1",
            own="assessment",
            mentions=_ASSESSED,
            holds=lambda e: e.child_seen is True,
            between=seen,
        ),
        Step(
            "assessment.authorised.1",
            "authorised_on",
            ("factors",),
            own="assessment",
            mentions=_ASSESSED,
            holds=has("authorised_on"),
        ),
        Step(
            "assessment.factors_found.1",
            facts=("factors",),
            own="assessment",
            holds=lambda e: bool(e.factors) and e.authorised_on is None,
        ),
    ),
    "strategy_discussion": (
        Step(
            "strategy.held.1",
            "held_on",
            words=("referral", "enquiry"),
            mentions=(("referral", "referral"),),
        ),
    ),
    "section_47_enquiry": (
        Step(
            "s47.started.1",
            "started_on",
            ("conference_target_on", "conference_not_required", "no_further_action", "outcomes"),
            (*HELD, "referral"),
            "enquiry",
            _ENQUIRED,
            adds=lambda e: {"strategy_held_on": e.started_on} if e.started_on else {},
        ),
        Step(
            "s47.ended.1",
            "ended_on",
            own="enquiry",
            mentions=_ENQUIRED,
            holds=lambda e: e.ended_on is not None or e.conference_not_required is True,
            between=enquiry_end,
            adds=ended_enquiry,
        ),
    ),
    "conference": (
        Step(
            "conference.held.1",
            "held_on",
            ("target_on", "transferred_in", "outcomes"),
            (*HELD, "referral", "enquiry"),
            "conference",
            (("referral", "referral"), ("enquiry", "enquiry")),
            adds=lambda e: {"type": "initial"},
        ),
    ),
    "plan.need": _plan("cin_plan"),
    "plan.protection": _plan("cp_plan"),
    "review.protection": (
        Step("cp_review.held.1", "held_on", _REVIEW, ("plan",), "conference", (("plan", "plan"),)),
        Step(
            "quorum.recorded.1",
            "held_on",
            ("quorate",),
            own="conference",
            mentions=(("plan", "plan"),),
            holds=has("quorate"),
        ),
    ),
    "review.care": (
        Step(
            "care_review.held.1",
            "held_on",
            _REVIEW,
            ("plan",),
            adds=lambda e: {"cancelled": bool(e.cancelled)},
        ),
    ),
    "review.pathway": (Step("pathway_plan.reviewed.1", "held_on", _REVIEW, ("plan",)),),
    "visit.protection": (Step("cp_visit.made.1", "made_on", _VISIT, ("plan",), mentions=(("plan", "plan"),)),),
    "visit.need": _visit("cin_visit"),
    "visit.care": _visit("care_visit"),
    "looked_after_episode": (
        Step(
            "care_episode.started.1",
            "started_on",
            tuple(_CARE.split()),
            (*HELD, "period", "placement", "home_postcode"),
        ),
        Step("care.started.1", "started_on", holds=enters),
        Step(
            "care_episode.ended.1",
            "ended_on",
            ("ended_reason",),
            holds=lambda e: e.ended_on is not None or e.ended_reason is not None,
        ),
        Step("care.ended.1", "ended_on", holds=leaves),
    ),
    "placement": (
        Step(
            "placement.started.1",
            "started_on",
            ("type", "provider", "distance", "location", "authority"),
            ("period", "urn", "postcode"),
            adds=lambda e: {"basis": "placement"} if e.type and e.type != WITH_PARENTS else {},
        ),
        Step(
            "placement.ended.1",
            "ended_on",
            ("changed_reason",),
            holds=lambda e: e.ended_on is not None or e.changed_reason is not None,
        ),
    ),
    "health_check": (
        Step("health.assessed.1", "done_on", ("type", "status"), holds=is_assessment),
        Step("health.checked.1", "done_on", ("type", "status"), holds=lambda e: not is_assessment(e)),
    ),
    "missing_episode": (
        Step("missing.started.1", "started_on", ("type",), own="episode"),
        Step("missing.returned.1", "ended_on", own="episode", holds=has("ended_on")),
    ),
    "return_interview": (
        Step(
            "return_interview.offered.1",
            "held_on",
            ("offered", "accepted"),
            ("missing_episode",),
            mentions=(("episode", "missing_episode"),),
        ),
    ),
    "care_leaving": (Step("care_leaver.told.1", facts=tuple(_LEAVER.split()), words=(*HELD, "adviser")),),
    "involvement": (
        Step(
            "involvement.started.1",
            "started_on",
            ("role",),
            ("worker", "worker_name", "team", "team_name", "referral"),
        ),
        Step(
            "involvement.ended.1",
            "ended_on",
            ("changed_reason",),
            holds=lambda e: e.ended_on is not None or e.changed_reason is not None,
        ),
    ),
    "concern": (
        Step(
            "earlier_concern.told.1",
            "raised_on",
            ("happened_on", "category"),
            ("agency", "raised_by", "words", "place"),
        ),
    ),
}
