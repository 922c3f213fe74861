"""`heed key {show | rotate | revoke ID | export | import FILE}`: the log's own keys."""

import argparse
from pathlib import Path

from heed.lib.files import write_atomic

from .output import answer
from .receipt import read
from .record_place import actor_arguments, open_record, start_django, who_acts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(dest="word", required=True, metavar="show|rotate|revoke|export|import")
    show = words.add_parser("show", help="the log's keys, since when and until when")
    rotate = words.add_parser("rotate", help="add a key; both sign for 30 days")
    revoke = words.add_parser("revoke", help="retire a lost or stolen key at once")
    revoke.add_argument("id", help="8 hex digits, as `heed key show` prints them")
    revoke.add_argument("--reason", required=True)
    export = words.add_parser("export", help="an encrypted copy of the private keys, for a safe")
    export.add_argument("--to", metavar="age1…", required=True)
    export.add_argument("--out", type=Path, required=True)
    brought = words.add_parser("import", help="put the keys of an export in place, on a new machine")
    brought.add_argument("file", type=Path)
    brought.add_argument("--identity", type=Path, required=True, help="the age identity that opens it")
    for word in (show, rotate, revoke, export, brought):
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)
    for word in (rotate, revoke):
        actor_arguments(word)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    if args.word == "import":
        return _import(args)
    open_record(args)
    from heed.record import checkpoints, keyring
    from heed.record.signing import identity

    if args.word == "rotate":
        keyring.rotate(by=who_acts(args))
    elif args.word == "revoke":
        keyring.revoke(by=who_acts(args), key_id=args.id, reason=args.reason)
    elif args.word == "export":
        write_atomic(args.out, keyring.export(recipient=args.to), mode=0o600)
        answer(args, {"ok": True, "file": str(args.out)}, f"The keys stand in {args.out}, readable by {args.to} alone.")
        return 0
    if args.word != "show":
        checkpoints.issue()
    keys = [
        {"key": str(k.key), "id": k.key.id.hex(), "added": k.added_at.isoformat(), "retired_at_size": k.retired_size}
        for k in identity().keys
    ]
    lines = [f"{k['id']}  since {k['added']}  {_until(k['retired_at_size'])}\n  {k['key']}" for k in keys]
    answer(args, {"ok": True, "origin": identity().origin, "keys": keys}, "\n".join(lines))
    return 0


def _import(args: argparse.Namespace) -> int:
    """Before a restore there is no record yet, so none is opened."""
    folder = start_django(args)
    from heed.record import keyring
    from heed.record.place import Place

    names = keyring.import_keys(
        read(args.file), identity=read(args.identity).decode("utf-8", "replace"), place=Place(folder)
    )
    answer(args, {"ok": True, "keys": names}, f"{len(names)} keys stand in {folder / 'keys'}.")
    return 0


def _until(size: object) -> str:
    return "signs" if size is None else f"retired at size {size}"
