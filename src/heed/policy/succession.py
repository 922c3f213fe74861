"""A new text of a pack beside the one in force: what comes, goes, ends and changes, and what no new text may do.

A duty stays with the version of the clause that opened it, for good. So a version that has been adopted says the same
in every later text of its pack: what judges is never rewritten under the old name, and no version is left out while
duties rest on it. What explains it (its sentence, source, examples) may be mended, and it may be given an end.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .commencing import Version
from .law import states_read
from .words import Clause, Pack

# Members of a clause that explain it and decide nothing; with its `to`, all that a later text may say otherwise.
EXPLAINING: dict[str, Any] = {
    "tier": None,
    "source": None,
    "paragraph": None,
    "sentence": None,
    "confirmed": None,
    "measures": (),
    "needs": {},
    "missing": {},
    "second_source": False,
    "hours": {},
    "examples": (),
    "line": 0,
}
ENDING: dict[str, Any] = {"in_force_to": None, "in_force_text": (None, None), "commenced": False, "own_from": None}


@dataclass(frozen=True)
class Change:
    """One version of a clause in the new text or in the old: what becomes of it."""

    what: str  # comes | goes | rewritten | ends | explained | stays
    clause: Clause
    pack: Pack
    old: Clause | None = None
    old_pack: Pack | None = None

    @property
    def name(self) -> Version:
        """The clause's id and version."""
        return self.clause.id, self.clause.version


def changes(old: Pack | None, new: Pack) -> list[Change]:
    """Return every version of a clause that the old text or the new one holds, with what becomes of it."""
    before = {} if old is None else {(clause.id, clause.version): clause for clause in old.clauses}
    found = []
    for clause in new.clauses:
        was = before.pop((clause.id, clause.version), None)
        found.append(Change(_what(was, old, clause, new), clause, new, was, old if was else None))
    assert old is not None or not before
    return found + [Change("goes", clause, old, clause, old) for clause in before.values() if old is not None]


def _what(was: Clause | None, old: Pack | None, clause: Clause, new: Pack) -> str:
    if was is None or old is None:
        return "comes"
    if deciding(was, old) != deciding(clause, new):
        return "rewritten"
    if was.in_force_to != clause.in_force_to:
        return "ends"
    return "stays" if _explained(was) == _explained(clause) else "explained"


def _explained(clause: Clause) -> Clause:
    return replace(clause, line=0)


def deciding(clause: Clause, pack: Pack) -> tuple[Any, ...]:
    """Return what decides of a clause: all but what explains it and when it ends, and the states that it reads."""
    states = tuple(pack.states[name] for name in sorted(states_read(clause)))
    return replace(clause, **EXPLAINING, **ENDING), states, pack.calendar


def rejects(found: Sequence[Change], resting: Mapping[Version, int]) -> Iterator[dict[str, object]]:
    """Yield why a new text is refused: what it rewrites, and what it leaves out although duties rest on it.

    `resting` counts the duties of each version.
    """
    for change in found:
        row = {"file": change.pack.file, "line": change.clause.line, "clause": change.clause.id}
        version = change.clause.version
        if change.what == "rewritten":
            problem = f"Version {version!r} says something else than the version of that name that was adopted."
            remedy = "Leave it as it was, with `in_force: {to: DATE}`, and add a version with a name of its own."
            yield {**row, "problem": problem, "remedy": remedy}
        if change.what == "goes" and (count := resting.get(change.name, 0)):
            duties = "a duty rests" if count == 1 else "duties rest"
            problem = f"Version {version!r} is left out, and {duties} on it."
            yield {**row, "problem": problem, "remedy": "Keep it, with `in_force: {to: DATE}`."}


def coming(found: Sequence[Change]) -> Collection[Version]:
    """Return the versions that the new text brings."""
    return {change.name for change in found if change.what == "comes"}
