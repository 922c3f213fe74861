"""What these published figures are, and what they are not: said on every page made from them."""

from .checks import Recount
from .importing import SourceFile
from .words import Words

# How many cells that do not agree are named on a page.
NAMED = 20
# Terms of the statistics and of the population estimates (Open Government Licence v3.0, attribution).
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Source: Department for "
    "Education, Children in need; Office for National Statistics, mid-year population estimates. The reading, the "
    "comparisons and the questions are Heed's and not endorsed by either."
)

FACTOR_COUNTS = (
    (
        "An assessment factor is a box that a social worker ticks when an assessment of a child in need ends. The "
        "published count is of episodes with that factor in the year. It is not a count of children: one child "
        "may have several episodes."
    ),
    (
        "It is not a count of children who were exploited. It leaves out every child who was never referred, "
        "never assessed, or assessed by somebody who did not see or did not tick it; and it counts suspicion and "
        "risk as well as certainty."
    ),
    "One episode may carry several factors, so the factors of this report must not be added together.",
    (
        "A high figure can mean much harm or good recognition. A low figure can mean little harm or little "
        "recognition. Nothing here tells which; that is why this report asks questions and makes no ranking."
    ),
)

HIDDEN_NUMBERS = (
    (
        "The Department hides counts of 1 to 5, and some larger ones so that the small ones cannot be worked out. "
        "A hidden number is carried here as the range it can lie in: at least 1, at most what its region's total "
        "and the rest of its own row leave room for, and never narrower than 1 to 5. England and region totals "
        "are rounded to 10 and carried as five either way. What is not published is shown as not published. None "
        "of these is ever read as zero. Totals of England and the regions include the Department's estimates for "
        "councils that are not published."
    ),
    (
        "The years are reporting years that end on 31 March. Rates are divided by the mid-year estimate of the "
        "year before, as the Department does."
    ),
)

LIMITS = (
    (
        "Each funnel shows every council once, from small to large. The dotted limits are where 998 of 1,000 "
        "councils would lie if only chance made them differ (exact binomial for shares, exact Poisson for rates, "
        "interpolated as in Spiegelhalter 2005). Councils differ for many other reasons, so almost all such "
        "funnels are overdispersed. The solid and dashed limits allow for that by his additive random-effects "
        "model, with the spread between councils estimated from z-scores winsorised at 10 % on a "
        "variance-stabilising scale. Outside the solid limits is a reason to ask, not an answer."
    ),
)


def made_from(files: tuple[SourceFile, ...]) -> str:
    """Say what the report was made from, in one sentence."""
    used = [file for file in files if file.table]
    first, last = min(file.first_year for file in used), max(file.last_year for file in used)
    return f"Made from {len(used)} published files, {first} to {last}, each named with its digest at the end."


def how_made(recount: Recount) -> tuple[Words, ...]:
    """Return the sentences of the last section: what was done with the files, and how that was checked."""
    return (*((text,) for text in (*HIDDEN_NUMBERS, *LIMITS)), (recount.words, *differing(recount)))


def differing(recount: Recount) -> Words:
    """Name the first cells that do not agree."""
    return (f" Not agreeing: {'; '.join(recount.differing[:NAMED])}.",) if recount.differing else ()
