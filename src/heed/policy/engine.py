"""The clauses of some packs, compiled once: which units (clause, key) an entry bears on, and the duties of a unit.

A live record uses it through `live.Live`, which keeps what was judged. For one unit alone `engine.evaluate` takes the
entries as they were appended, and `engine.judge` a stream that is ready; more entries than needed do no harm.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from .calendars import Calendar, calendar_of
from .coverage import Coverage
from .duty import Duty
from .entries import Entry
from .judging import Judging
from .known import Known, known_at
from .law import Family, Law, by_kinds, families, kinds_read, laws_of, limits_of, states_read
from .stream import EVER, Key, Stream
from .words import Pack, State

Unit = tuple[str, Key]
SETTLING = ("duty.waived.", "duty.suspended.", "duty.resumed.")


@dataclass(frozen=True, slots=True)
class Reads:
    """How a clause reads one kind."""

    family: Family
    is_own: bool  # by the clause's own key: a trigger, an act, an end, a limit
    opens: bool  # as a trigger
    closes: bool  # as anything that may end a duty, move its due or change what a condition says
    ends_while: bool  # as what starts or ends the state of its `while`
    roles: tuple[str, ...]  # of the states that the kind sets or ends


class Engine:
    """The clauses of some packs, ready to judge one key at a time."""

    def __init__(
        self, packs: Iterable[Pack], calendar: Calendar | None = None, coverage: Coverage | None = None
    ) -> None:
        self.packs = list(packs)
        self.families = {family.id: family for family in families(self.packs)}
        self.calendar = calendar or calendar_of(self.packs[0].calendar if self.packs else None)
        self.coverage = coverage or Coverage()
        self.roles = tuple(sorted(set(_roles(self.families.values()))))
        self.reading: dict[str, list[Reads]] = {}
        self._triggers: dict[str, tuple[str, ...]] = {}
        self._own: dict[str, frozenset[str]] = {}
        for family in self.families.values():
            self._compile(family)

    def _compile(self, family: Family) -> None:
        laws = laws_of(family, self.families)
        self._triggers[family.id] = tuple(sorted({kind for law in family.laws for kind in trigger_kinds(law)}))
        self._own[family.id] = frozenset(_own_kinds(laws))
        states = [law.pack.states[name] for law in laws for name in states_read(law.clause)]
        held = {kind for law in laws for kind in _while_kinds(law)}
        closing = {kind for law in laws for kind in _closing_kinds(law)}
        for kind in sorted({kind for law in laws for kind in kinds_read(law)}):
            reads = Reads(
                family,
                is_own=kind in self._own[family.id],
                opens=kind in self._triggers[family.id],
                closes=kind in closing,
                ends_while=kind in held,
                roles=tuple(sorted({state.key for state in states if kind in (*state.starts, *state.ends)})),
            )
            self.reading.setdefault(kind, []).append(reads)

    def prepare(self) -> None:
        """Work out the table of every limit now rather than when the first duty needs it."""
        for family in self.families.values():
            for law in family.laws:
                for limit in limits_of(law.clause):
                    self.calendar.due(limit, 0)
                self.calendar.due(law.pack.recorded_late_after, 0)

    def reads(self, kind: str) -> bool:
        """Say whether any clause reads entries of a kind."""
        return kind in self.reading

    # -- which units an entry bears on ------------------------------------------------------------------------

    def settles(self, entry: Entry, known: Known) -> Unit | None:
        """Return the unit that a waiver, suspension or resumption names."""
        facts = entry.facts or {}
        key, clause = facts.get("key"), facts.get("clause")
        if not entry.kind.startswith(SETTLING) or clause not in self.families or not isinstance(key, dict):
            return None
        roots = known.roots
        pairs = sorted((role, known.one(roots.get(str(value), str(value)))) for role, value in key.items())
        if [role for role, _ in pairs] != sorted(self.families[str(clause)].roles):
            return None
        return str(clause), tuple(pairs)

    def named_by(self, reads: Reads, entry: Entry, stream: Stream) -> Iterator[Key]:
        """Yield the keys of a clause that an entry bears on through a state that it sets or ends.

        They are those whose trigger names the state's key, or that are that key.
        """
        family = reads.family
        pairs = [((role, value),) for role in reads.roles for value in stream.known.keys(entry, role)]
        for pair in pairs:
            if family.roles == (pair[0][0],):
                yield pair
                continue
            for kind in self._triggers[family.id]:
                for trigger in stream.carrying(kind, pair):
                    yield from self.keys(family, trigger, stream.known)

    def keys(self, family: Family, entry: Entry, known: Known) -> Iterator[Key]:
        """Yield the keys of a clause that an entry carries, as a trigger, an act or an end."""
        if entry.kind not in self._own[family.id]:
            return
        choices = []
        for role in sorted(family.roles):
            keys = known.keys(entry, role)
            if role == "trigger" and entry.kind in self._triggers[family.id]:
                keys = [*keys, str(entry.n)]
            choices.append([(role, key) for key in keys])
        yield from product(*choices)

    def latest(self, unit: Unit, stream: Stream) -> int:
        """Return the last instant at which judging a unit reads a state: that of its own entries, or a beginning."""
        clause, key = unit
        begins = self.families[clause].laws[0].clause.in_force_from
        found = [] if begins is None or begins > stream.horizon else [begins]
        number = next((value for role, value in key if role == "trigger"), None)
        for kind in self._own[clause]:
            entries = stream.carrying(kind, key)
            if entries:
                found.append(entries[-1].order[0])
            if number is not None and (entry := stream.numbered(kind, number)) is not None:
                found.append(entry.order[0])
        return max(found, default=EVER)

    # -- judging one unit -------------------------------------------------------------------------------------

    def evaluate(self, clause: str, key: Key, entries: Iterable[Entry], as_of: int, known: int) -> list[Duty]:
        """Return the duties of one clause on one key, as of D and as known at K (seconds), from entries as appended."""
        standing = known_at(entries, known)
        return self.judge(clause, key, Stream(standing, standing.entries, min(as_of, known)))

    def judge(self, clause: str, key: Key, stream: Stream) -> list[Duty]:
        """Return the duties of one clause on one key from a stream that is ready."""
        judging = self.judging((clause, key), stream)
        judging.resume()
        return judging.rows()

    def judging(self, unit: Unit, stream: Stream) -> Judging:
        """Return a unit that can be judged again as its stream changes; nothing of it is judged yet."""
        clause, key = unit
        return Judging(self.families[clause], key, stream, self.calendar, self.coverage, self.families)


def _roles(found: Iterable[Family]) -> Iterator[str]:
    for family in found:
        yield from family.roles
        for law in family.laws:
            for name in states_read(law.clause):
                yield law.pack.states[name].key


def trigger_kinds(law: Law) -> tuple[str, ...]:
    """Return the kinds that can open a duty of a version."""
    when = law.clause.when
    return law.pack.states[when.name].starts if when.form == "while" else (when.name,)


def _own_kinds(laws: Iterable[Law]) -> Iterator[str]:
    """Yield the kinds that bear on the clause by its own key: triggers, acts, ends, limits."""
    for law in laws:
        states = {kind for name in states_read(law.clause) for kind in _state_kinds(law.pack.states[name])}
        named = {item.entry for item in (*law.clause.must, *law.clause.until) if item.entry}
        yield from (kinds_read(law) - states) | named | set(trigger_kinds(law))


def _while_kinds(law: Law) -> tuple[str, ...]:
    when = law.clause.when
    return _state_kinds(law.pack.states[when.name]) if when.form == "while" else ()


def _closing_kinds(law: Law) -> set[str]:
    """Return every kind that a version reads other than as what triggers it."""
    states = {kind for name in states_read(law.clause) for kind in _state_kinds(law.pack.states[name])}
    named = {item.entry for item in (*law.clause.must, *law.clause.until) if item.entry}
    return (kinds_read(law) - set(trigger_kinds(law))) | named | states | by_kinds(law.clause)


def _state_kinds(state: State) -> tuple[str, ...]:
    return (*state.starts, *state.ends)
