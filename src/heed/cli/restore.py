"""`heed restore FILE --identity FILE`: from a backup; `--rehearse` restores elsewhere, verifies and throws it away."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from heed.lib.errors import Answered, HeedError

from .output import answer, data_folder
from .receipt import read
from .record_place import start_django


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("backup", type=Path, nargs="?", help="the backup (not needed when the database stands already)")
    parser.add_argument("--identity", type=Path, help="the age identity that opens it")
    parser.add_argument("--rehearse", action="store_true", help="restore into a passing folder, verify, throw it away")
    parser.add_argument("--new-generation", metavar="ORIGIN", help="entries are lost for good: go on under this origin")
    parser.add_argument(
        "--old-checkpoint", type=Path, help="the newest checkpoint anybody holds (default: DATA/checkpoint)"
    )


def run(args: argparse.Namespace) -> int:
    """1. put the backup in place; 2. or go on under a new origin; 3. check that it may start; 4. erase again."""
    if args.rehearse:
        return _rehearse(args)
    folder = start_django(args)
    from heed.record import checkpoints, erase
    from heed.record.backup import restore
    from heed.record.generations import continue_log
    from heed.record.place import Place
    from heed.record.start import check_start, system

    place = Place(folder)
    if args.backup:
        restore(args.backup, identity=_identity(args), place=place)
    if args.new_generation:
        note = read(args.old_checkpoint or place.checkpoint)
        entry = continue_log(origin=args.new_generation, old_note=note, place=place)
        lost = entry.fact("missing")
        answer(
            args,
            {"ok": True, "origin": args.new_generation, "missing": lost},
            f"The record goes on as {args.new_generation}; missing: {lost}.",
        )
        return 0
    who = check_start(place=place)
    again = erase.finish(by=system(), place=place)
    checkpoints.issue(place=place)
    answer(
        args,
        {"ok": True, "origin": who.origin, "erased_again": again},
        f"{who.origin} is restored; erased again: {again}.",
    )
    return 0


def _identity(args: argparse.Namespace) -> str:
    if not args.identity:
        raise HeedError("Name the age identity that opens the backup: --identity FILE.")
    return read(args.identity).decode("utf-8", "replace")


def _rehearse(args: argparse.Namespace) -> int:
    """Restore into a folder of its own, in a process of its own, and verify there."""
    if os.environ.get("HEED_DATABASE_URL"):
        raise HeedError(
            "A rehearsal on PostgreSQL needs an empty database: point HEED_DATABASE_URL at it and restore there."
        )
    _identity(args)
    with tempfile.TemporaryDirectory(prefix="heed-rehearsal-") as folder:
        keys = data_folder(args) / "keys"
        if keys.exists():
            Path(folder, "keys").symlink_to(keys)
        for words in (["restore", str(args.backup), "--identity", str(args.identity)], ["verify"]):
            command = [sys.executable, "-m", "heed.cli", *words, "--data", folder]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Answered(f"The rehearsal failed at `heed {words[0]}`: {done.stderr.strip()}")
    answer(
        args, {"ok": True, "verify": done.stdout.strip()}, f"The backup restores and verifies.\n{done.stdout.strip()}"
    )
    return 0
