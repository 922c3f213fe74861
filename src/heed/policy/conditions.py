"""Conditions with three outcomes: True, False, or Missing(field) where what they need is not known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from .calendars import BEYOND, Calendar
from .entries import Entry, Missing, text_of, texts_of
from .stream import NOTHING, Key, Reading, Stream, read_before, read_state, start_of
from .words import Instant, Pack, Ref, Test, Where

Truth = bool | Missing


@dataclass(slots=True)
class Scene:
    """Where conditions are read: the duty's key, its trigger, and the instant of its anchor."""

    stream: Stream
    pack: Pack
    calendar: Calendar
    key: Key
    trigger: Entry | None
    trigger_l: int
    anchor_l: int
    addressee: str | None = None
    due: int | None = None
    ties: set[str] = field(default_factory=set)

    def at(self, anchor_l: int) -> "Scene":
        """Return the scene moved to another anchor."""
        moved = (self.stream, self.pack, self.calendar, self.key, self.trigger, self.trigger_l, anchor_l)
        return Scene(*moved, self.addressee, None, self.ties)

    def state_key(self, role: str) -> "str | Missing":
        """Return the key of a state: from the duty's key, else from the trigger, the least where it has several."""
        for name, value in self.key:
            if name == role:
                return value
        if role == "addressee" and self.addressee is not None:
            return self.addressee
        keys = self.stream.known.keys(self.trigger, role) if self.trigger else []
        return min(keys) if keys else Missing(role)

    def read(self, name: str, *, before: Entry | None = None, at: int | None = None) -> Reading:
        """Return a state at the anchor, at another instant, or just before an entry."""
        state = self.pack.states[name]
        key = self.state_key(state.key)
        if isinstance(key, Missing):
            return Reading(key, None)
        line = self.stream.timeline(state, key)
        if before is not None:
            found = read_before(line, before) if before.span else Reading(Missing("occurred_at"), None)
        else:
            found = read_state(line, self.anchor_l if at is None else at)
        if found.tie:
            self.ties.add(name)
        return found

    def start(self, name: str) -> "Entry | Missing | None":
        """Return the entry that began a state, None where it has no value; what the value is does not matter."""
        state = self.pack.states[name]
        key = self.state_key(state.key)
        if isinstance(key, Missing):
            return key
        line = self.stream.timeline(state, key)
        return start_of(line, read_state(line, self.anchor_l))

    def instant(self, instant: Instant) -> "int | Missing | None":
        """Return the second an instant means; None where the state it rests on has no value."""
        base = self._base(instant)
        if instant.offset is None or base is None or isinstance(base, Missing):
            return base
        landed = self.calendar.due(instant.offset, base)
        return Missing("calendar") if landed == BEYOND else landed

    def _base(self, instant: Instant) -> "int | Missing | None":
        plain = {"trigger": self.trigger_l, "anchor": self.anchor_l, "due": self.due}
        if instant.base in plain:
            return plain[instant.base]
        if instant.base == "date":
            return instant.fixed().l
        if instant.base == "start":
            entry = self.start(instant.name)
            return entry.order[0] if isinstance(entry, Entry) else entry
        found = self.read(instant.name)
        if isinstance(found.value, Missing) or found.value is None:
            return found.value if isinstance(found.value, Missing) else None
        return dated(found.value, self.pack.states[instant.name].value or instant.name)


def dated(value: Any, name: str) -> "int | Missing":
    """Return the end of the span that a value names."""
    from .times import claimed

    span = claimed(value)
    return span.l if span else Missing(name)


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return False if any is, else the first that is missing, else True."""
    missing: Missing | None = None
    for truth in truths:
        if truth is False:
            return False
        if isinstance(truth, Missing) and missing is None:
            missing = truth
    return True if missing is None else missing


def entry_meets(where: Where, entry: Entry, scene: Scene) -> Truth:
    """Say whether an entry meets a `where`."""
    return all_of([_entry_test(test, entry, scene) for test in where]) if where else True


def states_meet(conditions: Where, scene: Scene) -> Truth:
    """Say whether conditions on states (and the anchor) hold at the scene's anchor."""
    return all_of([_state_test(test, scene) for test in conditions]) if conditions else True


