"""Average over all decomposable graphs in closed form (Madigan & York 1997), on a grid that finds its own range.

Given a graph, the cell probabilities have a hyper-Dirichlet prior with `delta` per cell, so the marginal likelihood
is a product of Dirichlet-multinomial terms over cliques, divided by those over separators. Only the all-zero cell of
each margin depends on the hidden number, so a point of the grid costs 2**k - 1 log-gammas.

The prior on the total N is a power of N (1/N by default) and uniform over graphs. Both priors are part of the answer
and can be swept; every mode of the posterior is reported, since a median hides a second one.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq
from scipy.special import gammaln

from heed.lib.errors import Answered

from .graphs import Graphs, decomposable
from .lattice import Floats, Ints

EXACT = 64  # hidden numbers below this are summed one by one
POINTS = 601  # points of the fine grid; odd, for Simpson's rule
COARSE, PASSES, HALVINGS = 160, 4, 40
STEEP = 10.0  # a fall of the log density between neighbouring points above which the grid is too coarse to see a peak
DEEP = 40.0  # hidden numbers whose log density is this far below the top are left out
SHALLOW = 25.0  # graphs whose log density never comes nearer to the top than this are left out: 1e-11 of it each
LARGEST = 1e9  # the search for the upper end stops here: the posterior is then not proper in practice
FARTHEST = 1e4  # but not before this many times the observed
TAIL = 1e-6  # more mass than this at the largest number means there is no upper end
MODE_MASS = 0.05  # a second mode with less of the posterior than this is not reported


@dataclass(frozen=True)
class Mode:
    """A peak of the posterior: where it is and how much of the posterior lies under it."""

    total: float
    share: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """The posterior of the total number."""

    mean: float
    median: float
    lower: float
    upper: float
    modes: tuple[Mode, ...]
    delta: float
    power: float
    graphs: tuple[tuple[str, float], ...]  # the heaviest graphs and their probabilities
    totals: Floats
    density: Floats
    cumulative: Floats
    points: int


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """What the posterior needs of one table: constant parts per set of lists, and the counts beside the hidden ones."""

    graphs: Graphs
    constant: Floats
    beside: Floats
    alpha: Floats
    observed: float
    power: float

    def log_density(self, hidden: Floats, rows: Floats) -> Floats:
        """Return the log posterior of each graph (a row of coefficients) at each hidden number, up to a constant."""
        total = self.observed + hidden
        sets = self.constant[:, None] + gammaln(self.beside[:, None] + hidden + self.alpha[:, None])
        shared = gammaln(total + 1) - gammaln(hidden + 1) + self.power * np.log(np.maximum(total, 1.0))
        out: Floats = rows @ sets + shared
        return out

    def by_row(self, hidden: Floats, rows: Floats) -> Floats:
        """Return each graph's log posterior, per unit of the log hidden number, at a hidden number of its own."""
        total = self.observed + hidden
        sets = self.constant[None, :] + gammaln(self.beside[None, :] + hidden[:, None] + self.alpha[None, :])
        shared = gammaln(total + 1) - gammaln(hidden + 1) + self.power * np.log(np.maximum(total, 1.0))
        out: Floats = (rows * sets).sum(axis=1) + shared + np.log(hidden + 1)
        return out


def average(
    counts: Floats,
    *,
    delta: float | None = None,
    power: float = -1.0,
    smallest: int = 0,
    largest: float | None = None,
    level: float = 0.95,
) -> Posterior:
    """Return the posterior; `delta` is 2**-k unless given, `power` the exponent of N in its prior.

    `smallest` and `largest` bound the hidden number; they are there to repeat what other programs cut off.
    """
    k = int(np.log2(len(counts)))
    delta = 2.0**-k if delta is None else delta
    largest = max(LARGEST, FARTHEST * float(np.sum(counts))) if largest is None else largest
    likelihood = _likelihood(np.asarray(counts, dtype=float), delta, power)
    rows, low, high = _range(likelihood, smallest, largest)
    hidden, weight, log_density = _fine(likelihood, rows, low, high, smallest)
    top = log_density.max()
    density = np.exp(log_density - top)
    mass = density.sum(axis=0)
    return _summary(likelihood, rows, hidden, mass, weight, density, (delta, power, level))


def _likelihood(counts: Floats, delta: float, power: float) -> _Likelihood:
    width = len(counts)
    k = int(np.log2(width))
    masks = np.arange(width)
    constant, beside, alpha = np.zeros(width), np.zeros(width), np.zeros(width)
    for mask in range(width):
        margin = np.bincount(masks & mask, weights=counts, minlength=width)
        prior = delta * 2.0 ** (k - mask.bit_count())
        inside = (masks & ~mask) == 0
        inside[0] = False
        constant[mask] = (gammaln(margin[inside] + prior) - gammaln(prior)).sum() - gammaln(prior)
        beside[mask], alpha[mask] = margin[0], prior
    return _Likelihood(decomposable(k), constant, beside, alpha, float(counts.sum()), power)


