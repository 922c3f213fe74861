"""The child's journey as every standard tells it: one small set of events, with what a source does not say left out.

Dates are claims: `YYYY-MM-DD` (a local day), or an instant in UTC where a source gives the time of day, or None where
it gives nothing. When the record learned of them is not here: that is the importing service's to stamp.
"""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from .rows import Lineage


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a file says happened to a child, or is so of a child.

    `identity` is what makes it the same event in another file: the format's own id where there is one, else the
    child and the day and, for a second one on that day, its number. Lineage is not part of what it says.
    """

    KIND: ClassVar[str] = ""
    child: str
    identity: tuple[str, ...]
    lineage: tuple[Lineage, ...] = field(default=(), compare=False, repr=False)

    def content(self) -> dict[str, Any]:
        """Return what the event says, without identity and lineage, blanks left out."""
        said = ((one.name, getattr(self, one.name)) for one in fields(self) if one.name not in {"identity", "lineage"})
        return {name: value for name, value in said if value not in (None, ())}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildDetails(Event):
    """Who the child is, as one source has it."""

    KIND: ClassVar[str] = "child_details"
    born_on: str | None = None
    expected_birth_on: str | None = None
    died_on: str | None = None
    sex: str | None = None  # M, F, U not recorded, I indeterminate
    ethnicity: str | None = None  # DfE code
    forename: str | None = None
    surname: str | None = None
    gender: str | None = None
    upn: str | None = None
    former_upn: str | None = None
    upn_unknown: str | None = None
    common_id: str | None = None
    legacy_id: str | None = None
    nationality: str | None = None
    disabilities: tuple[str, ...] = ()
    is_disabled: bool | None = None
    unaccompanied: bool | None = None
    unaccompanied_until: str | None = None
    is_mother: bool | None = None
    mother_of_child_born_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Event):
    """Somebody told the council about a child."""

    KIND: ClassVar[str] = "contact"
    made_on: str | None = None
    source: str | None = None
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyHelp(Event):
    """Early help was assessed or given."""

    KIND: ClassVar[str] = "early_help"
    started_on: str | None = None
    ended_on: str | None = None
    organisation: str | None = None
    reason: str | None = None
    ended_reason: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Event):
    """A child was referred; the episode of need that follows ends with its closure."""

    KIND: ClassVar[str] = "referral"
    received_on: str | None = None
    source: str | None = None
    primary_need: str | None = None
    no_further_action: bool | None = None
    closed_on: str | None = None
    closed_reason: str | None = None
    first_conference_on: str | None = None
    outcomes: tuple[str, ...] = ()
    team: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedEpisode(Event):
    """A child's time as a child in need, where a source keeps it apart from the referral that opened it."""

    KIND: ClassVar[str] = "need_episode"
    started_on: str | None = None
    primary_need: str | None = None
    last_seen_on: str | None = None
    closed_on: str | None = None
    closed_reason: str | None = None
    status: str | None = None
    team: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Event):
    """A child's needs were assessed; complete when authorised."""

    KIND: ClassVar[str] = "assessment"
    referral: str | None = None
    started_on: str | None = None
    reviewed_on: str | None = None
    authorised_on: str | None = None
    factors: tuple[str, ...] = ()
    child_seen: bool | None = None
    needs_support: bool | None = None
    outcomes: tuple[str, ...] = ()
    team: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyDiscussion(Event):
    """The discussion that opened a section 47 enquiry; discussions that opened none are in no standard."""

    KIND: ClassVar[str] = "strategy_discussion"
    referral: str | None = None
    enquiry: str | None = None
    held_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section47Enquiry(Event):
    """An enquiry under section 47 of the Children Act 1989."""

    KIND: ClassVar[str] = "section_47_enquiry"
    referral: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    conference_target_on: str | None = None
    conference_not_required: bool | None = None
    no_further_action: bool | None = None
    outcomes: tuple[str, ...] = ()
    team: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference(Event):
    """An initial child protection conference."""

    KIND: ClassVar[str] = "conference"
    referral: str | None = None
    enquiry: str | None = None
    held_on: str | None = None
    target_on: str | None = None
    transferred_in: bool | None = None
    plan_made: bool | None = None
    outcomes: tuple[str, ...] = ()
    team: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Event):
    """A child in need plan (`need`) or a child protection plan (`protection`)."""

    KIND: ClassVar[str] = "plan"
    type: str
    referral: str | None = None
    conference: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    first_category: str | None = None
    latest_category: str | None = None
    earlier_plans: int | None = None
    by_other_authority: bool | None = None
    emergency_powers: bool | None = None
    team: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Event):
    """A review conference (`protection`), a looked-after review (`care`) or a pathway plan review (`pathway`)."""

    KIND: ClassVar[str] = "review"
    type: str
    plan: str | None = None
    held_on: str | None = None
    due_on: str | None = None
    participation: str | None = None
    quorate: bool | None = None
    cancelled: bool | None = None
    plan_continues: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Event):
    """A social worker saw, or went to see, the child: under a `need` or `protection` plan, or in `care`."""

    KIND: ClassVar[str] = "visit"
    type: str
    plan: str | None = None
    made_on: str | None = None
    seen: bool | None = None
    seen_alone: bool | None = None
    bedroom_seen: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAfterEpisode(Event):
    """A span of being looked after under one legal status and in one placement; several make a period of care."""

    KIND: ClassVar[str] = "looked_after_episode"
    period: str | None = None
    started_on: str | None = None
    started_reason: str | None = None  # RNE; S starts a period of care
    ended_on: str | None = None
    ended_reason: str | None = None  # REC; all but X1 end the period of care
    entered_care_on: str | None = None
    legal_status: str | None = None
    legal_status_on: str | None = None
    need: str | None = None
    placement: str | None = None
    placement_type: str | None = None
    permanence_plan: str | None = None
    independent_contact_on: str | None = None
    home_postcode: str | None = None
    health_assessed_on: str | None = None
    teeth_checked_on: str | None = None
    again_within_year: bool | None = None
    placements_in_year: int | None = None
    missing_in_year: int | None = None
    absent_in_year: int | None = None
    team: str | None = None
    worker: str | None = None

    @property
    def starts_care(self) -> bool:
        return self.started_reason == "S"

    @property
    def ends_care(self) -> bool:
        return self.ended_on is not None and self.ended_reason not in (None, "X1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement(Event):
    """Where a looked-after child lives."""

    KIND: ClassVar[str] = "placement"
    period: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    type: str | None = None
    provider: str | None = None
    urn: str | None = None
    postcode: str | None = None
    distance: str | None = None
    location: str | None = None
    authority: str | None = None
    changed_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck(Event):
    """A looked-after child's health assessment, dental check or the like."""

    KIND: ClassVar[str] = "health_check"
    type: str | None = None
    done_on: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingEpisode(Event):
    """A child was missing (M) or away without authorisation (A)."""

    KIND: ClassVar[str] = "missing_episode"
    type: str | None = None
    started_on: str | None = None
    ended_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnInterview(Event):
    """Whether a return interview was offered and accepted; no standard says when it was held."""

    KIND: ClassVar[str] = "return_interview"
    missing_episode: str | None = None
    held_on: str | None = None
    offered: bool | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareLeaving(Event):
    """What is known of a young person who left care."""

    KIND: ClassVar[str] = "care_leaving"
    return_year: str | None = None
    eligibility: str | None = None
    in_touch: str | None = None
    last_contact_on: str | None = None
    accommodation: str | None = None
    accommodation_suitable: str | None = None
    activity: str | None = None
    pathway_reviewed_on: str | None = None
    adviser: str | None = None
    team: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Involvement(Event):
    """A worker had to do with a child."""

    KIND: ClassVar[str] = "involvement"
    worker: str | None = None
    worker_name: str | None = None
    role: str | None = None
    team: str | None = None
    team_name: str | None = None
    referral: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    changed_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern(Event):
    """A concern about exploitation that an agency had written down before it used Heed."""

    KIND: ClassVar[str] = "concern"
    raised_on: str | None = None
    happened_on: str | None = None
    agency: str | None = None
    raised_by: str | None = None
    category: str | None = None
    words: str | None = None
    place: str | None = None


KINDS: tuple[type[Event], ...] = (
    ChildDetails,
    Contact,
    EarlyHelp,
    Referral,
    NeedEpisode,
    Assessment,
    StrategyDiscussion,
    Section47Enquiry,
    Conference,
    Plan,
    Review,
    Visit,
    LookedAfterEpisode,
    Placement,
    HealthCheck,
    MissingEpisode,
    ReturnInterview,
    CareLeaving,
    Involvement,
    Concern,
)
