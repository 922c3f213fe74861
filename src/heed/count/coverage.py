"""The coverage study: does the headline hold the truth as often as it says, in invented worlds of known size?

1. Draw a world of each cell of the grid in turn; the seed of a world is the study's seed plus its number.
2. Ask for the headline as `heed count` would, with the linkage error rates where there are errors.
3. Beside it, fit the true model to the table without linkage errors: the width a statistician who knew the model gets.
4. Keep one row per world; a study that was stopped goes on with the worlds still missing.

The rule under test stands in ADR count-headline-rule, written before the study ran.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields

import numpy as np

from .answering import answer
from .compiled import INSTALLED
from .heterogeneity import poisson
from .lattice import Floats, design, sizes
from .linkage import Rates, plausible_tables
from .profile import profile
from .result import Answer
from .selection import fitted
from .worlds import Cell, World, grid, world

STUDY_SEED = 20_261_125  # the pilot that shaped the rule used seeds 90,000,000 to 93,999,999
SMALL_LISTS, LARGE_LISTS = 800, 200  # worlds of three or four lists, and of five
REPLICATES = 200
LINKAGE_DRAWS = 20
ENOUGH = 30.0  # expected overlaps from which refusals are counted
METHODS = ("bic", "bma", "mix", "stepwise", "bounds")


@dataclass(frozen=True)
class Row:
    """What became of one world."""

    number: int
    lists: int
    dependence: str
    visibility: str
    reach: str
    linkage: str
    seed: int
    people: int
    observed: int
    overlaps_expected: float
    verdict: str
    reason: str
    lower: float
    upper: float
    true_lower: float
    true_upper: float
    ranges: str  # name:lower:upper of each estimator

    @property
    def answered(self) -> bool:
        """Say whether there was a headline."""
        return self.verdict == "estimate"

    @property
    def covered(self) -> bool:
        """Say whether the headline holds the truth."""
        return self.answered and self.lower <= self.people <= self.upper

    @property
    def width_ratio(self) -> float:
        """Return the headline's width over the true model's; nan where either is missing."""
        wide = self.true_upper - self.true_lower
        return (self.upper - self.lower) / wide if self.answered and wide > 0 and np.isfinite(wide) else float("nan")


def plan(small: int = SMALL_LISTS, large: int = LARGE_LISTS) -> list[tuple[int, Cell]]:
    """Return the worlds' numbers and cells; the cells of each group take turns."""
    few, many = grid((3, 4)), grid((5,))
    first = [(i, few[i % len(few)]) for i in range(small)]
    return first + [(100_000 + i, many[i % len(many)]) for i in range(large)]


def study(wanted: Iterable[tuple[int, Cell]], *, seed: int = STUDY_SEED, compiled: bool | None = None) -> Iterator[Row]:
    """Yield a row for each wanted world."""
    for number, cell in wanted:
        yield measure(number, world(cell, seed + number), compiled=compiled)


def measure(number: int, one: World, *, compiled: bool | None = None) -> Row:
    """Ask about one world and set the truth beside the answer."""
    compiled = INSTALLED if compiled is None else compiled
    bases = None
    if one.missed or one.false:
        bases = plausible_tables(one.seen, Rates(one.missed, one.false), draws=LINKAGE_DRAWS, seed=one.seed)
    found = answer(one.seen, methods=METHODS, replicates=REPLICATES, seed=one.seed, bases=bases, compiled=compiled)
    lower, upper = (found.headline.lower, found.headline.upper) if found.headline else (np.nan, np.nan)
    true_lower, true_upper = true_interval(one)
    return Row(
        number=number,
        **asdict(one.cell),
        seed=one.seed,
        people=one.people,
        observed=one.seen.observed,
        overlaps_expected=round(one.overlaps_expected, 2),
        verdict=found.verdict,
        reason=found.reason,
        lower=float(lower),
        upper=float(upper),
        true_lower=true_lower,
        true_upper=true_upper,
        ranges=_ranges(found),
    )


def _ranges(found: Answer) -> str:
    known = [one for one in found.estimators if one.lower is not None and one.upper is not None]
    return " ".join(f"{one.name}:{one.lower:.1f}:{one.upper:.1f}" for one in known)


