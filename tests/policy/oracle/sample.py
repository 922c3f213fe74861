"""The histories that the tests share, made once a run, with the oracle's answers."""

from functools import cache
from typing import Any

from . import compare, evaluators, generator, packs
from .generator import History

AGREED, SHORT, LONG = 100, 200, 3000  # how many histories each kind of test asks about


@cache
def history(seed: int) -> History:
    """The history of a seed; the pairs of constructs are asked for in turn, so that few seeds show many."""
    pairs = packs.pairs()
    return generator.make(seed, pairs[seed * 97 % len(pairs)])  # 97 shares no factor with their number


@cache
def answer(seed: int, question: int) -> dict[str, Any]:
    """The oracle's answer to one of a history's questions."""
    made = history(seed)
    return compare.ask(evaluators.by_oracle, made, made.asked[question])
