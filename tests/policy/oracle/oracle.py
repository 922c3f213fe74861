"""The oracle: what is owed, from rows and packs, one clause and one key at a time."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from . import chains, clauses, clock, verdicts
from . import entries as record
from .chains import Row
from .clauses import Version
from .entries import World
from .limits import Clock


def evaluate(
    rows: list[dict[str, Any]],
    packs: list[dict[str, Any]],
    as_of: str,
    known_at: str,
    covers: list[dict[str, Any]] | None = None,
    calendar: Iterable[date] | None = None,
) -> dict[str, Any]:
    """The Answer of `duties.md`: only the duties that follow at D from what is known at K (R9)."""
    world = record.build_world(
        rows,
        as_of=clock.read_span(as_of).l,
        known_at=clock.read_span(known_at).l,
        covers=covers,
        bank_holidays=clock.england_wales() if calendar is None else frozenset(calendar),
    )
    families = clauses.read_families(packs)
    duties = [answer_row(world, row) for family in families for row in chains.build(world, family)]
    for family in families:
        note_unplaced(world, family)
    return {
        "as_of": clock.written(clock.read_span(as_of).l),
        "known_at": clock.written(clock.read_span(known_at).l),
        "pack": packs[-1]["pack"],
        "version": packs[-1]["version"],
        "duties": sorted(duties, key=place),
        "partial": [{"n": n, "why": why} for n, why in sorted(world.partial.items())],
    }


def answer_row(world: World, row: Row) -> dict[str, Any]:
    """One duty as the Answer states it: clause, key, anchor and addressee are what identifies it (M3)."""
    late, testable = verdicts.judge(world, row)
    numbers = [trigger.anchor for trigger in (row.opener, *row.joined) if trigger.anchor is not None]
    running = row.clock if isinstance(row.clock, Clock) else None
    return {
        "clause": row.version.id,
        "version": row.version.version,
        "key": dict(row.opener.key),
        "addressee": row.opener.addressee,
        "anchor": row.anchor,
        "triggers": sorted(numbers),  # R11
        "from": clock.written(running.start.l) if running else None,
        "due": clock.written(row.due),
        "adjusted_due": clock.written(verdicts.adjusted_due(world, row)),
        "end": row.end,
        "ended_at": clock.written(row.ended_at),
        "ended_by": row.ended_by,
        "lateness": late,
        "testable": testable,
        "weak": verdicts.weak(world, row),
        "owner": row.version.text.get("owner"),
        "holder": None,
    }


def place(duty: dict[str, Any]) -> tuple[Any, ...]:
    """The order of the Answer: clause, key, anchor, addressee, then version (R10, R33)."""
    return (
        duty["clause"],
        json.dumps(duty["key"], sort_keys=True, ensure_ascii=False, separators=(",", ":")),
        -1 if duty["anchor"] is None else duty["anchor"],
        duty["addressee"] or "",
        duty["version"],
        duty["triggers"],
    )


def note_unplaced(world: World, family: list[Version]) -> None:
    """List the entries that a clause names and that lack a member of its `match` (R13)."""
    for version in family:
        acts = {act["entry"] for act in version.text["must"]}
        for entry in [*world.entries, *world.timeless]:
            needed = set(version.roles) if entry.kind in acts else set()
            if entry.kind in version.trigger_kinds:
                needed |= set(version.roles) - {"trigger", "addressee"}
            lacking = sorted(role for role in needed if not record.keys_of(world, entry, role))
            if lacking:
                world.partial.setdefault(entry.n, f"lacks {lacking[0]}")
