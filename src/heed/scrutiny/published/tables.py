"""The published tables that the report needs, known by their columns and never by their file names."""

from collections.abc import Iterable
from dataclasses import dataclass

from heed.lib.errors import HeedError

# Columns that say when and where a row is; every file of the Department's statistics service has the first three.
REQUIRED = ("time_period", "geographic_level", "country_code")
PLACE_COLUMNS = ("region_code", "region_name", "old_la_code", "new_la_code", "la_name")
META = frozenset((*REQUIRED, "time_identifier", "country_name", *PLACE_COLUMNS))
# Columns of words that split a table's rows further.
BREAKDOWNS = ("category", "category_type", "characteristic", "characteristic_type", "age_group")


@dataclass(frozen=True, slots=True)
class Table:
    """One published table, known by its columns.

    The `parts` together never exceed the `whole`; without parts, each column alone never exceeds it.
    """

    key: str
    title: str
    known_by: frozenset[str]
    whole: str = ""
    parts: tuple[str, ...] = ()


ASSESSMENT_BANDS = (
    "same_day", "1-10_days", "11-20_days", "21-30_days", "31-40_days", "41-45_days", "46-50_days", "51-60_days",
    "61+_days",
)  # fmt: skip
CONFERENCE_BANDS = ("duration_0-10_days", "duration_11-15_days", "duration_16-20_days", "duration_21+_days")
SOURCES = (
    "individual", "schools", "education_services", "health_services", "housing", "la_services", "police",
    "other_legal_agency", "other", "anonymous", "unknown",
)  # fmt: skip

TABLES = (
    Table("population", "Children aged 0 to 17, mid-year estimate", frozenset({"age_group", "population_estimate"})),
    Table(
        "factors",
        "Factors identified at the end of assessment",
        frozenset({"episodes_with_assessment_factor", "child_sexual_exploitation"}),
        "episodes_with_assessment_factor",
    ),
    Table(
        "assessments",
        "Assessments by duration",
        frozenset({"assessments_completed", "41-45_days"}),
        "assessments_completed",
        ASSESSMENT_BANDS,
    ),
    Table(
        "conferences",
        "Section 47 enquiries and initial child protection conferences",
        frozenset({"icpc", "duration_0-10_days", "duration_11-15_days"}),
        "icpc",
        CONFERENCE_BANDS,
    ),
    Table(
        "reviews",
        "Child protection plans reviewed within timescales",
        frozenset({"cpp_at31_3months", "reviewed_within_timescales"}),
        "cpp_at31_3months",
        ("reviewed_within_timescales",),
    ),
    Table(
        "referrals",
        "Referrals and re-referrals",
        frozenset({"referrals", "re_referrals"}),
        "referrals",
        ("re_referrals",),
    ),
    Table("sources", "Referrals by source", frozenset({"referrals", "police", "schools"}), "referrals", SOURCES),
)
BY_KEY = {table.key: table for table in TABLES}


# Names that a later release gives the same columns (c1 of the year ending March 2025), without their `_count`.
RENAMED = {
    "referral": "referrals",
    "rereferral": "re_referrals",
    "rereferral_percent": "re_referrals_percent",
}


def plain(column: str) -> str:
    """Return a column name as we compare it: no case, no outer blanks, blanks as underscores, no `_count`."""
    name = "_".join(column.strip().lower().split()).removesuffix("_count")
    return RENAMED.get(name, name)


def known_table(header: Iterable[str]) -> Table | None:
    """Return the table that these columns belong to, or None for one that the report does not use."""
    columns = {plain(name) for name in header}
    found = [table for table in TABLES if table.known_by <= columns]
    if len(found) > 1:
        raise HeedError(f"one file looks like several tables: {', '.join(t.title for t in found)}")
    return found[0] if found else None
