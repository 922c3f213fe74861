"""What must hold before anything is served: refuse to start rather than repair (house style, rule 6)."""

from collections.abc import Sequence
from pathlib import Path

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from heed.entry.kinds import kinds
from heed.lib.errors import HeedError
from heed.log.checkpoint import Checkpoint
from heed.log.note import split_note
from heed.log.receipt import MAGIC, Receipt

from . import checkpoints, reading, release, roles, witnessing
from .model import By
from .place import Place, here
from .signing import Identity, identity, signers


def check_start(*, against: Sequence[Path] = (), place: Place | None = None, using: str = "default") -> Identity:
    """Return the log's identity when the record may be served; HeedError says what is wrong.

    1. tables; 2. entry 0 and the keys; 3. every kind known; 4. the checkpoint file, files named and witnesses are no
    further than the database and agree with it; 5. the read tables are of this release.
    """
    place = place or here()
    check_migrated(using)
    who = identity(using)
    signers(place, who)
    check_kinds(using)
    head = checkpoints.head_row(using)
    size = head.size if head else 0
    checkpoints.check_continues(place, size, using)
    for path in against:
        check_against(path, size, using)
    for name in checkpoints.trust_of(place).witnesses:
        witnessing.check_not_behind(name, using=using, place=place)
    for complaint in roles.complaints(using):
        raise HeedError(complaint)
    if release.last_digest(using) != release.digest():
        raise HeedError("The read tables are of another release; run `heed upgrade`.")
    return who


def check_migrated(using: str = "default") -> None:
    """Refuse a database without our tables, or with those of another release."""
    executor = MigrationExecutor(connections[using])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        applied = executor.loader.applied_migrations
        if not any(app == "record" for app, _ in applied):
            raise HeedError("There is no record here yet; `heed init` makes one.")
        raise HeedError(f"{len(plan)} migrations are not applied; run `heed upgrade`.")


def check_kinds(using: str = "default") -> None:
    """Refuse a record that holds a kind which this release does not know."""
    kinds.check_versions()
    unknown = sorted(set(reading.kinds_held(using)) - set(kinds))
    if unknown:
        raise HeedError(f"The record holds entries of the kind {unknown[0]}, which this release does not know.")


def check_against(path: Path, size: int, using: str = "default") -> None:
    """Refuse a database that a checkpoint or receipt in a file has seen further, or otherwise."""
    data = path.read_bytes()
    note = Receipt.parse(data).note.encode() if data.startswith(MAGIC.encode()) else data
    held = Checkpoint.parse(split_note(note)[0])
    if held.size > size:
        raise HeedError(f"{path} covers {held.size} entries and the database holds {size}: entries are lost.")
    if checkpoints.root_at(held.size, using) != held.root:
        raise HeedError(f"The database is not a continuation of {path} (size {held.size}); history was changed.")


def system(using: str = "default") -> By:
    """Return the log itself as the one who acts, for what no person does (tick, releases, keys, finished erasures)."""
    subject = identity(using).subject
    return By(subject, subject)
