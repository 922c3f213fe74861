"""Backups while people write, encrypted to a key; restores that erase again what was erased since.

A backup is an age file over a tar: the database, the attachments, the checkpoint, the trust file, the erasure journal
and a small `about.json`. Private keys are left out, and `about.json` says so; `heed key export` is for them.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections

from heed.lib.errors import Answered, HeedError
from heed.lib.files import sync_folder

from . import checkpoints, reading
from .place import Place, here

DATABASE, ABOUT = "database", "about.json"
_BESIDE = ("checkpoint", "trust", "erasures.journal")


def back_up(out: Path, *, recipient: str, place: Place | None = None) -> dict[str, Any]:
    """Write a backup that only the holder of `recipient` (an `age1…` key) can read; return what it holds.

    1. sign a checkpoint; 2. copy the database as it stands at one moment; 3. tar it with what stands outside;
    4. encrypt; 5. put the file in place whole.
    """
    import pyrage

    place = place or here()
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise HeedError(f"This is not an age recipient: {error}.") from None
    checkpoints.issue(place=place)
    with _private_folder(out.parent) as folder:
        about = {
            "vendor": connections["default"].vendor,
            "made_at": datetime.now(UTC).isoformat(),
            "private_keys": False,
        }
        about["entries"] = _copy_database(folder / DATABASE)
        (folder / ABOUT).write_text(json.dumps(about))
        _pack(folder, place, folder / "backup.tar")
        pyrage.encrypt_file(str(folder / "backup.tar"), str(folder / "backup.age"), [key])
        (folder / "backup.age").replace(out)
        sync_folder(out.parent)
    return about


@contextmanager
def _private_folder(beside: Path) -> Iterator[Path]:
    beside.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".heed-backup-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_database(out: Path) -> int:
    connection = connections["default"]
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)) as live:
            live.execute("VACUUM INTO ?", [str(out)])
        with closing(sqlite3.connect(out)) as copy:
            return int(copy.execute("SELECT size FROM record_head").fetchone()[0])
    size = reading.size()
    _run(["pg_dump", "--format=custom", f"--file={out}"], connection.get_connection_params())
    return size


def _run(command: list[str], words: dict[str, Any]) -> None:
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = {**os.environ, **{names[k]: str(v) for k, v in words.items() if k in names and v}}
    try:
        subprocess.run(command, check=True, capture_output=True, env=environment)
    except FileNotFoundError:
        raise HeedError(f"The program {command[0]} is not installed (Debian: postgresql-client).") from None
    except subprocess.CalledProcessError as error:
        raise HeedError(f"{command[0]} failed: {error.stderr.decode(errors='replace').strip()[:500]}") from None


def _pack(folder: Path, place: Place, out: Path) -> None:
    with tarfile.open(out, "w") as tar:
        tar.add(folder / ABOUT, ABOUT)
        tar.add(folder / DATABASE, DATABASE)
        for name in _BESIDE:
            if (place.folder / name).exists():
                tar.add(place.folder / name, name)
        if place.files.exists():
            tar.add(place.files, "files")


@contextmanager
def opened(backup: Path, identity: str) -> Iterator[Path]:
    """Yield a private folder with a backup's contents; HeedError when the key does not open it or it is torn."""
    import pyrage

    with _private_folder(backup.parent) as folder:
        try:
            key = pyrage.x25519.Identity.from_str(identity.strip().splitlines()[-1])
            pyrage.decrypt_file(str(backup), str(folder / "backup.tar"), [key])
        except (pyrage.DecryptError, pyrage.IdentityError, OSError, IndexError) as error:
            raise HeedError(f"{backup} cannot be opened with this key: {error}.") from None
        with tarfile.open(folder / "backup.tar") as tar:
            tar.extractall(folder, filter="data")
        (folder / "backup.tar").unlink()
        yield folder


def restore(backup: Path, *, identity: str, place: Place) -> dict[str, Any]:
    """Put a backup's database and files into `place`, which holds no database; return what the backup holds.

    The newest checkpoint, journal and trust file win over the backup's own: what was seen or erased since counts.
    """
    with opened(backup, identity) as folder:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text())
        if about["vendor"] != connections["default"].vendor:
            raise HeedError(f"The backup is of {about['vendor']}, this database is {connections['default'].vendor}.")
        _place_database(folder / DATABASE, about["vendor"])
        for name in _BESIDE:
            if (folder / name).exists() and not (place.folder / name).exists():
                shutil.copy(folder / name, place.folder / name)
        if (folder / "files").exists():
            shutil.copytree(folder / "files", place.files, dirs_exist_ok=True)
    return about


def _place_database(copy: Path, vendor: str) -> None:
    connection = connections["default"]
    if vendor != "sqlite":
        _run(
            ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", str(copy)],
            {k: v for k, v in connection.get_connection_params().items() if k != "dbname"},
        )
        return
    path = Path(connection.settings_dict["NAME"])
    if path.exists():
        raise Answered(f"{path} exists; a restore never overwrites a database. Move it away first.")
    connection.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(copy, path)
    with closing(sqlite3.connect(path)) as restored:
        restored.execute("PRAGMA journal_mode=WAL")
