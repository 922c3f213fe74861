"""Several years' returns as one history for each child; where two years disagree, both are listed."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heed.lib.progress import Track, quiet
from heed.returns.rows import Doubt, Item, Reject, Row, Value
from heed.returns.tables import Table

from .tables import EPISODES, TABLES
from .yearly import read_return, returns_in

Key = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something the years tell differently: what each of them says, and where it says so."""

    child: str
    table: str
    column: str
    what: str
    told: tuple[tuple[str, str], ...]  # (file and line, value)
    row: Row  # the newest that tells of it

    def doubt(self) -> Doubt:
        """Return the contradiction as something to look at, beside the newest row that tells of it."""
        said = "; ".join(f"{where}: {value or 'blank'}" for where, value in self.told)
        row, reason = self.row, f"{self.what} ({said})"
        where = (row.source, row.file_digest, row.sheet, row.line, row.table)
        return Doubt(*where, self.column, self.told[-1][1], reason)


@dataclass(slots=True)
class Merged:
    """The merged rows, oldest first, with what was refused, doubted and contradicted on the way."""

    years: list[str] = field(default_factory=list)
    rows: dict[str, dict[Key, Row]] = field(default_factory=dict)
    told: dict[tuple[str, Key], list[Row]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    completed: int = 0  # blanks that a later year filled: an episode that ended, a child that came back

    @property
    def children(self) -> set[str]:
        return {str(row.values["CHILD"]) for table in self.rows.values() for row in table.values()}

    def items(self) -> Iterator[Item]:
        """Yield the merged history as if it were one return."""
        yield from self.rejects
        yield from self.doubts
        yield from (conflict.doubt() for conflict in self.conflicts)
        for table in TABLES:
            yield from self.rows.get(table.name, {}).values()


def merge_years(path: Path, *, track: Track[Any] = quiet) -> Merged:
    """Merge every return found at a path.

    1. Take the years oldest first; a row is known again by its table's key.
    2. A later year fills what an earlier one left blank; the latest value stands.
    3. List what the years tell differently, ends that no year tells, and episodes that overlap.
    """
    merged, found = Merged(), returns_in(path)
    for one in found:
        merged.years.append(one.year)
        for taken in track(read_return(one), None, f"SSDA903 {one.year}"):
            add_year(merged, one.year, taken.items(), taken.table)
    disagreements(merged)
    ends_untold(merged, {source.name for source in found[-1].sources})
    overlaps(merged)
    merged.told.clear()
    return merged


def add_year(merged: Merged, year: str, items: Iterable[Item], table: Table) -> None:
    """Add one table of one year."""
    rows, again = merged.rows.setdefault(table.name, {}), dict[Key, int]()
    for item in items:
        if isinstance(item, Reject):
            merged.rejects.append(item)
        elif isinstance(item, Doubt):
            merged.doubts.append(item)
        else:
            key: Key = tuple(item.values[name] for name in table.key)
            again[key] = again.get(key, 0) + 1
            key = (*key, again[key], year if table.yearly else "")
            rows[key] = later(rows[key], item) if key in rows else item
            merged.told.setdefault((table.name, key), []).append(item)


def later(old: Row, new: Row) -> Row:
    """Return the newer row; where it is blank, what the older one said."""
    values = {name: old.values[name] if value is None else value for name, value in new.values.items()}
    return new._replace(values=values)


def disagreements(merged: Merged) -> None:
    """List each column for which the years give different values; count those that one year only left blank."""
    for (table, _), rows in merged.told.items():
        if len(rows) < 2:
            continue
        for column in rows[0].values:
            values = [row.values[column] for row in rows]
            said = [at for at, value in enumerate(values) if value is not None]
            if len({values[at] for at in said}) > 1:
                add_conflict(merged, table, column, rows, "the years give different values")
            elif said and None in values[said[0] :]:
                add_conflict(merged, table, column, rows, "a later year leaves it blank")
            elif said and said[0] > 0:
                merged.completed += 1


def add_conflict(merged: Merged, table: str, column: str, rows: list[Row], what: str) -> None:
    """List one column of one row with what each year says."""
    told = tuple((place(row), str(row.values[column] or "")) for row in rows)
    merged.conflicts.append(Conflict(str(rows[0].values["CHILD"]), table, column, what, told, rows[-1]))


def ends_untold(merged: Merged, newest: set[str]) -> None:
    """List episodes that stood open in a year's return and appear in no later one, though there are later ones."""
    for row in merged.rows.get(EPISODES.name, {}).values():
        if row.values["DEC"] is None and row.source not in newest:
            what = "it stood open in this return, and no later one tells its end"
            child = str(row.values["CHILD"])
            merged.conflicts.append(Conflict(child, EPISODES.name, "DEC", what, ((place(row), ""),), row))


def overlaps(merged: Merged) -> None:
    """List pairs of one child's episodes of which the second starts before the first has ended."""
    spans: dict[str, list[Row]] = {}
    for row in merged.rows.get(EPISODES.name, {}).values():
        spans.setdefault(str(row.values["CHILD"]), []).append(row)
    for child, rows in spans.items():
        rows.sort(key=lambda row: str(row.values["DECOM"]))
        for first, second in itertools.pairwise(rows):
            ended = first.values["DEC"]
            if ended is None or str(ended) > str(second.values["DECOM"]):
                told = ((place(first), str(ended or "")), (place(second), str(second.values["DECOM"])))
                what = "the next episode starts before this one has ended"
                merged.conflicts.append(Conflict(child, EPISODES.name, "DEC", what, told, first))


def place(row: Row) -> str:
    """Return file and line of a row."""
    return f"{row.source}, line {row.line}"
