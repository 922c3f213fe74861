"""Projectors of the record's own kinds: holds, erasures, openings, links."""

from .model import Entry
from .models import ErasureCase, Hold, Link, OpeningRow
from .project import Pairs, Projector, register, upsert, write

LAYER = 10


def project_holds(pairs: Pairs, using: str) -> None:
    """Write one row for each hold."""
    for key, entry in pairs:
        row = Hold.objects.using(using).filter(key=key).first()
        if entry.kind == "hold.placed.1":
            row = _placed(key, entry)
        elif row is None:
            continue
        elif entry.kind == "hold.lift_proposed.1":
            row.lift_proposed_by = entry.spine.actor
        elif row.lifted_n is None:
            row.lifted_n = entry.n
        row.save(using=using)


def _placed(key: str, entry: Entry) -> Hold:
    return Hold(
        key=key,
        placed_n=entry.n,
        everything=entry.fact("everything", False),
        agency=entry.fact("agency", ""),
        kinds=entry.fact("kinds", []),
        covers=entry.keys("covers"),
        first=entry.fact("first", ""),
        last=entry.fact("last", ""),
        lift_proposed_by="",
    )


def project_erasures(pairs: Pairs, using: str) -> None:
    """Write one row for each erasure that was proposed."""
    for key, entry in pairs:
        row = ErasureCase.objects.using(using).filter(key=key).first()
        if entry.kind == "erasure.proposed.1":
            row = _proposed(key, entry)
        elif row is None:
            continue
        elif entry.kind == "erasure.approved.1":
            row.approved_n, row.approved_at = entry.n, entry.spine.recorded_at
        elif entry.kind == "erasure.refused.1":
            row.refused_n = entry.n
        else:
            row.done_n = entry.n
        row.save(using=using)


def _proposed(key: str, entry: Entry) -> ErasureCase:
    return ErasureCase(
        key=key,
        entry=entry.fact("entry", -1),
        part=entry.fact("part", ""),
        authority=entry.fact("authority", ""),
        court_order=entry.fact("court_order", False),
        proposed_n=entry.n,
        proposed_by=entry.spine.actor,
        proposer_agency=entry.spine.agency,
        recipients=entry.keys("recipient"),
        approved_at="",
    )


def project_openings(pairs: Pairs, using: str) -> None:
    """Write one row for each opening given."""
    rows = []
    for key, entry in pairs:
        facts = entry.facts or {}
        recipient = entry.keys("recipient")
        rows.append((key, entry.n, facts.get("entry", -1), facts.get("part", ""), recipient[0] if recipient else ""))
    write(OpeningRow, rows, using)


def project_links(pairs: Pairs, using: str) -> None:
    """Write, for each of two keys, what the latest entry says of the pair."""
    latest: dict[tuple[str, str], Link] = {}
    for key, entry in pairs:
        for other in entry.keys("same"):
            if other != key:
                linked = entry.kind == "identity.linked.1"
                latest[key, other] = Link(
                    key=key, other=other, n=entry.n, is_linked=linked, method=entry.fact("method", "")
                )
    upsert(list(latest.values()), using)


def register_projectors() -> None:
    """Register the record's own projectors at start."""
    subject = ("subject",)
    lifted = frozenset({"hold.placed.1", "hold.lift_proposed.1", "hold.lifted.1"})
    erased = frozenset({"erasure.proposed.1", "erasure.approved.1", "erasure.refused.1", "entry.erased.1"})
    linked = frozenset({"identity.linked.1", "identity.unlinked.1"})
    opened = frozenset({"opening.given.1"})
    for name, kinds, roles, table, apply in (
        ("holds", lifted, subject, Hold, project_holds),
        ("erasures", erased, subject, ErasureCase, project_erasures),
        ("openings", opened, subject, OpeningRow, project_openings),
        ("links", linked, ("same",), Link, project_links),
    ):
        register(Projector(name=name, layer=LAYER, version=1, kinds=kinds, roles=roles, tables=(table,), apply=apply))
