"""`heed checkpoint`: sign the tree as it stands and print the note."""

import argparse
from pathlib import Path

from .output import answer, say
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--out", metavar="FILE", type=Path, help="write the note to a file instead")


def run(args: argparse.Namespace) -> int:
    """Issue a checkpoint."""
    open_record(args)
    from heed.record import checkpoints

    note = checkpoints.issue()
    if args.out:
        args.out.write_text(note, encoding="utf-8")
        say(f"The checkpoint stands in {args.out}.")
    answer(args, {"ok": True, "note": note}, "" if args.out else note.rstrip("\n"))
    return 0
