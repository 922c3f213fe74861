"""What the report shows: each measure as a number of cells over a number of cells, with what it is and is not."""

from dataclasses import dataclass

from .tables import ASSESSMENT_BANDS, CONFERENCE_BANDS, SOURCES

POPULATION = "population_estimate"


@dataclass(frozen=True, slots=True)
class Measure:
    """A ratio of published counts: the sum of `numerator` cells over one `denominator` cell, times `per`."""

    key: str
    title: str
    theme: str
    table: str
    numerator: tuple[str, ...]
    denominator: str
    per: int
    unit: str
    counted: str
    what: str

    @property
    def is_share(self) -> bool:
        """Tell a share of a whole from a rate against the population."""
        return self.denominator != POPULATION


def factor(key: str, title: str, column: str, what: str) -> Measure:
    """Return the rate of one assessment factor per 10,000 children."""
    unit, counted = "per 10,000 children", "assessed episodes with the factor"
    return Measure(key, title, "identified", "factors", (column,), POPULATION, 10_000, unit, counted, what)


def share(key: str, title: str, theme: str, columns: tuple[str, ...], table: str, whole: str, what: str) -> Measure:
    """Return the share, in per cent, that some columns make up of a whole column of the same row."""
    return Measure(key, title, theme, table, columns, whole, 100, "%", SHARE_COUNTS[table], what)


# What the denominator of each table counts, in words.
SHARE_COUNTS = {
    "assessments": "assessments completed",
    "conferences": "initial child protection conferences",
    "reviews": "plans open three months or more at 31 March",
    "referrals": "referrals",
    "sources": "referrals",
}
SOURCE_TITLES = {
    "individual": "Individuals (family, relative, carer, the child)",
    "schools": "Schools",
    "education_services": "Education services",
    "health_services": "Health services",
    "housing": "Housing",
    "la_services": "The council's own services",
    "police": "Police",
    "other_legal_agency": "Other legal agencies (courts, probation, immigration, prisons)",
    "other": "Other",
    "anonymous": "Anonymous",
    "unknown": "Not known",
}

FACTORS = (
    factor(
        "cse",
        "Child sexual exploitation",
        "child_sexual_exploitation",
        "Episodes in which an assessment that ended in the year named child sexual exploitation as a factor.",
    ),
    factor(
        "cce",
        "Child criminal exploitation",
        "child_criminal_exploitation",
        "Collected from 2022 on; earlier years are not published, which is not the same as none.",
    ),
    factor("gangs", "Gangs", "gangs", "Episodes in which gang involvement was named as a factor."),
    factor("trafficking", "Trafficking", "trafficking", "Episodes in which trafficking was named as a factor."),
    factor("missing", "Going missing", "going_missing", "Episodes in which going missing was named as a factor."),
)
ASSESSMENTS = share(
    "assessments",
    "Assessments completed within 45 working days",
    "timeliness",
    ASSESSMENT_BANDS[:6],
    "assessments",
    "assessments_completed",
    "The sum of the duration bands up to 45 working days over all assessments completed in the year.",
)
CONFERENCES = share(
    "conferences",
    "Conferences held within 15 working days",
    "timeliness",
    CONFERENCE_BANDS[:2],
    "conferences",
    "icpc",
    "Bands 0 to 10 and 11 to 15 working days from the start of the section 47 enquiry, over all initial child "
    "protection conferences; those dated before their enquiry count in the whole and in no band.",
)
REVIEWS = share(
    "reviews",
    "Child protection plans reviewed on time",
    "timeliness",
    ("reviewed_within_timescales",),
    "reviews",
    "cpp_at31_3months",
    "Of plans open on 31 March for three months or more, those with every review within its time limit. "
    "Plans that ended before 31 March are not in it.",
)
RE_REFERRALS = share(
    "re_referrals",
    "Referrals within 12 months of an earlier one",
    "return",
    ("re_referrals",),
    "referrals",
    "referrals",
    "Referrals of a child who had been referred to the same council in the twelve months before.",
)
REFERRALS = Measure(
    "referrals",
    "Referrals to children's social care",
    "return",
    "referrals",
    ("referrals",),
    POPULATION,
    10_000,
    "per 10,000 children",
    "referrals",
    "All referrals of the year; a child referred twice counts twice.",
)
ASSESSED = Measure(
    "assessed",
    "Episodes with any factor named",
    "identified",
    "factors",
    ("episodes_with_assessment_factor",),
    POPULATION,
    10_000,
    "per 10,000 children",
    "episodes with any factor named",
    "Episodes with an assessment that ended in the year and named at least one factor.",
)
BY_SOURCE = tuple(
    share(
        f"source_{source}",
        SOURCE_TITLES[source],
        "sources",
        (source,),
        "sources",
        "referrals",
        f"Referrals that came from: {SOURCE_TITLES[source][0].lower()}{SOURCE_TITLES[source][1:]}.",
    )
    for source in SOURCES
)
TIMELINESS = (ASSESSMENTS, CONFERENCES, REVIEWS)
MEASURES = (*FACTORS, *TIMELINESS, RE_REFERRALS, REFERRALS, ASSESSED, *BY_SOURCE)
BY_KEY = {measure.key: measure for measure in MEASURES}