def _entry_test(test: Test, entry: Entry, scene: Scene) -> Truth:
    if test.op in ("before", "after"):
        return _compare_times(test, entry.second(test.left), scene, entry)
    value = entry.field(test.left)
    if test.op == "present":
        if isinstance(value, Missing):
            return Missing(test.left) if entry.facts is None else not test.right
        return bool(test.right)
    right = _right(test, scene, entry)
    return value if isinstance(value, Missing) else _compare(test, value, right, scene)


def _state_test(test: Test, scene: Scene) -> Truth:
    if test.left == "anchor":
        return _compare_times(test, scene.anchor_l, scene, None)
    found, state = scene.read(test.left), scene.pack.states[test.left]
    if state.value is None and not isinstance(found.value, Missing):
        return _holds(test, found, scene)
    if test.op == "present":
        return found.value if isinstance(found.value, Missing) else (found.value is not None) == test.right
    if test.op in ("before", "after"):
        value = found.value
        left = value if value is None or isinstance(value, Missing) else dated(value, state.value or test.left)
        return _compare_times(test, left, scene, None)
    right = _right(test, scene, None)
    if isinstance(found.value, Missing):
        return found.value
    return test.op == "not" if found.value is None else _compare(test, found.value, right, scene)


def _holds(test: Test, found: Reading, scene: Scene) -> Truth:
    """Compare a state that holds or does not."""
    holds = found is not NOTHING
    if test.op == "present":
        return holds == test.right
    if test.op in ("before", "after"):
        return Missing(test.left)
    return (holds == (test.right == "true")) == (test.op == "eq")


def _right(test: Test, scene: Scene, entry: Entry | None) -> Any:
    """Return the right side: its texts; None where a state has no value; Missing where it is not known.

    It is read whatever the left side is: two values at one instant mark the row on either side (C19).
    """
    right = test.right
    if not isinstance(right, Ref):
        return right
    if right.base == "addressee":
        return Missing("addressee") if scene.addressee is None else scene.addressee
    if right.base == "trigger":
        return scene.trigger.field(right.name) if scene.trigger else Missing(right.name)
    found = scene.read(right.name, before=entry if right.base == "before" else None)
    state = scene.pack.states[right.name]
    return ("true" if found is not NOTHING else "false") if state.value is None and found.setting else found.value


def _compare(test: Test, value: Any, right: Any, scene: Scene) -> Truth:
    if isinstance(right, Missing):
        return right
    if right is None:
        return test.op == "not"
    if test.op in ("below", "above"):
        return _rank(test, value, right)
    lefts = texts_of(value)
    if isinstance(test.right, Ref) and test.right.base == "addressee":
        lefts = [scene.stream.known.one(text) for text in lefts]
    rights = list(right) if isinstance(right, tuple) else texts_of(right)
    if test.op == "has_all":
        return all(text in lefts for text in rights)
    met = any(text in lefts for text in rights)
    return not met if test.op == "not" else met


def _rank(test: Test, value: Any, right: Any) -> Truth:
    left_rank, right_rank = rank(text_of(value), test.order), rank(text_of(right), test.order)
    if left_rank is None:
        return Missing(test.left)
    if right_rank is None:
        return Missing(str(test.right))
    return left_rank < right_rank if test.op == "below" else left_rank > right_rank


def rank(text: str, order: tuple[str, ...] | None) -> Decimal | None:
    """Return the place of a code in its order, or the number it is; None where it is neither."""
    if order is not None:
        return Decimal(order.index(text)) if text in order else None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _compare_times(test: Test, left: "int | Missing | None", scene: Scene, entry: Entry | None) -> Truth:
    right = _time_right(test, scene, entry)
    if isinstance(left, Missing):
        return left
    if left is None:
        return False
    if isinstance(right, Missing):
        return right
    if right is None:
        return False
    return left < right if test.op == "before" else left > right


def _time_right(test: Test, scene: Scene, entry: Entry | None) -> "int | Missing | None":
    if isinstance(test.right, Instant):
        return scene.instant(test.right)
    assert isinstance(test.right, Ref)
    if test.right.base == "trigger":
        return scene.trigger.second(test.right.name) if scene.trigger else Missing(test.right.name)
    found = scene.read(test.right.name, before=entry)
    if found.value is None or isinstance(found.value, Missing):
        return found.value
    return dated(found.value, scene.pack.states[test.right.name].value or test.right.name)
