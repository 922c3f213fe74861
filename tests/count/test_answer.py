"""The headline, the refusals, the pooled tables, and the same answer for the same seed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from mse_tables import load

from heed.count.answering import answer
from heed.count.censored import filled, plausible_tables
from heed.count.fit import fit_batch
from heed.count.headline import groups, rounded
from heed.count.linkage import Rates, width_parts
from heed.count.linkage import plausible_tables as relinked
from heed.count.loglinear import criterion_estimate
from heed.count.models import from_notation, padded
from heed.count.reading import read_text
from heed.count.setting import setting
from heed.count.strata import by_stratum
from heed.count.tables import table
from heed.count.worlds import damage
from heed.lib.errors import HeedError

FAST = ("stepwise", "bic", "aic", "bma", "mix", "bounds")


def test_kosovo_has_a_range_that_holds_every_method() -> None:
    found = answer(load("Kosovo"), methods=FAST, replicates=100, seed=1)
    assert found.verdict == "estimate"
    assert found.headline is not None
    by_name = {one.name: one for one in found.estimators}
    for name in ("bic", "bma", "mix"):
        lower, upper = by_name[name].lower, by_name[name].upper
        assert lower is not None
        assert upper is not None
        assert found.headline.lower <= lower
        assert upper <= found.headline.upper
    assert "assumptions" in found.headline.words
    assert by_name["bic"].estimate == pytest.approx(10356.51896, rel=1e-6)


@pytest.mark.parametrize(("name", "method"), [("Western", "aic"), ("Artificial_3", "bic"), ("Artificial_3", "aic")])
def test_no_estimate_is_refused_with_the_reason_not_ten_to_the_thirteen(name: str, method: str) -> None:
    found = answer(load(name), methods=(method,), replicates=0)
    one = found.estimators[0]
    assert (one.verdict, one.estimate, one.lower, one.upper) == ("refused", None, None, None)
    assert "no maximum likelihood estimate" in one.reason
    assert one.evidence


def test_when_the_table_is_refused_no_number_stands() -> None:
    document = answer(load("Artificial_3"), methods=FAST, replicates=50).as_json()
    assert document["verdict"] == "refused"
    assert document["headline"] is None
    assert document["reason"]
    assert document["evidence"]
    for one in document["estimators"]:
        assert one["verdict"] in {"refused", "not a defensible estimate"}
        assert (one["estimate"] is None) == (one["verdict"] == "refused")


REFUSED = {
    "two lists": ("A,B,count\n1,0,50\n0,1,40\n1,1,20\n", "two lists alone"),
    "no overlap": ("A,B,C,count\n1,0,0,50\n0,1,0,40\n0,0,1,20\n", "Nobody is on more than one list"),
    "little overlap": ("A,B,C,count\n1,0,0,50\n0,1,0,40\n0,0,1,20\n1,1,0,4\n1,1,1,2\n", "Only 6 people"),
    "groups": ("A,B,C,D,count\n1,0,0,0,50\n0,1,0,0,40\n0,0,1,0,20\n0,0,0,1,20\n1,1,0,0,20\n0,0,1,1,15\n", "groups"),
    "an empty list": ("A,B,C,count\n1,0,0,50\n0,1,0,40\n1,1,0,20\n0,0,1,0\n", "two lists alone"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_tables_that_allow_no_estimate(name: str) -> None:
    text, reason = REFUSED[name]
    found = answer(read_text(text).table, methods=("bic", "bma", "bounds"), replicates=20)
    assert found.verdict == "refused"
    assert reason in found.reason
    assert json.dumps(found.as_json(), allow_nan=False)


def test_the_same_seed_gives_the_same_answer_and_another_another() -> None:
    one, two, three = (answer(load("Korea"), methods=("bic",), replicates=80, seed=s).as_json() for s in (5, 5, 6))
    assert one == two
    assert one["estimators"][0]["lower"] != three["estimators"][0]["lower"]


def test_without_resampling_the_intervals_say_so() -> None:
    found = answer(load("Kosovo"), methods=("bic",), replicates=0)
    assert "conditional on the model" in found.estimators[0].interval
    assert any("No resampling" in line for line in found.warnings)
    assert found.headline is not None
    assert "for granted" in found.headline.words


def test_unknown_methods_and_bad_numbers_are_refused() -> None:
    for change in ({"methods": ("magic",)}, {"replicates": -1}, {"seed": -1}, {"replicates": 10**9}):
        with pytest.raises(HeedError):
            answer(load("Korea"), **change)  # type: ignore[arg-type]


def test_eight_lists_are_searched() -> None:
    rng = np.random.default_rng(7)
    seen = rng.random((2500, 8)) < np.linspace(0.04, 0.2, 8)
    seen[:, 1] |= seen[:, 0] & (rng.random(2500) < 0.4)
    counts = np.bincount((seen * (1 << np.arange(8))).sum(axis=1), minlength=256).astype(float)
    counts[0] = 0
    found = answer(table(tuple("ABCDEFGH"), counts), methods=FAST, replicates=0, seed=1)
    by_name = {one.name: one for one in found.estimators}
    assert found.headline is not None
    assert found.headline.lower < 2500 < found.headline.upper
    assert "12" in by_name["bic"].model
    assert by_name["bma"].verdict == "refused"
    assert "8 lists" in by_name["bma"].reason


def test_censored_cells_are_filled_and_widen_the_answer() -> None:
    kosovo = load("Kosovo")
    text = "EXH,ABA,OSCE,HRW,count\n" + "".join(
        f"{c & 1},{c >> 1 & 1},{c >> 2 & 1},{c >> 3 & 1},{'10-60' if c in (10, 11) else int(kosovo.counts[c])}\n"
        for c in range(1, 16)
    )
    censored = read_text(text).table
    counts, _ = filled(censored)
    assert 10 <= counts[10] <= 60
    assert counts[[1, 2, 4]] == pytest.approx(kosovo.counts[[1, 2, 4]])
    tables = plausible_tables(censored, draws=30, seed=2)
    assert ((tables[:, 10] >= 10) & (tables[:, 10] <= 60)).all()
    assert len(set(tables[:, 10])) > 5
    wide = answer(censored, methods=("bma",), replicates=0)
    exact = answer(kosovo, methods=("bma",), replicates=0)
    spans = [(one.estimators[0].upper or 0) - (one.estimators[0].lower or 0) for one in (wide, exact)]
    assert spans[0] > spans[1]
    assert any("ranges" in line for line in wide.warnings)


def test_structural_zeros_are_left_out_of_the_fit() -> None:
    text = "A,B,C,count\n1,0,0,200\n0,1,0,150\n0,0,1,120\n1,1,0,40\n1,0,1,30\n0,1,1,impossible\n1,1,1,impossible\n"
    found = answer(read_text(text).table, methods=("stepwise", "bic", "bma"), replicates=0)
    by_name = {one.name: one for one in found.estimators}
    assert by_name["bma"].verdict == "refused"
    assert by_name["stepwise"].estimate is not None


@pytest.mark.parametrize(("missed", "false"), [(0.08, 0.0), (0.0, 0.015)])
def test_undoing_linkage_errors_brings_the_estimate_back(missed: float, false: float) -> None:
    """Damage Kosovo at known rates, many times: undone tables give the undamaged estimate, damaged ones do not."""
    truth, one = load("Kosovo"), from_notation(4, "[123,14,34]")
    hurt = np.array([damage(truth.counts, missed, false, np.random.default_rng(s)) for s in range(20)])
    undone = np.array(
        [
            relinked(truth.with_counts(h), Rates(missed, false), draws=10, seed=s).mean(axis=0)
            for s, h in enumerate(hurt)
        ]
    )
    totals = [np.median(t.sum(axis=1) + fit_batch(t, padded((one,))).hidden) for t in (hurt, undone)]
    assert abs(totals[0] / 10356.5 - 1) > 0.08
    assert abs(totals[1] / 10356.5 - 1) < 0.03


def test_the_width_is_split_into_linkage_chance_and_model() -> None:
    western = load("Kosovo")
    bases = relinked(western, Rates(0.05, 0.01, 0.02, 0.004), draws=20, seed=1)
    made = setting(western, bases=bases, replicates=200, seed=1)
    parts = width_parts(made, criterion_estimate("bic", made))
    assert sum(parts.values()) == pytest.approx(1)
    assert parts["linkage"] > 0.02
    alone = setting(western, replicates=200, seed=1)
    assert width_parts(alone, criterion_estimate("bic", alone))["linkage"] < 0.02


def test_linkage_rates_are_checked() -> None:
    with pytest.raises(HeedError, match="missed"):
        relinked(load("Korea"), Rates(0.7, 0.0))


def test_strata_sum_and_pool() -> None:
    rng = np.random.default_rng(3)
    tables = {}
    for label, people in (("north", 3000), ("south", 2000), ("west", 400)):
        seen = rng.random((people, 3)) < (0.3, 0.25, 0.2)
        counts = np.bincount((seen * (1, 2, 4)).sum(axis=1), minlength=8).astype(float)
        counts[0] = 0
        tables[label] = table(("A", "B", "C"), counts)
    found = by_stratum(tables, methods=("bma", "mix"), replicates=0, seed=1)
    whole = next(one for one in found.sums if one.name == "bma")
    parts = [next(e for e in a.estimators if e.name == "bma").estimate or 0 for a in found.answers.values()]
    assert whole.estimate == pytest.approx(sum(parts))
    small = next(one for one in found.pooled if one.stratum == "west")
    centre = np.mean([one.pooled / tables[one.stratum].observed for one in found.pooled[:2]])
    own, pooled = small.own / tables["west"].observed, small.pooled / tables["west"].observed
    assert abs(pooled - centre) <= abs(own - centre) + 1e-9


def test_huge_counts_and_ranges_that_may_hold_nobody() -> None:
    share = np.array([0.3, 0.25, 0.2])
    seen = np.array([[c >> i & 1 for i in range(3)] for c in range(8)], dtype=bool)
    counts = np.rint(np.where(seen, share, 1 - share).prod(axis=1) * 4e9)
    counts[0] = 0
    found = answer(table(("A", "B", "C"), counts), methods=("bic", "bma", "mix"), replicates=20)
    assert found.headline is not None
    assert found.headline.lower < 4e9 < found.headline.upper < 4.1e9
    text = "A,B,C,count\n1,0,0,<5\n0,1,0,<5\n0,0,1,<5\n1,1,0,<5\n"
    assert answer(read_text(text).table, methods=("bic", "bma", "mix", "bounds"), replicates=20).verdict == "refused"


def test_a_repeated_list_is_named_as_the_reason() -> None:
    text = "A,B,C,A2,count\n1,0,0,1,300\n0,1,0,0,200\n0,0,1,0,150\n1,1,0,1,50\n1,0,1,1,40\n0,1,1,0,30\n1,1,1,1,9\n"
    found = answer(read_text(text).table, methods=("bic",), replicates=0)
    assert "infinity" in found.estimators[0].reason
    assert "repeats another" in found.estimators[0].evidence


def test_groups_and_rounding() -> None:
    assert groups(np.array([0, 5.0, 5, 2, 5, 0, 0, 0])) == [[0, 1], [2]]
    assert [rounded(x) for x in (123.4, 12345.6, 987654)] == [123, 12300, 988000]


def test_a_table_of_nobody_is_refused_in_a_sentence() -> None:
    korea = load("Korea")
    with pytest.raises(HeedError, match="nobody was observed"):
        answer(replace(korea, counts=np.zeros_like(korea.counts)))
