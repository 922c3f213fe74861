"""Words for the kinds, members and codes of a journey, on pages."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from heed.cases.journey.cohort import status_of
from heed.cases.journey.forms import STANDARD_WORDS, STATUS_WORDS

register = template.Library()

TITLES: dict[str, Any] = {
    "child_details.told.1": _("Who the child is, as told"),
    "contact.received.1": _("Contact"),
    "early_help.started.1": _("Early help began"),
    "early_help.ended.1": _("Early help ended"),
    "referral.received.1": _("Referral"),
    "referral.decided.1": _("Response to the referral decided"),
    "referral.closed.1": _("Case closed"),
    "need_episode.started.1": _("Became a child in need"),
    "need_episode.ended.1": _("No longer in need"),
    "assessment.started.1": _("Assessment began"),
    "assessment.authorised.1": _("Assessment authorised"),
    "assessment.factors_found.1": _("Factors found in an assessment"),
    "child.seen.1": _("The child was seen"),
    "strategy.held.1": _("Strategy discussion"),
    "s47.started.1": _("Section 47 enquiry began"),
    "s47.ended.1": _("Section 47 enquiry ended"),
    "conference.held.1": _("Child protection conference"),
    "cp_plan.started.1": _("Child protection plan began"),
    "cp_plan.ended.1": _("Child protection plan ended"),
    "cin_plan.started.1": _("Child in need plan began"),
    "cin_plan.ended.1": _("Child in need plan ended"),
    "cp_review.held.1": _("Review conference"),
    "quorum.recorded.1": _("Whether the conference was quorate"),
    "cp_visit.made.1": _("Visit under the child protection plan"),
    "cin_visit.made.1": _("Visit to a child in need"),
    "care_visit.made.1": _("Visit to a looked-after child"),
    "care_episode.started.1": _("Episode of care began"),
    "care_episode.ended.1": _("Episode of care ended"),
    "care.started.1": _("Came into care"),
    "care.ended.1": _("Left care"),
    "placement.started.1": _("Placement began"),
    "placement.ended.1": _("Placement ended"),
    "care_review.held.1": _("Looked-after review"),
    "pathway_plan.reviewed.1": _("Pathway plan reviewed"),
    "health.assessed.1": _("Health assessed"),
    "health.checked.1": _("Health check"),
    "care_leaver.told.1": _("Care leaver, as told"),
    "missing.started.1": _("Went missing"),
    "missing.returned.1": _("Came back"),
    "return_interview.offered.1": _("Return interview offered"),
    "return_interview.held.1": _("Return interview held"),
    "involvement.started.1": _("Worker involved"),
    "involvement.ended.1": _("Worker no longer involved"),
    "earlier_concern.told.1": _("Concern written down before Heed"),
}
MEMBERS: dict[str, Any] = {
    "primary_need": _("Primary need"),
    "closed_reason": _("Reason for closure"),
    "no_further_action": _("No further action"),
    "first_conference_on": _("First conference on"),
    "conference_target_on": _("Conference due by"),
    "conference_not_required": _("No conference required"),
    "plan": _("Plan"),
    "target_on": _("Due by"),
    "first_category": _("First category of abuse"),
    "latest_category": _("Latest category of abuse"),
    "earlier_plans": _("Earlier plans"),
    "due_on": _("Due on"),
    "plan_continues": _("Plan continues"),
    "seen_alone": _("Seen alone"),
    "bedroom_seen": _("Bedroom seen"),
    "started_reason": _("Reason for the episode"),
    "ended_reason": _("Reason for the end"),
    "entered_care_on": _("Came into care on"),
    "legal_status": _("Legal status"),
    "placement_type": _("Type of placement"),
    "home_postcode": _("Home postcode"),
    "changed_reason": _("Reason for the change"),
    "upn_unknown": _("Why the pupil number is not known"),
    "born_on": _("Born on"),
}
TESTABLE = {"yes": _("testable"), "today only": _("for today only"), "no": _("not testable")}


@register.filter
def moment(kind: str) -> Any:
    """Return the title of a moment."""
    return TITLES.get(kind, kind)


@register.filter
def member(name: str) -> Any:
    """Return what a member is called."""
    return MEMBERS.get(name) or name.replace("_", " ").capitalize()


@register.filter
def value(said: Any) -> Any:
    """Return a value as people read it."""
    if isinstance(said, bool):
        return _("yes") if said else _("no")
    return ", ".join(map(str, said)) if isinstance(said, list) else said


@register.filter
def claim(text: str) -> Any:
    """Return a claimed time: a day, an instant to the minute, or the days between which it lies."""
    if not text:
        return _("day not told")
    first, slash, last = text.partition("/")
    if slash:
        return _("between %(first)s and %(last)s") % {"first": first, "last": last}
    return f"{text[:10]} {text[11:16]}Z" if "T" in text else text


@register.filter
def status(rank: int) -> Any:
    """Return the words of the status that an open episode of this rank gives."""
    return STATUS_WORDS[status_of(rank)]


@register.filter
def status_name(name: str) -> Any:
    """Return the words of a status."""
    return STATUS_WORDS[name]


@register.filter
def standard(name: str) -> Any:
    """Return what a standard is called."""
    return STANDARD_WORDS.get(name, name)


@register.filter
def testable(how: str) -> Any:
    """Return in words whether a duty can be tested."""
    return TESTABLE[how]


@register.filter
def told(kind: str) -> str:
    """Return the name of a kind of event as people read it."""
    return kind.replace("_", " ").replace(".", ": ")


@register.filter
def percent(share: Any) -> Any:
    """Return a share as a percentage; `c` where it is hidden, a dash where there is none."""
    if share is None:
        return "–"
    return share if isinstance(share, str) else f"{share:.1%}"
