"""One CSV file as downloaded: its bytes, its digest, its header and its numbered rows."""

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from heed.lib.errors import HeedError

from .tables import REQUIRED, plain

# The largest file of the 2024 release has 0.4 MB; beyond this size it is not one of these tables.
LARGEST_FILE = 200_000_000
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's content before anything is judged: every row with the number a spreadsheet shows beside it."""

    name: str
    sha256: str
    size: int
    encoding: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def read_sheet(path: Path, name: str) -> Sheet:
    """Read one file; raise HeedError with a sentence when it is not a table of these statistics."""
    if path.stat().st_size > LARGEST_FILE:
        raise HeedError(f"{name} has {path.stat().st_size:,} bytes; these tables have less than a megabyte")
    data = path.read_bytes()
    text, encoding = decode(data, name)
    header, rows = split(text, name)
    return Sheet(name, hashlib.sha256(data).hexdigest(), len(data), encoding, header, rows)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text and the encoding it was in: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data:
        raise HeedError(f"{name} is not a text file")
    else:
        encoding = "utf-8-sig"
    for attempt in (encoding, "cp1252"):
        try:
            return data.decode(attempt), attempt
        except UnicodeDecodeError:
            continue
    raise HeedError(f"{name} is in no encoding that we know")


def split(text: str, name: str) -> tuple[tuple[str, ...], tuple[tuple[int, list[str]], ...]]:
    """Cut the text into a header and numbered rows, with the delimiter under which the header makes sense."""
    try:
        delimiter = next((mark for mark in DELIMITERS if set(REQUIRED) <= set(header_of(text, mark))), None)
        if delimiter is None:
            raise HeedError(f"{name} has no columns {', '.join(REQUIRED)}: not one of the Department's tables")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise HeedError(f"{name} is not a well-formed CSV file: {fault}") from fault
    header = [plain(column) for column in rows[0]]
    doubled = sorted({column for column in header if header.count(column) > 1})
    if doubled:
        raise HeedError(f"{name} names the column {doubled[0]!r} twice")
    numbered = [(number, row) for number, row in enumerate(rows[1:], 2) if any(field.strip() for field in row)]
    return tuple(rows[0]), tuple(numbered)


def header_of(text: str, delimiter: str) -> list[str]:
    """Return the column names under one delimiter."""
    first: list[str] = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
    return [plain(column) for column in first]
