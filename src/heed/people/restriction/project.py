"""Projectors of restrictions and of emergency openings."""

from heed.record.model import Entry
from heed.record.project import Pairs, Projector, register, upsert

from .models import Opened, Restriction

LAYER = 21
_KINDS = frozenset(
    {
        "restriction.proposed.1",
        "restriction.agreed.1",
        "restriction.declined.1",
        "restriction.lift_proposed.1",
        "restriction.lifted.1",
    }
)


def project_restrictions(pairs: Pairs, using: str) -> None:
    """Write each restriction as its entries make it."""
    held = {row.key: row for row in Restriction.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        if entry.kind == "restriction.proposed.1":
            held[key] = _proposed(key, entry)
        elif key in held:
            _answered(held[key], entry)
    upsert(list(held.values()), using)


def _proposed(key: str, entry: Entry) -> Restriction:
    return Restriction(
        key=key,
        child=entry.key("child") or "",
        concern=entry.key("concern") or "",
        workers=entry.keys("worker"),
        proposed_n=entry.n,
        proposed_by=entry.spine.actor,
        lift_proposed_by="",
    )


def _answered(row: Restriction, entry: Entry) -> None:
    if entry.kind == "restriction.agreed.1":
        row.agreed_n = entry.n
    elif entry.kind == "restriction.declined.1":
        row.declined_n = entry.n
    elif entry.kind == "restriction.lift_proposed.1":
        row.lift_proposed_by = entry.spine.actor
    else:
        row.lifted_n = entry.n


def project_opened(pairs: Pairs, using: str) -> None:
    """Write each emergency opening, and its review."""
    held = {row.key: row for row in Opened.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        if entry.kind == "access.broken_glass.1":
            held[key] = Opened(
                key=key,
                n=entry.n,
                at=entry.spine.recorded_at,
                worker=entry.spine.actor,
                agency=entry.spine.agency,
                child=entry.key("child") or "",
                concern=entry.key("concern") or "",
            )
        elif key in held:
            held[key].reviewed_n = entry.n
    upsert(list(held.values()), using)


def register_projectors() -> None:
    """Register the projectors at start."""
    opened = frozenset({"access.broken_glass.1", "access.reviewed.1"})
    for name, kinds, table, apply in (
        ("restrictions", _KINDS, Restriction, project_restrictions),
        ("emergency openings", opened, Opened, project_opened),
    ):
        register(
            Projector(name=name, layer=LAYER, version=1, kinds=kinds, roles=("subject",), tables=(table,), apply=apply)
        )
