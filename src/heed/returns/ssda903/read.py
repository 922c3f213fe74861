"""Reads SSDA903 at a path: one return as it stands, several years as one history."""

from collections.abc import Iterator
from pathlib import Path

from heed.lib.errors import HeedError
from heed.lib.progress import Track, quiet
from heed.returns.rows import Item
from heed.returns.tables import Taken

from .merge import merge_years
from .year import check_year
from .yearly import read_return, returns_in


def read(path: Path, *, year: int | None = None, track: Track[Taken] = quiet) -> Iterator[Item]:
    """Yield the rows, rejects and doubts at a path.

    Several years are merged, so that a child has one history; what they tell differently comes as doubts. With `year`
    the path must hold the one return for the year that ends on its 31 March.
    """
    found = returns_in(path)
    if len(found) > 1 and year is not None:
        raise HeedError(f"{path} holds the returns of {len(found)} years; name the one of {year}.")
    if len(found) > 1:
        yield from merge_years(path, track=track).items()
        return
    for taken in track(read_return(found[0]), None, f"SSDA903 {found[0].year}".strip()):
        if year is not None:
            check_year(taken, year)
        yield from taken.items()
