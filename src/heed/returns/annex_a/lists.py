"""What each list of Annex A says of a child on a day, drawn from the journey: lists 1 to 7 here."""

from collections.abc import Callable, Iterator

from heed.returns.identity import reference
from heed.returns.journey import (
    Assessment,
    Conference,
    Contact,
    EarlyHelp,
    LookedAfterEpisode,
    NeedEpisode,
    Plan,
    Referral,
    Review,
    Section47Enquiry,
    Visit,
)

from .asked import Child, Line, Window, in_year, latest
from .care_lists import in_care, leavers
from .events import EMERGENCY, NAME, STRATEGY


def contacts(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 1."""
    for one in child.all(Contact):
        if window.is_recent(one.made_on):
            yield {"Date of Contact": one.made_on, "Contact Source": one.source}


def early_help(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 2."""
    for one in child.all(EarlyHelp):
        if window.is_recent(one.started_on, one.ended_on):
            yield {
                "Assessment start date": one.started_on,
                "Assessment completion date": one.ended_on,
                "Organisation completing assessment": one.organisation,
            }


def referrals(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 3."""
    for one in child.all(Referral):
        if window.is_recent(one.received_on):
            yield {
                "Date of referral": one.received_on,
                "Referral Source": one.source,
                "Referral NFA?": one.no_further_action,
                "Number of Referrals in Last 12 Months": in_year(window, [r.received_on for r in child.all(Referral)]),
                **child.holder(one, window),
            }


def assessments(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 4."""
    for one in child.all(Assessment):
        if window.is_current(one.started_on, one.authorised_on):
            yield {
                "Continuous Assessment Start Date": one.started_on,
                "Child Seen During Continuous Assessment": one.child_seen,
                "Continuous Assessment Date of Authorisation": one.authorised_on,
                "Was the child assessed as requiring LA children's social care support?": one.needs_support,
                **child.holder(one, window),
            }


def enquiries(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 5."""
    told, conferences = child.all(Section47Enquiry), child.all(Conference)
    for one in told:
        if not window.is_recent(one.started_on):
            continue
        held = next((c for c in conferences if c.enquiry == reference(one)), None)
        yield {
            STRATEGY: one.started_on,
            "Was an Initial Child Protection Conference deemed unnecessary?": one.conference_not_required,
            "Date of Initial Child Protection Conference": held.held_on if held else None,
            "Did the Initial Child Protection Conference Result in a Child Protection Plan": plan_made(child, held),
            "Number of Section 47 Enquiries in the last 12 months": in_year(window, [e.started_on for e in told]),
            "Number of ICPCs in the last 12 months": in_year(window, [c.held_on for c in conferences]),
            **child.holder(one, window),
        }


def plan_made(child: Child, held: Conference | None) -> bool | None:
    """Tell whether a conference led to a plan: as stated, else whether a plan names it or began that day."""
    if held is None or held.plan_made is not None or held.identity[:1] == (NAME,):
        return held.plan_made if held else None
    plans = [one for one in child.all(Plan) if one.type == "protection"]
    return any(one.conference == reference(held) or one.started_on == held.held_on for one in plans)


def needs(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 6: need episodes, or the referrals that led to one where the source keeps both in one row."""
    for one in child.all(NeedEpisode):
        if window.is_current(one.started_on, one.closed_on):
            yield need_line(child, window, one, one.status, one.last_seen_on)
    if window.needs_apart:
        return
    for referral in child.all(Referral):
        if referral.no_further_action is not True and window.is_current(referral.received_on, referral.closed_on):
            episode = NeedEpisode(
                child=child.name,
                identity=referral.identity,
                started_on=referral.received_on,
                primary_need=referral.primary_need,
                closed_on=referral.closed_on,
                closed_reason=referral.closed_reason,
                team=referral.team,
                worker=referral.worker,
            )
            seen = [one.made_on for one in child.all(Visit) if one.made_on and one.seen is not False]
            last = max((day for day in seen if day[:10] <= window.as_of), default=None)
            yield need_line(child, window, episode, status(child, window, episode), last)


def need_line(child: Child, window: Window, one: NeedEpisode, now: str | None, seen: str | None) -> Line:
    """Return a line of list 6."""
    return {
        "CIN Start Date": one.started_on,
        "Primary Need Code": one.primary_need,
        "Date Child Was Last Seen": seen,
        "CIN Closure Date": one.closed_on,
        "Reason for Closure": one.closed_reason,
        "Case Status": now,
        **child.holder(one, window),
    }


def status(child: Child, window: Window, one: NeedEpisode) -> str:
    """Return where the case stands on the day, the first that holds in the order of list 6's own codes."""
    day = Window(window.as_of, 0)
    if one.closed_on and one.closed_on[:10] <= window.as_of:
        return "e) Closed episode"
    if any(day.is_current(e.started_on, e.ended_on) for e in child.all(LookedAfterEpisode)):
        return "a) Looked after child"
    plans = [plan for plan in child.all(Plan) if day.is_current(plan.started_on, plan.ended_on)]
    if any(plan.type == "protection" for plan in plans):
        return "b) Child Protection plan"
    return "c) Child in need plan" if plans else "d) Open assessment"


def protection(child: Child, window: Window) -> Iterator[Line]:
    """Draw list 7."""
    for one in child.all(Plan):
        if one.type != "protection" or not window.is_current(one.started_on, one.ended_on):
            continue
        visit = latest(child, Visit, "protection", reference(one), "made_on", window)
        review = latest(child, Review, "protection", reference(one), "held_on", window)
        yield {
            "Child Protection Plan Start Date": one.started_on,
            "Initial Category of Abuse": one.first_category,
            "Latest Category of Abuse": one.latest_category,
            "Date of the Last Statutory Visit": visit.made_on if visit else None,
            "Was the Child Seen Alone?": visit.seen_alone if visit else None,
            "Date of latest review conference": review.held_on if review else None,
            "Child Protection Plan End Date": one.ended_on,
            EMERGENCY: one.emergency_powers,
            "Number of Previous Child Protection Plans": one.earlier_plans,
            **child.holder(one, window),
        }


LISTS: dict[str, Callable[[Child, Window], Iterator[Line]]] = {
    "List 1": contacts,
    "List 2": early_help,
    "List 3": referrals,
    "List 4": assessments,
    "List 5": enquiries,
    "List 6": needs,
    "List 7": protection,
    "List 8": in_care,
    "List 9": leavers,
}
