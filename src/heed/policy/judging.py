"""The duties of one clause and one key, judged and kept, so that what comes later is judged from where it may matter.

Everything that judging an occurrence reads lies at or before one instant, its `bound`: the end that was found, its
anchor, the triggers that it stands for. An entry whose span begins after that changes nothing of it. So `resume`, told
the earliest instant at which something new begins,

1. keeps the triggers before it and reads those from it on anew;
2. keeps each occurrence whose bound lies before it, with its row;
3. goes on from the last one kept. Without anything kept, that is judging the whole key.

An open occurrence has no bound. A clause whose due waits for an entry (`by`) reads ahead and is judged whole each time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .calendars import Calendar
from .coverage import Coverage
from .duty import Duty
from .law import Family, by_kinds, laws_of
from .occurrence import NEVER, Occurrence, Walk, replace_unknown
from .rows import duty_of, unknown_duty
from .stream import EVER, Key, Stream
from .triggers import Trigger, triggers_of


@dataclass(slots=True)
class Link:
    """One occurrence as it was judged, its row, and the last instant that judging it read."""

    occurrence: Occurrence
    row: Duty
    bound: int


@dataclass(slots=True)
class Chain:
    """The occurrences that one trigger opened, each following from the one before."""

    opened: Trigger
    links: list[Link] = field(default_factory=list)
    bound: int = NEVER

    @property
    def taken(self) -> int:
        """How many triggers it stands for: the one that opened it and those that joined."""
        return len(self.links[-1].occurrence.joined)

    def resume(self, walk: Walk, coverage: Coverage, following: Sequence[Trigger], since: int) -> None:
        """Judge again what may differ from `since` on; `following` are its trigger and those after it."""
        kept = next((place for place, link in enumerate(self.links) if link.bound >= since), len(self.links))
        if self.links and kept == len(self.links):
            return
        del self.links[kept:]
        before = self.links[-1].occurrence if self.links else None
        after = walk.opened(self.opened) if before is None else walk.next(before, following)
        while after is not None:
            if isinstance(after, Trigger):
                assert before is not None
                occurrence = replace_unknown(before, after)
                self.links.append(Link(occurrence, duty_of(occurrence, walk, coverage), after.span.l))
                break
            walk.judge(after, following)
            self.links.append(Link(after, duty_of(after, walk, coverage), bound_of(after)))
            before, after = after, walk.next(after, following)
        self.bound = max(link.bound for link in self.links)


def bound_of(occurrence: Occurrence) -> int:
    """Return the last instant that judging an occurrence read; NEVER where a later entry may still change it."""
    if occurrence.end is None:
        return NEVER
    return max(occurrence.end.at, occurrence.span.l, occurrence.trigger.span.l)


class Course:
    """All that is owed on one key to one addressee."""

    def __init__(self, walk: Walk, coverage: Coverage) -> None:
        self.walk, self.coverage = walk, coverage
        self.unknown: list[tuple[Trigger, Duty]] = []
        self.single: list[Chain] = []  # of triggers that each have a duty of their own
        self.following: list[Trigger] = []  # those that join or replace
        self.chains: list[Chain] = []  # what these opened, in turn

    def resume(self, since: int, fresh: Sequence[Trigger], *, opens_only: bool) -> None:
        """Judge again what may differ from `since` on; `fresh` are the triggers from there on.

        With `opens_only` nothing new can end a duty: one that has its own trigger stays as it is.
        """
        self.walk.acts.clear()
        self.unknown = [pair for pair in self.unknown if pair[0].span.l < since]
        self.single = [chain for chain in self.single if chain.opened.span.l < since]
        self.following = [trigger for trigger in self.following if trigger.span.l < since]
        waiting = [] if opens_only else [chain for chain in self.single if chain.bound >= since]
        for trigger in fresh:
            if not self.walk.owes(trigger):
                continue
            if trigger.unknown is not None:
                self.unknown.append((trigger, unknown_duty(trigger, self.walk)))
            elif trigger.law.clause.again == "each":
                self.single.append(Chain(trigger))
                waiting.append(self.single[-1])
            else:
                self.following.append(trigger)
        for chain in waiting:
            chain.resume(self.walk, self.coverage, [chain.opened], since)
        self._follow(since)

    def _follow(self, since: int) -> None:
        """Let the triggers that join or replace open one chain after another, from the first that is not settled."""
        kept = next((place for place, chain in enumerate(self.chains) if chain.bound >= since), len(self.chains))
        again = self.chains[kept] if kept < len(self.chains) else None
        del self.chains[kept:]
        place = sum(chain.taken for chain in self.chains)
        while place < len(self.following):
            following = self.following[place:]
            is_same = again is not None and again.opened is following[0]
            chain = again if again is not None and is_same else Chain(following[0])
            again = None
            chain.resume(self.walk, self.coverage, following, since)
            self.chains.append(chain)
            place += chain.taken

    def links(self) -> Iterator[Link]:
        """Yield every occurrence with its row."""
        for chain in (*self.single, *self.chains):
            yield from chain.links

    def rows(self) -> Iterator[Duty]:
        """Yield every duty."""
        yield from (row for _, row in self.unknown)
        for chain in (*self.single, *self.chains):
            for link in chain.links:
                yield link.row


class Judging:
    """One clause and one key, judged on one stream and kept as it changes."""

    def __init__(
        self,
        family: Family,
        key: Key,
        stream: Stream,
        calendar: Calendar,
        coverage: Coverage,
        others: dict[str, Family],
    ) -> None:
        self.family, self.key, self.stream = family, key, stream
        self.calendar, self.coverage, self.others = calendar, coverage, others
        self.courses: dict[str | None, Course] = {}
        self._wakes: int | None = None
        self._rows: list[Duty] | None = None
        self._reads_ahead = any(by_kinds(law.clause) for law in laws_of(family, others))

    @property
    def wakes(self) -> int:
        """The first moment after the horizon at which a row may change though no entry comes."""
        if self._wakes is None:
            self._wakes = self._next_instant() if self.coverage.is_timeless else EVER
        return self._wakes

    def _next_instant(self) -> int:
        begins = self.family.laws[0].clause.in_force_from
        found = [] if begins is None or begins <= self.stream.horizon else [begins]
        for course in self.courses.values():
            found += [course.walk.wakes(link.occurrence) for link in course.links() if link.bound == NEVER]
        return min(found, default=NEVER)

    def resume(self, since: int = EVER, *, opens_only: bool = False) -> None:
        """Judge again what may differ from an instant on; by default all of it."""
        self._wakes = self._rows = None
        if self._reads_ahead:
            since, opens_only = EVER, False
        fresh: dict[str | None, list[Trigger]] = {}
        for trigger in triggers_of(self.family, self.key, self.stream, self.calendar, since):
            fresh.setdefault(trigger.addressee, []).append(trigger)
        for name in dict.fromkeys((*self.courses, *fresh)):
            course = self.courses.get(name)
            if course is None:
                course = self.courses[name] = self._course(name)
            course.resume(since, fresh.get(name, ()), opens_only=opens_only)

    def _course(self, addressee: str | None) -> Course:
        walk = Walk(self.family, self.key, self.stream, self.calendar, addressee, self.others)
        return Course(walk, self.coverage)

    def rows(self) -> list[Duty]:
        """Return every duty."""
        if self._rows is None:
            self._rows = [row for course in self.courses.values() for row in course.rows()]
        return self._rows
