"""Two answers row by row, and the smallest history on which they still differ."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import evaluators, oracle
from .generator import History

# What `duties.md` says a duty of the Answer has, and `version` (R10, R33).
MEMBERS = (
    "clause", "version", "key", "addressee", "anchor", "triggers", "from", "due", "adjusted_due", "end", "ended_at",
    "ended_by", "lateness", "testable", "weak", "owner", "holder",
)  # fmt: skip
Evaluate = Callable[..., dict[str, Any]]


def ask(evaluate: Evaluate, history: History, question: tuple[str, str]) -> dict[str, Any]:
    """One evaluator's answer to one question about a history."""
    return evaluate(history.rows, history.packs, *question, history.covers, history.calendar)


def comparable(answer: dict[str, Any]) -> list[str]:
    """The duties as text in the Answer's order, and the numbers listed as partial; other members are left out."""
    rows = [json.dumps({name: duty[name] for name in MEMBERS}, sort_keys=True) for duty in answer["duties"]]
    placed = sorted(zip([oracle.place(duty) for duty in answer["duties"]], rows, strict=True))
    partial = sorted(one["n"] for one in answer["partial"] if one["n"] is not None)
    return [*(row for _, row in placed), f"partial: {partial}"]


def disagree(one: Evaluate, other: Evaluate, history: History, question: tuple[str, str]) -> bool:
    """Whether two evaluators answer one question differently."""
    return comparable(ask(one, history, question)) != comparable(ask(other, history, question))


def shrink(one: Evaluate, other: Evaluate, history: History, question: tuple[str, str]) -> History:
    """Drop rows, clauses, facts, coverage and calendar while the two still disagree."""
    size = max(len(history.rows) // 2, 1)
    while True:
        history = without_rows(one, other, history, question, size)
        if size == 1:
            break
        size = max(size // 2, 1)
    for changes in (dict[str, Any](covers=None), dict[str, Any](calendar=None)):
        history = kept(one, other, history, replace(history, **changes), question)
    for number in range(len(history.packs)):
        history = without_clauses(one, other, history, question, number)
        history = without_words(one, other, history, question, number)
    for number in range(len(history.rows)):
        history = without_facts(one, other, history, question, number)
    return history


def kept(one: Evaluate, other: Evaluate, history: History, smaller: History, question: tuple[str, str]) -> History:
    """The smaller history if the two still disagree on it, else the one before."""
    return smaller if disagree(one, other, smaller, question) else history


def without_clauses(
    one: Evaluate, other: Evaluate, history: History, question: tuple[str, str], number: int
) -> History:
    """The history without every clause of a pack that the disagreement does not need."""
    for clause in evaluators.read_pack(history.packs[number])["clauses"]:
        pack = evaluators.read_pack(history.packs[number])
        rest = [other for other in pack["clauses"] if other != clause]
        packs = list(history.packs)
        packs[number] = evaluators.write_pack(pack | {"clauses": rest})
        if rest:
            history = kept(one, other, history, replace(history, packs=packs), question)
    return history


def without_words(one: Evaluate, other: Evaluate, history: History, question: tuple[str, str], number: int) -> History:
    """The history without every word of a pack's clauses that neither a clause nor the disagreement needs."""
    for place in range(len(evaluators.read_pack(history.packs[number])["clauses"])):
        for word in ("given", "from", "early", "until", "for_each", "repeat", "owner"):
            pack = evaluators.read_pack(history.packs[number])
            clauses = list(pack["clauses"])
            clauses[place] = {name: value for name, value in clauses[place].items() if name != word}
            packs = list(history.packs)
            packs[number] = evaluators.write_pack(pack | {"clauses": clauses})
            if word != "for_each" or "addressee" not in clauses[place]["match"]:
                history = kept(one, other, history, replace(history, packs=packs), question)
    return history


def without_facts(one: Evaluate, other: Evaluate, history: History, question: tuple[str, str], number: int) -> History:
    """The history without every member of one row's facts that the disagreement does not need."""
    for name in json.loads(history.rows[number]["facts"] or "{}"):
        facts = json.loads(history.rows[number]["facts"])
        del facts[name]
        rows = list(history.rows)
        rows[number] = rows[number] | {"facts": json.dumps(facts, sort_keys=True)}
        history = kept(one, other, history, replace(history, rows=rows), question)
    return history


def without_rows(one: Evaluate, other: Evaluate, history: History, question: tuple[str, str], size: int) -> History:
    """The history without every block of `size` rows that the disagreement does not need."""
    at = 0
    while at < len(history.rows):
        smaller = replace(history, rows=history.rows[:at] + history.rows[at + size :])
        fewer = kept(one, other, history, smaller, question)
        at += size if fewer is history else 0
        history = fewer
    return history


def report(one: Evaluate, other: Evaluate, history: History, question: tuple[str, str]) -> str:
    """The smallest history and the rows of both answers that differ, for a person to read."""
    small = shrink(one, other, history, question)
    first, second = (comparable(ask(evaluate, small, question)) for evaluate in (one, other))
    lines = [f"seed {small.seed}, as of {question[0]}, known at {question[1]}, covers {small.covers}"]
    lines += [f"calendar with extra days: {small.calendar is not None}", *small.packs]
    lines += [json.dumps(row, sort_keys=True) for row in small.rows]
    lines += ["the oracle alone says:", *(row for row in first if row not in second)]
    lines += ["the other alone says:", *(row for row in second if row not in first)]
    return "\n".join(lines)
