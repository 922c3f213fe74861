"""`heed count TABLE.csv`, or `--record`: how many people, known and hidden, or why no estimate is defensible."""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heed.count.answering import ESTIMATORS, USUAL, answer
from heed.count.diagnostics import diagnose
from heed.count.linkage import Rates, plausible_tables
from heed.count.reading import Reading, read
from heed.count.report import page
from heed.count.result import ESTIMATE, Answer, plain
from heed.count.strata import Strata, by_stratum
from heed.count.terminal import fragility, text
from heed.lib.errors import HeedError
from heed.lib.files import write_atomic
from heed.lib.progress import bar

from .output import answer as say_answer
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command's words."""
    parser.add_argument(
        "table", type=Path, nargs="?", help="CSV: a column of 0/1 per list and a column count, or a row per person"
    )
    parser.add_argument("--record", action="store_true", help="the table from the record itself, by a definition")
    parser.add_argument("--definition", metavar="ID", help="with --record: NAME, NAME@VERSION or the entry's number")
    parser.add_argument("--as-of", metavar="D", help="with --record: the last day that is counted")
    parser.add_argument(
        "--known-at", metavar="K", help="with --record: as known then, a day or an instant (default: D)"
    )
    parser.add_argument(
        "--method", action="append", metavar="NAME", help=f"of {', '.join(ESTIMATORS)}; may be repeated (default: all)"
    )
    parser.add_argument(
        "--bootstrap", type=int, default=1000, metavar="N", help="resampled tables; 0: none (default 1000)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="seed of all random numbers (default 1)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="also write a report, .html or .json")
    parser.add_argument("--diagnose", action="store_true", help="also refit without each list and person, and more")
    parser.add_argument("--missed", type=float, default=0.0, metavar="P", help="linkage: chance that a link was missed")
    parser.add_argument("--false", type=float, default=0.0, metavar="P", help="linkage: false merges per person")
    parser.add_argument("--strata", metavar="COLUMN", help="the column that splits the table (default: stratum)")


def run(args: argparse.Namespace) -> int:
    """Read, count, answer; exit 1 where no estimate is defensible."""
    if args.report and args.report.suffix not in {".html", ".json"}:
        raise HeedError(f"A report is .html or .json, not {args.report.suffix or 'without an ending'}.")
    reading, about = from_record(args) if args.record else (from_file(args), {})
    methods = tuple(args.method or USUAL)
    bases = None
    if args.missed or args.false:
        bases = plausible_tables(reading.table, Rates(args.missed, args.false), seed=args.seed)
    result = answer(
        reading.table,
        methods=methods,
        replicates=args.bootstrap,
        seed=args.seed,
        bases=bases,
        people=reading.people,
        clock=time.perf_counter,
        track=bar,
    )
    document, words = result.as_json() | about, text(result)
    if reading.strata:
        parts = by_stratum(reading.strata, methods=methods, replicates=args.bootstrap, seed=args.seed)
        document["strata"] = strata_document(parts)
        words += "\n" + strata_text(parts)
    if args.diagnose or args.report:
        more = plain(diagnose(reading.table, seed=args.seed))
        document["diagnostics"] |= more
        words += "\n" + fragility(more)
    if args.report:
        write_report(args.report, result, document)
    say_answer(args, document, words)
    return 0 if result.verdict == ESTIMATE else 1


def from_file(args: argparse.Namespace) -> Reading:
    """Read the table of a file."""
    if args.table is None or args.definition or args.as_of or args.known_at:
        raise HeedError("Name a table, or --record with --definition and --as-of.")
    return read(args.table, strata=args.strata)


def from_record(args: argparse.Namespace) -> tuple[Reading, dict[str, Any]]:
    """Make the table from the record; return it with what was asked of the record and the known number."""
    if args.table or args.strata or not args.definition or not args.as_of:
        raise HeedError("--record takes --definition and --as-of, no table, and the definition's own strata.")
    open_record(args)
    from heed.scrutiny.counting.asked import asked

    found = asked(definition=args.definition, as_of=args.as_of, known_at=args.known_at or args.as_of)
    return found.reading, {"known": found.tally.known, "record": found.about}


def write_report(path: Path, result: Answer, document: dict[str, Any]) -> None:
    """Write the report in the form that the file's ending asks for."""
    if path.suffix == ".json":
        write_atomic(path, json.dumps(document, ensure_ascii=False, indent=2).encode())
    else:
        write_atomic(path, page(result, document["diagnostics"]).encode())


def strata_document(parts: Strata) -> dict[str, Any]:
    """Return the strata's answers, sums and pooled totals."""
    document: dict[str, Any] = plain(
        {
            "answers": {label: one.as_json() for label, one in parts.answers.items()},
            "sums": [asdict(one) for one in parts.sums],
            "partially pooled": [asdict(one) for one in parts.pooled],
        }
    )
    return document


def strata_text(parts: Strata) -> str:
    """Return the strata as text."""
    lines = ["By stratum"]
    lines += [
        f"{label}: {a.headline.words if a.headline else 'no estimate: ' + a.reason}"
        for label, a in parts.answers.items()
    ]
    for one in parts.sums:
        if one.without:
            lines.append(f"sum by {one.name}: none, for want of {', '.join(one.without)}")
        else:
            lines.append(f"sum by {one.name}: {one.estimate:,.0f} ({one.lower:,.0f} to {one.upper:,.0f})")
    return "\n".join(lines) + "\n"
