"""The two clocks as text: `recorded_at` instants, and `occurred_at` claims (record_format.md, rules 22-23)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .canon import ProfileError

LONDON = ZoneInfo("Europe/London")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{6}Z\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)


def instant_text(moment: datetime) -> str:
    """Return an aware moment as `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    if moment.tzinfo is None:
        raise ProfileError("A moment without a time zone cannot be recorded.")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def parse_instant(text: str) -> datetime:
    """Return the moment that an instant's text names; ProfileError unless it is exactly in the one form and exists."""
    if not isinstance(text, str) or not _INSTANT.match(text):
        raise ProfileError(f"{str(text)[:40]!r} is not an instant of the form YYYY-MM-DDTHH:MM:SS.ffffffZ.")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ProfileError(f"{text!r} is not an instant that exists: {error}.") from None


def parse_date(text: str) -> date:
    """Return the day that a date's text names; ProfileError unless it is `YYYY-MM-DD` and exists."""
    if not isinstance(text, str) or not _DATE.match(text):
        raise ProfileError(f"{str(text)[:40]!r} is not a date of the form YYYY-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ProfileError(f"{text!r} is not a date that exists: {error}.") from None


@dataclass(frozen=True)
class Span:
    """A claimed time as the closed span [earliest, latest], whole seconds, UTC."""

    earliest: datetime
    latest: datetime

    def happened_by(self, moment: datetime) -> bool:
        """Say whether it surely happened by `moment`: latest ≤ moment."""
        return self.latest <= moment

    def perhaps_by(self, moment: datetime) -> bool:
        """Say whether it may have happened by `moment`: earliest ≤ moment."""
        return self.earliest <= moment


def parse_claim(text: str) -> Span:
    """Return the span of an `occurred_at`: an instant, a date, or `date/date` with both days included."""
    if isinstance(text, str) and "T" in text:
        moment = parse_instant(text).replace(microsecond=0)
        return Span(moment, moment)
    first, slash, last = str(text).partition("/")
    start = parse_date(first)
    end = parse_date(last) if slash else start
    if end < start:
        raise ProfileError(f"{text!r} ends before it starts.")
    return Span(*_day_bounds(start, end))


def _day_bounds(start: date, end: date) -> tuple[datetime, datetime]:
    opens = datetime(start.year, start.month, start.day, tzinfo=LONDON)
    closes = datetime(end.year, end.month, end.day, 23, 59, 59, tzinfo=LONDON)
    return opens.astimezone(UTC), closes.astimezone(UTC)
