"""Draw a chart's specification as SVG, on the server: no script, nothing fetched."""

import json
import re
from functools import lru_cache

from heed.lib.errors import HeedError

from .markup import Markup, joined, tag
from .report import Chart

VEGA_LITE = "5.20"
# Vega gives every mark a role without a name; the drawing is one picture with one description.
ROLES = r' (?:role|aria-[a-z]+)="[^"]*"'


def svg_of(chart: Chart, *, prefix: str) -> Markup:
    """Return the chart as an SVG whose title is its description; `prefix` keeps its inner ids apart from others'."""
    drawing = re.sub(ROLES, "", drawn(json.dumps(chart.spec, sort_keys=True)))
    drawing = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', drawing)
    drawing = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", drawing)
    opened, _, rest = drawing.partition(">")
    named = opened.replace("<svg ", f'<svg role="img" aria-labelledby="{prefix}alt" ', 1)
    return joined(Markup(f"{named}>"), tag("title", chart.alt, id=f"{prefix}alt"), Markup(rest))


@lru_cache(maxsize=64)
def drawn(specification: str) -> str:
    """Run the specification; the converter is only loaded when something is drawn."""
    try:
        import vl_convert
    except ImportError as missing:
        raise HeedError("charts need the package vl-convert-python (install the extra 'analysis')") from missing
    svg: str = vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE)
    return svg
