"""Who holds which role now, and who may manage whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from heed.record.driver import plain_cursor, sql
from heed.record.rows import which_exist
from heed.record.signing import identity

from .entries import GUARDED, MANAGING_ROLES, OFFICES, READING_ROLES
from .models import Account, Agency, Child, Grant, Reset, Team, Worker
from .post.models import Address


def held() -> QuerySet[Grant]:
    """Return the roles that are held now."""
    return Grant.objects.filter(ended_n=None).exclude(confirmed_n=None)


def roles_of(worker: str, agency: str = "") -> set[str]:
    """Return the roles that a worker holds now, in one agency where given."""
    found = held().filter(key=worker)
    return set((found.filter(agency=agency) if agency else found).values_list("role", flat=True))


def resting_on(grant: Grant) -> list[Grant]:
    """Return the offices that rest on a role, so that they end with it: no other role lets her read records there."""
    if grant.role not in READING_ROLES:
        return []
    own = Grant.objects.filter(key=grant.key, agency=grant.agency, ended_n=None).exclude(grant=grant.grant)
    if own.filter(role__in=READING_ROLES).exclude(confirmed_n=None).exists():
        return []
    return list(own.filter(role__in=OFFICES).order_by("proposed_n"))


def administers(worker: str) -> set[str]:
    """Return the agencies whose administrator a worker is now."""
    return set(held().filter(key=worker, role="administrator").values_list("agency", flat=True))


def may_administer(worker: str) -> set[str]:
    """Return the agencies that a worker manages: her own, and as an administrator those that have none yet."""
    own = administers(worker)
    if not own:
        return own
    have = held().filter(role="administrator").values("agency")
    return own | set(Agency.objects.exclude(key__in=have).values_list("key", flat=True))


def agency_of_team(team: str) -> str | None:
    """Return the agency that a team is of, None where there is no such team."""
    with plain_cursor("default") as cursor:
        query = sql(connection.vendor, "SELECT agency FROM people_team WHERE key = %s")
        row = cursor.execute(query, [team]).fetchone()
    return row[0] if row else None


def team_name(team: str) -> str:
    """Return a team's name behind its agency's, as people choose it; empty where there is no such team."""
    row = Team.objects.filter(key=team).first()
    agency = Agency.objects.filter(key=row.agency).first() if row else None
    return f"{agency.name}: {row.name}" if row and agency else ""


def are_recorded(children: Iterable[str]) -> bool:
    """Say whether each of these children is on the record."""
    wanted = set(children)
    return not wanted or which_exist(Child, wanted, "default") == wanted


def is_log(actor: str) -> bool:
    """Say whether the record itself acts: `heed init` and the demonstration, before there is anybody."""
    return actor == identity().subject


def colleagues(grant: Grant) -> QuerySet[Grant]:
    """Return the roles held in a grant's agency by those who could confirm it, whoever proposed or gets it aside."""
    found = held().filter(agency=grant.agency).exclude(key__in=(grant.key, grant.proposed_by))
    if grant.role in GUARDED:
        administrators = held().filter(role="administrator").values("key")
        found = found.exclude(key__in=administrators)
    return found


def has_manager(grant: Grant) -> bool:
    """Say whether the agency of a grant has a manager who could confirm it."""
    return colleagues(grant).filter(role__in=MANAGING_ROLES).exists()


def proposals() -> QuerySet[Grant]:
    """Return the roles that are proposed and not answered."""
    return Grant.objects.filter(confirmed_n=None, ended_n=None).order_by("proposed_n")


def resets() -> QuerySet[Reset]:
    """Return the second factors that are asked to be forgotten and not answered."""
    return Reset.objects.filter(answered_n=None).order_by("asked_n")


def teams_of(agency: str) -> QuerySet[Team]:
    """Return the teams of an agency."""
    return Team.objects.filter(agency=agency).order_by("name")


def unreachable(agencies: set[str]) -> list[tuple[Worker, str]]:
    """Return the workers of some agencies whom letters do not reach, with the reason: `failing` or `no_account`.

    Somebody without an account counts once she holds a role: duties may be hers.
    """
    workers = {row.key: row for row in workers_of(agencies)}
    failing = set(Address.objects.filter(is_failing=True, key__in=workers).values_list("key", flat=True))
    have = set(Account.objects.filter(worker__in=workers, user__is_active=True).values_list("worker", flat=True))
    roles = set(held().filter(key__in=workers).values_list("key", flat=True))
    rows = [(row, "failing" if row.key in failing else "no_account") for row in workers.values()]
    return [(row, why) for row, why in rows if why == "failing" or (row.key in roles and row.key not in have)]


def workers_of(agencies: set[str], *, words: str = "", state: str = "") -> QuerySet[Worker]:
    """Return the workers of some agencies by name: those who have not left, those who have, or all."""
    found = Worker.objects.filter(agency__in=agencies)
    if state == "left":
        found = found.exclude(left_n=None)
    elif state != "all":
        found = found.filter(left_n=None)
    if words:
        emails = Account.objects.filter(user__email__icontains=words).values("worker")
        found = found.filter(Q(name__icontains=words) | Q(key__in=emails))
    return found.order_by("name", "key")


@dataclass(frozen=True)
class Granted:
    """A role as a worker's page shows it: where, who proposed it, and how it stands."""

    grant: Grant
    agency: str
    team: str
    proposed_by: str

    @property
    def state(self) -> str:
        """proposed, held or ended."""
        if self.grant.ended_n is not None:
            return "ended"
        return "held" if self.grant.confirmed_n is not None else "proposed"


def granted(rows: list[Grant]) -> list[Granted]:
    """Return roles with the names of agencies, teams and proposers."""
    agencies = dict(Agency.objects.values_list("key", "name"))
    teams = dict(Team.objects.values_list("key", "name"))
    names = names_of({row.proposed_by for row in rows})
    return [Granted(r, agencies.get(r.agency, ""), teams.get(r.team, ""), names.get(r.proposed_by, "")) for r in rows]


def grants_of(worker: str) -> list[Granted]:
    """Return every role that a worker holds, held or is proposed for, newest first."""
    return granted(list(Grant.objects.filter(key=worker).order_by("-proposed_n")))


def names_of(keys: set[str]) -> dict[str, str]:
    """Return the names of workers."""
    return dict(Worker.objects.filter(key__in=keys).values_list("key", "name"))
