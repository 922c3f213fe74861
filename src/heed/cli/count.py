"""`heed count TABLE.csv`: how many people, known and hidden, or why no estimate is defensible."""

import argparse
import time
from pathlib import Path

from heed.count.answer import ESTIMATORS, USUAL, answer
from heed.count.reading import read
from heed.count.result import ESTIMATE
from heed.count.terminal import text
from heed.lib.progress import bar

from .output import answer as say_answer


def arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command's words."""
    parser.add_argument(
        "table", type=Path, help="CSV: a column of 0/1 per list and a column count, or a row per person"
    )
    parser.add_argument(
        "--method", action="append", metavar="NAME", help=f"of {', '.join(ESTIMATORS)}; may be repeated (default: all)"
    )
    parser.add_argument(
        "--bootstrap", type=int, default=1000, metavar="N", help="resampled tables; 0: none (default 1000)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="seed of all random numbers (default 1)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="also write a report, .html or .json")
    parser.add_argument("--strata", metavar="COLUMN", help="the column that splits the table (default: stratum)")


def run(args: argparse.Namespace) -> int:
    """Read, count, answer; exit 1 where no estimate is defensible."""
    reading = read(args.table, strata=args.strata)
    result = answer(
        reading.table,
        methods=tuple(args.method or USUAL),
        replicates=args.bootstrap,
        seed=args.seed,
        clock=time.perf_counter,
        track=bar,
    )
    say_answer(args, result.as_json(), text(result))
    return 0 if result.verdict == ESTIMATE else 1
