"""What a pack must be beyond its grammar: sourced, possible, reachable, without cycles or overlapping versions."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from .calendars import Calendar, Limit, england_wales
from .law import states_read
from .strict import refusal
from .times import span_of
from .words import By, Choose, Clause, Instant, NoLimit, Pack, Ref, Test, Where

Problem = tuple[str, str]
SOURCES = ("native", "ssd", "cin", "annex-a", "ssda903")
REFERENCE = span_of("2020-01-15").l  # a day from which rungs are compared; which one does not matter


def check_packs(packs: Sequence[Pack]) -> None:
    """Refuse packs that are not whole, listing file, line, clause, what is wrong and what to write instead."""
    rejects: list[dict[str, object]] = []
    for pack in packs:
        for clause in pack.clauses:
            rejects += [_reject(pack, clause, problem) for check in CHECKS for problem in check(clause, pack)]
    rejects += _across(packs)
    if rejects:
        raise refusal(rejects)


def _reject(pack: Pack, clause: Clause, problem: Problem) -> dict[str, object]:
    row = {"file": pack.file, "line": clause.line, "clause": clause.id}
    return {**row, "problem": problem[0], "remedy": problem[1]}


def _header(clause: Clause, pack: Pack) -> Iterator[Problem]:
    for name in ("tier", "source", "sentence", "confirmed"):
        if not getattr(clause, name):
            yield f"The clause has no `{name}`.", f"Add `{name}`; a limit without a source is refused, `none` too."
    if clause.in_force_text == (None, None):
        yield "The clause does not say since when it is law.", "Add `in_force: {from: DATE}`, or `in_force: not known`."
    for name in (*clause.needs, *clause.missing):
        if name not in SOURCES:
            yield f"{name!r} is no source of data.", f"Use one of {', '.join(SOURCES)}."


def _match(clause: Clause, pack: Pack) -> Iterator[Problem]:
    if not clause.match and clause.check is None:
        yield "The clause matches on nothing.", "Write the keys that trigger and act share: `match: [child]`."
    if clause.when.form == "while" and pack.states[clause.when.name].key not in clause.match:
        key = pack.states[clause.when.name].key
        yield f"`while: {clause.when.name}` without match on the state's key.", f"Add {key} to `match`."
    if clause.for_each and "addressee" not in clause.match:
        yield "`for_each` without `addressee` in `match`: one answer would end every duty.", "Add addressee to `match`."
    if len(set(clause.match)) < len(clause.match):
        yield "A key stands twice in `match`.", "Write it once."


def _repeats(clause: Clause, pack: Pack) -> Iterator[Problem]:
    if clause.repeat and clause.again == "each":
        yield "A repeating clause opens a second chain on the same key.", "Write `again: absorb` or `again: replace`."
    if not clause.repeat and len(clause.within) > 1:
        yield "Limits by occurrence without `repeat`: the later ones are never reached.", "Add `repeat: true`."
    if clause.early == "current" and any(isinstance(limit, By) for limit in clause.within):
        yield "`early: current` needs a limit that can be counted from an act.", "Leave `by` out, or `early`."


def _itself(clause: Clause, pack: Pack) -> Iterator[Problem]:
    for item in clause.must:
        same = clause.when.form == "entry" and item.entry == clause.when.name
        if same and not disjoint(clause.when.where, item.where):
            yield "Each act would trigger the clause again at once.", "Write `repeat: true` on another trigger."
    for item in clause.until:
        if item.entry and any(act.entry == item.entry and act.where == item.where for act in clause.must):
            yield f"{item.entry} both fulfils and ceases the duty.", "Leave it out of `until`."


def disjoint(one: Where, other: Where) -> bool:
    """Say whether no entry can meet both conditions: some field must be two different texts."""
    return any(_excludes(a, b) for a in one for b in other if a.left == b.left)


def _excludes(one: Test, other: Test) -> bool:
    ones, others = _allowed(one), _allowed(other)
    if ones is not None and others is not None:
        return not set(ones) & set(others)
    pair = {one.op, other.op}
    return pair == {"eq", "not"} and one.right == other.right


def _allowed(test: Test) -> tuple[str, ...] | None:
    if test.op == "eq" and isinstance(test.right, str):
        return (test.right,)
    return test.right if test.op == "in" and isinstance(test.right, tuple) else None


def _possible(clause: Clause, pack: Pack) -> Iterator[Problem]:
    wheres = [("when", clause.when.where), ("given", clause.given)]
    wheres += [("must", item.where) for item in clause.must] + [("until", item.where) for item in clause.until]
    wheres += [("choose", row.given) for limit in clause.within if isinstance(limit, Choose) for row in limit.rows]
    for place, where in wheres:
        if any(_excludes(a, b) for at, a in enumerate(where) for b in where[at + 1 :] if a.left == b.left):
            yield f"A condition in `{place}` can never hold.", "Take out one of the two that exclude each other."
        if _backwards(where):
            yield f"A condition in `{place}` asks for a time both after and before.", "Set `after` before `before`."


def _backwards(where: Where) -> bool:
    for a in where:
        for b in where:
            if a.left == b.left and a.op == "after" and b.op == "before" and _fixed(a) and _fixed(b):
                assert isinstance(a.right, Instant) and isinstance(b.right, Instant)
                if a.right.fixed().l >= b.right.fixed().l:
                    return True
    return False


def _fixed(test: Test) -> bool:
    return isinstance(test.right, Instant) and test.right.base == "date" and test.right.offset is None


def _reachable_rows(clause: Clause, pack: Pack) -> Iterator[Problem]:
    for limit in clause.within:
        if not isinstance(limit, Choose):
            continue
        for at, row in enumerate(limit.rows[:-1]):
            if any(set(earlier.given) <= set(row.given) for earlier in limit.rows[:at]):
                yield "A row of `choose` is never reached.", "Put the narrower row first, or take it out."
        if len(limit.rows) == 1:
            yield "`choose` with nothing to choose.", "Write the limit itself."


def _rungs(clause: Clause, pack: Pack) -> Iterator[Problem]:
    if not clause.escalate:
        return
    if not clause.escalate[-1].outside:
        yield "The last rung is inside the owning agency.", "End with a rung that has `outside: true`."
    limits = [row for limit in clause.within for row in (limit.rows if isinstance(limit, Choose) else (limit,))]
    if all(isinstance(limit, NoLimit) for limit in limits) and any(r.at.base == "due" for r in clause.escalate):
        yield "A rung hangs on a due that never comes.", "Count it from `trigger`."
    if any(rung.at.base not in ("due", "trigger", "anchor") for rung in clause.escalate):
        yield "A rung hangs on something other than the duty.", "Count it from `due`, `trigger` or `anchor`."
        return
    for one, other in pairwise(clause.escalate):
        if one.at.base == other.at.base and _placed(other, england_wales()) <= _placed(one, england_wales()):
            yield f"The rung to {other.to} is not later than the one before it.", "Let instants go forward."


def _placed(rung: object, calendar: Calendar) -> int:
    at = getattr(rung, "at", None)
    offset: Limit | None = getattr(at, "offset", None)
    return REFERENCE if offset is None else calendar.due(offset, REFERENCE)


def _ends(clause: Clause, pack: Pack) -> Iterator[Problem]:
    begins, ends = clause.in_force_from, clause.in_force_to
    if begins is not None and ends is not None and ends <= begins:
        yield "`in_force` ends before it begins.", "Let `to` be later than `from`; `to` is the first day it is not law."
    for name in states_read(clause):
        if pack.states[name].key == "addressee":
            yield f"The state {name} is keyed by addressee.", "Key a state by what it is about."
    refs = [test.right for item in clause.must for test in item.where if isinstance(test.right, Ref)]
    if any(ref.base == "trigger" for ref in refs) and clause.when.form == "while" and clause.in_force_from:
        yield "`trigger.FIELD` has no meaning at commencement.", "Match on a key instead."


CHECKS: tuple[Callable[[Clause, Pack], Iterator[Problem]], ...] = (
    *(_header, _match, _repeats, _itself, _possible, _reachable_rows, _rungs, _ends),
)


def _across(packs: Sequence[Pack]) -> list[dict[str, object]]:
    """Check versions of one clause against each other, and that superseding makes no cycle."""
    by_id: dict[str, list[tuple[Clause, Pack]]] = {}
    for pack in packs:
        for clause in pack.clauses:
            by_id.setdefault(clause.id, []).append((clause, pack))
    found = []
    for versions in by_id.values():
        for (one, _), (other, pack) in pairwise(sorted(versions, key=_begins)):
            found += [_reject(pack, other, problem) for problem in _versions(one, other)]
    for name, versions in by_id.items():
        if _in_cycle(name, by_id):
            clause, pack = versions[0]
            found.append(
                _reject(pack, clause, ("Clauses supersede each other in a ring.", "Take one `supersedes` out."))
            )
    return found


def _begins(pair: tuple[Clause, Pack]) -> int:
    return pair[0].in_force_from or -(2**62)


def _versions(one: Clause, other: Clause) -> Iterator[Problem]:
    if one.version == other.version:
        yield f"Two versions are both called {one.version!r}.", "Give each `version` a name of its own."
    ends, begins = one.in_force_to, other.in_force_from
    replaced = other.supersedes in (one.id, one.version)
    if not replaced and (ends is None or begins is None or ends > begins):
        yield "Two versions of the clause are in force on one day.", "Give the older an `in_force: {to: DATE}`."
    if set(one.match) != set(other.match) or one.for_each != other.for_each:
        yield "Versions of one clause match on different keys.", "Give the newer rule an id of its own."


def _in_cycle(name: str, by_id: dict[str, list[tuple[Clause, Pack]]]) -> bool:
    waiting, seen = [name], set[str]()
    while waiting:
        for clause, _ in by_id.get(waiting.pop(), ()):
            following = clause.supersedes
            if following == name and clause.id != name:
                return True
            if following in by_id and following not in seen and following != clause.id:
                seen.add(following)
                waiting.append(following)
    return False
