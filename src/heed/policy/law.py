"""The versions of one clause, which of them is law at an instant, and which takes open duties over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .calendars import Limit
from .words import By, Choose, Clause, Instant, Pack, Ref


@dataclass(frozen=True, slots=True)
class Law:
    """One version of a clause with the pack it stands in."""

    clause: Clause
    pack: Pack

    @property
    def begins(self) -> int:
        """The second from which it is law; the far past where its header states none."""
        return -(2**62) if self.clause.in_force_from is None else self.clause.in_force_from


@dataclass(frozen=True, slots=True)
class Takeover:
    """From `at` on, an open duty of one version is another's."""

    at: int
    law: Law


@dataclass(frozen=True, slots=True)
class Family:
    """All versions of one clause, by the day they came into force."""

    id: str
    laws: tuple[Law, ...]
    takeovers: tuple[Takeover, ...] = ()  # open duties of any version here go to another clause
    converts: bool = False  # whether any open duty may go to another version or clause

    def at(self, second: int) -> Law | None:
        """Return the version that is law at `second`: of several the one that came into force last."""
        if len(self.laws) == 1:
            return self.laws[0] if self.laws[0].clause.in_force_at(second) else None
        return next((law for law in reversed(self.laws) if law.clause.in_force_at(second)), None)

    def takeover(self, law: Law, after: int) -> Takeover | None:
        """Return the first conversion of an open duty of `law` later than `after`."""
        if not self.converts:
            return None
        found = [Takeover(other.begins, other) for other in self.laws if _converts(other, law)]
        later = [takeover for takeover in [*found, *self.takeovers] if takeover.at > after]
        return min(later, key=_when, default=None)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the key, the same in every version."""
        return self.laws[0].clause.roles

    def kinds(self) -> set[str]:
        """Return every kind that any version reads, its states' kinds included."""
        return {kind for law in self.laws for kind in kinds_read(law)}


def _when(takeover: Takeover) -> int:
    return takeover.at


def _converts(new: Law, old: Law) -> bool:
    """Say whether `new` takes over what is open under `old`, both being versions of one clause."""
    if not new.clause.convert or new.begins <= old.begins:
        return False
    named = new.clause.supersedes
    return named in (None, new.clause.id, old.clause.version)


def families(packs: Iterable[Pack]) -> list[Family]:
    """Return the clauses of all packs by id, their versions in the order of coming into force."""
    laws: dict[str, list[Law]] = defaultdict(list)
    for pack in packs:
        for clause in pack.clauses:
            if clause.check is None:
                laws[clause.id].append(Law(clause, pack))
    _end_superseded(laws)
    return [_family(name, laws) for name in sorted(laws)]


def _family(name: str, laws: dict[str, list[Law]]) -> Family:
    versions, taken = tuple(sorted(laws[name], key=_begins)), tuple(_taken_by_others(name, laws))
    return Family(name, versions, taken, bool(taken) or any(law.clause.convert for law in versions))


def _begins(law: Law) -> int:
    return law.begins


def _end_superseded(laws: dict[str, list[Law]]) -> None:
    """End a clause that another clause supersedes on the day the other comes into force."""
    ends = [(law.clause.supersedes, law.begins, law.clause.id) for found in laws.values() for law in found]
    for name, begins, by in ends:
        if name is None or name == by or name not in laws:
            continue
        for place, law in enumerate(laws[name]):
            until = law.clause.in_force_to
            if until is None or until > begins:
                laws[name][place] = Law(replace(law.clause, in_force_to=begins), law.pack)


def _taken_by_others(name: str, laws: dict[str, list[Law]]) -> list[Takeover]:
    return [
        Takeover(law.begins, law)
        for other, found in laws.items()
        for law in found
        if other != name and law.clause.supersedes == name and law.clause.convert
    ]


def laws_of(family: Family, others: Mapping[str, Family]) -> list[Law]:
    """Return the versions of a clause, and those of other clauses that may take its open duties over."""
    waiting, seen = [family], {family.id: family}
    while waiting:
        for takeover in waiting.pop().takeovers:
            other = others[takeover.law.clause.id]
            if other.id not in seen:
                seen[other.id] = other
                waiting.append(other)
    return [law for found in seen.values() for law in found.laws]


def kinds_read(law: Law) -> set[str]:
    """Return every kind that a version reads: trigger, acts, ends, limits and the states it names."""
    clause = law.clause
    kinds = {item.entry for item in (*clause.must, *clause.until) if item.entry}
    if clause.when.form != "while":
        kinds.add(clause.when.name)
    if clause.from_.form == "last":
        kinds.add(clause.from_.name)
    kinds |= by_kinds(clause)
    for name in states_read(clause):
        state = law.pack.states[name]
        kinds |= {*state.starts, *state.ends}
    return kinds


def by_kinds(clause: Clause) -> set[str]:
    """Return the kinds that a limit `by: KIND` waits for."""
    limits = [row.limit for limit in clause.within if isinstance(limit, Choose) for row in limit.rows]
    return {limit.kind for limit in (*clause.within, *limits) if isinstance(limit, By)}


def limits_of(clause: Clause) -> list[Limit]:
    """Return every span of time that a clause counts: its limits, an `early` span, the offsets of its instants."""
    rows = [row.limit for limit in clause.within if isinstance(limit, Choose) for row in limit.rows]
    found = [limit for limit in (*clause.within, *rows, clause.early) if isinstance(limit, Limit)]
    if isinstance(clause.early, Limit):
        found.append(replace(clause.early, before=True))
    instants = [*(item.at for item in clause.until if item.at), *(rung.at for rung in clause.escalate)]
    return found + [instant.offset for instant in instants if instant.offset]


def states_read(clause: Clause) -> set[str]:
    """Return the names of all states that a clause reads."""
    tests = [*clause.given, *clause.when.where]
    tests += [test for item in (*clause.must, *clause.until) for test in item.where]
    rows = [row for limit in clause.within if isinstance(limit, Choose) for row in limit.rows]
    conditions = [*clause.given, *(test for row in rows for test in row.given)]
    names = {test.left for test in conditions if test.left != "anchor"}
    tests += [test for row in rows for test in row.given]
    instants = [test.right for test in tests if isinstance(test.right, Instant)]
    instants += [item.at for item in clause.until if item.at]
    instants += [rung.at for rung in clause.escalate]
    names |= {instant.name for instant in instants if instant.base in ("start", "state")}
    names |= {
        test.right.name for test in tests if isinstance(test.right, Ref) and test.right.base in ("state", "before")
    }
    if clause.when.form == "while":
        names.add(clause.when.name)
    if clause.from_.form == "start":
        names.add(clause.from_.name)
    return names
