"""Rungs: when a duty's time passes one and the duty is open, an entry says who was told. Idempotent, under tick's lock.

1. every open duty with rungs; 2. the instants of its rungs, from its due alone; 3. those passed and not told; 4. who
holds the role told; 5. one entry each, once for each duty and rung.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from heed.entry.when import instant_text
from heed.policy.duty import Duty as Judged
from heed.policy.standing import Step, passed, rungs
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft

from .engine import adopted, clause_of
from .entries import DutyEscalated
from .models import Duty, Told
from .selectors import holders, is_held
from .services import naming, refs_of


def escalate(by: By, now: datetime) -> dict[str, Any]:
    """Write every rung that has passed by `now`; a duty learned of late sends all its passed rungs at once."""
    told = 0
    for row, step in list(_due_rungs(int(now.timestamp()))):
        with writing() as head:
            if Told.objects.filter(duty=row.id[:32], rung=step.place).exists():
                continue
            if not Duty.objects.filter(id=row.id, end="open").exists():
                continue
            append(head, _draft(row, step), by=by)
            told += 1
    return {"rungs_told": told}


def _due_rungs(now: int) -> Iterator[tuple[Duty, Step]]:
    law = adopted(1 << 62)
    calendar = law.days()
    for row in Duty.objects.filter(end="open").exclude(due=None, from_at=None).order_by("due", "id"):
        clause = clause_of(law, row.clause, row.version)
        if clause is None or not clause.escalate:
            continue
        start = row.from_at or 0
        judged = Judged(row.clause, row.version, (), None, row.anchor, [], row.from_at, row.due)
        steps = rungs(clause, judged, start, start, calendar)
        done = Told.objects.filter(duty=row.id[:32]).values_list("rung", flat=True)
        for step in passed(steps, done, now):
            yield row, step


def _draft(row: Duty, step: Step) -> Draft:
    told = holders(step.to, row.agency, row.team)
    facts: dict[str, Any] = {
        **naming(row),
        "rung": step.place,
        "to": step.to,
        "outside": step.outside,
        "passed_at": instant_text(datetime.fromtimestamp(step.at, UTC)),
        "unheld": not is_held(step.to, row.agency, row.team),
    }
    if row.due is not None:
        facts["due"] = instant_text(datetime.fromtimestamp(row.due, UTC))
    refs = {**refs_of(row), "told": list(told)}
    return Draft(kind=DutyEscalated, subject=row.id[:32], facts=facts, refs=refs, occurred_at=NOW)
