"""Tables on a narrow screen: each row a card whose cells name their column, from the table as its template writes it.

A cell learns its column's heading as `data-label`; theme.css shows it where the screen is narrow. Cells are told their
roles, too: a browser that draws a table as blocks forgets that it was one.
"""

import re
from html import unescape

from django.utils.html import escape, strip_tags

_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_BODY = re.compile(r"<tbody\b.*?</tbody>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_SPAN = re.compile(r'\bcolspan="(\d+)"')
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row"}
_GROUP = re.compile(r"<(thead|tbody|tr)\b")


def stacked(html: str) -> str:
    """Return a table's HTML with its cells labelled and its parts named by role; HTML without a head stays as it is."""
    head = _HEAD.search(html)
    if head is None:
        return html
    labels = [_text(cell[3]) for cell in _CELL.finditer(head[0])]
    html = html.replace(head[0], _CELL.sub(_column, head[0]), 1)
    html = _BODY.sub(lambda body: _ROW.sub(lambda row: _labelled(row[0], labels), body[0]), html)
    html = html.replace("<table ", '<table role="table" ', 1)
    return _GROUP.sub(lambda tag: f'<{tag[1]} role="{_ROLES[tag[1]]}"', html)


def _text(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).replace("▲", "").replace("▼", "").split())


def _column(cell: "re.Match[str]") -> str:
    return f'<{cell[1]} role="columnheader"{cell[2]}>{cell[3]}</{cell[1]}>'


def _labelled(row: str, labels: list[str]) -> str:
    """Return a row whose cells carry the headings of their columns; one that spans several carries none."""
    at = 0
    made = []
    last = 0
    for cell in _CELL.finditer(row):
        span = _SPAN.search(cell[2])
        label = labels[at] if not span and at < len(labels) else ""
        at += int(span[1]) if span else 1
        role = "rowheader" if cell[1] == "th" else "cell"
        named = f' data-label="{escape(label)}"' if label else ""
        inside = f'<div class="heed-cell">{cell[3]}</div>' if label and role == "cell" else cell[3]
        made.append(f'{row[last : cell.start()]}<{cell[1]} role="{role}"{named}{cell[2]}>{inside}</{cell[1]}>')
        last = cell.end()
    return "".join(made) + row[last:]
