"""What every writer shares: a file is whole or absent, and what could not be said in the format is listed."""

import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from .journey import Event


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that an export could not say, or had to say with a stopgap."""

    child: str
    kind: str
    field: str
    reason: str


@dataclass(slots=True)
class Written:
    """What an export wrote, and what it left out."""

    path: Path
    counts: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def counted(self, name: str) -> None:
        """Count one more of something."""
        self.counts[name] = self.counts.get(name, 0) + 1


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Lend a name beside `path`; what was written there takes its place at the end, or vanishes on a failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}{path.suffix}")
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def as_day(claimed: str | None) -> str:
    """Return the local day of a claimed date or instant."""
    if not claimed:
        return ""
    if len(claimed) == 10:
        return claimed
    moment = dt.datetime.fromisoformat(claimed.replace("Z", "+00:00"))
    return moment.astimezone(ZoneInfo("Europe/London")).date().isoformat()


def by_child(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Gather the events of each child, in the order they came."""
    children: dict[str, list[Event]] = {}
    for event in events:
        children.setdefault(event.child, []).append(event)
    return children
