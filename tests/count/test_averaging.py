"""The closed-form posterior agrees with dga (R) where dga's grid cuts off, and finds its own range otherwise."""

import numpy as np
import pytest
from mse_tables import NAMES, load, reference

from heed.count.averaging import average, sweep
from heed.count.graphs import decomposable
from heed.lib.errors import Answered

# dga sums hidden numbers from 1 to a limit that its user guesses.
LIMITS = {"Artificial_3": 5000, "Korea": 3000, "Kosovo": 30000, "Western": 15000}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("label", ["1", "2^-k"])
def test_the_posterior_agrees_with_dga(name: str, label: str) -> None:
    table, known = load(name), reference(name, f"dga.bma.cr[delta={label}]")
    delta = 1.0 if label == "1" else None
    found = average(table.counts, delta=delta, smallest=1, largest=LIMITS[name] + 0.5)
    assert found.mean == pytest.approx(float(known["post_mean"]), rel=1e-5)
    for value, key in ((found.median, "post_median"), (found.lower, "lo95"), (found.upper, "hi95")):
        assert value == pytest.approx(float(known[key]), abs=1)
    assert found.graphs[0][1] == pytest.approx(float(known["top_model_prob"]), rel=1e-4)
    cliques = known["top_model"].split("{C:")[1].split("}")[0].replace("|", ",")
    assert set(found.graphs[0][0].strip("[]").split(",")) == set(cliques.split(","))
    highest = max(found.modes, key=lambda mode: np.interp(mode.total, found.totals, found.density)).total
    assert highest == pytest.approx(float(known["post_mode"]), rel=0.001)


def test_graph_numbers() -> None:
    assert [len(decomposable(k).cliques) for k in (2, 3, 4, 5, 6)] == [2, 8, 61, 822, 18154]


def test_the_range_is_found_not_guessed() -> None:
    """dga on Korea stops at 3,000 with mass beyond; ours goes on until none is left, and the mean moves."""
    found = average(load("Korea").counts)
    assert found.totals[-1] > 1e6
    assert found.mean > float(reference("Korea", "dga.bma.cr[delta=2^-k]")["post_mean"]) * 2


def test_the_grid_agrees_with_summing_every_number() -> None:
    from scipy.special import logsumexp

    table = load("Kosovo")
    found = average(table.counts, largest=60000.5)
    from heed.count.averaging import _likelihood

    one = _likelihood(table.counts, 2.0**-4, -1.0)
    hidden = np.arange(0, 60001, dtype=float)
    logs = logsumexp(one.log_density(hidden, one.graphs.coefficients), axis=0)
    weights = np.exp(logs - logs.max())
    assert found.mean == pytest.approx(float((weights * (4400 + hidden)).sum() / weights.sum()), rel=1e-8)


def test_two_peaks_are_told() -> None:
    modes = average(load("Artificial_3").counts).modes
    assert len(modes) == 2
    assert sum(mode.share for mode in modes) == pytest.approx(1, abs=1e-6)


def test_a_posterior_without_an_upper_end_is_refused() -> None:
    """Without overlap only the prior limits the total; under a prior that grows with N nothing does."""
    counts = np.zeros(8)
    counts[[1, 2, 4]] = 200, 150, 120
    with pytest.raises(Answered, match="no upper end"):
        average(counts, power=1.0)


def test_the_sweep_shows_the_prior() -> None:
    medians = [p.median for p in sweep(load("Kosovo").counts)]
    assert max(medians) > 2 * min(medians)


@pytest.mark.parametrize("factor", [1, 100, 1e4, 1e6])
def test_large_tables_do_not_hide_their_peak(factor: float) -> None:
    """Counts in exact independence, A and B and C at 0.3, 0.25, 0.2: the posterior closes on the total."""
    share = np.array([0.3, 0.25, 0.2])
    seen = np.array([[c >> i & 1 for i in range(3)] for c in range(8)], dtype=bool)
    cells = np.where(seen, share, 1 - share).prod(axis=1) * 4000 * factor
    counts = np.rint(cells)
    counts[0] = 0
    found = average(counts)
    assert found.lower < 4000 * factor < found.upper
    assert found.upper / found.lower < 1 + 4 / np.sqrt(factor)
