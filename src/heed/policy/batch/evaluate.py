"""The batch evaluator as a whole: read, prepare, judge every clause over all keys, answer.

Keys on which something is out of the ordinary (an act that lacks a field or a time, a waiver or suspension), and
clauses with something the walk does not do (duties taken over by a newer version, conditions of an act on a state),
are judged by the incremental evaluator, from the same entries. `Judged.by_key` says how many.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from heed.lib.errors import HeedError
from heed.policy.answer import document, in_order, packs_of
from heed.policy.calendars import Calendar, calendar_of
from heed.policy.coverage import Coverage, coverage_of
from heed.policy.duty import Duty
from heed.policy.engine import Engine, Unit, trigger_kinds
from heed.policy.entries import Entry, entry_of
from heed.policy.keyed import units_of
from heed.policy.known import known_at, named
from heed.policy.law import Family, states_read
from heed.policy.stream import Stream
from heed.policy.times import horizon
from heed.policy.words import Kinds, Pack

from .clauses import Result, evaluate_family
from .groups import NotRegular, codes_in_slot, keyed, keys_of
from .load import load
from .masks import Names
from .openings import Reader
from .prepare import Prepared, prepare
from .released import hand_back
from .result import duties_of
from .scanned import ODD_KINDS
from .source import Source, numbers_in
from .table import Table
from .texts import MISSING, Longs
from .wants import columns_used, wanted

Rows = Iterable[Mapping[str, Any]]
Each = Callable[[Result, "Judged"], None]


@dataclass
class Judged:
    """Every duty: results as columns, duties of keys judged one by one, and what was left out."""

    results: list[Result]
    duties: list[Duty]
    unread: list[dict[str, Any]]
    names: Names
    prepared: Prepared
    left_out: list[tuple[Longs, str]] = field(default_factory=list)  # numbers, and why
    by_key: dict[str, int] = field(default_factory=dict)

    def partial(self) -> list[dict[str, Any]]:
        """List what could not be used, and why; an extract may have very many such rows."""
        found = [{"n": n, "why": why} for numbers, why in self.left_out for n in numbers.tolist()]
        return in_order(self.unread + self.prepared.known.partial + found)


def evaluate_batch(
    extract_rows: "Path | Rows",
    packs: "str | Sequence[str] | Sequence[Pack]",
    as_of: str,
    known_at: str,
    covers: "Coverage | Rows | None" = None,
    calendar: "Calendar | Iterable[str | date] | str | None" = None,
    *,
    kinds: Kinds | None = None,
) -> dict[str, Any]:
    """Return the Answer, judged by columns."""
    read = packs_of(packs, kinds=kinds)
    as_of_second, known_second = horizon(as_of), horizon(known_at)
    judged = judge(extract_rows, read, as_of_second, known_second, covers, calendar, kinds=kinds)
    found = list(judged.duties)
    for result in judged.results:
        found += duties_of(result, judged.prepared.texts, judged.names)
    return document(found, read, as_of_second, known_second, judged.partial())


def judge(
    rows: "Path | Rows",
    packs: Sequence[Pack],
    as_of: int,
    known_second: int,
    covers: "Coverage | Rows | None" = None,
    calendar: "Calendar | Iterable[str | date] | str | None" = None,
    *,
    kinds: Kinds | None = None,
    each: Each | None = None,
) -> Judged:
    """Return every duty on the rows of a file or list, as columns where that can be.

    With `each`, the rows of a family are handed over as soon as they are known, and not kept: large extracts have
    more rows than should stand in memory at once.
    """
    if not packs:
        raise HeedError("Give at least one pack.")
    chosen = calendar_of(calendar or packs[0].calendar)
    engine = Engine(packs, chosen)
    families = list(engine.families.values())
    extract, source = load(rows, wanted(families), kinds=kinds, used=columns_used(families))
    engine.coverage = coverage_of(covers, [*extract.seen, *(entry.kind for entry in extract.special)])
    hand_back(extract.size)
    prepared = prepare(extract, known_second, min(as_of, known_second), release=True)
    judged = Judged([], [], extract.bad, Names(), prepared)
    plain: dict[str, Any] = {}
    lines: dict[tuple[str, str], Any] = {}
    last = _last_readers(families)
    for place, family in enumerate(families):
        hand_back(extract.size)
        reader = Reader(prepared, family, judged.names, lines)
        try:
            result = evaluate_family(reader, chosen, engine.coverage, _settled(prepared, family))
            if each is None:
                judged.results.append(result)
            else:
                each(result, judged)
            if bool(result.odd[:-1].any()):
                plain[family.id] = replace(result, columns={})
        except NotRegular:
            plain[family.id] = None
        for line in [line for line in lines if last.get(line, place) == place]:
            del lines[line]
    if plain:
        _by_key(judged, engine, plain, source, extract.special, known_second)
    judged.left_out = _left_out(prepared, engine)
    return judged


def _last_readers(families: Sequence[Family]) -> dict[tuple[str, str], int]:
    """Return for each state of a pack the place of the last family that reads it: what it made can go after that."""
    return {
        (law.pack.name + law.pack.version, name): place
        for place, family in enumerate(families)
        for law in family.laws
        for name in states_read(law.clause)
    }


def _settled(prepared: Prepared, family: Family) -> list[dict[str, object]]:
    """Return the keys of a family that a waiver or suspension names."""
    facts = [entry.facts or {} for entry in prepared.known.entries if entry.kind.startswith("duty.")]
    return [f["key"] for f in facts if f.get("clause") == family.id and isinstance(f.get("key"), dict)]


def _by_key(
    judged: Judged, engine: Engine, plain: dict[str, Any], source: Source, special: list[Entry], known_second: int
) -> None:
    """Judge the keys set aside one by one, from the rows that bear on them."""
    numbers: list[Longs] = []
    for name, result in plain.items():
        family = engine.families[name]
        numbers += _numbers_of(judged.prepared, family, result)
    needed = np.unique(np.concatenate(numbers)) if numbers else np.empty(0, np.int64)
    corrected = _concerning(special)
    entries = _entries(source, np.union1d(needed, np.array(corrected, np.int64)))
    known = known_at([*special, *entries], known_second)
    stream = Stream(known, known.entries, judged.prepared.horizon)
    for name, result in plain.items():
        units = _units(engine, known, name, result, judged.prepared)
        judged.by_key[name] = len(units)
        for unit in units:
            judged.duties += engine.judge(*unit, stream)


def _concerning(special: list[Entry]) -> list[int]:
    found = {named(entry, name) for entry in special for name in ("corrects", "retracts")}
    return [n for n in found if n is not None]


def _entries(source: Source, numbers: Longs) -> list[Entry]:
    """Return the entries of these numbers, read again from the source by the plain reader."""
    found: dict[int, Entry] = {}
    for batch in source():
        n, _ = numbers_in(batch.column("n"))
        for row in batch.take(np.flatnonzero(np.isin(n, numbers))).to_pylist():
            try:
                entry = entry_of(row)
            except ValueError:
                continue
            if not _is_special(entry):
                found.setdefault(entry.n, entry)
    return list(found.values())


def _is_special(entry: Entry) -> bool:
    return entry.kind.startswith(ODD_KINDS) or bool(entry.facts and "corrects" in entry.facts)


def _numbers_of(prepared: Prepared, family: Family, result: Result | None) -> list[Longs]:
    """Return the numbers of the rows that bear on the keys set aside: all of them, or those of odd units."""
    tables = [table for group in (prepared.tables, prepared.untimed) for table in group.values()]
    kinds = family.kinds()
    if result is None:
        return [table.columns["n"] for table in tables if table.kind in kinds]
    found: list[Longs] = []
    triggers = {kind for law in family.laws for kind in trigger_kinds(law)}
    state_keys: dict[str, set[int]] = {}
    for table in tables:
        if table.kind not in kinds:
            continue
        rows = _odd_rows(prepared, table, family, result, own=table.kind in triggers)
        found.append(table.columns["n"][rows])
        if table.kind in triggers:
            _state_keys(prepared, table, family, rows, state_keys)
    for role, values in state_keys.items():
        for table in tables:
            if table.kind in kinds and (role in table.names or role in ("subject", "actor", "agency")):
                rows, keys = keys_of(prepared, table, role)
                found.append(table.columns["n"][rows[np.isin(keys, list(values))]])
    return found


def _odd_rows(prepared: Prepared, table: Any, family: Family, result: Result, *, own: bool) -> Longs:
    """Return the rows of a table on odd units, by the keys they carry (and by their own number where they open)."""
    found = []
    for mine in {False, own}:
        try:
            rows = keyed(prepared, table, result.units.roles, own=mine)
        except NotRegular:
            continue
        unit = result.units.of(rows.keys)
        found.append(rows.at[(unit >= 0) & result.odd[unit]])
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _state_keys(prepared: Prepared, table: Any, family: Family, rows: Longs, found: dict[str, set[int]]) -> None:
    for law in family.laws:
        for name in states_read(law.clause):
            role = law.pack.states[name].key
            if role in table.names or role in ("subject", "actor", "agency"):
                at, keys = keys_of(prepared, table, role)
                found.setdefault(role, set()).update(keys[np.isin(at, rows)].tolist())


def _units(engine: Engine, known: Any, name: str, result: Result | None, prepared: Prepared) -> list[Unit]:
    if result is None:
        return list(units_of(engine, known, only=name))
    places = np.flatnonzero(result.odd[:-1])
    keys = result.units.keys(places)
    roles = sorted(keys)
    return [
        (name, tuple((role, _key_text(role, int(keys[role][row]), prepared)) for role in roles))
        for row in range(len(places))
    ]


def _key_text(role: str, value: int, prepared: Prepared) -> str:
    return str(value) if role == "trigger" else prepared.texts.text(value)


def _left_out(prepared: Prepared, engine: Engine) -> list[tuple[Longs, str]]:
    """Return the entries that may have happened by H, and those without a key that a clause matches on."""
    found = [(prepared.straddling, "its claimed time ends after the moment asked about")]
    for family in engine.families.values():
        for kind, roles in _roles_by_kind(family).items():
            for table in (prepared.tables[kind], prepared.untimed[kind]):
                found += _lacking(table, roles)
    return found


def _roles_by_kind(family: Family) -> dict[str, list[str]]:
    """Return the roles that entries of each kind should carry, as triggers or acts, in the order they are asked."""
    found: dict[str, list[str]] = {}
    for law in family.laws:
        opens = set(trigger_kinds(law))
        for kind in (*opens, *law.clause.act_kinds):
            for role in law.clause.match:
                own = kind in opens and (role == "trigger" or (role == "addressee" and law.clause.for_each))
                if not own:
                    found.setdefault(kind, []).append(role)
    return found


def _lacking(table: Table, roles: list[str]) -> Iterator[tuple[Longs, str]]:
    left = np.ones(len(table), np.bool_)
    for role in dict.fromkeys(roles):
        lacking = np.flatnonzero(left & (codes_in_slot(table, role) == MISSING))
        left[lacking] = False
        if len(lacking):
            yield table.columns["n"][lacking], f"has no {role}, which a clause matches on"
