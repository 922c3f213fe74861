"""The threshold method keeps MSE2's interactions and finds its posterior within Monte Carlo error."""

import numpy as np
import pytest
from mse_tables import load, reference

from heed.count.fit import fit_batch
from heed.count.models import model, padded
from heed.count.setting import setting
from heed.count.threshold import posterior, threshold_estimate, threshold_model


@pytest.mark.parametrize("order", [2, 3])
@pytest.mark.parametrize("name", ["Korea", "Kosovo", "Western"])
def test_it_agrees_with_mse2(name: str, order: int) -> None:
    """MSE2's chains are short: its own limits wander by a per cent or two from seed to seed."""
    table, known = load(name), reference(name, f"MSE2.bayesthresh[maxorder={order}]")
    one = threshold_estimate(setting(table, replicates=0), order=order)
    kept = threshold_model(table.counts, order=order, seed=1)
    pairs, _, triples = known["notes"].removeprefix("retained: ").partition(" triples:")
    words = [word.strip() for word in [*pairs.split("+"), *triples.split("+")] if word.strip()]
    theirs = [sum(1 << table.lists.index(name) for name in word.split(":")) for word in words]
    assert kept.notation == model(table.k, theirs).notation
    for value, key in ((one.estimate, "post_median"), (one.lower, "lo95"), (one.upper, "hi95")):
        assert value == pytest.approx(float(known[key]), rel=0.03)


def test_with_much_data_the_posterior_is_the_likelihoods() -> None:
    counts = load("Kosovo").counts * 200
    one = model(4, [7, 9, 12])
    fits = fit_batch(counts, padded((one,)))
    found = posterior(counts, one, seed=3)
    lower, middle, upper = found.hidden((0.025, 0.5, 0.975))
    assert middle == pytest.approx(float(fits.hidden[0]), rel=0.005)
    assert np.log(upper / lower) == pytest.approx(2 * 1.96 * float(fits.stderr[0]), rel=0.05)