def _range(likelihood: _Likelihood, smallest: int, largest: float) -> tuple[Floats, float, float]:
    """Find where the posterior has mass, and the graphs that have any of it.

    On large tables a graph's peak is narrower than the grid; each graph is then searched by itself.
    """
    rows = likelihood.graphs.coefficients
    low, high = float(smallest), largest
    for step in range(PASSES):
        grid = np.geomspace(low + 1, high + 1, COARSE) - 1
        values = likelihood.log_density(grid, rows) + np.log(grid + 1)
        best = values.argmax(axis=1)
        if step == 0 and _steep(values, best):
            return _searched(likelihood, grid, best)
        top = values.max()
        rows = rows[values.max(axis=1) > top - SHALLOW]
        inside = np.flatnonzero(values.max(axis=0) > top - DEEP)
        low = float(grid[max(inside[0] - 1, 0)])
        high = min(float(grid[min(inside[-1] + 1, COARSE - 1)]), largest)
        if len(inside) > COARSE // 3 or high - low < EXACT:
            break
    return rows, low, high


def _steep(values: Floats, best: Ints) -> bool:
    """Say whether the density of a graph near the top falls by more than STEEP beside its best point."""
    drops = np.pad(np.abs(np.diff(values, axis=1)), ((0, 0), (1, 1)))
    here = np.arange(len(values))
    slack = np.maximum(drops[here, best], drops[here, best + 1])
    near = values[here, best] + slack > values.max() - SHALLOW
    inner = near & (best > 0) & (best < values.shape[1] - 1)
    return bool((slack[inner] > STEEP).any())


def _searched(likelihood: _Likelihood, grid: Floats, best: Ints) -> tuple[Floats, float, float]:
    """Search each graph's peak between the points beside its best one, then where it has fallen by DEEP."""
    rows, logs = likelihood.graphs.coefficients, np.log(grid + 1)
    left, right = logs[np.maximum(best - 1, 0)], logs[np.minimum(best + 1, len(logs) - 1)]
    peak, height = _peaks(likelihood, rows, left, right)
    kept = height > height.max() - SHALLOW
    rows, peak, floor = rows[kept], peak[kept], height.max() - DEEP
    ends = []
    for side in (logs[0], logs[-1]):
        inner, outer = peak.copy(), np.full(len(peak), side)
        for _ in range(HALVINGS):
            middle = (inner + outer) / 2
            above = likelihood.by_row(np.exp(middle) - 1, rows) > floor
            inner, outer = np.where(above, middle, inner), np.where(above, outer, middle)
        ends.append(np.exp(outer) - 1)
    return rows, float(max(ends[0].min(), 0.0)), float(ends[1].max())


