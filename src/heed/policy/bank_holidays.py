"""A calendar as a text that is adopted: the bank holidays of every year covered, read strictly."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .calendars import FIRST_YEAR, LAST_YEAR, Calendar, calendar_of
from .members import Members
from .strict import Node, Refused, read, refusal
from .times import day_of

WORDS = ("calendar", "version", "source", "note", "bank_holidays")
# The calendar that Heed carries (`holidays`, pinned) has eight or more in every year from 1990 to 2035: a year with
# fewer is a slip of the pen, not a law.
LEAST = 8


@dataclass(frozen=True)
class CalendarText:
    """A calendar that was read: its name and version, where it comes from, its days."""

    version: str
    source: str
    calendar: Calendar
    text: str


@lru_cache(maxsize=8)
def parse_calendar(text: str, file: str = "calendar") -> CalendarText:
    """Return the calendar that `text` holds; HeedError names file, line and remedy of one that is refused."""
    try:
        members = Members(read(text), WORDS, "a calendar")
        name, version, source = members.text("calendar"), members.text("version"), members.text("source")
        if name != calendar_of(None).name:
            line = members.needed("calendar").line
            raise Refused(
                line, f"No pack counts by a calendar {name!r}.", f"Write `calendar: {calendar_of(None).name}`."
            )
        days = [_day(node) for node in members.list_of("bank_holidays")]
        _check_years(days, members.needed("bank_holidays").line)
    except Refused as problem:
        row: dict[str, object] = {"file": file, "line": problem.line, "clause": ""}
        raise refusal([{**row, "problem": problem.problem, "remedy": problem.remedy}]) from problem
    return CalendarText(version, source, Calendar(name, frozenset(days)), text)


def _day(node: Node) -> date:
    try:
        day = day_of(str(node.value))
    except ValueError as error:
        raise Refused(node.line, f"{node.plain()!r} is no day: {error}.", "Write a day as YYYY-MM-DD.") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        remedy = f"The years are {FIRST_YEAR} to {LAST_YEAR}."
        raise Refused(node.line, f"{day.isoformat()} is outside the years that are covered.", remedy)
    return day


def _check_years(days: list[date], line: int) -> None:
    twice = [day for day, count in Counter(days).items() if count > 1]
    if twice:
        raise Refused(line, f"{min(twice).isoformat()} stands twice.", "Write each day once.")
    count = Counter(day.year for day in days)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        if count[year] < LEAST:
            problem = f"The year {year} has {count[year]} bank holidays, and England never fewer than {LEAST}."
            raise Refused(line, problem, "Write every bank holiday of every year covered.")


def text_of(calendar: Calendar, *, version: str, source: str) -> str:
    """Return a calendar as a text, to be changed and adopted."""
    days = "\n".join(f"- {day.isoformat()}" for day in sorted(calendar.bank_holidays))
    return f"calendar: {calendar.name}\nversion: '{version}'\nsource: {source}\nbank_holidays:\n{days}\n"


def is_calendar(text: str) -> bool:
    """Say whether a text is a calendar rather than a pack; one that cannot be read is neither."""
    try:
        root = read(text).value
    except Refused:
        return False
    return isinstance(root, dict) and "bank_holidays" in root
