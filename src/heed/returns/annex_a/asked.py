"""The day the lists are drawn up for, and one child's events ready to be asked about it."""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from heed.returns.journey import (
    ChildDetails,
    Event,
    Involvement,
)
from heed.returns.rows import Value
from heed.returns.writing import as_day

from .events import NAME, UASC
from .tables import CHILD

E = TypeVar("E", bound=Event)
Line = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Window:
    """The day the lists are drawn up for, and the months before it that count as recent (None: everything)."""

    as_of: str
    months: int | None = 6
    needs_apart: bool = False  # whether the source keeps need episodes apart from referrals

    @property
    def since(self) -> str:
        """Return the first day that is recent."""
        return "" if self.months is None else months_before(self.as_of, self.months)

    def is_recent(self, *days: str | None) -> bool:
        """Tell whether one of the days lies in the window."""
        return any(self.since <= day[:10] and day[:10] <= self.as_of for day in days if day)

    def is_current(self, started: str | None, ended: str | None) -> bool:
        """Tell whether a span is open on the day, or ended in the window."""
        begun = not started or started[:10] <= self.as_of
        return begun and (not ended or ended[:10] >= self.since)


def months_before(day: str, months: int) -> str:
    """Return the day so many months earlier, clipped to the month's end."""
    date = dt.date.fromisoformat(day)
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    while True:
        try:
            return date.replace(year=year, month=month + 1).isoformat()
        except ValueError:
            date = date - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Child:
    """One child's events, ready to be asked."""

    name: str
    told: list[Event]

    def all(self, kind: type[E]) -> list[E]:
        """Return the events of one kind."""
        return [event for event in self.told if isinstance(event, kind)]

    def details(self) -> ChildDetails:
        """Return who the child is; later sources fill what earlier ones left blank."""
        merged: dict[str, object] = {}
        for one in self.all(ChildDetails):
            merged = one.content() | merged
        return ChildDetails(identity=(), **{"child": self.name} | merged)  # type: ignore[arg-type]

    def holder(self, event: Event, window: Window) -> Line:
        """Return team and worker: as the event says, else who was involved on the day."""
        team, worker = getattr(event, "team", None), getattr(event, "worker", None)
        if event.identity[:1] != (NAME,) and not worker:
            now = [one for one in self.all(Involvement) if window.is_current(one.started_on, one.ended_on)]
            now = [one for one in now if not one.ended_on or one.ended_on >= window.as_of]
            if now:
                latest = max(now, key=lambda one: one.started_on or "")
                team, worker = team or latest.team_name or latest.team, latest.worker_name or latest.worker
        return {"Allocated Team": team, "Allocated Worker": worker}


def about(child: Child, window: Window) -> Line:
    """Return the columns that most lists begin with."""
    one = child.details()
    return {
        CHILD: child.name,
        "Gender": one.sex,
        "Ethnicity": one.ethnicity,
        "Date of Birth": as_day(one.born_on),
        "Age of Child (Years)": age(one.born_on, window.as_of),
        "Does the Child have a Disability": is_disabled(one),
        UASC[0]: one.unaccompanied,
        UASC[1]: one.unaccompanied,
    }


def is_disabled(one: ChildDetails) -> bool | None:
    """Tell whether the child has a disability, as stated or by its codes; `NONE` is a code too."""
    if one.is_disabled is not None or not one.disabilities:
        return one.is_disabled
    return set(one.disabilities) != {"NONE"}


def age(born_on: str | None, as_of: str) -> int | None:
    """Return the whole years lived on a day."""
    if not born_on or born_on > as_of:
        return None
    return int(as_of[:4]) - int(born_on[:4]) - (as_of[5:10] < born_on[5:10])


def in_year(window: Window, days: list[str | None]) -> int:
    """Return how many of the days lie in the twelve months up to the day."""
    return sum(Window(window.as_of, 12).is_recent(day) for day in days)


def latest(child: Child, kind: type[E], type_: str, plan: str | None, day: str, window: Window) -> E | None:
    """Return the latest visit or review of a type up to the day; one that names another plan does not count."""
    mine = [one for one in child.all(kind) if getattr(one, "type", "") == type_]
    mine = [one for one in mine if plan is None or getattr(one, "plan", None) in (None, plan)]
    dated = [one for one in mine if (getattr(one, day) or "9999")[:10] <= window.as_of]
    return max(dated, key=lambda one: str(getattr(one, day)), default=None)
