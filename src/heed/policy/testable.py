"""Which source of data can test a clause, and what it lacks where it cannot."""

from collections.abc import Iterable
from typing import Any

from .check import SOURCES
from .words import Clause, Pack

MEASURES = tuple(f"D{n}" for n in range(1, 35))


def testable_from(clause: Clause) -> dict[str, Any]:
    """Return for each source True, or the sentence why the clause is not testable from it."""
    if clause.check is not None:
        return dict.fromkeys(SOURCES, "enforced by CHECK")
    return {source: _from(clause, source) for source in SOURCES}


def _from(clause: Clause, source: str) -> Any:
    if source in clause.missing:
        return f"not testable: {clause.missing[source]}"
    if source == "native" or clause.needs.get(source):
        return True
    return f"not testable: no {' or '.join(clause.act_kinds)} in {source}"


def listed(packs: Iterable[Pack]) -> list[dict[str, Any]]:
    """Return every clause with its tier, source, sureness, dates, pack, measures, and what can test it."""
    return [
        {
            "id": clause.id,
            "version": clause.version,
            "tier": clause.tier,
            "source": clause.source,
            "confirmed": clause.confirmed,
            "in_force": {"from": clause.in_force_text[0], "to": clause.in_force_text[1]},
            "pack": pack.name,
            "measures": list(clause.measures),
            "sentence": clause.sentence,
            "enforced_by": clause.check,
            "testable": testable_from(clause),
        }
        for pack in packs
        for clause in pack.clauses
    ]


def by_measure(packs: Iterable[Pack]) -> list[dict[str, Any]]:
    """Return for each of D1 to D34 and each source its clause ids, 'enforced by CHECK', or 'not testable: …'."""
    rows: dict[str, list[Clause]] = {measure: [] for measure in MEASURES}
    for pack in packs:
        for clause in pack.clauses:
            for measure in clause.measures:
                rows.setdefault(measure, []).append(clause)
    return [
        {"measure": name, **{source: _verdict(found, source) for source in SOURCES}} for name, found in rows.items()
    ]


def _verdict(clauses: list[Clause], source: str) -> Any:
    if not clauses:
        return "not testable: no clause of the packs serves this row"
    answers = {clause.id: testable_from(clause)[source] for clause in clauses}
    testing = [name for name, answer in answers.items() if answer is True]
    stated = [answers[clause.id] for clause in clauses if source in clause.missing]  # the fact that the source lacks
    return testing or next(iter([*stated, *answers.values()]))
