"""Delimited text as blocks of columns: quickly where the file is plain, row by row where it is not."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO, overload

import numpy as np

from heed.lib.errors import HeedError

from .grid import Grid, grid_of
from .opening import Source

# Characters read at a time: bounds the memory of a file of any length.
PIECE = 4 << 20
ROWS = 50_000
# A single value longer than this is a broken quote or an attack, not a value.
LONGEST_VALUE = 100_000
# Lines that one quoted value may run over before its quote counts as left open.
LONGEST_QUOTE = 50
DELIMITERS = ",;\t|"


@dataclass(slots=True)
class Block:
    """Some rows of one table, by column: `lines` are the file's line numbers, `ragged` the rows of another width."""

    sheet: str
    header: list[str]
    lines: Sequence[int]
    columns: Sequence[list[str]]
    ragged: list[tuple[int, list[str]]] = field(default_factory=list)
    from_1904: bool = False
    in_workbook: bool = False
    formulas: dict[str, str] = field(default_factory=dict)
    grid: Grid | None = None  # where the rows stand in a plain piece, which is quicker to check as a whole

    def cell(self, row: int, place: int) -> str:
        """Return one cell as it stands in the file."""
        return self.grid.text(row, place) if self.grid else self.columns[place][row]


def read_delimited(source: Source) -> Iterator[Block]:
    """Yield an empty block for the header, then the rows in blocks; blank lines are passed over."""
    try:
        with open(source.path, encoding=source.encoding, newline=None) as text:
            first = text.readline(LONGEST_VALUE)
            if len(first) >= LONGEST_VALUE:
                raise HeedError(f"{source.name} is not a table: its first line does not end.")
            line, delimiter = 2, delimiter_of(first)
            if first[:4].lower() == "sep=" and len(first) == 6:  # Excel's own way to name the delimiter
                line, delimiter, first = 3, first[4], text.readline(LONGEST_VALUE)
            header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
            yield Block("", header, [], [[] for _ in header])
            if source.has_quotes:
                yield from by_row(text, header, delimiter, line)
            else:
                yield from by_piece(text, header, delimiter, line)
    except UnicodeError:
        raise HeedError(f"{source.name} is not written in one encoding; save it again as 'CSV UTF-8'.") from None
    except csv.Error as error:
        raise HeedError(f"{source.name} is not a table that can be read: {error}.") from None


def delimiter_of(line: str) -> str:
    """Return the delimiter that the first line uses most; a comma where it uses none."""
    return max(DELIMITERS, key=line.count)


def by_piece(text: TextIO, header: list[str], delimiter: str, line: int) -> Iterator[Block]:
    """Yield the blocks of a file without quotes, cut at line ends."""
    rest = before = ""
    while read := text.read(PIECE):
        line += before.count("\n")
        piece, mark, rest = (rest + read).rpartition("\n")
        if len(rest) > LONGEST_VALUE * len(header):
            raise HeedError(f"Line {line + piece.count(chr(10)) + 1} does not end; this is not a table.")
        if mark:
            yield from blocks_of(piece, header, delimiter, line)
        before = piece + mark
    if rest:
        line += before.count("\n")
    yield from blocks_of(rest, header, delimiter, line)


def blocks_of(body: str, header: list[str], delimiter: str, line: int) -> Iterable[Block]:
    """Return the blocks of some whole lines: in one stroke where they are plain, else row by row."""
    if not body:
        return []
    return plain(body, header, delimiter, line) or by_row(io.StringIO(body), header, delimiter, line)


def plain(body: str, header: list[str], delimiter: str, line: int) -> list[Block]:
    """Return one block if every line has exactly the header's width, else nothing: the slow way then tells why."""
    width = len(header)
    if (grid := grid_of(body, width, delimiter)) is not None:
        return [Block("", header, range(line, line + len(grid)), Cut(grid), grid=grid)]
    count = body.count("\n") + 1
    codes = np.frombuffer(body.encode("utf-8"), dtype=np.uint8)
    marks = codes[(codes == ord(delimiter)) | (codes == 10)]
    if len(marks) + 1 != count * width:
        return []
    ends = marks[width - 1 :: width]
    if len(ends) != count - 1 or (ends != 10).any():
        return []
    flat = body.replace("\n", delimiter).split(delimiter)
    return [Block("", header, range(line, line + count), [flat[at::width] for at in range(width)])]


class Cut(Sequence[list[str]]):
    """The columns of a grid, cut out when asked for."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid

    def __len__(self) -> int:
        return int(self.grid.width)

    @overload
    def __getitem__(self, at: int) -> list[str]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[str]]: ...
    def __getitem__(self, at: int | slice) -> list[str] | list[list[str]]:
        return [self.grid.texts(n) for n in range(len(self))[at]] if isinstance(at, slice) else self.grid.texts(at)


def by_row(text: TextIO, header: list[str], delimiter: str, line: int) -> Iterator[Block]:
    """Yield the blocks of a file row by row, keeping rows of another width apart."""
    csv.field_size_limit(LONGEST_VALUE)
    reader = csv.reader(text, delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    ragged: list[tuple[int, list[str]]] = []
    before, width = 0, len(header)
    for row in reader:
        at, spans, before = line + before, reader.line_num - before, reader.line_num
        if spans > LONGEST_QUOTE:
            raise HeedError(f"Line {at} opens a quote that is not closed within {LONGEST_QUOTE} lines.")
        if len(row) > width and not any(row[width:]):
            row = row[:width]
        if not any(row):
            continue
        if len(row) == width:
            rows.append(row)
            lines.append(at)
        else:
            ragged.append((at, row))
        if len(rows) + len(ragged) >= ROWS:
            yield block_of(header, lines, rows, ragged)
            rows, lines, ragged = [], [], []
    if rows or ragged:
        yield block_of(header, lines, rows, ragged)


def block_of(header: list[str], lines: list[int], rows: list[list[str]], ragged: list[tuple[int, list[str]]]) -> Block:
    """Turn rows into columns."""
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in header]
    return Block("", header, lines, columns, ragged)
