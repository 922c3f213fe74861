"""The command: `receipt`, `database` or `export`; exit 0 it holds, 1 it does not, 2 a file or a call is of no use."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from .database import verify_database
from .export import verify_export
from .log import Row
from .proof import Invalid, Refused
from .receipt import Verdict, verify_receipt
from .trust import read_policy


def read_file(path: str) -> bytes:
    """Read a file, or say that it cannot be."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as reason:
        raise Refused(f"{path} cannot be read: {getattr(reason, 'strerror', None) or reason}.") from None


def answer(verdict: Verdict, *, as_json: bool) -> int:
    """Print a verdict and return the exit code."""
    if as_json:
        document = {"ok": not verdict.no, **verdict.facts, "says": verdict.says, "notes": verdict.notes}
        print(json.dumps(document | ({"error": verdict.no} if verdict.no else {}), indent=2))
    else:
        lines = [*verdict.says, *(f"Note: {note}" for note in verdict.notes)]
        show("\n".join([*lines, f"Not accepted: {verdict.no}" if verdict.no else "It holds."]), sys.stdout)
    return 1 if verdict.no else 0


def refuse(reason: Exception, *, as_json: bool) -> int:
    """Print why nothing was proven and return the exit code."""
    if as_json:
        print(json.dumps({"ok": False, "error": str(reason), "rejects": []}, indent=2))
    else:
        show(f"It does not hold: {reason}" if isinstance(reason, Invalid) else str(reason), sys.stderr)
    return 1 if isinstance(reason, Invalid) else 2


def show(text: str, stream: TextIO) -> None:
    """Print for a person, escaping what would steer the terminal and what it cannot show."""
    safe = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
    encoding = stream.encoding or "utf-8"
    print(safe.encode(encoding, "backslashreplace").decode(encoding), file=stream)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the three commands."""
    args = arguments().parse_args(argv)
    verify = {"receipt": verify_receipt_of, "database": verify_database_of, "export": verify_export_of}[args.command]
    try:
        verdict = verify(args)
    except (Invalid, Refused) as reason:
        return refuse(reason, as_json=args.json)
    return answer(verdict, as_json=args.json)


def arguments() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    parser = argparse.ArgumentParser(prog="python -m heed.log.standalone", description="Verify from the format page.")
    commands = parser.add_subparsers(dest="command", required=True)
    receipt = commands.add_parser("receipt", help="verify a receipt and the openings beside it")
    receipt.add_argument("file", metavar="FILE")
    receipt.add_argument("--key", metavar="FILE", required=True, help="a tlog-policy file, or one key")
    receipt.add_argument("--opening", metavar="FILE", action="append", default=[])
    receipt.add_argument("--opening-of-facts", metavar="FILE")
    receipt.add_argument("--earlier", metavar="FILE", help="a checkpoint without the entry, for 'recorded after'")
    database = commands.add_parser("database", help="verify a record's SQLite file")
    database.add_argument("file", metavar="FILE.sqlite3")
    database.add_argument("--checkpoint", metavar="FILE")
    database.add_argument("--key", metavar="FILE", help="a tlog-policy file, or one key")
    export = commands.add_parser("export", help="verify an export directory, and that receipts belong to it")
    export.add_argument("folder", metavar="DIR")
    export.add_argument("--key", metavar="FILE", help="a tlog-policy file, or one key; else the export's own")
    export.add_argument("--receipt", metavar="FILE", action="append", default=[])
    export.add_argument("--old", metavar="FILE", action="append", default=[], help="a checkpoint kept from before")
    for command in (receipt, database, export):
        command.add_argument("--json", action="store_true", help="one JSON document on standard output")
    return parser


def verify_receipt_of(args: argparse.Namespace) -> Verdict:
    """Verify the receipt that the arguments name; only this module reads the clock."""
    facts, earlier = (read_file(name) if name else None for name in (args.opening_of_facts, args.earlier))
    return verify_receipt(
        read_file(args.file),
        read_policy(read_file(args.key)),
        openings=[read_file(name) for name in args.opening],
        opening_of_facts=facts,
        earlier=earlier,
        now=int(time.time()),
    )


def verify_database_of(args: argparse.Namespace) -> Verdict:
    """Verify the database that the arguments name."""
    policy = read_policy(read_file(args.key)) if args.key else None
    note = read_file(args.checkpoint) if args.checkpoint else None
    return verify_database(Path(args.file), policy=policy, note=note, track=counted)


def counted(rows: Iterable[Row]) -> Iterator[Row]:
    """Count the entries on standard error while somebody watches there."""
    for n, row in enumerate(rows):
        if n % 10_000 == 0 and sys.stderr.isatty():
            print(f"\r{n} entries", end="\r", file=sys.stderr, flush=True)
        yield row


def verify_export_of(args: argparse.Namespace) -> Verdict:
    """Verify the export that the arguments name."""
    policy = read_policy(read_file(args.key)) if args.key else None
    receipts, old = ([read_file(name) for name in names] for names in (args.receipt, args.old))
    return verify_export(Path(args.folder), policy=policy, receipts=receipts, old=old, now=int(time.time()))


if __name__ == "__main__":
    sys.exit(main())
