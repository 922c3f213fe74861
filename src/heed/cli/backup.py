"""`heed backup --to age1… --out FILE`: while people write; only the holder of that key can read it."""

import argparse
from pathlib import Path

from .output import answer, say
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--to", metavar="age1…", required=True, help="the age key that may read it")
    parser.add_argument("--out", type=Path, required=True)


def run(args: argparse.Namespace) -> int:
    """Write a backup."""
    open_record(args)
    from heed.record.backup import back_up

    about = back_up(args.out, recipient=args.to)
    answer(args, {"ok": True, **about}, f"{about['entries']} entries stand in {args.out}.")
    say("Private keys are not in it: heed key export makes the copy for a safe.")
    return 0
