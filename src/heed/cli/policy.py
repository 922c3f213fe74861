"""`heed policy`: check packs, list, show and explain clauses, compare the law of years, print the manual, adopt."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from heed.lib.errors import Answered, HeedError
from heed.lib.files import write_atomic
from heed.policy import SMALL, evaluate_batch, evaluate_by_key
from heed.policy.answer import packs_of
from heed.policy.diff import changed_clauses, differences
from heed.policy.examples import run_examples
from heed.policy.explain import arithmetic, generated
from heed.policy.files import load_packs, rows_of
from heed.policy.manual import manual
from heed.policy.testable import by_measure, listed, testable_from
from heed.policy.times import horizon
from heed.policy.words import Clause, Pack

from . import policy_adopt
from .declared import declared
from .output import answer
from .record_place import open_record

ON_FILES = ("check", "list", "show", "explain", "diff", "manual")
ON_RECORD = {"adopt": policy_adopt.adopt, "calendar": policy_adopt.calendar}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Give the command its words."""
    parser.add_argument("action", choices=(*ON_FILES, *ON_RECORD))
    parser.add_argument(
        "names", nargs="*", help="packs or files (check, list, manual, adopt), clauses (show, explain), years (diff)"
    )
    parser.add_argument("--policy", action="append", default=[], metavar="PACK", help="packs for show, explain, diff")
    parser.add_argument("--measures", action="store_true", help="list: by row D1 to D34 of the standards table")
    judged = parser.add_mutually_exclusive_group()
    judged.add_argument("--events", type=Path, metavar="FILE", help="diff: judge the entries of this extract")
    judged.add_argument("--record", action="store_true", help="diff: judge the record, by the packs it has adopted")
    parser.add_argument("--as-of", metavar="D", help="diff: an instant or a local day (record: left out, its end)")
    parser.add_argument("--out", type=Path, metavar="PATH", help="manual, calendar: write it here")
    parser.add_argument(
        "--from",
        dest="begins",
        metavar="DAY",
        help="adopt: what is new is kept from this day on",
    )
    parser.add_argument("--by", metavar="ADDRESS", help="adopt: who proposes it; left out, it is only shown")
    parser.add_argument("--reason", metavar="WHY", help="adopt: why it is proposed; it names nobody")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    if args.action in ON_RECORD:
        ON_RECORD[args.action](args)
        return 0
    chosen = args.names if args.action in ("check", "list", "manual") else args.policy
    packs = [] if args.action == "diff" and args.record and not chosen else load_packs(chosen, kinds=declared())
    actions = {"check": check, "list": lists, "show": show, "explain": explain, "diff": diff, "manual": print_manual}
    actions[args.action](args, packs)
    return 0


def check(args: argparse.Namespace, packs: Sequence[Pack]) -> None:
    """Run every example; the packs were read and checked already."""
    wrong = run_examples(packs)
    if wrong:
        raise Answered(f"{len(wrong)} examples do not give what they say.", rejects=wrong)
    clauses = [clause for pack in packs for clause in pack.clauses]
    examples = sum(len(clause.examples) for clause in clauses)
    found = {"ok": True, "packs": [pack.name for pack in packs], "clauses": len(clauses), "examples": examples}
    answer(args, found, f"{len(packs)} packs, {len(clauses)} clauses, {examples} examples: all hold.")


def lists(args: argparse.Namespace, packs: Sequence[Pack]) -> None:
    """List clauses, or the rows of the standards table."""
    rows = by_measure(packs) if args.measures else listed(packs)
    name = "measure" if args.measures else "id"
    lines = [f"{row[name]}: {row.get('sentence') or ', '.join(map(str, list(row.values())[1:]))}" for row in rows]
    _answer_list(args, rows, "\n".join(lines))


def _answer_list(args: argparse.Namespace, rows: list[dict[str, Any]], text: str) -> None:
    """Print a list as one JSON document; `output.answer` takes objects only."""
    answer(args, rows, text)  # type: ignore[arg-type]


def _wanted(args: argparse.Namespace, packs: Sequence[Pack]) -> list[tuple[Clause, Pack]]:
    every = [(clause, pack) for pack in packs for clause in pack.clauses]
    known = {clause.id for clause, _ in every}
    unknown = [name for name in args.names if name not in known]
    if unknown:
        raise HeedError(f"There is no clause {unknown[0]!r}; `heed policy list` names them.")
    return [(clause, pack) for clause, pack in every if not args.names or clause.id in args.names]


