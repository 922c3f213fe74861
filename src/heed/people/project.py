"""Projectors of agencies, teams, workers, grants and children."""

import unicodedata

from heed.record.model import Entry
from heed.record.project import Pairs, Projector, register, upsert

from .models import Agency, Child, Grant, Reset, Team, Worker

LAYER = 20
PROPOSING = ("grant.proposed.1", "office.proposed.1")
ERASED = "(erased)"


def project_agencies(pairs: Pairs, using: str) -> None:
    """Write each agency as its latest entry names it."""
    rows = {
        key: Agency(
            key=key,
            name=entry.fact("name", ""),
            type=entry.fact("type", ""),
            day_number=entry.fact("day_number", ""),
            night_number=entry.fact("night_number", ""),
        )
        for key, entry in pairs
    }
    upsert(list(rows.values()), using)


def project_teams(pairs: Pairs, using: str) -> None:
    """Write each team as its latest entry names it."""
    rows = {
        key: Team(key=key, agency=entry.key("agency") or "", name=entry.fact("name", ERASED)) for key, entry in pairs
    }
    upsert(list(rows.values()), using)


def project_workers(pairs: Pairs, using: str) -> None:
    """Write each worker as she joined last, and when she left."""
    held = {row.key: row for row in Worker.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        if entry.kind == "worker.joined.1":
            held[key] = Worker(
                key=key,
                agency=entry.key("agency") or "",
                team=entry.key("team") or "",
                name=entry.word("name", ERASED),
                profession=entry.fact("profession", ""),
                left_n=None,
            )
        elif key in held:
            held[key].left_n = entry.n
    upsert(list(held.values()), using)


def project_grants(pairs: Pairs, using: str) -> None:
    """Write, under the worker's key, each role proposed, confirmed and ended; leaving ends them all."""
    keys = {key for key, _ in pairs}
    held = {(row.key, row.grant): row for row in Grant.objects.using(using).filter(key__in=keys)}
    for key, entry in pairs:
        if entry.kind == "worker.left.1":
            for row in held.values():
                if row.key == key and row.ended_n is None:
                    row.ended_n, row.ended_at = entry.n, entry.spine.recorded_at
        elif key == entry.subject:
            continue  # rows are the worker's, not the grant's
        elif entry.kind in PROPOSING:
            held[key, entry.subject] = _proposed(key, entry)
        elif (key, entry.subject) in held:
            _answered(held[key, entry.subject], entry)
    upsert(list(held.values()), using)


def _answered(row: Grant, entry: Entry) -> None:
    if entry.kind == "grant.confirmed.1":
        row.confirmed_n, row.confirmed_at = entry.n, entry.spine.recorded_at
    elif row.ended_n is None:
        row.ended_n, row.ended_at = entry.n, entry.spine.recorded_at


def _proposed(key: str, entry: Entry) -> Grant:
    return Grant(
        key=key,
        grant=entry.subject,
        role=entry.fact("role", ""),
        agency=entry.key("agency") or "",
        team=entry.key("team") or "",
        proposed_n=entry.n,
        proposed_by=entry.spine.actor,
        confirmed_at="",
        ended_at="",
    )


def project_children(pairs: Pairs, using: str) -> None:
    """Write each child as her latest entry says."""
    rows = {
        key: Child(
            key=key,
            agency=entry.key("agency") or "",
            name=entry.word("name", ERASED),
            search=searchable([entry.word("name", ""), *entry.word("also_known_as", [])]),
            born=entry.fact("born", ""),
            sex=entry.fact("sex", "not_known"),
            ethnicity=entry.fact("ethnicity", "NOBT"),
            recorded_n=entry.n,
        )
        for key, entry in pairs
    }
    upsert(list(rows.values()), using)


def project_resets(pairs: Pairs, using: str) -> None:
    """Write the newest question whether a worker's second factor be forgotten, and that it was answered."""
    held = {row.key: row for row in Reset.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        if entry.kind == "second_factor.reset_asked.1":
            held[key] = Reset(
                key=key,
                asked_n=entry.n,
                asked_at=entry.spine.recorded_at,
                asked_by=entry.spine.actor,
                reason=entry.word("reason", ERASED),
            )
        elif key in held:
            held[key].answered_n = entry.n
    upsert(list(held.values()), using)


def searchable(names: list[str]) -> str:
    """Return names without case and accents, for a search that a worker in a hurry gets right."""
    text = unicodedata.normalize("NFKD", " ".join(names)).casefold()
    return "".join(c for c in text if not unicodedata.combining(c))[:500]


def register_projectors() -> None:
    """Register the projectors at start."""
    granted = frozenset({*PROPOSING, "grant.confirmed.1", "grant.ended.1", "worker.left.1"})
    asked = frozenset({"second_factor.reset_asked.1", "second_factor.reset.1", "second_factor.reset_refused.1"})
    for name, kinds, roles, table, apply in (
        ("resets", asked, ("subject",), Reset, project_resets),
        ("agencies", frozenset({"agency.named.1"}), ("subject",), Agency, project_agencies),
        ("teams", frozenset({"team.named.1"}), ("subject",), Team, project_teams),
        ("workers", frozenset({"worker.joined.1", "worker.left.1"}), ("subject",), Worker, project_workers),
        ("grants", granted, ("subject", "worker"), Grant, project_grants),
        ("children", frozenset({"child.recorded.1"}), ("subject",), Child, project_children),
    ):
        register(Projector(name=name, layer=LAYER, version=1, kinds=kinds, roles=roles, tables=(table,), apply=apply))
