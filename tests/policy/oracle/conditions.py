"""Conditions with three outcomes: true, false, or Missing a field (M4)."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from . import clock, states
from . import entries as record
from .entries import Entry, Missing, World
from .states import NOTHING, Nothing, State

Verdict = bool | Missing
MOMENT = re.compile(r"(.+?) ([+-]) (\d+ \w+)")
DATED = re.compile(r"\d{4}-\d\d-\d\d.*")


@dataclass
class Scene:
    """Where a condition is read: one duty's key, its trigger and the instant of its anchor."""

    world: World
    states: dict[str, State]
    orders: dict[str, list[str]]
    key: dict[str, str]
    trigger: Entry
    at: int
    trigger_at: int
    addressee: str | None = None
    due: int | None = None
    tied: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Side:
    """One side of a comparison, and where its order of codes would be found."""

    value: Any
    coded: str | None = None


def every(verdicts: list[Verdict]) -> Verdict:
    """True if all are, false if one is, else the first that is missing something (R13: 'no other member false')."""
    if any(verdict is False for verdict in verdicts):
        return False
    return next((verdict for verdict in verdicts if isinstance(verdict, Missing)), True)


def state_key(scene: Scene, state: State) -> str | Missing:
    """The key whose state is meant: from the duty's key, or else the least that the trigger names (R15)."""
    if state.role in scene.key:
        return scene.key[state.role]
    named = record.keys_of(scene.world, scene.trigger, state.role)
    return min(named) if named else Missing(state.role)


def read_state(scene: Scene, name: str, before: Entry | None = None) -> Side:
    """A state at the anchor's l (M4), or just before an entry."""
    state = scene.states[name]
    key = state_key(scene, state)
    if isinstance(key, Missing):
        return Side(key)
    if before is not None and before.span is None:
        return Side(Missing("occurred_at"))  # without a time, what came just before it cannot be known
    if before is not None:
        found = states.value_before(scene.world, state, key, before)
    else:
        found = states.value_at(scene.world, state, key, reading_instant(scene))
    if found.tied:
        scene.tied.add(name)
    coded = f"{found.setter.kind}.{state.value}" if found.setter and state.value else None
    return Side(found.value, coded)


def reading_instant(scene: Scene) -> int:
    """States are read at the anchor's l (M4)."""
    return scene.at


def right_side(scene: Scene, text: str, entry: Entry | None) -> Side:
    """What the right side of a comparison means: a name, or else the literal itself (R16)."""
    name, _, member = text.partition(".")
    if text == "addressee":
        return Side(scene.addressee if scene.addressee is not None else Missing("addressee"))
    if name == "trigger" and member:
        return Side(record.read_field(scene.trigger, member))
    if text in scene.states:
        return read_state(scene, text)
    if name in scene.states and member == "before":
        return read_state(scene, name, before=entry)
    return Side(text)


def moment(scene: Scene, text: str, entry: Entry | None = None) -> int | Missing | Nothing:
    """An INSTANT: a named instant, a date or a date-valued name, ± a period."""
    shifted = MOMENT.fullmatch(text)
    base = base_moment(scene, shifted.group(1) if shifted else text, entry)
    if not shifted or not isinstance(base, int):
        return base
    sign = 1 if shifted.group(2) == "+" else -1
    # R6: ± days and longer give the end of that day; hours are elapsed.
    return clock.shift(base, clock.read_period(shifted.group(3)), sign, scene.world.bank_holidays)


def base_moment(scene: Scene, text: str, entry: Entry | None) -> int | Missing | Nothing:
    """The instant before any ± is applied; a bare date on its own means its l (R6)."""
    if text == "trigger":
        return scene.trigger_at
    if text == "anchor":
        return scene.at
    if text == "due":
        return NOTHING if scene.due is None else scene.due
    if text.startswith("start of "):
        return start_moment(scene, text.removeprefix("start of "))
    return as_moment(right_side(scene, text, entry).value, text)


def start_moment(scene: Scene, name: str) -> int | Missing | Nothing:
    """The l of the entry that started the state; nothing while it does not hold."""
    found = start_entry(scene, name)
    return found.l if isinstance(found, Entry) else found


def start_entry(scene: Scene, name: str) -> Entry | Missing | Nothing:
    """The entry from which `start of STATE` counts, at the anchor's l."""
    key = state_key(scene, scene.states[name])
    if isinstance(key, Missing):
        return key
    return states.start_of(scene.world, scene.states[name], key, reading_instant(scene)) or NOTHING


