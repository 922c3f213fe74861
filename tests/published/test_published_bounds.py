"""Bounds hold the truth through every sum and division, whatever is hidden."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.scrutiny.published.bounds import UNKNOWN, Bounds, exactly, total

numbers = st.integers(0, 500)


@st.composite
def bounded(draw: st.DrawFn) -> tuple[int, Bounds]:
    """A true value and bounds around it."""
    value = draw(numbers)
    return value, Bounds(max(0, value - draw(st.integers(0, 9))), value + draw(st.integers(0, 9)))


@given(st.lists(bounded(), max_size=6))
def test_a_sum_holds_the_true_sum(parts: list[tuple[int, Bounds]]) -> None:
    found = total(bounds for _, bounds in parts)
    assert found.low <= sum(value for value, _ in parts) <= found.high


@given(bounded(), bounded())
def test_a_quotient_holds_the_true_quotient(top: tuple[int, Bounds], bottom: tuple[int, Bounds]) -> None:
    if bottom[0] == 0:
        return
    found = top[1].over(bottom[1])
    assert found.low <= top[0] / bottom[0] + 1e-12
    assert top[0] / bottom[0] <= found.high + 1e-12


@given(bounded(), bounded())
def test_surely_means_for_every_possible_value(one: tuple[int, Bounds], other: tuple[int, Bounds]) -> None:
    if one[1].surely_below(other[1]):
        assert one[0] < other[0]
    if one[1].surely_above(other[1]):
        assert one[0] > other[0]


def test_nothing_known_stays_nothing_known() -> None:
    assert (UNKNOWN + exactly(3)).high == math.inf
    assert not exactly(1).over(exactly(0)).is_known
    assert UNKNOWN.over(UNKNOWN) == UNKNOWN


def test_bounds_the_wrong_way_round_are_a_fault() -> None:
    with pytest.raises(ValueError, match="above"):
        Bounds(2, 1)
