"""What is known at K and counts at H: corrections, retractions, links, fields and keys."""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from . import clock
from .clock import Span

COLUMNS = ("subject", "actor", "agency", "occurred_at", "recorded_at")


@dataclass(frozen=True)
class Missing:
    """A condition or value that cannot be known, because this field is absent or erased (M4, R12)."""

    field: str


@dataclass(frozen=True)
class Entry:
    """One entry as known at K; `span` is None where no time is claimed, `facts` where they are erased."""

    n: int
    kind: str
    columns: dict[str, str]
    recorded: int
    span: Span | None
    facts: dict[str, Any] | None

    @property
    def e(self) -> int:
        assert self.span is not None
        return self.span.e

    @property
    def l(self) -> int:  # noqa: E743 - the page's own letter
        assert self.span is not None
        return self.span.l


@dataclass
class World:
    """Everything one evaluation reads."""

    horizon: int
    bank_holidays: frozenset[date]
    entries: list[Entry] = field(default_factory=list)
    timeless: list[Entry] = field(default_factory=list)
    known: list[Entry] = field(default_factory=list)
    roots: dict[int, int] = field(default_factory=dict)
    least: dict[str, str] = field(default_factory=dict)
    file_kinds: frozenset[str] = frozenset()
    covers: list[dict[str, Any]] | None = None
    partial: dict[int, str] = field(default_factory=dict)


def order(entry: Entry) -> tuple[int, int, int]:
    """The order in which 'earliest', 'last' and 'latest' are meant (R3)."""
    return (entry.l, entry.e, entry.n)


def read_row(row: dict[str, Any]) -> Entry:
    """One row of the extract; a ValueError where it cannot be read."""
    columns = {name: str(row.get(name) or "") for name in COLUMNS}
    occurred = columns["occurred_at"]
    text = row.get("facts")
    return Entry(
        n=int(row["n"]),
        kind=str(row["kind"]),
        columns=columns,
        recorded=clock.read_span(columns["recorded_at"]).l,
        span=clock.read_span(occurred) if occurred else None,
        facts=json.loads(text) if text else None,
    )


def read_known(rows: list[dict[str, Any]], known_at: int, partial: dict[int, str]) -> list[Entry]:
    """The readable rows recorded at or before K, by number (M1)."""
    entries = []
    for row in rows:
        try:
            entry = read_row(row)
        except ValueError as problem:
            partial[int(row["n"])] = f"cannot be read: {problem}"
            continue
        if is_known(entry, known_at):
            entries.append(entry)
    return sorted(entries, key=lambda entry: entry.n)


def is_known(entry: Entry, known_at: int) -> bool:
    """Whether the record held the entry at K (M1)."""
    return entry.recorded <= known_at


def number_in(entry: Entry, name: str) -> int | None:
    """The entry number that `corrects` or `retracts` states, if any."""
    value = (entry.facts or {}).get(name)
    return value if isinstance(value, int) else None


def stem(kind: str) -> str:
    """The kind without its version."""
    return kind.rpartition(".")[0]


def find_roots(entries: list[Entry], partial: dict[int, str]) -> dict[int, int]:
    """For each accepted entry the number of the original it states anew, or its own (R7)."""
    roots: dict[int, int] = {}
    kinds = {entry.n: stem(entry.kind) for entry in entries}
    for entry in entries:
        target = number_in(entry, "corrects")
        if target is None:
            roots[entry.n] = entry.n
        elif target in roots and target < entry.n and kinds[target] == stem(entry.kind):
            roots[entry.n] = roots[target]
        else:
            # R7: a correction of another kind than its original is refused.
            partial[entry.n] = "corrects no earlier entry of its kind"
    return roots


def find_undone(entries: list[Entry], roots: dict[int, int]) -> set[int]:
    """The numbers that a retraction takes back; from the newest down, as a retraction may be taken back too (R7)."""
    undone: set[int] = set()
    spoken: set[int] = set()
    for entry in reversed(entries):
        root = roots.get(entry.n)
        if stem(entry.kind) != "entry.retracted" or root is None or root in spoken or entry.n in undone:
            continue
        spoken.add(root)
        target = number_in(entry, "retracts")
        if target is not None:
            undone.add(target)
    return undone


