"""Projectors of doors and of the codes given there."""

from heed.record.project import Pairs, Projector, register, upsert

from .models import Code, Door

LAYER = 41


def project_doors(pairs: Pairs, using: str) -> None:
    """Write each door as it was opened last, and whether it is closed."""
    held = {row.key: row for row in Door.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        if entry.kind == "door.opened.1":
            held[key] = Door(
                key=key,
                name=entry.fact("name", ""),
                agency=entry.key("agency") or "",
                team=entry.key("team") or "",
                emergency=entry.fact("emergency", ""),
                leave_to=entry.fact("leave_to", ""),
                numbers=entry.fact("numbers", []),
                closed_n=None,
            )
        elif key in held:
            held[key].closed_n = entry.n
    upsert(list(held.values()), using)


def project_codes(pairs: Pairs, using: str) -> None:
    """Write each code's digest under its concern; an erased one opens nothing."""
    rows = {
        key: Code(key=key, digest=entry.fact("digest", ""), door=entry.key("door") or entry.spine.actor)
        for key, entry in pairs
    }
    upsert(list(rows.values()), using)


def register_projectors() -> None:
    """Register the projectors at start."""
    doors, codes = frozenset({"door.opened.1", "door.closed.1"}), frozenset({"door.code_given.1"})
    for name, kinds, table, apply in (
        ("doors", doors, Door, project_doors),
        ("door codes", codes, Code, project_codes),
    ):
        register(
            Projector(name=name, layer=LAYER, version=1, kinds=kinds, roles=("subject",), tables=(table,), apply=apply)
        )
