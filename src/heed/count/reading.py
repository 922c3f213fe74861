"""Reads a table of overlaps from CSV: counted histories, or one row per person.

* A column of 0 and 1 is a list. A column named count (n, freq, frequency) holds the number of people of the row;
  without one each row is a person.
* A count may be a range: '<5' is 0 to 4, '1-4' is 1 to 4. A count of 'impossible' marks a structural zero.
* A column named stratum (or --strata NAME) splits the table. In a list's column 'x' says that the list could not
  have seen anyone of this stratum.
* A column none of whose values is 0 or 1, or whose name starts with 'x_', is a covariate.

A row that makes no sense is refused by its line number, never repaired.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heed.lib.errors import HeedError

from .lattice import Bools, Floats
from .tables import LARGEST_COUNT, Censored, Table, check_lists

COUNT_NAMES = {"count", "counts", "n", "freq", "frequency"}
STRATUM_NAMES = {"stratum", "strata"}
ABSENT = {"x", "-", "n/a", "na"}  # in a list's column: this list could not have seen anyone of the row
IMPOSSIBLE = {"impossible", "structural", "x", "n/a"}
LARGEST_FILE = 200 * 2**20
WIDEST_RANGE = 100_000


@dataclass(frozen=True, eq=False)
class Reading:
    """What a file holds: the whole table, its strata, and its people where it has one row for each."""

    table: Table
    strata: dict[str, Table]
    people: "People | None" = None


@dataclass(frozen=True, eq=False)
class People:
    """One row per person (or per equal people): which lists saw them, their covariates, how many they are."""

    lists: tuple[str, ...]
    seen: Bools
    covariates: dict[str, list[str]]
    weights: Floats


@dataclass(frozen=True)
class _Cell:
    low: int
    high: int
    impossible: bool = False


@dataclass(frozen=True)
class _Row:
    line: int
    history: str  # one sign per list: 0, 1, x
    cell: _Cell
    stratum: str
    covariates: tuple[str, ...]


def read(path: Path, *, strata: str | None = None) -> Reading:
    """Read a CSV file."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise HeedError(f"{path} cannot be read: {fault.strerror}.") from fault
    if len(data) > LARGEST_FILE:
        raise HeedError(f"{path} is larger than {LARGEST_FILE >> 20} MiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise HeedError(f"{path} is not UTF-8 text (byte {fault.start}).") from fault
    return read_text(text, name=path.stem, strata=strata)


def read_text(text: str, *, name: str = "", strata: str | None = None) -> Reading:
    """Read the text of a CSV file."""
    header, lines = _lines(text)
    columns = _Columns.sort(header, [row for _, row in lines], strata)
    check_lists([header[c] for c in columns.lists])
    if len(columns.lists) == 1:
        raise HeedError(f"There is only one list, {header[columns.lists[0]]}: one list has no overlaps to learn from.")
    rows = [_row(line, row, header, columns) for line, row in lines]
    if columns.count is not None and columns.stratum is None and not columns.covariates:
        _refuse_duplicates(rows)
    lists = tuple(header[c] for c in columns.lists)
    return _gathered(lists, rows, [header[c] for c in columns.covariates], name)


def _lines(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Split into a checked header and numbered rows; blank lines are skipped."""
    if "\0" in text:
        raise HeedError("The file holds zero bytes: it is not CSV text.")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        numbered = [
            (reader.line_num, [value.strip() for value in row]) for row in reader if any(v.strip() for v in row)
        ]
    except csv.Error as fault:
        raise HeedError(f"The file is not CSV: {fault}.") from fault
    if not numbered:
        raise HeedError("The file is empty: it needs a header with the lists' names and a row for each history.")
    header = numbered[0][1]
    _check_header(header)
    if len(numbered) == 1:
        raise HeedError("The file has a header but no rows.")
    for line, row in numbered[1:]:
        if len(row) != len(header):
            raise HeedError(f"Row {line} has {len(row)} values where the header has {len(header)}.")
    return header, numbered[1:]


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _check_header(header: list[str]) -> None:
    """Refuse headers that cannot be the names of lists."""
    for place, name in enumerate(header, start=1):
        if not name:
            raise HeedError(f"Row 1: column {place} has no name.")
        if re.fullmatch(r"[-+]?\d+(\.\d+)?", name):
            raise HeedError(f"Row 1: {name!r} is a number, not the name of a list; the file needs a header.")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise HeedError(f"Row 1: two columns have the same name: {', '.join(twice)}.")


@dataclass(frozen=True)
class _Columns:
    lists: list[int]
    count: int | None
    stratum: int | None
    covariates: list[int]

    @classmethod
    def sort(cls, header: list[str], rows: list[list[str]], strata: str | None) -> "_Columns":
        """Say what each column is."""
        if strata is not None and strata not in header:
            raise HeedError(f"There is no column {strata!r} to take the strata from.")
        lower = [name.lower() for name in header]
        count = next((i for i, name in enumerate(lower) if name in COUNT_NAMES), None)
        named = header.index(strata) if strata is not None else None
        stratum = named if named is not None else next((i for i, n in enumerate(lower) if n in STRATUM_NAMES), None)
        rest = [i for i in range(len(header)) if i not in (count, stratum)]
        covariates = [i for i in rest if lower[i].startswith("x_") or not _some_digits(rows, i)]
        lists = [i for i in rest if i not in covariates]
        if not lists:
            raise HeedError("None of the columns holds 0 and 1: " + ", ".join(header) + " are not lists.")
        return cls(lists, count, stratum, covariates)


def _some_digits(rows: list[list[str]], column: int) -> bool:
    """Say whether a column looks like a list: 0 and 1 in at least half of its rows."""
    return 2 * sum(row[column] in {"0", "1"} or row[column].lower() in ABSENT for row in rows) >= len(rows)


def _row(line: int, row: list[str], header: list[str], columns: _Columns) -> _Row:
    signs = []
    for c in columns.lists:
        value = row[c].lower()
        if value in ABSENT:
            value = "x"
        elif value not in {"0", "1"}:
            shown = "no value" if not value else repr(row[c])
            raise HeedError(f"Row {line}: the list {header[c]} has {shown}; only 0, 1 and x (could not see) are known.")
        signs.append(value)
    cell = _Cell(1, 1) if columns.count is None else _cell(line, row[columns.count])
    history = "".join(signs)
    if "1" not in history:
        raise HeedError(f"Row {line}: this history is on no list; such people cannot be observed, leave the row out.")
    if "x" in history and columns.stratum is None:
        raise HeedError(f"Row {line}: 'x' (could not see) needs a stratum column that says for whom.")
    stratum = "" if columns.stratum is None else row[columns.stratum]
    if columns.stratum is not None and not stratum:
        raise HeedError(f"Row {line}: the stratum is missing.")
    return _Row(line, history, cell, stratum, tuple(row[c] for c in columns.covariates))


def _cell(line: int, text: str) -> _Cell:
    """Read a count, a range or 'impossible'."""
    word = text.strip().lower()
    if not word:
        raise HeedError(f"Row {line}: the count is missing.")
    if word in IMPOSSIBLE:
        return _Cell(0, 0, impossible=True)
    if below := re.fullmatch(r"<\s*(\d+)", word):
        return _range(line, 0, int(below[1]) - 1)
    if between := re.fullmatch(r"(\d+)\s*(?:-|–|\.\.|to)\s*(\d+)", word):
        return _range(line, int(between[1]), int(between[2]))
    if re.fullmatch(r"-\s*\d+(\.\d+)?", word):
        raise HeedError(f"Row {line}: the count {text} is negative.")
    if not re.fullmatch(r"\+?\d+(\.0*)?", word):
        fractional = re.fullmatch(r"\+?\d*\.\d+", word)
        raise HeedError(f"Row {line}: the count {text} is {'not a whole number' if fractional else 'not a number'}.")
    if len(word) > 20 or int(word.split(".")[0]) > LARGEST_COUNT:
        raise HeedError(f"Row {line}: the count {text[:30]} is too large to be counted exactly.")
    return _Cell(int(word.split(".")[0]), int(word.split(".")[0]))


def _range(line: int, low: int, high: int) -> _Cell:
    if low > high or high > WIDEST_RANGE:
        raise HeedError(f"Row {line}: the range {low} to {high} makes no sense as a count.")
    return _Cell(low, high)


def _refuse_duplicates(rows: list[_Row]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.history in first:
            raise HeedError(f"Row {row.line} repeats the history of row {first[row.history]}.")
        first[row.history] = row.line


def _gathered(lists: tuple[str, ...], rows: list[_Row], covariates: list[str], name: str) -> Reading:
    """Build the tables from checked rows."""
    strata: dict[str, list[_Row]] = {}
    for row in rows:
        strata.setdefault(row.stratum, []).append(row)
    tables = {label: _stratum(lists, some, label or name) for label, some in strata.items()}
    whole = _whole(lists, rows, name)
    if not whole.observed and not whole.censored:
        raise HeedError("Every count is zero: nobody was observed.")
    if whole.observed > LARGEST_COUNT:
        raise HeedError("The counts add up to more than can be counted exactly.")
    people = _people(lists, rows, covariates) if covariates else None
    return Reading(whole, tables if len(tables) > 1 else {}, people)


def _stratum(lists: tuple[str, ...], rows: list[_Row], name: str) -> Table:
    """Build one stratum's table without the lists that could not see it."""
    absent = [i for i in range(len(lists)) if any(row.history[i] == "x" for row in rows)]
    for row in rows:
        if any(row.history[i] != "x" for i in absent):
            raise HeedError(f"Row {row.line}: a list is marked x in one row of the stratum and not in another.")
    kept = [i for i in range(len(lists)) if i not in absent]
    notes = tuple(f"{lists[i]} could not have seen anyone of this stratum" for i in absent)
    return _table(
        tuple(lists[i] for i in kept), [("".join(r.history[i] for i in kept), r.cell) for r in rows], name, notes
    )


def _whole(lists: tuple[str, ...], rows: list[_Row], name: str) -> Table:
    return _table(lists, [(row.history.replace("x", "0"), row.cell) for row in rows], name, ())


def _table(lists: tuple[str, ...], cells: Sequence[tuple[str, _Cell]], name: str, notes: tuple[str, ...]) -> Table:
    width = 2 ** len(lists)
    low, high, impossible = np.zeros(width), np.zeros(width), np.zeros(width, dtype=bool)
    for history, cell in cells:
        place = sum(int(sign) << i for i, sign in enumerate(history))
        low[place] += cell.low
        high[place] += cell.high
        impossible[place] |= cell.impossible
    if (impossible & (high > 0)).any():
        raise HeedError("A history is marked impossible and yet has people.")
    ranges = tuple(Censored(int(c), int(low[c]), int(high[c])) for c in np.flatnonzero(high > low))
    return Table(lists, low, ~impossible, ranges, name, notes)


def _people(lists: tuple[str, ...], rows: list[_Row], covariates: list[str]) -> People:
    """Keep the rows for methods that use covariates."""
    if any(row.cell.low != row.cell.high for row in rows):
        raise HeedError("A table with covariates cannot have censored counts.")
    rows = [row for row in rows if row.cell.low > 0]
    seen = np.array([[sign == "1" for sign in row.history] for row in rows], dtype=bool)
    values = {name: [row.covariates[j] for row in rows] for j, name in enumerate(covariates)}
    return People(lists, seen, values, np.array([float(row.cell.low) for row in rows]))
