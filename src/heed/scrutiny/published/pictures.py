"""Fill the chart specifications beside this module; they are drawn as SVG only when a page is made."""

import copy
import functools
import json
import math
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np

from .figures import Figure
from .funnel import LEVELS, Funnel
from .measures import Measure

Rows = list[dict[str, Any]]
# How many sizes each limit of a funnel is drawn at.
STEPS = 60
LIMIT_NAMES = {
    "centre": "All councils together",
    "99.8": "99.8 % limits with the usual spread between councils",
    "95": "95 % limits with the usual spread between councils",
    "chance": "99.8 % limits by chance alone",
}


@functools.cache
def specification(name: str) -> dict[str, Any]:
    """Return one of the specifications as it stands in its file."""
    text = resources.files(__package__).joinpath("charts", f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def values(figure: Figure) -> dict[str, float | None]:
    """Return the numbers that a chart draws; a figure that is not published leaves a gap, never a zero."""
    if not figure.is_published:
        return {"low": None, "middle": None, "high": None}
    return {name: round(getattr(figure.bounds, name), 4) for name in ("low", "middle", "high")}


def trend(measure: Measure, series: Sequence[tuple[str, Sequence[tuple[int, Figure]]]]) -> dict[str, Any]:
    """Draw a measure over the years, a line for each place."""
    spec = copy.deepcopy(specification("trend"))
    names = [name for name, _ in series]
    spec["data"]["values"] = [
        {"year": year, "series": name, **values(figure)} for name, points in series for year, figure in points
    ]
    if len(names) == 1:
        alone(spec)
    for channel in {"color", "strokeDash", "strokeWidth"} & spec["encoding"].keys():
        scale = spec["encoding"][channel]["scale"]
        scale["domain"], scale["range"] = names, scale["range"][: len(names)]
    axis = spec["layer"][0]["encoding"]["y"]
    axis["title"] = measure.unit if measure.unit != "%" else "per cent"
    if measure.is_share:
        axis["scale"]["domain"] = [0, 100]
    years = sorted({year for _, points in series for year, _ in points})
    spec["encoding"]["x"]["axis"]["values"] = years if len(years) < 8 else years[::-1][::2][::-1]
    return spec


def alone(spec: dict[str, Any]) -> None:
    """Draw a single line without a legend; the chart's title names it."""
    del spec["encoding"]["strokeDash"], spec["encoding"]["strokeWidth"]
    spec["encoding"]["color"]["legend"] = None
    spec["layer"][0]["mark"]["strokeWidth"] = 3


def sources(rows: Sequence[tuple[str, Sequence[tuple[str, Figure]]]]) -> dict[str, Any]:
    """Draw the share of each source of referral, a mark for each place."""
    spec = copy.deepcopy(specification("sources"))
    names = [name for name, _ in rows[0][1]] if rows else []
    spec["data"]["values"] = [
        {"source": short(source), "series": name, **values(figure)} for source, marks in rows for name, figure in marks
    ]
    spec["encoding"]["y"]["sort"] = [short(source) for source, _ in rows]
    spec["encoding"]["yOffset"]["scale"]["domain"] = names
    for encoding, channel in ((spec["encoding"], "color"), (spec["layer"][1]["encoding"], "shape")):
        scale = encoding[channel]["scale"]
        scale["domain"], scale["range"] = names, scale["range"][: len(names)]
    return spec


def short(title: str) -> str:
    return title.split(" (")[0]


def funnel_picture(
    measure: Measure, funnel: Funnel, councils: Sequence[tuple[str, Figure]], size: str
) -> dict[str, Any]:
    """Draw all councils by size, and the limits around them."""
    spec = copy.deepcopy(specification("funnel"))
    marks = [(name, figure) for name, figure in councils if figure.is_published]
    sizes = [figure.denominator.middle for _, figure in marks]
    top = ceiling(measure, funnel, marks, sizes)
    spec["datasets"]["councils"] = [council_mark(name, figure, top) for name, figure in marks]
    spec["datasets"]["limits"] = limits(measure, funnel, min(sizes), max(sizes), top)
    encoding = spec["layer"][0]["encoding"]
    encoding["x"]["title"], encoding["y"]["title"] = size, measure.unit if measure.unit != "%" else "per cent"
    encoding["x"]["scale"] = {"type": "sqrt", "nice": False, "domain": [0, max(sizes) * 1.05]}
    encoding["x"]["axis"]["values"] = ticks(max(sizes))
    encoding["y"]["scale"] = {"domain": [0, top], "nice": False, "clamp": True}
    return spec


def with_chosen(spec: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the same picture with one council marked by name; everything else is shared, not copied."""
    chosen = [mark for mark in spec["datasets"]["councils"] if mark["name"] == name]
    return spec | {"datasets": spec["datasets"] | {"chosen": chosen}}


def ceiling(measure: Measure, funnel: Funnel, marks: Sequence[tuple[str, Figure]], sizes: Sequence[float]) -> float:
    """Return the top of the picture: above every council, and above the outer limit of a middling one."""
    if measure.is_share and funnel.centre > 0.5:
        return 100.0
    outer = funnel.wide(np.array([float(np.median(sizes))]), 1 - LEVELS["99.8"])
    return 1.08 * max(float(outer[0]) * measure.per, *(figure.bounds.middle for _, figure in marks))


def ticks(largest: float) -> list[int]:
    """Return round numbers for an axis of square roots, few enough to read on a phone."""
    power = int(10 ** int(math.log10(largest)))
    return [number for number in (power // 10, power // 2, power, power * 2, power * 4, power * 7) if number <= largest]


def council_mark(name: str, figure: Figure, top: float) -> dict[str, Any]:
    """Return one council's mark; what a hidden figure can be at most is cut off at the top of the picture."""
    drawn = values(figure)
    drawn["high"] = min(drawn["high"] or 0.0, top)
    return {"name": name, "size": figure.denominator.middle, **drawn}


def limits(measure: Measure, funnel: Funnel, smallest: float, largest: float, top: float) -> Rows:
    """Return the points of every limit line."""
    sizes = np.geomspace(max(1.0, smallest * 0.9), largest * 1.1, STEPS)
    sizes = np.unique(np.rint(sizes))
    lines = [("centre", np.full(len(sizes), funnel.centre))]
    for level, tail in LEVELS.items():
        lines += [(level, funnel.wide(sizes, tail)), (level, funnel.wide(sizes, 1 - tail))]
    chance = LEVELS["99.8"]
    lines += [("chance", funnel.exact(sizes, chance)), ("chance", funnel.exact(sizes, 1 - chance))]
    return [
        {
            "line": number,
            "limit": LIMIT_NAMES[name],
            "size": float(size),
            "value": round(float(edge) * measure.per, 4),
            "top": top,
        }
        for number, (name, edges) in enumerate(lines)
        for size, edge in zip(sizes, edges, strict=True)
    ]
