"""`heed retention {due | review}`: which records are to be looked at again, and what was found; nothing is erased."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from .output import answer
from .record_place import actor_arguments, open_record, who_acts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(dest="word", required=True, metavar="due|review")
    due = words.add_parser("due", help="what records officers owe a look, the earliest due first")
    due.add_argument("--within", metavar="DAYS", type=int, default=90, help="also what falls due in so many days")
    review = words.add_parser("review", help="say whether a record is still kept; an erasure is proposed apart")
    review.add_argument("record", metavar="KEY", help="a concern or a child")
    review.add_argument("--outcome", choices=("keep", "propose_erasure"), required=True)
    review.add_argument("--again-on", metavar="DAY", default="", help="when to look again, where it is kept")
    review.add_argument("--reason", required=True)
    for word in (due, review):
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)
        actor_arguments(word)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    open_record(args)
    if args.word == "review":
        from heed.cases.disclosure import services

        entry = services.review_retention(
            by=who_acts(args), record=args.record, outcome=args.outcome, reason=args.reason, again_on=args.again_on
        )
        answer(args, {"ok": True, "n": entry.n}, f"Entry {entry.n}; nothing is erased by it.")
        return 0
    from heed.duties import selectors

    now = datetime.now(UTC)
    last = int(now.timestamp()) + args.within * 86_400
    rows = selectors.owed(selectors.open_duties(owners=frozenset({"records_officer"})).filter(due__lte=last), now)
    found = [
        {"record": row.duty.key, "clause": row.duty.clause, "due": row.due.isoformat() if row.due else None}
        for row in rows
    ]
    lines = [f"{row['record']}  {row['clause']}  due {row['due']}" for row in found]
    answer(args, {"ok": True, "due": found}, "\n".join(lines) or "No record is due for a look.")
    return 0
