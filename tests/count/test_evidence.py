"""Doubly robust totals and audited samples recover known numbers; diagnostics and plots hold what they say."""

import json

import numpy as np
import pytest
from mse_tables import load
from scipy.stats import hypergeom

from heed.count.answering import answer
from heed.count.diagnostics import diagnose
from heed.count.doubly import doubly_estimate, doubly_robust
from heed.count.drawing import plots, svg
from heed.count.reading import People
from heed.count.report import page
from heed.count.sampled import Audited, Sample, corrected, effective, exact, reconciled, stratified
from heed.lib.errors import HeedError


def invented_people(seed: int, size: int = 4000) -> People:
    """Draw people whose age and area drive both lists, so that the lists depend until these are known."""
    rng = np.random.default_rng(seed)
    age, north = rng.uniform(10, 18, size), rng.random(size) < 0.4
    push = 0.35 * (age - 14) + 0.9 * north
    seen = rng.random((size, 2)) < 1 / (1 + np.exp(-(np.array([-1.2, -0.8]) + push[:, None])))
    kept = seen.any(axis=1)
    covariates = {
        "age": [f"{a:.2f}" for a in age[kept]],
        "area": ["north" if n else "south" for n in north[kept]],
    }
    return People(("A", "B"), seen[kept], covariates, np.ones(int(kept.sum())))


def test_covariates_correct_what_two_lists_alone_get_wrong() -> None:
    """Thirty worlds of 4,000: the plain estimate is 14 % too low or more, the doubly robust one within 3 %; its 95 %
    intervals hold the truth in at least 25 of 30 (a binomial with 0.95 falls below 25 with chance 0.003)."""
    found = [doubly_robust(invented_people(seed))[0] for seed in range(30)]
    assert np.median([one.plain for one in found]) < 3450
    assert np.median([one.total for one in found]) == pytest.approx(4000, rel=0.03)
    observed = [float(invented_people(seed).weights.sum()) for seed in range(30)]
    held = [low <= 4000 <= high for low, high in (p.interval(n) for p, n in zip(found, observed, strict=True))]
    assert sum(held) >= 25


def test_the_doubly_robust_result_names_its_assumption() -> None:
    one = doubly_estimate(invented_people(1), fingerprint="x")
    assert one.estimate is not None
    assert one.lower is not None
    assert one.lower < one.estimate
    assert any("independent" in line for line in one.assumptions)
    few = People(("A", "B"), np.array([[True, False], [False, True]]), {"age": ["1", "2"]}, np.ones(2))
    assert doubly_estimate(few, fingerprint="x").verdict == "refused"


@pytest.mark.parametrize(("population", "size", "found"), [(200, 20, 0), (200, 20, 3), (50, 50, 7), (1000, 60, 60)])
def test_the_exact_interval_inverts_the_hypergeometric_test(population: int, size: int, found: int) -> None:
    got = exact(Sample("files", population, size, found))
    accepted = [
        k
        for k in range(found, population - (size - found) + 1)
        if hypergeom.sf(found - 1, population, k, size) > 0.025 and hypergeom.cdf(found, population, k, size) > 0.025
    ]
    assert (got.lower, got.upper) == (accepted[0], accepted[-1])


def test_the_exact_interval_covers_for_every_truth() -> None:
    """For every possible truth, the chance that the interval holds it is at least 95 %: computed, not simulated."""
    limits = [exact(Sample("files", 120, 15, x)) for x in range(16)]
    for truth in range(0, 121, 3):
        chance = sum(
            hypergeom.pmf(x, 120, truth, 15) for x, one in enumerate(limits) if one.lower <= truth <= one.upper
        )
        assert chance >= 0.95 - 1e-12


def test_strata_correction_and_reconciliation() -> None:
    samples = [Sample("north", 400, 40, 6), Sample("south", 900, 45, 3)]
    safe, narrow = stratified(samples), effective(samples)
    assert safe.estimate == narrow.estimate == pytest.approx(400 * 6 / 40 + 900 * 3 / 45)
    assert safe.lower <= narrow.lower < narrow.upper <= safe.upper
    better = corrected(narrow, 1300, sensitivity=0.8, specificity=1.0)
    assert better.estimate == pytest.approx(narrow.estimate / 0.8)
    assert reconciled(Audited(100, 80, 130, ""), 120, 300).agree
    assert "no file" in reconciled(Audited(100, 80, 110, ""), 200, 300).words
    for bad in ((10, 20, 5), (10, 5, 6), (10, 0, 0)):
        with pytest.raises(HeedError):
            Sample("x", *bad)
    with pytest.raises(HeedError):
        corrected(narrow, 1300, sensitivity=0.5, specificity=0.5)


def test_diagnostics_refit_and_name_what_matters() -> None:
    found = diagnose(load("Kosovo"), method="stepwise", seed=1)
    assert [row["without"] for row in found["without one list"]] == ["EXH", "ABA", "OSCE", "HRW"]
    changes = [abs(row["change"]) for row in found["without one person"]]
    assert changes == sorted(changes, reverse=True)
    whole = found["growth"][-1]
    assert whole["share"] == 1.0
    assert whole["middle"] == pytest.approx(14341.66, rel=1e-6)
    zero = next(row for row in found["linkage"] if row["missed"] == row["false"] == 0)
    assert zero["total"] == pytest.approx(14341.66, rel=1e-6)
    more_missed = [row["total"] for row in found["linkage"] if row["false"] == 0]
    assert more_missed[-1] < zero["total"]
    known = {row["list"]: row["known"] for row in found["each list as the whole"]}
    assert known["EXH"] == load("Kosovo").margins[0]


def test_every_plot_draws_and_the_report_stands_alone() -> None:
    found = answer(load("Kosovo"), methods=("bic", "bma", "mix", "bounds"), replicates=50)
    more = diagnose(load("Kosovo"), method="stepwise", seed=1)
    drawn = plots(found, more)
    assert {"overlaps", "methods", "multiplicity", "posterior", "bootstrap", "xi_sweep", "growth", "linkage"} <= set(
        drawn
    )
    for spec in drawn.values():
        assert json.dumps(spec, allow_nan=False)
        assert svg(spec).startswith("<svg")
    text = page(found, more)
    assert "between" in text
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_a_refused_report_shows_the_reason_first() -> None:
    text = page(answer(load("Artificial_3"), methods=("bic",), replicates=0), draw=False)
    assert text.index("No estimate is defensible") < text.index("<table")
