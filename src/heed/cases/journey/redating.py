"""What an earlier import told and these files do not: perhaps the same with another day, which only people can know.

A source gives an event no name but child and day, so a corrected day reads as a new event beside the old one. Where the
one who brings the files in says that they correct an earlier import, the old event is corrected; else it is a question.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from heed.returns.identity import undated
from heed.returns.journey import Event
from heed.returns.moments import steps_of
from heed.returns.rows import Doubt

from .models import Episode, Import, KnownChild
from .selectors import event_from


@dataclass(slots=True)
class Standing:
    """What stands of an event: its key, and of each moment the entry's number and what it says."""

    key: str
    child: str = ""
    moments: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Gone:
    """Events of an earlier import that the files now at hand do not tell, by what they say apart from days."""

    source: str = ""  # the earlier import's key
    is_corrected: bool = False  # whether somebody says that these files correct it
    waiting: dict[str, list[tuple[Standing, str]]] = field(default_factory=dict)  # with the child's key
    questions: list[Doubt] = field(default_factory=list)

    def same_but_for_days(self, event: Event) -> Standing | None:
        """Return the event that this one corrects, once; note the question where nobody says that it does."""
        found = self.waiting.get(undated(event)) if self.waiting else None
        if not found:
            return None
        standing, _ = found.pop(0)
        if self.is_corrected:
            return standing
        self.questions.append(question(event, standing, self.source))
        return None

    def left(self) -> Iterable[tuple[Standing, str]]:
        """Yield what is not told again at all, where these files correct the earlier ones."""
        if self.is_corrected:
            for found in self.waiting.values():
                yield from found


def question(event: Event, standing: Standing, source: str) -> Doubt:
    """Return the question whether an event is an earlier one with another day."""
    where, at = event.lineage[0], steps_of(event)[0].at
    n = min((n for n, _ in standing.moments.values()), default=0)
    reason = (
        f"an earlier import tells the same with other days (entry {n}); if this corrects it, use --corrects {source}"
    )
    day = str(getattr(event, at, "") or "")
    return Doubt(where.source, where.file_digest, where.sheet, where.line, where.table, at, day, reason)


def gone_from(earlier: Import, told: Collection[str], *, is_corrected: bool) -> Gone:
    """Return what an earlier import told and the files that tell these names do not."""
    gone = Gone(earlier.key, is_corrected)
    rows = Episode.objects.filter(import_key=earlier.key).order_by("first_n")
    local = dict(
        KnownChild.objects.filter(agency=earlier.agency, standard=earlier.standard).values_list("key", "local_id")
    )
    for row in rows.iterator(chunk_size=2_000):
        if row.handle in told or (event := event_from(row, local.get(row.child, ""))) is None:
            continue
        standing = Standing(row.key, row.child, {kind: (m["n"], m["digest"]) for kind, m in row.moments.items()})
        gone.waiting.setdefault(undated(event), []).append((standing, row.child))
    return gone


def earlier_of(agency: str, standard: str, names: Collection[str]) -> Import | None:
    """Return the newest whole import of files with the same names, which these may correct."""
    closed = Import.objects.filter(agency=agency, standard=standard).exclude(closed_n=None).order_by("-closed_n")
    return next((row for row in closed if sorted(row.names) == sorted(names)), None)
