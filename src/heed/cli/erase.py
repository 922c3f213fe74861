"""`heed erase {propose | approve | refuse | perform | list}`: a lawful erasure, by two people, with proof."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .output import answer
from .record_place import actor_arguments, open_record, who_acts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(dest="word", required=True, metavar="propose|approve|refuse|perform|list")
    propose = words.add_parser("propose", help="ask, under a named authority, that a part be erased")
    propose.add_argument("n", type=int, help="the entry's number")
    propose.add_argument("--part", choices=("words", "both"), default="both")
    propose.add_argument("--authority", required=True, help="the law or order, with its paragraph or reference")
    propose.add_argument(
        "--tell", metavar="KEY", action="append", required=True, help="the scrutineer, and others to be told"
    )
    propose.add_argument("--court-order", action="store_true", help="carried out at once after approval")
    approve = words.add_parser("approve", help="agree, as a second person of another agency")
    refuse = words.add_parser("refuse", help="refuse, with the reason on the record")
    refuse.add_argument("--reason", required=True)
    perform = words.add_parser("perform", help="do it, 14 days after approval")
    perform.add_argument("--duty", metavar="KEY", action="append", default=[], help="a duty that the entry had ended")
    listing = words.add_parser("list", help="erasures and what became of them")
    for word in (approve, refuse, perform):
        word.add_argument("erasure", metavar="KEY")
    for word in (propose, approve, refuse, perform, listing):
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)
        actor_arguments(word)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    open_record(args)
    from heed.record import erase

    if args.word == "list":
        return _list(args)
    by = who_acts(args)
    if args.word == "propose":
        entry = erase.propose(
            by=by,
            entry=args.n,
            part=args.part,
            authority=args.authority,
            recipients=args.tell,
            court_order=args.court_order,
        )
    elif args.word == "approve":
        entry = erase.approve(by=by, erasure=args.erasure)
    elif args.word == "refuse":
        entry = erase.refuse(by=by, erasure=args.erasure, reason=args.reason)
    else:
        entry = erase.perform(by=by, erasure=args.erasure, now=datetime.now(UTC), duties=args.duty)
    document = {"ok": True, "n": entry.n, "erasure": entry.subject}
    answer(args, document, f"Entry {entry.n}; the erasure is {entry.subject}.")
    return 0


def _list(args: argparse.Namespace) -> int:
    from heed.record.models import ErasureCase

    rows = list(ErasureCase.objects.order_by("proposed_n").values())
    lines = [f"{row['key']}  entry {row['entry']} {row['part']}: {_state(row)}" for row in rows]
    answer(args, {"ok": True, "erasures": rows}, "\n".join(lines) or "No erasure was ever proposed.")
    return 0


def _state(row: Mapping[str, Any]) -> str:
    for name, word in (("done_n", "done"), ("refused_n", "refused"), ("approved_n", "approved")):
        if row[name] is not None:
            return f"{word} by entry {row[name]}"
    return "proposed"
