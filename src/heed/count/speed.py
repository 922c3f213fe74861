"""How fast the count is, as ratios: against the R packages' recorded seconds and against a floor of plain arithmetic.

The floor is measured in the same run: the fused multiply-adds per second that one core reaches on a matrix product. A
fit of p terms on k lists needs about STEPS_NEEDED times (p**3 / 3 + 2**k * 40 + k * 2**k) floating-point operations;
whoever needs no more time than that has nothing left to gain. R's seconds are those of `reference_shared.csv`, measured
on another machine: the ratio tells orders of magnitude, not percents.

Seconds are processor seconds, so that other work on the machine does not count; wall seconds stand beside them for the
one step that uses several cores, and its aim is judged on processor seconds shared by two cores.
"""

from collections.abc import Callable
from importlib import resources
from typing import Any

import numpy as np

from heed.lib.progress import Track, quiet

from . import compiled
from .averaging import average
from .bootstrap import acceleration, bca, resample, without_one
from .engine import Best
from .lattice import Floats
from .models import hierarchical
from .reading import read_text
from .selection import select
from .stepwise import stepwise
from .tables import Table

Clock = Callable[[], float]
TABLES = ("Korea", "Kosovo", "Western")
# SparseMSE 2.0.1, stepwise 0.02 with 1,000 bootstrap tables, R 4.2.2: seconds in reference_shared.csv
SPARSEMSE = {"Korea": 9.795, "Kosovo": 35.82, "Western": 34.59}
DGA = {"Korea": 0.001, "Kosovo": 0.066, "Western": 0.429}  # dga 2.0.2, delta = 2^-k, its full integer grid
RCAPTURE_FIT = 42.1 / 6893  # Rcapture 1.4.4, all five-list models of Western once
STEPS_NEEDED = 5
REPEATS = 3
AIMS = {"stepwise ratio": 200.0, "all models seconds": 60.0, "averaging four": 0.005, "averaging five": 0.015}


def shipped(name: str) -> Table:
    """Return one of the tables that ship with the package."""
    return read_text((resources.files("heed.count") / "tables" / f"{name}.csv").read_text(), name=name).table


def measure(replicates: int, clock: Clock, wall: Clock, *, track: Track[str] = quiet) -> dict[str, Any]:
    """Time everything; the median of three runs, after one that warms up."""
    flops = floor(clock)
    rows: dict[str, Any] = {"floor, Gflop/s": flops / 1e9, "replicates": replicates, "numba": compiled.INSTALLED}
    steps: dict[str, Callable[[], Any]] = {
        "stepwise": lambda: {name: stepwise_seconds(shipped(name), replicates, clock) for name in TABLES},
        "averaging": lambda: {name: averaging_seconds(shipped(name), clock) for name in TABLES},
        "all models": lambda: all_models(shipped("Western"), replicates, (clock, wall), flops),
    }
    for name in track(steps, len(steps), "speed"):
        rows[name] = steps[name]()
    rows["ratios to SparseMSE"] = {n: SPARSEMSE[n] * replicates / 1000 / rows["stepwise"][n] for n in TABLES}
    rows["ratios to dga"] = {n: DGA[n] / rows["averaging"][n] for n in TABLES}
    rows["aims"] = aims(rows)
    rows["ok"] = all(rows["aims"].values())
    return rows


def timed(work: Callable[[], object], clock: Clock) -> float:
    """Return the median seconds of a few runs."""
    work()
    seconds = []
    for _ in range(REPEATS):
        started = clock()
        work()
        seconds.append(clock() - started)
    return float(np.median(seconds))


def floor(clock: Clock) -> float:
    """Return the floating-point operations per second of a matrix product."""
    size = 1000
    a = np.random.default_rng(1).random((size, size))
    seconds = timed(lambda: a @ a, clock)
    return 2.0 * size**3 / seconds


def stepwise_seconds(table: Table, replicates: int, clock: Clock) -> float:
    """Time the point estimate, the bootstrap with its selection, the jackknife and the BCa limits."""

    def totals(tables: Floats) -> Floats:
        whole: Floats = tables.sum(axis=1) + stepwise(tables).hidden
        return whole

    def work() -> None:
        left, weights = without_one(table.counts)
        total = float(totals(table.counts[None, :])[0])
        bca(total, totals(resample(table.counts, replicates, 1)), acceleration(totals(left), weights))

    return timed(work, clock)


def averaging_seconds(table: Table, clock: Clock) -> float:
    """Time one posterior."""
    return timed(lambda: average(table.counts), clock)


def all_models(table: Table, replicates: int, clocks: tuple[Clock, Clock], flops: float) -> dict[str, float]:
    """Time every five-list model on every bootstrap table, with and without leaving out hopeless ones."""
    drawn = resample(table.counts, replicates, 1)
    select(drawn[:8], "bic", compiled=compiled.INSTALLED)
    whole, full, wall = once(lambda: select(drawn, "bic", prune=False, compiled=compiled.INSTALLED), clocks)
    pruned, quick, _ = once(lambda: select(drawn, "bic", compiled=compiled.INSTALLED), clocks)
    terms = np.array([len(m.terms) for m in hierarchical(table.k)], dtype=float)
    needed = replicates * float((STEPS_NEEDED * (terms**3 / 3 + 2**table.k * 40 + table.k * 2**table.k)).sum())
    return {
        "processor seconds": full,
        "wall seconds": wall,
        "fits": float(whole.fits),
        "microseconds per fit": full / whole.fits * 1e6,
        "processor seconds with pruning": quick,
        "fits with pruning": float(pruned.fits),
        "same choices": float((whole.index == pruned.index).mean()),
        "ratio to Rcapture's rate": RCAPTURE_FIT * whole.fits / full,
        "times the floor": full / (needed / flops),
    }


def once(work: Callable[[], Best], clocks: tuple[Clock, Clock]) -> tuple[Best, float, float]:
    """Return what the work gives and the seconds it takes by each clock."""
    started = [clock() for clock in clocks]
    result = work()
    spent = [clock() - start for clock, start in zip(clocks, started, strict=True)]
    return result, spent[0], spent[1]


def aims(rows: dict[str, Any]) -> dict[str, bool]:
    """Say which of the issue's aims are met."""
    met = {
        f"stepwise and BCa at least {AIMS['stepwise ratio']:.0f} times faster than SparseMSE on {name}": ratio
        >= AIMS["stepwise ratio"]
        for name, ratio in rows["ratios to SparseMSE"].items()
    }
    seconds = rows["all models"]["processor seconds"] * 1000 / rows["replicates"] / 2
    met["all 6,893 models x 1,000 under 60 s on two cores"] = seconds < AIMS["all models seconds"]
    met["averaging under 5 ms at four lists"] = rows["averaging"]["Kosovo"] < AIMS["averaging four"]
    met["averaging under 15 ms at five lists"] = rows["averaging"]["Western"] < AIMS["averaging five"]
    return met


def text(rows: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = [f"floor {rows['floor, Gflop/s']:.1f} Gflop/s on one core; {rows['replicates']} bootstrap tables"]
    for name in TABLES:
        ratio = rows["ratios to SparseMSE"][name]
        lines.append(f"{name}: stepwise + BCa {rows['stepwise'][name]:.3f} s, {ratio:.0f} times faster than SparseMSE")
        lines.append(f"{name}: averaging {1000 * rows['averaging'][name]:.2f} ms")
    lines += [f"all models: {key} {value:,.2f}" for key, value in rows["all models"].items()]
    lines += [f"{aim}: {'yes' if met else 'NO'}" for aim, met in rows["aims"].items()]
    return "\n".join(lines)
