"""The walk over one key: each trigger opens a chain of occurrences, and each occurrence ends as its clause says.

1. Take the next trigger; its clock gives the due of the first occurrence.
2. Gather what could end it: the earliest matching act, an `until`, the end of the state, a waiver,
   a replacing trigger, a newer version that takes it over. The first instant wins; at one instant the order
   fulfilled, declined, ceased, waived, superseded.
3. Under `absorb` the triggers up to that end join it, and the earliest due stands.
4. Where an act ended a repeating occurrence, and nothing had stopped it before, the act is the next anchor.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from .calendars import BEYOND, Calendar, Limit
from .clock import Clock, earlier, earliest, first_clock, later_clock
from .conditions import Scene, entry_meets
from .duty import ENDS
from .entries import Entry, Missing
from .law import Family, Law, Takeover
from .stream import Key, Stream, comes_after
from .times import Span, day_span, local_date
from .triggers import Trigger
from .words import Where

NEVER = 2**62
LIMITLESS = -(2**62)  # instead of the instant of an act: the limit itself is unknown


@dataclass(slots=True)
class End:
    """One way in which an occurrence could end."""

    at: int
    how: str
    by: int | None = None
    entry: Entry | None = None
    takeover: Takeover | None = None

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The first instant wins; at one instant the earlier in the list of ends, then the earlier entry.

        A waiver stands where it was recorded, whatever it claims; a commencement before the entries of its instant.
        """
        if self.takeover is not None:
            return (self.at, ENDS.index(self.how), self.at, -1)
        span = self.entry.span if self.entry and self.how != "waived" else None
        end = self.at if self.how == "waived" else span.e if span else NEVER
        return (self.at, ENDS.index(self.how), end, NEVER if self.by is None else self.by)


@dataclass(slots=True)
class Occurrence:
    """One occurrence while it is being judged."""

    trigger: Trigger
    law: Law
    number: int  # from 0
    span: Span  # of the anchor
    n: int | None  # of the anchor
    scene: Scene
    clock: Clock
    joined: list[Trigger]  # in this chain so far, the one that opened it first
    here: list[Trigger]  # those of them that joined this occurrence
    floor: int | None = None  # a converted duty falls due no earlier
    unsure: tuple[int, str] | None = None  # the first act that only something unknown keeps from counting
    untimed: str | None = None  # what an act without a time lacks, which may lie anywhere
    end: End | None = None
    late: list[End] = field(default_factory=list)  # what ceases it even when late
    soon: list[End] = field(default_factory=list)  # what ceases it unless it is late


