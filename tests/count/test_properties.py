"""What must hold for any table: names and order do not matter, counts scale, strata add, a copy tells nothing new."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mse_tables import load

from heed.count.answering import answer
from heed.count.averaging import average
from heed.count.existence import verdict
from heed.count.fit import SETTLED, fit_batch
from heed.count.lattice import Floats, design, subset_sums, superset_sums
from heed.count.models import all_pairs, hierarchical, main_effects, model, padded
from heed.count.selection import select
from heed.count.stepwise import stepwise
from heed.count.tables import Table, table

cells = st.lists(st.integers(0, 60), min_size=7, max_size=7).filter(lambda c: sum(c) > 0)
many = st.lists(st.integers(1, 400), min_size=15, max_size=15)


def built(values: list[int]) -> Table:
    k = (len(values) + 1).bit_length() - 1
    return table(tuple("ABCDE"[:k]), np.array([0.0, *values]))


@given(st.lists(st.floats(-5, 5), min_size=16, max_size=16))
def test_the_transforms_are_the_design_matrix(values: list[float]) -> None:
    cells = np.array(values)
    assert superset_sums(cells) == pytest.approx(design(4).T @ cells, abs=1e-9)
    assert subset_sums(cells) == pytest.approx(design(4) @ cells, abs=1e-9)


@settings(max_examples=3, deadline=None)
@given(many, st.permutations(range(4)))
def test_relabelling_changes_nothing(values: list[int], order: list[int]) -> None:
    one = built(values)
    other = one.relabelled(order)
    for criterion in ("bic", "aic"):
        ours, theirs = (select(t.counts, criterion, compiled=False) for t in (one, other))
        assert ours.score == pytest.approx(theirs.score, rel=1e-9, abs=1e-7)
    assert average(one.counts).median == average(other.counts).median


def test_relabelling_changes_no_answer_to_the_last_replicate() -> None:
    one = load("Kosovo")
    first, second = (
        answer(t, methods=("stepwise", "bic", "bma", "mix", "bounds"), replicates=60, seed=3)
        for t in (one, one.relabelled([3, 1, 0, 2]))
    )
    assert first.fingerprint == second.fingerprint
    for a, b in zip(first.estimators, second.estimators, strict=True):
        assert (a.estimate, a.lower, a.upper) == pytest.approx((b.estimate, b.lower, b.upper), rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(many, st.integers(2, 50))
def test_the_fit_scales_with_the_counts(values: list[int], factor: int) -> None:
    counts = np.array([0.0, *values])
    for one in (main_effects(4), all_pairs(4), model(4, [7, 12])):
        small, large = (fit_batch(c, padded((one,))) for c in (counts, counts * factor))
        assert large.hidden[0] == pytest.approx(factor * small.hidden[0], rel=1e-8)
        assert large.stderr[0] == pytest.approx(small.stderr[0] / np.sqrt(factor), rel=1e-6)
        assert large.deviance[0] == pytest.approx(factor * small.deviance[0], rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(cells)
def test_a_settled_fit_has_the_observed_margins(values: list[int]) -> None:
    counts = np.array([0.0, *values])
    models = hierarchical(3)
    fits = fit_batch(counts, padded(models))
    for row, one in enumerate(models):
        if fits.status[row] == SETTLED:
            terms = list(one.terms)
            assert superset_sums(fits.means[row])[terms] == pytest.approx(superset_sums(counts)[terms], abs=1e-6)


def joined(first: Floats, second: Floats) -> Floats:
    """Return a table on one more list, which saw only the second stratum's people, each of them."""
    return np.concatenate([first, second])


@settings(max_examples=25, deadline=None)
@given(many, many)
def test_strata_add(left: list[int], right: list[int]) -> None:
    """With every term interacting with the stratum the model is the strata's models side by side."""
    a, b = (np.array([0.0, *values]) for values in (left, right))
    hidden = fit_batch(np.array([a, b]), padded((main_effects(4),) * 2)).hidden.sum()
    apart = [stepwise(c, threshold=0.0).hidden[0] for c in (a, b)]
    assert hidden == pytest.approx(sum(apart), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(5, 400), min_size=7, max_size=7))
def test_a_list_that_repeats_another_adds_no_information(values: list[int]) -> None:
    """Copy list A to a fourth list: with the pair in the model the hidden number stays as it was (in the limit, since
    the pair's own terms run to infinity, which the verdict says)."""
    counts = np.array([0.0, *values])
    copied = np.zeros(16)
    for history in range(1, 8):
        copied[history | (8 if history & 1 else 0)] = counts[history]
    for generators in ([], [3], [3, 5], [3, 6]):
        before = fit_batch(counts, padded((model(3, generators),)))
        after = fit_batch(copied, padded((model(4, [*generators, 9]),)), limit=True)
        assert after.hidden[0] == pytest.approx(before.hidden[0], rel=1e-5)
        said = verdict(copied, model(4, [*generators, 9]))
        assert (said.exists, said.limited) == (False, True)
