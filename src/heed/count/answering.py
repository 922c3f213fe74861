"""Asks every estimator about a table, applies the headline rule, and puts the answer together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from heed.lib.errors import HeedError
from heed.lib.progress import Track, quiet

from . import censored
from .averaged import averaged_estimate
from .bounds import bounds_estimate
from .doubly import doubly_estimate
from .headline import Refusal, headline, members_for, rounded, table_refusal
from .latent_classes import latent_estimate
from .lattice import Floats
from .linkage import width_parts
from .loglinear import ASSUMPTIONS, criterion_estimate, stepwise_estimate
from .mixture import mixture_estimate
from .overview import overview
from .reading import People
from .result import ESTIMATE, REFUSED, Answer, Estimate, Headline, refused
from .setting import Setting, setting
from .tables import Table
from .threshold import threshold_estimate

Estimator = Callable[[Setting], Estimate]
Clock = Callable[[], float]

ESTIMATORS: dict[str, Estimator] = {
    "stepwise": stepwise_estimate,
    "bic": lambda s: criterion_estimate("bic", s),
    "aic": lambda s: criterion_estimate("aic", s),
    "bma": averaged_estimate,
    "mix": mixture_estimate,
    "latent": latent_estimate,
    "threshold": threshold_estimate,
    "bounds": bounds_estimate,
    "doubly": lambda s: doubly_from(s),
}
USUAL = ("stepwise", "bic", "aic", "bma", "mix", "latent", "threshold", "bounds")
NO_BOOTSTRAP = "No resampling was done: the intervals are conditional on the chosen model."


def answer(
    table: Table,
    *,
    methods: tuple[str, ...] = USUAL,
    replicates: int = 1000,
    seed: int = 1,
    bases: Floats | None = None,
    people: People | None = None,
    compiled: bool | None = None,
    clock: Clock = lambda: 0.0,
    track: Track[str] = quiet,
) -> Answer:
    """Count the people on no list, or say why that cannot be done.

    `people` are the rows with covariates, for the doubly robust estimator, which alone can answer two lists. `bases`
    are the tables that could be the true one (linkage draws, values of censored cells). `clock` times the estimators
    (seconds). The same table, choices and seed give the same answer.
    """
    unknown = [name for name in methods if name not in ESTIMATORS]
    if unknown:
        raise HeedError(f"There is no method {unknown[0]!r}; there are {', '.join(ESTIMATORS)}.")
    if not table.counts.sum() and not table.censored:
        raise HeedError("Every count is zero: nobody was observed.")
    if table.censored and bases is None:
        bases = censored.plausible_tables(table, seed=seed)
    made = setting(table, bases=bases, replicates=replicates, seed=seed, compiled=compiled, people=people)
    no = table_refusal(table)
    wanted = [name for name in ESTIMATORS if name in methods or (name == "doubly" and people is not None)]
    results = tuple(timed(name, made, clock, no) for name in track(wanted, len(wanted), "methods"))
    ruling = (
        (no and by_covariates(made, results))
        or no
        or headline(table, with_members(made, {one.name: one for one in results}, clock))
    )
    if no is not None and not isinstance(ruling, Refusal):
        results = tuple(one if one.name == "doubly" else one.undefended(no.reason) for one in results)
    return put_together(made, results, ruling)


def doubly_from(made: Setting) -> Estimate:
    """Run the doubly robust estimator where there are covariates."""
    table = made.table
    if made.people is None:
        reason = "The table has no covariates: without them nothing makes two lists independent."
        return refused("doubly", table.observed, table.fingerprint, reason, "A row per person with covariates.")
    return doubly_estimate(made.people, fingerprint=table.fingerprint, seed=made.seed)


def by_covariates(made: Setting, results: tuple[Estimate, ...]) -> Headline | None:
    """Return the doubly robust range as the headline where two lists are all there is."""
    one = next((r for r in results if r.name == "doubly" and r.stands), None)
    if made.table.k != 2 or one is None or one.lower is None or one.upper is None:
        return None
    words = (
        f"{made.table.observed:,} people were seen by at least one of 2 lists. If the lists are independent among "
        f"people alike in {', '.join(made.people.covariates if made.people else ())}, the whole number is between "
        f"{rounded(one.lower):,} and {rounded(one.upper):,}. The data cannot test this."
    )
    return Headline(one.lower, one.upper, words)


def with_members(made: Setting, found: dict[str, Estimate], clock: Clock) -> dict[str, Estimate]:
    """Run the estimators that the headline rests on where they were not asked for."""
    return {**{name: timed(name, made, clock, None) for name in members_for(made.table) if name not in found}, **found}


def timed(name: str, made: Setting, clock: Clock, no: Refusal | None) -> Estimate:
    """Run one estimator; what it cannot do becomes its own refusal."""
    started = clock()
    if no is not None and made.table.k < 2:
        return refused(name, made.table.observed, made.table.fingerprint, no.reason, no.evidence)
    try:
        result = ESTIMATORS[name](made)
    except HeedError as cannot:
        result = refused(name, made.table.observed, made.table.fingerprint, str(cannot), "Another method.")
    return replace(result, seconds=clock() - started)


def put_together(made: Setting, results: tuple[Estimate, ...], ruling: Headline | Refusal) -> Answer:
    """Return the answer; where the table was refused, no estimate stands."""
    table = made.table
    no = ruling if isinstance(ruling, Refusal) else None
    if no is not None:
        results = tuple(one.undefended(no.reason) for one in results)
    return Answer(
        observed=table.observed,
        fingerprint=table.fingerprint,
        lists=table.lists,
        verdict=REFUSED if no else ESTIMATE,
        reason=no.reason if no else "",
        evidence=no.evidence if no else "",
        headline=None if isinstance(ruling, Refusal) else ruling,
        estimators=results,
        diagnostics=overview(table) | parts_of_width(made, results),
        warnings=tuple(warnings(made, results)),
        assumptions=ASSUMPTIONS,
        bootstrap=made.replicates,
        seed=made.seed,
    )


def parts_of_width(made: Setting, results: tuple[Estimate, ...]) -> dict[str, Any]:
    """Return how much of the spread is linkage, chance and the choice of model, where there are many tables."""
    bic = next((one for one in results if one.name == "bic" and one.estimate is not None), None)
    return {"width": width_parts(made, bic)} if made.pooled and bic is not None else {}


def warnings(made: Setting, results: tuple[Estimate, ...]) -> list[str]:
    """Return what a reader must know about the answer as a whole."""
    table = made.table
    out = list(table.notes)
    if table.censored:
        out.append(
            f"{len(table.censored)} cells are published as ranges: the observed number is the smallest possible, and "
            "the answer is pooled over tables that fit the ranges."
        )
    if not made.replicates:
        out.append(NO_BOOTSTRAP)
    single = 1 - table.overlaps / max(table.observed, 1)
    if single > 0.9:
        out.append(f"{single:.0%} of the people are on one list only: the estimate rests on {table.overlaps} of them.")
    totals = [one.estimate for one in results if one.estimate is not None and one.name != "bounds"]
    if totals and max(totals) > 1.5 * min(totals):
        out.append(f"The methods differ: their estimates reach from {min(totals):,.0f} to {max(totals):,.0f}.")
    return out
