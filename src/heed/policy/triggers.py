"""What opens duties on one key: entries, starts of a state, the commencement of a clause, and the N-th of a count."""

from collections.abc import Iterator
from dataclasses import dataclass

from .calendars import Calendar
from .clock import Clock, first_clock
from .conditions import Scene, all_of, entry_meets, states_meet
from .entries import Entry, Missing, texts_of
from .law import Family, Law
from .stream import NOTHING, Key, Stream, end_of_run, read_state
from .times import Span, local_day


@dataclass(slots=True)
class Trigger:
    """One trigger for one addressee, with the clock of its own first occurrence."""

    law: Law
    entry: Entry | None
    span: Span
    n: int | None
    scene: Scene
    addressee: str | None
    clock: Clock | None
    unknown: Missing | None
    agency: str | None
    run_end: Entry | None = None

    @property
    def order(self) -> tuple[int, int, int]:
        """Triggers come in the order of entries; a commencement before the entries of its instant."""
        return (self.span.l, self.span.e, -1 if self.n is None else self.n)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may trigger, before its conditions are read."""

    law: Law
    entry: Entry | None
    span: Span
    agency: str | None
    run_end: Entry | None = None
    commencing: bool = False  # the clause came into force while the state held: the duty has no anchor


def triggers_of(family: Family, key: Key, stream: Stream, calendar: Calendar) -> list[Trigger]:
    """Return every trigger of a clause on a key, in order; those with something unknown say what."""
    found = []
    for law in family.laws:
        for event in _events(family, law, key, stream):
            found += list(_opened(event, key, stream, calendar))
    return sorted(found, key=lambda trigger: (*trigger.order, trigger.addressee or ""))


def _events(family: Family, law: Law, key: Key, stream: Stream) -> Iterator[Event]:
    when = law.clause.when
    if when.form == "while":
        yield from _starts(family, law, key, stream)
        return
    entries = _own(when.name, key, stream)
    counted = set(_nth(entries, when.at_least, when.days)) if when.form == "count" else None
    for place, entry in enumerate(entries):
        if (counted is None or place in counted) and entry.span and family.at(entry.span.l) is law:
            yield Event(law, entry, entry.span, entry.agency)


def _own(kind: str, key: Key, stream: Stream) -> list[Entry]:
    """Return the entries of a kind whose own keys are `key`; in the role `trigger` an entry carries its number."""
    if len(key) == 1 and key[0][0] == "trigger":
        return [entry for entry in stream.by_kind.get(kind, ()) if str(entry.n) == key[0][1]]
    number = next((value for role, value in key if role == "trigger"), None)
    rest = tuple(pair for pair in key if pair[0] != "trigger")
    entries = stream.carrying(kind, rest)
    return entries if number is None else [entry for entry in entries if str(entry.n) == number]


def _nth(entries: list[Entry], at_least: int, days: int) -> Iterator[int]:
    """Yield the places of entries that are at least the N-th within the days that end on their own."""
    on = [local_day(entry.order[0]) for entry in entries]
    for place in range(at_least - 1, len(entries)):
        if on[place] - on[place - at_least + 1] < days:
            yield place


def _starts(family: Family, law: Law, key: Key, stream: Stream) -> Iterator[Event]:
    state = law.pack.states[law.clause.when.name]
    value = dict(key)[state.key]
    line = stream.timeline(state, value)
    rest = tuple(pair for pair in key if pair[0] != state.key)
    for place, entry in enumerate(line.sets):
        if line.rising[place] and entry.span and family.at(entry.span.l) is law and _carries(entry, rest, stream):
            yield Event(law, entry, entry.span, entry.agency, end_of_run(line, place))
    begins = law.clause.in_force_from
    if begins is None or law is not family.laws[0] or begins > stream.horizon:
        return
    found = read_state(line, begins)
    started = found.place >= 0 and line.set_at[found.place] < begins
    if found is NOTHING or not (started or not line.rising[found.place]):
        return
    place = found.place
    while not line.rising[place]:
        place -= 1
    if line.set_at[place] < begins and _carries(line.sets[place], rest, stream):
        entry, span = line.sets[place], Span(begins, begins)
        yield Event(law, entry, span, entry.agency, end_of_run(line, place), commencing=True)


def _carries(entry: Entry, rest: Key, stream: Stream) -> bool:
    number = str(entry.n)
    return all(
        value == number if role == "trigger" else value in stream.known.keys(entry, role) for role, value in rest
    )


def _opened(event: Event, key: Key, stream: Stream, calendar: Calendar) -> Iterator[Trigger]:
    """Yield the triggers of one event: one for each addressee, none where a condition is false."""
    law, entry, span = event.law, event.entry, event.span
    number = entry.n if entry and not event.commencing else None
    scene = Scene(stream, law.pack, calendar, key, entry, span.l, span.l)
    met = all_of((_where(law, entry, scene), states_meet(law.clause.given, scene)))
    if met is False:
        return
    unknown = met if isinstance(met, Missing) else None
    members = addressees(law, entry, stream)
    if isinstance(members, Missing):
        unknown = unknown or members
    for member in [None] if isinstance(members, Missing) else members:
        place = scene.at(span.l)
        place.addressee, place.ties = member, set(scene.ties)
        clock = first_clock(law, place, span, number)
        missing = unknown or (clock if isinstance(clock, Missing) else None)
        sure = None if missing is not None or isinstance(clock, Missing) else clock
        yield Trigger(law, entry, span, number, place, member, sure, missing, event.agency, event.run_end)


def _where(law: Law, entry: Entry | None, scene: Scene) -> "bool | Missing":
    if law.clause.when.form != "entry" or entry is None:
        return True
    return entry_meets(law.clause.when.where, entry, scene)


def addressees(law: Law, entry: Entry | None, stream: Stream) -> "list[str | None] | Missing":
    """Return the addressees a trigger opens duties for: the members of `for_each`, or one without a name."""
    field = law.clause.for_each
    if field is None:
        if "addressee" not in law.clause.match or entry is None:
            return [None]
        own: list[str | None] = list(stream.known.keys(entry, "addressee"))
        return own
    value = entry.field(field) if entry else Missing(field)
    if isinstance(value, Missing):
        return value
    return list(dict.fromkeys(stream.known.one(text) for text in texts_of(value)))
