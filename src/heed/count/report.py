"""The answer as one HTML page that prints: range, methods, assumptions, plots. No script, nothing fetched."""

import html
from typing import Any

from .drawing import plots, svg
from .result import Answer, Estimate

STYLE = """body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #999;padding:.3rem;text-align:left;vertical-align:top}
.range{font-size:1.3rem}.no{border-left:.5rem solid #a00;padding-left:1rem}svg{max-width:100%;height:auto}
@media print{figure{break-inside:avoid}}"""


def page(found: Answer, more: dict[str, Any] | None = None, *, draw: bool = True) -> str:
    """Return the page; `more` are the diagnostics that refit, `draw` whether to include the plots."""
    parts = [
        f"<h1>The count of {found.observed:,} people seen, and those not seen</h1>",
        _head(found),
        "<h2>By method</h2>" + _methods(found),
        "<h2>Assumptions</h2>" + _items(found.assumptions),
        "<h2>Beware</h2>" + _items((*found.warnings, *_own_warnings(found))),
        *(_figures(found, more) if draw else []),
        f"<p>Table {found.fingerprint}; {found.bootstrap} bootstrap tables, seed {found.seed}.</p>",
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>The count</title>'
        f"<style>{STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )


def _head(found: Answer) -> str:
    if found.headline is not None:
        return f'<p class="range">{html.escape(found.headline.words)}</p>'
    return (
        f'<div class="no"><p class="range">No estimate is defensible.</p><p>{html.escape(found.reason)}</p>'
        f"<p>What would change this: {html.escape(found.evidence)}</p></div>"
    )


def _methods(found: Answer) -> str:
    head = "<tr><th>Method<th>Estimate<th>95 % range<th>Kind of range<th>Model or reason</tr>"
    return f"<table>{head}{''.join(map(_row, found.estimators))}</table>"


def _row(one: Estimate) -> str:
    if one.estimate is None or one.lower is None or one.upper is None:
        cells = ["none", "–", "", one.reason]
    else:
        upper = "no limit" if one.upper == float("inf") else f"{one.upper:,.0f}"
        note = "" if one.stands else "not a defensible estimate; "
        cells = [f"{one.estimate:,.0f}", f"{one.lower:,.0f} to {upper}", one.interval, note + one.model]
    return "<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in (one.name, *cells)) + "</tr>"


def _items(lines: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(line)}" for line in lines) + "</ul>"


def _own_warnings(found: Answer) -> list[str]:
    return [f"{one.name}: {line}" for one in found.estimators for line in one.warnings]


def _figures(found: Answer, more: dict[str, Any] | None) -> list[str]:
    drawn = plots(found, more)
    return [
        f"<figure>{svg(spec)}<figcaption>{html.escape(spec['title'])}</figcaption></figure>" for spec in drawn.values()
    ]
