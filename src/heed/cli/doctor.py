"""`heed doctor`: look at everything that can be looked at quickly and say what to do about each thing."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from heed.lib.errors import HeedError

from .output import answer
from .record_place import open_record

# A tick is due every five minutes; an hour without a cosignature turns the integrity page red (record_format.md).
TICK_LATE = timedelta(minutes=15)
# Longer than the first two back-offs of a letter: by then somebody should look.
LETTER_LATE = timedelta(hours=1)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments (none)."""


def run(args: argparse.Namespace) -> int:
    """Exit 0 when nothing is wrong, 1 otherwise, each finding with its remedy."""
    folder = open_record(args)
    checks: dict[str, Callable[[Path], list[str]]] = {
        "start": _start,
        "keys": _keys,
        "files": _files,
        "tick": _tick,
        "letters": _letters,
        "witnesses": _witnesses,
    }
    findings = {name: check(folder) for name, check in checks.items()}
    found = [f"{name}: {line}" for name, lines in findings.items() for line in lines]
    answer(args, {"ok": not found, "findings": findings}, "\n".join(found) or "Nothing is wrong.")
    return 1 if found else 0


def _start(folder: Path) -> list[str]:
    from heed.record.start import check_start

    try:
        check_start()
    except HeedError as refusal:
        return [str(refusal)]
    return []


def _keys(folder: Path) -> list[str]:
    loose = [path for path in (folder / "keys").iterdir() if path.stat().st_mode & 0o077]
    return [f"{path} can be read by others; chmod 600 it." for path in loose]


def _files(folder: Path) -> list[str]:
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT digest FROM record_part WHERE part = 'file'")
        known = {digest for (digest,) in cursor.fetchall()}
    held = {path.name for path in (folder / "files").glob("*")} if (folder / "files").exists() else set()
    orphans = [f"{folder / 'files' / name} belongs to no entry; it may be deleted." for name in sorted(held - known)]
    return orphans + [f"The file {name} is missing from {folder / 'files'}." for name in sorted(known - held)]


def _tick(folder: Path) -> list[str]:
    from heed.record.models import Tick

    last = Tick.objects.order_by("-started_at").first()
    if last is None:
        return ["`heed tick` has never run; set its timer up (docs/how-to/run-the-service.md)."]
    late = (
        [f"`heed tick` last ran at {last.started_at:%Y-%m-%d %H:%M}."]
        if datetime.now(UTC) - last.started_at > TICK_LATE
        else []
    )
    return late + ([f"its last run: {last.error}"] if last.error else [])


def _letters(folder: Path) -> list[str]:
    from django.conf import settings

    from heed.people.post.models import Address, Letter
    from heed.people.post.sending import FOLDER
    from heed.record.signing import identity

    found = []
    if settings.EMAIL_BACKEND == FOLDER and not identity().is_synthetic:
        found.append("No mail server is set, so nobody is told what they owe; set HEED_SMTP_HOST and HEED_SITE.")
    old = datetime.now(UTC) - LETTER_LATE
    if waiting := Letter.objects.filter(state="waiting", made_at__lt=old).count():
        found.append(f"{waiting} letters have waited for over an hour; the tick says why, or look at the mail server.")
    if failing := Address.objects.filter(is_failing=True).count():
        found.append(f"Letters do not reach {failing} people; their administrators see whom on the page People.")
    return found


def _witnesses(folder: Path) -> list[str]:
    from heed.record import checkpoints
    from heed.record.place import Place

    if not checkpoints.trust_of(Place(folder)).witnesses:
        return ["No witness follows this record: entries are protected by receipts only. `heed witness add` adds one."]
    return []
