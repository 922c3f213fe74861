"""Keys kept judged from one append to the next, so that an entry is judged only from where it may matter.

Nothing kept here is part of the record, and each process has its own. A key goes on from what is kept only where the
entries that bear on it begin with the very ones it was judged from; otherwise, and wherever a part was erased, it is
judged anew. `_lock` guards all of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from heed.policy.duty import Duty
from heed.policy.engine import Engine
from heed.policy.entries import Entry as Read
from heed.policy.live import Live
from heed.record.model import Entry

from .filing import Filing

# How many keys are kept: a busy hour's cases of one process. One with 500 entries takes about 2 MB.
MOST = 64


@dataclass(slots=True)
class Kept:
    """One key as it was judged last, and a mark of each entry that it was judged from."""

    engine: Engine
    live: Live
    marks: list[str] = field(default_factory=list)

    def goes_on(self, engine: Engine, marks: list[str]) -> bool:
        """Say whether these entries begin with those that it was judged from, by the same packs."""
        return self.engine is engine and self.marks == marks[: len(self.marks)]


_lock = Lock()
_kept: OrderedDict[str, Kept] = OrderedDict()


def judge_on(
    key: str, entries: Sequence[Entry], filing: Filing, engine: Engine, at: int, read: Callable[[Entry], Read]
) -> list[Duty]:
    """Return the duties that follow from a key's entries as of an instant, going on from what is kept where that holds.

    `read` gives an entry as the engine reads it. All entries were recorded by then, and none is erased.
    """
    marks = _marks(entries, filing)
    with _lock:
        kept = _kept.pop(key, None)
        if kept is None or not kept.goes_on(engine, marks):
            kept = Kept(engine, Live(engine, at))
        fresh = entries[len(kept.marks) :]
        kept.live.take([read(filing.of(entry)) for entry in fresh], horizon=at)
        kept.marks = marks
        _kept[key] = kept
        while len(_kept) > MOST:
            _kept.popitem(last=False)
        return kept.live.duties()


def _marks(entries: Sequence[Entry], filing: Filing) -> list[str]:
    """Return what tells each entry from every other: its facts' digest, salted, and where it was moved its children."""
    if not filing.moves:
        return [entry.spine.facts for entry in entries]
    filed = ((entry, filing.of(entry)) for entry in entries)
    return [one.spine.facts + ("" if other is one else ",".join(other.keys("child"))) for one, other in filed]


def forget() -> None:
    """Keep nothing: what follows is judged anew."""
    with _lock:
        _kept.clear()
