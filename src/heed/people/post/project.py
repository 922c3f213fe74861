"""Projectors of what was told and of addresses that fail."""

from heed.record.model import Entry
from heed.record.project import Pairs, Projector, register, upsert

from .models import Address, Notice

LAYER = 22
_OUTCOMES = {"notice.sent.1": "sent", "notice.failed.1": "failed", "notice.bounced.1": "bounced"}


def project_notices(pairs: Pairs, using: str) -> None:
    """Write, under the worker's key, each letter and what became of it; a bounce keeps what the sending said."""
    keys = {key for key, _ in pairs}
    held = {(row.key, row.notice): row for row in Notice.objects.using(using).filter(key__in=keys)}
    for key, entry in pairs:
        row = held.get((key, entry.subject)) or Notice(key=key, notice=entry.subject, n=entry.n, occasions=[], lines=0)
        row.at = entry.spine.recorded_at
        row.outcome = _OUTCOMES[entry.kind]
        row.status = entry.fact("status", "")
        row.occasions = entry.fact("occasions", row.occasions)
        row.lines = entry.fact("lines", row.lines)
        held[key, entry.subject] = row
    upsert(list(held.values()), using)


def project_addresses(pairs: Pairs, using: str) -> None:
    """Write whether each worker's address fails."""
    held = {row.key: row for row in Address.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        row = held.setdefault(key, Address(key=key, failed_at="", status="", is_failing=False))
        _changed(row, entry)
    upsert(list(held.values()), using)


def _changed(row: Address, entry: Entry) -> None:
    row.is_failing = entry.kind == "address.failed.1"
    if row.is_failing:
        row.failed_n, row.failed_at = entry.n, entry.spine.recorded_at
        row.status = entry.fact("status", "")
    else:
        row.confirmed_n = entry.n


def register_projectors() -> None:
    """Register the projectors at start."""
    about = frozenset({"address.failed.1", "address.confirmed.1"})
    for name, kinds, roles, table, apply in (
        ("notices", frozenset(_OUTCOMES), ("told",), Notice, project_notices),
        ("addresses", about, ("subject",), Address, project_addresses),
    ):
        register(Projector(name=name, layer=LAYER, version=1, kinds=kinds, roles=roles, tables=(table,), apply=apply))
