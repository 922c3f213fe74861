"""A clause in words, generated from its data alone: change any number, unit, kind or key and the words change."""

from collections.abc import Sequence

from .calendars import Limit
from .law import states_read
from .words import AnyLimit, By, Choose, Clause, Instant, Item, NoLimit, Pack, State, Test, Where

UNIT_WORDS = {"h": "hour", "days": "day", "wd": "working day", "weeks": "week", "months": "month", "years": "year"}
OP_WORDS = {"before": "is before", "after": "is after", "below": "is lower than", "above": "is higher than"}
PERIODS = {
    "h": "Hours are elapsed hours, through both clock changes.",
    "days": "Day N after the day it counts from, to the end of that day.",
    "wd": "The N-th working day after the day it counts from, to its end; weekends and bank holidays are left out.",
    "weeks": "Seven days each, to the end of the day.",
    "months": "The same day of the month N months on, or the month's last day, to the end of that day.",
    "years": "The same day N years on (29 February becomes 28), to the end of that day.",
}
AGAIN_WORDS = {
    "each": "Each further trigger opens a duty of its own.",
    "absorb": "A further trigger while one is open joins it, and the earliest due stands.",
    "replace": "A further trigger while one is open replaces it, and the clock starts anew.",
}


def generated(clause: Clause, pack: Pack) -> str:
    """Return the clause in words from its data alone."""
    if clause.check is not None:
        return f"This row forbids; it is enforced by: {clause.check}.{_law(clause)}"
    parts = [
        f"{_trigger(clause)}{_given(clause)}, {_owed(clause)} is owed {_limits(clause)}.",
        _match(clause),
        _from(clause),
        _early(clause),
        _repeat(clause),
        _until(clause),
        AGAIN_WORDS[clause.again],
        _supersedes(clause),
        *(_state(pack.states[name]) for name in sorted(states_read(clause))),
        _who(clause),
        _law(clause),
    ]
    return " ".join(part.strip() for part in parts if part)


def _trigger(clause: Clause) -> str:
    when = clause.when
    if when.form == "while":
        return f"While {when.name} holds (from its start, or from the day the clause comes into force)"
    if when.form == "count":
        return f"When {when.name} happens at least {when.at_least} times within {when.days} consecutive local days"
    return f"When {when.name} happens{_where(when.where)}"


def _where(where: Where) -> str:
    return " with " + " and ".join(map(test_words, where)) if where else ""


def test_words(test: Test) -> str:
    """Return one condition in words."""
    right = test.right
    if test.op == "present":
        return f"{test.left} {'stated' if right else 'not stated'}"
    if isinstance(right, tuple):
        return f"{test.left} {'holding all of' if test.op == 'has_all' else 'one of'} {', '.join(right)}"
    said = str(right)
    order = f" (lowest first: {', '.join(test.order)})" if test.order else ""
    word = {"eq": "equal to", "not": "other than"}.get(test.op) or OP_WORDS[test.op].removeprefix("is ")
    return f"{test.left} {word} {said}{order}"


def _given(clause: Clause) -> str:
    return f" and, at that moment, {' and '.join(map(test_words, clause.given))}" if clause.given else ""


def _owed(clause: Clause) -> str:
    said = [_item(item) for item in clause.must]
    return " or ".join(said)


def _item(item: Item) -> str:
    declined = " (which declines it, and needs a reason)" if item.declined else ""
    return f"{item.entry}{_where(item.where)}{declined}"


def _limits(clause: Clause) -> str:
    said = [limit_words(limit) for limit in clause.within]
    if len(said) == 1:
        return said[0]
    return "; first ".join(["", said[0]])[2:] + "".join(f"; then {text}" for text in said[1:])


def span_words(limit: Limit) -> str:
    """Return a limit as a length of time."""
    unit = UNIT_WORDS[limit.unit]
    return f"{limit.n} {unit}" + ("" if limit.n == 1 else "s")


