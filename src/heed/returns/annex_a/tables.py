"""The eleven lists as tables, and how their headers are found in what councils send."""

import difflib
import re
from typing import Any

from heed.returns.columns import Column
from heed.returns.tables import Table

from .synonyms import folded, reader, specification

CHILD = "Child Unique ID"
# List → the columns without which its rows say nothing.
NEEDED = {
    "List 1": ("Date of Contact",),
    "List 2": ("Assessment start date",),
    "List 3": ("Date of referral",),
    "List 4": ("Continuous Assessment Start Date",),
    "List 5": ("Strategy discussion initiating Section 47 Enquiry Start Date",),
    "List 7": ("Child Protection Plan Start Date",),
    "List 8": ("Date Started to be Looked After",),
    "List 10": ("Date the Child Entered Care",),
    "List 11": ("Individual adopter identifier",),
}
# Columns by which lists are known whose rows need no more than the child.
MARKS = {"List 6": ("Case Status",), "List 9": ("Eligibility Category",)}
# Lists whose rows are the same by other columns than those they need.
KEYS = {"List 6": (CHILD, "CIN Start Date"), "List 9": (CHILD,)}
ORDERED = {
    "List 2": (("Assessment start date", "Assessment completion date"),),
    "List 4": (("Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"),),
    "List 6": (("CIN Start Date", "CIN Closure Date"),),
    "List 7": (("Child Protection Plan Start Date", "Child Protection Plan End Date"),),
    "List 8": (("Date Started to be Looked After", "Date Ceased to be Looked After"),),
}
# Headers are taken for the same when this alike (after exact and pattern matches): a slip or two in a long header.
ALIKE = 0.85
# The list's own pattern for the age (`.*age.*`) would also match 'stage'.
PATTERNS = {"Age of Child (Years)": [r"^age\b"]}


def table_of(name: str, columns: list[dict[str, Any]]) -> Table:
    """Return one list as a table."""
    needed = set(NEEDED.get(name, ())) | ({CHILD} if name != "List 11" else set())
    made = [column_of(column, column["name"] in needed) for column in columns]
    key = KEYS.get(name) or tuple(column.name for column in made if column.needed)
    return Table(name, tuple(made), key, ORDERED.get(name, ()), MARKS.get(name, ()))


def column_of(said: dict[str, Any], needed: bool) -> Column:
    """Return one column as the specification says it."""
    name, expected = str(said["name"]), bool(said.get("expected")) and not needed
    if "codes" in said:
        return Column(name, "code", needed, synonyms=reader(name, said["codes"]), expected=expected)
    return Column(name, said["kind"], needed, expected=expected)


TABLES = tuple(table_of(name.replace("list_", "List "), cols) for name, cols in specification()["lists"].items())


def patterns_of(table: Table) -> dict[str, list[str]]:
    """Return the patterns by which a list's columns may be found."""
    columns = specification()["lists"][table.name.replace("List ", "list_")]
    return {c["name"]: PATTERNS.get(c["name"], c.get("header", [])) for c in columns}


def match_headers(header: list[str], table: Table) -> dict[str, int]:
    """Return where each column stands: by its name, by the list's patterns, then by likeness; no place twice."""
    texts = [plain(name) for name in header]
    places = {name: texts.index(plain(name)) for name in table.names if plain(name) in texts}
    for name, patterns in patterns_of(table).items():
        place_left(name, places, [at for at, text in enumerate(texts) if any_match(patterns, text)])
    for name in table.names:
        if name not in places:
            left = [at for at in range(len(texts)) if at not in places.values()]
            place_left(name, places, sorted(left, key=lambda at: -likeness(plain(name), texts[at])))
            if name in places and likeness(plain(name), texts[places[name]]) < ALIKE:
                del places[name]
    return places


def likeness(one: str, other: str) -> float:
    """Return how alike two headers are, from 0 to 1; unlike lengths or letters are told cheaply."""
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    quick = matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE
    return matcher.ratio() if quick else 0.0


def place_left(name: str, places: dict[str, int], candidates: list[int]) -> None:
    """Give a column that has no place yet the first candidate that is nobody else's."""
    if name not in places:
        free = [at for at in candidates if at not in places.values()]
        places.update({name: free[0]} if free else {})


def any_match(patterns: list[str], text: str) -> bool:
    """Tell whether one of the patterns matches a header."""
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def plain(text: str) -> str:
    """Return a header without regard to case, spaces and punctuation."""
    return " ".join(re.sub(r"[^\w]+", " ", folded(text)).split())
