"""What the Department writes in a cell instead of a number, and what each sign lets us say.

Source: data guidance of *Children in need*, releases 2020, 2021 and 2024: counts of 1 to 5 are replaced by `c`, with
secondary suppression of larger ones; a true zero is 0; England and region totals are rounded to 10, councils are not.
"""

from enum import StrEnum


class Kind(StrEnum):
    """How far a published cell can be taken at its word."""

    EXACT = "exact"
    ROUNDED = "rounded"
    SUPPRESSED = "suppressed"
    MISSING = "missing"
    NOT_APPLICABLE = "not applicable"
    UNREADABLE = "unreadable"


SYMBOLS: dict[str, Kind] = {
    "c": Kind.SUPPRESSED,
    "x": Kind.MISSING,
    "u": Kind.MISSING,
    ":": Kind.MISSING,
    "..": Kind.MISSING,
    "z": Kind.NOT_APPLICABLE,
    "k": Kind.ROUNDED,
    "low": Kind.ROUNDED,
}

MEANING: dict[str, str] = {
    "c": "hidden so that nobody can be recognised",
    "x": "not available",
    "u": "low reliability",
    ":": "not available",
    "..": "not available",
    "z": "not applicable",
    "k": "more than nothing, but rounds to zero",
    "low": "more than nothing, but rounds to zero",
}

# Primary suppression hides counts of 1 to 5 (data guidance, 2020 release).
SMALLEST_HIDDEN, LARGEST_PRIMARY = 1, 5
# England and region totals are rounded to the nearest 10 (same source); the rounding of an exact 5 is not stated.
ROUNDED_TO = 10