def show(args: argparse.Namespace, packs: Sequence[Pack]) -> None:
    """Show clauses with their headers and what can test them."""
    wanted = {clause.id for clause, _ in _wanted(args, packs)}
    rows = [row for row in listed(packs) if row["id"] in wanted]
    lines = ["\n".join(f"{name}: {value}" for name, value in row.items() if value) for row in rows]
    _answer_list(args, rows, "\n\n".join(lines))


def explain(args: argparse.Namespace, packs: Sequence[Pack]) -> None:
    """Print each written sentence and, beneath it, the one generated from the data alone."""
    rows = [
        {
            "id": clause.id,
            "version": clause.version,
            "sentence": clause.sentence,
            "generated": generated(clause, pack),
            "arithmetic": arithmetic(clause),
            "testable": testable_from(clause),
        }
        for clause, pack in _wanted(args, packs)
    ]
    lines = [f"{row['id']} ({row['version']})\n  {row['sentence']}\n  {row['generated']}" for row in rows]
    _answer_list(args, rows, "\n\n".join(lines))


def diff(args: argparse.Namespace, packs: Sequence[Pack]) -> None:
    """Compare the law of several years: on an extract, on the record, or clause by clause where neither is given."""
    if len(args.names) < 2:
        raise HeedError("Give two or more years or days to compare: heed policy diff 2010 2013.")
    if args.record:
        rows = _diff_record(args, packs)
    elif args.events is not None:
        rows = _diff_rows(args, packs, list(rows_of(args.events)))
    else:
        rows = changed_clauses(packs, args.names)
    _answer_list(args, rows, "\n".join(map(_diff_line, rows)) or "Nothing differs.")


def _diff_record(args: argparse.Namespace, packs: Sequence[Pack]) -> list[dict[str, Any]]:
    """Judge the record; by the packs that it has adopted unless others are named, and to its end unless told."""
    open_record(args)
    from heed.cases.journey.judging import record_covers, record_rows
    from heed.duties.engine import adopted

    entries = list(record_rows())
    law = adopted(len(entries))
    packs = packs or packs_of(law.texts)
    if not packs:
        raise HeedError("The record has adopted no pack; name one with --policy.")
    args.as_of = args.as_of or max(row["recorded_at"] for row in entries)
    return _diff_rows(args, packs, entries, record_covers(packs), law.days())


def _diff_rows(
    args: argparse.Namespace, packs: Sequence[Pack], entries: list[Any], covers: Any = None, calendar: Any = None
) -> list[dict[str, Any]]:
    if not args.as_of:
        raise HeedError("With --events say --as-of which day.")
    horizon(args.as_of)
    evaluate = evaluate_batch if len(entries) > SMALL else evaluate_by_key
    return differences(packs, args.names, lambda law: evaluate(entries, law, args.as_of, args.as_of, covers, calendar))


def _diff_line(row: dict[str, Any]) -> str:
    """Return one difference for people: which duty, both verdicts, the version that caused it, how sure we are."""
    about = ", ".join(f"{role} {key}" for role, key in row.get("key", {}).items())
    sure = f"limit: {row['confirmed']}"
    verdicts = " → ".join(f"{row[side]['law_of']}: {_verdict_words(row[side])}" for side in ("earlier", "later"))
    caused = f"; {row['caused_by']}" if "caused_by" in row else ""
    return f"{row['clause']}{f' on {about}' if about else ''}: {verdicts}{caused} ({sure})"


def _verdict_words(side: dict[str, Any]) -> str:
    if "verdict" in side or side.get("version") is None:
        return "no clause in force"
    if "end" not in side:
        return f"version {side['version']}"
    due = f", due {side['due'][:10]}" if side["due"] else ""
    return f"{side['end']}, late: {side['lateness']}{due}"


def print_manual(args: argparse.Namespace, packs: Sequence[Pack]) -> None:
    """Print the manual, or write it."""
    text = manual(packs)
    if args.out:
        write_atomic(args.out, text.encode())
        return
    answer(args, {"manual": text}, text)
