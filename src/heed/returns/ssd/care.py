"""The dataset's tables on looked-after children and care leavers."""

from collections.abc import Iterator

from heed.returns.journey import (
    CareLeaving,
    Event,
    HealthCheck,
    LookedAfterEpisode,
    MissingEpisode,
    Placement,
    ReturnInterview,
    Review,
    Visit,
)

from .told import Told


def legal_status(t: Told) -> Iterator[Event]:
    """Tell of a legal status; it joins the episodes that begin while it holds."""
    span = (str(t["legal_status_start_date"] or ""), str(t["legal_status_end_date"] or "9999"), t["legal_status"])
    t.story.legal.setdefault(str(t["person_id"]), []).append(span)
    return iter(())


def care_episode(t: Told) -> Iterator[Event]:
    """Tell of an episode of being looked after."""
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
    """Tell of a placement."""
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
    """Tell of a visit to a looked-after child."""
    yield Visit(
        **t.about("care_visit", t["cla_visit_id"], t["person_id"] or t.story.child_of_care.get(str(t["cla_id"]))),
        type="care",
        plan=t["cla_id"],
        made_on=t["cla_visit_date"],
        seen=t.flag("cla_visit_seen"),
        seen_alone=t.flag("cla_visit_seen_alone"),
    )


def care_review(t: Told) -> Iterator[Event]:
    """Tell of a looked-after review; the table names the period of care, not the child."""
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
    """Tell of a health check of a looked-after child."""
    yield HealthCheck(
        **t.about("health", t["health_check_id"]),
        type=t["health_check_type"],
        done_on=t["health_check_date"],
        status=t["health_check_status"],
    )


def missing(t: Told) -> Iterator[Event]:
    """Tell of a missing episode, and whether a return interview was offered and accepted."""
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
    """Tell of a care leaver, with the latest pathway plan review as a review."""
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
