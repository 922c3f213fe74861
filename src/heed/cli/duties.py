"""`heed duties evaluate`: every duty of a policy on an extract, as of D and as known at K."""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from heed.lib.errors import HeedError
from heed.policy import evaluate_batch, evaluate_by_key
from heed.policy.files import coverage_rows, load_packs, rows_of
from heed.policy.words import Pack

from .declared import declared
from .output import answer
from .record_place import open_record

# Up to so many entries, judging key by key takes less time than compiling the walk (some seconds, the first time).
SMALL = 20_000
COUNTED = ("fulfilled", "declined", "ceased", "waived", "superseded", "open")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Give the command its words."""
    parser.add_argument("action", choices=["evaluate"])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--events", type=Path, metavar="FILE", help="an extract: .csv, .parquet, .arrow")
    source.add_argument("--record", action="store_true", help="the record itself, which covers every kind it knows")
    parser.add_argument("--policy", action="append", default=[], metavar="PACK", help="a shipped pack or a file")
    parser.add_argument("--as-of", required=True, metavar="D", help="an instant in UTC or a local day")
    parser.add_argument("--known-at", metavar="K", help="as it was known then; left out: as of D, as was")
    parser.add_argument("--covers", type=Path, metavar="FILE", help="rows of source, agency, kind, from, to (YAML)")


def run(args: argparse.Namespace) -> int:
    """Evaluate and answer."""
    packs = load_packs(args.policy, kinds=declared())
    covers = coverage_rows(args.covers) if args.covers else None
    known_at = args.known_at or args.as_of
    try:
        if args.record:
            open_record(args)
            from heed.cases.journey.judging import over_record

            found = over_record(packs, args.as_of, known_at, covers)
        else:
            found = evaluate(args.events, packs, args.as_of, known_at, covers)
    except ValueError as error:
        raise HeedError(f"--as-of or --known-at cannot be read: {error}.") from error
    answer(args, found, summary(found))
    return 0


def evaluate(path: Path, packs: Sequence[Pack], as_of: str, known_at: str, covers: Any) -> dict[str, Any]:
    """Return the Answer; a small extract is judged key by key, which needs no compiling and gives the same rows."""
    rows = list(islice(rows_of(path), SMALL + 1))
    if len(rows) <= SMALL:
        return evaluate_by_key(rows, packs, as_of, known_at, covers)
    return evaluate_batch(path, packs, as_of, known_at, covers)


def summary(found: dict[str, Any]) -> str:
    """Return the answer for people: what is owed by clause, and what was left out."""
    rows: dict[str, dict[str, int]] = {}
    for duty in found["duties"]:
        row = rows.setdefault(duty["clause"], dict.fromkeys((*COUNTED, "late", "undecided", "not testable"), 0))
        row[duty["end"]] += 1
        row["late"] += duty["lateness"] == "yes"
        row["undecided"] += duty["lateness"] == "undecided"
        row["not testable"] += duty["testable"] is not True
    lines = [f"As of {found['as_of']}, as known at {found['known_at']}, by {found['pack']} {found['version']}"]
    lines += [f"{clause}: " + ", ".join(f"{n} {name}" for name, n in row.items() if n) for clause, row in rows.items()]
    if "entry" in found:
        lines.append(f"It reaches entry {found['entry']}.")
    if found["partial"]:
        lines.append(f"The answer is partial: {len(found['partial'])} entries were left out (--json lists them).")
    return "\n".join(lines)
