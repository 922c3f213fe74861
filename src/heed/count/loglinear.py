"""The log-linear estimators (A): stepwise, BIC and AIC, each with the bootstrap that repeats its own selection."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from .bootstrap import Interval, acceleration, bca, quantile, without_one
from .existence import verdict
from .fit import fit_batch
from .lattice import Floats
from .models import MOST_LISTS_FOR_ALL_MODELS, Model, main_effects, padded
from .profile import profile
from .result import Estimate, refused
from .selection import Ranked, ranked, search, select
from .setting import Setting
from .stepwise import THRESHOLD, stepwise

CLOSE = 2.0  # models within 2 of the best score can hardly be told from it (Raftery 1995, Sociological Methodology 25)
FEW_SOUND = 0.95  # below this share of replicates with an estimate the interval carries a warning

ASSUMPTIONS = (
    "Every person was at risk of being on every list that could have seen them, in one period and place.",
    "Links are right: the same person is recognised across lists and nobody else is (unless linkage draws were given).",
    "Within the model people are equally visible, apart from the dependence between the lists it names.",
    "The dependence among those on no list follows the same model: the data cannot test this.",
)

MORE_OVERLAP = (
    "More overlap between the lists concerned, a further list, or a reason to rule the dependence out beforehand."
)
REPEATED = "Leave out a list that only repeats another or lies within it, or merge the two."
Choice = tuple[Floats, list[str]]  # the total and the chosen model of each table
Chooser = Callable[[Floats], Choice]


def stepwise_estimate(setting: Setting, threshold: float = THRESHOLD) -> Estimate:
    """Select pairs by Poisson tail probabilities, as SparseMSE does."""
    chosen = stepwise(setting.counts, threshold=threshold, possible=setting.possible)
    model = chosen.model(0, setting.table.k)
    if not chosen.sound[0]:
        return _refused("stepwise", setting, main_effects(setting.table.k))

    def choose(tables: Floats) -> Choice:
        found = stepwise(tables, threshold=threshold, possible=setting.possible)
        names = [found.model(row, setting.table.k).notation for row in range(len(tables))]
        return tables.sum(axis=1) + found.hidden, names

    return _estimated("stepwise", setting, model, float(chosen.hidden[0]), choose, {})


def criterion_estimate(name: str, setting: Setting) -> Estimate:
    """Choose among all hierarchical models by AIC or BIC (a search for six lists and more)."""
    table = ranked(setting.counts, name, possible=setting.possible, compiled=setting.compiled)
    first, sound = table.preferred(setting.counts, setting.possible)
    if not sound.sound:
        return _preferred_has_none(name, setting, table, first)
    model, hidden = table.models[first], float(table.hidden[first])
    if setting.table.k > MOST_LISTS_FOR_ALL_MODELS:
        chooser = _searcher(name, setting, model)
    else:
        chooser = _selector(name, setting, table)
    return _estimated(name, setting, model, hidden, chooser, _multiplicity(setting, table))


def _selector(name: str, setting: Setting, table: Ranked) -> Chooser:
    def choose(tables: Floats) -> Choice:
        best = select(tables, name, possible=setting.possible, compiled=setting.compiled)
        names = [table.models[i].notation if i >= 0 else "none" for i in best.index]
        return tables.sum(axis=1) + best.hidden, names

    return choose


def _searcher(name: str, setting: Setting, model: Model) -> Chooser:
    def choose(tables: Floats) -> Choice:
        starts = tuple(dict.fromkeys((main_effects(setting.table.k), model)))
        found, hidden = search(tables, name, starts=starts, possible=setting.possible, compiled=setting.compiled)
        return tables.sum(axis=1) + hidden, ["none" if m is None else m.notation for m in found]

    return choose


def _estimated(
    name: str, setting: Setting, model: Model, hidden: float, choose: Chooser, details: dict[str, Any]
) -> Estimate:
    """Add the interval, the words and the warnings to a point estimate."""
    table = setting.table
    total = setting.counts.sum() + hidden
    words = f"{model.notation} {model.words(table.lists)}"
    dropped = verdict(setting.counts, model, setting.possible).dropped
    warnings = (
        [f"{len(dropped)} terms of the model have no overlap and drop out (extended estimate)."] if dropped else []
    )
    if setting.replicates:
        lower, upper, kind, more = _bootstrap(setting, float(total), choose, warnings)
    else:
        lower, upper, kind, more = _conditional(setting, model, hidden, warnings)
    return Estimate(
        name=name,
        observed=table.observed,
        fingerprint=table.fingerprint,
        estimate=float(more.get("median", total)),
        lower=lower,
        upper=upper,
        interval=kind,
        model=words,
        assumptions=ASSUMPTIONS,
        warnings=tuple(warnings),
        details={"notation": model.notation, **details, **more},
    )


def _bootstrap(
    setting: Setting, total: float, choose: Chooser, warnings: list[str]
) -> tuple[float, float, str, dict[str, Any]]:
    """Return the interval that repeats the selection in every replicate."""
    replicates, names = choose(setting.draws)
    sound = float(np.isfinite(replicates).mean())
    if sound < FEW_SOUND:
        warnings.append(f"Only {sound:.0%} of the bootstrap tables have an estimate; the others count as unlimited.")
    frequency = [(name, count / len(names)) for name, count in Counter(names).most_common(10)]
    if frequency[0][1] < 0.5:
        warnings.append("No model is chosen in half of the bootstrap tables: the choice of model is itself uncertain.")
    percentile = (quantile(replicates, 0.025), quantile(replicates, 0.975))
    details: dict[str, Any] = {"selected": frequency, "percentile": percentile, "replicates": len(replicates)}
    details["totals"] = [round(float(total), 1) for total in replicates]
    if setting.pooled:
        details["median"] = quantile(replicates, 0.5)
        return *percentile, "bootstrap percentile over the possible tables, selection repeated", details
    interval = _bca(setting, total, replicates, choose)
    details |= {"z0": interval.bias, "acceleration": interval.acceleration, "quantiles": _quantiles(replicates)}
    return interval.lower, interval.upper, "BCa bootstrap, selection repeated over all models", details


def _bca(setting: Setting, total: float, replicates: Floats, choose: Chooser) -> Interval:
    left, weights = without_one(setting.counts)
    return bca(total, replicates, acceleration(choose(left)[0], weights))


def _quantiles(replicates: Floats) -> list[float]:
    """Return the replicates' spread in a few numbers, for the plots."""
    return [quantile(replicates, share) for share in np.linspace(0.005, 0.995, 100)]


