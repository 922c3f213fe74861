"""What is owed, by whom, for how long; 'now' is always an argument."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F, QuerySet

from heed.people.models import Grant, Worker
from heed.policy.words import Clause
from heed.record import reading
from heed.record.model import Entry

from .engine import adopted, clause_of
from .models import Duty


@dataclass(frozen=True)
class Owed:
    """A duty as a worklist shows it."""

    duty: Duty
    clause: Clause | None
    due: datetime | None
    late_seconds: int
    holders: tuple[str, ...]
    called: tuple[str, ...] = ()  # the holders by name
    about: str = ""  # the address of what it is about, and of its own page: `leads.led` fills in what a reader may open
    in_full: str = ""

    @property
    def is_overdue(self) -> bool:
        """Whether it is open and its time has passed."""
        return self.late_seconds > 0

    @property
    def sentence(self) -> str:
        """The clause's sentence."""
        return (self.clause.sentence if self.clause else None) or self.duty.clause


def open_duties(*, team: str = "", agency: str = "", owners: frozenset[str] | None = None) -> QuerySet[Duty]:
    """Return open duties, the earliest due first; those without a limit last."""
    found = Duty.objects.filter(end="open")
    if team:
        found = found.filter(team=team)
    if agency:
        found = found.filter(agency=agency)
    if owners is not None:
        found = found.filter(owner__in=owners)
    return found.order_by(F("due").asc(nulls_last=True), "id")


def owed(rows: QuerySet[Duty] | list[Duty], now: datetime) -> list[Owed]:
    """Return worklist rows with their clause, how late they are at `now`, and who holds them."""
    law = adopted(1 << 62)
    seconds = int(now.timestamp())
    found = []
    held: dict[tuple[str, str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for row in rows:
        late = max(0, seconds - row.due) if row.due is not None else 0
        due = datetime.fromtimestamp(row.due, UTC) if row.due is not None else None
        clause = clause_of(law, row.clause, row.version)
        office = (row.owner, row.agency, row.team)
        if office not in held:
            who = holders(*office)
            held[office] = who, tuple(names(who))
        found.append(Owed(row, clause, due, late, *held[office]))
    return found


def holders(role: str, agency: str, team: str) -> tuple[str, ...]:
    """Return the workers who hold a role for a team, else for its agency, else whoever is accountable there."""
    held = Grant.objects.filter(ended_n=None).exclude(confirmed_n=None)
    for wanted in (
        {"role": role, "team": team} if team else None,
        {"role": role, "agency": agency},
        {"role": role} if role in OUTSIDE else None,
        {"role": ACCOUNTABLE, "agency": agency},
    ):
        if wanted:
            keys = tuple(held.filter(**wanted).order_by("confirmed_n").values_list("key", flat=True))
            if keys:
                return keys
    return ()


# Which keys' duties other layers keep from a worker (restricted records); each layer adds its own at start.
_kept: list[Callable[[str], frozenset[str]]] = []


def register_kept(keys: Callable[[str], frozenset[str]]) -> None:
    """Add what a layer keeps from a worker."""
    if keys not in _kept:
        _kept.append(keys)


def kept_from(worker: str) -> frozenset[str]:
    """Return the keys whose duties stand on no list of this worker's."""
    return frozenset().union(*(keys(worker) for keys in _kept))


# Roles that stand outside every agency: asked of the whole partnership.
OUTSIDE = frozenset({"scrutineer"})
# Where nobody holds a role, the duty goes to the agency's director, and that is flagged.
ACCOUNTABLE = "director"


def ended_by(n: int) -> set[str]:
    """Return the keys of the duties that an entry ended: an erasure of the entry names them, and they stay ended."""
    return set(Duty.objects.filter(ended_by=n).values_list("key", flat=True))


def said_about(row: Duty) -> list[Entry]:
    """Return the entries about a duty itself, in order: told, let go, suspended, resumed."""
    return [entry for entry in reading.stream(row.id[:32]) if entry.kind.startswith("duty.")]


def is_held(role: str, agency: str, team: str) -> bool:
    """Say whether anybody holds the very role, so that the duty did not fall to the accountable one."""
    held = Grant.objects.filter(role=role, ended_n=None).exclude(confirmed_n=None)
    return held.filter(agency=agency).exists() or (role in OUTSIDE and held.exists())


def names(workers: tuple[str, ...]) -> list[str]:
    """Return workers' names, in the order given."""
    held = dict(Worker.objects.filter(key__in=workers).values_list("key", "name"))
    return [held.get(key, "somebody who left") for key in workers]
