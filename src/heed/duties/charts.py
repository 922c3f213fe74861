"""Charts of duties as Vega-Lite specifications, drawn to SVG on the server; hidden numbers are never drawn."""

import json
import re
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from heed.lib.errors import HeedError

from .curve import Curve
from .statistics import HIDDEN, Table

VEGA_LITE = "5.20"
# Vega gives every mark a role without a name; the drawing is one picture with one description.
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
# The government analysis palette (colour-blind safe), in the order of the parts drawn.
COLOURS = {
    "met_in_time": "#12436d",
    "met_late": "#f46a25",
    "overdue": "#801650",
    "declined": "#28a197",
    "open_in_time": "#a8bdd1",
    "undecided": "#b0b0b0",
    "not_testable": "#3d3d3d",
}
_FONT = {"font": "Atkinson Hyperlegible, arial, sans-serif"}
_CONFIG = {
    "view": {"stroke": None},
    "axis": {"labelFontSize": 13, "titleFontSize": 13},
    "legend": {"labelFontSize": 13},
}


def parts_chart(table: Table, words: dict[str, str]) -> SafeString | None:
    """Draw what became of each group's duties, the groups that failed most at the top; hidden counts are left out."""
    rows = [
        {"group": _group(line.group[0], line.label), "part": words[name], "count": line.shown(name), "order": order}
        for line in table.lines[:20]
        for order, name in enumerate(COLOURS)
        if line.shown(name) not in (HIDDEN, 0)
    ]
    if not rows:
        return None
    groups = [_group(line.group[0], line.label) for line in table.lines[:20]]
    spec = {
        "width": 520,
        "height": {"step": 26},
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "y": {"field": "group", "type": "nominal", "sort": groups, "title": None, "axis": {"labelLimit": 260}},
            "x": {"field": "count", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1}},
            "color": {
                "field": "part",
                "type": "nominal",
                "title": None,
                "scale": {"domain": [words[name] for name in COLOURS], "range": list(COLOURS.values())},
                "legend": {"orient": "bottom", "columns": 4},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    said = "; ".join(f"{row['group']}: {row['count']} {row['part']}" for row in rows[:40])
    return svg(spec, f"Bars of what became of duties. {said}.", "parts")


def _group(clause: str, label: str) -> str:
    return clause if label == "–" else f"{clause}, {label}"


def curve_chart(curve: Curve) -> SafeString:
    """Draw the share done by each day with its interval."""
    rows = curve.document()
    day = {"field": "day", "type": "quantitative", "title": "days since the clock began"}
    share = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"format": "%"}, "title": "share done"}
    spec = {
        "width": 520,
        "height": 220,
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "area", "opacity": 0.25, "color": "#12436d", "interpolate": "step-after"},
                "encoding": {"x": day, "y": {"field": "low", **share}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "color": "#12436d", "interpolate": "step-after"},
                "encoding": {"x": day, "y": {"field": "share", **share}},
            },
        ],
    }
    last = rows[-1]
    return svg(spec, f"A curve of the share done. By day {last['day']}, {last['share']:.0%} were done.", "curve")


def svg(spec: dict[str, Any], alt: str, prefix: str) -> SafeString:
    """Return a specification as an SVG whose title is its description; `prefix` keeps ids of several apart."""
    text = json.dumps({"config": {**_FONT, **_CONFIG}, "background": None, **spec}, sort_keys=True)
    drawing = _ROLES.sub("", _drawn(text))
    drawing = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', drawing)
    drawing = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", drawing)
    opened, _, rest = drawing.partition(">")
    named = opened.replace("<svg ", f'<svg role="img" aria-labelledby="{prefix}-alt" ', 1)
    return mark_safe(f'{named}><title id="{prefix}-alt">{escape(alt)}</title>{rest}')


@lru_cache(maxsize=64)
def _drawn(specification: str) -> str:
    try:
        import vl_convert
    except ImportError as missing:
        raise HeedError("Charts need the package vl-convert-python (the extra 'analysis').") from missing
    drawn: str = vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE)
    return drawn
