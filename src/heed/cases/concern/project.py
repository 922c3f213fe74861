"""Projectors of concerns, of which child they are filed under, and of objections."""

from heed.record.model import Entry
from heed.record.project import Pairs, Projector, register, upsert
from heed.record.rows import which_exist

from .models import Concern, ConcernChild, Objection

LAYER = 40
ERASED = "(erased)"
_KINDS = frozenset(
    {
        "concern.raised.1",
        "concern.acknowledged.1",
        "concern.decided.1",
        "concern.answered.1",
        "concern.withdrawal_asked.1",
        "concern.withdrawn.1",
    }
)


def project_concerns(pairs: Pairs, using: str) -> None:
    """Write each concern as its entries make it."""
    there = which_exist(Concern, {key for key, _ in pairs}, using)
    held = {row.key: row for row in Concern.objects.using(using).filter(key__in=there)} if there else {}
    for key, entry in pairs:
        row = held.get(key)
        if entry.kind == "concern.raised.1":
            held[key] = _raised(key, entry) if row is None else _corrected(row, entry)
        elif row is not None:
            _moved_on(row, entry)
    upsert(list(held.values()), using)


def _raised(key: str, entry: Entry) -> Concern:
    return Concern(
        key=key,
        raised_n=entry.n,
        raised_at=entry.spine.recorded_at,
        reporter=entry.spine.actor,
        reporter_agency=entry.spine.agency,
        agency=entry.key("agency") or "",
        team=entry.key("team") or "",
        outcome="",
        decided_by="",
        withdrawal_by="",
        reported=entry.word("what", ERASED),
        **_content(entry),
    )


def _content(entry: Entry) -> dict[str, object]:
    return {
        "about": entry.fact("about", ""),
        "harm": entry.fact("harm", []),
        "source": entry.fact("source", ""),
        "danger_today": entry.fact("danger_today", "not_known"),
        "police_origin": entry.fact("police_origin", False),
        "what": entry.word("what", ERASED),
    }


def _corrected(row: Concern, entry: Entry) -> Concern:
    for name, value in _content(entry).items():
        setattr(row, name, value)
    if entry.spine.actor == row.reporter:
        row.reported = entry.word("what", ERASED)
    row.corrected_n = entry.n
    return row


def _moved_on(row: Concern, entry: Entry) -> None:
    if entry.kind == "concern.acknowledged.1":
        row.acknowledged_n = row.acknowledged_n or entry.n
    elif entry.kind == "concern.decided.1":
        row.decided_n, row.decided_by = entry.n, entry.spine.actor
        row.outcome = entry.fact("outcome", ERASED)
    elif entry.kind == "concern.answered.1":
        row.answered_n = entry.n
    elif entry.kind == "concern.withdrawal_asked.1":
        row.withdrawal_by = entry.spine.actor
    elif entry.kind == "concern.withdrawn.1":
        row.withdrawn_n = entry.n


def project_children(pairs: Pairs, using: str) -> None:
    """Write, under each child's key, whether a concern is filed under her now."""
    rows: dict[tuple[str, str], ConcernChild] = {}
    for key, entry in pairs:
        wrong = entry.kind == "concern.moved.1" and key in entry.keys("wrong")
        rows[key, entry.subject] = ConcernChild(key=key, concern=entry.subject, n=entry.n, is_filed=not wrong)
    upsert(list(rows.values()), using)


def project_objections(pairs: Pairs, using: str) -> None:
    """Write each objection and its answer."""
    held = {row.key: row for row in Objection.objects.using(using).filter(key__in={key for key, _ in pairs})}
    for key, entry in pairs:
        if entry.kind == "objection.raised.1":
            held[key] = Objection(
                key=key,
                concern=entry.key("concern") or "",
                n=entry.n,
                level=entry.fact("level", ""),
                against=entry.key("against") or "",
                by=entry.spine.actor,
                position="",
            )
        elif key in held and held[key].answered_n is None:
            held[key].answered_n, held[key].position = entry.n, entry.fact("position", ERASED)
    upsert(list(held.values()), using)


def register_projectors() -> None:
    """Register the projectors at start."""
    objected = frozenset({"objection.raised.1", "objection.answered.1"})
    filed = frozenset({"concern.raised.1", "concern.moved.1"})
    subject = ("subject",)
    for name, version, kinds, roles, table, apply in (
        ("concerns", 2, _KINDS, subject, Concern, project_concerns),
        ("concern children", 1, filed, ("child", "wrong"), ConcernChild, project_children),
        ("objections", 1, objected, subject, Objection, project_objections),
    ):
        register(
            Projector(name=name, layer=LAYER, version=version, kinds=kinds, roles=roles, tables=(table,), apply=apply)
        )
