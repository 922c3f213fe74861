"""Latent classes (C): people fall into unknown kinds, within which lists are independent (Manrique-Vallier 2016).

A Dirichlet process, cut off at CLASSES kinds, says how many kinds there are. Priors as in LCMCR: each list's reach in
each kind uniform, the process's concentration Gamma(a, b) with a = b = 0.25, the total N with density 1/N.
One sweep of the Gibbs sampler:

1. share out the people of each observed history among the kinds;
2. draw the hidden number (negative binomial) and share it out;
3. swap kinds that are neighbours on the stick (Metropolis, after Papaspiliopoulos & Roberts 2008, with the shares
   integrated out), without which a chain can stay for ever where a large kind has a late place on the stick;
4. draw each kind's reach by each list (beta), the kinds' shares by breaking a stick (beta), the concentration (gamma).

Chains start far apart. Without R-hat at most WORST_RHAT and enough effective draws no interval is given.
"""

import math
from dataclasses import dataclass

import numpy as np

from .compiled import _compile
from .lattice import Bools, Floats, Ints, histories

CLASSES = 10
A, B = 0.25, 0.25
CHAINS, WARM_UP, KEPT, THIN = 12, 6000, 1000, 24
WORST_RHAT, LEAST_ESS = 1.05, 100.0
MOST_HIDDEN = 1e9  # a chain that gets here has no upper end to find


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of the hidden number, a row per chain, and how well the chains agree."""

    hidden: Floats
    rhat: float
    ess: float

    @property
    def mixed(self) -> bool:
        """Say whether the draws can carry an interval."""
        return self.rhat <= WORST_RHAT and self.ess >= LEAST_ESS


@_compile
def share_out(count: int, weights: Floats, into: Floats, rng: np.random.Generator) -> None:
    """Add `count` people to the kinds at random, in proportion to the weights."""
    left, total = count, weights.sum()
    for c in range(len(weights)):
        if left <= 0:
            return
        if c == len(weights) - 1 or weights[c] >= total:
            into[c] += left
            return
        taken = rng.binomial(left, min(max(weights[c] / total, 0.0), 1.0))
        into[c] += taken
        left -= taken
        total -= weights[c]


@_compile
def class_weights(seen: Bools, shares: Floats, reach: Floats, out: Floats) -> None:
    """Set each kind's chance of a person with this history."""
    for c in range(len(shares)):
        chance = shares[c]
        for i in range(len(seen)):
            chance *= reach[c, i] if seen[i] else 1 - reach[c, i]
        out[c] = chance


@_compile
def log_gamma(shape: float, rng: np.random.Generator) -> float:
    """Return the logarithm of a gamma draw; of a small shape the draw itself would be nought."""
    return float(np.log(rng.gamma(shape + 1, 1.0)) + np.log(1 - rng.random()) / shape)


@_compile
def break_stick(sizes: Floats, concentration: float, shares: Floats, rng: np.random.Generator) -> float:
    """Draw the kinds' shares given their sizes; returns the logarithm of the last share.

    In logarithms throughout: with a small concentration the rest of the stick is far below 1e-12, and cutting it off
    there pulls the concentration, and with it the hidden number, up.
    """
    behind, log_rest = sizes.sum(), 0.0
    for c in range(len(sizes) - 1):
        behind -= sizes[c]
        taken, left = log_gamma(1 + sizes[c], rng), log_gamma(concentration + behind, rng)
        whole = max(taken, left) + np.log1p(np.exp(-abs(taken - left)))
        shares[c] = np.exp(log_rest + taken - whole)
        log_rest += left - whole
    shares[-1] = np.exp(log_rest)
    return log_rest


@_compile
def log_beta(a: float, b: float) -> float:
    """Return the logarithm of the beta function."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


@_compile
def swap_labels(sizes: Floats, seen_by: Floats, concentration: float, rng: np.random.Generator) -> None:
    """Offer each kind a swap with its neighbour on the stick, the shares integrated out (they are drawn anew after)."""
    behind = sizes.sum()
    for c in range(len(sizes) - 1):
        first, second = sizes[c], sizes[c + 1]
        behind -= first + second
        odds = log_beta(1 + second, concentration + behind + first) - log_beta(
            1 + first, concentration + behind + second
        )
        if c + 2 < len(sizes):  # the last kind has what is left: no break of its own
            odds += log_beta(1 + first, concentration + behind) - log_beta(1 + second, concentration + behind)
        if first != second and np.log(1 - rng.random()) < odds:
            sizes[c], sizes[c + 1] = second, first
            for i in range(seen_by.shape[1]):
                seen_by[c, i], seen_by[c + 1, i] = seen_by[c + 1, i], seen_by[c, i]
        behind += sizes[c + 1]


@_compile
def draw_reach(sizes: Floats, seen_by: Floats, reach: Floats, rng: np.random.Generator) -> None:
    """Draw each kind's chance of being on each list."""
    for c in range(reach.shape[0]):
        for i in range(reach.shape[1]):
            reach[c, i] = rng.beta(1 + seen_by[c, i], 1 + sizes[c] - seen_by[c, i])