def newest(chain: list[Entry], undone: set[int]) -> Entry | None:
    """The statement of a chain that holds: the newest by number that nobody retracted (R7)."""
    if chain[0].n in undone:
        return None  # R7: retracting the original removes the chain
    standing = [entry for entry in chain if entry.n not in undone][-1]
    # R7: the original's number stays; every other column is the correction's.
    return replace(standing, n=chain[0].n)


def settle(entries: list[Entry], roots: dict[int, int]) -> list[Entry]:
    """The entries as corrected and retracted, by number."""
    undone = find_undone(entries, roots)
    chains: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.n in roots:
            chains.setdefault(roots[entry.n], []).append(entry)
    return [found for chain in chains.values() if (found := newest(chain, undone))]


def find_links(entries: list[Entry]) -> dict[str, str]:
    """Each linked key and the least of its group by code point (R8)."""
    decided: dict[frozenset[str], bool] = {}
    for entry in entries:
        pair = frozenset(as_list(((entry.facts or {}).get("refs") or {}).get("same")))
        if stem(entry.kind) in ("identity.linked", "identity.unlinked") and len(pair) == 2:
            decided[pair] = stem(entry.kind) == "identity.linked"  # R8: the greatest n of a pair decides
    least: dict[str, str] = {}
    pairs = [sorted(pair) for pair, together in decided.items() if together]
    for one, other in pairs * len(pairs):  # enough rounds for the least key to reach every member
        low = min(least.get(one, one), least.get(other, other))
        least[one] = least[other] = low
    return least


def build_world(
    rows: list[dict[str, Any]],
    *,
    as_of: int,
    known_at: int,
    covers: list[dict[str, Any]] | None,
    bank_holidays: frozenset[date],
) -> World:
    """Read the rows: known at K, corrected, linked, and split into those that count at H and those without a time."""
    world = World(horizon=min(as_of, known_at), bank_holidays=bank_holidays, covers=covers)  # M1: H = min(D, K)
    known = read_known(rows, known_at, world.partial)
    world.roots = find_roots(known, world.partial)
    world.known = settle(known, world.roots)
    world.least = find_links(world.known)
    world.timeless = [entry for entry in world.known if entry.span is None]  # R4
    world.entries = sorted((entry for entry in world.known if counts(entry, world.horizon)), key=order)
    world.file_kinds = frozenset(str(row["kind"]) for row in rows)
    for entry in world.known:
        if entry.span and entry.e <= world.horizon < entry.l:  # R1
            world.partial[entry.n] = "its claimed time runs past the moment asked about"
    return world


def counts(entry: Entry, horizon: int) -> bool:
    """Whether the entry had happened by H (R1)."""
    return entry.span is not None and entry.l <= horizon


def as_text(value: Any) -> str:
    """A JSON scalar as the text that equality compares (R16)."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def as_list(value: Any) -> list[str]:
    """A scalar or a list as a list of texts; nothing as an empty one."""
    if value is None:
        return []
    return [as_text(one) for one in value] if isinstance(value, list) else [as_text(value)]


def read_field(entry: Entry, name: str) -> Any:
    """The value sought in the columns, then `refs`, then `facts` (R16); Missing where there is none."""
    if name in COLUMNS:
        return entry.columns[name] or Missing(name)
    facts = entry.facts or {}
    for place in (facts.get("refs") or {}, facts):
        if place.get(name) is not None:
            return place[name]
    return Missing(name)


def keys_of(world: World, entry: Entry, role: str) -> list[str]:
    """The keys an entry has in a role, resolved through links (R8) and, for `trigger`, through corrections (R7)."""
    value = read_field(entry, role)
    if isinstance(value, Missing):
        return []
    if role == "trigger":
        return sorted({as_text(world.roots.get(int(n), int(n))) for n in as_list(value)})
    return sorted({world.least.get(key, key) for key in as_list(value)})
