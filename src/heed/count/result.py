"""The one result object of all estimators, and the answer that holds them together."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

ESTIMATE, REFUSED, NOT_DEFENSIBLE = "estimate", "refused", "not a defensible estimate"


@dataclass(frozen=True)
class Estimate:
    """What one estimator says about a table: a number with its range and assumptions, or why there is none."""

    name: str
    observed: int
    fingerprint: str
    verdict: str = ESTIMATE
    reason: str = ""
    evidence: str = ""  # what would change a refusal
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    interval: str = "none"
    model: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def hidden(self) -> float | None:
        """Return the hidden number: the estimate without those observed."""
        return None if self.estimate is None else self.estimate - self.observed

    @property
    def stands(self) -> bool:
        """Say whether the estimator gave a number it can defend by itself."""
        return self.verdict == ESTIMATE

    def undefended(self, reason: str) -> "Estimate":
        """Return the estimate marked as no defensible one, because the table as a whole was refused."""
        return replace(self, verdict=NOT_DEFENSIBLE, reason=reason) if self.stands else self

    def as_json(self) -> dict[str, Any]:
        """Return a plain document; infinite limits become null and are named in `unbounded`."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "reason": self.reason,
            "evidence": self.evidence,
            "estimate": plain(self.estimate),
            "hidden": plain(self.hidden),
            "lower": plain(self.lower),
            "upper": plain(self.upper),
            "unbounded": self.upper is not None and not np.isfinite(self.upper),
            "interval": self.interval,
            "model": self.model,
            "weights": [{"model": name, "weight": plain(w)} for name, w in self.weights],
            "assumptions": list(self.assumptions),
            "warnings": list(self.warnings),
            "seconds": self.seconds,
            "details": plain(self.details),
        }


@dataclass(frozen=True)
class Headline:
    """The range to publish, and the sentence that goes with it."""

    lower: float
    upper: float
    words: str

    def as_json(self) -> dict[str, Any]:
        """Return a plain document."""
        return {"lower": plain(self.lower), "upper": plain(self.upper), "words": self.words}


@dataclass(frozen=True)
class Answer:
    """Everything said about one table."""

    observed: int
    fingerprint: str
    lists: tuple[str, ...]
    verdict: str
    reason: str
    evidence: str
    headline: Headline | None
    estimators: tuple[Estimate, ...]
    diagnostics: dict[str, Any]
    warnings: tuple[str, ...]
    assumptions: tuple[str, ...]
    bootstrap: int
    seed: int

    def as_json(self) -> dict[str, Any]:
        """Return the document that `heed count --json` prints."""
        return {
            "ok": self.verdict == ESTIMATE,
            "observed": self.observed,
            "fingerprint": self.fingerprint,
            "lists": list(self.lists),
            "verdict": self.verdict,
            "reason": self.reason,
            "evidence": self.evidence,
            "headline": None if self.headline is None else self.headline.as_json(),
            "estimators": [one.as_json() for one in self.estimators],
            "assumptions": list(self.assumptions),
            "diagnostics": plain(self.diagnostics),
            "warnings": list(self.warnings),
            "bootstrap": self.bootstrap,
            "seed": self.seed,
        }


def refused(name: str, observed: int, fingerprint: str, reason: str, evidence: str, **more: Any) -> Estimate:
    """Build the result of an estimator that has no estimate."""
    return Estimate(name, observed, fingerprint, REFUSED, reason, evidence, **more)


def plain(value: Any) -> Any:
    """Return the value in JSON's own types; what is not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value
