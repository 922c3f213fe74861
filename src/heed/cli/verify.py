"""`heed verify`: exit 0 only if log, digests, signatures and the rebuild hold; else names the first thing wrong."""

import argparse
from dataclasses import asdict
from pathlib import Path

from heed.lib.progress import bar

from .output import answer
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--log-only", action="store_true", help="hashes, tree and signatures only, no rebuild")
    parser.add_argument(
        "--against",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a checkpoint or receipt that somebody else held",
    )
    parser.add_argument(
        "--workers", type=int, default=None, help="processes that hash (default: two, or one on one core)"
    )


def run(args: argparse.Namespace) -> int:
    """Verify the record."""
    open_record(args)
    from heed.record.verify import verify

    report = verify(log_only=args.log_only, against=args.against, workers=args.workers, track=bar)
    answer(args, {"ok": True, **asdict(report)}, "\n".join(report.sentences()))
    return 0
