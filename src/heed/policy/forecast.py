"""What falls due in the coming weeks against the hours there are: 'cannot be met' said before the breach, by team.

Hours per act are pack data: a low, a likely and a high figure with their source. A team's work is a range, and a week
'cannot be met' only where even the low figure is more than the hours left; 'may not be met' where the high one is.
Work not done in its week is carried into the next.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .duty import Duty
from .times import local_date
from .words import Clause


@dataclass(frozen=True)
class Week:
    """One team's week: duties due, hours they need, hours there are, what is carried on, and the verdict."""

    team: str
    begins: date
    duties: int
    low: float
    likely: float
    high: float
    available: float
    carried: float
    verdict: str
    without_hours: int  # duties whose clause states no hours: the figures leave them out


def forecast(
    duties: Iterable[Duty],
    clauses: Iterable[Clause],
    team_of: Mapping[str, str],
    hours: Mapping[str, float],
    today: date,
    *,
    weeks: int = 6,
) -> list[Week]:
    """Return each team's coming weeks; an overdue duty counts in the first."""
    need = {(clause.id, clause.version): clause.hours for clause in clauses if clause.hours}
    first = today - timedelta(days=today.weekday())
    work: dict[tuple[str, int], list[Duty]] = defaultdict(list)
    for duty in duties:
        if duty.end != "open" or duty.due is None:
            continue
        at = max(0, (local_date(duty.due) - first).days // 7)
        if at < weeks:
            work[team_of.get(duty.holder or "", "no team"), at].append(duty)
    teams = sorted({team for team, _ in work} | set(hours))
    return [week for team in teams for week in _team(team, work, need, hours.get(team, 0.0), first, weeks)]


def _team(
    team: str,
    work: Mapping[tuple[str, int], list[Duty]],
    need: Mapping[tuple[str, str], Mapping[str, str]],
    available: float,
    first: date,
    weeks: int,
) -> list[Week]:
    found, carried = [], {"low": 0.0, "likely": 0.0, "high": 0.0}
    for at in range(weeks):
        own = work.get((team, at), [])
        stated = [need[duty.clause, duty.version] for duty in own if (duty.clause, duty.version) in need]
        total = {name: carried[name] + sum(float(row[name]) for row in stated) for name in carried}
        verdict = "can be met"
        if total["low"] > available:
            verdict = "cannot be met"
        elif total["high"] > available:
            verdict = "may not be met"
        begins = first + timedelta(days=7 * at)
        without = len(own) - len(stated)
        left = carried["likely"]
        low, likely, high = total["low"], total["likely"], total["high"]
        found.append(Week(team, begins, len(own), low, likely, high, available, left, verdict, without))
        carried = {name: max(0.0, hours - available) for name, hours in total.items()}
    return found
