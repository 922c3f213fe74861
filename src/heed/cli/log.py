"""`heed log {show [KEY] | export DIR}`: read entries' spines, or publish checkpoints and hash tiles."""

import argparse
from pathlib import Path

from heed.lib.progress import bar

from .output import answer
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(dest="word", required=True, metavar="show|export")
    show = words.add_parser("show", help="the spines that touch a key, or the newest ones")
    show.add_argument("key", nargs="?", help="a subject's key")
    show.add_argument("--last", type=int, default=20, help="how many of the newest (default 20)")
    export = words.add_parser("export", help="checkpoints, hash tiles and policy: what witnesses and monitors may have")
    export.add_argument("dir", type=Path)
    for word in (show, export):
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    open_record(args)
    from heed.record import reading
    from heed.record.log_export import export_log

    if args.word == "export":
        count = export_log(args.dir, track=bar)
        answer(args, {"ok": True, "tiles": count, "dir": str(args.dir)}, f"{count} tiles stand in {args.dir}.")
        return 0
    size = reading.size()
    entries = reading.stream(args.key) if args.key else reading.entries(max(0, size - args.last), size)
    rows = [
        {
            "n": e.n,
            "recorded_at": e.spine.recorded_at,
            "kind": e.spine.kind,
            "subject": e.subject,
            "actor": e.spine.actor,
        }
        for e in entries
    ]
    lines = [f"{r['n']:>8}  {r['recorded_at']}  {r['kind']:<28} {r['subject']}" for r in rows]
    answer(args, {"ok": True, "size": size, "entries": rows}, "\n".join(lines))
    return 0
