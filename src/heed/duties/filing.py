"""Under which child a concern's entries count: from a move on, all that was recorded before it is the right child's.

A move is no correction: the report stays as it was made. But every clause whose key is the child asks about the child
to whom the report belongs, so the entries of a moved concern are filed anew before any evaluator reads them, by the
moves known at K (docs/adr/moved-concerns.md). As known before the move, nothing of it is seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from heed.policy.entries import RETRACTED, entry_of
from heed.policy.entries import Entry as Read
from heed.policy.known import known_at
from heed.record.model import Entry

# Written by the slice of concerns; duties lie below it and know the kind by its name.
MOVED = "concern.moved.1"
# What may say of a move that it was otherwise, or was not.
FILING = (MOVED, f"{RETRACTED}1")


@dataclass(frozen=True, slots=True)
class Move:
    """A concern left the wrong child and is the right one's; `n` is the number of the entry that says so."""

    n: int
    wrong: str
    right: str


class Filing:
    """The moves that are known at a moment."""

    def __init__(self, entries: Iterable[Entry], known: int) -> None:
        self.moves: dict[str, list[Move]] = {}
        told = [_read(entry) for entry in entries if entry.kind in FILING and entry.facts is not None]
        for entry in known_at(told, known).entries:
            if entry.kind == MOVED:
                for concern in entry.refs.get("concern", [entry.subject]):
                    self.moves.setdefault(concern, []).append(Move(entry.n, *_children(entry.refs)))

    def of(self, entry: Entry) -> Entry:
        """Return an entry as it is filed: the very one where no move concerns it."""
        if not self.moves or entry.kind == MOVED or entry.facts is None:
            return entry
        refs = entry.facts.get("refs", {})
        children = list(refs.get("child", ()))
        for concern in dict.fromkeys((entry.subject, *refs.get("concern", ()))):
            for move in self.moves.get(concern, ()):
                if entry.n < move.n:
                    children = [move.right if child == move.wrong else child for child in children]
        if children == list(refs.get("child", ())):
            return entry
        return entry._replace(facts={**entry.facts, "refs": {**refs, "child": sorted(set(children))}})


def _read(entry: Entry) -> Read:
    spine = entry.spine
    row = {name: getattr(spine, name) for name in ("n", "subject", "recorded_at", "actor", "agency")}
    return entry_of({**row, "kind": entry.kind, "occurred_at": entry.occurred_at or "", "facts": entry.facts})


def _children(refs: dict[str, list[str]]) -> tuple[str, str]:
    return refs["wrong"][0], refs["child"][0]
