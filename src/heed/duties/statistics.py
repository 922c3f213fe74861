"""Which clause failed most, where, since when: one object behind page, table, CSV and JSON; small numbers hidden.

Every count of 1 to 5 is `c`; so is the least other count wherever a clause's sum over its rows would give one away,
and every total with a hidden part. What is not guarded against: comparing tables of two moments with each other.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heed.people.models import Agency, Team
from heed.policy.statistics import SMALLEST, Tally, share_of

from .counted import Counted, Counts

PARTS = tuple(Tally().parts())
FAILED = ("met_late", "overdue")
HIDDEN = "c"
_SHARED = ("met_in_time", "met_late", "overdue", "undecided", "not_testable")  # what a share rests on


@dataclass
class Line:
    """One group: its names as keys and as words, what was counted, and which of it is hidden."""

    group: tuple[str, ...]
    label: str
    tally: Tally
    since: str
    hidden: set[str] = field(default_factory=set)

    def shown(self, name: str) -> int | str:
        """Return a count as it may be shown."""
        return HIDDEN if name in self.hidden else int(getattr(self.tally, name))

    @property
    def failed(self) -> int | str:
        """How many were met late or are overdue; hidden where small, or where one of the two is hidden alone."""
        count = sum(getattr(self.tally, name) for name in FAILED)
        return HIDDEN if 0 < count <= SMALLEST or self.hidden & set(FAILED) else count

    @property
    def share(self) -> dict[str, float | str | None]:
        """The share met in time, as a range where some could go either way."""
        if self.tally.share() is not None and self.hidden & set(_SHARED):
            return {"low": HIDDEN, "high": HIDDEN}
        return share_of(self.tally)

    def document(self) -> dict[str, Any]:
        """Return the group as JSON and CSV state it."""
        counts = {name: self.shown(name) for name in ("due", *PARTS)}
        share = {f"share_in_time_{end}": value for end, value in self.share.items()}
        return (
            {"clause": self.group[0], "where": self.label, "failed": self.failed, "since": self.since} | counts | share
        )


@dataclass(frozen=True)
class Table:
    """All groups, those that failed most first."""

    by: str
    lines: tuple[Line, ...]
    as_of: str
    known_at: str
    reaches: int

    @property
    def columns(self) -> list[str]:
        """The counts that any group has some of; columns of nothing but zeros stand in the CSV only."""
        return [name for name in ("due", *PARTS) if any(getattr(line.tally, name) for line in self.lines)]

    def document(self) -> dict[str, Any]:
        """Return the table as one JSON document."""
        about = {"by": self.by, "as_of": self.as_of, "known_at": self.known_at, "entry": self.reaches}
        return {**about, "hidden": HIDDEN, "smallest": SMALLEST + 1, "rows": [line.document() for line in self.lines]}

    def csv(self) -> str:
        """Return the table as CSV; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
        out = io.StringIO()
        about = {"as_of": self.as_of, "known_at": self.known_at, "entry": self.reaches}
        names = [*Line(("",), "", Tally(), "").document(), *about]
        writer = csv.DictWriter(out, names)
        writer.writeheader()
        for line in self.lines:
            writer.writerow({name: _safe(value) for name, value in (line.document() | about).items()})
        return out.getvalue()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def table_of(counts: Counts, by: str, *, as_of: str, known_at: str) -> Table:
    """Return the table of what was counted, those groups first that failed most."""
    names = _names(by)
    since = _since(counts.counted)
    lines = [
        Line(group, names.get(group[1], group[1] or "–"), tally, since.get(group, ""))
        for group, tally in sorted(_tallies(counts.counted).items())
    ]
    hide(lines)
    return Table(by, tuple(sorted(lines, key=_failed_most)), as_of, known_at, counts.reaches)


def _tallies(counted: Iterable[Counted]) -> dict[tuple[str, ...], Tally]:
    found: dict[tuple[str, ...], Tally] = {}
    for row in counted:
        tally = found.setdefault((row.clause, row.where), Tally())
        tally.due += row.n
        setattr(tally, row.part, getattr(tally, row.part) + row.n)
    return found


def _failed_most(line: Line) -> tuple[int, str, str]:
    return (0 if line.failed == HIDDEN else -int(line.failed), line.group[0], line.label)


def _names(by: str) -> Mapping[str, str]:
    if by == "agency":
        return {"": "not known", **dict(Agency.objects.values_list("key", "name"))}
    if by == "team":
        return {"": "no team", **dict(Team.objects.values_list("key", "name"))}
    return {}


def _since(counted: Iterable[Counted]) -> dict[tuple[str, ...], str]:
    """Return for each group the quarter since which it has failed without a quarter between in which it did not."""
    quarters: dict[tuple[str, ...], dict[str, bool]] = {}
    for row in counted:
        if row.is_dated:
            held = quarters.setdefault((row.clause, row.where), {})
            held[row.when] = held.get(row.when, False) or row.part in FAILED
    return {name: _run(held) for name, held in quarters.items()}


def _run(held: Mapping[str, bool]) -> str:
    """Return the first quarter of the last unbroken run of failing ones; empty where the last one did not fail."""
    first = ""
    for when in sorted(held, reverse=True):
        if not held[when]:
            break
        first = when
    return first


def hide(lines: list[Line]) -> None:
    """Hide counts of 1 to 5, one more wherever a clause's sum would give one away, and every sum over a hidden one.

    A row's total is hidden with any of its parts, so that neither the row nor the totals of a finer table add up to it.
    """
    for line in lines:
        line.hidden |= {name for name in PARTS if 0 < getattr(line.tally, name) <= SMALLEST}
    clauses: dict[str, list[Line]] = {}
    for line in lines:
        clauses.setdefault(line.group[0], []).append(line)
    for rows in clauses.values():
        _hide_in_columns(rows)
    for line in lines:
        if line.hidden or 0 < line.tally.due <= SMALLEST:
            line.hidden.add("due")


def _hide_in_columns(rows: list[Line]) -> None:
    """Hide a second row's count where one is hidden alone and the clause's own table shows the sum."""
    for name in PARTS:
        others = [row for row in rows if name not in row.hidden and getattr(row.tally, name)]
        if sum(name in row.hidden for row in rows) == 1 and others:
            min(others, key=lambda row: int(getattr(row.tally, name))).hidden.add(name)
