"""What difference the law made: the same entries judged by the law of several years, and every verdict that differs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from .times import day_of, day_span
from .words import Clause, Pack

Evaluate = Callable[[Sequence[Pack]], dict[str, Any]]
VERDICT = ("version", "from", "due", "end", "ended_at", "lateness", "testable")


def law_of(packs: Iterable[Pack], day: str) -> list[Pack]:
    """Return the packs with only what was law on a day, applied to every time."""
    second = day_span(day_of(day if len(day) == 10 else f"{day}-01-01")).e
    found = []
    for pack in packs:
        newest: dict[str, Clause] = {}
        for clause in sorted(pack.clauses, key=_begins):
            if clause.in_force_at(second):
                newest[clause.id] = replace(
                    clause, in_force_from=None, in_force_to=None, supersedes=None, convert=False
                )
        found.append(replace(pack, clauses=tuple(newest.values())))
    return found


def _begins(clause: Clause) -> int:
    return clause.in_force_from or -(2**62)


def differences(packs: Sequence[Pack], days: Sequence[str], evaluate: Evaluate) -> list[dict[str, Any]]:
    """Return each duty whose verdict differs from one day's law to the next, and the version that caused it."""
    answers = [(day, law_of(packs, day)) for day in days]
    judged = [(day, law, _by_identity(evaluate(law)["duties"])) for day, law in answers]
    found: list[dict[str, Any]] = []
    for (earlier, _, before), (later, law, after) in pairwise(judged):
        sure = {(c.id, c.version): c for pack in [*packs, *law] for c in pack.clauses}
        for identity in sorted({*before, *after}):
            old, new = before.get(identity), after.get(identity)
            if _verdict(old) != _verdict(new):
                found.append(_row(identity, (earlier, old), (later, new), sure))
    return found


def _by_identity(duties: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    names = ("clause", "key", "anchor", "addressee")
    return {json.dumps([duty[name] for name in names], sort_keys=True): duty for duty in duties}


def _verdict(duty: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return None if duty is None else tuple(duty[name] for name in VERDICT if name != "version")


def _row(
    identity: str,
    old: tuple[str, Mapping[str, Any] | None],
    new: tuple[str, Mapping[str, Any] | None],
    sure: Mapping[tuple[str, str], Clause],
) -> dict[str, Any]:
    clause, key, anchor, addressee = json.loads(identity)
    caused = new[1] or old[1]
    assert caused is not None
    source = sure.get((clause, caused["version"]))
    return {
        "clause": clause,
        "key": key,
        "anchor": anchor,
        "addressee": addressee,
        "earlier": {"law_of": old[0], **_shown(old[1])},
        "later": {"law_of": new[0], **_shown(new[1])},
        "caused_by": f"{clause} version {caused['version']}" + ("" if new[1] else f", no longer law in {new[0]}"),
        "confirmed": source.confirmed if source else None,
    }


def _shown(duty: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"verdict": "no clause in force"} if duty is None else {name: duty[name] for name in VERDICT}


def changed_clauses(packs: Sequence[Pack], days: Sequence[str]) -> list[dict[str, Any]]:
    """Return each clause that differs from one day's law to the next, without any entries."""
    laws = [{(c.id): c for pack in law_of(packs, day) for c in pack.clauses} for day in days]
    rows = []
    for at in range(len(days) - 1):
        for name in sorted({*laws[at], *laws[at + 1]}):
            old, new = laws[at].get(name), laws[at + 1].get(name)
            if old != new:
                rows.append(
                    {
                        "clause": name,
                        "earlier": {"law_of": days[at], "version": old.version if old else None},
                        "later": {"law_of": days[at + 1], "version": new.version if new else None},
                        "confirmed": (new or old or next(iter(laws[at].values()))).confirmed,
                    }
                )
    return rows
