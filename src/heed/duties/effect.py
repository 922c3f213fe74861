"""What another law would do to the duties of a record: which open, go, turn or move, clause by clause (no Django)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from heed.policy.statistics import SMALLEST

HIDDEN = "c"  # a count of 1 to 5, or a total that holds one: as in every figure about duties
TOTAL = ""  # in place of a clause's id: all clauses together


@dataclass(frozen=True)
class Verdict:
    """A duty as far as two laws may differ about it."""

    id: str  # of this very duty, its clause's version included
    same: tuple[str, ...]  # what is the same duty under another version: clause, key, anchor, addressee
    clause: str
    end: str
    late: bool
    known: bool  # whether what is recorded says that it is owed at all
    due: int | None
    adjusted: int | None


@dataclass
class Effect:
    """How many duties of one clause would be others."""

    opens: int = 0
    overdue: int = 0
    unknown: int = 0
    goes: int = 0
    turns: int = 0
    moves: int = 0

    def shown(self) -> dict[str, str]:
        """Return the counts as they may be shown."""
        return {name: shown(count) for name, count in vars(self).items()}

    @property
    def is_any(self) -> bool:
        """Whether any duty would be another."""
        return any(vars(self).values())


def shown(count: int) -> str:
    """Return a count as it may be shown to anybody."""
    return HIDDEN if 0 < count <= SMALLEST else str(count)


@dataclass
class Effects:
    """The effects on a whole record, clause by clause."""

    by_clause: dict[str, Effect] = field(default_factory=dict)

    def add(self, before: Sequence[Verdict], after: Sequence[Verdict]) -> None:
        """Count what differs between the duties of one key under two laws."""
        for clause, what in differing(before, after):
            effect = self.by_clause.setdefault(clause, Effect())
            setattr(effect, what, getattr(effect, what) + 1)

    def rows(self) -> list[dict[str, str]]:
        """Return one row for all clauses together and one for each that is touched; a total that holds `c` is `c`."""
        found = [{"clause": name, **effect.shown()} for name, effect in sorted(self.by_clause.items())]
        total = {"clause": TOTAL}
        for column in (member.name for member in fields(Effect)):
            parts = [row[column] for row in found]
            total[column] = HIDDEN if HIDDEN in parts else str(sum(map(int, parts)))
        return [total, *found]


def differing(before: Sequence[Verdict], after: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    """Yield the clause and what becomes of each duty that two laws judge otherwise."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    pairs = [(old[name], new[name]) for name in old.keys() & new.keys()]
    left, joined = _paired([old[n] for n in old.keys() - new.keys()], [new[n] for n in new.keys() - old.keys()])
    pairs += joined
    for one, other in pairs:
        if (one.end, one.late) != (other.end, other.late):
            yield other.clause, "turns"
        elif (one.due, one.adjusted) != (other.due, other.adjusted):
            yield other.clause, "moves"
    for one in left[0]:
        yield one.clause, "goes"
    for one in left[1]:
        yield one.clause, "opens"
        if one.end == "open" and one.late:
            yield one.clause, "overdue"
        elif one.end == "open" and not one.known:
            yield one.clause, "unknown"


Pairs = list[tuple[Verdict, Verdict]]


def _paired(old: Iterable[Verdict], new: Iterable[Verdict]) -> tuple[tuple[list[Verdict], list[Verdict]], Pairs]:
    """Return the duties of one law alone and of the other alone, and those that are one duty under two versions."""
    waiting: dict[tuple[str, ...], list[Verdict]] = {}
    for one in sorted(old, key=_place):
        waiting.setdefault(one.same, []).append(one)
    pairs, alone = [], []
    for one in sorted(new, key=_place):
        if waiting.get(one.same):
            pairs.append((waiting[one.same].pop(0), one))
        else:
            alone.append(one)
    return ([one for rest in waiting.values() for one in rest], alone), pairs


def _place(one: Verdict) -> str:
    return one.id


def of_rows(rows: Iterable[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Return stored rows of an effect by clause."""
    return {row["clause"]: row for row in rows}
