"""Writes the census's XML, valid against its year's schema or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lxml import etree

from heed.lib.errors import HeedError
from heed.lib.progress import Track, quiet
from heed.returns.identity import reference
from heed.returns.journey import (
    Assessment,
    ChildDetails,
    Conference,
    Event,
    Plan,
    Referral,
    Review,
    Section47Enquiry,
)
from heed.returns.writing import LeftOut, Written, as_day, by_child, whole_file

from . import schema

E = TypeVar("E", bound=Event)
OLD_SEX = {"M": "1", "F": "2", "U": "0", "I": "9"}
# What the schema demands and the record may not know: the code by which the census itself says 'not known'.
STOPGAPS = {"Ethnicity": "NOBT", "ReferralSource": "10", "ReferralNFA": "0", "ICPCnotRequired": "0"}
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Heading:
    """The census's header: whose file, for which year, made when."""

    year: int
    authority: str  # the council's three digits
    reference_date: str
    made_at: str
    software: str = "Heed"
    release: str = "1"
    serial: str = "001"


def write_cin(
    events: Iterable[Event], path: Path, heading: Heading, *, track: Track[tuple[str, list[Event]]] = quiet
) -> Written:
    """Write a census file.

    1. Gather each child's events; a child without a referral has no place in the census.
    2. Write child by child; what the year's schema cannot hold is left out and listed.
    3. Check the whole file against the schema; only a valid one takes its name.
    """
    if heading.year not in schema.FILES:
        raise HeedError(f"There is no census schema for {heading.year}; there are {min(schema.FILES)} to 2026.")
    written = Written(path)
    children = by_child(events)
    with whole_file(path) as draft:
        with etree.xmlfile(str(draft), encoding="utf-8") as out:
            out.write_declaration()
            with out.element("Message"):
                out.write(header_element(heading), pretty_print=True)
                with out.element("Children"):
                    for child, told in track(children.items(), len(children), "CIN export"):
                        if (element := child_element(child, told, heading.year, written)) is not None:
                            out.write(element, pretty_print=True)
        refuse_invalid(draft, heading.year)
    return written


def refuse_invalid(path: Path, year: int) -> None:
    """Refuse to hand out a file that its schema refuses, naming the faults."""
    faults = list(schema.faults(path, year))
    if faults:
        listed = [{"line": line, "reason": message} for line, message in faults[:MOST_FAULTS]]
        raise HeedError(f"The export is not valid against the schema of {year} ({len(faults)} faults).", rejects=listed)


def header_element(heading: Heading) -> etree._Element:
    """Return the header."""
    header = etree.Element("Header")
    details = etree.SubElement(header, "CollectionDetails")
    add(details, "Collection", "CIN")
    add(details, "Year", str(heading.year))
    add(details, "ReferenceDate", heading.reference_date)
    source = etree.SubElement(header, "Source")
    add(source, "SourceLevel", "L")
    add(source, "LEA", heading.authority)
    add(source, "SoftwareCode", heading.software)
    add(source, "Release", heading.release)
    add(source, "SerialNo", heading.serial)
    add(source, "DateTime", heading.made_at)
    return header


def add(parent: etree._Element, name: str, text: str | None) -> None:
    """Add an element, if there is something to say."""
    if text:
        etree.SubElement(parent, name).text = text


