"""The bounds bound: Chao's stays below, the dependence-limited range holds the truth, contradictions are told."""

from itertools import pairwise

import numpy as np
import pytest
from mse_tables import load

from heed.count.bounds import bounds_estimate, chao, highest_order, limited_range, smallest_gamma
from heed.count.setting import setting
from heed.count.worlds import Cell, world


def test_the_published_value_without_the_highest_interaction() -> None:
    total, added = highest_order(load("Kosovo").counts)
    assert total == pytest.approx(16942, abs=0.5)
    assert not added
    assert highest_order(load("Kosovo").counts, 2.0)[0] - 4400 == pytest.approx(2 * (total - 4400))
    assert highest_order(load("Western").counts)[1]


def test_chaos_bound_is_a_lower_bound_and_its_limit_lower_still() -> None:
    """In 60 worlds of unlike people the one-sided 95 % limit passes the truth in 8 at most (chance 0.003)."""
    above = 0
    for seed in range(60):
        one = world(Cell(4, "none", "two kinds", "dense", "exact"), 96_000_000 + seed)
        bound = chao(one.seen.counts)
        assert one.seen.observed <= bound.limit <= bound.total
        above += bound.limit > one.people
    assert above <= 8


def test_the_limited_range_widens_with_the_dependence_allowed() -> None:
    counts = load("Kosovo").counts
    ranges = [limited_range(counts, g) for g in (1.5, 2.0, 3.0, 10.0)]
    for narrow, wide in pairwise(ranges):
        assert narrow is not None
        assert wide is not None
        assert wide[0] <= narrow[0] < narrow[1] <= wide[1]
    assert limited_range(counts, 1.0) is None
    assert 1.0 < (smallest_gamma(counts) or 0) < 1.5


def test_the_limited_range_holds_the_truth_where_its_assumption_does() -> None:
    """Pairs have odds ratios of at most 3 in these worlds: the range at 3 holds the truth in at least 38 of 40."""
    held = 0
    for seed in range(40):
        one = world(Cell(3, "one pair", "equal", "dense", "exact"), 97_000_000 + seed)
        found = limited_range(one.seen.counts, 3.0)
        held += found is not None and found[0] <= one.people <= found[1]
    assert held >= 38


def test_a_contradiction_widens_the_range_and_says_so() -> None:
    found = bounds_estimate(setting(load("Korea"), replicates=0))
    assert (found.lower or 0) < (found.upper or 0)
    assert any("cannot explain" in line for line in found.warnings)


def test_without_overlap_there_is_no_bound() -> None:
    table = load("Korea").with_counts(np.array([0.0, 5, 5, 0, 41, 0, 0, 0]))
    assert bounds_estimate(setting(table, replicates=0)).verdict == "refused"
