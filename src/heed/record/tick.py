"""The regular work of the record: finish and do erasures, retire keys, sign a checkpoint, ask the witnesses.

Idempotent, under one lock, each run recorded. Other layers add their work with `register`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connections

from heed.lib.errors import Answered, HeedError
from heed.lib.files import locked

from . import checkpoints, erase, keyring, view_checkpoints, witnessing
from .model import By
from .models import Tick
from .place import here
from .start import system

Work = Callable[[By, datetime], dict[str, Any]]
_LOCK = 0x48656564  # "Heed": the advisory lock's number on PostgreSQL
_works: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """Add work that every tick does, in the order of registration."""
    _works[name] = work


def tick(now: datetime) -> Tick:
    """Do everything that is due at `now`, once; the run is recorded also when a part of it fails."""
    with _one_at_a_time():
        run = Tick.objects.create(started_at=now)
        by = system()
        by = By(by.actor, by.agency, now) if _is_synthetic() else by
        for name, work in {"record": _record, **_works}.items():
            try:
                run.done[name] = work(by, now)
            except HeedError as error:
                run.error = f"{run.error} {name}: {error}".strip()
        run.ended_at = now
        run.save()
        return run


def _is_synthetic() -> bool:
    from .signing import identity

    return identity().is_synthetic


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    connection = connections["default"]
    with locked(here().folder / ".tick"):
        if connection.vendor == "sqlite":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _record(by: By, now: datetime) -> dict[str, Any]:
    """1. erasures that a crash or a restore left; 2. erasures that are due; 3. keys; 4. checkpoints; 5. witnesses."""
    done: dict[str, Any] = {"erased_again": erase.finish(by=by)}
    done["erased"] = [_perform(by, key, now) for key in erase.due(now)]
    done["keys_retired"] = [key.id.hex() for key in keyring.retire_due(by=by, now=now)]
    checkpoints.issue()
    view_checkpoints.issue()
    done["witnesses"] = {}
    trust = checkpoints.trust_of(here())
    for name in trust.witnesses:
        if name in trust.urls:
            done["witnesses"][name] = _witness(name)
    return done


def _perform(by: By, key: str, now: datetime) -> str:
    try:
        return f"entry {erase.perform(by=by, erasure=key, now=now).n}"
    except Answered as refusal:
        return str(refusal)


def _witness(name: str) -> str:
    try:
        return f"cosigned {witnessing.witness(name)}"
    except HeedError as refusal:
        return str(refusal)