def only(kind: type[E], events: Sequence[Event]) -> list[E]:
    """Return the events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def child_element(child: str, told: list[Event], year: int, written: Written) -> etree._Element | None:
    """Return a child with its referrals, or nothing where there is no referral to write."""
    referrals = [one for one in only(Referral, told) if one.received_on]
    if not referrals:
        written.left_out.append(LeftOut(child, "child", "", "the census holds only children with a referral"))
        return None
    element = etree.Element("Child")
    details = only(ChildDetails, told)
    about = details[0] if details else ChildDetails(child=child, identity=())
    element.append(identifiers(about, year))
    character = etree.SubElement(element, "ChildCharacteristics")
    add(character, "Ethnicity", coded("Ethnicity", about.ethnicity, about, year, written))
    if listed := [code for code in about.disabilities if allowed("Disability", code, about, year, written)]:
        holder = etree.SubElement(character, "Disabilities")
        for code in listed:
            add(holder, "Disability", code)
    for referral in referrals:
        element.append(referral_element(referral, referrals[0] is referral, told, year, written))
    written.counted("children")
    return element


def identifiers(about: ChildDetails, year: int) -> etree._Element:
    """Return who the child is."""
    element = etree.Element("ChildIdentifiers")
    add(element, "LAchildID", about.child)
    add(element, "UPN", about.upn)
    add(element, "FormerUPN", about.former_upn)
    add(element, "UPNunknown", about.upn_unknown)
    add(element, "PersonBirthDate", as_day(about.born_on))
    add(element, "ExpectedPersonBirthDate", as_day(about.expected_birth_on))
    sex = about.sex if about.sex in OLD_SEX else "U"
    if year < 2025:
        add(element, "GenderCurrent", OLD_SEX[sex])
    else:
        add(element, "Sex", "U" if sex == "I" else sex)
    add(element, "PersonDeathDate", as_day(about.died_on))
    return element


def referral_element(
    referral: Referral, is_first: bool, told: list[Event], year: int, written: Written
) -> etree._Element:
    """Return a referral with everything that refers to it; what refers to none stands under the child's first."""
    element = etree.Element("CINdetails")
    add(element, "CINreferralDate", as_day(referral.received_on))
    add(element, "ReferralSource", coded("ReferralSource", referral.source, referral, year, written))
    need = referral.primary_need
    add(element, "PrimaryNeedCode", need if allowed("PrimaryNeedCode", need, referral, year, written) else None)
    add(element, "CINclosureDate", as_day(referral.closed_on))
    reason = referral.closed_reason
    add(element, "ReasonForClosure", reason if allowed("ReasonForClosure", reason, referral, year, written) else None)
    add(element, "DateOfInitialCPC", as_day(referral.first_conference_on))
    mine = [one for one in told if belongs(one, reference(referral), is_first)]
    for assessment in only(Assessment, mine):
        element.extend(assessment_element(assessment, year, written))
    for plan in [one for one in only(Plan, mine) if one.type == "need"]:
        element.extend(need_plan_element(plan, year, written))
    for enquiry in only(Section47Enquiry, mine):
        element.extend(enquiry_element(enquiry, told, written))
    add(element, "ReferralNFA", flag("ReferralNFA", referral.no_further_action, referral, written))
    for plan in [one for one in only(Plan, mine) if one.type == "protection"]:
        element.extend(protection_element(plan, told, year, written))
    written.counted("referrals")
    return element


def belongs(event: Event, referral: str, is_first: bool) -> bool:
    """Tell whether an event stands under a referral."""
    to = getattr(event, "referral", None)
    return to == referral or (to is None and is_first)


def assessment_element(one: Assessment, year: int, written: Written) -> list[etree._Element]:
    """Return an assessment, if it has a start."""
    if not one.started_on:
        return left_out(one, "started_on", written)
    element = etree.Element("Assessments")
    add(element, "AssessmentActualStartDate", as_day(one.started_on))
    add(element, "AssessmentInternalReviewDate", as_day(one.reviewed_on))
    add(element, "AssessmentAuthorisationDate", as_day(one.authorised_on))
    if listed := [code for code in one.factors if allowed("AssessmentFactors", code, one, year, written)]:
        holder = etree.SubElement(element, "FactorsIdentifiedAtAssessment")
        for code in listed:
            add(holder, "AssessmentFactors", code)
    written.counted("assessments")
    return [element]


