"""`heed hold {place | propose-lift | lift | list}`: what is held is not erased; two people lift a hold."""

import argparse
from pathlib import Path

from .output import answer
from .record_place import actor_arguments, open_record, who_acts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(dest="word", required=True, metavar="place|propose-lift|lift|list")
    place = words.add_parser("place", help="hold what the selector covers, now and later")
    place.add_argument("--authority", required=True)
    place.add_argument("--everything", action="store_true")
    place.add_argument("--subject", metavar="KEY", action="append", default=[])
    place.add_argument("--of-agency", metavar="KEY", default="")
    place.add_argument("--kind", action="append", default=[])
    place.add_argument("--first", metavar="DAY", default="")
    place.add_argument("--last", metavar="DAY", default="")
    ask = words.add_parser("propose-lift", help="ask that a hold end")
    lift = words.add_parser("lift", help="agree that it end, as the second person")
    listing = words.add_parser("list", help="holds, in force and lifted")
    for word in (ask, lift):
        word.add_argument("hold", metavar="KEY")
        word.add_argument("--reason", required=True)
    for word in (place, ask, lift, listing):
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)
        actor_arguments(word)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    open_record(args)
    from heed.record import holds
    from heed.record.models import Hold

    if args.word == "list":
        rows = list(Hold.objects.order_by("placed_n").values())
        lines = [
            f"{row['key']}  {'lifted' if row['lifted_n'] else 'in force'} since entry {row['placed_n']}" for row in rows
        ]
        answer(args, {"ok": True, "holds": rows}, "\n".join(lines) or "No hold was ever placed.")
        return 0
    by = who_acts(args)
    if args.word == "place":
        entry = holds.place_hold(
            by=by,
            authority=args.authority,
            everything=args.everything,
            covers=args.subject,
            agency=args.of_agency,
            kinds=args.kind,
            first=args.first,
            last=args.last,
        )
    else:
        act = holds.propose_lift if args.word == "propose-lift" else holds.lift
        entry = act(by=by, hold=args.hold, reason=args.reason)
    answer(args, {"ok": True, "n": entry.n, "hold": entry.subject}, f"Entry {entry.n}; the hold is {entry.subject}.")
    return 0
