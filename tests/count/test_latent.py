"""The latent-class sampler draws from the exact posterior, agrees with LCMCR, and refuses when its chains disagree."""

from itertools import product

import numpy as np
import pytest
from mse_tables import load, reference
from scipy.special import betaln, gammaln, logsumexp

from heed.count.latent import A, B, Draws, effective_draws, latent_draws, split_rhat
from heed.count.lattice import Floats, histories


def exact_posterior(counts: Floats, most: int) -> Floats:
    """Return the posterior of the hidden number 0..most with two kinds, by summing over every way to share out."""
    k = int(np.log2(len(counts)))
    places = np.flatnonzero(counts)
    seen, people = histories(k)[places].astype(float), counts[places].astype(int)
    logs = np.linspace(np.log(1e-6), np.log(200), 60)  # the concentration, gamma prior, on a log grid
    alpha = np.exp(logs)
    prior = A * logs - B * alpha
    out = np.full(most + 1, -np.inf)
    ways = []
    for split in product(*(range(n + 1) for n in people)):
        first = np.array(split, dtype=float)
        second = people - first
        coefficient = float((gammaln(people + 1) - gammaln(first + 1) - gammaln(second + 1)).sum())
        ways.append((first.sum(), second.sum(), first @ seen, second @ seen, coefficient))
    for hidden in range(most + 1):
        total = people.sum() + hidden
        parts = []
        for inside in range(hidden + 1):
            choose = gammaln(hidden + 1) - gammaln(inside + 1) - gammaln(hidden - inside + 1)
            for m1, m2, s1, s2, coefficient in ways:
                n1, n2 = m1 + inside, m2 + hidden - inside
                reach = betaln(1 + s1, 1 + n1 - s1).sum() + betaln(1 + s2, 1 + n2 - s2).sum()
                stick = logsumexp(prior + np.log(alpha) + betaln(n1 + 1, n2 + alpha))
                parts.append(coefficient + choose + reach + stick)
        out[hidden] = logsumexp(parts) + gammaln(total + 1) - gammaln(hidden + 1) - np.log(total)
    weights = np.exp(out - out.max())
    return weights / weights.sum()


def test_the_sampler_draws_from_the_exact_posterior() -> None:
    """Two kinds, a table small enough to sum over every allocation: the draws follow the exact distribution."""
    counts = np.zeros(8)
    counts[[1, 2, 4, 3, 7]] = 1, 1, 1, 2, 2
    known = exact_posterior(counts, 12)
    drawn = latent_draws(counts, seed=4, classes=2, chains=8, turns=(1000, 4000, 5)).hidden.ravel()
    kept = drawn[drawn <= 12]
    cumulative = np.searchsorted(np.sort(kept), np.arange(13), side="right") / len(kept)
    # 32,000 draws worth several thousand independent ones: the largest gap of the distributions stays below 0.02
    assert np.abs(cumulative - known.cumsum()).max() < 0.02


def test_one_kind_is_the_independence_model() -> None:
    counts = load("Western").counts
    n, sizes = counts.sum(), counts @ histories(5)
    hidden = np.arange(0, 20000, dtype=float)
    total = n + hidden
    logs = gammaln(total + 1) - gammaln(hidden + 1) - np.log(total)
    logs += betaln(1 + sizes[None, :], 1 + total[:, None] - sizes[None, :]).sum(axis=1)
    weights = np.exp(logs - logs.max())
    mean = float((hidden * weights).sum() / weights.sum())
    spread = float(np.sqrt(((hidden - mean) ** 2 * weights).sum() / weights.sum()))
    found = latent_draws(counts, seed=1, classes=1, chains=4, turns=(500, 2000, 2))
    assert abs(found.hidden.mean() - mean) < 5 * spread / np.sqrt(found.ess)


def agrees(found: Draws, observed: float, known: dict[str, str]) -> None:
    """The medians differ by less than four standard errors, ours and LCMCR's, of a median from dependent draws."""
    totals = observed + found.hidden
    error = 1.2533 * totals.std() * np.sqrt(1 / found.ess + 1 / float(known["ess"]))
    assert abs(np.median(totals) - float(known["post_median"])) < 4 * error
    assert float(np.quantile(totals, 0.025)) == pytest.approx(float(known["lo95"]), rel=0.05)


def test_the_posterior_is_lcmcrs_on_western() -> None:
    """Few kinds, so a small concentration: cutting the stick off at 1e-12 gave 1,960 here instead of 1,834."""
    table, known = load("Western"), reference("Western", "LCMCR[K=10;a=b=0.25]")
    found = latent_draws(table.counts, seed=1, chains=6, turns=(3000, 1000, 40))
    assert found.ess > 1000
    agrees(found, table.observed, known)


@pytest.mark.long
@pytest.mark.parametrize("name", ["Kosovo", "Western"])
def test_the_posterior_is_lcmcrs_by_long_chains(name: str) -> None:
    table, known = load(name), reference(name, "LCMCR[K=10;a=b=0.25]")
    agrees(latent_draws(table.counts, seed=1, turns=(20000, 1000, 100)), table.observed, known)


def test_chains_apart_are_seen() -> None:
    rng = np.random.default_rng(1)
    same = rng.normal(size=(8, 400))
    assert split_rhat(same) == pytest.approx(1, abs=0.01)
    assert effective_draws(same) == pytest.approx(3200, rel=0.15)
    assert split_rhat(same + np.arange(8)[:, None]) > 1.5
    slow = np.zeros((8, 4000))
    for t in range(1, 4000):
        slow[:, t] = 0.9 * slow[:, t - 1] + rng.normal(size=8)
    assert effective_draws(slow) == pytest.approx(8 * 4000 * 0.1 / 1.9, rel=0.3)