def as_moment(value: Any, name: str) -> int | Missing | Nothing:
    """The l of a claimed time; what is no time is missing."""
    if isinstance(value, Missing | Nothing):
        return value
    try:
        return clock.read_span(str(value)).l
    except ValueError:
        return Missing(name)


def judge(scene: Scene, left: Side, name: str, condition: Any, entry: Entry | None) -> Verdict:
    """One `field: condition` of a `where`, `given` or `if`."""
    asked = condition if isinstance(condition, dict) else {"is": condition}
    return every([OPERATORS[word](scene, left, name, right, entry) for word, right in asked.items()])


def present(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    """Whether there is a value. A field absent from facts that stand is a plain 'no'; an erased one is missing."""
    if isinstance(left.value, Missing):
        erased = entry is None or entry.facts is None
        return left.value if erased else bool(right == "false")
    return bool((left.value is not NOTHING) == (right == "true"))  # R12


def equal(left: Side, right: Side) -> Verdict:
    """Equality of texts; on a list it means contains (R16). Nothing equals nothing (R12)."""
    for side in (left.value, right.value):
        if isinstance(side, Missing):
            return side
    if left.value is NOTHING or right.value is NOTHING:
        return False
    return any(one in record.as_list(left.value) for one in record.as_list(right.value))


def is_(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    return equal(left, right_side(scene, right, entry))


def in_(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    if isinstance(left.value, Missing):
        return left.value
    return any(equal(left, Side(one)) is True for one in right)


def not_(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    same = equal(left, right_side(scene, right, entry))
    return same if isinstance(same, Missing) else not same  # R12: with no value `not` is true


def timed(left: Side, right: int | Missing | Nothing, name: str) -> tuple[int, int] | Verdict:
    """Both sides as instants; else what to answer instead."""
    instant = left.value if isinstance(left.value, int) else as_moment(left.value, name)
    for side in (instant, right):
        if isinstance(side, Missing):
            return side
    if isinstance(instant, int) and isinstance(right, int):
        return instant, right
    return False  # R12: a comparison with no value is false


def before(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    both = timed(left, moment(scene, right, entry), name)
    return both[0] < both[1] if isinstance(both, tuple) else both  # R6: l with l, strictly


def after(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    both = timed(left, moment(scene, right, entry), name)
    return both[0] > both[1] if isinstance(both, tuple) else both  # R6


def ranks(scene: Scene, left: Side, right: Side, name: str) -> tuple[Any, Any] | Verdict:
    """Both sides in the order of codes that the pack gives, or as numbers without one (R16)."""
    for side in (left.value, right.value):
        if isinstance(side, Missing):
            return side
    if left.value is NOTHING or right.value is NOTHING:
        return False
    codes = scene.orders.get(left.coded or "")
    try:
        if codes:
            return codes.index(str(left.value)), codes.index(str(right.value))
        return Decimal(str(left.value)), Decimal(str(right.value))
    except (ValueError, InvalidOperation):
        return Missing(name)


def below(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    both = ranks(scene, left, right_side(scene, right, entry), name)
    return both[0] < both[1] if isinstance(both, tuple) else both


def above(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    both = ranks(scene, left, right_side(scene, right, entry), name)
    return both[0] > both[1] if isinstance(both, tuple) else both


def has_all(scene: Scene, left: Side, name: str, right: Any, entry: Entry | None) -> Verdict:
    if isinstance(left.value, Missing):
        return left.value
    return left.value is not NOTHING and all(one in record.as_list(left.value) for one in right)


OPERATORS = {
    "is": is_,
    "in": in_,
    "not": not_,
    "before": before,
    "after": after,
    "below": below,
    "above": above,
    "has_all": has_all,
    "present": present,
}


def where(scene: Scene, entry: Entry, conditions: dict[str, Any]) -> Verdict:
    """Whether an entry fulfils a `where`."""
    verdicts: list[Verdict] = []
    for name, condition in conditions.items():
        left = Side(record.read_field(entry, name), f"{entry.kind}.{name}")
        verdicts.append(judge(scene, left, name, condition, entry))
    return every(verdicts)


def given(scene: Scene, conditions: dict[str, Any]) -> Verdict:
    """Whether conditions on states and on the anchor hold at the anchor's l."""
    verdicts: list[Verdict] = []
    for name, condition in conditions.items():
        left = Side(scene.at) if name == "anchor" else read_state(scene, name)
        verdicts.append(judge(scene, left, name, condition, None))
    return every(verdicts)
