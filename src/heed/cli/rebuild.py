"""`heed rebuild`: write every read table and the index of refs anew from the entries."""

import argparse

from heed.lib.progress import bar

from .output import answer
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments (none)."""


def run(args: argparse.Namespace) -> int:
    """Rebuild in one transaction."""
    open_record(args)
    from heed.record import replay

    count = replay.rebuild(track=bar)
    answer(args, {"ok": True, "entries": count}, f"The read tables were written anew from {count} entries.")
    return 0
