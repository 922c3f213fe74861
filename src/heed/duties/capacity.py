"""Hours that teams have, what falls due against them, and shortfalls foreseen: told before the breach."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from heed.people.models import Team
from heed.policy.forecast import Week, forecast
from heed.policy.times import local_date
from heed.record import reading

from .engine import adopted, clause_of, clauses_of
from .entries import HoursStated, ShortfallForeseen
from .judged import of_row
from .selectors import open_duties

CANNOT = "cannot be met"
# Six weeks ahead: long enough to find people, short enough that what will fall due is known.
WEEKS = 6


@dataclass(frozen=True)
class Ahead:
    """One team's coming weeks, the hours it stated, and whether it stated any."""

    team: str
    name: str
    agency: str
    hours: float | None
    weeks: tuple[Week, ...]

    @property
    def cannot(self) -> list[Week]:
        """The weeks in which even the least the work may take is more than there is; only where hours are stated."""
        return [week for week in self.weeks if week.verdict == CANNOT] if self.hours is not None else []


def hours_stated() -> dict[str, float]:
    """Return the hours a week that each team stated last."""
    return {entry.subject: float(entry.fact("a_week", "0")) for entry in reading.of_kinds([HoursStated.name])}


def ahead(now: datetime, *, agencies: Iterable[str] | None = None) -> list[Ahead]:
    """Return the coming weeks of every team, or of some agencies' teams; duties of no team stand in no week."""
    teams = Team.objects.order_by("name")
    if agencies is not None:
        teams = teams.filter(agency__in=list(agencies))
    stated = hours_stated()
    rows = list(teams)
    weeks = _weeks([team.key for team in rows], stated, now)
    return [
        Ahead(team.key, team.name, team.agency, stated.get(team.key), tuple(w for w in weeks if w.team == team.key))
        for team in rows
    ]


def _weeks(teams: Sequence[str], stated: dict[str, float], now: datetime) -> list[Week]:
    """Return the forecast; the team that a duty falls to stands where the pure function asks for its holder."""
    law = adopted(1 << 62)
    duties = []
    for row in open_duties().filter(team__in=teams):
        judged = of_row(row, int(now.timestamp()), clause_of(law, row.clause, row.version))
        duties.append(replace(judged, holder=row.team))
    hours = {team: stated.get(team, 0.0) for team in teams}
    return forecast(
        duties, clauses_of(law), {team: team for team in teams}, hours, local_date(int(now.timestamp())), weeks=WEEKS
    )


@dataclass(frozen=True)
class Shortfall:
    """A shortfall that was told: the team, the Monday of its week, and whom."""

    team: str
    week: date
    n: int
    at: str
    told: tuple[str, ...]


def foreseen(teams: Collection[str] | None = None) -> list[Shortfall]:
    """Return the shortfalls that were told, newest first, of all teams or of some."""
    found = [
        Shortfall(
            entry.subject,
            date.fromisoformat(entry.facts["week"]),
            entry.n,
            entry.spine.recorded_at,
            tuple(entry.keys("told")),
        )
        for entry in reading.of_kinds([ShortfallForeseen.name])
        if entry.facts is not None and (teams is None or entry.subject in teams)
    ]
    return found[::-1]


def monday(now: datetime) -> date:
    """Return the Monday of the local week."""
    today = local_date(int(now.timestamp()))
    return today - timedelta(days=today.weekday())
