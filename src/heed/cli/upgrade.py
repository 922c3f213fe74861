"""`heed upgrade`: migrate, rebuild what this release shows differently, print the difference and record it."""

import argparse
import os

from heed.lib.progress import bar

from .output import answer
from .record_place import start_django


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments (none)."""


def run(args: argparse.Namespace) -> int:
    """1. migrate; 2. compare the read tables with what this release makes; 3. rebuild; 4. record the release."""
    start_django(args)
    from heed.record import aliases, release, replay
    from heed.record.start import check_kinds, system

    migrate()
    check_kinds()
    if release.last_digest() == release.digest():
        answer(
            args,
            {"ok": True, "rebuilt": False, "differences": []},
            "Nothing to do: the read tables are of this release.",
        )
        return 0
    with aliases.snapshot() as still:
        found = [str(difference) for difference in replay.differences(using=still, track=bar)]
    count = replay.rebuild(track=bar)
    text = "\n".join(found) or "The record shows nothing differently."
    release.record_release(by=system(), difference=text, changed=sorted({line.split(" ")[0] for line in found}))
    document = {"ok": True, "rebuilt": True, "entries": count, "differences": found}
    answer(args, document, f"Read {count} entries anew.\n{text}")
    return 0


def migrate() -> None:
    """Apply the migrations; on PostgreSQL with two roles as the owner, who grants the other its rights."""
    from django.core.management import call_command
    from django.db import connections

    owner = os.environ.get("HEED_DATABASE_OWNER_URL")
    if not owner:
        call_command("migrate", verbosity=0, interactive=False)
        return
    from django.conf import settings

    from heed.record import aliases
    from heed.record.roles import grant_application

    role = connections["default"].settings_dict["USER"]
    aliases.add("owner", settings.HEED_DATABASE(owner))
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        grant_application("owner", role)
    finally:
        aliases.remove("owner")
