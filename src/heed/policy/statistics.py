"""What was owed and what became of it, by clause, agency, team and quarter; open cases kept, small numbers guarded.

Nothing here scores a person: groups are clauses, agencies, teams and quarters. A share whose undecided or not-testable
duties could go either way is a range from its lower to its upper bound, not one figure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .duty import Duty
from .incidence import Incidence, cumulative_incidence
from .times import local_date

# Counts of 1 to 5 are not published: DfE's rule for children in need (domain/standards.md, section 5.5).
SMALLEST = 5
CAUSES = {"open": 0, "fulfilled": 1, "declined": 2, "ceased": 3, "waived": 4, "superseded": 5}
DAY = 86400


@dataclass
class Tally:
    """Duties of one group; the parts after `due` add up to it."""

    due: int = 0
    met_in_time: int = 0
    met_late: int = 0
    declined: int = 0
    ceased: int = 0
    waived: int = 0
    superseded: int = 0
    open_in_time: int = 0
    overdue: int = 0
    no_limit: int = 0
    undecided: int = 0
    not_testable: int = 0

    def parts(self) -> dict[str, int]:
        """Return the parts that add up to what was due."""
        return {part.name: getattr(self, part.name) for part in fields(self) if part.name != "due"}

    def share(self) -> tuple[float, float] | None:
        """Return the least and the greatest share met in time, of duties whose time had come; None where none had.

        Undecided and not-testable duties count against it for the lower bound and for it in the upper one; duties
        declined, ceased, waived, superseded, without a limit, or open and not yet due are left out.
        """
        decided = self.met_in_time + self.met_late + self.overdue
        unsure = self.undecided + self.not_testable
        if decided + unsure == 0:
            return None
        whole = decided + unsure
        return self.met_in_time / whole, (self.met_in_time + unsure) / whole


def part_of(duty: Duty) -> str:
    """Return the one part that a duty counts in."""
    if duty.testable is not None:
        return "not_testable"
    if duty.end in ("declined", "ceased", "waived", "superseded"):
        return duty.end
    if duty.lateness == "undecided":
        return "undecided"
    if duty.end == "fulfilled":
        return {"no": "met_in_time", "yes": "met_late"}.get(duty.lateness, "no_limit")
    return {"no": "open_in_time", "yes": "overdue"}.get(duty.lateness, "no_limit")


def quarter(second: int | None) -> str:
    """Return the quarter of a local day, as 2019-Q1."""
    if second is None:
        return "not known"
    day = local_date(second)
    return f"{day.year}-Q{(day.month + 2) // 3}"


Group = Callable[[Duty], tuple[str, ...]]


def by_clause_and_quarter(duty: Duty) -> tuple[str, ...]:
    """Group by clause and the quarter in which a duty fell due (without a due: was counted from)."""
    return (duty.clause, quarter(duty.due if duty.due is not None else duty.from_))


def by_team(teams: Mapping[str, str]) -> Group:
    """Return a grouping by clause, team and quarter, given each holder's team."""

    def group(duty: Duty) -> tuple[str, ...]:
        clause, when = by_clause_and_quarter(duty)
        return (clause, teams.get(duty.holder or "", "no team"), when)

    return group


def tallies(duties: Iterable[Duty], group: Group = by_clause_and_quarter) -> dict[tuple[str, ...], Tally]:
    """Count duties by group."""
    found: dict[tuple[str, ...], Tally] = {}
    for duty in duties:
        tally = found.setdefault(group(duty), Tally())
        tally.due += 1
        name = part_of(duty)
        setattr(tally, name, getattr(tally, name) + 1)
    return dict(sorted(found.items()))


def guarded(tally: Tally, *, smallest: int = SMALLEST) -> dict[str, int | str]:
    """Return a group's counts for publication: 1 to 5 become `c`, and one more where the sum would give one away.

    Zero stays zero. Where exactly one part is hidden, the least of the others is hidden too; where there is no other,
    the total is.
    """
    parts: dict[str, int | str] = dict(tally.parts())
    hidden = [name for name, count in tally.parts().items() if 0 < count <= smallest]
    for name in hidden:
        parts[name] = "c"
    rest = [name for name, count in tally.parts().items() if count > smallest]
    total: int | str = "c" if 0 < tally.due <= smallest else tally.due
    if len(hidden) == 1 and rest:
        parts[min(rest, key=tally.parts().__getitem__)] = "c"
    elif len(hidden) == 1:
        total = "c"
    return {"due": total, **parts}


def share_of(tally: Tally, *, smallest: int = SMALLEST) -> dict[str, float | str | None]:
    """Return the share met in time as a range, hidden where the group or what was met is small."""
    share = tally.share()
    if share is None:
        return {"low": None, "high": None}
    whole = tally.met_in_time + tally.met_late + tally.overdue + tally.undecided + tally.not_testable
    if whole <= smallest or 0 < tally.met_in_time <= smallest or 0 < whole - tally.met_in_time <= smallest:
        return {"low": "c", "high": "c"}
    return {"low": round(share[0], 4), "high": round(share[1], 4)}


def time_to(duties: Sequence[Duty], horizon: int, cause: str = "fulfilled", *, level: float = 0.95) -> Incidence | None:
    """Return the cumulative incidence of one end in days since the clock began; open duties are censored at H.

    Duties that are not testable or whose clock is not known take no part; the caller says how many.
    """
    kept = [duty for duty in duties if duty.testable is None and duty.from_ is not None]
    if not kept:
        return None
    lasted = [max(0, (horizon if d.ended_at is None else d.ended_at) - (d.from_ or 0)) / DAY for d in kept]
    return cumulative_incidence(
        np.array(lasted), np.array([CAUSES[duty.end] for duty in kept]), CAUSES[cause], level=level
    )


def worst(
    duties: Iterable[Duty], group: Group = by_clause_and_quarter, *, smallest: int = SMALLEST
) -> list[dict[str, Any]]:
    """Return which clause failed most, where and when: groups by how many were late or overdue, small ones guarded."""
    rows = []
    for names, tally in tallies(duties, group).items():
        failed = tally.met_late + tally.overdue
        hidden = 0 < failed <= smallest
        rows.append({"group": list(names), "failed": "c" if hidden else failed, **guarded(tally, smallest=smallest)})
    return sorted(rows, key=_failed)


def _failed(row: Mapping[str, Any]) -> tuple[int, list[str]]:
    count = row["failed"]
    return (0 if count == "c" else -int(count), row["group"])
