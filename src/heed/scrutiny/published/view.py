"""Everything the questions about one council look at: its figures and those it stands beside."""

from dataclasses import dataclass, field
from typing import Any

from .changes import YearChange, year_change
from .figures import Figure
from .funnel import Funnel, Point, fit
from .index import Statistics
from .measures import Measure
from .patterns import halving_or_doubling, run_of
from .peers import PeerGroup
from .places import Place


@dataclass(frozen=True)
class Surroundings:
    """What is the same for every council: the funnels and the yearly changes, worked out once."""

    statistics: Statistics
    funnels: dict[tuple[str, int], Funnel | None]
    changes: dict[tuple[str, int], YearChange | None]
    shapes: dict[tuple[str, str], int]
    drawn: dict[tuple[str, int], Any]

    def funnel(self, measure: Measure, year: int) -> Funnel | None:
        """Return the funnel of one measure and year."""
        key = (measure.key, year)
        if key not in self.funnels:
            self.funnels[key] = fit([point for _, point in self.points(measure, year)], is_share=measure.is_share)
        return self.funnels[key]

    def change(self, measure: Measure, year: int) -> YearChange | None:
        """Return how all councils changed from the year before."""
        key = (measure.key, year)
        if key not in self.changes:
            self.changes[key] = year_change(self.statistics, measure, year)
        return self.changes[key]

    def verdicts(self, measure: Measure, year: int) -> dict[str, str]:
        """Return where each council lies against the wide 99.8 % limits, by its key."""
        key = (f"verdicts {measure.key}", year)
        funnel = self.funnel(measure, year)
        if key not in self.drawn:
            points = self.points(measure, year) if funnel else []
            self.drawn[key] = {place.key: funnel.verdict(point) for place, point in points if funnel}
        found: dict[str, str] = self.drawn[key]
        return found

    def series(self, measure: Measure, place: Place) -> list[tuple[int, Figure]]:
        """Return the years in which a place publishes the measure, with its figures."""
        every = [(year, self.statistics.figure(measure, place, year)) for year in self.statistics.years_of(measure)]
        return [(year, figure) for year, figure in every if figure.is_published]

    def alike(self, measure: Measure, rule: str) -> tuple[int, int]:
        """Return of how many of today's councils the same question can be asked, and how many there are."""
        councils = self.statistics.places.councils(year=self.statistics.places.last_year)
        if (measure.key, rule) not in self.shapes:
            every = [self.series(measure, place) for place in councils]
            found = [shape for series in every for shape in (halving_or_doubling(series), run_of(series)) if shape]
            for name in ("halved", "doubled", "falling", "rising"):
                self.shapes[measure.key, name] = sum(shape.rule == name for shape in found)
        return self.shapes[measure.key, rule], len(councils)

    def points(self, measure: Measure, year: int) -> list[tuple[Place, Point]]:
        """Return every council that reported in a year, as a point of the funnel."""
        found = []
        for place in self.statistics.places.councils(year=year):
            figure = self.statistics.figure(measure, place, year)
            found.append((place, Point(place.key, figure.numerator, figure.denominator)))
        return found


def surroundings(statistics: Statistics) -> Surroundings:
    return Surroundings(statistics, {}, {}, {}, {})


@dataclass(frozen=True)
class View:
    """One council among the others."""

    around: Surroundings
    council: Place
    group: PeerGroup
    pooled: dict[tuple[str, int], Figure] = field(default_factory=dict, compare=False)

    @property
    def statistics(self) -> Statistics:
        return self.around.statistics

    @property
    def region(self) -> Place | None:
        return self.statistics.places.by_key.get(self.council.region)

    def figure(self, measure: Measure, year: int) -> Figure:
        return self.statistics.figure(measure, self.council, year)

    def regional(self, measure: Measure, year: int) -> Figure | None:
        return self.statistics.figure(measure, self.region, year) if self.region else None

    def england(self, measure: Measure, year: int) -> Figure:
        return self.statistics.figure(measure, self.statistics.places.england, year)

    def peers(self, measure: Measure, year: int) -> Figure:
        """Return the peer group's figure, its councils added together."""
        key = (measure.key, year)
        if key not in self.pooled:
            label = self.group.name.lower()
            self.pooled[key] = self.statistics.pooled(measure, self.group.places, year, label)
        return self.pooled[key]

    def series(self, measure: Measure) -> list[tuple[int, Figure]]:
        """Return the years in which this council publishes the measure."""
        return self.around.series(measure, self.council)
