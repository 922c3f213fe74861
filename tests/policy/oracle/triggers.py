"""What opens duties: the triggers of one family of clause versions, each with its key."""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

from . import clauses, clock, conditions, states
from . import entries as record
from .clauses import Version
from .clock import Span
from .conditions import Scene, Verdict
from .entries import Entry, Missing, World

Key = tuple[tuple[str, str], ...]


@dataclass
class Trigger:
    """One trigger on one key; `entry` is where its fields stand, `anchor` the number that identifies it."""

    version: Version
    entry: Entry
    anchor: int | None
    span: Span
    key: Key
    addressee: str | None = None
    verdict: Verdict = True
    lacks_list: Missing | None = None
    tied: set[str] = field(default_factory=set)

    @property
    def place(self) -> tuple[int, int, int]:
        """Its place in the order of entries (R3); a commencement comes before the entries of its second."""
        return (self.span.l, self.span.e, -1 if self.anchor is None else self.anchor)

    @property
    def shared(self) -> tuple[Key, str | None]:
        """What 'the same key' means for `again`."""
        return (self.key, self.addressee)


def keys_shared(world: World, entry: Entry, roles: list[str]) -> list[Key]:
    """The keys an entry can have for these roles; a role with several keys stands for each (R8)."""
    found = [[(role, key) for key in record.keys_of(world, entry, role)] for role in roles]
    return [tuple(sorted(key)) for key in product(*found)]


def own_keys(world: World, entry: Entry, version: Version) -> list[Key]:
    """The keys of a triggering entry: `trigger` is its own number, `addressee` comes from `for_each`."""
    roles = [role for role in version.roles if role not in ("trigger", "addressee")]
    keys = keys_shared(world, entry, roles)
    if "trigger" in version.roles:
        return [tuple(sorted((*key, ("trigger", str(entry.n))))) for key in keys]
    return keys


def scene_of(world: World, version: Version, trigger: Trigger, at: int) -> Scene:
    """Where the conditions of one duty are read."""
    return Scene(
        world=world,
        states=version.states,
        orders=version.orders,
        key=dict(trigger.key),
        trigger=trigger.entry,
        at=at,
        trigger_at=trigger.span.l,
        addressee=trigger.addressee,
    )


def find(world: World, family: list[Version]) -> list[Trigger]:
    """Every trigger of the family, in order, each under the version in force at its l (M7)."""
    found = [trigger for version in family for trigger in candidates(world, family, version)]
    judged = [one for trigger in found for one in each_addressee(world, trigger)]
    return sorted((t for t in judged if t.verdict is not False), key=lambda t: t.place)


def candidates(world: World, family: list[Version], version: Version) -> list[Trigger]:
    """The triggers of one version before `where`, `given` and `for_each` are read."""
    when = version.text["when"]
    if "while" in when:
        found = state_triggers(world, version, states_key=version.states[when["while"]].role)
        return [t for t in found if is_under(family, version, t.span.l)] + commencements(world, family, version)
    entries = [e for e in world.entries if e.kind in version.trigger_kinds and is_under(family, version, e.l)]
    triggers = [Trigger(version, e, e.n, span_of(e), key) for e in entries for key in own_keys(world, e, version)]
    if "count" in when:
        return [t for t in triggers if is_nth(world, t, when)]
    return triggers


def is_under(family: list[Version], version: Version, at: int) -> bool:
    """Whether this is the version in force at the instant."""
    return clauses.in_force(family, at) is version


def span_of(entry: Entry) -> Span:
    """The claimed time of an entry that has one."""
    return Span(entry.e, entry.l)


def is_nth(world: World, trigger: Trigger, when: dict[str, Any]) -> bool:
    """Whether the entry is at least the N-th of its kind and key within P local days ending on its day (R24)."""
    last = clock.local_day(trigger.entry.l)
    period = clock.read_period(when["in"])
    within = [
        e
        for e in world.entries
        if e.kind == when["count"]
        and trigger.key in own_keys(world, e, trigger.version)
        and record.order(e) <= record.order(trigger.entry)
        and (last - clock.local_day(e.l)).days < period.number * (7 if period.unit == "weeks" else 1)
    ]
    return len(within) >= int(when["at_least"])


def state_triggers(world: World, version: Version, states_key: str) -> list[Trigger]:
    """One trigger for each time the state of a `while` begins to hold (R15)."""
    state = version.states[version.text["when"]["while"]]
    keys = {k for e in world.entries if e.kind in state.starts for k in record.keys_of(world, e, states_key)}
    return [
        Trigger(version, start, start.n, span_of(start), key)
        for one in sorted(keys)
        for start in states.rising(world, state, one)
        for key in own_keys(world, start, version)
        if (states_key, one) in key
    ]


def commencements(world: World, family: list[Version], version: Version) -> list[Trigger]:
    """The states already running when the clause comes into force trigger then (M7, R27)."""
    at = version.start
    if version is not family[0] or at > world.horizon:
        return []  # R27: only a clause's first version; M1: nothing after H
    state = version.states[version.text["when"]["while"]]
    found = []
    for trigger in state_triggers(world, version, state.role):
        started = trigger.span.l < at  # R27: the state started before it
        ends = [end.l for end in run_ends(world, trigger, version) if states.follows(end, trigger.entry)]
        if started and all(end >= at for end in ends):  # at one instant ends come last (M2)
            # R27: the anchor is null and counts from 00:00:00 of that day.
            found.append(Trigger(version, trigger.entry, None, Span(at, at), trigger.key))
    return found


def run_ends(world: World, trigger: Trigger, version: Version) -> list[Entry]:
    """The entries that can end the state of the trigger's `while`; none for other clauses."""
    name = version.text["when"].get("while")
    if name is None:
        return []
    state = version.states[name]
    return states.run_ends(world, state, dict(trigger.key)[state.role])


def each_addressee(world: World, trigger: Trigger) -> list[Trigger]:
    """The trigger judged, once for each member of the `for_each` list."""
    name = trigger.version.text.get("for_each")
    if name is None:
        return [judged(world, trigger)]
    members = record.read_field(trigger.entry, name)
    if isinstance(members, Missing):
        trigger.lacks_list = members  # R13
        return [judged(world, trigger)]
    keys = sorted({world.least.get(one, one) for one in record.as_list(members)})
    return [
        judged(world, Trigger(trigger.version, trigger.entry, trigger.anchor, trigger.span, trigger.key, one))
        for one in keys
    ]


def judged(world: World, trigger: Trigger) -> Trigger:
    """The trigger with what its `where` and `given` say, read at its l (M4, R15)."""
    version = trigger.version
    scene = scene_of(world, version, trigger, trigger.span.l)
    verdicts: list[Verdict] = [
        conditions.where(scene, trigger.entry, version.text["when"].get("where") or {}),
        conditions.given(scene, version.text.get("given") or {}),
    ]
    trigger.verdict = conditions.every(verdicts)
    trigger.tied = scene.tied
    return trigger
