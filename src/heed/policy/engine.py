"""The incremental evaluator: one clause and one key in, that key's duties out; no clock, no storage.

A live record uses it so, within the transaction that appends an entry:

1. `engine.touched(entries, known, near)` names the units (clause, key) that an entry bears on. Pass every version of
   a corrected entry, both sides of a link, the target of a retraction.
2. Gather, once for all of them, the standing entries that carry their keys (`engine.roles` are the roles to index by)
   and the keys of the states their triggers name, into one `Stream`; more entries than needed do no harm.
   `engine.gather(clause, key, known, near)` names those of one unit.
3. `engine.judge(clause, key, stream)` returns each unit's rows; replace what is stored. `engine.evaluate` does 2 and 3
   for one unit, given the entries as they were appended.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, product

from .calendars import Calendar, calendar_of
from .coverage import Coverage
from .duty import Duty
from .entries import Entry
from .known import Known, known_at
from .law import Family, Law, families, kinds_read, states_read
from .occurrence import Occurrence, Walk
from .rows import duty_of, unknown_duty
from .stream import Key, Stream
from .triggers import Trigger, triggers_of
from .words import Pack

Unit = tuple[str, Key]
Near = Callable[[str, str], Iterable[Entry]]
SETTLING = ("duty.waived.", "duty.suspended.", "duty.resumed.")


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
        self._reading: dict[str, list[Family]] = {}
        for family in self.families.values():
            for kind in family.kinds():
                self._reading.setdefault(kind, []).append(family)
        self._own = {family.id: _own_kinds(family) for family in self.families.values()}

    def reads(self, kind: str) -> bool:
        """Say whether any clause reads entries of a kind."""
        return kind in self._reading

    # -- which units an entry bears on ------------------------------------------------------------------------

    def touched(self, entries: Iterable[Entry], known: Known, near: Near) -> set[Unit]:
        """Return the units that any of `entries` bears on; `near(role, key)` gives the entries carrying a key."""
        units: set[Unit] = set()
        for entry in entries:
            units |= self._settles(entry, known)
            for family in self._reading.get(entry.kind, ()):
                units |= self._units(family, entry, known, near)
        return units

    def _settles(self, entry: Entry, known: Known) -> set[Unit]:
        facts = entry.facts or {}
        key, clause = facts.get("key"), facts.get("clause")
        if not entry.kind.startswith(SETTLING) or clause not in self.families or not isinstance(key, dict):
            return set()
        roots = known.roots
        pairs = sorted((role, known.one(roots.get(str(value), str(value)))) for role, value in key.items())
        if [role for role, _ in pairs] != sorted(self.families[str(clause)].roles):
            return set()
        return {(str(clause), tuple(pairs))}

    def _units(self, family: Family, entry: Entry, known: Known, near: Near) -> set[Unit]:
        found = {(family.id, key) for key in self.keys(family, entry, known)}
        for law in family.laws:
            for name in states_read(law.clause):
                state = law.pack.states[name]
                if entry.kind not in (*state.starts, *state.ends):
                    continue
                for value in known.keys(entry, state.key):
                    found |= self._named_by(family, state.key, value, known, near)
        return found

    def _named_by(self, family: Family, role: str, value: str, known: Known, near: Near) -> set[Unit]:
        """Return the units whose trigger names a key, or that are that key."""
        if family.roles == (role,):
            return {(family.id, ((role, value),))}
        triggers = _trigger_kinds(family)
        found: set[Unit] = set()
        for entry in near(role, value):
            if entry.kind in triggers:
                found |= {(family.id, key) for key in self.keys(family, entry, known)}
        return found

    def keys(self, family: Family, entry: Entry, known: Known) -> Iterator[Key]:
        """Yield the keys of a clause that an entry carries, as a trigger, an act or an end."""
        if entry.kind not in self._own[family.id]:
            return
        opens = entry.kind in _trigger_kinds(family)
        choices = []
        for role in sorted(family.roles):
            keys = known.keys(entry, role)
            if role == "trigger" and opens:
                keys = [*keys, str(entry.n)]
            choices.append([(role, key) for key in keys])
        yield from product(*choices)

    def gather(self, clause: str, key: Key, known: Known, near: Near) -> list[Entry]:
        """Return the standing entries that may bear on a unit: those of its keys and of its triggers' states."""
        family = self.families[clause]
        found: dict[int, Entry] = {}
        for role, value in key:
            found.update((entry.n, entry) for entry in near(role, value))
        roles = {law.pack.states[name].key for law in family.laws for name in states_read(law.clause)}
        triggers = _trigger_kinds(family)
        for entry in [entry for entry in found.values() if entry.kind in triggers]:
            for role in roles - set(family.roles):
                for value in known.keys(entry, role):
                    found.update((other.n, other) for other in near(role, value))
        return list(found.values())

    # -- judging one unit -------------------------------------------------------------------------------------

    def evaluate(self, clause: str, key: Key, entries: Iterable[Entry], as_of: int, known: int) -> list[Duty]:
        """Return the duties of one clause on one key, as of D and as known at K (seconds), from entries as appended."""
        standing = known_at(entries, known)
        return self.judge(clause, key, Stream(standing, standing.entries, min(as_of, known)))

    def judge(self, clause: str, key: Key, stream: Stream) -> list[Duty]:
        """Return the duties of one clause on one key from a stream that is ready."""
        family = self.families[clause]
        triggers = triggers_of(family, key, stream, self.calendar)
        found: list[Duty] = []
        for addressee, group in groupby(sorted(triggers, key=_addressee), key=_addressee):
            name = addressee[1] if addressee[0] else None
            walk = Walk(family, key, stream, self.calendar, name, self.families)
            found += [self._row(row, walk) for row in walk.duties(list(group))]
        return found

    def _row(self, row: Occurrence | Trigger, walk: Walk) -> Duty:
        return unknown_duty(row, walk) if isinstance(row, Trigger) else duty_of(row, walk, self.coverage)


def _addressee(trigger: Trigger) -> tuple[bool, str]:
    return (trigger.addressee is not None, trigger.addressee or "")


def _roles(found: Iterable[Family]) -> Iterator[str]:
    for family in found:
        yield from family.roles
        for law in family.laws:
            for name in states_read(law.clause):
                yield law.pack.states[name].key


def _trigger_kinds(family: Family) -> set[str]:
    return {kind for law in family.laws for kind in trigger_kinds(law)}


def trigger_kinds(law: Law) -> tuple[str, ...]:
    """Return the kinds that can open a duty of a version."""
    when = law.clause.when
    return law.pack.states[when.name].starts if when.form == "while" else (when.name,)


def _own_kinds(family: Family) -> set[str]:
    """Return the kinds that bear on the clause by its own key: triggers, acts, ends, limits."""
    own = set(_trigger_kinds(family))
    for law in family.laws:
        states = {kind for name in states_read(law.clause) for kind in _state_kinds(law, name)}
        named = {item.entry for item in (*law.clause.must, *law.clause.until)}
        own |= (kinds_read(law) - states) | named | set(trigger_kinds(law))
    return own


def _state_kinds(law: Law, name: str) -> tuple[str, ...]:
    state = law.pack.states[name]
    return (*state.starts, *state.ends)
