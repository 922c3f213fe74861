"""One duty in full, for a page or a court: clause, sentence, trigger, each step of the arithmetic, the end."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from .calendars import Calendar, Limit
from .duty import Duty
from .explain import generated, span_words
from .standing import Step
from .times import local_date, local_day, written
from .words import Clause, Pack


def arithmetic_steps(limit: Limit, start: int, calendar: Calendar) -> list[str]:
    """Return each step from the instant counted from to the due: every day counted, every day left out and why."""
    if limit.unit == "h":
        return [f"Counted from {written(start)}: {span_words(limit)} elapsed is {written(calendar.due(limit, start))}."]
    due = calendar.due(limit, start)
    first, last = local_date(start), local_date(due)
    lines = [f"Counted from {first:%A %d %B %Y}, local day; that day itself is not counted."]
    if limit.unit == "wd" and not limit.before:
        counted = 0
        for at in range(local_day(start) + 1, local_day(due) + 1):
            day = first + timedelta(days=at - local_day(start))
            if calendar.is_working(day):
                counted += 1
                lines.append(f"{day:%a %d %b %Y}: working day {counted} of {limit.n}.")
            else:
                why = "bank holiday" if day in calendar.bank_holidays else "weekend"
                lines.append(f"{day:%a %d %b %Y}: {why}, not counted.")
    else:
        side = "before" if limit.before else "after"
        lines.append(f"{span_words(limit)} {side} it is {last:%A %d %B %Y}.")
    return [*lines, f"Due to the end of that day: {written(due)} (UTC)."]


def in_full(
    duty: Duty,
    clause: Clause,
    pack: Pack,
    *,
    arithmetic: Iterable[str] = (),
    held: Sequence[tuple[int, str | None]] = (),
    told: Sequence[tuple[Step, int]] = (),
) -> str:
    """Return a duty as plain text fit for a court."""
    key = ", ".join(f"{role} {value}" for role, value in duty.key)
    lines = [
        f"Clause {clause.id}, version {clause.version} ({clause.tier}; {clause.source}; limit {clause.confirmed}).",
        clause.sentence or "",
        f"In full: {generated(clause, pack)}",
        f"About: {key}" + (f", addressed to {duty.addressee}" if duty.addressee else "") + ".",
        "Triggered by "
        + (f"entry {', '.join(map(str, duty.triggers))}" if duty.triggers else "the clause coming into force")
        + (f"; anchored by entry {duty.anchor}" if duty.anchor is not None else "")
        + ".",
        *arithmetic,
        *(f"Held by {name or 'nobody (the accountable officer)'} from {written(at)}." for at, name in held),
        *(f"Told {step.to} of what passed at {written(step.at)}, on {written(at)}." for step, at in told),
        _ending(duty, clause),
    ]
    return "\n".join(line for line in lines if line)


def _ending(duty: Duty, clause: Clause) -> str:
    late = {"no": "in time", "yes": "late", "undecided": "in time or late, undecided", "no_limit": "no limit"}
    if duty.end == "open":
        acts = " or ".join(clause.act_kinds)
        return f"Open ({late[duty.lateness]}); {acts} would end it."
    by = f" by entry {duty.ended_by}" if duty.ended_by is not None else ""
    return f"Ended: {duty.end}{by} at {written(duty.ended_at or 0)} ({late[duty.lateness]})."
