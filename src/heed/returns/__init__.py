"""The sector's formats, in and out (pure).

Two steps for every standard: `read` gives rows, rejects and doubts with their lineage; `events` makes the child's
journey of them, rejects and doubts passed on. Nothing here writes to the record.
"""

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from heed.lib.errors import HeedError
from heed.lib.progress import Track, quiet

from .journey import Event
from .rows import Doubt, Item, Lineage, Reject, Row

__all__ = ["STANDARDS", "Doubt", "Event", "Item", "Lineage", "Reject", "Row", "events", "read"]

# Standard → the modules that read it and tell its journey.
STANDARDS: dict[str, tuple[str, str]] = {
    "ssda903": ("ssda903.read", "ssda903.events"),
    "cin": ("cin.read", "cin.events"),
    "annex-a": ("annex_a.read", "annex_a.events"),
    "ssd": ("ssd.read", "ssd.events"),
    "concerns": ("concerns", "concerns"),
}


# Standards that are handed in for a year.
YEARLY = frozenset({"ssda903", "cin"})


def read(standard: str, path: Path, *, year: int | None = None, track: Track[Any] = quiet) -> Iterator[Item]:
    """Yield the rows, rejects and doubts of a file or folder of one standard; with `year`, refuse another year's."""
    reader, chosen = module(standard, 0), {} if year is None else {"year": year}
    if chosen and standard not in YEARLY:
        raise HeedError(f"The standard {standard} has no years.")
    items: Iterator[Item] = reader.read(path, track=track, **chosen)
    return items


def events(standard: str, items: Iterable[Item]) -> Iterator[Event | Reject | Doubt]:
    """Yield the journey that a standard's rows tell."""
    told: Iterator[Event | Reject | Doubt] = module(standard, 1).events(items)
    return told


def module(standard: str, which: int) -> Any:
    """Return one of a standard's modules; it is loaded only when wanted."""
    if standard not in STANDARDS:
        raise HeedError(f"There is no standard {standard!r}; there are {', '.join(STANDARDS)}.")
    return importlib.import_module(f"heed.returns.{STANDARDS[standard][which]}")
