"""What may lie behind a question without anything being wrong, and what the figures themselves say about each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .changes import standing_out
from .measures import ASSESSED, FACTORS, Measure
from .places import explained
from .view import View
from .words import change

POSSIBLE, SIGN, NO_SIGN = "possible", "some sign of it", "no sign of it"
# Reporting years ending 31 March that the pandemic and closed schools touched.
PANDEMIC = (2020, 2021)
# The factor 'child criminal exploitation' is published from the year ending March 2022 on (the factors table itself).
CRIMINAL_SINCE = 2022
# A change in what was assessed counts as a sign from a fifth on.
NOTABLE = 20.0

Years = tuple[int, int]
Spans = Sequence[Years]


@dataclass(frozen=True, slots=True)
class Innocent:
    """One innocent explanation: its name, what it would mean, and whether these figures show a sign of it."""

    name: str
    bearing: str
    words: str


def innocent_explanations(view: View, measure: Measure, spans: Spans) -> tuple[Innocent, ...]:
    """Return the explanations that fit a measure, those with a sign first."""
    found = [one for check in CHECKS for one in check(view, measure, spans)]
    order = {SIGN: 0, POSSIBLE: 1, NO_SIGN: 2}
    return tuple(sorted(found, key=lambda one: order[one.bearing]))


def boundary(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    history = view.statistics.places.history(view.council)
    changes = [c for c in history if any(start - 1 < c.first_year <= end for start, end in spans)]
    if changes:
        yield Innocent("Boundary change", SIGN, f"{changes[0].what} ({changes[0].source}).")
    else:
        yield Innocent(
            "Boundary change", NO_SIGN, "No reorganisation of this council in these years is in our table of orders."
        )


def recording(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    """Look whether other factors stepped in the same year, as a change of form or practice would make them."""
    if measure.theme != "identified":
        yield Innocent(
            "Recording change",
            POSSIBLE,
            "A change in which date is entered, or who enters it, moves such a share at once.",
        )
        return
    others = [other.title.lower() for other in FACTORS if other is not measure and stepped(view, other, spans)]
    words = "A new assessment form, a new rule on when to tick a factor, or a new team may have changed the count."
    if others:
        yield Innocent("Recording change", SIGN, f"{words} In the same years also: {', '.join(others)}.")
    else:
        yield Innocent("Recording change", POSSIBLE, words)


def stepped(view: View, measure: Measure, spans: Spans) -> bool:
    """Tell whether another measure of this council made an unusual step within the years."""
    figures = dict(view.series(measure))
    for year in sorted({year for start, end in spans for year in range(start + 1, end + 1)}):
        everyone = view.around.change(measure, year) if {year, year - 1} <= figures.keys() else None
        if everyone and standing_out(measure, figures[year - 1], figures[year], everyone) is not None:
            return True
    return False


def new_system(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    """Look for years that were not published beside the ones in question, as a troubled move of systems leaves."""
    near = {year for start, end in spans for year in range(start - 1, end + 2)}
    gaps = [
        year
        for year in view.statistics.years_of(measure)
        if year in near and not view.figure(measure, year).is_published
    ]
    words = "A move to a new case system can lose or double records in the year of the return."
    if gaps:
        told = " ".join([f"Not published: {', '.join(map(str, gaps))}.", *explained(view.council, gaps)])
        yield Innocent("New system", SIGN, f"{words} {told}")
    else:
        yield Innocent("New system", POSSIBLE, words)


def rounding(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    exact = all(view.figure(measure, year).bounds.is_exact for span in spans for year in span)
    if exact:
        yield Innocent("Rounding", NO_SIGN, "Council figures are published unrounded and none of these is hidden.")
    else:
        yield Innocent(
            "Rounding", NO_SIGN, "Small numbers are hidden here; the question stands whatever the hidden numbers are."
        )


def amount_of_work(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    """Look whether the number of assessed episodes moved too: who is not assessed has no factor."""
    start, end = max(spans, key=lambda span: span[1] - span[0])
    if measure.theme != "identified" or start == end:
        return
    moved = change(view.figure(ASSESSED, start), view.figure(ASSESSED, end))
    words = "A factor can only be named where an assessment ends; fewer or more assessments move every factor."
    if moved is None:
        yield Innocent("Number of assessments", POSSIBLE, words)
    elif min(abs(moved.low), abs(moved.high)) >= NOTABLE:
        yield Innocent(
            "Number of assessments",
            SIGN,
            f"{words} Episodes with any factor per child moved by {signed(moved.middle)} %.",
        )
    else:
        yield Innocent(
            "Number of assessments",
            NO_SIGN,
            f"Episodes with any factor per child moved by {signed(moved.middle)} % only.",
        )


def signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "−")


def other_factor(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    if measure.key in ("cse", "gangs", "trafficking", "missing") and any(
        start < CRIMINAL_SINCE <= end for start, end in spans
    ):
        yield Innocent(
            "Named under another factor",
            POSSIBLE,
            f"Child criminal exploitation is collected from {CRIMINAL_SINCE} on; some episodes may now be named there.",
        )


def pandemic(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    if any(start <= year <= end for start, end in spans for year in PANDEMIC):
        yield Innocent(
            "Pandemic",
            POSSIBLE,
            "Schools and visits were restricted in the years to March 2020 and 2021; so everywhere.",
        )


def mix(view: View, measure: Measure, spans: Spans) -> Iterator[Innocent]:
    if measure.theme == "identified":
        yield Innocent(
            "It may be so", POSSIBLE, "There may truly be fewer or more children harmed; these figures cannot tell."
        )
    else:
        yield Innocent(
            "It may be so", POSSIBLE, "Staffing, demand or a deliberate change of practice may truly have moved it."
        )


Check = Callable[[View, Measure, Spans], Iterator[Innocent]]
CHECKS: tuple[Check, ...] = (
    boundary,
    recording,
    new_system,
    rounding,
    amount_of_work,
    other_factor,
    pandemic,
    mix,
)
