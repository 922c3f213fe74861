"""The peer group: our own grouping of ten councils alike in size and in where they started, or one from a CSV."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from heed.lib.errors import HeedError

from .bounds import Bounds
from .figures import Figure
from .index import Statistics
from .measures import BY_KEY as MEASURE
from .places import Place, Places

GROUP_SIZE = 10
BASE_MEASURE = MEASURE["cse"]


@dataclass(frozen=True, slots=True)
class Peer:
    """One council of the group, with what it was chosen by."""

    place: Place
    children: Figure | None
    base_rate: Figure | None
    distance: float | None


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """The councils beside which one council is shown, and the words that say how they were chosen."""

    name: str
    how: str
    base_year: int | None
    peers: tuple[Peer, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(peer.place for peer in self.peers)


def nearest(statistics: Statistics, council: Place) -> PeerGroup:
    """Choose the ten councils nearest in child population and base-year rate.

    1. The base year is the first in which the council publishes the rate of the child sexual exploitation factor.
    2. Candidates publish it in that year and still report in the last. 3. Distance is Euclidean in the logarithm of
    the child population and the square root of the rate, each divided by its standard deviation over all candidates.
    A rate in bounds stands at its middle; ties fall to the lower council number.
    """
    base = base_year(statistics, council)
    if base is None:
        how = f"{council.name} has no year with both a child population and a count to choose peers by; none are shown."
        return PeerGroup("Peer group", how, None, ())
    year = statistics.places.last_year if council.last_year == statistics.places.last_year else council.last_year
    places = [
        p for p in statistics.places.councils(year=year) if p.first_year <= base and described(statistics, p, base)
    ]
    marks = {place.key: coordinates(statistics, place, base) for place in places}
    spread = [deviation([mark[axis] for mark in marks.values()]) for axis in (0, 1)]
    here = marks[council.key]
    far = sorted((distance(here, marks[p.key], spread), p.key, p) for p in places if p.key != council.key)[:GROUP_SIZE]
    peers = [peer(statistics, place, base, away) for away, _, place in far]
    how = (
        f"Heed's own grouping: the {len(peers)} councils nearest to {council.name} in child population (logarithm) "
        f"and in the rate of the child sexual exploitation factor in {base} (square root), both in standard "
        f"deviations over {len(places)} councils. It knows nothing of deprivation, geography or practice. Councils "
        "chosen by one year's rate drift towards the middle afterwards, whatever they do; the group drifts with "
        "the council."
    )
    return PeerGroup("Peer group", how, base, tuple(sorted(peers, key=lambda one: one.place.name.casefold())))


def base_year(statistics: Statistics, council: Place) -> int | None:
    """Return the first year in which the council publishes what peers are chosen by."""
    return next((year for year in statistics.years if described(statistics, council, year)), None)


def described(statistics: Statistics, place: Place, year: int) -> bool:
    """Tell whether a council can be placed on both axes in a year."""
    children = statistics.children(place.key, year)
    rate = statistics.figure(BASE_MEASURE, place, year)
    return rate.is_published and children is not None and children.is_usable and children.bounds.low > 0


def coordinates(statistics: Statistics, place: Place, year: int) -> tuple[float, float]:
    rate = statistics.figure(BASE_MEASURE, place, year)
    return math.log(rate.denominator.middle), math.sqrt(rate.bounds.middle)


def deviation(values: Sequence[float]) -> float:
    """Return the population standard deviation, or 1 where nothing varies."""
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) or 1.0


def distance(here: tuple[float, float], there: tuple[float, float], spread: Sequence[float]) -> float:
    return math.hypot(*((a - b) / width for a, b, width in zip(here, there, spread, strict=True)))


def peer(statistics: Statistics, place: Place, year: int, away: float | None) -> Peer:
    """Describe one council of the group by the figures it was chosen by."""
    rate = statistics.figure(BASE_MEASURE, place, year)
    cell = statistics.children(place.key, year)
    label = f"Children aged 0 to 17, {place.name}, mid-{year - 1}"
    children = Figure(label, "", cell.bounds, cell.bounds, Bounds(0, 0), (cell,), "as published") if cell else None
    return Peer(place, children, rate, away)


def from_csv(statistics: Statistics, council: Place, text: str, name: str) -> PeerGroup:
    """Read a peer group: columns `council` and `peer`, a row for each peer, by name, code or number."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if reader.fieldnames is None or not {"council", "peer"} <= set(reader.fieldnames):
        raise HeedError(f"{name} needs the columns council and peer")
    rows = [(row["council"] or "", row["peer"] or "") for row in reader]
    chosen = {found.key: found for said, other in rows if named(statistics.places, said, council, name) for found in
              [statistics.places.find(other)]}  # fmt: skip
    chosen.pop(council.key, None)
    if not chosen:
        raise HeedError(f"{name} names no peer of {council.name}")
    base = base_year(statistics, council) or statistics.places.last_year
    how = f"Peers named in {name} for {council.name}, {len(chosen)} in all; Heed did not choose them."
    places = sorted(chosen.values(), key=lambda place: place.name.casefold())
    return PeerGroup("Named peer group", how, base, tuple(peer(statistics, place, base, None) for place in places))


def named(places: Places, said: str, council: Place, name: str) -> bool:
    """Tell whether a row of a peer file is about this council; a name that nobody has is refused."""
    try:
        return places.find(said).key == council.key
    except HeedError as refusal:
        raise HeedError(f"{name}: {refusal}") from refusal
