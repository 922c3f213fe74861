"""Who held an office when, from the entries that granted and ended roles: as known then and as known now.

A role is held from the claimed time of its confirmation until that of its end. An office is a duty's owner role, its
agency and its team; who holds it is asked in the order of `selectors.holders`: team, agency, outside, accountable.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from heed.policy.entries import Entry as PolicyEntry
from heed.policy.known import known_at
from heed.record import reading

from .engine import policy_entry
from .selectors import ACCOUNTABLE, OUTSIDE

PROPOSING = ("grant.proposed.1", "office.proposed.1")
GRANTING = (*PROPOSING, "grant.confirmed.1", "grant.ended.1", "worker.left.1", "entry.retracted.1")


@dataclass(frozen=True, slots=True)
class Seat:
    """A role that a worker holds from one instant up to, but not at, another."""

    worker: str
    role: str
    agency: str
    team: str
    begins: int
    ends: int | None
    n: int  # of the entry that confirmed it

    def is_held(self, at: int) -> bool:
        """Say whether it is held at an instant."""
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Office:
    """Whoever holds this role for this team or agency."""

    role: str
    agency: str
    team: str


@dataclass(frozen=True, slots=True)
class Held:
    """Who held an office at an instant; `unheld` where nobody held the very role and it fell to the accountable."""

    workers: tuple[str, ...]
    unheld: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of time with its holders as known at its own beginning and as known now."""

    begins: int
    as_was: Held
    as_is: Held

    @property
    def differs(self) -> bool:
        """Say whether later knowledge names other holders than were known then."""
        return self.as_was != self.as_is


class Roster:
    """Every entry that granted or ended a role, read once; asked as known at any moment."""

    def __init__(self, entries: Iterable[PolicyEntry]) -> None:
        self.entries = sorted(entries, key=_number)
        self._known: dict[int, list[Seat]] = {}

    def seats(self, known: int) -> list[Seat]:
        """Return the seats as known at an instant; what was recorded later takes no part."""
        upto = sum(entry.recorded <= known for entry in self.entries)
        if upto not in self._known:
            self._known[upto] = list(_seats(known_at(self.entries[:upto], known).entries))
        return self._known[upto]

    def held(self, office: Office, at: int, known: int) -> Held:
        """Return who held an office at an instant, as known at another."""
        seats = [seat for seat in self.seats(known) if seat.is_held(at)]
        very = _first(_asked(office, seats))
        accountable = [s for s in seats if s.role == ACCOUNTABLE and s.agency == office.agency]
        workers = very or _workers(accountable)
        return Held(workers, not very)

    def over_time(self, office: Office, begins: int, ends: int, known: int) -> list[Stretch]:
        """Return who held an office from one instant to another: a new stretch where either answer changes."""
        found: list[Stretch] = []
        for at in self._moments(office, begins, ends, known):
            stretch = Stretch(at, self.held(office, at, min(at, known)), self.held(office, at, known))
            if not found or (found[-1].as_was, found[-1].as_is) != (stretch.as_was, stretch.as_is):
                found.append(stretch)
        return found

    def _moments(self, office: Office, begins: int, ends: int, known: int) -> list[int]:
        """Return the instants at which an answer may change: seats taken and given up, and entries learned of."""
        roles = {office.role, ACCOUNTABLE}
        moments = {entry.recorded for entry in self.entries}
        for seat in self.seats(known):
            if seat.role in roles:
                moments |= {seat.begins} | ({seat.ends} if seat.ends is not None else set())
        return sorted({begins, *(at for at in moments if begins < at <= ends)})


def roster() -> Roster:
    """Return the roster of the record."""
    return Roster(policy_entry(entry) for entry in reading.of_kinds(GRANTING))


def _number(entry: PolicyEntry) -> int:
    return entry.n


def _first(choices: Iterable[Sequence[Seat]]) -> tuple[str, ...]:
    return next((_workers(seats) for seats in choices if seats), ())


def _workers(seats: Sequence[Seat]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(seat.worker for seat in sorted(seats, key=_confirmed)))


def _confirmed(seat: Seat) -> int:
    return seat.n


def _asked(office: Office, seats: Sequence[Seat]) -> Iterator[list[Seat]]:
    """Yield the seats that may hold an office, nearest first."""
    own = [seat for seat in seats if seat.role == office.role]
    if office.team:
        yield [seat for seat in own if seat.team == office.team]
    yield [seat for seat in own if seat.agency == office.agency]
    if office.role in OUTSIDE:
        yield own


def _seats(entries: Sequence[PolicyEntry]) -> Iterator[Seat]:
    """Yield every seat that the standing entries make, with its end where it has one."""
    proposed = {entry.subject: entry for entry in entries if entry.kind in PROPOSING}
    ended: dict[str, int] = {}
    for entry in entries:
        if entry.kind in ("grant.ended.1", "worker.left.1"):
            ended[entry.subject] = min(_begins(entry), ended.get(entry.subject, _begins(entry)))
    for entry in entries:
        offer = proposed.get(entry.subject)
        if entry.kind != "grant.confirmed.1" or offer is None or offer.facts is None:
            continue
        worker = next(iter(offer.refs.get("worker", [])), "")
        begins = _begins(entry)
        ends = [at for key in (entry.subject, worker) if (at := ended.get(key)) is not None and at >= begins]
        yield Seat(worker, str(offer.facts["role"]), *_place(offer), begins, min(ends, default=None), entry.n)


def _place(offer: PolicyEntry) -> tuple[str, str]:
    """Return the agency and team of a proposal."""
    return tuple(next(iter(offer.refs.get(role, [])), "") for role in ("agency", "team"))  # type: ignore[return-value]


def _begins(entry: PolicyEntry) -> int:
    """Return when what an entry says began: its claimed time, else when it was recorded."""
    return entry.recorded if entry.span is None else entry.span.e
