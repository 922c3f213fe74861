"""`heed door {open | close | list}`: where a child or anybody else may report without an account, and who answers."""

import argparse
from pathlib import Path

from heed.lib.errors import HeedError

from .output import answer
from .record_place import actor_arguments, open_record, who_acts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(dest="word", required=True, metavar="open|close|list")
    opening = words.add_parser("open", help="open a door, or open one anew with other words")
    opening.add_argument("--name", required=True, help="how the door calls itself: an area, a service")
    opening.add_argument("--team", metavar="KEY", required=True, help="the team that answers")
    opening.add_argument("--leave-to", metavar="URL", required=True, help="a harmless page, to leave quickly to")
    opening.add_argument(
        "--number",
        metavar="NAME=NUMBER[=ABOUT]",
        action="append",
        required=True,
        help="whom to call, in the order shown; give it several times",
    )
    opening.add_argument("--emergency", default="999", help="the number for danger now (default: 999)")
    opening.add_argument("--door", metavar="KEY", default="", help="an open door, to change its words")
    closing = words.add_parser("close", help="take no more reports there")
    closing.add_argument("door", metavar="KEY")
    closing.add_argument("--reason", required=True)
    listing = words.add_parser("list", help="doors, open and closed")
    for word in (opening, closing, listing):
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)
        actor_arguments(word)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    open_record(args)
    from heed.cases.door import services
    from heed.cases.door.models import Door
    from heed.people.models import Team

    if args.word == "list":
        rows = list(Door.objects.order_by("name", "key").values())
        lines = [f"{row['key']}  {'closed' if row['closed_n'] else 'open'}  {row['name']}" for row in rows]
        answer(args, {"ok": True, "doors": rows}, "\n".join(lines) or "No door was ever opened.")
        return 0
    if args.word == "close":
        entry = services.close_door(by=who_acts(args), door=args.door, reason=args.reason)
        answer(args, {"ok": True, "n": entry.n}, f"Closed, entry {entry.n}. Who holds a code can still come back.")
        return 0
    team = Team.objects.filter(key=args.team).first()
    if team is None:
        raise HeedError(f"There is no team {args.team}.")
    key = services.open_door(
        by=who_acts(args),
        name=args.name,
        agency=team.agency,
        team=team.key,
        leave_to=args.leave_to,
        emergency=args.emergency,
        numbers=[_number(text) for text in args.number],
        key=args.door,
    )
    answer(args, {"ok": True, "door": key}, f"The door {key} is open at /tell/.")
    return 0


def _number(text: str) -> dict[str, str]:
    name, _, rest = text.partition("=")
    number, _, about = rest.partition("=")
    if not (name.strip() and number.strip()):
        raise HeedError(f"--number {text!r}: write NAME=NUMBER or NAME=NUMBER=ABOUT.")
    return {"name": name.strip(), "number": number.strip(), **({"about": about.strip()} if about.strip() else {})}
