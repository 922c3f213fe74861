"""Which rows of a file can be taken: each must say its year and its place, once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .reading import Sheet
from .symbols import SYMBOLS
from .tables import BREAKDOWNS, plain

LEVELS = {"national": "England", "regional": "region", "local authority": "council"}
CODE = re.compile(r"[EWSN][0-9]{8}")
YEAR = re.compile(r"20[0-9]{2}|20[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Key:
    """Where and when a row stands, as the file says it."""

    year: int
    level: str
    code: str
    number: str
    name: str
    region: str
    region_name: str
    breakdown: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A row or cell that was not taken, with the reason."""

    file: str
    row: int
    column: str
    value: str
    reason: str

    def as_dict(self) -> dict[str, object]:
        return {"file": self.file, "row": self.row, "column": self.column, "value": self.value, "reason": self.reason}


class RowFault(Exception):
    """A row that cannot be placed: the column, its value, and why."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def placed_rows(sheet: Sheet, rejects: list[Reject]) -> Iterator[tuple[int, Key, list[str]]]:
    """Yield the rows that can be taken; put the others, with reasons, in `rejects`."""
    names = [plain(column) for column in sheet.header]
    seen: dict[tuple[int, str, str, str], int] = {}
    for number, row in sheet.rows:
        try:
            if len(row) != len(names):
                raise RowFault("", "", f"has {len(row)} fields where the header has {len(names)}")
            key = key_of(dict(zip(names, (field.strip() for field in row), strict=True)))
            identity = (key.year, key.level, key.number or key.code, key.breakdown)
            if identity in seen:
                raise RowFault("time_period", str(key.year), f"the same place and year stand in row {seen[identity]}")
        except RowFault as fault:
            rejects.append(Reject(sheet.name, number, fault.column, fault.value, fault.reason))
            continue
        seen[identity] = number
        yield number, key, row


def key_of(row: dict[str, str]) -> Key:
    """Read a row's year and place; raise RowFault where they do not hold together."""
    level = LEVELS.get(row["geographic_level"].lower())
    if level is None:
        raise RowFault("geographic_level", row["geographic_level"], "is none of National, Regional, Local authority")
    column, code, name = {
        "England": ("country_code", row["country_code"], row.get("country_name", "England")),
        "region": ("region_code", row.get("region_code", ""), row.get("region_name", "")),
        "council": ("new_la_code", row.get("new_la_code", ""), row.get("la_name", "")),
    }[level]
    if not CODE.fullmatch(code):
        raise RowFault(column, code, "is not a code of the Office for National Statistics")
    if not name:
        raise RowFault(column, code, "has no name beside it")
    number = row.get("old_la_code", "") if level == "council" else ""
    number = "" if number.lower() in SYMBOLS else number
    if number and not re.fullmatch(r"[0-9]{3}", number):
        raise RowFault("old_la_code", number, "is not a three-figure local authority number")
    breakdown = " / ".join(row[column] for column in BREAKDOWNS if row.get(column))
    region, region_name = row.get("region_code", ""), row.get("region_name", "")
    return Key(year_of(row["time_period"]), level, code, number, name, region, region_name, breakdown)


def year_of(text: str) -> int:
    """Read `2024`, or `202324` as the year in which it ends."""
    if not YEAR.fullmatch(text):
        raise RowFault("time_period", text, "is not a year such as 2024 or 202324")
    if len(text) == 4:
        return int(text)
    start, end = int(text[:4]), int(text[4:])
    if (start + 1) % 100 != end:
        raise RowFault("time_period", text, "does not run from one year to the next")
    return start + 1
