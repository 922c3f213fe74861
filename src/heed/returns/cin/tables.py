"""The census as tables: one for each repeating group of elements, keyed by the child and the referral above it."""

import functools

from heed.returns.columns import Column

from . import schema

DATES = frozenset(
    [
        "PersonBirthDate",
        "ExpectedPersonBirthDate",
        "PersonDeathDate",
        "CINreferralDate",
        "CINclosureDate",
        "DateOfInitialCPC",
        "AssessmentActualStartDate",
        "AssessmentInternalReviewDate",
        "AssessmentAuthorisationDate",
        "CINPlanStartDate",
        "CINPlanEndDate",
        "S47ActualStartDate",
        "InitialCPCtarget",
        "CPPstartDate",
        "CPPendDate",
        "CPPreviewDate",
    ]
)
FLAGS = frozenset({"ICPCnotRequired", "ReferralNFA"})
NUMBERS = frozenset({"NumberOfPreviousCPP"})
# Group → its own elements, the first of them needed; the order is the schema's.
GROUPS: dict[str, tuple[str, ...]] = {
    "ChildIdentifiers": (
        "LAchildID", "UPN", "FormerUPN", "UPNunknown", "PersonBirthDate", "ExpectedPersonBirthDate", "GenderCurrent",
        "Sex", "PersonDeathDate",
    ),
    "CINdetails": (
        "CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure",
        "DateOfInitialCPC", "ReferralNFA",
    ),
    "Assessments": ("AssessmentActualStartDate", "AssessmentInternalReviewDate", "AssessmentAuthorisationDate"),
    "CINPlanDates": ("CINPlanStartDate", "CINPlanEndDate"),
    "Section47": ("S47ActualStartDate", "InitialCPCtarget", "DateOfInitialCPC", "ICPCnotRequired"),
    "ChildProtectionPlans": (
        "CPPstartDate", "CPPendDate", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse", "NumberOfPreviousCPP",
    ),
}  # fmt: skip
NESTED = ("Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans")
# Elements that hold a list, and what their members are called.
LISTS = {"FactorsIdentifiedAtAssessment": "AssessmentFactors", "Disabilities": "Disability", "Reviews": "CPPreviewDate"}
# Pairs that stand in order: (group, start, end).
ORDERED = (
    ("CINdetails", "CINreferralDate", "CINclosureDate"),
    ("Assessments", "AssessmentActualStartDate", "AssessmentAuthorisationDate"),
    ("CINPlanDates", "CINPlanStartDate", "CINPlanEndDate"),
    ("Section47", "S47ActualStartDate", "DateOfInitialCPC"),
    ("ChildProtectionPlans", "CPPstartDate", "CPPendDate"),
)


@functools.cache
def column(name: str, year: int) -> Column:
    """Return the column for an element, with the codes of the year's schema."""
    needed = any(name == names[0] for names in GROUPS.values()) or name == "CPPreviewDate"
    if name in DATES:
        return Column(name, "date", needed)
    if name in FLAGS:
        return Column(name, "flag")
    if name in NUMBERS:
        return Column(name, "number")
    listed = schema.codes(year, name)
    if name in {"Sex", "GenderCurrent"}:  # a file of 2026 with `Sex` 1 has been published: both lists are taken
        listed = schema.codes(2017, "GenderCurrent") | schema.codes(2026, "Sex")
    return Column(name, "code" if listed else "text", needed, listed)