def true_interval(one: World) -> tuple[float, float]:
    """Return the 95 % interval of the true model on the table without linkage errors; nan where it has none.

    Where all are equally visible this is the profile interval of the log-linear model with the dependent pairs. With
    two kinds of people the true model has a term for how visible people are (Darroch's, which holds to second order).
    """
    counts = one.exact.counts
    if one.cell.visibility != "equal":
        return _visibility_interval(counts, [t for t in one.truth.terms if t], one.cell.lists)
    hidden, stderr = fitted(counts, one.truth)
    if not np.isfinite(stderr):
        return float("nan"), float("nan")
    found = profile(counts, one.truth, hidden)
    return found.lower, found.upper


def _visibility_interval(counts: Floats, terms: list[int], k: int) -> tuple[float, float]:
    columns = np.column_stack([design(k)[1:][:, terms], sizes(k)[1:] ** 2 / 2])
    if columns.shape[1] + 1 > len(counts) - 1:
        return float("nan"), float("nan")
    fit = poisson(counts[1:], columns)
    hidden = fit.total - float(counts.sum())
    if not fit.settled or hidden <= 0:
        return float("nan"), float("nan")
    spread = float(np.exp(1.96 * np.sqrt(max(fit.stderr**2 - hidden, 0.0)) / hidden))
    return float(counts.sum()) + hidden / spread, float(counts.sum()) + hidden * spread


@dataclass(frozen=True)
class Summary:
    """The study's figures over some of its worlds."""

    what: str
    worlds: int
    answered: int
    coverage: float
    refused_with_overlap: float  # share of refusals where at least ENOUGH overlaps were to be expected
    width_ratio: float
    true_coverage: float


def summarise(what: str, rows: list[Row]) -> Summary:
    """Summarise these worlds."""
    answered = [r for r in rows if r.answered]
    enough = [r for r in rows if r.overlaps_expected >= ENOUGH]
    ratios = [r.width_ratio for r in answered if np.isfinite(r.width_ratio)]
    known = [r for r in rows if np.isfinite(r.true_upper)]
    return Summary(
        what,
        len(rows),
        len(answered),
        _share([r.covered for r in answered]),
        _share([not r.answered for r in enough]),
        float(np.median(ratios)) if ratios else float("nan"),
        _share([r.true_lower <= r.people <= r.true_upper for r in known]),
    )


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def meets_assumptions(row: Row) -> bool:
    """Say whether a world is as the methods assume: people equally visible, no linkage errors."""
    return row.visibility == "equal" and row.linkage == "exact"


def summaries(rows: list[Row]) -> list[Summary]:
    """Return the figures over all worlds, over those that meet the assumptions, by factor and by cell."""
    out = [summarise("all worlds", rows), summarise("assumptions met", [r for r in rows if meets_assumptions(r)])]
    for factor in ("lists", "dependence", "visibility", "reach", "linkage"):
        for value in dict.fromkeys(getattr(r, factor) for r in rows):
            out.append(summarise(f"{factor} {value}", [r for r in rows if getattr(r, factor) == value]))
    for cell in dict.fromkeys(_cell(r) for r in rows):
        out.append(summarise(cell.name, [r for r in rows if _cell(r) == cell]))
    return out


def _cell(row: Row) -> Cell:
    return Cell(row.lists, row.dependence, row.visibility, row.reach, row.linkage)


def method_coverage(rows: list[Row]) -> dict[str, float]:
    """Return how often each estimator's own range holds the truth, refused tables included."""
    hits: dict[str, list[bool]] = {}
    for row in rows:
        for part in row.ranges.split():
            name, low, high = part.split(":")
            hits.setdefault(name, []).append(float(low) <= row.people <= float(high))
    return {name: _share(values) for name, values in hits.items()}


def to_line(row: Row) -> list[str]:
    """Return a row as CSV values."""
    return [str(getattr(row, field.name)) for field in fields(Row)]


def from_line(values: dict[str, str]) -> Row:
    """Read a row back."""
    kinds = {"int": int, "float": float, "str": str}
    return Row(**{f.name: kinds[str(getattr(f.type, "__name__", f.type))](values[f.name]) for f in fields(Row)})
