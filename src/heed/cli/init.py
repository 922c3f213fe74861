"""`heed init`: the first run. Makes the record, names the lead agency, prints two links for its administrators."""

import argparse
import secrets
from importlib import resources
from pathlib import Path

from heed.lib.errors import HeedError
from heed.lib.files import write_atomic

from .output import answer, say
from .record_place import start_django

# Packs that a partnership may want from the first day, beside `concern`, which answers to a report.
OFFERED = ("records",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "--origin", required=True, help="the record's identity for good, such as record.example.gov.uk/1"
    )
    parser.add_argument("--agency", help="the lead agency's name")
    parser.add_argument("--agency-type", default="council", help="its type (default: council)")
    parser.add_argument(
        "--admin", metavar="EMAIL", action="append", default=[], help="an administrator's e-mail address (give two)"
    )
    parser.add_argument(
        "--pack",
        metavar="NAME",
        action="append",
        default=[],
        choices=OFFERED,
        help="adopt also: records, which asks the records officer to look again at what is kept; its six years are "
        "invented until the partnership decides its own",
    )
    parser.add_argument("--base", default="http://localhost:8000", help="the site's address, for the enrolment links")


def run(args: argparse.Namespace) -> int:
    """1. keys and database; 2. entry 0; 3. lead agency and two administrators; 4. the packs; 5. a checkpoint."""
    if bool(args.agency) != (len(args.admin) == 2) or len(set(args.admin)) != len(args.admin):
        raise HeedError("Name the lead agency and two administrators: --agency NAME --admin EMAIL --admin EMAIL.")
    if args.pack and not args.agency:
        raise HeedError("A pack is adopted by a partnership: name its lead agency and two administrators, too.")
    folder = start_django(args)
    from heed.record import checkpoints, release
    from heed.record.opening import open_record
    from heed.record.place import Place
    from heed.record.start import system

    from .upgrade import migrate

    place = Place(folder)
    _make_folder(folder)
    migrate()
    opened = open_record(origin=args.origin, place=place)
    release.record_release(by=system())
    links = _first_people(args) if args.agency else []
    checkpoints.issue(place=place)
    document = {"ok": True, "origin": args.origin, "key": str(opened.signer.key), "data": str(folder), "links": links}
    lines = [f"The record {args.origin} is open in {folder}.", f"Its key, to give to witnesses: {opened.signer.key}"]
    lines += [
        f"{link['email']} sets a password and a second factor, once, within 24 hours:\n  {link['link']}"
        for link in links
    ]
    answer(args, document, "\n".join(lines))
    say("Keep a copy of the keys in a safe: heed key export --to age1… --out FILE")
    return 0


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (keys / "web.secret").exists():
        write_atomic(keys / "web.secret", secrets.token_urlsafe(48).encode(), mode=0o600)


def _first_people(args: argparse.Namespace) -> list[dict[str, str]]:
    """Name the agency, adopt the packs, seat two administrators; return their enrolment links."""
    from django.contrib.auth.models import User

    from heed.duties.services import adopt_pack
    from heed.people import services as people
    from heed.people.enrolment import make_enrolment_link
    from heed.people.models import Account
    from heed.record.start import system

    by = system()
    agency = people.name_agency(by=by, name=args.agency, type=args.agency_type)
    for pack in dict.fromkeys(("concern", *args.pack)):
        text = resources.files("heed.policy").joinpath(f"packs/{pack}.yaml").read_text("utf-8")
        adopt_pack(by=by, text=text)
    links = []
    for email in args.admin:
        worker = people.seat_founder(by=by, agency=agency, team="", name=email, role="administrator")
        user = User.objects.create(username=email, email=email)
        user.set_unusable_password()
        user.save()
        Account.objects.create(user=user, worker=worker)
        links.append({"email": email, "link": make_enrolment_link(user, base=args.base)})
    return links
