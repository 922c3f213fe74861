"""Projectors of definitions and of figures."""

from heed.record.model import Entry
from heed.record.project import Pairs, Projector, register, upsert

from .models import CountingDefinition, Figure

LAYER = 60


def project_definitions(pairs: Pairs, using: str) -> None:
    """Write each version that was adopted."""
    rows = [
        CountingDefinition(
            key=key,
            n=entry.n,
            name=entry.fact("name", ""),
            version=entry.fact("version", ""),
            title=entry.fact("title", ""),
            in_force_from=entry.fact("in_force_from", ""),
            in_force_until=entry.fact("in_force_until", ""),
            digest=entry.fact("digest", ""),
            text=entry.fact("text", ""),
            adopted_at=entry.spine.recorded_at,
            adopted_by=entry.spine.actor,
        )
        for key, entry in pairs
    ]
    upsert(rows, using)


def project_figures(pairs: Pairs, using: str) -> None:
    """Write each proposal, and what became of it."""
    held = {(row.key, row.n): row for row in Figure.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        row = held.get((key, entry.fact("proposal", -1)))
        if entry.kind == "policy.figure_proposed.1":
            held[key, entry.n] = _proposed(key, entry)
        elif row is None:
            continue
        elif entry.kind == "policy.figure_published.1":
            row.published_n, row.published_at = entry.n, entry.spine.recorded_at
            row.signed_by = entry.spine.actor
        elif row.published_n is None:
            row.refused_n, row.refused_why = entry.n, entry.word("reason", "")
    upsert(list(held.values()), using)


def _proposed(key: str, entry: Entry) -> Figure:
    query = entry.fact("query", {})
    return Figure(
        key=key,
        n=entry.n,
        counting=entry.key("counting") or "",
        action=entry.fact("action", ""),
        as_of=query.get("as_of", ""),
        known_at=entry.fact("known_at", ""),
        query=query,
        result=entry.fact("result"),
        stood=entry.fact("stood"),
        stood_n=entry.fact("stood_n"),
        stood_as_of=entry.fact("stood_as_of", ""),
        old_rule=entry.fact("old_rule"),
        old_query=entry.fact("old_query"),
        old_why=entry.fact("old_why", ""),
        lowered=entry.fact("lowered", []),
        evidence=entry.fact("evidence", []),
        files=entry.fact("files", []),
        made_with=entry.fact("made_with", ""),
        reason=entry.word("reason", ""),
        proposed_by=entry.spine.actor,
        proposer_agency=entry.spine.agency,
        proposed_at=entry.spine.recorded_at,
        published_at="",
        signed_by="",
        refused_why="",
    )


def register_projectors() -> None:
    """Register the projectors at start."""
    figures = frozenset({"policy.figure_proposed.1", "policy.figure_published.1", "policy.figure_refused.1"})
    adopted = frozenset({"policy.counting_adopted.1"})
    for name, kinds, table, apply in (
        ("counting definitions", adopted, CountingDefinition, project_definitions),
        ("figures", figures, Figure, project_figures),
    ):
        register(
            Projector(name=name, layer=LAYER, version=1, kinds=kinds, roles=("subject",), tables=(table,), apply=apply)
        )
