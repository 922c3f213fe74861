"""Sentences whose numbers stay numbers, so that each of them can open the cells it comes from."""

from collections.abc import Sequence
from dataclasses import replace

from .bounds import UNKNOWN, Bounds
from .figures import Figure
from .measures import Measure

Words = tuple[str | Figure, ...]


def text_of(words: Words) -> str:
    """Return the sentence as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in words)


def change(before: Figure, after: Figure) -> Bounds | None:
    """Return the change in per cent, or None where one of the two is not published or the first may be zero."""
    if not (before.is_published and after.is_published) or before.bounds.low <= 0:
        return None
    ratio = after.bounds.over(before.bounds)
    return Bounds(100 * (ratio.low - 1), 100 * (ratio.high - 1))


def moved(before: Figure, after: Figure) -> Words:
    """Say how a figure moved: 'fell by 64.7%', 'rose by 3.1%', or that it cannot be said, with its cells."""
    if not (before.is_published and after.is_published):
        return ("cannot be compared",)
    bounds = change(before, after)
    if bounds is None or bounds.low <= 0 <= bounds.high:
        return (unclear(before, after),)
    verb, found = ("fell by ", Bounds(-bounds.high, -bounds.low)) if bounds.high < 0 else ("rose by ", bounds)
    return verb, size(before, after, found)


def unclear(before: Figure, after: Figure) -> str:
    """Say what can be said of two figures whose bounds overlap, or of which the first may be nothing."""
    is_one_number = " to " not in before.text and not before.text.startswith("above")
    if is_one_number and before.text == after.text:
        return "stayed the same"
    if before.bounds.high == 0 and after.bounds.low > 0:
        return "rose from nothing"
    return "may have risen or fallen"


def size(before: Figure, after: Figure, bounds: Bounds) -> Figure:
    """Return the size of a change as a figure of its own."""
    label = f"Change from {before.label} to {after.label}"
    cells, why = (*before.cells, *after.cells), after.why or before.why
    return Figure(label, "%", bounds, UNKNOWN, UNKNOWN, cells, "the later over the earlier, less 1", why)


def points(before: Figure, after: Figure) -> Words:
    """Say how a share moved, in percentage points."""
    low, high = after.bounds.low - before.bounds.high, after.bounds.high - before.bounds.low
    if low > 0:
        verb, bounds = "rose by ", Bounds(low, high)
    elif high < 0:
        verb, bounds = "fell by ", Bounds(-high, -low)
    else:
        return (unclear(before, after),)
    return (
        verb,
        replace(size(before, after, bounds), unit="points", how="the later less the earlier"),
        " percentage points",
    )


def went(measure: Measure, before: Figure, after: Figure) -> Words:
    """Say how a measure moved, in points for shares and in per cent for rates."""
    if not (before.is_published and after.is_published):
        return ("cannot be compared",)
    return points(before, after) if measure.is_share else moved(before, after)


def listed(years: Sequence[int]) -> str:
    """Write years as '2013, 2015 and 2017'."""
    said = [str(year) for year in years]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)