@_compile
def sweep_once(
    seen: Bools, people: Ints, shares: Floats, reach: Floats, concentration: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Take one sweep of the sampler; returns the hidden number and the concentration."""
    classes, lists = reach.shape
    sizes, seen_by, weights = np.zeros(classes), np.zeros((classes, lists)), np.empty(classes)
    part = np.zeros(classes)
    for h in range(len(people)):
        class_weights(seen[h], shares, reach, weights)
        part[:] = 0.0
        share_out(people[h], weights, part, rng)
        for c in range(classes):
            sizes[c] += part[c]
            for i in range(lists):
                if seen[h, i]:
                    seen_by[c, i] += part[c]
    nobody = np.zeros(lists, dtype=np.bool_)
    class_weights(nobody, shares, reach, weights)
    unseen = min(weights.sum(), 1 - 1e-12)
    mean = rng.gamma(people.sum(), 1.0) * unseen / (1 - unseen)
    hidden = rng.poisson(min(mean, max(MOST_HIDDEN, 1e4 * people.sum())))
    share_out(hidden, weights, sizes, rng)
    swap_labels(sizes, seen_by, concentration, rng)
    draw_reach(sizes, seen_by, reach, rng)
    log_last = break_stick(sizes, concentration, shares, rng)
    return float(hidden), rng.gamma(A + classes - 1, 1.0 / (B - log_last))


@_compile
def run_chain(
    seen: Bools, people: Ints, classes: int, start: float, turns: tuple[int, int, int], rng: np.random.Generator
) -> Floats:
    """Run one chain; `start` is the reach of the lists it starts from, `turns` warm-up, kept draws and thinning."""
    warm_up, kept, thin = turns
    lists = seen.shape[1]
    shares, reach = 0.5 ** np.arange(1.0, classes + 1.0), np.empty((classes, lists))
    for c in range(classes):
        for i in range(lists):
            reach[c, i] = min(max(start * rng.random() * 2, 1e-4), 0.95)
    concentration = 1.0
    out = np.empty(kept)
    for turn in range(warm_up + kept * thin):
        hidden, concentration = sweep_once(seen, people, shares, reach, concentration, rng)
        if turn >= warm_up and (turn - warm_up) % thin == thin - 1:
            out[(turn - warm_up) // thin] = hidden
    return out


def latent_draws(
    counts: Floats,
    *,
    seed: int,
    classes: int = CLASSES,
    chains: int = CHAINS,
    turns: tuple[int, int, int] = (WARM_UP, KEPT, THIN),
) -> Draws:
    """Run the chains from starts far apart and measure how they agree."""
    k = int(np.log2(len(counts)))
    places = np.flatnonzero(counts > 0)
    seen, people = np.ascontiguousarray(histories(k)[places]), np.rint(counts[places]).astype(np.int64)
    starts = np.geomspace(0.02, 0.45, chains)
    generators = np.random.default_rng([seed, 3]).spawn(chains)
    rows = [
        run_chain(seen, people, classes, float(start), turns, rng)
        for start, rng in zip(starts, generators, strict=True)
    ]
    hidden = np.array(rows)
    logs = np.log(hidden + 0.5)
    return Draws(hidden, split_rhat(logs), effective_draws(logs))


def split_rhat(chains: Floats) -> float:
    """Return the split R-hat: 1 when the halves of all chains tell the same (Gelman and others 2013)."""
    half = chains.shape[1] // 2
    parts = np.concatenate([chains[:, :half], chains[:, -half:]])
    within = parts.var(axis=1, ddof=1).mean()
    between = parts.mean(axis=1).var(ddof=1)
    if within <= 0:
        return 1.0 if between <= 0 else float("inf")
    return float(np.sqrt((half - 1) / half + between / within))


def effective_draws(chains: Floats) -> float:
    """Return how many independent draws the chains are worth, by the initial positive sequence (Geyer 1992)."""
    count, length = chains.shape
    centred = chains - chains.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, n=2 * length, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, axis=1)[:, :length].mean(axis=0) / length
    within = covariance[0] * length / (length - 1)
    whole = within * (length - 1) / length + chains.mean(axis=1).var(ddof=1) if count > 1 else within
    if whole <= 0:
        return float(count * length)
    rho = 1 - (within - covariance) / whole
    pairs = rho[0 : length - 1 : 2] + rho[1:length:2]
    negative = np.flatnonzero(pairs < 0)
    kept = pairs[: negative[0]] if len(negative) else pairs
    time = max(2 * np.minimum.accumulate(kept).sum() - 1, 1.0 / np.log10(count * length + 10))
    return float(count * length / time)
