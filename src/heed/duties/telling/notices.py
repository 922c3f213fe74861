"""What is to be told, from what stands on the record now: open duties and their holders, rungs that have passed.

1. each open duty and each person who holds it now; 2. new to her, or due within a working day; 3. each rung told on an
open duty; 4. each week foreseen that a team cannot meet; 5. a line for whoever has an account and has no such line yet.
Killed anywhere, the next run finds the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.db import transaction

from heed.duties.capacity import foreseen, monday
from heed.duties.engine import adopted
from heed.duties.models import Duty, Told
from heed.duties.selectors import holders, kept_from
from heed.people.models import Account, Team
from heed.people.post.models import Letter, Line
from heed.policy.calendars import Limit
from heed.record import reading

SHORTFALL = "shortfall"
OCCASIONS = ("new_duty", "due_soon", "rung_passed", SHORTFALL)
# How long a person's page still shows a letter whose duties have all ended; a judgement of ours.
KEEP = timedelta(days=90)
# Issue 3, item 4: 'one due within a working day'.
SOON = Limit(1, "wd")
# A limit under a day is told at once whatever somebody chose: it passes before the next digest.
URGENT_SECONDS = 24 * 3_600


def queue(now: datetime) -> int:
    """Write a line for everything that somebody has not been told yet; return how many."""
    with transaction.atomic():
        known = set(Line.objects.filter(occasion__in=OCCASIONS).values_list("worker", "occasion", "reference"))
        reachable = set(Account.objects.filter(user__is_active=True).values_list("worker", flat=True))
        lines = [
            _line(wanted, now)
            for wanted in _wanted(now)
            if wanted.worker in reachable and (wanted.worker, wanted.occasion, wanted.reference) not in known
        ]
        lines += [
            line
            for line in _of_shortfalls(now)
            if line.worker in reachable and (line.worker, line.occasion, line.reference) not in known
        ]
        Line.objects.bulk_create(lines, ignore_conflicts=True)
    return len(lines)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """That somebody should be told of a duty on an occasion."""

    worker: str
    occasion: str
    duty: Duty
    more: str = ""

    @property
    def reference(self) -> str:
        return self.duty.id[:32] + self.more


def _wanted(now: datetime) -> Iterator[_Wanted]:
    """Yield everything that open duties ask to be told, told already or not."""
    is_open = Duty.objects.filter(end="open", testable="")
    told: dict[str, list[Told]] = {}
    for rung in Told.objects.filter(key__in=is_open.values("key")).order_by("n"):
        told.setdefault(rung.duty, []).append(rung)
    held = cache(holders)
    kept = cache(kept_from)
    for duty in is_open.order_by("due", "id"):
        for worker in held(duty.owner, duty.agency, duty.team):
            if duty.key in kept(worker):
                continue  # a restricted record: that there is something is not revealed to her
            yield _Wanted(worker, "new_duty", duty)
            if is_soon(duty, now):
                yield _Wanted(worker, "due_soon", duty)
        for rung in told.get(duty.id[:32], []):
            for worker in rung.told:
                yield _Wanted(worker, "rung_passed", duty, f":{rung.rung}")


def _of_shortfalls(now: datetime) -> Iterator[Line]:
    """Yield a line for each week, not over yet, that a team cannot meet: to its manager and to whom that was told."""
    teams = dict(Team.objects.values_list("key", "agency"))
    for row in foreseen():
        if row.week >= monday(now) and row.team in teams:
            for worker in dict.fromkeys((*holders("team_manager", teams[row.team], row.team), *row.told)):
                reference = f"{row.team}:{row.week.isoformat()}"
                yield Line(worker=worker, occasion=SHORTFALL, reference=reference, about=[row.team], made_at=now)


def week_of(line: Line) -> date:
    """Return the Monday of the week that a line about a shortfall names."""
    return date.fromisoformat(line.reference.partition(":")[2])


def _line(wanted: _Wanted, now: datetime) -> Line:
    return Line(
        worker=wanted.worker,
        occasion=wanted.occasion,
        reference=wanted.reference,
        about=sorted({wanted.duty.key, *(key for role, key in wanted.duty.roles.items() if role != "trigger")}),
        is_urgent=is_urgent(wanted.duty),
        made_at=now,
    )


def forget_old(now: datetime) -> int:
    """Delete lines of duties that ended, and letters without lines, once they are old; the record keeps its entries."""
    before = now - KEEP
    is_open = {id_[:32] for id_ in Duty.objects.filter(end="open").values_list("id", flat=True)}
    old = Line.objects.filter(occasion__in=OCCASIONS, made_at__lt=before)
    gone = [line.pk for line in old if line.reference[:32] not in is_open]
    Line.objects.filter(pk__in=gone).delete()
    empty = Letter.objects.filter(made_at__lt=before).exclude(state="waiting")
    empty.exclude(key__in=Line.objects.exclude(letter="").values("letter")).delete()
    return len(gone)


def is_soon(duty: Duty, now: datetime) -> bool:
    """Say whether a duty that had longer when it began is due within a working day, and not yet overdue."""
    if duty.due is None or duty.from_at is None or duty.due < now.timestamp():
        return False
    opens = adopted(1 << 62).days().opening(SOON, duty.due)
    return duty.from_at < opens <= now.timestamp()


def is_urgent(duty: Duty) -> bool:
    """Say whether a duty cannot wait for a digest: its limit is under a day, or a trigger says danger today."""
    if duty.due is not None and duty.from_at is not None and duty.due - duty.from_at < URGENT_SECONDS:
        return True
    return any(reading.entry(n).fact("danger_today") == "yes" for n in duty.triggers)
