"""What opens duties on one key: entries, starts of a state, the commencement of a clause, and the N-th of a count."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from .calendars import Calendar
from .clock import Clock, first_clock
from .conditions import Scene, all_of, entry_meets, states_meet
from .entries import Entry, Missing, texts_of
from .law import Family, Law
from .stream import EVER, NOTHING, Key, Stream, Timeline, read_state
from .times import Span, local_day


@dataclass(slots=True)
class Trigger:
    """One trigger for one addressee, with the clock of its own first occurrence."""

    law: Law
    entry: Entry  # where its fields stand; for a commencement the one that started the state (C18)
    span: Span
    n: int | None  # None for a commencement
    scene: Scene
    addressee: str | None
    clock: Clock | None
    unknown: Missing | None
    agency: str | None

    @property
    def order(self) -> tuple[int, int, int]:
        """Triggers come in the order of entries; a commencement before the entries of its instant."""
        return (self.span.l, self.span.e, -1 if self.n is None else self.n)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may trigger, before its conditions are read; `n` is None for a commencement."""

    law: Law
    entry: Entry
    span: Span
    n: int | None


def triggers_of(family: Family, key: Key, stream: Stream, calendar: Calendar, since: int = EVER) -> list[Trigger]:
    """Return every trigger of a clause on a key from an instant on, in order; those with something unknown say what."""
    found = []
    for law in family.laws:
        for event in _events(family, law, key, stream, since):
            found += list(_opened(event, key, stream, calendar))
    return sorted(found, key=_place)


def _place(trigger: Trigger) -> tuple[int, int, int, str]:
    return (*trigger.order, trigger.addressee or "")


def _events(family: Family, law: Law, key: Key, stream: Stream, since: int) -> Iterator[Event]:
    when = law.clause.when
    if when.form == "while":
        yield from _starts(family, law, key, stream, since)
        return
    entries = _own(when.name, key, stream)
    first = bisect_left(entries, since, key=_ends_at)
    places = _nth(entries, first, when.at_least, when.days) if when.form == "count" else range(first, len(entries))
    for place in places:
        entry = entries[place]
        if entry.span and family.at(entry.span.l) is law:
            yield Event(law, entry, entry.span, entry.n)


def _ends_at(entry: Entry) -> int:
    return entry.order[0]


def _own(kind: str, key: Key, stream: Stream) -> list[Entry]:
    """Return the entries of a kind whose own keys are `key`; in the role `trigger` an entry carries its number."""
    number = next((value for role, value in key if role == "trigger"), None)
    if number is None:
        return stream.carrying(kind, key)
    entry = stream.numbered(kind, number)
    rest = tuple(pair for pair in key if pair[0] != "trigger")
    return [entry] if entry is not None and _carries(entry, rest, stream) else []


def _nth(entries: list[Entry], first: int, at_least: int, days: int) -> Iterator[int]:
    """Yield the places from `first` on of entries that are at least the N-th in the days that end on their own."""
    for place in range(max(first, at_least - 1), len(entries)):
        earlier = entries[place - at_least + 1]
        if local_day(entries[place].order[0]) - local_day(earlier.order[0]) < days:
            yield place


def _starts(family: Family, law: Law, key: Key, stream: Stream, since: int) -> Iterator[Event]:
    state = law.pack.states[law.clause.when.name]
    value = dict(key)[state.key]
    line = stream.timeline(state, value)
    rest = tuple(pair for pair in key if pair[0] != state.key)
    for place in range(bisect_left(line.set_at, since), len(line.sets)):
        entry = line.sets[place]
        if line.rising[place] and entry.span and family.at(entry.span.l) is law and _carries(entry, rest, stream):
            yield Event(law, entry, entry.span, entry.n)
    begins = law.clause.in_force_from
    if begins is not None and law is family.laws[0] and since <= begins <= stream.horizon:
        yield from _commencing(law, begins, line, rest, stream)


def _commencing(law: Law, begins: int, line: Timeline, rest: Key, stream: Stream) -> Iterator[Event]:
    """Yield the commencement of a clause where the state started before it and holds then."""
    found = read_state(line, begins)
    started = found.place >= 0 and line.set_at[found.place] < begins
    if found is NOTHING or not (started or not line.rising[found.place]):
        return
    place = found.place
    while not line.rising[place]:
        place -= 1
    if line.set_at[place] < begins and _carries(line.sets[place], rest, stream):
        yield Event(law, line.sets[place], Span(begins, begins), None)  # C18: its fields are those of the start


def _carries(entry: Entry, rest: Key, stream: Stream) -> bool:
    number = str(entry.n)
    return all(
        value == number if role == "trigger" else value in stream.known.keys(entry, role) for role, value in rest
    )


def _opened(event: Event, key: Key, stream: Stream, calendar: Calendar) -> Iterator[Trigger]:
    """Yield the triggers of one event: one for each addressee, none where a condition is false."""
    law, entry, span, number = event.law, event.entry, event.span, event.n
    scene = Scene(stream, law.pack, calendar, key, entry, span.l, span.l)
    met = all_of((_where(law, entry, scene), states_meet(law.clause.given, scene)))
    if met is False:
        return
    unknown = met if isinstance(met, Missing) else None
    members = addressees(law, entry, stream)
    lacking = members if isinstance(members, Missing) else None
    for member in [None] if isinstance(members, Missing) else members:
        place = scene.at(span.l)
        place.addressee, place.ties = member, set(scene.ties)
        clock = first_clock(law, place, span, number)
        missing = unknown or (clock if isinstance(clock, Missing) else lacking)  # in the order of R13
        sure = None if missing is not None or isinstance(clock, Missing) else clock
        yield Trigger(law, entry, span, number, place, member, sure, missing, entry.agency)


def _where(law: Law, entry: Entry, scene: Scene) -> "bool | Missing":
    if law.clause.when.form != "entry":
        return True
    return entry_meets(law.clause.when.where, entry, scene)


def addressees(law: Law, entry: Entry, stream: Stream) -> "list[str | None] | Missing":
    """Return the addressees a trigger opens duties for: the members of `for_each`, or one without a name."""
    field = law.clause.for_each
    if field is None:
        if "addressee" not in law.clause.match:
            return [None]
        own: list[str | None] = list(stream.known.keys(entry, "addressee"))
        return own
    value = entry.field(field)
    if isinstance(value, Missing):
        return value
    return list(dict.fromkeys(stream.known.one(text) for text in texts_of(value)))
