"""One duty as an evaluator says it: identity, clock, end and lateness kept apart."""

import json
from dataclasses import dataclass, field
from typing import Any

from .entries import stamp
from .stream import Key

ENDS = ("fulfilled", "declined", "ceased", "waived", "superseded", "open")


@dataclass(slots=True)
class Duty:
    """A row of the Answer, with the seconds behind its texts."""

    clause: str
    version: str
    key: Key
    addressee: str | None
    anchor: int | None
    triggers: list[int]
    from_: int | None = None
    due: int | None = None
    adjusted_due: int | None = None
    end: str = "open"
    ended_at: int | None = None
    ended_by: int | None = None
    lateness: str = "no"
    testable: str | None = None
    weak: list[str] = field(default_factory=list)
    owner: str | None = None
    holder: str | None = None
    agency: str | None = None
    occurrence: int = 1

    def document(self) -> dict[str, Any]:
        """Return the duty as the Answer states it."""
        return {
            "clause": self.clause,
            "version": self.version,
            "key": dict(self.key),
            "addressee": self.addressee,
            "anchor": self.anchor,
            "triggers": sorted(self.triggers),
            "from": stamp(self.from_),
            "due": stamp(self.due),
            "adjusted_due": stamp(self.adjusted_due),
            "end": self.end,
            "ended_at": stamp(self.ended_at),
            "ended_by": self.ended_by,
            "lateness": self.lateness,
            "testable": True if self.testable is None else self.testable,
            "weak": self.weak,
            "owner": self.owner,
            "holder": self.holder,
        }

    def place(self) -> tuple[Any, ...]:
        """Return what the Answer is ordered by: clause, key, anchor, addressee, version, triggers."""
        key = json.dumps(dict(self.key), sort_keys=True, ensure_ascii=False)
        anchor = -1 if self.anchor is None else self.anchor
        return (
            self.clause,
            key,
            anchor,
            self.addressee is not None,
            self.addressee or "",
            self.version,
            sorted(self.triggers),  # C20: two chains may reach one act as anchor
            self.occurrence,
        )
