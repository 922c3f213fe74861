"""Workbooks (.xlsx), read as a stream and without trust: no formula is run, nothing is unpacked beyond its due.

Only values are read: a date is told by the column it stands in, so no styles are needed, and a cell that points at a
shared text costs nothing more than the pointer. python-calamine serves the tests as an independent reader.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from lxml import etree

from heed.lib.errors import HeedError

from .delimited import ROWS, Block
from .opening import Source
from .xmlsafe import SAFE

# A workbook that unpacks to more is refused: a full sheet of 1,048,576 rows of 30 columns stays below it.
LARGEST_UNPACKED = 2 << 30
# Files inside: a workbook of 11 lists has about 30.
MOST_MEMBERS = 5_000
# Columns read: Annex A's widest list has 35; a cell further right is refused, not allotted room.
MOST_COLUMNS = 1_000
# Lines passed over in search of the header (titles and notes stand above it in real workbooks).
TITLE_LINES = 10
# What zipfile, zlib and lxml raise over a package that is damaged, or made to be (a negative offset is an OSError).
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    etree.XMLSyntaxError,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    IndexError,
)
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def read_workbook(source: Source) -> Iterator[tuple[str, Callable[[], Iterator[Block]]]]:
    """Yield each sheet's name with a way to read its blocks from the start."""
    try:
        with zipfile.ZipFile(source.path) as package:
            refuse_bomb(package, source.name)
            texts = shared_texts(package)
            sheets, from_1904 = sheet_parts(package)
    except UNREADABLE as error:
        raise HeedError(
            f"{source.name} is not a workbook that can be read ({error}); save it as an Excel workbook, .xlsx."
        ) from None
    for name, part in sheets:
        yield name, lambda name=name, part=part: sheet_blocks(source, name, part, texts, from_1904)  # type: ignore[misc]


def refuse_bomb(package: zipfile.ZipFile, name: str) -> None:
    """Refuse a package that would unpack beyond its due, by what its list says and by unpacking it once."""
    members = package.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise HeedError(f"{name} would unpack to more than {LARGEST_UNPACKED >> 30} GiB or {MOST_MEMBERS} files.")
    for member in members:
        if member.flag_bits & 1:
            raise HeedError(f"{name} is locked with a password.")
    if broken := package.testzip():
        raise HeedError(f"{name} is damaged: {broken} does not unpack as its list says.")


def elements(stream: IO[bytes], *tags: str) -> Iterator[etree._Element]:
    """Yield the elements of these local names as they end, freeing each afterwards; a document type is refused."""
    first = True
    for _, element in etree.iterparse(stream, events=("end",), tag=[f"{{*}}{tag}" for tag in tags], **SAFE):
        if first and element.getroottree().docinfo.doctype:
            raise HeedError("The workbook holds a document type declaration; no honest workbook does.")
        first = False
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def shared_texts(package: zipfile.ZipFile) -> list[str]:
    """Return the table of texts that cells point into."""
    part = next((name for name in package.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return []
    with package.open(part) as stream:
        return [text_of(element) for element in elements(stream, "si")]


def text_of(element: etree._Element) -> str:
    """Join the runs of a text, without its reading aids."""
    runs = element.iterfind(".//{*}t")
    return "".join(run.text or "" for run in runs if etree.QName(run.getparent()).localname != "rPh")


def sheet_parts(package: zipfile.ZipFile) -> tuple[list[tuple[str, str]], bool]:
    """Return the sheets in their order with the part each stands in, and whether days are counted from 1904."""
    links: dict[str, str] = {}
    with package.open("xl/_rels/workbook.xml.rels") as stream:
        for link in elements(stream, "Relationship"):
            links[link.get("Id", "")] = link.get("Target", "")
    sheets, from_1904 = [], False
    with package.open("xl/workbook.xml") as stream:
        for element in elements(stream, "sheet", "workbookPr"):
            if etree.QName(element).localname == "workbookPr":
                from_1904 = element.get("date1904") in {"1", "true"}
                continue
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            target = links[link].removeprefix("/")
            sheets.append((element.get("name", ""), target if target.startswith("xl/") else f"xl/{target}"))
    return [(name, part) for name, part in sheets if part in package.NameToInfo], from_1904


def sheet_blocks(source: Source, name: str, part: str, texts: list[str], from_1904: bool) -> Iterator[Block]:
    """Yield the sheet's header as an empty block, then its rows in blocks."""
    formulas: dict[str, str] = {}
    with zipfile.ZipFile(source.path) as package, package.open(part) as stream:
        try:
            rows = sheet_rows(stream, texts, formulas)
            header = header_row(rows)
            yield Block(name, header, [], [[] for _ in header], from_1904=from_1904, in_workbook=True)
            yield from rows_in_blocks(name, header, rows, from_1904, formulas)
        except UNREADABLE as error:
            raise HeedError(f"{source.name}, sheet {name}: this cannot be read ({error}).") from None


def header_row(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    """Return the first row with at least two filled cells; titles above it are passed over."""
    for _, (_, row) in zip(range(TITLE_LINES), rows, strict=False):
        if sum(1 for cell in row if cell.strip()) >= 2:
            return [" ".join(cell.split()) for cell in row]
    return []


def rows_in_blocks(
    name: str, header: list[str], rows: Iterator[tuple[int, list[str]]], from_1904: bool, formulas: dict[str, str]
) -> Iterator[Block]:
    """Yield the rows after the header in blocks; a row is as wide as the header, unless it holds more."""
    width = len(header)
    block = Block(name, header, [], [[] for _ in header], [], from_1904, True, formulas)
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if any(row[width:]):
            block.ragged.append((line, row))
            continue
        block.lines.append(line)  # type: ignore[attr-defined]
        for at, column in enumerate(block.columns):
            column.append(row[at] if at < len(row) else "")
        if len(block.lines) >= ROWS:
            yield block
            block = Block(name, header, [], [[] for _ in header], [], from_1904, True, {})
    if block.lines or block.ragged:
        yield block


def sheet_rows(stream: IO[bytes], texts: list[str], formulas: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's number and its cells as text."""
    line = 0
    for element in elements(stream, "row"):
        line = int(element.get("r") or line + 1)
        row: list[str] = []
        for cell in element:
            at = place_of(cell, len(row))
            row.extend([""] * (at - len(row) + 1))
            row[at] = value_of(cell, texts)
            if (formula := cell.find("{*}f")) is not None:
                formulas[cell.get("r", "")] = formula.text or ""
        yield line, row


def place_of(cell: etree._Element, following: int) -> int:
    """Return the column's number of a cell, counted from 0."""
    match = REFERENCE.fullmatch(cell.get("r", ""))
    if not match:
        return following
    at = 0
    for letter in match[1]:
        at = at * 26 + ord(letter) - 64
    if at > MOST_COLUMNS:
        raise ValueError(f"cell {match[0]} stands beyond column {MOST_COLUMNS}")
    return at - 1


def value_of(cell: etree._Element, texts: list[str]) -> str:
    """Return a cell's value as text: whole numbers without a fraction, flags as words."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return text_of(cell)
    value = cell.findtext("{*}v") or ""
    if kind == "s":
        if value.startswith("-"):
            raise ValueError(f"cell {cell.get('r')} points at text number {value}")
        return texts[int(value)] if value else ""
    if kind == "b":
        return "true" if value == "1" else "false"
    if kind == "n" and value:
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else value
    return value