def _conditional(
    setting: Setting, model: Model, hidden: float, warnings: list[str]
) -> tuple[float, float, str, dict[str, Any]]:
    """Return the interval that takes the model for granted."""
    found = profile(setting.counts, model, hidden, setting.possible)
    warnings.append("The interval is conditional on the model: it leaves out that the model was chosen from the data.")
    return found.lower, found.upper, "profile likelihood, conditional on the model", {"profile": found.estimate}


def _multiplicity(setting: Setting, table: Ranked) -> dict[str, Any]:
    """Return the best models with score, weight and total: how much hangs on the choice."""
    weights, observed = table.weights(), setting.counts.sum()
    top = [int(i) for i in table.order[:200] if table.status[i] == 0]
    close = [i for i in top if table.score[i] <= table.score[top[0]] + CLOSE] if top else []
    totals = [float(observed + table.hidden[i]) for i in close]
    return {
        "models": len(table.models),
        "without estimate": int((table.status != 0).sum()),
        "close models": len(close),
        "range of close models": [min(totals), max(totals)] if totals else [],
        "best": [
            {
                "model": table.models[i].notation,
                "score": float(table.score[i]),
                "weight": float(weights[i]),
                "total": float(observed + table.hidden[i]),
            }
            for i in top[:60]
        ],
    }


def _preferred_has_none(name: str, setting: Setting, table: Ranked, first: int) -> Estimate:
    """Refuse because the model the criterion prefers has no estimate; name the best one that has."""
    next_best = table.best_sound(setting.counts, setting.possible)
    details = _multiplicity(setting, table)
    if next_best is not None:
        details["best model with an estimate"] = table.models[next_best].notation
        details["its total"] = float(setting.counts.sum() + table.hidden[next_best])
    return _refused(name, setting, table.models[first], details)


def _refused(name: str, setting: Setting, model: Model, details: dict[str, Any] | None = None) -> Estimate:
    table = setting.table
    found = verdict(setting.counts, model, setting.possible)
    sentence = found.words(model, table.lists)
    lead = "" if name == "stepwise" else f"The model that {name.upper()} prefers has no estimate. "
    return refused(
        name,
        table.observed,
        table.fingerprint,
        lead + sentence,
        REPEATED if found.limited and not found.exists else MORE_OVERLAP,
        model=f"{model.notation} {model.words(table.lists)}",
        assumptions=ASSUMPTIONS,
        details=details or {},
    )


def fixed_model_totals(setting: Setting, model: Model) -> Floats:
    """Return the bootstrap totals with the model held fixed: the sampling part of the spread alone."""
    fits = fit_batch(setting.draws, padded((model,)), setting.possible)
    totals: Floats = setting.draws.sum(axis=1) + np.where(fits.status == 0, fits.hidden, np.inf)
    return totals
