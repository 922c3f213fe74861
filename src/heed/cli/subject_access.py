"""`heed subject-access KEY --to NAME --why TEXT --out FILE`: what is held about somebody, with others masked."""

import argparse
from pathlib import Path

from heed.lib.errors import HeedError
from heed.lib.files import write_atomic

from .output import answer
from .record_place import actor_arguments, open_record, who_acts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("about", metavar="KEY", help="the child or worker whose record it is")
    parser.add_argument("--to", metavar="NAME", required=True, help="who is given it")
    parser.add_argument("--why", metavar="TEXT", required=True, help="the request, with its date")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="an .html or .json file to write")
    parser.add_argument(
        "--release",
        metavar="ENTRY:MEMBER",
        action="append",
        default=[],
        help="show a place that is withheld, after a person has judged it; give it several times",
    )
    actor_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """1. read what is held; 2. put the disclosure on the record; 3. write the file; 4. list what is withheld."""
    open_record(args)
    from heed.cases.disclosure import services
    from heed.cases.disclosure.document import written
    from heed.cases.disclosure.selectors import Held

    if args.out.exists():
        raise HeedError(f"{args.out} exists; name another file.")
    seen: list[Held] = []

    def write(held: Held) -> bytes:
        seen.append(held)
        return written(held, args.out.suffix)

    entry, file = services.disclose(
        by=who_acts(args), about=args.about, to=args.to, why=args.why, write=write, released=args.release
    )
    write_atomic(args.out, file, mode=0o600)
    rows = [row for row in seen[-1].withheld if f"{row['n']}:{row['member']}" not in args.release]
    lines = [f"  {row['n']}:{row['member']}  {row['why']}" for row in rows]
    head = f"{len(seen[-1].entries)} entries are in {args.out}; the disclosure is entry {entry.n}."
    text = "\n".join([head, "Withheld until a person has judged it:" if lines else "Nothing is withheld.", *lines])
    answer(args, {"ok": True, "n": entry.n, "entries": len(seen[-1].entries), "withheld": rows}, text)
    return 0
