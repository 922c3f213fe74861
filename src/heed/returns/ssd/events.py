"""From the dataset's rows to the journey; every event keeps the dataset's own id as its identity."""

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
    HealthCheck,
    Involvement,
    LookedAfterEpisode,
    MissingEpisode,
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

from .said import Unclear, category, factors, outcomes

NAME = "ssd"
IDENTIFIERS = {"UPN": "upn", "FORMER UPN": "former_upn", "NHS NUMBER": "common_id"}


@dataclass(slots=True)
class Story:
    """What is gathered from several tables before it can be told."""

    numbers: Numbering = field(default_factory=Numbering)
    people: dict[str, ChildDetails] = field(default_factory=dict)
    assessments: dict[str, Assessment] = field(default_factory=dict)
    child_of_care: dict[str, str] = field(default_factory=dict)
    legal: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """One row in reach of the functions that tell it; columns are asked for without their table's prefix."""

    row: Row
    story: Story
    prefix: str

    def __getitem__(self, column: str) -> Any:
        return self.row.values.get(f"{self.prefix}_{column}")

    def about(self, kind: str, own_id: object, child: object = None) -> dict[str, Any]:
        """Return child, identity and lineage for an event of this row."""
        return {
            "child": str(child or self["person_id"] or ""),
            "identity": self.story.numbers.number(NAME, kind, own_id),
            "lineage": (self.row.lineage,),
        }

    def flag(self, column: str) -> bool | None:
        """Return yes or no, also where the column is typed as text."""
        value = self[column]
        if isinstance(value, str):
            return {"y": True, "n": False, "yes": True, "no": False}.get(value.lower())
        return value if isinstance(value, bool) else None

    def said(self, read: Callable[[str | None], tuple[str, ...]], column: str) -> tuple[str, ...]:
        """Return what a column says in its small language; what cannot be read is doubted."""
        try:
            return read(self[column])
        except Unclear as why:
            row, text = self.row, str(self[column])
            where = (row.source, row.file_digest, row.sheet, row.line, row.table)
            self.story.doubts.append(Doubt(*where, f"{self.prefix}_{column}", text, str(why)))
            return ()


def events(items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the journey; people and assessments, told by several tables each, come last."""
    story = Story()
    for item in items:
        if not isinstance(item, Row):
            yield item
        elif item.table in TELL:
            yield from TELL[item.table](Told(item, story, next(iter(item.values)).partition("_")[0]))
            yield from story.doubts
            story.doubts.clear()
    yield from story.people.values()
    yield from story.assessments.values()


def person(t: Told) -> Iterator[Event]:
    """Who the child is; disabilities and identifiers join from their own tables."""
    t.story.people[t["person_id"]] = ChildDetails(
        **t.about("child", t["person_id"]),
        born_on=t["dob"],
        expected_birth_on=t["expected_dob"],
        died_on=t["death_date"],
        sex=t["sex"],
        gender=t["gender"],
        ethnicity="CHNE" if t["ethnicity"] == "CNHE" else t["ethnicity"],
        forename=t["forename"],
        surname=t["surname"],
        upn_unknown=t["upn_unknown"],
        common_id=t["common_child_id"],
        legacy_id=t["legacy_id"],
        nationality=t["nationality"],
        is_mother=t.flag("is_mother"),
    )
    return iter(())


def join(t: Told, **said: Any) -> Iterator[Event]:
    """Add to a person what another table says of them; a person without a row of their own begins here."""
    child = str(t["person_id"])
    old = t.story.people.get(child) or ChildDetails(child=child, identity=(NAME, "child", child))
    t.story.people[child] = replace(old, lineage=(*old.lineage, t.row.lineage), **said)
    return iter(())


def disability(t: Told) -> Iterator[Event]:
    """A disability of a person."""
    old = t.story.people.get(str(t["person_id"]))
    return join(t, disabilities=(*(old.disabilities if old else ()), t["disability_code"]))


def identifier(t: Told) -> Iterator[Event]:
    """An identifier that another system knows a person by; kinds we have no place for stay rows."""
    name = IDENTIFIERS.get(str(t["identifier_type"] or "").upper())
    return join(t, **{name: t["identifier_value"]}) if name and t["person_id"] else iter(())


def asylum(t: Told) -> Iterator[Event]:
    """An immigration status; only the unaccompanied child's is part of the journey."""
    return join(t, unaccompanied=True) if "UASC" in str(t["immigration_status"]).upper() else iter(())


def professional(t: Told) -> Iterator[Event]:
    """A worker's name, for those who are told by number."""
    t.story.names[str(t["professional_id"])] = t["professional_name"] or ""
    return iter(())


def team(t: Told) -> Iterator[Event]:
    """A team's name."""
    t.story.names[f"team {t['team_id']}"] = t["team_name"] or ""
    return iter(())


def contact(t: Told) -> Iterator[Event]:
    """A contact."""
    yield Contact(
        **t.about("contact", t["contact_id"]),
        made_on=t["contact_date"],
        source=t["contact_source_code"],
        outcomes=t.said(outcomes, "contact_outcome_json"),
    )


def early_help(t: Told) -> Iterator[Event]:
    """An early help episode."""
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
    """A referral and its episode of need, which the dataset keeps in one row."""
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
    """An assessment; its factors join from their own table."""
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
    """The factors found at the end of an assessment; two rows of one assessment add up."""
    found = t.said(factors, "assessment_factors_json")
    if old := t.story.assessments.get(t["assessment_id"]):
        added = tuple(code for code in found if code not in old.factors)
        t.story.assessments[t["assessment_id"]] = replace(
            old, factors=(*old.factors, *added), lineage=(*old.lineage, t.row.lineage)
        )
    return iter(())


def need_plan(t: Told) -> Iterator[Event]:
    """A child in need plan."""
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
    """A visit to a child in need; the dataset ties it to the child, not to a plan."""
    yield Visit(
        **t.about("need_visit", t["cin_visit_id"]),
        type="need",
        made_on=t["cin_visit_date"],
        seen=t.flag("cin_visit_seen"),
        seen_alone=t.flag("cin_visit_seen_alone"),
        bedroom_seen=t.flag("cin_visit_bedroom"),
    )


def enquiry(t: Told) -> Iterator[Event]:
    """A section 47 enquiry; its start is the strategy discussion that opened it (the schema's own words)."""
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
        no_further_action=t.flag("s47_nfa"),
        outcomes=t.said(outcomes, "s47_outcome_json"),
        team=t["s47_completed_by_team"],
        worker=t["s47_completed_by_worker_id"],
    )


