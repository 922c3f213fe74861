"""Projectors of duties: an entry's keys are judged anew from all that touches them, and their rows replaced."""

from collections.abc import Iterable

from heed.record.model import Entry
from heed.record.project import Pairs, Projector, register, upsert, write
from heed.record.rows import drop

from . import keeping, ready
from .engine import LAW_KINDS, adopted, engine_of
from .entries import MATCHED
from .models import Duty, Pack, Proposal, Told
from .rows import COLUMNS, Row, every_key, keys_of, pairs_of, rows_of_key

LAYER = 90  # after everything that duties rest on


def project_packs(pairs: Pairs, using: str) -> None:
    """Write each pack that was adopted."""
    rows = {
        key: Pack(
            key=key,
            n=entry.n,
            pack=entry.fact("pack", ""),
            version=entry.fact("version", ""),
            digest=entry.fact("digest", ""),
            text=entry.fact("text", ""),
        )
        for key, entry in pairs
    }
    upsert(list(rows.values()), using)


def project_proposals(pairs: Pairs, using: str) -> None:
    """Write each proposal of a pack or calendar, and what came of it."""
    keys = {key for key, _ in pairs}
    held = {row.key: row for row in Proposal.objects.using(using).filter(key__in=keys)}
    for key, entry in pairs:
        if entry.kind == "policy.proposed.1":
            held[key] = _proposed(key, entry)
        elif key in held:
            _decided(held[key], entry)
    upsert(list(held.values()), using)


def _proposed(key: str, entry: Entry) -> Proposal:
    plain = {name: entry.fact(name, "") for name in ("what", "name", "version", "digest", "follows", "text")}
    return Proposal(
        key=key,
        n=entry.n,
        effect=entry.fact("effect", []),
        reached=entry.fact("reached", 0),
        reason=entry.word("reason", ""),
        proposed_by=entry.spine.actor,
        agency=entry.spine.agency,
        proposed_at=entry.spine.recorded_at,
        **plain,
    )


def _decided(row: Proposal, entry: Entry) -> None:
    if entry.kind == "policy.approved.1":
        row.approved_n, row.approved_by = entry.n, entry.spine.actor
    elif entry.kind == "policy.declined.1":
        row.declined_n, row.declined_by = entry.n, entry.spine.actor
        row.declined_why = entry.word("reason", "")
    else:
        row.adopted_n = entry.n


class _Duties(Projector):
    """The projector of duties: which kinds and roles it takes is what the adopted packs say, so it takes all."""

    def takes(self, kind: str) -> bool:
        """Say yes: the adopted packs decide, entry by entry."""
        return True

    def pairs(self, entries: Iterable[Entry], only: frozenset[str] | None = None) -> list[tuple[str, Entry]]:
        """Return a pair for each key that an entry names; which of them are judged, the law says."""
        return pairs_of(entries, only)

    def forget(self, keys: Iterable[str], using: str) -> None:
        """Delete the rows of these keys; they are judged anew."""
        keeping.forget()
        super().forget(keys, using)

    def forget_all(self, using: str) -> None:
        """Delete every row; all are judged anew."""
        keeping.forget()
        super().forget_all(using)


def project_duties(pairs: Pairs, using: str) -> None:
    """Judge every key of these entries anew, and all keys when a pack or a calendar was adopted."""
    last = max(entry.n for _, entry in pairs)
    law = adopted(last + 1)
    engine = engine_of(law)
    if engine is None:
        return
    rows: list[Row] = []
    if any(entry.kind in LAW_KINDS for _, entry in pairs):
        keys, rows = ready.keys_and_rows(every_key(engine, law, last), engine, law, last, using)
    else:
        keys = keys_of(pairs, engine, law)
    fresh = {entry.n: entry for _, entry in pairs}
    keep = using == "default" and len(keys) <= keeping.MOST  # not in a rebuild, which checks what was kept
    for key in sorted(keys):
        rows += rows_of_key(key, below=last + 1, law=law, at_hand=fresh, keep=keep)
    drop(Duty, keys | {row[_KEY] for row in rows}, using)
    write(Duty, rows, using)


_KEY = COLUMNS.index("key")


def project_told(pairs: Pairs, using: str) -> None:
    """Write each rung that was told, under the duty's key."""
    rows = [
        Told(
            key=key,
            duty=entry.subject,
            rung=entry.fact("rung", 0),
            n=entry.n,
            to=entry.fact("to", ""),
            outside=entry.fact("outside", False),
            told=entry.keys("told"),
            at=entry.spine.recorded_at,
        )
        for key, entry in pairs
        if key in (entry.fact("key") or {}).values() or key in entry.keys("owner")
    ]
    upsert(rows, using)


def register_projectors() -> None:
    """Register the projectors at start."""
    told = frozenset({"duty.escalated.1"})
    register(
        Projector(
            name="packs",
            layer=LAYER - 1,
            version=1,
            kinds=frozenset({"policy.adopted.1"}),
            roles=("subject",),
            tables=(Pack,),
            apply=project_packs,
        )
    )
    register(
        Projector(
            name="proposals",
            layer=LAYER - 1,
            version=1,
            kinds=frozenset({"policy.proposed.1", "policy.approved.1", "policy.declined.1", *LAW_KINDS}),
            roles=("subject",),
            tables=(Proposal,),
            apply=project_proposals,
        )
    )
    register(
        _Duties(
            name="duties", layer=LAYER, version=5, kinds=frozenset(), roles=(), tables=(Duty,), apply=project_duties
        )
    )
    register(
        Projector(
            name="told",
            layer=LAYER,
            version=1,
            kinds=told,
            roles=(*MATCHED, "owner"),
            tables=(Told,),
            apply=project_told,
        )
    )
