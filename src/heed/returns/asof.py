"""An event as it stood on a day: what had not happened yet is left out (pure)."""

from dataclasses import fields, replace
from functools import cache
from typing import Any

from .journey import Event
from .moments import CLASSES, steps_of

# Days that may lie ahead: what is due, hoped for or granted until.
AHEAD = frozenset({"due_on", "target_on", "conference_target_on", "expected_birth_on", "unaccompanied_until"})
# What is known only from a day that may not have come yet.
HANGS_ON = {
    "ended_on": ("ended_reason", "changed_reason"),
    "closed_on": ("closed_reason",),
    "authorised_on": ("factors", "needs_support", "outcomes"),
}


def as_of(event: Event, day: str) -> Event | None:
    """Return the event as it stood at the end of a local day, or nothing where it had not begun."""
    steps = steps_of(event)
    begun = getattr(event, steps[0].at) if steps and steps[0].at else None
    if begun and begun[:10] > day:
        return None
    later = [name for name in day_members(event.KIND) if (at := getattr(event, name)) and at[:10] > day]
    if not later:
        return event
    changes: dict[str, Any] = dict.fromkeys(later)
    for name in later:
        for hangs in HANGS_ON.get(name, ()):
            if hasattr(event, hangs):
                changes[hangs] = () if isinstance(getattr(event, hangs), tuple) else None
    return replace(event, **changes)


@cache
def day_members(kind: str) -> tuple[str, ...]:
    """Return the members of a kind of event that are days on which something happened."""
    return tuple(one.name for one in fields(CLASSES[kind]) if one.name.endswith("_on") and one.name not in AHEAD)
