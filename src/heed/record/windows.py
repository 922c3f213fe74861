"""When entries were recorded, as the witnesses saw it: after one cosigned checkpoint and before the next (rule 13)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from heed.entry.when import parse_instant
from heed.log.checkpoint import SignedCheckpoint
from heed.log.receipt import SLACK_SECONDS, clock_text
from heed.log.trust import Trust


@dataclass(frozen=True)
class Window:
    """Entries `first` up to but not including `end`, and the POSIX seconds between which witnesses saw them come."""

    first: int
    end: int
    after: int | None
    before: int | None

    def __str__(self) -> str:
        which = f"Entry {self.first} was" if self.end == self.first + 1 else f"Entries {self.first}–{self.end - 1} were"
        since = f" after {clock_text(self.after)}" if self.after is not None else ""
        until = f" before {clock_text(self.before)}" if self.before is not None else ""
        return f"{which} recorded{since}{' and' if since and until else ''}{until}, as witnesses saw."


def windows(signed: Sequence[SignedCheckpoint], size: int, trust: Trust) -> list[Window]:
    """Return the windows of a tree of `size`, from its checkpoints in order of size; only a quorum counts."""
    found, first, after = [], 0, None
    for checkpoint in signed:
        before, end = trust.before(checkpoint), checkpoint.checkpoint.size
        if before is not None and end > first:
            found.append(Window(first, end, after, before))
            first, after = end, trust.after(checkpoint)
    if first < size and after is not None:
        found.append(Window(first, size, after, None))
    return found


def doubts(found: Sequence[Window], using: str) -> list[str]:
    """Report every window whose entries bear stamps over 60 s outside it; stamps never go back, so its ends suffice."""
    lines = []
    with connections[using].cursor() as cursor:
        for window in found:
            cursor.execute(
                "SELECT recorded_at FROM record_entry WHERE n IN (%s, %s) ORDER BY n", [window.first, window.end - 1]
            )
            stamps = [parse_instant(text).timestamp() for (text,) in cursor.fetchall()]
            early = window.after is not None and stamps[0] < window.after - SLACK_SECONDS
            late = window.before is not None and stamps[-1] > window.before + SLACK_SECONDS
            if early or late:
                which = f"entries {window.first}–{window.end - 1}"
                lines.append(f"The record's own stamps of {which} lie over 60 s outside what the witnesses saw.")
    return lines
