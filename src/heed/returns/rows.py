"""What a reader yields: rows with their lineage, rows it refused, and values it doubts."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

# A clean value: text, `YYYY-MM-DD`, a code, a whole number, a flag, several codes, or None where the file is blank.
Value: TypeAlias = str | int | bool | tuple[str, ...] | None


class Lineage(NamedTuple):
    """Where something stands in a file that somebody handed in.

    `cells` maps a column to its letter in a sheet or CSV, or to the path of its element in XML; one mapping is
    shared by all rows of a table.
    """

    source: str
    file_digest: str
    sheet: str
    line: int
    table: str
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Return the address of one value, as a person would look it up: `B7`, or an element's path."""
        place = self.cells[column]
        return place if "/" in place else f"{place}{self.line}"


class Row(NamedTuple):
    """One row that was taken, its values clean."""

    source: str
    file_digest: str
    sheet: str
    line: int
    table: str
    values: dict[str, Value]
    cells: Mapping[str, str]

    @property
    def lineage(self) -> Lineage:
        return Lineage(self.source, self.file_digest, self.sheet, self.line, self.table, self.cells)


class Reject(NamedTuple):
    """One row that was not taken, with the value that is to blame and the reason, and the row as it stood."""

    source: str
    file_digest: str
    sheet: str
    line: int
    table: str
    column: str
    value: str
    reason: str
    row: dict[str, str]

    def listed(self) -> dict[str, Any]:
        """Return the refusal as one flat record for a list or for JSON."""
        return {name: getattr(self, name) for name in self._fields if name != "row"}


class Doubt(NamedTuple):
    """Something that was taken but should be looked at; `line` is the first of `times` places."""

    source: str
    file_digest: str
    sheet: str
    line: int
    table: str
    column: str
    value: str
    reason: str
    times: int = 1

    def listed(self) -> dict[str, Any]:
        """Return the doubt as one flat record for a list or for JSON."""
        return self._asdict()


Item: TypeAlias = Row | Reject | Doubt


def letters(position: int) -> str:
    """Return the letters of a sheet's column, counted from 0: A … Z, AA …"""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name
