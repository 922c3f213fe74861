"""Delimited text as blocks of columns: quickly where the file is plain, row by row where it is not."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from typing import TextIO, overload

from heed.lib.errors import HeedError

from .grid import NEWLINE, PAD, Grid, grid_of
from .opening import Source

# Bytes read at a time: bounds the memory of a file of any length.
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
        if source.encoding in {"utf-8", "utf-8-sig"} and not source.has_quotes:
            with source.path.open("rb") as file:
                if is_by_lines(file):
                    yield from by_piece(file, source)
                    return
        with open(source.path, encoding=source.encoding, newline=None) as text:
            first, delimiter, line = first_line(text.readline, source)
            header = header_of(first, delimiter)
            yield Block("", header, [], [[] for _ in header])
            yield from by_row(text, header, delimiter, line)
    except UnicodeError:
        raise HeedError(f"{source.name} is not written in one encoding; save it again as 'CSV UTF-8'.") from None
    except csv.Error as error:
        raise HeedError(f"{source.name} is not a table that can be read: {error}.") from None


def is_by_lines(file: BufferedReader) -> bool:
    """Tell whether a file's lines end in a newline, with or without a carriage return; old ones end in that alone."""
    first = file.readline(LONGEST_VALUE).removesuffix(b"\n").removesuffix(b"\r")
    file.seek(0)
    return b"\r" not in first


def first_line(readline: Callable[[int], str], source: Source) -> tuple[str, str, int]:
    """Return the header's line, the delimiter, and the number of the line after it."""
    first = readline(LONGEST_VALUE)
    if len(first) >= LONGEST_VALUE:
        raise HeedError(f"{source.name} is not a table: its first line does not end.")
    if first[:4].lower() == "sep=" and len(first.rstrip("\r\n")) == 5:  # Excel's own way to name the delimiter
        return readline(LONGEST_VALUE), first[4], 3
    return first, delimiter_of(first), 2


def header_of(first: str, delimiter: str) -> list[str]:
    """Return the names in the first line."""
    return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]


def delimiter_of(line: str) -> str:
    """Return the delimiter that the first line uses most; a comma where it uses none."""
    return max(DELIMITERS, key=line.count)


def by_piece(file: BufferedReader, source: Source) -> Iterator[Block]:
    """Yield the blocks of a file without quotes, read in pieces that are cut at line ends."""
    first, delimiter, line = first_line(lambda most: file.readline(most).decode("utf-8-sig", "replace"), source)
    header = header_of(first, delimiter)
    yield Block("", header, [], [[] for _ in header])
    left, rest = source.path.stat().st_size - file.tell(), b""
    while left > 0:
        wanted = min(PIECE, left)
        piece = bytearray(len(rest) + wanted + PAD)  # one room for the bytes and the rim they get: nothing is copied
        piece[: len(rest)] = rest
        with memoryview(piece) as room:
            got = file.readinto(room[len(rest) : len(rest) + wanted])
        left = left - got if got else 0  # a file that has shrunk meanwhile is at its end
        del piece[len(rest) + got :]
        end = piece.rfind(b"\n") + 1 if left > 0 else len(piece)
        rest = bytes(piece[end:])
        if len(rest) > LONGEST_VALUE * len(header):
            raise HeedError(f"{source.name}: a line after line {line} does not end; this is not a table.")
        del piece[end:]
        count = piece.count(b"\n") if left > 0 else 0
        yield from blocks_of(piece, header, delimiter, line)
        line += count


def blocks_of(piece: bytearray, header: list[str], delimiter: str, line: int) -> Iterable[Block]:
    """Return the blocks of some whole lines: in one stroke where they are plain, else row by row."""
    if b"\r" in piece:
        piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    end = len(piece)
    while end and piece[end - 1] == NEWLINE:
        end -= 1
    del piece[end:]
    piece += b"\n" * PAD
    if (grid := grid_of(piece, end, len(header), delimiter)) is not None:
        return [Block("", header, range(line, line + len(grid)), Cut(grid), grid=grid)]
    return by_row(io.StringIO(piece[:end].decode("utf-8")), header, delimiter, line)


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