def need_plan_element(one: Plan, year: int, written: Written) -> list[etree._Element]:
    """Return a child in need plan, if the year's schema has them."""
    if "CINPlanDates" not in schema.elements(year):
        written.left_out.append(LeftOut(one.child, one.KIND, "", f"the schema of {year} has no child in need plans"))
        return []
    if not one.started_on:
        return left_out(one, "started_on", written)
    element = etree.Element("CINPlanDates")
    add(element, "CINPlanStartDate", as_day(one.started_on))
    add(element, "CINPlanEndDate", as_day(one.ended_on))
    written.counted("child in need plans")
    return [element]


def enquiry_element(one: Section47Enquiry, told: list[Event], written: Written) -> list[etree._Element]:
    """Return an enquiry with its conference."""
    if not one.started_on:
        return left_out(one, "started_on", written)
    element = etree.Element("Section47")
    add(element, "S47ActualStartDate", as_day(one.started_on))
    add(element, "InitialCPCtarget", as_day(one.conference_target_on))
    held = next((c.held_on for c in only(Conference, told) if c.enquiry == reference(one)), None)
    add(element, "DateOfInitialCPC", as_day(held))
    add(element, "ICPCnotRequired", flag("ICPCnotRequired", one.conference_not_required, one, written))
    written.counted("enquiries")
    return [element]


def protection_element(one: Plan, told: list[Event], year: int, written: Written) -> list[etree._Element]:
    """Return a child protection plan with its reviews; a plan without a category cannot be written."""
    latest = one.latest_category or one.first_category
    first = one.first_category or latest
    if not one.started_on or not allowed("InitialCategoryOfAbuse", first, one, year, written):
        return left_out(one, "started_on" if not one.started_on else "first_category", written)
    element = etree.Element("ChildProtectionPlans")
    add(element, "CPPstartDate", as_day(one.started_on))
    add(element, "CPPendDate", as_day(one.ended_on))
    add(element, "InitialCategoryOfAbuse", first)
    add(element, "LatestCategoryOfAbuse", latest)
    add(element, "NumberOfPreviousCPP", str(earlier_plans(one, told)))
    reviews = [r for r in only(Review, told) if r.type == "protection" and r.plan == reference(one) and r.held_on]
    if reviews:
        holder = etree.SubElement(element, "Reviews")
        for review in reviews:
            add(holder, "CPPreviewDate", as_day(review.held_on))
            written.counted("reviews")
    written.counted("child protection plans")
    return [element]


def earlier_plans(one: Plan, told: list[Event]) -> int:
    """Return how many plans the child had before: as stated, else as many as are known to have started earlier."""
    if one.earlier_plans is not None:
        return one.earlier_plans
    known = [plan for plan in only(Plan, told) if plan.type == "protection"]
    return sum(1 for plan in known if str(plan.started_on) < str(one.started_on))


def left_out(one: Event, name: str, written: Written) -> list[etree._Element]:
    """List an event that cannot be written because the schema demands what is not known."""
    written.left_out.append(LeftOut(one.child, one.KIND, name, "the schema demands it and it is not known"))
    return []


def allowed(name: str, code: str | None, about: Event, year: int, written: Written) -> bool:
    """Tell whether the year's schema has this code; list a code that it has not."""
    if code is None or code in schema.codes(year, name):
        return code is not None
    written.left_out.append(LeftOut(about.child, about.KIND, name, f"the schema of {year} has no code {code}"))
    return False


def coded(name: str, code: str | None, about: Event, year: int, written: Written) -> str:
    """Return a code that the schema demands, or its way of saying that it is not known."""
    if code is None:
        return stopgap(name, about, written)
    return code if allowed(name, code, about, year, written) else STOPGAPS[name]


def flag(name: str, value: bool | None, about: Event, written: Written) -> str:
    """Return a flag that the schema demands."""
    return stopgap(name, about, written) if value is None else "1" if value else "0"


def stopgap(name: str, about: Any, written: Written) -> str:
    """Return what stands for 'not known', and list that it does."""
    reason = f"not known; written as {STOPGAPS[name]} because the schema demands it"
    written.left_out.append(LeftOut(about.child, about.KIND, name, reason))
    return STOPGAPS[name]
