"""From what a duty counts, its limit, and when it is due."""

from dataclasses import dataclass
from typing import Any

from . import clock, conditions, triggers
from . import entries as record
from .clauses import Version
from .clock import Period, Span
from .conditions import Scene
from .entries import Entry, Missing, World
from .states import Nothing
from .triggers import Trigger


@dataclass(frozen=True)
class Clock:
    """A running clock: `due` counted from l, `due_from_e` from e (R22); both None where no limit is known yet."""

    start: Span
    due: int | None
    due_from_e: int | None
    has_limit: bool = True


def begin(world: World, scene: Scene, trigger: Trigger, version: Version) -> Span | Missing:
    """What the first occurrence counts from: the trigger, or as `from` says."""
    source = version.text.get("from")
    if source is None:
        return trigger.span
    if isinstance(source, str):
        name = source.removeprefix("start of ")
        found = conditions.start_entry(scene, name)
        if isinstance(found, Missing):
            return found
        return Missing(name) if isinstance(found, Nothing) else triggers.span_of(found)
    if "field" in source:
        return begin_at_field(trigger.entry, source["field"])
    return begin_at_last(world, trigger, source["last"])


def begin_at_field(entry: Entry, name: str) -> Span | Missing:
    """A time that the trigger states."""
    value = record.read_field(entry, name)
    try:
        return value if isinstance(value, Missing) else clock.read_span(str(value))
    except ValueError:
        return Missing(name)


def begin_at_last(world: World, trigger: Trigger, kind: str) -> Span | Missing:
    """The last entry of a kind on the same key at or before the trigger's l; none: not testable (R19)."""
    found = [e for e in world.entries if e.kind == kind and is_on_key(world, e, trigger) and e.l <= trigger.span.l]
    return triggers.span_of(found[-1]) if found else Missing(kind)


def is_on_key(world: World, entry: Entry, trigger: Trigger) -> bool:
    """Whether an entry carries the duty's key in the roles of `match`."""
    wanted = dict(trigger.key)
    if "addressee" in trigger.version.roles and trigger.addressee is not None:
        wanted["addressee"] = trigger.addressee
    return all(key in record.keys_of(world, entry, role) for role, key in wanted.items())


def limit_of(scene: Scene, version: Version, occurrence: int) -> Any:
    """The limit of an occurrence: a text, `{by: KIND}`, or Missing where a `choose` cannot tell."""
    within = version.text["within"]
    if isinstance(within, list):
        within = within[min(occurrence, len(within)) - 1]  # the last one repeats
    return chosen(scene, within["choose"]) if isinstance(within, dict) and "choose" in within else within


def chosen(scene: Scene, rows: list[dict[str, Any]]) -> Any:
    """The limit of the first true row; an unknown row before it makes the duty not testable (R25)."""
    for row in rows:
        verdict = conditions.given(scene, row["if"]) if "if" in row else True
        if isinstance(verdict, Missing):
            return verdict
        if verdict:
            return row.get("limit", row.get("else"))
    raise AssertionError("a choose without else is refused before evaluation")


def run(world: World, trigger: Trigger, anchor: Span, start: Span, limit: Any) -> Clock:
    """The clock of one occurrence; `due` is always counted from l of `from` (R22)."""
    if isinstance(limit, dict):
        return run_by(world, trigger, anchor, start, limit["by"])
    if limit == "none":
        return Clock(start, None, None, has_limit=False)
    period = clock.read_period(limit)
    due = due_after(world, start.l, period)
    # R22: counted from e for hours alone; for all else both dues are counted from l.
    return Clock(start, due, due_after(world, start.e, period) if period.unit == "h" else due)


def due_after(world: World, start: int, period: Period) -> int:
    """The instant that ends the period; with `before` it lies that long before the start (R6)."""
    return clock.shift(start, period, -1 if period.before else 1, world.bank_holidays)


def run_by(world: World, trigger: Trigger, anchor: Span, start: Span, kind: str) -> Clock:
    """Owed before the first such entry from e(anchor) on; until there is one, due is null (R23)."""
    for entry in world.entries:
        is_other = entry.kind == kind and entry.n != trigger.anchor
        if is_other and entry.l >= anchor.e and is_on_key(world, entry, trigger):
            return Clock(start, entry.l, entry.l)
    return Clock(start, None, None)


def earliest(one: Clock, other: Clock) -> Clock:
    """Under absorb the earliest due stands, with its `from` (R19)."""
    if other.due is None:
        return one
    return other if one.due is None or other.due < one.due else one


def first_clock(world: World, trigger: Trigger, version: Version) -> tuple[Clock | Missing, set[str]]:
    """The clock of a trigger's first occurrence under a version, and the states that were tied."""
    scene = triggers.scene_of(world, version, trigger, trigger.span.l)
    start = begin(world, scene, trigger, version)
    if isinstance(start, Missing):
        return start, scene.tied
    limit = limit_of(scene, version, 1)
    if isinstance(limit, Missing):
        return limit, scene.tied
    return run(world, trigger, trigger.span, start, limit), scene.tied
