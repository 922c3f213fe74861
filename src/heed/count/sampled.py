"""The inquiry's own kind of evidence: read a random sample of files, and say how many in all would show the harm.

* One sample: the exact interval for a count in a finite population, by inverting the hypergeometric test (no normal
  approximation, so it holds for samples of twenty and for no finding at all).
* Strata: each with its own exact interval; their sum by summing exact limits at level 1 - 0.05 / strata (safe), and a
  narrower one by Clopper & Pearson on the effective sample (Korn & Graubard 1998).
* Readers miss and mistake: the interval is corrected for their sensitivity and specificity (Rogan & Gladen 1978).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, hypergeom

from heed.lib.errors import HeedError


@dataclass(frozen=True)
class Sample:
    """A simple random sample without replacement from `population` files, of which `found` show the harm."""

    name: str
    population: int
    size: int
    found: int

    def __post_init__(self) -> None:
        if not 0 <= self.found <= self.size <= self.population or self.size == 0:
            raise HeedError(
                f"{self.name}: a sample needs 0 ≤ found ≤ size ≤ population and a size above 0, "
                f"not {self.found}, {self.size}, {self.population}."
            )


@dataclass(frozen=True)
class Audited:
    """The number of files in all that would show the harm."""

    estimate: float
    lower: float
    upper: float
    interval: str


def exact(sample: Sample, level: float = 0.95) -> Audited:
    """Return the exact interval of one sample."""
    tail = (1 - level) / 2
    low = _smallest(sample, lambda k: hypergeom.sf(sample.found - 1, sample.population, k, sample.size) > tail)
    high = _largest(sample, lambda k: hypergeom.cdf(sample.found, sample.population, k, sample.size) > tail)
    estimate = sample.population * sample.found / sample.size
    return Audited(estimate, float(low), float(high), f"exact (hypergeometric), {level:.0%}")


def _smallest(sample: Sample, likely: Callable[[int], bool]) -> int:
    """Return the smallest number for which what was found is not too many; the chance rises with the number."""
    low, high = sample.found, sample.population - (sample.size - sample.found)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if likely(middle) else (middle + 1, high)
    return low


def _largest(sample: Sample, likely: Callable[[int], bool]) -> int:
    """Return the largest number for which what was found is not too few; the chance falls with the number."""
    low, high = sample.found, sample.population - (sample.size - sample.found)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if likely(middle) else (low, middle - 1)
    return low


def stratified(samples: Sequence[Sample], level: float = 0.95) -> Audited:
    """Return the sum over strata with limits that are safe whatever the strata share."""
    if not samples:
        raise HeedError("There is no sample.")
    part = 1 - (1 - level) / len(samples)
    parts = [exact(one, part) for one in samples]
    total = sum(one.estimate for one in parts)
    return Audited(total, sum(p.lower for p in parts), sum(p.upper for p in parts), f"sum of exact limits, {level:.0%}")


def effective(samples: Sequence[Sample], level: float = 0.95) -> Audited:
    """Return the sum over strata with the Clopper-Pearson interval of the effective sample."""
    population = sum(one.population for one in samples)
    total = sum(one.population * one.found / one.size for one in samples)
    share = total / population
    variance = sum(_variance(one) for one in samples) / population**2
    size = share * (1 - share) / variance if variance > 0 else float(sum(one.size for one in samples))
    size = min(size, float(population))
    found = share * size
    tail = (1 - level) / 2
    low = beta.ppf(tail, found, size - found + 1) if found > 0 else 0.0
    high = beta.ppf(1 - tail, found + 1, size - found) if found < size else 1.0
    return Audited(total, population * float(low), population * float(high), f"effective sample, {level:.0%}")


def _variance(one: Sample) -> float:
    if one.size < 2 or one.size == one.population:
        return 0.0
    share = one.found / one.size
    spread = share * (1 - share) * one.size / (one.size - 1)
    return one.population**2 * (1 - one.size / one.population) * spread / one.size


def corrected(found: Audited, population: int, *, sensitivity: float, specificity: float) -> Audited:
    """Correct for readers who miss cases or see them where there are none."""
    if not 0 < sensitivity <= 1 or not 0 < specificity <= 1 or sensitivity + specificity <= 1:
        raise HeedError("Sensitivity and specificity must be chances that add up to more than 1.")

    def true(value: float) -> float:
        share = (value / population + specificity - 1) / (sensitivity + specificity - 1)
        return float(population * np.clip(share, 0, 1))

    limits = (true(found.estimate), true(found.lower), true(found.upper))
    return Audited(*limits, f"{found.interval}, corrected for readers")


@dataclass(frozen=True)
class Reconciled:
    """Two ways to the same number set side by side."""

    agree: bool
    lower: float | None
    upper: float | None
    words: str


def reconciled(audited: Audited, lower: float, upper: float) -> Reconciled:
    """Compare the audited range with the range from overlapping lists, which also counts those on no file."""
    low, high = max(audited.lower, lower), min(audited.upper, upper)
    ours = f"files {audited.lower:,.0f} to {audited.upper:,.0f}, lists {lower:,.0f} to {upper:,.0f}"
    if low <= high:
        return Reconciled(True, low, high, f"The two ranges meet ({ours}).")
    if audited.upper < lower:
        gap = f"at least {lower - audited.upper:,.0f} people would be in no file, or one set of assumptions is wrong"
        return Reconciled(False, None, None, f"The files hold fewer than the lists imply ({ours}): {gap}.")
    return Reconciled(
        False, None, None, f"The files hold more than the lists imply ({ours}): the lists' assumptions fail."
    )
