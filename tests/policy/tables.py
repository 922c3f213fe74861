"""Spec tables: entries in, duties out. All people and keys are invented."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import heed.policy as policy

Row = dict[str, Any]
EVALUATORS: dict[str, Callable[..., dict[str, Any]]] = {"incremental": policy.evaluate_incremental}
if hasattr(policy, "evaluate_batch"):
    EVALUATORS["batch"] = policy.evaluate_batch


def stamp(text: str) -> str:
    """Return `2020-01-02 10:00` as an instant in UTC; dates and spans stay as they are."""
    if len(text) == 10 or "/" in text or not text:
        return text
    return text.replace(" ", "T") + (":00.000000Z" if len(text) == 16 else ".000000Z")


def entry(
    n: int, kind: str, at: str, recorded: str = "", *, actor: str = "a1", agency: str = "g1", **facts: Any
) -> Row:
    """Return one row; `child`, `case`, … given as upper-case-first refs are keys, all else facts."""
    refs = {name: value if isinstance(value, list) else [value] for name, value in facts.pop("refs", {}).items()}
    body = {**facts, **({"refs": refs} if refs else {})}
    when = recorded or (at[:10] + " 23:59:59" if at else "2020-01-01 00:00:00")
    return {
        "n": n,
        "kind": kind if kind.rsplit(".", 1)[-1].isdigit() else kind + ".1",
        "subject": "s1",
        "occurred_at": stamp(at),
        "recorded_at": stamp(when),
        "actor": actor,
        "agency": agency,
        "facts": json.dumps(body),
    }


def child(n: int, kind: str, at: str, recorded: str = "", key: str | list[str] = "c1", **facts: Any) -> Row:
    """Return one row that carries a child's key."""
    return entry(n, kind, at, recorded, refs={"child": key}, **facts)


def pack(clauses: str, states: str = "{}", orders: str = "{}") -> str:
    """Return a pack from the text of its clauses."""
    body = "\n".join("  " + line for line in clauses.strip().splitlines())
    return f"pack: invented\nversion: '1'\nstates: {states}\norders: {orders}\nclauses:\n{body}\n"


def brief(duty: Row) -> str:
    """Return a duty as one line: clause, anchor, due, end, when, by, lateness, and what is not plain."""

    def short(text: str | None) -> str:
        return (
            "-"
            if text is None
            else text[:16].replace("T", " ").removesuffix(" 23:59")
            if text.endswith("59.000000Z")
            else text[:16].replace("T", " ")
        )

    parts = [duty["clause"], str(duty["anchor"]), short(duty["due"]), duty["end"], short(duty["ended_at"])]
    parts += [str(duty["ended_by"]), duty["lateness"]]
    parts += [f"for {duty['addressee']}"] if duty["addressee"] else []
    parts += [duty["testable"]] if duty["testable"] is not True else []
    return " | ".join(parts)


ALL = [{"source": "invented", "agency": "*", "kind": "*", "from": "", "to": ""}]


def duties(
    rows: Sequence[Row], text: str | list[str], as_of: str, known_at: str = "2030-01-01", **more: Any
) -> list[str]:
    """Return the duties in brief, by every evaluator there is; they must agree in full."""
    more = {"covers": ALL, **more}
    answers = {name: run(list(rows), text, stamp(as_of), stamp(known_at), **more) for name, run in EVALUATORS.items()}
    first = answers["incremental"]
    for name, answer in answers.items():
        assert answer == first, name
    return [brief(duty) for duty in first["duties"]]
