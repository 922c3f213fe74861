"""An index of standing entries by role and key, and the units that their triggers open."""

from collections.abc import Iterable, Iterator

from .engine import Engine, Unit, trigger_kinds
from .entries import Entry
from .known import Known
from .stream import Stream


class Index:
    """What is known, by role and key: `near(role, key)` gives the entries that carry it."""

    def __init__(self, known: Known, roles: Iterable[str]) -> None:
        self.known, self._near = known, dict[tuple[str, str], list[Entry]]()
        self.settled = [entry for entry in known.entries if entry.kind.startswith("duty.")]
        wanted = tuple(roles)
        for entry in known.entries:
            for role in wanted:
                for key in known.keys(entry, role):
                    self._near.setdefault((role, key), []).append(entry)
        if "trigger" in wanted:
            for entry in known.entries:
                self._near.setdefault(("trigger", str(entry.n)), []).append(entry)

    def near(self, role: str, key: str) -> list[Entry]:
        """Return the entries that carry a key in a role; in the role `trigger`, the entry of that number too."""
        return self._near.get((role, key), [])

    def stream(self, engine: Engine, unit: Unit, horizon: int) -> Stream:
        """Return the entries that may bear on a unit, ready to judge."""
        entries = engine.gather(*unit, self.known, self.near)
        settled = [entry for entry in self.settled if (entry.facts or {}).get("clause") in engine.families]
        found = {entry.n: entry for entry in (*entries, *settled)}
        return Stream(self.known, found.values(), horizon)


def units_of(engine: Engine, known: Known, *, only: str | None = None) -> Iterator[Unit]:
    """Yield each unit that some trigger opens, once; of one clause where `only` names it."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in known.entries:
        if entry.span is not None:
            by_kind.setdefault(entry.kind, []).append(entry)
    for family in engine.families.values():
        if only not in (None, family.id):
            continue
        seen: set[Unit] = set()
        for kind in sorted({kind for law in family.laws for kind in trigger_kinds(law)}):
            for entry in by_kind.get(kind, ()):
                for key in engine.keys(family, entry, known):
                    seen.add((family.id, key))
        yield from sorted(seen)
