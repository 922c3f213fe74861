"""`heed tick [--loop SECONDS]`: the regular work; run it every five minutes by a timer, or let it loop."""

import argparse
import time
from datetime import UTC, datetime

from .output import answer, say
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--loop", metavar="SECONDS", type=int, help="go on, with so many seconds between")


def run(args: argparse.Namespace) -> int:
    """Do everything that is due; exit 1 when a part of it was refused."""
    open_record(args)
    from heed.record.tick import tick

    while True:
        done = tick(datetime.now(UTC))
        if not args.loop:
            break
        say(f"{done.ended_at:%H:%M:%S} {done.error or 'done'}")
        time.sleep(args.loop)
    document = {"ok": not done.error, "done": done.done, "error": done.error}
    answer(args, document, done.error or f"Done at {done.ended_at:%Y-%m-%d %H:%M:%S} UTC.")
    return 1 if done.error else 0
