"""Every key judged by another law before the head is locked, so that an adoption holds the lock only to write.

1. `prepare` judges all keys on the entries there are, and keeps the rows of those that would be others; 2. `using`
hands them to the projector for one append; 3. what was recorded meanwhile is judged under the lock, key by key. Where a
part was erased meanwhile, nothing prepared is used. Nothing kept here is part of the record; verify rebuilds without.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from heed.lib.progress import Track, quiet
from heed.policy.engine import Engine
from heed.record import reading

from .effect import Effects, Verdict
from .engine import InForce, engine_of, first_second
from .models import Duty
from .rows import COLUMNS, Row, every_key, keys_of, pairs_of, read_back, rows_of_key

# Keys whose rows are read together. A judgement of ours.
BLOCK = 500


@dataclass
class Ready:
    """The rows that another law makes of the entries below a number, of those keys whose rows differ."""

    law: InForce
    below: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    effects: Effects = field(default_factory=Effects)


_ready: ContextVar[Ready | None] = ContextVar("ready", default=None)


def prepare(law: InForce, now: datetime, *, track: Track[str] = quiet) -> Ready:
    """Judge every key by another law, on the entries there are; whether a duty is late is asked of `now`."""
    law = law._replace(since=first_second(int(now.timestamp())))
    below, engine = reading.size(), engine_of(law)
    made = Ready(law, below)
    keys = sorted(every_key(engine, law, below - 1)) if engine is not None else []
    held: dict[str, list[Row]] = {}
    for at, key in enumerate(track(keys, len(keys), "Judging")):
        if at % BLOCK == 0:
            held = _held(keys[at : at + BLOCK])
        rows = list(rows_of_key(key, below=below, law=law))
        before, after = held.get(key, []), [read_back(row) for row in rows]
        if sorted(before, key=repr) != sorted(after, key=repr):
            made.rows[key] = rows
            made.effects.add(_verdicts(before, now), _verdicts(after, now))
    return made


def _held(keys: list[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in Duty.objects.filter(key__in=keys).values_list(*COLUMNS):
        found.setdefault(row[_KEY], []).append(tuple(row))
    return found


_KEY = COLUMNS.index("key")


def _verdicts(rows: Iterable[Row], now: datetime) -> list[Verdict]:
    return [_verdict(dict(zip(COLUMNS, row, strict=True)), int(now.timestamp())) for row in rows]


def _verdict(row: dict[str, Any], now: int) -> Verdict:
    same = (row["clause"], json.dumps(row["roles"], sort_keys=True), str(row["anchor"]), row["addressee"])
    late = row["was_late"] == "yes" or (row["end"] == "open" and row["due"] is not None and now > row["due"])
    return Verdict(
        row["id"], same, row["clause"], row["end"], late, not row["testable"], row["due"], row["adjusted_due"]
    )


@contextmanager
def using(made: Ready) -> Iterator[None]:
    """Hand what was prepared to the projector, for the append inside."""
    token = _ready.set(made)
    try:
        yield
    finally:
        _ready.reset(token)


def keys_and_rows(keys: set[str], engine: Engine, law: InForce, last: int, alias: str) -> tuple[set[str], list[Row]]:
    """Return the keys that must be judged now, and the rows that are ready; of all others the rows stand as they are.

    With nothing prepared for this law and day, or an erasure since, that is every key.
    """
    made = _ready.get()
    if made is None or alias != "default" or made.law != law:
        return keys, []
    since = reading.entries(made.below, last + 1)
    if any(entry.kind.startswith("entry.erased.") or entry.facts is None for entry in since):
        return keys, []
    gone = {key for key, rows in made.rows.items() if not rows}  # judged now, so that what they own is dropped
    touched = keys_of(pairs_of(since), engine, law) | gone
    return touched, [row for key, rows in made.rows.items() if key not in touched for row in rows]
