"""`heed bench count`: speed against the R packages and a floor of arithmetic; with --coverage, the coverage study."""

import argparse
import csv
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heed.count import coverage, speed
from heed.count.result import plain
from heed.lib.files import append_durably
from heed.lib.progress import bar

from .output import answer as say_answer

RESULTS = Path("bench/count/coverage.csv")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command's words."""
    parser.add_argument("--replicates", type=int, default=1000, metavar="B", help="bootstrap tables (default 1000)")
    parser.add_argument("--coverage", action="store_true", help="run (or go on with) the coverage study")
    parser.add_argument("--worlds", type=int, default=1000, metavar="N", help="worlds of the study (default 1000)")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE", help="where the study keeps its rows")
    parser.add_argument("--seed", type=int, default=coverage.STUDY_SEED, metavar="S", help="seed of the study")
    parser.add_argument(
        "--minutes", type=float, default=120.0, metavar="M", help="stop after this long; rerun to go on"
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print, and say whether the aims are met."""
    if args.coverage:
        return run_coverage(args)
    document = speed.measure(args.replicates, time.process_time, time.perf_counter, track=bar)
    say_answer(args, document, speed.text(document))
    return 0 if document["ok"] else 1


def run_coverage(args: argparse.Namespace) -> int:
    """Go on with the study until it is complete or the time is up; then print its figures."""
    small = round(args.worlds * coverage.SMALL_LISTS / (coverage.SMALL_LISTS + coverage.LARGE_LISTS))
    plan = coverage.plan(small, args.worlds - small)
    done = kept_rows(args.results, args.seed)
    wanted = [(number, cell) for number, cell in plan if number not in done]
    stop = time.monotonic() + 60 * args.minutes
    for row in bar(coverage.study(wanted, seed=args.seed), len(wanted), "worlds"):
        keep(args.results, row)
        done[row.number] = row
        if time.monotonic() > stop:
            break
    rows = [done[number] for number, _ in plan if number in done]
    document = report(rows)
    say_answer(args, document, table(document))
    return 0 if document["ok"] else 1


def kept_rows(path: Path, seed: int) -> dict[int, coverage.Row]:
    """Read the rows that an earlier run of the same seed kept."""
    if not path.exists():
        return {}
    with open(path, newline="", encoding="utf-8") as lines:
        rows = [coverage.from_line(line) for line in csv.DictReader(lines)]
    return {row.number: row for row in rows if row.seed == seed + row.number}


def keep(path: Path, row: coverage.Row) -> None:
    """Append one row, durably."""
    if not path.exists():
        append_durably(path, (",".join(row.__dataclass_fields__) + "\n").encode(), mode=0o644)
    values = [f'"{value}"' if "," in value else value for value in (v.replace('"', "'") for v in coverage.to_line(row))]
    append_durably(path, (",".join(values) + "\n").encode(), mode=0o644)


def report(rows: list[coverage.Row]) -> dict[str, Any]:
    """Return the study's figures and whether they meet the aims of the issue."""
    found = coverage.summaries(rows)
    whole, met = found[0], found[1]
    aims = {
        "coverage at least 90 %": whole.coverage >= 0.9,
        "refusals at most 5 % where assumptions are met and 30 overlaps expected": met.refused_with_overlap <= 0.05,
        "median width at most 1.5 times the true model's": whole.width_ratio <= 1.5,
    }
    document: dict[str, Any] = plain(
        {
            "ok": all(aims.values()),
            "aims": aims,
            "worlds": len(rows),
            "summaries": [asdict(one) for one in found],
            "by method": coverage.method_coverage(rows),
        }
    )
    return document


def table(document: dict[str, Any]) -> str:
    """Return the figures as text."""
    lines = [f"{'worlds of':<72} worlds answered covered refused  width true"]
    for one in document["summaries"]:
        figures = [one[name] for name in ("coverage", "refused_with_overlap", "width_ratio", "true_coverage")]
        shown = " ".join(f"{'–' if v is None else f'{v:.3f}':>7}" for v in figures)
        lines.append(f"{one['what']:<72} {one['worlds']:>6} {one['answered']:>8} {shown}")
    lines += [f"{name}: {'yes' if met else 'NO'}" for name, met in document["aims"].items()]
    lines += [f"{name} alone covers {share:.3f}" for name, share in document["by method"].items()]
    return "\n".join(lines)
