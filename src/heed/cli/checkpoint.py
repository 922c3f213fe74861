"""`heed checkpoint`: sign the tree as it stands, or the viewing log's, and print the note."""

import argparse
from pathlib import Path

from heed.lib.errors import Answered

from .output import answer, say
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--out", metavar="FILE", type=Path, help="write the note to a file instead")

    parser.add_argument(
        "--views", action="store_true", help="the viewing log's checkpoint, to keep where nobody here writes"
    )


def run(args: argparse.Namespace) -> int:
    """Issue a checkpoint."""
    open_record(args)
    from heed.record import checkpoints, view_checkpoints

    note = view_checkpoints.issue() if args.views else checkpoints.issue()
    if note is None:
        raise Answered("Nobody has looked at anything yet, so the viewing log has no checkpoint.")
    if args.out:
        args.out.write_text(note, encoding="utf-8")
        say(f"The checkpoint stands in {args.out}.")
    answer(args, {"ok": True, "note": note}, "" if args.out else note.rstrip("\n"))
    return 0
