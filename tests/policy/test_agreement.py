"""All evaluators agree with the oracle row by row; a disagreement is shrunk to the rows that it needs."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from policy.oracle import compare, evaluators, faults, oracle, sample

# Histories of the long run on which an evaluator once differed (docs/adr/duties-readings.md, the last rows).
ONCE_APART = (1491, 1525, 1695, 1852, 1872, 2032, 2200, 2307, 2883, 2958)
OTHERS = [name for name in evaluators.NAMES if name != "oracle"]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "seeds", [range(sample.AGREED), ONCE_APART, pytest.param(range(sample.LONG), marks=pytest.mark.long)]
)
def test_agrees_with_the_oracle(name: str, seeds: Sequence[int]) -> None:
    evaluate = evaluators.named(name)
    for seed in seeds:
        history = sample.history(seed)
        for number, question in enumerate(history.asked):
            wanted = compare.comparable(sample.answer(seed, number))
            if compare.comparable(compare.ask(evaluate, history, question)) != wanted:
                pytest.fail(compare.report(evaluators.by_oracle, evaluate, history, question))


def test_the_oracle_imports_nothing_of_heed() -> None:
    """It is independent only so long; the list of evaluators alone reaches `heed.policy`, when it is asked for one."""
    folder = Path(oracle.__file__).parent
    found = {
        path.name
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imported(node)
        if name.split(".")[0] == "heed"
    }
    assert found == {"evaluators.py"}


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_the_oracle_s_rows_stand_in_the_answer_s_order() -> None:
    for seed in range(40):
        history = sample.history(seed)
        for number in range(len(history.asked)):
            duties = sample.answer(seed, number)["duties"]
            assert duties == sorted(duties, key=lambda duty: (duty["clause"], str(sorted(duty["key"].items()))))


@pytest.mark.parametrize("name", sorted(faults.FAULTS))
def test_fault_is_caught(name: str) -> None:
    """Each planted fault shows in some history, and the copy is right without it."""
    evaluate = faults.planted(name)
    for seed in range(sample.SHORT * 3):
        history = sample.history(seed)
        if not faults.may_show(name, history.tags):
            continue
        for number, question in enumerate(history.asked):
            wanted = compare.comparable(sample.answer(seed, number))
            if compare.comparable(compare.ask(evaluate, history, question)) != wanted:
                return
    pytest.fail(f"no history shows the fault: {faults.FAULTS[name].__doc__}")


def test_a_copy_without_fault_agrees() -> None:
    """Otherwise a fault could be 'caught' only because the copy is another program."""
    copy = faults.copy_of_oracle("untouched")("evaluators").by_oracle
    for seed in range(20):
        history = sample.history(seed)
        for number, question in enumerate(history.asked):
            assert compare.comparable(compare.ask(copy, history, question)) == compare.comparable(
                sample.answer(seed, number)
            )


def test_a_disagreement_is_shrunk() -> None:
    """The report keeps only rows without which the two would agree."""
    evaluate = faults.planted("declined_as_met")
    found = (
        (sample.history(seed), question)
        for seed in range(sample.SHORT)
        for question in sample.history(seed).asked
        if compare.disagree(evaluators.by_oracle, evaluate, sample.history(seed), question)
    )
    history, question = next(found)
    small = compare.shrink(evaluators.by_oracle, evaluate, history, question)
    assert len(small.rows) < len(history.rows)
    assert compare.disagree(evaluators.by_oracle, evaluate, small, question)
    for at in range(len(small.rows)):
        fewer = replace(small, rows=small.rows[:at] + small.rows[at + 1 :])
        assert not compare.disagree(evaluators.by_oracle, evaluate, fewer, question)
    assert '"end": "declined"' in compare.report(evaluators.by_oracle, evaluate, history, question)
