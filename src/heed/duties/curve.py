"""How soon a clause's duties are done: cumulative incidence with competing ends, open ones censored, on whole days."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from heed.policy.duty import Duty as Judged
from heed.policy.statistics import DAY, SMALLEST, time_to

# Days shown: each of the first ten, then rarer; a curve of a few hundred steps says no more than these.
DAYS = (*range(11), 12, 15, 20, 25, 30, 35, 40, 45, 60, 75, 90, 120, 150, 183, 274, 365)


@dataclass(frozen=True)
class Point:
    """The share done by the end of so many days, with its 95 per cent interval, None where there is none."""

    day: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """The points that may be shown, of how many duties, and how many took no part as not testable."""

    points: tuple[Point, ...]
    duties: int
    left_out: int

    def document(self) -> list[dict[str, Any]]:
        """Return the points as JSON states them."""
        return [
            {"day": p.day, "share": round(p.share, 4), "low": _short(p.low), "high": _short(p.high)}
            for p in self.points
        ]


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def curve_of(duties: Sequence[Judged], as_of: int) -> Curve | None:
    """Return the curve of being done; None where too few were done, or left undone, to show one.

    It ends where five or fewer are still followed: a step there would be one duty's own.
    """
    tested = [duty for duty in duties if duty.testable is None and duty.from_ is not None]
    done = sum(duty.end == "fulfilled" for duty in tested)
    found = time_to(tested, as_of) if done > SMALLEST and not 0 < len(tested) - done <= SMALLEST else None
    if found is None:
        return None
    points = []
    for day in DAYS:
        if int((found.times >= day).sum()) == 0 or _followed(tested, as_of, day) <= SMALLEST:
            break
        share, low, high = found.at(day)
        points.append(Point(day, share, None if isnan(low) else low, None if isnan(high) else high))
    return Curve(tuple(points), len(tested), len(duties) - len(tested)) if points else None


def _followed(duties: Sequence[Judged], as_of: int, day: int) -> int:
    """Return how many duties were neither ended nor censored before so many days had passed."""
    return sum((as_of if d.ended_at is None else d.ended_at) - (d.from_ or 0) >= day * DAY for d in duties)
