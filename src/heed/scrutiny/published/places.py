"""Every council, region and England in the files; how a council is found, and what it was before."""

import csv
import difflib
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

import polars as pl

from heed.lib.errors import HeedError


@dataclass(frozen=True, slots=True)
class Place:
    """One council, region or country; `key` is what joins the files, `codes` what they call it from when to when."""

    key: str
    level: str
    name: str
    code: str
    region: str
    region_name: str
    first_year: int
    last_year: int
    codes: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """A change of councils or borders: from which reporting year, from what, to what, by which order."""

    first_year: int
    before: tuple[str, ...]
    after: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A year that a council did not publish, and why, in the Department's account."""

    place: str
    year: int
    what: str
    source: str


@functools.cache
def known_gaps() -> tuple[Gap, ...]:
    """Return the gaps that the Department explains, from the table beside this module."""
    return tuple(Gap(row["number"], int(row["year"]), row["what"], row["source"]) for row in rows_of("gaps.csv"))


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table beside this module."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return iter(csv.DictReader(text.splitlines()))


@functools.cache
def reorganisations() -> tuple[Reorganisation, ...]:
    """Return the changes of 2013 to 2024 that touched children's services, from the table beside this module."""
    return tuple(
        Reorganisation(int(row["first_year"]), tuple(row["before"].split()), row["after"], row["what"], row["source"])
        for row in rows_of("reorganised.csv")
    )


@dataclass(frozen=True, slots=True)
class Places:
    """All places by key, and the last year of the statistics."""

    by_key: dict[str, Place]
    last_year: int

    @property
    def england(self) -> Place:
        return next(place for place in self.by_key.values() if place.level == "England")

    def councils(self, *, year: int | None = None) -> list[Place]:
        """Return the councils, by name; with `year` those that reported in it."""
        found = [place for place in self.by_key.values() if place.level == "council"]
        if year is not None:
            found = [place for place in found if place.first_year <= year <= place.last_year]
        return sorted(found, key=lambda place: (place.name.casefold(), place.code))

    def find(self, words: str) -> Place:
        """Find a council by name, code or number; of two with one name, the one that still exists."""
        wanted = " ".join(words.split()).casefold()
        councils = self.councils()
        found = [
            place
            for place in councils
            if wanted in {place.key, place.name.casefold(), *(code.casefold() for code, *_ in place.codes)}
        ]
        if not found:
            names = difflib.get_close_matches(words, sorted({place.name for place in councils}), 3, 0.6)
            hint = f"; did you mean {', '.join(names)}?" if names else ""
            raise HeedError(f"there is no council {words!r} in the published statistics{hint}")
        return max(found, key=lambda place: place.last_year)

    def history(self, place: Place) -> list[Reorganisation]:
        """Return the reorganisations that this council came out of or went into."""
        return [change for change in reorganisations() if place.key == change.after or place.key in change.before]


def places_of(cells: pl.DataFrame) -> Places:
    """Collect the places; names, codes and regions are those of the last year in which a place reports."""
    used = cells.filter(pl.col("table").is_in(["", "population"]).not_())
    if used.filter(pl.col("level") == "England").is_empty():
        raise HeedError("the files have no row for England, against which every council is shown")
    columns = ["place", "level", "name", "code", "region", "region_name", "year"]
    rows = used.select(columns).unique().sort("year", "code")
    collected: dict[str, list[tuple[str, ...]]] = {}
    for key, *rest in rows.iter_rows():
        collected.setdefault(key, []).append(tuple(rest))
    by_key = {key: place_of(key, seen) for key, seen in collected.items()}
    return Places(by_key, max(place.last_year for place in by_key.values()))


def place_of(key: str, seen: list[tuple[str, ...]]) -> Place:
    """Make one place of all the (level, name, code, region, region name, year) under which its rows stand."""
    level, name, code, region, region_name, _ = seen[-1]
    spans: dict[tuple[str, str], list[int]] = {}
    for _, row_name, row_code, *_, year in seen:
        spans.setdefault((row_code, row_name), []).append(int(year))
    codes = tuple((c, n, min(years), max(years)) for (c, n), years in spans.items())
    first, last = min(span[2] for span in codes), max(span[3] for span in codes)
    return Place(key, level, name, code, region, region_name, first, last, codes)


def explained(place: Place, years: Iterable[int]) -> list[str]:
    """Return what the Department says about unpublished years of a council, each reason once."""
    wanted = set(years)
    found = [gap for gap in known_gaps() if gap.place == place.key and gap.year in wanted]
    return list(dict.fromkeys(f"{gap.what} ({gap.source})." for gap in found))
