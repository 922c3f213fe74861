"""`heed bench duties`: the evaluators against what one would write by hand, in one run, as ratios.

Timed apart: preparing; each construct; the five plain responses end to end from Parquet to a written result, beside
the fastest DuckDB query that gives the same rows; one append through the incremental evaluator; with `--pack`, every
shipped clause and how that grows. Each runs in turn with its floor, and medians are taken; read the ratios.
"""

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from heed.lib.errors import HeedError

from .output import answer, say

LONG = 17  # years that the larger extract spans, as the issue asks
FOLDER = Path(__file__).resolve().parents[3] / "bench" / "duties"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Give the command its words."""
    parser.add_argument("--events", type=int, default=1_500_000, metavar="N", help="how many events (1.5 million)")
    parser.add_argument("--cases", type=int, default=100_000, metavar="N", help="how many children (100,000)")
    parser.add_argument("--years", type=int, default=3, metavar="N", help="spread over how many years (3)")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="timed runs of each; the median counts")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument(
        "--pack",
        action="store_true",
        help="also every shipped clause, on this extract and on one ten times as large over 17 years",
    )


def part(name: str) -> ModuleType:
    """Load a module of bench/duties, which stands beside the source and is not installed."""
    path = FOLDER / f"{name}.py"
    if not path.is_file():
        raise HeedError(f"The benchmark needs {path}: run it from a checkout.")
    spec = importlib.util.spec_from_file_location(f"bench_duties_{name}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def paired(works: list[Callable[[], Any]], runs: int) -> list[float]:
    """Return the median seconds of each, run in turn so that other load falls on all; one round is not counted."""
    taken: list[list[float]] = [[] for _ in works]
    for at in range(runs + 1):
        for work, times in zip(works, taken, strict=True):
            started = time.perf_counter()
            work()
            if at:
                times.append(time.perf_counter() - started)
    return [statistics.median(times) for times in taken]


def run(args: argparse.Namespace) -> int:
    """Generate an extract, time everything, answer."""
    with TemporaryDirectory() as folder:
        path, larger = Path(folder) / "events.parquet", Path(folder) / "larger.parquet"
        say(f"Writing {args.events:,} invented events on {args.cases:,} children …")
        part("generate").write(path, args.events, args.cases, args.seed, years=args.years)
        if args.pack:
            say(f"Writing {10 * args.events:,} more …")
            part("generate").write(larger, 10 * args.events, args.cases, args.seed, years=LONG)
        found = part("timings").timings(path, args.runs, paired, larger=larger if args.pack else None)
    answer(args, found, summary(found))
    return 0


def summary(found: dict[str, Any]) -> str:
    """Return the timings for people."""
    lines = [f"{found['events']:,} events, medians of {found['runs']} runs in seconds"]
    for name, row in found["timings"].items():
        ratio = f"  {row['ratio']:.2f}×" if row.get("ratio") is not None else ""
        floor = f"  floor {row['floor']:.4f}" if row.get("floor") is not None else ""
        seconds = "" if row["seconds"] is None else f"{row['seconds']:.4f}"
        lines.append(f"{name:<38}{seconds}{floor}{ratio}  {row.get('note', '')}".rstrip())
    return "\n".join(lines)
