"""Who holds a duty, whom it is told to and when: from grants and from the duty's own data, no clock.

A grant is a row of {role, holder, agency, from, to, recorded_at}; `to` empty means until further notice. As of D, the
grants in force on D count; they are asked as known at D and as known at K, and both are said where they differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .calendars import BEYOND, Calendar
from .duty import Duty
from .times import span_of
from .words import Clause, Rung

ACCOUNTABLE = "accountable_officer"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held by somebody at an agency from one instant up to, but not at, another."""

    role: str
    holder: str
    agency: str
    begins: int
    ends: int | None
    recorded: int


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a duty as known then and as known now, and whether it fell to the accountable officer."""

    as_was: str | None
    as_is: str | None
    unheld: bool

    @property
    def differs(self) -> bool:
        """Say whether later knowledge names another holder."""
        return self.as_was != self.as_is


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a duty: the instant it passes, the role told, whether that is outside the agency."""

    at: int
    to: str
    outside: bool
    place: int


def grants_of(rows: Iterable[Mapping[str, Any]]) -> list[Grant]:
    """Return grants given as rows; a day begins at its first second."""
    return [
        Grant(
            role=str(row["role"]),
            holder=str(row["holder"]),
            agency=str(row.get("agency") or "*"),
            begins=span_of(str(row["from"])).e,
            ends=span_of(str(row["to"])).e if row.get("to") else None,
            recorded=span_of(str(row["recorded_at"])).l,
        )
        for row in rows
    ]


def holder(grants: Iterable[Grant], role: str, agency: str | None, at: int, known: int) -> str | None:
    """Return who held a role at an agency, as known at an instant: of several the one granted last."""
    found = [
        grant
        for grant in grants
        if grant.role == role
        and grant.agency in ("*", agency)
        and grant.begins <= at
        and (grant.ends is None or at < grant.ends)
        and grant.recorded <= known
    ]
    return max(found, key=_latest).holder if found else None


def _latest(grant: Grant) -> tuple[int, int, str]:
    return (grant.recorded, grant.begins, grant.holder)


def holding(grants: Sequence[Grant], duty: Duty, as_of: int, known: int) -> Holding:
    """Return who holds a duty as of D; with no holder it goes to the accountable officer and is flagged."""
    at = as_of if duty.ended_at is None else min(as_of, duty.ended_at)
    owner = duty.addressee if duty.owner == "addressee" else None
    asked = [owner or holder(grants, duty.owner or "", duty.agency, at, k) for k in (as_of, known)]
    officers = [holder(grants, ACCOUNTABLE, duty.agency, at, k) for k in (as_of, known)]
    unheld = asked[1] is None
    return Holding(asked[0] or officers[0], asked[1] or officers[1], unheld)


def held_over_time(grants: Sequence[Grant], duty: Duty, until: int, known: int) -> list[tuple[int, str | None]]:
    """Return who held a duty when: each change from its anchor on, as known at K."""
    start = duty.from_ if duty.from_ is not None else until
    moments = {start, *(g.begins for g in grants), *(g.ends for g in grants if g.ends is not None)}
    found: list[tuple[int, str | None]] = []
    for at in sorted(moment for moment in moments if start <= moment <= until):
        name = holder(grants, duty.owner or "", duty.agency, at, known)
        if not found or found[-1][1] != name:
            found.append((at, name))
    return found


def rungs(clause: Clause, duty: Duty, trigger_at: int, anchor_at: int, calendar: Calendar) -> list[Step]:
    """Return the rungs of a duty with the instants at which they pass, whoever runs when.

    A rung counted from the due waits while there is none; a duty without a limit is told from its trigger.
    Once a duty has ended, only the rungs that had passed by then remain.
    """
    found = []
    for place, rung in enumerate(clause.escalate):
        at = _instant(rung, duty, trigger_at, anchor_at, calendar)
        if at is not None and (duty.ended_at is None or at < duty.ended_at):
            found.append(Step(at, rung.to, rung.outside, place))
    return found


def _instant(rung: Rung, duty: Duty, trigger_at: int, anchor_at: int, calendar: Calendar) -> int | None:
    base = {"due": duty.due, "trigger": trigger_at, "anchor": anchor_at}.get(rung.at.base)
    if base is None or rung.at.offset is None:
        return base
    landed = calendar.due(rung.at.offset, base)
    return None if landed == BEYOND else landed


def passed(steps: Iterable[Step], told: Iterable[int], now: int) -> list[Step]:
    """Return the rungs that have passed and were not told yet: a duty learned of late sends them all at once."""
    done = set(told)
    return [step for step in steps if step.at <= now and step.place not in done]


def successor(old: Duty, duties: Iterable[Duty]) -> Duty | None:
    """Return the open duty that follows one that later knowledge took away: same clause, key, addressee, earliest."""
    same = [
        duty
        for duty in duties
        if (duty.clause, duty.key, duty.addressee, duty.end) == (old.clause, old.key, old.addressee, "open")
    ]
    return min(same, key=_anchor, default=None)


def _anchor(duty: Duty) -> int:
    return -1 if duty.anchor is None else duty.anchor


def identity(duty: Duty) -> tuple[Any, ...]:
    """Return what makes a duty the same one through corrections: clause, key, anchor, addressee."""
    return (duty.clause, duty.key, duty.anchor, duty.addressee)