def _peaks(likelihood: _Likelihood, rows: Floats, left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Find each graph's highest point by golden sections."""
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(HALVINGS):
        first, second = right - golden * (right - left), left + golden * (right - left)
        a, b = (likelihood.by_row(np.exp(x) - 1, rows) for x in (first, second))
        left, right = np.where(a < b, first, left), np.where(a < b, right, second)
    middle = (left + right) / 2
    return middle, likelihood.by_row(np.exp(middle) - 1, rows)


def _fine(
    likelihood: _Likelihood, rows: Floats, low: float, high: float, smallest: int
) -> tuple[Floats, Floats, Floats]:
    """Lay the grid: single numbers at the bottom, then points even in the logarithm; weights are d(hidden)/d(log)."""
    whole = np.arange(smallest, smallest + EXACT, dtype=float) if low < smallest + EXACT else np.empty(0)
    edge = whole[-1] + 0.5 if len(whole) else low
    high = max(high, edge * 1.01 + 10)  # never an empty range
    points = np.exp(np.linspace(np.log(edge + 1), np.log(high + 1), POINTS)) - 1
    hidden = np.concatenate([whole, points])
    weight = np.concatenate([np.zeros(len(whole)), points + 1])
    return hidden, weight, likelihood.log_density(hidden, rows)


def _summary(
    likelihood: _Likelihood,
    rows: Floats,
    hidden: Floats,
    mass: Floats,
    weight: Floats,
    density: Floats,
    settings: tuple[float, float, float],
) -> Posterior:
    delta, power, level = settings
    split = int((weight == 0).sum())
    step = float(np.log((hidden[-1] + 1) / (hidden[split] + 1)) / (POINTS - 1))

    rule = np.concatenate([np.ones(split), weight[split:] * simpson_weights(step)])

    def integral(values: Floats) -> Floats:
        return np.asarray(values @ rule, dtype=float)

    norm = float(integral(mass))
    total = likelihood.observed + hidden
    rising = cumulative_simpson(mass[split:] * weight[split:], dx=step, initial=0)
    cumulative = np.concatenate([mass[:split].cumsum(), mass[:split].sum() + rising]) / norm
    _refuse_endless(likelihood.observed, hidden, mass * np.maximum(weight, 1) / norm * step)
    shares = integral(density) / norm
    heaviest = np.argsort(-shares)[:10]
    named = _names(likelihood.graphs, rows[heaviest])
    at = [_quantile(hidden, cumulative, split, p) for p in (0.5, (1 - level) / 2, (1 + level) / 2)]
    return Posterior(
        mean=float(integral(mass * total) / norm),
        median=likelihood.observed + at[0],
        lower=likelihood.observed + at[1],
        upper=likelihood.observed + at[2],
        modes=_modes(total, mass, cumulative),
        delta=delta,
        power=power,
        graphs=tuple(zip(named, map(float, shares[heaviest]), strict=True)),
        totals=total,
        density=mass / norm,
        cumulative=cumulative,
        points=len(hidden),
    )


def simpson_weights(step: float) -> Floats:
    """Return Simpson's weights for POINTS points `step` apart."""
    weights = np.full(POINTS, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return weights * step / 3


def _refuse_endless(observed: float, hidden: Floats, shares: Floats) -> None:
    if hidden[-1] >= max(LARGEST, FARTHEST * observed) * 0.99 and shares[-1] > TAIL:
        raise Answered(
            "The posterior has no upper end: under the dependence the data favour, nothing limits the hidden number."
        )


def _names(graphs: Graphs, rows: Floats) -> list[str]:
    places = [int(np.flatnonzero((graphs.coefficients == row).all(axis=1))[0]) for row in rows]
    return [graphs.notation(place) for place in places]


def _quantile(hidden: Floats, cumulative: Floats, split: int, share: float) -> float:
    """Return the smallest whole hidden number whose cumulative probability reaches `share`."""
    if split and cumulative[split - 1] >= share:
        return float(hidden[int(np.searchsorted(cumulative[:split], share))])
    rising = np.maximum.accumulate(cumulative[split:])
    first = max(int(np.searchsorted(rising, share, side="right")) - 3, 0)
    near = slice(first, min(first + 6, len(rising)))
    logs = np.log(hidden[split:] + 1)[near]
    curve = PchipInterpolator(logs, rising[near])
    if not curve(logs[0]) < share < curve(logs[-1]):
        return float(np.ceil(hidden[split:][near][0 if curve(logs[0]) >= share else -1] - 0.5))
    point = float(np.exp(brentq(lambda x: float(curve(x)) - share, logs[0], logs[-1])) - 1)
    return float(np.ceil(point - 0.5))


def _modes(total: Floats, mass: Floats, cumulative: Floats) -> tuple[Mode, ...]:
    """Return the peaks that hold at least MODE_MASS of the posterior, split at the valleys between them."""
    inside = mass[1:-1]
    peaks = [int(i) + 1 for i in np.flatnonzero((inside >= mass[:-2]) & (inside > mass[2:]))]
    if mass[0] > mass[1]:
        peaks = [0, *peaks]
    valleys = [int(a + np.argmin(mass[a : b + 1])) for a, b in pairwise(peaks)]
    ends = [0.0, *(float(cumulative[v]) for v in valleys), 1.0]
    shares = [b - a for a, b in pairwise(ends)]
    found = [Mode(_top(total, mass, p), s) for p, s in zip(peaks, shares, strict=True)]
    return tuple(mode for mode in found if mode.share >= MODE_MASS)


def _top(total: Floats, mass: Floats, peak: int) -> float:
    """Return the peak's place by a parabola through the logarithms of its three points."""
    if not 0 < peak < len(mass) - 1 or total[peak + 1] - total[peak - 1] <= 2:
        return float(total[peak])
    curve = np.polyfit(total[peak - 1 : peak + 2] - total[peak], np.log(mass[peak - 1 : peak + 2]), 2)
    return float(round(total[peak] - curve[1] / (2 * curve[0])))


def sweep(
    counts: Floats, deltas: tuple[float, ...] = (), powers: tuple[float, ...] = (-1.0, -0.5, 0.0)
) -> list[Posterior]:
    """Return the posterior under several priors, so that their part in the answer can be seen."""
    k = int(np.log2(len(counts)))
    sizes = deltas or (2.0**-k, 2.0 ** (1 - k), 0.5, 1.0)
    at_default = [average(counts, delta=delta) for delta in sizes]
    return at_default + [average(counts, power=power) for power in powers if power != -1.0]