@dataclass(slots=True)
class Walk:
    """Everything on one key and addressee that the occurrences are judged by."""

    family: Family
    key: Key
    stream: Stream
    calendar: Calendar
    addressee: str | None
    others: dict[str, Family] = field(default_factory=dict)  # by id, where a clause may take duties over
    acts: dict[tuple[str, ...], list[Entry]] = field(default_factory=dict)

    def owes(self, trigger: Trigger) -> bool:
        """Say whether anything is owed: not where an `until: at` lies before the anchor."""
        return not self._ended_before(trigger.law, trigger.scene, trigger.clock, trigger.span)

    def _ended_before(self, law: Law, scene: Scene, clock: Clock | None, span: Span) -> bool:
        scene.due = clock.due if clock else None
        if not law.clause.until:
            return False
        instants = [scene.instant(item.at) for item in law.clause.until if item.at]
        return any(isinstance(at, int) and at < span.e for at in instants)

    def opened(self, trigger: Trigger) -> Occurrence:
        """Return the first occurrence of a trigger; the trigger's own scene stays as it was read."""
        assert trigger.clock is not None
        scene = trigger.scene.at(trigger.scene.anchor_l)
        scene.ties = set(trigger.scene.ties)
        return Occurrence(trigger, trigger.law, 0, trigger.span, trigger.n, scene, trigger.clock, [trigger], [])

    # -- what ends an occurrence ------------------------------------------------------------------------------

    def judge(self, occurrence: Occurrence, following: Sequence[Trigger]) -> None:
        """Find the end of an occurrence, letting in one after another the triggers that find it open.

        Each that joins may bring an earlier due, and an `until` counts only if it follows every trigger that the
        duty stands for (C5); so what could end the occurrence is asked anew.
        """
        others = [end for end in (self._waived(occurrence), _replaced(following), self._taken_over(occurrence)) if end]
        due = occurrence_clock(occurrence).due
        act = self._named_ends(occurrence, due)
        while True:
            ceased = [end for end in occurrence.soon if due is None or end.at <= due]
            ends = [*others, *occurrence.late, *ceased, *([act] if act else [])]
            occurrence.end = min(ends, key=_rank, default=None)
            joiner = _joiner(occurrence, following)
            if joiner is None:
                return
            occurrence.joined.append(joiner)
            occurrence.here.append(joiner)
            before, due = due, earlier(due, joiner.clock, occurrence.floor)
            if due != before:
                act = self._named_ends(occurrence, due)
            else:
                occurrence.late = [end for end in occurrence.late if _is_after(end, joiner)]
                occurrence.soon = [end for end in occurrence.soon if _is_after(end, joiner)]

    def _named_ends(self, occurrence: Occurrence, due: int | None) -> End | None:
        """Note what ceases an occurrence and return the act that ends it; conditions of either may name its due."""
        occurrence.scene.due = due
        occurrence.late = list(self._untils(occurrence, even_late=True))
        occurrence.soon = list(self._untils(occurrence, even_late=False))
        return self._act(occurrence)

    def _act(self, occurrence: Occurrence) -> End | None:
        """Return the earliest act that ends the occurrence: at one instant fulfilling before declining."""
        occurrence.unsure, occurrence.untimed = None, self._untimed(occurrence)
        best = self._current(occurrence)
        if best is not None:
            return best
        for entry in self._candidates(occurrence):
            at = entry.order[0]
            if best is not None and at > best.at:
                break
            how = self._counts(entry, occurrence)
            if isinstance(how, Missing):
                occurrence.unsure = occurrence.unsure or (at, how)
            elif how and (best is None or ENDS.index(how) < ENDS.index(best.how)):
                best = End(at, how, entry.n, entry)
        return best

    def _candidates(self, occurrence: Occurrence) -> Iterator[Entry]:
        """Yield the entries of the acts' kinds from where they may count, in order, never the one that opened."""
        acts = self._acts(occurrence.law)
        if occurrence.number == 0:
            start = self._opening(occurrence)
            for entry in acts[bisect_left(acts, start, key=_ends_at) :]:
                if entry.n != occurrence.trigger.n:
                    yield entry
            return
        for entry in acts[bisect_left(acts, occurrence.span.l, key=_ends_at) :]:
            if entry.span and entry.span.e > occurrence.span.l and entry.n != occurrence.trigger.n:
                yield entry

    def _opening(self, occurrence: Occurrence) -> int:
        early = occurrence.law.clause.early
        if isinstance(early, Limit) and occurrence.floor is None:  # R28: a converted duty counts from its anchor
            opening = self.calendar.opening(early, occurrence.span.e)
            return occurrence.span.e if opening == BEYOND else opening
        return occurrence.span.e

    def _acts(self, law: Law) -> list[Entry]:
        kinds = law.clause.act_kinds
        if kinds not in self.acts:
            found = self.stream.of_kinds(kinds, self.key)
            self.acts[kinds] = self._addressed(found, law)
        return self.acts[kinds]

    def _on_key(self, kind: str, law: Law, *, untimed: bool = False) -> list[Entry]:
        return self._addressed(self.stream.carrying(kind, self.key, untimed=untimed), law)

    def _addressed(self, entries: list[Entry], law: Law) -> list[Entry]:
        """Return those of some entries that name the addressee, where the clause matches on it."""
        if "addressee" not in law.clause.match or self.addressee is None:
            return entries
        return [entry for entry in entries if self.addressee in self.stream.known.keys(entry, "addressee")]

    def _counts(self, entry: Entry, occurrence: Occurrence) -> "str | Missing | None":
        """Say how an entry counts as an act: fulfilled, declined, not at all, or what is missing to say so."""
        missing: Missing | None = None
        found: str | None = None
        for item in occurrence.law.clause.must:
            if item.entry != entry.kind:
                continue
            met = _meets(item.where, entry, occurrence.scene)
            if met is True and entry.span is None:
                met = Missing("occurred_at")
            if item.declined and met is True and isinstance(entry.field("reason"), Missing):
                met = Missing("reason")
            if met is True:
                found = "declined" if item.declined and found != "fulfilled" else "fulfilled"
            elif isinstance(met, Missing):
                missing = missing or met
        return found or missing

    def ties_of(self, entry: Entry, occurrence: Occurrence) -> set[str]:
        """Return the states that had two values where the conditions of the ending act read them (C19)."""
        scene = occurrence.scene.at(occurrence.span.l)
        scene.due, scene.ties = occurrence.scene.due, set()
        for item in occurrence.law.clause.must:
            if item.entry == entry.kind:
                entry_meets(item.where, entry, scene)
        return scene.ties

    def _untimed(self, occurrence: Occurrence) -> str | None:
        """Return what an act lacks whose time is not known: it may lie anywhere."""
        if not self.stream.untimed:
            return None
        law, own = occurrence.law, occurrence.trigger.n
        found = [x for kind in law.clause.act_kinds for x in self._on_key(kind, law, untimed=True) if x.n != own]
        told = (self._counts(entry, occurrence) for entry in sorted(found, key=_order))
        return next((what for what in told if what is not None), None)

    def _current(self, occurrence: Occurrence) -> End | None:
        """Return the latest act before the trigger where `early: current` still counts it."""
        if occurrence.number or occurrence.floor is not None or occurrence.law.clause.early != "current":
            return None
        for entry in reversed(self._acts(occurrence.law)):
            assert entry.span
            if entry.span.l >= occurrence.span.e or entry.n == occurrence.trigger.n:
                continue
            how = self._counts(entry, occurrence)
            if isinstance(how, str) and not isinstance(how, Missing):
                current = self._still_current(entry, occurrence)
                if isinstance(current, Missing):
                    occurrence.unsure = (entry.span.l, current)  # C10: an act that only this keeps from counting
                return End(entry.span.l, how, entry.n, entry) if current is True else None
        return None

    def _still_current(self, entry: Entry, occurrence: Occurrence) -> "bool | Missing":
        """Say whether the limit counted from an act still runs at the trigger."""
        law, at = occurrence.law, entry.order[0]
        scene = occurrence.scene.at(at)
        scene.ties = set()
        clock = later_clock(law, 1 if law.clause.repeat else 0, scene, entry)
        if isinstance(clock, Missing):
            return clock
        current = clock.due is None or clock.due >= occurrence.span.l
        if current:
            occurrence.scene.ties |= scene.ties
        return current

    def _untils(self, occurrence: Occurrence, *, even_late: bool) -> Iterator[End]:
        """Yield the ends by `until` and by the end of the state that count from the anchor on."""
        for item in occurrence.law.clause.until:
            if item.even_late != even_late:
                continue
            if item.at is not None:
                at = occurrence.scene.instant(item.at)
                if isinstance(at, int) and occurrence.span.e <= at <= self.stream.horizon:
                    yield End(at, "ceased")
                continue
            found = self._on_key(item.entry, occurrence.law)
            for entry in found[bisect_left(found, occurrence.span.e, key=_ends_at) :]:
                counts = self._is_end(entry, occurrence)
                if counts and _meets(item.where, entry, occurrence.scene) is True:
                    yield End(entry.order[0], "ceased", entry.n, entry)
        for entry in [] if even_late else self._state_ends(occurrence.law):
            if self._is_end(entry, occurrence):
                yield End(entry.order[0], "ceased", entry.n, entry)

    def _state_ends(self, law: Law) -> list[Entry]:
        """Return the entries that end the state of a `while`; none for other clauses."""
        if law.clause.when.form != "while":
            return []
        state = law.pack.states[law.clause.when.name]
        return self.stream.timeline(state, dict(self.key)[state.key]).ends

    def _is_end(self, entry: Entry, occurrence: Occurrence) -> bool:
        """Say whether an end counts from the anchor on and follows every trigger that the duty stands for (C5)."""
        at = entry.order[0]
        return at >= occurrence.span.e and all(_counts_after(entry, trigger) for trigger in occurrence.joined)

    def _waived(self, occurrence: Occurrence) -> End | None:
        if not self.stream.settled:
            return None
        found = self.settled(occurrence, "duty.waived.")
        found = [entry for entry in found if not isinstance(entry.field("reason"), Missing)]
        return min((End(entry.recorded, "waived", entry.n, entry) for entry in found), key=_rank, default=None)

    def settled(self, occurrence: Occurrence, stem: str) -> list[Entry]:
        """Return the waivers or suspensions that name this very duty, as they were recorded."""
        return [
            entry
            for entry in self.stream.settled.get(occurrence.law.clause.id, ())
            if entry.kind.startswith(stem) and self._names(entry, occurrence) and isinstance(entry.facts, dict)
        ]

    def _names(self, entry: Entry, occurrence: Occurrence) -> bool:
        facts = entry.facts or {}
        key, one = facts.get("key"), self.stream.known.one
        if facts.get("clause") != occurrence.law.clause.id or not isinstance(key, dict):
            return False
        roots = self.stream.known.roots
        pairs = tuple(sorted((role, one(roots.get(str(value), str(value)))) for role, value in key.items()))
        anchor = str(facts.get("anchor"))
        number = roots.get(anchor, anchor)
        addressee = facts.get("addressee")
        same = pairs == self.key and number == str(occurrence.n)
        return same and (one(addressee) if addressee else None) == self.addressee

    def _taken_over(self, occurrence: Occurrence) -> End | None:
        takeover = self._coming(occurrence)
        if takeover is None or takeover.at > self.stream.horizon:
            return None
        return End(takeover.at, "superseded", takeover=takeover)

    def _coming(self, occurrence: Occurrence) -> Takeover | None:
        """Return the newer version that takes an occurrence over, whether or not its day has come."""
        family = self.others.get(occurrence.law.clause.id, self.family)
        if not family.converts:
            return None
        since = max(occurrence.span.l, occurrence.trigger.span.l, occurrence.law.begins)
        return family.takeover(occurrence.law, since)

    def wakes(self, occurrence: Occurrence) -> int:
        """Return the first moment after the horizon at which an open occurrence changes though no entry comes."""
        clause, horizon = occurrence.law.clause, self.stream.horizon
        if self.stream.settled.get(clause.id):
            return horizon + 1  # the time suspended goes on
        due = occurrence_clock(occurrence).due
        found = [
            scene_at
            for item in clause.until
            if item.at and isinstance(scene_at := occurrence.scene.instant(item.at), int)
        ]
        found += [due + 1] if due is not None else []
        takeover = self._coming(occurrence)
        found += [takeover.at] if takeover is not None else []
        return min((at for at in found if at > horizon), default=NEVER)

    # -- what follows it --------------------------------------------------------------------------------------

    def next(self, occurrence: Occurrence, following: Sequence[Trigger]) -> "Occurrence | Trigger | None":
        """Return the occurrence that follows, if any: the same under a newer version, or the next of a repeat."""
        end = occurrence.end
        if end is None:
            return None
        if end.takeover is not None:
            return self._converted(occurrence, end.takeover)
        act = end.entry if end.how in ("fulfilled", "declined") else None
        if act is None or not occurrence.law.clause.repeat or self._stopped(occurrence, following, end.at):
            return None
        return self._repeated(occurrence, act)

    def _stopped(self, occurrence: Occurrence, following: Sequence[Trigger], act_at: int) -> bool:
        replacing = _replacing(following)
        if replacing is not None and replacing.span.l <= act_at:
            return True
        return any(end.at < act_at for end in (*occurrence.late, *occurrence.soon))

    def _repeated(self, occurrence: Occurrence, act: Entry) -> "Occurrence | Trigger | None":
        assert act.span
        trigger, number = occurrence.trigger, occurrence.number + 1
        family = self.others.get(occurrence.law.clause.id, self.family)
        law = family.at(max(act.span.l, trigger.span.l))
        if law is None:
            return None
        scene = occurrence.scene.at(act.span.l)
        scene.pack, scene.ties = law.pack, set()
        clock = later_clock(law, number, scene, act)
        if self._ended_before(law, scene, None if isinstance(clock, Missing) else clock, act.span):
            return None
        if isinstance(clock, Missing):
            return Trigger(law, act, act.span, act.n, scene, self.addressee, None, clock, trigger.agency)
        return Occurrence(trigger, law, number, act.span, act.n, scene, clock, list(occurrence.joined), [])

    def _converted(self, old: Occurrence, takeover: Takeover) -> "Occurrence | Trigger":
        """Return the occurrence under the version that takes it over: same anchor, due after the commencement day."""
        law, floor = takeover.law, day_span(local_date(takeover.at)).l
        scene = old.scene.at(old.span.l)
        scene.pack = law.pack
        if old.number == 0:
            clock = first_clock(law, scene, old.span, old.n)
        else:
            assert old.clock is not None
            span = Span(old.span.e, old.span.l)
            clock = later_clock(law, old.number, scene, _spoken(old, span))
        if isinstance(clock, Missing):
            trigger = old.trigger
            return Trigger(law, trigger.entry, old.span, old.n, scene, self.addressee, None, clock, trigger.agency)
        absorbed = [made for trigger in old.here if not isinstance(made := _under(law, trigger), Missing)]
        clock = earliest([clock, *absorbed], floor)
        here = [replace(trigger, clock=None) for trigger in old.here]  # what stands counts them already
        return Occurrence(old.trigger, law, old.number, old.span, old.n, scene, clock, list(old.joined), here, floor)


