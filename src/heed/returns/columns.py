"""Columns: what each may hold, and how the text of a file becomes clean values."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from .dates import Unreadable, is_plausible, is_serial, read_date, read_plain
from .rows import Value

Kind = Literal["text", "date", "code", "number", "flag"]
YES = frozenset({"y", "yes", "true", "t", "1", "1.0", "a) yes"})
NO = frozenset({"n", "no", "false", "f", "0", "0.0", "b) no"})
# What databases and spreadsheets write where there is nothing.
NOTHING = frozenset({"NULL", "null", "None", "NaN", "nan", "NaT", "<NA>"})
BLANKS = NOTHING | {""}
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
# A text that a spreadsheet would run as a formula; an apostrophe in front of it is the guard, not the text.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
SEPARATOR = "\x1f"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its kind, whether a row can stand without it, and its codes where they are listed."""

    name: str
    kind: Kind = "text"
    needed: bool = False
    codes: frozenset[str] = frozenset()
    synonyms: Callable[[str], tuple[Value, str] | None] | None = None
    expected: bool = False  # the standard demands a value; a row without it is taken and doubted


@dataclass(slots=True)
class Settled:
    """The clean values of a column, and by text: why a row must be refused, or what is doubtful."""

    values: list[Value]
    refused: dict[str, str] = field(default_factory=dict)
    doubted: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Style:
    """How dates are written in one column, found by looking at all of it first."""

    month_first: bool = False
    from_1904: bool = False
    in_workbook: bool = False  # where a date is a number as a matter of course


def settle(column: Column, texts: list[str], style: Style, known: dict[str, Value]) -> Settled:
    """Clean a whole column. `known` remembers dates, codes and flags already read in the same style.

    Texts of a workbook are looked at one by one: many cells may point at one long text, and joining them would copy it.
    """
    if column.kind == "text" and not style.in_workbook and is_plain(texts):
        return Settled([text or None for text in texts] if "" in texts else list[Value](texts))
    if column.kind == "text":
        known = {}
    settled = Settled([])
    try:
        settled.values = list(map(known.__getitem__, texts))
    except KeyError:
        for text in set(texts).difference(known):
            settle_text(column, text, style, known, settled)
        settled.values = list(map(known.__getitem__, texts))
        for text in (*settled.refused, *settled.doubted):
            del known[text]
    return settled


def learn_dates(texts: set[str], known: dict[str, Value]) -> set[str]:
    """Read the plain day-first dates among some texts; return the rest, which need a closer look."""
    fresh = texts.difference(known)
    known.update({text: day for text in fresh if (day := read_plain(text))})
    return fresh.difference(known)


def settle_text(column: Column, text: str, style: Style, known: dict[str, Value], settled: Settled) -> None:
    """Clean one text; a value that is refused or doubted is not remembered beyond this block."""
    known[text] = None
    if (clean := clean_text(text)) in BLANKS:
        return
    try:
        value, doubt = read_value(column, clean, style)
    except Unreadable as why:
        settled.refused[text] = str(why)
        return
    known[text] = value
    if doubt:
        settled.doubted[text] = doubt


def is_plain(texts: list[str]) -> bool:
    """Tell whether no text of a column needs cleaning; one look at all of them together."""
    joined = SEPARATOR.join(texts)
    return (
        joined.isascii()
        and joined.count(SEPARATOR) == max(len(texts) - 1, 0)
        and joined.replace(SEPARATOR, "").isprintable()
        and not any(mark in joined for mark in (f" {SEPARATOR}", f"{SEPARATOR} ", "'", "#"))
        and joined == joined.strip(" ")
        and NOTHING.isdisjoint(texts)
    )


def clean_text(text: str) -> str:
    """Return the text without padding, hard spaces and formula guards, composed (NFC)."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.replace("\xa0", " ").replace("\ufeff", ""))
    return unguard(text.strip())


def read_value(column: Column, text: str, style: Style) -> tuple[Value, str]:
    """Return the clean value and what is doubtful about it; a value that spoils its row is `Unreadable`."""
    if UNPRINTABLE.search(text):
        raise Unreadable("the text holds control characters")
    if text in ERRORS and (column.needed or column.kind == "date"):
        raise Unreadable("the cell holds a spreadsheet error, not a value")
    if text in ERRORS:
        return None, "the cell holds a spreadsheet error; it was taken as blank"
    return READ[column.kind](column, text, style)


def read_text(column: Column, text: str, style: Style) -> tuple[Value, str]:
    """Take the text as it is."""
    return text, ""


def read_dated(column: Column, text: str, style: Style) -> tuple[Value, str]:
    """Read a date in the column's style."""
    day = read_date(text, month_first=style.month_first, from_1904=style.from_1904)
    if not is_plausible(day):
        return day, "the year is not between 1900 and 2100"
    return day, "read as the number of a day in Excel" if is_serial(text) and not style.in_workbook else ""


def read_code(column: Column, text: str, style: Style) -> tuple[Value, str]:
    """Read a code: by its synonyms where there are some, else as written; an unknown one is kept and doubted."""
    if column.synonyms:
        return column.synonyms(text) or (text, "this is not one of the column's codes, nor a known way to write one")
    code = text.upper().removesuffix(".0") if text not in column.codes else text
    if column.codes and code not in column.codes:
        return text, "this is not one of the column's codes"
    return code if column.codes else text, ""


def read_number(column: Column, text: str, style: Style) -> tuple[Value, str]:
    """Read a number: whole ones as such, others as the decimal they are."""
    if not NUMBER.fullmatch(text):
        return text, "this is not a number"
    number = float(text)
    return (int(number) if number.is_integer() and abs(number) < 2**53 else text), ""


def read_flag(column: Column, text: str, style: Style) -> tuple[Value, str]:
    """Read yes or no; anything else is kept as it stands and doubted."""
    if (word := text.lower()) in YES:
        return True, ""
    if word in NO:
        return False, ""
    return text, "this is neither yes nor no"


READ = {"text": read_text, "date": read_dated, "code": read_code, "number": read_number, "flag": read_flag}


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unguard(text: str) -> str:
    """Take the guard away again."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
