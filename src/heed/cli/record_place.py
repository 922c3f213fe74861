"""Opening the record that a command works on: its data folder, Django, and who acts."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from heed.lib.errors import HeedError

from .output import data_folder

if TYPE_CHECKING:
    from heed.record.model import By


def start_django(args: argparse.Namespace) -> Path:
    """Set Django up for the command's data folder, once for this process; return the folder."""
    folder = data_folder(args)
    os.environ["HEED_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heed.web.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    return folder


def open_record(args: argparse.Namespace) -> Path:
    """Set Django up and refuse a folder that holds no record; return the folder."""
    folder = start_django(args)
    if not os.environ.get("HEED_DATABASE_URL") and not (folder / "heed.sqlite3").exists():
        raise HeedError(f"There is no record in {folder}; `heed init` makes one.")
    from heed.record.start import check_migrated

    check_migrated()
    return folder


def actor_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the command be told who acts: keys of a person and an agency."""
    parser.add_argument("--by", metavar="KEY", help="the key of the person who acts (default: the record itself)")
    parser.add_argument("--agency", metavar="KEY", help="the key of that person's agency")


def who_acts(args: argparse.Namespace) -> "By":
    """Return the `By` of the command's arguments; the log itself where none are given."""
    from heed.record.model import By
    from heed.record.start import system

    if bool(args.by) != bool(args.agency):
        raise HeedError("Name both --by and --agency, or neither.")
    return By(args.by, args.agency) if args.by else system()
