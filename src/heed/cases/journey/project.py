"""Projectors of episodes, of children as files number them, of agreements and imports."""

from typing import Any

from heed.record.model import Entry
from heed.record.project import Pairs, Projector, register, upsert
from heed.returns.moments import NOT_SAID, moment_digest
from heed.returns.writing import as_day

from .models import Agreement, Episode, Import, KnownChild
from .spans import EPISODE_OF, ERASED, SHAPES, Shape, set_digest

LAYER = 45


def project_episodes(pairs: Pairs, using: str) -> None:
    """Write each event as its moments make it."""
    held = {row.key: row for row in Episode.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        row = held.get(key)
        if row is None:
            row = held[key] = _new(key, EPISODE_OF[entry.kind], entry)
        _take(row, entry)
    upsert(list(held.values()), using)


def _new(key: str, shape: Shape, entry: Entry) -> Episode:
    return Episode(
        key=key,
        child="",
        agency="",
        standard="",
        kind=shape.kind,
        handle="",
        started="",
        ended="",
        is_span=shape.is_span,
        rank=shape.rank,
        team="",
        worker="",
        import_key="",
        moments={},
        first_n=entry.n,
        recorded_at=entry.spine.recorded_at,
    )


def _take(row: Episode, entry: Entry) -> None:
    row.last_n, row.changed_at = entry.n, entry.spine.recorded_at
    row.child = entry.key("child") or row.child
    row.agency = entry.spine.agency
    row.import_key = entry.fact("import_key") or row.import_key
    row.handle = entry.fact("told_as") or row.handle
    row.standard = (entry.word("source_id") or [row.standard])[0]
    row.team = entry.word("team", row.team)[:200]
    row.worker = entry.word("worker", row.worker)[:200]
    row.moments[entry.kind] = {
        "n": entry.n,
        "at": entry.occurred_at,
        "digest": _digest(entry),
        "facts": _said(entry.facts),
        "words": _said(entry.words),
    }
    _place(row, SHAPES[row.kind])


def _digest(entry: Entry) -> str:
    if entry.facts is None or entry.words is None:
        return ERASED
    occurred_at = None if entry.fact("inferred") else entry.occurred_at
    return moment_digest(occurred_at, entry.facts, entry.words or {})


def _said(part: Any) -> dict[str, Any] | None:
    return None if part is None else {name: value for name, value in part.items() if name not in NOT_SAID}


def _place(row: Episode, shape: Shape) -> None:
    """Set the days from the moments that are there; what has no day of its own has none."""
    days = {name: as_day(moment["at"]) for name, moment in row.moments.items() if "/" not in (moment["at"] or "/")}
    row.started = next((days[name] for name in shape.starts if name in days), "")
    row.ended = next((days[name] for name in shape.ends if name in days), "" if shape.is_span else row.started)


def project_children(pairs: Pairs, using: str) -> None:
    """Write under which number an agency knows a child."""
    rows = {
        key: KnownChild(
            key=key,
            agency=entry.spine.agency,
            standard=entry.fact("standard", ERASED),
            local_id=entry.word("local_id", ERASED),
            n=entry.n,
        )
        for key, entry in pairs
    }
    upsert(list(rows.values()), using)


def project_agreements(pairs: Pairs, using: str) -> None:
    """Write each agreement."""
    rows = {
        key: Agreement(key=key, agency=entry.key("agency") or "", agreement=entry.word("agreement", ERASED), n=entry.n)
        for key, entry in pairs
    }
    upsert(list(rows.values()), using)


def project_imports(pairs: Pairs, using: str) -> None:
    """Write each import, opened and then closed."""
    held = {row.key: row for row in Import.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        if entry.kind == "import.opened.1":
            held[key] = _opened(key, entry)
        elif key in held:
            _closed(held[key], entry)
    upsert(list(held.values()), using)


def _opened(key: str, entry: Entry) -> Import:
    files = entry.fact("digests", [])
    return Import(
        key=key,
        agency=entry.key("agency") or "",
        standard=entry.fact("standard", ERASED),
        digest=set_digest(files),
        files=files,
        names=entry.word("names", []),
        agreement=entry.key("agreement") or "",
        by=entry.spine.actor,
        rows=entry.fact("rows", 0),
        opened_n=entry.n,
        opened_at=entry.spine.recorded_at,
        closed_at="",
        counts={},
        told=[],
        coverage=[],
        rejects_files=[],
        findings_files=[],
    )


COUNTED = ("children", "events", "new", "corrected", "same", "rejects", "doubts", "conflicts")


def _closed(row: Import, entry: Entry) -> None:
    row.closed_n, row.closed_at = entry.n, entry.spine.recorded_at
    row.counts = {name: entry.fact(name, 0) for name in COUNTED}
    row.told, row.coverage = entry.fact("told", []), entry.fact("coverage", [])
    row.rejects_files, row.findings_files = entry.fact("rejects_files", []), entry.fact("findings_files", [])


def register_projectors() -> None:
    """Register the projectors at start."""
    moments = frozenset(EPISODE_OF)
    imports = frozenset({"import.opened.1", "import.closed.1"})
    for name, kinds, table, apply in (
        ("episodes", moments, Episode, project_episodes),
        ("known children", frozenset({"child.imported.1"}), KnownChild, project_children),
        ("agreements", frozenset({"import.agreed.1"}), Agreement, project_agreements),
        ("imports", imports, Import, project_imports),
    ):
        register(
            Projector(name=name, layer=LAYER, version=1, kinds=kinds, roles=("subject",), tables=(table,), apply=apply)
        )