def conference(t: Told) -> Iterator[Event]:
    """An initial child protection conference."""
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
    """A child protection plan."""
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
    """A visit under a child protection plan."""
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
    """A review conference."""
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


def legal_status(t: Told) -> Iterator[Event]:
    """A legal status; it joins the episodes that begin while it holds."""
    span = (str(t["legal_status_start_date"] or ""), str(t["legal_status_end_date"] or "9999"), t["legal_status"])
    t.story.legal.setdefault(str(t["person_id"]), []).append(span)
    return iter(())


def care_episode(t: Told) -> Iterator[Event]:
    """An episode of being looked after."""
    child, started = str(t["person_id"]), str(t["cla_episode_start_date"] or "")
    if t["cla_id"]:
        t.story.child_of_care[t["cla_id"]] = child
    status = [(since, code) for since, until, code in t.story.legal.get(child, []) if since <= started <= until]
    since, code = max(status, default=(None, None))
    yield LookedAfterEpisode(
        **t.about("care_episode", t["cla_episode_id"]),
        period=t["cla_id"],
        started_on=t["cla_episode_start_date"],
        started_reason=t["cla_episode_start_reason"],
        ended_on=t["cla_episode_ceased_date"],
        ended_reason=t["cla_episode_ceased_reason"],
        entered_care_on=t["entered_care_date"],
        legal_status=code,
        legal_status_on=since or None,
        need=t["cla_primary_need_code"],
        placement=t["cla_placement_id"],
        independent_contact_on=t["cla_last_iro_contact_date"],
    )


def placement(t: Told) -> Iterator[Event]:
    """A placement."""
    distance = t["cla_placement_distance"]
    yield Placement(
        **t.about("placement", t["cla_placement_id"], t["person_id"] or t.story.child_of_care.get(str(t["cla_id"]))),
        period=t["cla_id"],
        started_on=t["cla_placement_start_date"],
        ended_on=t["cla_placement_end_date"],
        type=t["cla_placement_type"],
        provider=t["cla_placement_provider"],
        urn=t["cla_placement_urn"],
        postcode=t["cla_placement_postcode"],
        distance=None if distance is None else str(distance),
        changed_reason=t["cla_placement_change_reason"],
    )


