"""Strata: count each part by itself, add them up, and let small parts lean on the others.

* Plain: each stratum's answer, and sums of totals and limits. Adding limits is safe whatever the strata share.
* Partial pooling: the log of hidden over observed is taken as normal about a common mean; each stratum's own value is
  drawn towards it by as much as it is uncertain (DerSimonian & Laird 1986; Morris 1983).
"""

from dataclasses import dataclass

import numpy as np

from .answering import Clock, answer
from .lattice import Floats
from .result import Answer, Estimate
from .tables import Table


@dataclass(frozen=True)
class Sum:
    """The strata's sum by one method; `without` names the strata that have no estimate."""

    name: str
    estimate: float | None
    lower: float | None
    upper: float | None
    without: tuple[str, ...]


@dataclass(frozen=True)
class Pooled:
    """One stratum after partial pooling."""

    stratum: str
    own: float
    pooled: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Strata:
    """The answers by stratum, their sums by method, and the partially pooled totals."""

    answers: dict[str, Answer]
    sums: tuple[Sum, ...]
    pooled: tuple[Pooled, ...]


def by_stratum(
    tables: dict[str, Table], *, methods: tuple[str, ...], replicates: int, seed: int, clock: Clock = lambda: 0.0
) -> Strata:
    """Answer each stratum and add up."""
    found = {
        label: answer(one, methods=methods, replicates=replicates, seed=seed, clock=clock)
        for label, one in tables.items()
    }
    names = list(dict.fromkeys(e.name for one in found.values() for e in one.estimators))
    return Strata(found, tuple(add_up(name, found) for name in names), partially_pooled(found))


def add_up(name: str, answers: dict[str, Answer]) -> Sum:
    """Add one method's totals and limits over the strata."""
    parts = {label: _estimate(one, name) for label, one in answers.items()}
    without = tuple(label for label, part in parts.items() if part is None or not part.stands)
    if without:
        return Sum(name, None, None, None, without)
    known = [part for part in parts.values() if part is not None]
    return Sum(
        name,
        sum(part.estimate or 0.0 for part in known),
        sum(part.lower if part.lower is not None else part.observed for part in known),
        sum(part.upper if part.upper is not None else float("inf") for part in known),
        (),
    )


def _estimate(one: Answer, name: str) -> Estimate | None:
    return next((part for part in one.estimators if part.name == name), None)


def partially_pooled(answers: dict[str, Answer], name: str = "bma") -> tuple[Pooled, ...]:
    """Draw each stratum's hidden share towards the common one."""
    usable = {label: _estimate(one, name) for label, one in answers.items()}
    parts = {label: part for label, part in usable.items() if part is not None and _spread(part) is not None}
    if len(parts) < 2:
        return ()
    logs = np.array([np.log((part.hidden or 0.0) / part.observed) for part in parts.values()])
    errors = np.array([_spread(part) or 0.0 for part in parts.values()])
    centre, between = common(logs, errors)
    keep = between / (between + errors**2) if between > 0 else np.zeros(len(logs))
    value = keep * logs + (1 - keep) * centre
    spread = np.sqrt(keep * errors**2 + (1 - keep) ** 2 / (1 / (between + errors**2)).sum())
    return tuple(
        Pooled(
            label,
            float(part.estimate or 0.0),
            float(part.observed * (1 + np.exp(v))),
            float(part.observed * (1 + np.exp(v - 1.96 * s))),
            float(part.observed * (1 + np.exp(v + 1.96 * s))),
        )
        for (label, part), v, s in zip(parts.items(), value, spread, strict=True)
    )


def _spread(part: Estimate) -> float | None:
    """Return the standard error of the log hidden number, read off the interval."""
    if part.lower is None or part.upper is None or not np.isfinite(part.upper) or not part.hidden:
        return None
    low, high = max(part.lower - part.observed, 0.5), part.upper - part.observed
    return float(np.log(high / low) / (2 * 1.96)) if high > low else None


def common(values: Floats, errors: Floats) -> tuple[float, float]:
    """Return the common mean and the variance between strata (DerSimonian & Laird)."""
    weight = 1 / errors**2
    mean = float((weight * values).sum() / weight.sum())
    excess = float((weight * (values - mean) ** 2).sum()) - (len(values) - 1)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(excess / scale, 0.0) if scale > 0 else 0.0
    weight = 1 / (errors**2 + between)
    return float((weight * values).sum() / weight.sum()), between
