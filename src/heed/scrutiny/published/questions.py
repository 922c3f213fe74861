"""Runs and breaks in a council's figures, each asked as a question with the innocent explanations beside it.

Nothing here is a finding. A rule looks at published cells only, takes hidden and rounded ones at every value they can
have, and asks when none of those values would make the question go away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .changes import STANDS_OUT, standing_out
from .figures import Figure
from .innocent import Innocent, innocent_explanations
from .measures import BY_SOURCE, CONFERENCES, FACTORS, RE_REFERRALS, REFERRALS, REVIEWS, TIMELINESS, Measure
from .patterns import ALL_ON_TIME, Moved, halving_or_doubling, none_found, run_of
from .view import View
from .words import Words, change, listed, moved, went

Years = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: which rule asks it, about which years, and its sentences."""

    rule: str
    years: Years
    heading: str
    words: Words


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All questions about one measure, and what may lie behind them innocently."""

    measure: Measure
    questions: tuple[Question, ...]
    innocent: tuple[Innocent, ...]


Rule = Callable[[View, Measure], Iterator[Question]]


def inquiries_about(view: View) -> tuple[Inquiry, ...]:
    """Ask every rule about every measure it fits."""
    asked = []
    for measure, rules in ASKED:
        questions = tuple(question for rule in rules for question in rule(view, measure))
        if questions:
            innocent = innocent_explanations(view, measure, [question.years for question in questions])
            asked.append(Inquiry(measure, questions, innocent))
    return tuple(asked)


def halved_or_doubled(view: View, measure: Measure) -> Iterator[Question]:
    """Ask when the last figure is at most half of an earlier peak, or at least twice an earlier low."""
    found = halving_or_doubling(view.series(measure))
    if found is None:
        return
    referrals = change(view.figure(REFERRALS, found.start), view.figure(REFERRALS, found.end))
    beside = ""
    if referrals and found.rule == "halved":
        beside = " while referrals rose" if referrals.low > 0 else further(found, referrals.low)
    verb = "fell by half or more" if found.rule == "halved" else "at least doubled"
    heading = f"Identified {verb} between {found.start} and {found.end}{beside}. Why?"
    yield Question(found.rule, (found.start, found.end), heading, told(view, measure, found))


def further(found: Moved, referrals: float) -> str:
    """Say that identification fell further than referrals, where it surely did."""
    fall = change(found.before, found.after)
    return ", further than referrals" if fall and fall.high < referrals else ""


def told(view: View, measure: Measure, found: Moved) -> Words:
    """Put the move beside referrals, England, the peers and all councils, and ask."""
    start, end = found.start, found.end
    same, of = view.around.alike(measure, found.rule)
    return (
        f"The rate of assessed episodes with {measure.title.lower()} as a factor went from ",
        found.before,
        f" {measure.unit} in {start} to ",
        found.after,
        f" in {end}: it ",
        *moved(found.before, found.after),
        ". Over the same years this council's referrals per child ",
        *moved(view.figure(REFERRALS, start), view.figure(REFERRALS, end)),
        f"; England's rate of {measure.title.lower()} ",
        *moved(view.england(measure, start), view.england(measure, end)),
        *beside_peers(view, measure, start, end),
        f". The same can be asked of {same} of {of} councils, each from its own {found.turn}. ",
        "Are fewer or more children exploited, or is it seen, asked about or written down differently?",
    )


def beside_peers(view: View, measure: Measure, start: int, end: int) -> Words:
    if not view.group.peers:
        return ()
    return (" and the peer group's ", *moved(view.peers(measure, start), view.peers(measure, end)))


def runs(view: View, measure: Measure) -> Iterator[Question]:
    """Ask when the last five or more published years run one way without a break."""
    found = run_of(view.series(measure))
    if found is None:
        return
    same, of = view.around.alike(measure, found.rule)
    verb = "fell" if found.rule == "falling" else "rose"
    words: Words = (
        f"It {verb} every year from ",
        found.before,
        f" in {found.start} to ",
        found.after,
        f" in {found.end}; England's ",
        *went(measure, view.england(measure, found.start), view.england(measure, found.end)),
        " over the same years. Five years stand in order, up or down, by chance once in 60; ",
        f"the same is true of {same} of {of} councils here.",
    )
    heading = f"It {verb} every year from {found.start} to {found.end}. Why?"
    yield Question(found.rule, (found.start, found.end), heading, words)


def breaks(view: View, measure: Measure) -> Iterator[Question]:
    """Ask when one year's change stands out from the changes of all councils in that year."""
    series = view.series(measure)
    for (start, before), (end, after) in pairwise(series):
        everyone = view.around.change(measure, end) if end == start + 1 else None
        if everyone is None or standing_out(measure, before, after, everyone) is None:
            continue
        words: Words = (
            f"In {start} it was ",
            before,
            f" and in {end} ",
            after,
            ": it ",
            *went(measure, before, after),
            ", while England's ",
            *went(measure, view.england(measure, start), view.england(measure, end)),
            f". That is more than {STANDS_OUT} times the usual spread of all councils' changes in that year; ",
            f"{everyone.outside} of {everyone.councils} councils had such a step.",
        )
        yield Question("break", (start, end), f"An unusual step between {start} and {end}. What changed?", words)


