"""What a letter about duties says: how many, each reference, when it is due. Nothing of what it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heed.duties.capacity import monday
from heed.duties.models import Duty
from heed.duties.selectors import kept_from
from heed.people.post.letters import Words, register
from heed.people.post.models import Letter, Line

from .notices import SHORTFALL, week_of

WRITER = "duties"


def reference_of(duty: str) -> str:
    """Return a duty's reference as letters and pages say it: the first eight signs of its identity's digest."""
    return f"{duty[:4]}-{duty[4:8]}"


def duties_of(lines: Sequence[Line]) -> dict[str, Duty]:
    """Return the duties that lines are about and that are open still, by the reference's digest."""
    keys = {key for line in lines for key in line.about}
    wanted = {line.reference[:32] for line in lines}
    rows = Duty.objects.filter(key__in=keys, end="open")
    return {row.id[:32]: row for row in rows if row.id[:32] in wanted}


def write(letter: Letter, lines: list[Line], now: datetime) -> tuple[Words, list[Line]] | None:
    """Say what is new, due soon or has climbed and is open, and which week cannot be met; nothing that is over."""
    duties = duties_of(lines)
    kept = kept_from(letter.worker)  # restricted since the line was written
    lines = [line for line in lines if _stands(line, duties, now) and _may_hear(line, kept)]
    if not lines:
        return None
    count = len({line.reference if line.occasion == SHORTFALL else line.reference[:32] for line in lines})
    opening = ngettext("One thing on Heed needs you.", "%(count)s things on Heed need you.", count) % {"count": count}
    is_urgent = any(line.is_urgent for line in lines)
    words = Words(
        subject=_("Heed: needs you at once") if is_urgent else _("Heed: something needs you"),
        opening=opening,
        lines=[
            _of_week(line) if line.occasion == SHORTFALL else _said(line, duties[line.reference[:32]], now)
            for line in lines
        ],
        path=reverse("told", args=[letter.key]),
        link=_("Sign in to see what it is"),
    )
    return words, lines


def _stands(line: Line, duties: Mapping[str, Duty], now: datetime) -> bool:
    """Say whether what a line tells is so still: its duty is open, or its week is not over."""
    return week_of(line) >= monday(now) if line.occasion == SHORTFALL else line.reference[:32] in duties


def _of_week(line: Line) -> str:
    """Return one line about a shortfall; which team it is stands behind the sign-in."""
    week = formats.date_format(week_of(line), "j F Y")
    return _("A team cannot meet what falls due in the week of %(week)s with the hours it has.") % {"week": week}


def _may_hear(line: Line, kept: frozenset[str]) -> bool:
    """Say whether a line may be told: a rung is told by its office alone, what is restricted to nobody else."""
    return line.occasion == "rung_passed" or not kept.intersection(line.about)


def _said(line: Line, duty: Duty, now: datetime) -> str:
    """Return one line. Due times are said in the people's own time, as on every page."""
    values = {"reference": reference_of(duty.id), "due": _due(duty)}
    if line.occasion == "rung_passed":
        return _("%(reference)s has climbed to you: it was due %(due)s.") % values
    if duty.due is not None and duty.due < now.timestamp():
        return _("%(reference)s passed to you: it was due %(due)s.") % values
    if line.occasion == "due_soon":
        return _("%(reference)s is due soon: %(due)s.") % values
    return _("%(reference)s is new: due %(due)s.") % values


def _due(duty: Duty) -> str:
    if duty.due is None:
        return _("without a limit")
    at = timezone.localtime(datetime.fromtimestamp(duty.due, UTC))
    return formats.date_format(at, "j F Y, H:i")


register(WRITER, write)
