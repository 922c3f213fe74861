"""One published figure: its bounds, what it was made of, and the cells that it comes from."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .bounds import UNKNOWN, Bounds, total
from .symbols import MEANING, Kind


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of one file as downloaded; `row` is the number a spreadsheet shows beside it."""

    file: str
    row: int
    column: str
    raw: str
    kind: str
    year: int
    place: str
    bounds: Bounds

    @property
    def is_usable(self) -> bool:
        """Tell whether the cell says anything at all about its number."""
        return self.kind in (Kind.EXACT, Kind.ROUNDED, Kind.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the report: from `bounds.low` to `bounds.high`, out of `cells`; `why` says why it is not exact."""

    label: str
    unit: str
    bounds: Bounds
    numerator: Bounds
    denominator: Bounds
    cells: tuple[Cell, ...]
    how: str
    why: str = ""

    @property
    def is_published(self) -> bool:
        return self.bounds.is_known

    def surely_above(self, other: "Figure") -> bool:
        return self.bounds.surely_above(other.bounds)

    def surely_below(self, other: "Figure") -> bool:
        return self.bounds.surely_below(other.bounds)

    @property
    def text(self) -> str:
        """Return the figure as people read it: one number where its bounds print alike, else the range."""
        if not self.is_published:
            return f"not published ({self.why})" if self.why else "not published"
        decimals = 0 if self.unit == "" else 1
        low, high = printed(self.bounds.low, decimals), printed(self.bounds.high, decimals)
        mark = "%" if self.unit == "%" else ""
        if self.bounds.low > 0 and float(low.replace(",", "")) == 0:
            return f"above 0, at most {high}{mark}"
        return f"{low}{mark}" if low == high else f"{low} to {high}{mark}"


def printed(value: float, decimals: int) -> str:
    """Round half away from zero, as the Department prints, and set thousands apart."""
    scale = 10**decimals
    rounded = math.floor(abs(value) * scale + 0.5 + 1e-9) / scale
    return f"{'−' if value < 0 and rounded else ''}{rounded:,.{decimals}f}"


def ratio(
    label: str, unit: str, per: int, top: Sequence[Cell], bottom: Sequence[Cell], *, share: bool, how: str
) -> Figure:
    """Divide the sum of some cells by the sum of others; a cell that says nothing makes the figure unknown."""
    cells = (*top, *bottom)
    numerator, denominator = added(top), added(bottom)
    is_known = bool(top and bottom) and all(cell.is_usable for cell in cells) and denominator.high > 0
    bounds = numerator.over(denominator) if is_known else UNKNOWN
    if share and is_known:
        bounds = bounds.capped(1.0)
    return Figure(label, unit, bounds.times(per), numerator, denominator, cells, how, reason(cells, denominator))


def count(label: str, cells: Sequence[Cell], how: str) -> Figure:
    """Return the plain sum of some cells."""
    bounds = added(cells)
    return Figure(label, "", bounds, bounds, UNKNOWN, tuple(cells), how, reason(cells))


def added(cells: Iterable[Cell]) -> Bounds:
    """Add cells; one that says nothing leaves the sum unknown, never smaller."""
    found = list(cells)
    return total(cell.bounds for cell in found) if found and all(cell.is_usable for cell in found) else UNKNOWN


def reason(cells: Iterable[Cell], denominator: Bounds = UNKNOWN) -> str:
    """Say in the Department's own signs why a figure is not one exact number."""
    found = list(cells)
    if not found:
        return "no such row"
    said = [cell.raw for cell in found if not cell.is_usable]
    if said:
        return ", ".join(sorted({MEANING.get(sign.lower(), f"the cell says {sign!r}") for sign in said}))
    if denominator.high == 0:
        return "there was nothing to count"
    kinds = {cell.kind for cell in found}
    reasons = {Kind.SUPPRESSED: "small numbers are hidden", Kind.ROUNDED: "totals are rounded to 10"}
    return "; ".join(words for kind, words in reasons.items() if kind in kinds)