def limit_words(limit: AnyLimit) -> str:
    """Return a limit in words."""
    if isinstance(limit, NoLimit):
        return "with no number of days (aged, never overdue)"
    if isinstance(limit, By):
        return f"before {limit.kind} happens"
    if isinstance(limit, Choose):
        rows = [f"{limit_words(row.limit)} if {' and '.join(map(test_words, row.given))}" for row in limit.rows[:-1]]
        return "as the first that applies: " + ", ".join([*rows, f"else {limit_words(limit.rows[-1].limit)}"])
    return f"at the latest {span_words(limit)} before" if limit.before else f"within {span_words(limit)}"


def _match(clause: Clause) -> str:
    roles = ", ".join("the very entry that triggered it" if role == "trigger" else role for role in clause.match)
    each = f" One duty arises for each member of {clause.for_each}." if clause.for_each else ""
    return f"The act must carry the same {roles}.{each}"


def _from(clause: Clause) -> str:
    form, name = clause.from_.form, clause.from_.name
    words = {
        "trigger": "The clock counts from the trigger.",
        "field": f"The clock counts from the trigger's {name}.",
        "last": f"The clock counts from the last {name} on the same key.",
        "start": f"The clock counts from the start of {name}.",
    }
    return words[form]


def _early(clause: Clause) -> str:
    if clause.early is None:
        return ""
    if isinstance(clause.early, Limit):
        return f"An act up to {span_words(clause.early)} before the trigger already counts."
    return "The latest act before the trigger counts while the limit counted from it has not run out."


def _repeat(clause: Clause) -> str:
    return "Each act that ends it, declining ones included, starts the next." if clause.repeat else ""


def _until(clause: Clause) -> str:
    said = [
        f"{f'at {item.at}' if item.at else f'when {item.entry} happens{_where(item.where)}'}"
        f"{', even when late' if item.even_late else ', unless it is already late'}"
        for item in clause.until
    ]
    if clause.when.form == "while":
        said.append(f"when {clause.when.name} ends, unless it is already late")
    return f"It ceases {'; or '.join(said)}." if said else ""


def _supersedes(clause: Clause) -> str:
    if clause.supersedes is None and not clause.convert:
        return ""
    kept = "go over to it, due no earlier than the end of its first day" if clause.convert else "stay under the old"
    return f"It takes the place of {clause.supersedes or 'the version before'}; open duties {kept}."


def _state(state: State) -> str:
    ends = f", until {' or '.join(state.ends)}" if state.ends else ""
    if state.value:
        return f"{state.name} is, for each {state.key}, the last {state.value} of {' or '.join(state.starts)}{ends}."
    return f"{state.name} holds, for each {state.key}, from {' or '.join(state.starts)}{ends}."


def _who(clause: Clause) -> str:
    parts = [f"Owned by {clause.owner}."] if clause.owner else []
    if clause.escalate:
        rungs = [f"{r.at} to {r.to}{' (outside the agency)' if r.outside else ''}" for r in clause.escalate]
        parts.append(f"Told at {'; at '.join(rungs)}.")
    for name, roles in (("waived", clause.waive), ("suspended", clause.suspend)):
        if roles:
            parts.append(f"It may be {name} by {', '.join(roles)}.")
    return " ".join(parts)


def _law(clause: Clause) -> str:
    begins, ends = clause.in_force_text
    since = "since a day that is not known" if begins in (None, "not known") else f"from {begins}"
    until = f" up to, but not on, {ends}" if ends else ""
    return f" In force {since}{until}."


def arithmetic(clause: Clause) -> list[str]:
    """Return how each unit that the clause counts in is counted."""
    limits: Sequence[object] = [
        *clause.within,
        *(row.limit for limit in clause.within if isinstance(limit, Choose) for row in limit.rows),
        *([clause.early] if isinstance(clause.early, Limit) else []),
        *(rung.at.offset for rung in clause.escalate if rung.at.offset),
        *(item.at.offset for item in clause.until if isinstance(item.at, Instant) and item.at.offset),
    ]
    units = {limit.unit for limit in limits if isinstance(limit, Limit)}
    return [PERIODS[unit] for unit in PERIODS if unit in units]
