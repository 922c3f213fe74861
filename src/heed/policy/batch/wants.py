"""Which members of which kinds a set of packs reads: what the scan extracts, and nothing else."""

from collections.abc import Iterable, Iterator

from heed.policy.engine import trigger_kinds
from heed.policy.law import Family, Law, by_kinds, states_read
from heed.policy.words import COLUMNS, Ref, Where


def wanted(families: Iterable[Family]) -> dict[str, tuple[str, ...]]:
    """Return for each kind that is read the names sought in its refs and facts, in a fixed order."""
    found: dict[str, set[str]] = {}
    for family in families:
        for law in family.laws:
            for kind, name in _members(law):
                found.setdefault(kind, set()).add(name)
    return {kind: tuple(sorted(names - set(COLUMNS))) for kind, names in sorted(found.items())}


def columns_used(families: Iterable[Family]) -> frozenset[str]:
    """Return the text columns that some clause reads; the agency always, for coverage."""
    names = {name for family in families for law in family.laws for _, name in _members(law)}
    return frozenset(names & set(COLUMNS)) | {"agency"}


def _members(law: Law) -> Iterator[tuple[str, str]]:
    clause = law.clause
    triggers = trigger_kinds(law)
    others = {item.entry for item in (*clause.must, *clause.until) if item.entry} | by_kinds(clause)
    if clause.from_.form == "last":
        others.add(clause.from_.name)
    state_roles = {law.pack.states[name].key for name in states_read(clause)}
    for kind in triggers:
        yield from ((kind, role) for role in (*clause.match, *state_roles))
        yield from ((kind, name) for name in _trigger_fields(law))
        yield from ((kind, name) for name in _fields(clause.when.where))
        if clause.for_each:
            yield kind, clause.for_each
    for kind in others:
        yield from ((kind, role) for role in clause.match)
    for item in (*clause.must, *clause.until):
        if item.entry:
            yield from ((item.entry, name) for name in _fields(item.where))
    for item in clause.must:
        if item.declined:
            yield item.entry, "reason"
    for name in states_read(clause):
        state = law.pack.states[name]
        for kind in (*state.starts, *state.ends):
            yield kind, state.key
        if state.value:
            yield from ((kind, state.value) for kind in state.starts)


def _fields(where: Where) -> Iterator[str]:
    for test in where:
        yield test.left


def _trigger_fields(law: Law) -> Iterator[str]:
    """Yield the trigger's fields that the clock or other conditions name."""
    clause = law.clause
    if clause.from_.form == "field":
        yield clause.from_.name
    for item in (*clause.must, *clause.until):
        for test in item.where:
            if isinstance(test.right, Ref) and test.right.base == "trigger":
                yield test.right.name