def _under(law: Law, trigger: Trigger) -> "Clock | Missing":
    """Return the clock that a trigger had which was absorbed, by the version that takes the occurrence over (C9)."""
    scene = trigger.scene.at(trigger.scene.anchor_l)
    scene.pack = law.pack
    return first_clock(law, scene, trigger.span, trigger.n)


def _spoken(old: Occurrence, span: Span) -> Entry:
    """Return the act that anchors an occurrence, as an entry with only its span and number."""
    return Entry(old.n or 0, "", "", span, 0, "", "", "", "", None, {})


def replace_unknown(occurrence: Occurrence, unknown: Trigger) -> "Occurrence":
    """Return an occurrence that stands for one whose limit is not known."""
    clock = Clock(unknown.span.l, None, None)
    made = replace(
        occurrence, law=unknown.law, span=unknown.span, n=unknown.n, scene=unknown.scene, clock=clock, end=None
    )
    made.unsure = (LIMITLESS, str(unknown.unknown))
    return made


def occurrence_clock(occurrence: Occurrence, more: Sequence[Trigger] = ()) -> Clock:
    """Return the clock that stands: the earliest due of the occurrence and of every trigger that joined it."""
    joined = [trigger.clock for trigger in (*occurrence.here, *more) if trigger.clock]
    return earliest([occurrence.clock, *joined], occurrence.floor)