def outside(view: View, measure: Measure) -> Iterator[Question]:
    """Ask when the last year lies outside the wide 99.8 % limits of the funnel plot."""
    series = view.series(measure)
    if not series or series[-1][0] != view.council.last_year:
        return
    year, figure = series[-1]
    verdict = view.around.verdicts(measure, year).get(view.council.key, "inside")
    if verdict in ("above", "below"):
        words: Words = (
            f"In {year} it was ",
            figure,
            ", against ",
            view.england(measure, year),
            f" in England: {verdict} the 99.8 % limits even after allowing for how much councils usually differ.",
        )
        yield Question("outside", (year, year), f"It was {verdict} the wide control limits in {year}. Why?", words)


def zeros(view: View, measure: Measure) -> Iterator[Question]:
    """Ask when nothing was identified where England's rate would lead one to expect several."""
    years: list[int] = []
    parts: list[str | Figure] = []
    for year, figure in view.series(measure):
        england = view.england(measure, year)
        expected = none_found(figure, england)
        if expected is not None:
            years.append(year)
            parts += [f"In {year} it was ", figure, ", where England's rate of ", england, f" gives {expected:.0f}. "]
    if years:
        words = (*parts, "Was there nothing to find, or nothing written down?")
        yield Question("zero", (years[0], years[-1]), f"None at all in {listed(years)}. Why?", words)


def all_on_time(view: View, measure: Measure) -> Iterator[Question]:
    """Ask when every single case of a year was on time."""
    found = [
        (year, figure)
        for year, figure in view.series(measure)
        if figure.bounds.low == 100 and figure.denominator.low >= ALL_ON_TIME
    ]
    if found:
        parts: list[str | Figure] = []
        for year, figure in found:
            parts += [f"In {year} it was ", figure, f" of {figure.denominator.low:,.0f}. "]
        words = (*parts, "It may well be so. Who checked, and from what?")
        years = [year for year, _ in found]
        heading = f"Not one late in {listed(years)}. How was it counted?"
        yield Question("complete", (years[0], years[-1]), heading, words)


# Sources by which exploited children are often seen first; one that falls silent is worth a question.
WATCHED = ("source_police", "source_schools", "source_health_services")
ASKED: tuple[tuple[Measure, tuple[Rule, ...]], ...] = (
    *((measure, (halved_or_doubled, runs, breaks, outside, zeros)) for measure in FACTORS),
    *((measure, (runs, breaks, outside)) for measure in TIMELINESS if measure not in (CONFERENCES, REVIEWS)),
    *((measure, (runs, breaks, outside, all_on_time)) for measure in (CONFERENCES, REVIEWS)),
    *((measure, (runs, breaks, outside)) for measure in (RE_REFERRALS, REFERRALS)),
    *((measure, (breaks,)) for measure in BY_SOURCE if measure.key in WATCHED),
)


def comparisons(view: View) -> int:
    """Return how many year-on-year steps were looked at, to be told beside the questions."""
    return sum(max(0, len(view.series(measure)) - 1) for measure, _ in ASKED)
