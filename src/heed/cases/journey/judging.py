"""Clauses over the record, imported history included: what each entry says, what the record covers, what came of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from heed.duties.engine import adopted
from heed.duties.filing import FILING, Filing
from heed.policy import SMALL, evaluate_batch, evaluate_by_key
from heed.policy.law import families
from heed.policy.occurrence import NEVER as LATEST
from heed.policy.statistics import Tally, guarded, part_of, share_of
from heed.policy.times import horizon
from heed.policy.words import Pack
from heed.record import reading
from heed.returns.steps import STEPS

from .selectors import coverage_rows

# The live record covers every kind from its adoption (duties.md, meaning 9).
EVERYTHING = [{"source": "native", "agency": "*", "kind": "*", "from": "1901-01-01", "to": "2159-12-31"}]


def over_record(packs: Sequence[Pack], as_of: str, known_at: str, covers: Any = None) -> dict[str, Any]:
    """Return the Answer over the record, with the number of the entry that it reaches."""
    size, known = reading.size(), horizon(known_at)
    calendar = adopted(reading.size_at(datetime.fromtimestamp(known, UTC))).days()
    evaluator = evaluate_by_key if size <= SMALL else evaluate_batch
    found = evaluator(record_rows(size, known=known), packs, as_of, known_at, covers or record_covers(packs), calendar)
    return found | {"entry": size - 1}


def record_covers(packs: Sequence[Pack]) -> list[dict[str, str]]:
    """Return what the record covers: every kind where nothing was imported.

    Where something was, the kinds that imports bring are covered for the days that each import states, and every other
    kind from the day on which the record was opened: of the years before, its silence says nothing.
    """
    imported = coverage_rows()
    if not imported:
        return EVERYTHING
    brought = {step.kind for steps in STEPS.values() for step in steps}
    opened = reading.entry(0).spine.recorded_at[:10]
    kinds = {kind for family in families(packs) for kind in family.kinds()} - brought
    native = {"source": "native", "agency": "*", "from": opened, "to": "2159-12-31"}
    return [*imported, *({**native, "kind": kind} for kind in sorted(kinds))]


def record_rows(size: int | None = None, *, known: int = LATEST) -> Iterator[dict[str, Any]]:
    """Yield the record's entries as the rows of an extract, filed as known at K; an erased part is an empty one."""
    filing = Filing(reading.of_kinds(FILING), known)
    for block in reading.blocks(reading.size() if size is None else size):
        for entry in map(filing.of, block):
            spine = entry.spine
            yield {
                "n": spine.n,
                "kind": entry.kind,
                "subject": spine.subject,
                "occurred_at": entry.occurred_at or "",
                "recorded_at": spine.recorded_at,
                "actor": spine.actor,
                "agency": spine.agency,
                "facts": json.dumps(entry.facts) if entry.facts is not None else "",
            }


@dataclass(frozen=True)
class Line:
    """What became of one clause's duties; counts of 1 to 5 are hidden, a share is a range where it is not sure."""

    clause: str
    sentence: str
    tier: str
    counts: Mapping[str, Any]
    share: Mapping[str, Any]
    why_not: str

    @property
    def is_untestable(self) -> bool:
        """Whether none of its duties can be tested: a share would say nothing."""
        return bool(self.counts["due"] == self.counts["not_testable"] != "c")

    @property
    def shown(self) -> list[Any]:
        """The counts as a page shows them, in the order of `SHOWN`; zero is zero."""
        return [self.counts[name] for name in SHOWN]


# The parts of a tally that a page shows: all that was due, and what became of it.
SHOWN = (
    "due",
    "met_in_time",
    "met_late",
    "overdue",
    "open_in_time",
    "declined",
    "ceased",
    "undecided",
    "not_testable",
)


def lines_of(found: Mapping[str, Any], packs: Sequence[Pack]) -> list[Line]:
    """Return an Answer clause by clause, for people."""
    tallies: dict[str, Tally] = {}
    reasons: dict[str, str] = {}
    for row in found["duties"]:
        testable = None if row["testable"] is True else row["testable"]
        duty: Any = SimpleNamespace(testable=testable, end=row["end"], lateness=row["lateness"])
        tally = tallies.setdefault(row["clause"], Tally())
        tally.due += 1
        part = part_of(duty)
        setattr(tally, part, getattr(tally, part) + 1)
        if testable:
            reasons.setdefault(row["clause"], str(testable))
    clauses = {clause.id: clause for pack in packs for clause in pack.clauses}
    return [
        Line(
            clause,
            clauses[clause].sentence or "",
            clauses[clause].tier or "",
            guarded(tally),
            share_of(tally),
            reasons.get(clause, ""),
        )
        for clause, tally in sorted(tallies.items())
    ]
