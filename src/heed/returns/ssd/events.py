"""From the dataset's rows to the journey; every event keeps the dataset's own id as its identity."""

from collections.abc import Callable, Iterable, Iterator

from heed.returns.journey import Event
from heed.returns.rows import Doubt, Item, Reject, Row

from . import care, need, people
from .told import Story, Told


def events(items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the journey; people and assessments, told by several tables each, come last."""
    story = Story()
    for item in items:
        if not isinstance(item, Row):
            yield item
        elif item.table in TELL:
            story.numbers.begin(item.file_digest)
            yield from TELL[item.table](Told(item, story, next(iter(item.values)).partition("_")[0]))
            yield from story.doubts
            story.doubts.clear()
    yield from story.people.values()
    yield from story.assessments.values()


TELL: dict[str, Callable[[Told], Iterator[Event]]] = {
    "ssd_department": people.team,
    "ssd_professionals": people.professional,
    "ssd_person": people.person,
    "ssd_disability": people.disability,
    "ssd_linked_identifiers": people.identifier,
    "ssd_immigration_status": people.asylum,
    "ssd_contacts": need.contact,
    "ssd_early_help_episodes": need.early_help,
    "ssd_cin_episodes": need.referral,
    "ssd_cin_assessments": need.assessment,
    "ssd_assessment_factors": need.assessment_factors,
    "ssd_cin_plans": need.need_plan,
    "ssd_cin_visits": need.need_visit,
    "ssd_s47_enquiry": need.enquiry,
    "ssd_initial_cp_conference": need.conference,
    "ssd_cp_plans": need.protection_plan,
    "ssd_cp_visits": need.protection_visit,
    "ssd_cp_reviews": need.protection_review,
    "ssd_legal_status": care.legal_status,
    "ssd_cla_episodes": care.care_episode,
    "ssd_cla_placement": care.placement,
    "ssd_cla_visits": care.care_visit,
    "ssd_cla_reviews": care.care_review,
    "ssd_cla_health": care.health,
    "ssd_missing": care.missing,
    "ssd_care_leavers": care.care_leaver,
    "ssd_involvements": people.involvement,
}
