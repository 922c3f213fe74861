"""The units that the triggers of an extract open."""

from collections.abc import Iterator

from .engine import Engine, Unit, trigger_kinds
from .entries import Entry
from .known import Known


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
