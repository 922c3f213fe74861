"""`heed init`: the first run. Makes the data folder, the database, the keys and entry 0."""

import argparse
import secrets

from heed.lib.files import write_atomic

from .output import answer, say
from .record_place import start_django


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "--origin", required=True, help="the record's identity for good, such as record.example.gov.uk/1"
    )


def run(args: argparse.Namespace) -> int:
    """Make a record; refuse where there is one."""
    folder = start_django(args)
    from heed.record import checkpoints, release
    from heed.record.opening import open_record
    from heed.record.place import Place
    from heed.record.start import system

    from .upgrade import migrate

    place = Place(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (place.keys / "web.secret").exists():
        write_atomic(place.keys / "web.secret", secrets.token_urlsafe(48).encode(), mode=0o600)
    migrate()
    opened = open_record(origin=args.origin, place=place)
    release.record_release(by=system())
    checkpoints.issue(place=place)
    document = {"ok": True, "origin": args.origin, "key": str(opened.signer.key), "data": str(folder)}
    answer(
        args,
        document,
        f"The record {args.origin} is open in {folder}.\nIts key, to give to witnesses: {opened.signer.key}",
    )
    say("Keep a copy of the keys in a safe: heed key export --to age1… --out FILE")
    return 0
