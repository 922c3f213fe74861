"""Words for roles and ends, on pages."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from heed.duties.selectors import Owed
from heed.duties.statistics import Line
from heed.duties.telling.words import reference_of
from heed.people.forms import OFFICES

register = template.Library()

ROLES: dict[str, Any] = {
    "team_manager": _("the team's manager"),
    "service_manager": _("the service manager"),
    "director": _("the director"),
    "practitioner": _("the practitioner"),
    "scrutineer": _("the independent scrutineer"),
    "records_officer": _("the records officer"),
    "administrator": _("the administrator"),
}
ENDS: dict[str, Any] = {
    "fulfilled": _("done"),
    "declined": _("declined, with a reason"),
    "ceased": _("ceased"),
    "waived": _("let go, with a reason"),
    "superseded": _("superseded"),
    "open": _("open"),
}


@register.filter
def role(code: str) -> Any:
    """Return a role or an office as a worklist says it."""
    if code in OFFICES:
        return str(OFFICES[code]).partition(":")[0]
    return ROLES.get(code, code.replace("_", " "))


PART_WORDS: dict[str, Any] = {
    "due": _("owed"),
    "met_in_time": _("met in time"),
    "met_late": _("met late"),
    "declined": _("declined"),
    "ceased": _("ceased"),
    "waived": _("let go"),
    "superseded": _("superseded"),
    "open_in_time": _("open, in time"),
    "overdue": _("overdue"),
    "no_limit": _("no limit"),
    "undecided": _("undecided"),
    "not_testable": _("not testable"),
}
LATENESS: dict[str, Any] = {
    "no": _("in time"),
    "yes": _("late"),
    "undecided": _("in time or late: undecided"),
    "no_limit": _("no limit by number"),
}
SURENESS: dict[str, Any] = {
    "read": _("read in the source named"),
    "secondary": _("from a secondary source, not the national text itself"),
    "memory": _("from memory, not confirmed: check before relying on it"),
    "invented": _("our own choice, no law"),
}
# Each mark with its rule; the settings are the pack's, or those that heed.policy.marks states.
MARKS: dict[str, Any] = {
    "recorded_late": _("The act was recorded long after the time claimed for it (setting: recorded_late_after)."),
    "state_tie": _("Two values of one state were recorded for one instant; the later entry holds."),
    "copied": _("What was written is much like an earlier entry about the same child (settings: similarity, shingle)."),
    "burst": _("One of many entries of one kind by one person within minutes (settings: burst, minutes)."),
    "one_source": _("The clause asks for a second source, and the entry names none."),
}


BECOMES: dict[str, Any] = {
    "comes": _("New"),
    "goes": _("Left out; no duty rests on it"),
    "ends": _("Its last day is another"),
    "explained": _("Explained in other words"),
    "stays": _("As it is"),
}


@register.filter
def becomes(code: str) -> Any:
    """Return what becomes of a version of a clause."""
    return BECOMES.get(code, code)


@register.filter
def effects(row: dict[str, str]) -> list[tuple[str, str]]:
    """Return an effect's counts in the order of its columns; what touches no duty is zeros."""
    return [(name, row.get(name, "0")) for name in ("opens", "overdue", "unknown", "goes", "turns", "moves")]


@register.filter
def lateness(code: str) -> Any:
    """Return a lateness in words."""
    return LATENESS.get(code, code)


@register.filter
def sureness(code: str) -> Any:
    """Return how sure we are of a limit."""
    return SURENESS.get(code, code)


@register.filter
def mark(code: str) -> Any:
    """Return the rule of a weak-evidence mark."""
    return MARKS.get(code, code)


@register.filter
def reference(duty: str) -> str:
    """Return a duty's reference, as letters say it."""
    return reference_of(duty)


@register.filter
def end(code: str) -> Any:
    """Return how a duty ended, in words."""
    return ENDS.get(code, code)


@register.filter
def holder_names(owed: Owed) -> str:
    """Return who holds a duty now, by name."""
    return ", ".join(owed.called)


@register.filter
def counts(line: Line, columns: list[str]) -> list[tuple[str, int | str]]:
    """Return a group's counts as they may be shown, in the order of the table's columns."""
    return [(name, line.shown(name)) for name in columns]


@register.filter
def part(name: str) -> Any:
    """Return what became of a duty, as a column is headed."""
    return PART_WORDS[name]


@register.filter
def per_cent(share: float) -> str:
    """Return a share in per cent, to a whole number."""
    return f"{share:.0%}"


@register.filter
def share_words(share: dict[str, float | str | None]) -> str:
    """Return a share as one figure, as a range where it is one, or as what hides it."""
    low, high = share["low"], share["high"]
    if low is None:
        return "–"
    if isinstance(low, str) or isinstance(high, str) or high is None:
        return str(low)
    return f"{low:.0%}" if low == high else f"{low:.0%}–{high:.0%}"
