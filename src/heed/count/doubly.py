"""The doubly robust estimator (D): two lists, independent given what is known about each person.

Among the people seen, q1(x), q2(x) and q12(x) are the chances of being on the first list, the second and both. If the
lists are independent given x, a person like x is seen with chance q12 / (q1 q2), so the total is the sum over the seen
of q1 q2 / q12. Das, Kennedy & Jewell (arXiv 2104.14091) replace it by

    q1 q2 / q12 * (Y1 / q1 + Y2 / q2 - Y1 Y2 / q12),

whose error is a product of the errors of the q: it forgives slow fits. The q are ridge logistic regressions with
squares of the numbers, fitted on the other folds (cross-fitting), so that no person's own data flatter their weight.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtri

from heed.lib.errors import HeedError

from .lattice import Bools, Floats, Ints
from .reading import People
from .result import Estimate, refused

FOLDS = 5
RIDGE = 1.0
SMALLEST = 0.01  # no person stands for more than a hundred others through q12
FEWEST_SHARED = 10
MOST_KINDS = 50
ASSUMPTIONS = (
    "Every person was at risk of being on both lists, in one period and place, and links are right.",
    "Among people with the same covariates the two lists are independent: the data cannot test this.",
    "Every kind of person has some chance of being on both lists.",
)


@dataclass(frozen=True)
class Pair:
    """The estimate from one pair of lists."""

    lists: tuple[str, str]
    shared: float
    total: float
    stderr: float
    plain: float  # the same without covariates (Lincoln & Petersen), to show what they change
    clipped: float  # share of people whose q12 had to be raised to SMALLEST

    def interval(self, observed: float, level: float = 0.95) -> tuple[float, float]:
        """Return the lognormal interval of the hidden number, added to the observed one."""
        hidden = max(self.total - observed, 0.5)
        spread = float(np.exp(ndtri((1 + level) / 2) * np.sqrt(np.log1p((self.stderr / hidden) ** 2))))
        return observed + hidden / spread, observed + hidden * spread


def doubly_robust(people: People, *, seed: int = 1) -> list[Pair]:
    """Return the estimate from every pair of lists with enough shared people."""
    design = columns(people)
    fold = np.random.default_rng([seed, 17]).permutation(len(design)) % FOLDS
    out = []
    for i in range(len(people.lists)):
        for j in range(i + 1, len(people.lists)):
            first, second = people.seen[:, i], people.seen[:, j]
            shared = float(people.weights[first & second].sum())
            if shared >= FEWEST_SHARED:
                names = (people.lists[i], people.lists[j])
                out.append(_pair(names, first, second, design, people.weights, fold))
    return out


def _pair(names: tuple[str, str], first: Bools, second: Bools, design: Floats, weights: Floats, fold: Ints) -> Pair:
    both = first & second
    q1, q2, q12 = (crossfit(design, y, weights, fold) for y in (first, second, both))
    clipped = float(np.average(q12 < SMALLEST, weights=weights))
    q12 = np.maximum(q12, SMALLEST)
    q1, q2 = np.maximum(q1, q12), np.maximum(q2, q12)
    value = q1 * q2 / q12 * (first / q1 + second / q2 - both / q12)
    people = float(weights.sum())
    mean = float(np.average(value, weights=weights))
    spread = float(np.average((value - mean) ** 2, weights=weights))
    seen = min(1 / max(mean, 1.0), 1.0)
    variance = people * spread + people * (1 - seen) / seen**2
    n1, n2, n12 = (float(weights[y].sum()) for y in (first, second, both))
    return Pair(names, n12, people * max(mean, 1.0), float(np.sqrt(variance)), n1 * n2 / n12, clipped)


def columns(people: People) -> Floats:
    """Turn covariates into numbers: standardised and squared where numeric, one column a kind where not."""
    made = [np.ones(len(people.weights))]
    for name, values in people.covariates.items():
        numbers = _numbers(values)
        if numbers is not None:
            spread = float(numbers.std())
            scaled = (numbers - numbers.mean()) / spread if spread > 0 else np.zeros(len(numbers))
            made += [scaled, scaled**2 - 1]
            continue
        kinds = sorted(set(values))
        if len(kinds) > MOST_KINDS:
            raise HeedError(f"The covariate {name} has {len(kinds)} kinds; at most {MOST_KINDS} can be used.")
        made += [np.array([value == kind for value in values], dtype=float) for kind in kinds[1:]]
    return np.column_stack(made)


def _numbers(values: list[str]) -> Floats | None:
    try:
        numbers = np.array([float(value) for value in values])
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def crossfit(design: Floats, outcome: Bools, weights: Floats, fold: Ints) -> Floats:
    """Return each person's fitted chance from a regression on the other folds."""
    out = np.empty(len(design))
    for part in range(FOLDS):
        inside = fold == part
        beta = logistic(design[~inside], outcome[~inside].astype(float), weights[~inside])
        out[inside] = expit(design[inside] @ beta)
    return out


def logistic(design: Floats, outcome: Floats, weights: Floats) -> Floats:
    """Fit a ridge logistic regression by Newton; the constant is not drawn to zero."""
    beta = np.zeros(design.shape[1])
    ridge = np.full(design.shape[1], RIDGE)
    ridge[0] = 1e-6
    for _ in range(50):
        chance = expit(design @ beta)
        score = design.T @ (weights * (outcome - chance)) - ridge * beta
        information = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(information, score)
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            break
    return beta


def doubly_estimate(people: People, *, fingerprint: str, seed: int = 1) -> Estimate:
    """Return the pairs' estimates as one result: the median pair, and the range that holds every pair's."""
    observed = round(float(people.weights.sum()))
    pairs = doubly_robust(people, seed=seed)
    if not pairs:
        reason = f"No two lists share {FEWEST_SHARED} people."
        return refused("doubly", observed, fingerprint, reason, "More shared people.", assumptions=ASSUMPTIONS)
    limits = [one.interval(observed) for one in pairs]
    middle = sorted(pairs, key=lambda one: one.total)[len(pairs) // 2]
    warnings = (
        ["The range covers every pair's own 95 % interval; it is no joint 95 % interval."] if len(pairs) > 1 else []
    )
    if max(one.clipped for one in pairs) > 0.05:
        warnings.append("More than 5 % of the people are of kinds hardly ever on both lists; their weight was limited.")
    return Estimate(
        name="doubly",
        observed=observed,
        fingerprint=fingerprint,
        estimate=middle.total,
        lower=min(low for low, _ in limits),
        upper=max(high for _, high in limits),
        interval="95 % of each pair of lists, doubly robust" + (", all pairs" if len(pairs) > 1 else ""),
        model=f"independence given {', '.join(people.covariates)}; {':'.join(middle.lists)}",
        assumptions=ASSUMPTIONS,
        warnings=tuple(warnings),
        details={"pairs": [vars(one) | {"range": list(one.interval(observed))} for one in pairs]},
    )
