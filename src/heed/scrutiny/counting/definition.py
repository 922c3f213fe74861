"""A counting definition: dated data that says who is counted, of which entries, on which lists (pure)."""

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import product

from heed.lib.errors import HeedError

SEXES = ("female", "male", "other", "not_known")
NOT_KNOWN = "age not known"


@dataclass(frozen=True)
class Wanted:
    """Entries of a kind, one value of each named fact among those given."""

    kind: str
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class ListRule:
    """A list: who reported (agency by type or key) and what the entry says; empty means any."""

    name: str
    agency_types: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    runs_from: date | None = None


@dataclass(frozen=True)
class Definition:
    """A counting definition as its text says it."""

    counting: str
    version: str
    title: str
    text: str
    in_force_from: date
    in_force_until: date | None
    months: int | None  # the period: so many months up to D …
    since: date | None  # … or everything since a day
    dated_by: str
    age_from: int
    age_below: int
    counts_unknown_age: bool
    area: frozenset[str]  # agency types or keys of whom the entry is addressed to; empty: the whole partnership
    wanted: tuple[Wanted, ...]
    lists: tuple[ListRule, ...]
    age_bands: tuple[int, ...]
    by_sex: bool
    could_not_see: tuple[tuple[str, frozenset[str]], ...]  # list → strata
    link_methods: frozenset[str]
    least_probability: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def strata(self) -> tuple[str, ...]:
        """Every stratum's label, in order; empty where the definition makes none."""
        return strata_of(self.age_bands, self.by_sex, self.age_from, self.age_below)

    def stands_on(self, day: date) -> bool:
        """Say whether it is in force on a day."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    def period(self, day: date) -> tuple[date, date]:
        """Return the first and last day that are counted as of `day`."""
        if self.since is not None:
            return self.since, day
        return months_before(day, self.months or 0), day


def months_before(day: date, months: int) -> date:
    """Return the day after the same day `months` earlier: twelve months to 31 March begin on 1 April."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    for last in (day.day, 30, 29, 28):
        try:
            start = date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
        return date.fromordinal(start.toordinal() + 1)
    raise HeedError(f"There is no day {months} months before {day}.")


def age_label(bands: tuple[int, ...], age: int | None, first: int, below: int) -> str:
    """Return the label of an age's band."""
    if age is None:
        return NOT_KNOWN
    edges = [first, *[edge for edge in bands if first < edge < below], below]
    low = max(edge for edge in edges[:-1] if edge <= age)
    return f"age {low} to {edges[edges.index(low) + 1] - 1}"


def strata_of(bands: tuple[int, ...], by_sex: bool, first: int, below: int) -> tuple[str, ...]:
    """Return the strata's labels."""
    ages = [*dict.fromkeys(age_label(bands, age, first, below) for age in range(first, below)), NOT_KNOWN]
    parts = [ages] if bands else []
    parts += [[sex_label(sex) for sex in SEXES]] if by_sex else []
    return tuple(", ".join(labels) for labels in product(*parts)) if parts else ()


def sex_label(sex: str) -> str:
    """Return the label of a recorded sex."""
    return "sex not known" if sex == "not_known" else sex
