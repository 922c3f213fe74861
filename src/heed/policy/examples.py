"""A clause's own examples: entries given, a day asked about, the duties that must follow."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .answer import evaluate_by_key
from .commencing import own_dates
from .coverage import Coverage
from .times import span_of, written
from .words import Clause, Example, Pack

COLUMNS = ("n", "kind", "at", "recorded", "actor", "agency", "subject", "refs")


def run_examples(packs: Sequence[Pack]) -> list[dict[str, Any]]:
    """Run every example of every clause; return one row for each that does not give what it says."""
    return [
        {"clause": clause.id, "version": clause.version, "line": example.line, "example": example.name, **wrong}
        for pack in packs
        for clause in pack.clauses
        for example in clause.examples
        for wrong in differences(example, clause, pack)
    ]


def differences(example: Example, clause: Clause, pack: Pack) -> Iterator[dict[str, Any]]:
    """Yield where an example's duties differ from what the engine says."""
    found = outcome(example, clause, pack)
    wanted = [dict(row) for row in example.then]
    shown = [{name: duty.get(name) for name in row} for row, duty in zip(wanted, found, strict=False)]
    if len(found) != len(wanted) or shown != wanted:
        yield {"wanted": wanted, "found": shown if len(found) == len(wanted) else found}


def outcome(example: Example, clause: Clause, pack: Pack) -> list[dict[str, str]]:
    """Return the duties of one clause on an example's entries, each member as text."""
    rows = [entry_row(at, given) for at, given in enumerate(example.given, 1)]
    own = replace(pack, clauses=tuple(map(own_dates, pack.clauses)))
    answer = evaluate_by_key(rows, [own], example.as_of, example.known_at, Coverage())
    found = [duty for duty in answer["duties"] if (duty["clause"], duty["version"]) == (clause.id, clause.version)]
    return [{name: _text(value) for name, value in duty.items() if value is not None} for duty in found]


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return "true" if value is True else str(value)


def entry_row(at: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an example's entry as a row of an extract; what it leaves out has a plain default."""
    when = str(given.get("at", ""))
    recorded = str(given.get("recorded") or (written(span_of(when).l) if when else "2000-01-01T00:00:00.000000Z"))
    refs = {role: [keys] if isinstance(keys, str) else keys for role, keys in dict(given.get("refs", {})).items()}
    facts = {name: value for name, value in given.items() if name not in COLUMNS}
    return {
        "n": int(str(given.get("n", at))),
        "kind": given["kind"],
        "subject": given.get("subject", "subject-1"),
        "occurred_at": when,
        "recorded_at": recorded,
        "actor": given.get("actor", "worker-1"),
        "agency": given.get("agency", "agency-1"),
        "facts": json.dumps({**facts, "refs": refs} if refs else facts),
    }
