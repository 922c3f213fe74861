"""What people do about duties: waive, suspend and resume one by name and reason; state a team's hours."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from heed.entry.kinds import Kind
from heed.lib.errors import Answered
from heed.people.models import Grant, Team
from heed.policy.forecast import Week
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft, Entry

from . import capacity, rules
from .adopting import adopt_pack
from .engine import adopted, clause_of
from .entries import DutyResumed, DutySuspended, DutyWaived, HoursStated, ShortfallForeseen
from .models import Duty
from .selectors import holders

__all__ = ["adopt_pack", "foresee", "resume", "state_hours", "suspend", "waive"]


def waive(*, by: By, duty: str, reason: str) -> Entry:
    """Let a duty go, by name and with a reason; it counts from when this is recorded, and late stays late."""
    return _settle(DutyWaived, by=by, duty=duty, reason=reason)


def suspend(*, by: By, duty: str, reason: str) -> Entry:
    """Stop a duty's adjusted clock; the raw due time goes on, and headline figures use it."""
    return _settle(DutySuspended, by=by, duty=duty, reason=reason)


def resume(*, by: By, duty: str) -> Entry:
    """Let a duty's adjusted clock run again."""
    return _settle(DutyResumed, by=by, duty=duty, reason="")


def _settle(kind: Kind, *, by: By, duty: str, reason: str) -> Entry:
    with writing() as head:
        row = Duty.objects.filter(id=duty, end="open").first()
        if row is None:
            raise Answered("This duty has ended already, or never was.")
        may_settle(row, by.actor, suspending=kind is not DutyWaived)
        if kind is not DutyResumed:
            rules.a_reason_is_given(reason)
        facts = {**naming(row), **({"reason": reason} if reason else {})}
        draft = Draft(kind=kind, subject=row.id[:32], facts=facts, refs=refs_of(row), occurred_at=NOW)
        return append(head, draft, by=by)[0]


def may_settle(row: Duty, worker: str, *, suspending: bool) -> None:
    """Refuse unless this worker holds a role that may let this duty go, or suspend and resume it."""
    clause = clause_of(adopted(1 << 62), row.clause, row.version)
    named = () if clause is None else clause.suspend if suspending else clause.waive
    rules.a_duty_is_settled_by_a_role_its_clause_names(
        held=roles_held(worker), named=named, owner=row.owner, agency=row.agency, team=row.team
    )


def state_hours(*, by: By, team: str, hours: Decimal) -> Entry:
    """State how many hours a week a team has for what it owes, until stated anew."""
    with writing() as head:
        row = Team.objects.filter(key=team).first()
        if row is None:
            raise Answered("There is no such team.")
        rules.a_team_s_hours_are_stated_by_its_managers(held=roles_held(by.actor), agency=row.agency, team=team)
        rules.hours_are_a_number_of_a_week(hours)
        refs = {"team": [team], "agency": [row.agency]}
        facts = {"a_week": f"{hours:f}"}
        draft = Draft(kind=HoursStated, subject=team, facts=facts, refs=refs, occurred_at=NOW)
        return append(head, draft, by=by)[0]


def foresee(*, by: By, now: datetime) -> int:
    """Tell of each team's coming weeks that cannot be met, once for each team and week; return how many were told."""
    told = 0
    for team in capacity.ahead(now) if capacity.hours_stated() else []:
        for week in team.cannot:
            with writing() as head:
                if any(row.week == week.begins for row in capacity.foreseen({team.team})):
                    continue
                append(head, _shortfall(team, week), by=by)
                told += 1
    return told


def _shortfall(team: capacity.Ahead, week: Week) -> Draft:
    role = "service_manager"
    facts = {
        "week": week.begins.isoformat(),
        "duties": week.duties,
        "needed": f"{week.low:.2f}",
        "available": f"{week.available:.2f}",
        "to": role,
    }
    refs = {"team": [team.team], "agency": [team.agency], "told": list(holders(role, team.agency, team.team))}
    return Draft(kind=ShortfallForeseen, subject=team.team, facts=facts, refs=refs, occurred_at=NOW)


def roles_held(worker: str) -> list[rules.Role]:
    """Return the roles that somebody holds now, as rules ask for them."""
    grants = Grant.objects.filter(key=worker, ended_n=None).exclude(confirmed_n=None)
    return [rules.Role(grant.role, grant.agency, grant.team) for grant in grants]


def naming(row: Duty) -> dict[str, Any]:
    """Return the facts by which an entry names a duty."""
    facts: dict[str, Any] = {"clause": row.clause, "key": row.roles}
    if row.anchor is not None:
        facts["anchor"] = row.anchor
    if row.addressee:
        facts["addressee"] = row.addressee
    return facts


def refs_of(row: Duty) -> Mapping[str, list[str]]:
    """Return the refs by which the duty's own keys find an entry about it."""
    refs = {role: [key] for role, key in row.roles.items() if role != "trigger"}
    return refs or {"owner": [row.key]}