def care_visit(t: Told) -> Iterator[Event]:
    """A visit to a looked-after child."""
    yield Visit(
        **t.about("care_visit", t["cla_visit_id"], t["person_id"] or t.story.child_of_care.get(str(t["cla_id"]))),
        type="care",
        plan=t["cla_id"],
        made_on=t["cla_visit_date"],
        seen=t.flag("cla_visit_seen"),
        seen_alone=t.flag("cla_visit_seen_alone"),
    )


def care_review(t: Told) -> Iterator[Event]:
    """A looked-after review; the table names the period of care, not the child."""
    yield Review(
        **t.about("care_review", t["cla_review_id"], t.story.child_of_care.get(str(t["cla_id"]))),
        type="care",
        plan=t["cla_id"],
        held_on=t["cla_review_date"],
        due_on=t["cla_review_due_date"],
        cancelled=t.flag("cla_review_cancelled"),
        participation=t["cla_review_participation"],
    )


def health(t: Told) -> Iterator[Event]:
    """A health check of a looked-after child."""
    yield HealthCheck(
        **t.about("health", t["health_check_id"]),
        type=t["health_check_type"],
        done_on=t["health_check_date"],
        status=t["health_check_status"],
    )


def missing(t: Told) -> Iterator[Event]:
    """A missing episode, and whether a return interview was offered and accepted."""
    yield MissingEpisode(
        **t.about("missing", t["table_id"]),
        type=t["missing_episode_type"],
        started_on=t["missing_episode_start_date"],
        ended_on=t["missing_episode_end_date"],
    )
    if t["missing_rhi_offered"] is not None or t["missing_rhi_accepted"] is not None:
        yield ReturnInterview(
            **t.about("return_interview", t["table_id"]),
            missing_episode=t["table_id"],
            offered=t.flag("missing_rhi_offered"),
            accepted=t.flag("missing_rhi_accepted"),
        )


def care_leaver(t: Told) -> Iterator[Event]:
    """A care leaver, with the latest pathway plan review as a review."""
    reviewed = t["pathway_plan_review_date"]
    yield CareLeaving(
        **t.about("care_leaver", t["table_id"]),
        eligibility=t["care_leaver_eligibility"],
        in_touch=t["care_leaver_in_touch"],
        last_contact_on=t["care_leaver_latest_contact"],
        accommodation=t["care_leaver_accommodation"],
        accommodation_suitable=t["care_leaver_accom_suitable"],
        activity=t["care_leaver_activity"],
        pathway_reviewed_on=reviewed,
        adviser=t["care_leaver_personal_advisor"],
        team=t["care_leaver_allocated_team"],
        worker=t["care_leaver_worker_id"],
    )
    if reviewed:
        yield Review(**t.about("pathway_review", t["table_id"]), type="pathway", held_on=reviewed)


def involvement(t: Told) -> Iterator[Event]:
    """A worker's time with a child."""
    child, worker, started = t["person_id"], t["professional_id"], t["involvement_start_date"]
    own = t["involvements_id"] or "/".join(str(part) for part in (child, worker, started))
    if not child:
        return
    yield Involvement(
        **t.about("involvement", own),
        worker=worker,
        worker_name=t.story.names.get(str(worker)) or None,
        role=t["professional_role_id"],
        team=t["professional_team"],
        team_name=t.story.names.get(f"team {t['professional_team']}") or None,
        referral=t["referral_id"],
        started_on=started,
        ended_on=t["involvement_end_date"],
        changed_reason=t["worker_change_reason"],
    )


TELL: dict[str, Callable[[Told], Iterator[Event]]] = {
    "ssd_department": team,
    "ssd_professionals": professional,
    "ssd_person": person,
    "ssd_disability": disability,
    "ssd_linked_identifiers": identifier,
    "ssd_immigration_status": asylum,
    "ssd_contacts": contact,
    "ssd_early_help_episodes": early_help,
    "ssd_cin_episodes": referral,
    "ssd_cin_assessments": assessment,
    "ssd_assessment_factors": assessment_factors,
    "ssd_cin_plans": need_plan,
    "ssd_cin_visits": need_visit,
    "ssd_s47_enquiry": enquiry,
    "ssd_initial_cp_conference": conference,
    "ssd_cp_plans": protection_plan,
    "ssd_cp_visits": protection_visit,
    "ssd_cp_reviews": protection_review,
    "ssd_legal_status": legal_status,
    "ssd_cla_episodes": care_episode,
    "ssd_cla_placement": placement,
    "ssd_cla_visits": care_visit,
    "ssd_cla_reviews": care_review,
    "ssd_cla_health": health,
    "ssd_missing": missing,
    "ssd_care_leavers": care_leaver,
    "ssd_involvements": involvement,
}