def _rank(end: End) -> tuple[int, int, int, int]:
    return end.rank


_order = attrgetter("order")


def _ends_at(entry: Entry) -> int:
    return entry.order[0]


def _meets(where: Where, entry: Entry, scene: Scene) -> "bool | Missing":
    """Say whether an entry meets a `where`; trying one that ends nothing leaves no mark on the duty (C19)."""
    kept, scene.ties = scene.ties, set()
    met = entry_meets(where, entry, scene)
    scene.ties = kept
    return met


def _counts_after(entry: Entry, trigger: Trigger) -> bool:
    assert trigger.entry.span
    later = entry.order[0] >= trigger.span.e
    return later and comes_after(entry, trigger.entry.span, trigger.entry.n)


def _is_after(end: End, trigger: Trigger) -> bool:
    """Say whether what ceases a duty still counts when a trigger has joined it; an `until: at` does in any case."""
    return end.entry is None or _counts_after(end.entry, trigger)


def _joiner(occurrence: Occurrence, following: Sequence[Trigger]) -> Trigger | None:
    """Return the next trigger where it joins: it finds the occurrence open, if only at the instant of its end."""
    end = occurrence.end
    for trigger in following[len(occurrence.joined) :][:1]:
        if trigger.law.clause.again != "replace" and (end is None or trigger.span.l <= end.at):
            return trigger
    return None


def _replaced(following: Sequence[Trigger]) -> End | None:
    replacing = _replacing(following)
    return End(replacing.span.l, "superseded", replacing.n) if replacing else None


def _replacing(following: Sequence[Trigger]) -> Trigger | None:
    """Return the next trigger that replaces what is open."""
    return next((trigger for trigger in following[1:] if trigger.law.clause.again == "replace"), None)
