"""Laws that hold for every history, whichever evaluator answers."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from policy.oracle import clock, compare, evaluators, sample
from policy.oracle.generator import History, stamp

# The oracle alone answers for many histories; the others, which agree with it on hundreds more, for fewer each time.
MANY, FEW = 60, 15
# Without coverage, which kinds occur in a file decides what can be tested: that is a fact about the file, not
# about what happened, so the laws are asked with everything covered.
ALL_COVERED = [{"source": "s", "agency": "*", "kind": "*", "from": "2000-01-01", "to": "2035-12-31"}]
# What these say holds at whatever time it was said to have happened.
ABOUT_OTHERS = ("identity.", "entry.", "duty.")


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> list[History]:
    """The histories that the evaluator at hand is asked about; all of them in a long run."""
    is_many = request.config.getoption("--long") or request.node.callspec.params["evaluate"] == "oracle"
    return [replace(sample.history(seed), covers=ALL_COVERED) for seed in range(MANY if is_many else FEW)]


@pytest.fixture(params=evaluators.NAMES)
def evaluate(request: pytest.FixtureRequest) -> evaluators.Evaluator:
    return evaluators.named(request.param)


def same(evaluate: evaluators.Evaluator, one: History, other: History, question: tuple[str, str]) -> None:
    """Both histories give the same duties; the message is the smallest difference in rows."""
    first, second = (compare.ask(evaluate, history, question)["duties"] for history in (one, other))
    assert [d for d in first if d not in second] == [] == [d for d in second if d not in first], one.seed


def test_order_of_rows_never_matters(evaluate: evaluators.Evaluator, cases: list[History]) -> None:
    for history in cases:
        rows = list(history.rows)
        random.Random(history.seed).shuffle(rows)
        for question in history.asked:
            same(evaluate, history, replace(history, rows=rows), question)


def test_what_was_recorded_after_k_changes_nothing(evaluate: evaluators.Evaluator, cases: list[History]) -> None:
    dropped = 0
    for history in cases:
        for as_of, known_at in history.asked[1:]:
            rows = [row for row in history.rows if row["recorded_at"] <= known_at]
            dropped += len(history.rows) - len(rows)
            same(evaluate, history, replace(history, rows=rows), (as_of, known_at))
    assert dropped > len(cases)


def test_what_happened_after_d_changes_nothing(evaluate: evaluators.Evaluator, cases: list[History]) -> None:
    """Also where K is later than D, so that all of it was known."""
    dropped = 0
    for history in cases:
        as_of, known_at = history.asked[1]
        corrected = {json.loads(row["facts"] or "{}").get("corrects") for row in history.rows}
        rows = [row for row in history.rows if not is_after(row, as_of, corrected)]
        dropped += len(history.rows) - len(rows)
        same(evaluate, history, replace(history, rows=rows), (as_of, history.asked[0][1]))
        same(evaluate, history, replace(history, rows=rows), (as_of, known_at))
    assert dropped > len(cases)


def is_after(row: dict[str, Any], as_of: str, corrected: set[int]) -> bool:
    """Whether a row speaks of nothing but what happened wholly after D."""
    if not row["occurred_at"] or not row["facts"] or row["kind"].startswith(ABOUT_OTHERS):
        return False
    if row["n"] in corrected or "corrects" in json.loads(row["facts"]):
        return False
    return clock.read_span(row["occurred_at"]).e > clock.read_span(as_of).l


def test_each_clause_alone_gives_its_own_duties(evaluate: evaluators.Evaluator, cases: list[History]) -> None:
    """The unit of evaluation is one clause and one key (M10): clauses do not know of each other."""
    compared = 0
    for history in (history for history in cases if len(history.tags) > 1):
        for question in history.asked:
            together = compare.ask(evaluate, history, question)["duties"]
            for name in history.tags:
                alone = compare.ask(evaluate, replace(history, packs=only(history, name)), question)["duties"]
                assert alone == [duty for duty in together if duty["clause"] == name], history.seed
                compared += len(alone)
    assert compared > len(cases) // 2


def only(history: History, name: str) -> list[str]:
    """The packs with one clause alone, in all its versions."""
    packs = [evaluators.read_pack(text) for text in history.packs]
    kept = [pack | {"clauses": [c for c in pack["clauses"] if c["id"] == name]} for pack in packs]
    return [evaluators.write_pack(pack) for pack in kept if pack["clauses"]]


def test_d1_then_d2_equals_d2(evaluate: evaluators.Evaluator, cases: list[History]) -> None:
    """Nothing is kept from one question to the next."""
    for history in cases[: len(cases) // 2]:
        fresh = [compare.comparable(compare.ask(evaluate, history, question)) for question in history.asked]
        again = [compare.comparable(compare.ask(evaluate, history, question)) for question in history.asked[::-1]]
        assert fresh == again[::-1]


def test_what_has_ended_stays_ended(evaluate: evaluators.Evaluator, cases: list[History]) -> None:
    """With the same knowledge, a later D undoes no end (M5: nothing later undoes it except a correction)."""
    ended = 0
    for history in cases:
        known_at = history.asked[0][1]
        early, late = (
            compare.ask(evaluate, history, (as_of, known_at))["duties"]
            for as_of in (history.asked[1][0], history.asked[0][0])
        )
        later = {json.dumps(end_of(duty)) for duty in late}
        for duty in early:
            if duty["end"] != "open":
                ended += 1
                assert json.dumps(end_of(duty)) in later, (history.seed, duty)
    assert ended > len(cases) // 3


def end_of(duty: dict[str, Any]) -> list[Any]:
    names = ("clause", "version", "key", "addressee", "anchor", "triggers", "end", "ended_at", "ended_by")
    return [duty[name] for name in names]


def test_what_no_clause_reads_changes_nothing(evaluate: evaluators.Evaluator, cases: list[History]) -> None:
    for history in cases:
        maker = random.Random(f"unread {history.seed}")
        rows = history.rows + unread(history, maker)
        for question in history.asked:
            first = compare.ask(evaluate, history, question)["duties"]
            second = compare.ask(evaluate, replace(history, rows=rows), question)["duties"]
            assert [duty for duty in second if not is_of_unread(duty, history)] == first, history.seed


def is_of_unread(duty: dict[str, Any], history: History) -> bool:
    """Whether a duty is owed by the entries added on keys of their own."""
    return (duty["anchor"] or 0) >= len(history.rows) or bool({"c9", "r9"} & set(duty["key"].values()))


def unread(history: History, maker: random.Random) -> list[dict[str, Any]]:
    """Entries of a kind that no clause reads on the same keys, and of kinds that it reads on keys of their own."""
    found = []
    plain = [row for row in history.rows if row["facts"] and not row["kind"].startswith(ABOUT_OTHERS)]
    last = max(clock.read_span(row["recorded_at"]).l for row in history.rows)
    for n, row in enumerate(maker.sample(plain, min(8, len(plain))), start=len(history.rows)):
        facts = {k: v for k, v in json.loads(row["facts"]).items() if k not in ("trigger", "corrects", "retracts")}
        is_other_kind = maker.random() < 0.5
        if not is_other_kind:
            facts["refs"] = {"child": ["c9"], "referral": ["r9"], "addressee": ["a8"]}
            facts["invited"] = []
        changes = {"n": n, "facts": json.dumps(facts), "recorded_at": stamp(last)}
        found.append(row | changes | ({"kind": "note.written.1"} if is_other_kind else {"subject": "c9"}))
    return found
