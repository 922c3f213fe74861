"""A number that may be hidden, missing or rounded, as the smallest and largest value it can have."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The closed range in which a true value lies; an infinite `high` means that nothing bounds it above."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"the lower bound {self.low} is above the upper bound {self.high}")

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def is_known(self) -> bool:
        """Tell whether anything at all bounds the value above."""
        return math.isfinite(self.high)

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def __add__(self, other: "Bounds") -> "Bounds":
        return Bounds(self.low + other.low, self.high + other.high)

    def times(self, factor: float) -> "Bounds":
        return Bounds(self.low * factor, self.high * factor)

    def capped(self, at: float) -> "Bounds":
        return Bounds(min(self.low, at), min(self.high, at))

    def over(self, whole: "Bounds") -> "Bounds":
        """Divide by `whole` without assuming that the two move together."""
        low = self.low / whole.high if whole.high > 0 else 0.0
        high = self.high / whole.low if whole.low > 0 else math.inf
        return Bounds(low if math.isfinite(low) else 0.0, high)

    def surely_below(self, other: "Bounds") -> bool:
        return self.high < other.low

    def surely_above(self, other: "Bounds") -> bool:
        return self.low > other.high


UNKNOWN = Bounds(0.0, math.inf)


def exactly(value: float) -> Bounds:
    return Bounds(value, value)


def total(parts: Iterable[Bounds]) -> Bounds:
    """Add any number of bounded values; the sum of none is exactly zero."""
    answer = exactly(0.0)
    for part in parts:
        answer = answer + part
    return answer
