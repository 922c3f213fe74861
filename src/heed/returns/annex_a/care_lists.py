"""Lists 8 and 9: children in care by their period of care, and care leavers."""

from collections.abc import Iterator

from heed.returns.journey import (
    CareLeaving,
    LookedAfterEpisode,
    MissingEpisode,
    Placement,
    ReturnInterview,
    Review,
    Visit,
)

from .asked import Child, Line, Window, in_year, latest
from .events import ACCEPTED, AGAIN, EPISODES, NAME, OFFERED


def periods(child: Child) -> list[list[LookedAfterEpisode]]:
    """Return the child's periods of care, each as its episodes in order."""
    found: list[list[LookedAfterEpisode]] = []
    for one in sorted(child.all(LookedAfterEpisode), key=lambda episode: episode.started_on or ""):
        before = found[-1][-1] if found else None
        is_new = (
            before is None
            or one.starts_care
            or before.ends_care
            or (one.period or one.entered_care_on) != (before.period or before.entered_care_on)
        )
        # SSDA903 says when care was entered on the first episode only: a later one without it belongs to the same.
        if is_new and before is not None and one.started_reason and not one.starts_care and not before.ends_care:
            is_new = False
        found.append([one]) if is_new else found[-1].append(one)
    return found


def in_care(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 8."""
    told = periods(child)
    for number, spells in enumerate(told):
        first, last = spells[0], spells[-1]
        started = first.entered_care_on or first.started_on
        ended = last.ended_on if last.ended_reason != "X1" else None
        if not window.is_current(started, ended):
            continue
        before = Window(started or window.as_of, 12)
        again = any(before.is_recent(spell[-1].ended_on) for spell in told[:number])
        yield {
            "Date Started to be Looked After": started,
            "Child's Category of Need": last.need,
            AGAIN: first.again_within_year if first.identity[:1] == (NAME,) else again,
            "Start date of current legal status": last.legal_status_on or legal_start(spells),
            "Child's Legal Status": last.legal_status,
            "What is the permanence plan for this child?": last.permanence_plan,
            "Date of Last IRO Visit / Contact to the Child": last.independent_contact_on,
            "Date of Last Health Assessment": last.health_assessed_on,
            "Date of Last Dental Check": last.teeth_checked_on,
            "Date Ceased to be Looked After": ended,
            "Reason Ceased to be Looked After": last.ended_reason if ended else None,
            **care_events(child, window, last),
            **child.holder(last, window),
        }


def legal_start(spells: list[LookedAfterEpisode]) -> str | None:
    """Return since when the last legal status has held without a break."""
    if spells[-1].identity[:1] == (NAME,):
        return None
    since = spells[-1].started_on
    for one in reversed(spells):
        if one.legal_status != spells[-1].legal_status:
            break
        since = one.started_on
    return since


def care_events(child: Child, window: Window, last: LookedAfterEpisode) -> Line:
    """Return what list 8 says of placement, review, visit, missing episodes and the return interview."""
    placed = [one for one in child.all(Placement) if (one.started_on or "9999")[:10] <= window.as_of]
    now = max(placed, key=lambda one: one.started_on or "", default=None)
    review = latest(child, Review, "care", None, "held_on", window)
    visit = latest(child, Visit, "care", None, "made_on", window)
    interviews = child.all(ReturnInterview)
    missing = {kind: [m.started_on for m in child.all(MissingEpisode) if m.type == kind] for kind in "MA"}
    counted = {
        "Number of Placements in the Last 12 months": last.placements_in_year,
        EPISODES.format("Missing"): last.missing_in_year,
        EPISODES.format("Absent"): last.absent_in_year,
    }
    if last.identity[:1] != (NAME,):
        counts = (in_year(window, [one.started_on for one in placed]), *(in_year(window, missing[k]) for k in "MA"))
        counted = dict(zip(counted, counts, strict=True))
    return {
        "Date of Latest Statutory Review": review.held_on if review else None,
        "Date of Last Social Work Visit": visit.made_on if visit else None,
        "Start Date of Most Recent Placement": now.started_on if now else None,
        "Placement Type": now.type if now else last.placement_type,
        "Placement Provider": now.provider if now else None,
        "Placement postcode": now.postcode if now else None,
        "URN of Placement": now.urn if now else None,
        "Placement Location": now.location if now else None,
        "LA of Placement": now.authority if now else None,
        OFFERED: interviews[-1].offered if interviews else None,
        ACCEPTED: interviews[-1].accepted if interviews else None,
        **counted,
    }


def leavers(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 9."""
    for one in child.all(CareLeaving):
        review = latest(child, Review, "pathway", None, "held_on", window)
        yield {
            "Allocated Personal Advisor": one.adviser,
            "Eligibility Category": one.eligibility,
            "Latest Pathway Plan Review Date": one.pathway_reviewed_on or (review.held_on if review else None),
            "LA in Touch": one.in_touch,
            "Latest Date of Contact": one.last_contact_on,
            "Type of Accommodation": one.accommodation,
            "Suitability of Accommodation": one.accommodation_suitable,
            "Activity Status": one.activity,
            **child.holder(one, window),
        }
