"""What each list of Annex A says of a child on a day, drawn from the journey."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from heed.returns.journey import (
    Assessment,
    CareLeaving,
    ChildDetails,
    Conference,
    Contact,
    EarlyHelp,
    Event,
    Involvement,
    LookedAfterEpisode,
    MissingEpisode,
    NeedEpisode,
    Placement,
    Plan,
    Referral,
    ReturnInterview,
    Review,
    Section47Enquiry,
    Visit,
)
from heed.returns.rows import Value
from heed.returns.writing import as_day, reference

from .events import ACCEPTED, AGAIN, EMERGENCY, EPISODES, NAME, OFFERED, STRATEGY, UASC
from .tables import CHILD

E = TypeVar("E", bound=Event)
Line = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Window:
    """The day the lists are drawn up for, and the months before it that count as recent (None: everything)."""

    as_of: str
    months: int | None = 6
    needs_apart: bool = False  # whether the source keeps need episodes apart from referrals

    @property
    def since(self) -> str:
        """Return the first day that is recent."""
        return "" if self.months is None else months_before(self.as_of, self.months)

    def is_recent(self, *days: str | None) -> bool:
        """Tell whether one of the days lies in the window."""
        return any(self.since <= day[:10] and day[:10] <= self.as_of for day in days if day)

    def is_current(self, started: str | None, ended: str | None) -> bool:
        """Tell whether a span is open on the day, or ended in the window."""
        begun = not started or started[:10] <= self.as_of
        return begun and (not ended or ended[:10] >= self.since)


def months_before(day: str, months: int) -> str:
    """Return the day so many months earlier, clipped to the month's end."""
    date = dt.date.fromisoformat(day)
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    while True:
        try:
            return date.replace(year=year, month=month + 1).isoformat()
        except ValueError:
            date = date - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Child:
    """One child's events, ready to be asked."""

    name: str
    told: list[Event]

    def all(self, kind: type[E]) -> list[E]:
        """Return the events of one kind."""
        return [event for event in self.told if isinstance(event, kind)]

    def details(self) -> ChildDetails:
        """Return who the child is; later sources fill what earlier ones left blank."""
        merged: dict[str, object] = {}
        for one in self.all(ChildDetails):
            merged = one.content() | merged
        return ChildDetails(identity=(), **{"child": self.name} | merged)  # type: ignore[arg-type]

    def holder(self, event: Event, window: Window) -> Line:
        """Return team and worker: as the event says, else who was involved on the day."""
        team, worker = getattr(event, "team", None), getattr(event, "worker", None)
        if event.identity[:1] != (NAME,) and not worker:
            now = [one for one in self.all(Involvement) if window.is_current(one.started_on, one.ended_on)]
            now = [one for one in now if not one.ended_on or one.ended_on >= window.as_of]
            if now:
                latest = max(now, key=lambda one: one.started_on or "")
                team, worker = team or latest.team_name or latest.team, latest.worker_name or latest.worker
        return {"Allocated Team": team, "Allocated Worker": worker}


def about(child: Child, window: Window) -> Line:
    """Return the columns that most lists begin with."""
    one = child.details()
    return {
        CHILD: child.name,
        "Gender": one.sex,
        "Ethnicity": one.ethnicity,
        "Date of Birth": as_day(one.born_on),
        "Age of Child (Years)": age(one.born_on, window.as_of),
        "Does the Child have a Disability": is_disabled(one),
        UASC[0]: one.unaccompanied,
        UASC[1]: one.unaccompanied,
    }


def is_disabled(one: ChildDetails) -> bool | None:
    """Tell whether the child has a disability, as stated or by its codes; `NONE` is a code too."""
    if one.is_disabled is not None or not one.disabilities:
        return one.is_disabled
    return set(one.disabilities) != {"NONE"}


def age(born_on: str | None, as_of: str) -> int | None:
    """Return the whole years lived on a day."""
    if not born_on or born_on > as_of:
        return None
    return int(as_of[:4]) - int(born_on[:4]) - (as_of[5:10] < born_on[5:10])


def contacts(child: Child, window: Window) -> Iterator[Line]:
    """List 1."""
    for one in child.all(Contact):
        if window.is_recent(one.made_on):
            yield {"Date of Contact": one.made_on, "Contact Source": one.source}


def early_help(child: Child, window: Window) -> Iterator[Line]:
    """List 2."""
    for one in child.all(EarlyHelp):
        if window.is_recent(one.started_on, one.ended_on):
            yield {
                "Assessment start date": one.started_on,
                "Assessment completion date": one.ended_on,
                "Organisation completing assessment": one.organisation,
            }


def referrals(child: Child, window: Window) -> Iterator[Line]:
    """List 3."""
    for one in child.all(Referral):
        if window.is_recent(one.received_on):
            yield {
                "Date of referral": one.received_on,
                "Referral Source": one.source,
                "Referral NFA?": one.no_further_action,
                "Number of Referrals in Last 12 Months": in_year(window, [r.received_on for r in child.all(Referral)]),
                **child.holder(one, window),
            }


def in_year(window: Window, days: list[str | None]) -> int:
    """Return how many of the days lie in the twelve months up to the day."""
    return sum(Window(window.as_of, 12).is_recent(day) for day in days)


def assessments(child: Child, window: Window) -> Iterator[Line]:
    """List 4."""
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
    """List 5."""
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
    """List 6: need episodes, or the referrals that led to one where the source keeps both in one row."""
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
    """List 7."""
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


def latest(child: Child, kind: type[E], type_: str, plan: str | None, day: str, window: Window) -> E | None:
    """Return the latest visit or review of a type up to the day; one that names another plan does not count."""
    mine = [one for one in child.all(kind) if getattr(one, "type", "") == type_]
    mine = [one for one in mine if plan is None or getattr(one, "plan", None) in (None, plan)]
    dated = [one for one in mine if (getattr(one, day) or "9999")[:10] <= window.as_of]
    return max(dated, key=lambda one: str(getattr(one, day)), default=None)


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
    """List 8."""
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
    """List 9."""
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
