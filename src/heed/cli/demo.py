"""`heed demo`: the synthetic borough in a folder of its own, and the site on a local port."""

import argparse
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from heed.lib.files import write_atomic
from heed.lib.progress import bar

from .output import answer, data_folder, say
from .record_place import start_django

PREFER_DIGEST = ("sid", "dora", "ines")  # who in the borough chose one letter a day
PASSWORD = "synthetic-borough"  # the demonstration's; its record says 'synthetic' on every page


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--port", type=int, default=8600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=75, help="how long the borough has lived")
    parser.add_argument("--no-serve", action="store_true", help="make the borough and stop")


def run(args: argparse.Namespace) -> int:
    """1. make the borough, once; 2. give its people accounts; 3. sign a checkpoint; 4. serve."""
    if args.data is None and "HEED_DATA" not in os.environ:
        args.data = Path("data") / "demo"
    os.environ |= {"HEED_DEMO": "1", "HEED_HASHED_STATIC": "1", "HEED_SITE": f"http://localhost:{args.port}"}
    folder = data_folder(args)
    is_new = not (folder / "heed.sqlite3").exists()
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "keys" / "web.secret"
    if not secret.exists():
        write_atomic(secret, secrets.token_urlsafe(48).encode(), mode=0o600)
    start_django(args)
    if is_new:
        _make(folder, args)
    people = _people()
    lines = [f"  {p['email']:<28} {p['role']:<18} {p['agency']}" for p in people]
    document = {"ok": True, "data": str(folder), "address": f"http://localhost:{args.port}/demo/", "password": PASSWORD}
    text = "\n".join(
        [
            "Who can sign in (or press a button on the first page):",
            *lines,
            f"  password: {PASSWORD}",
            "",
            f"Open {document['address']}",
        ]
    )
    answer(args, {**document, "people": people}, text)
    return 0 if args.no_serve else _serve(args, folder)


def _make(folder: Path, args: argparse.Namespace) -> None:
    from heed.record import checkpoints, release
    from heed.record.model import By
    from heed.record.place import Place
    from heed.record.start import system
    from heed.simulate.borough import make_borough

    from .upgrade import migrate

    say("Making the synthetic borough …")
    migrate()
    place, until = Place(folder), datetime.now(UTC)
    borough = make_borough(place=place, seed=args.seed, until=until, days=args.days, track=bar, seated=_make_accounts)
    by = system()
    release.record_release(by=By(by.actor, by.agency, borough.now))
    checkpoints.issue(place=place)


def _make_accounts(keys: Mapping[str, str]) -> None:
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    from heed.people.models import Account
    from heed.simulate.borough import PEOPLE

    hashed = make_password(PASSWORD)
    for who in PEOPLE:
        user = User.objects.create(username=who, email=f"{who}@example.org", first_name=who.title(), password=hashed)
        Account.objects.create(user=user, worker=keys[who], wants_digest=who in PREFER_DIGEST)


def _people() -> list[dict[str, str]]:
    from heed.people.models import Account, Agency, Grant, Worker

    agencies = dict(Agency.objects.values_list("key", "name"))
    roles = dict(Grant.objects.exclude(confirmed_n=None).values_list("key", "role"))
    workers = {w.key: w for w in Worker.objects.all()}
    rows = []
    for account in Account.objects.select_related("user").order_by("user__username"):
        worker = workers[account.worker]
        rows.append({"email": account.user.email, "role": roles.get(worker.key, ""), "agency": agencies[worker.agency]})
    return rows


def _serve(args: argparse.Namespace, folder: Path) -> int:
    from . import serve

    return serve.run(argparse.Namespace(data=folder, json=False, port=args.port, bind="127.0.0.1", workers=2))
