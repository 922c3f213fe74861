"""What is done at a door: open and close it, take a report, take what somebody adds. The door is who acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from heed.cases.concern import services as concerns
from heed.cases.concern.reports import Report, draft_of, given
from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.people.models import Team
from heed.record.ledger import Repeated, append, writing
from heed.record.model import NOW, By, Draft, Entry

from . import rules
from .codes import digest_of
from .entries import CodeGiven, ContactLeft, DoorClosed, DoorOpened
from .models import Code, Door

__all__ = ["Contact", "Repeated", "add_at", "close_door", "open_door", "report_at"]

# How long a form that is sent twice shows its code again: a lost answer on a bad line. A judgement of ours.
SHOWN_FOR = timedelta(hours=1)


def open_door(
    *,
    by: By,
    name: str,
    agency: str,
    team: str,
    leave_to: str,
    emergency: str,
    numbers: Sequence[Mapping[str, str]],
    key: str = "",
) -> str:
    """Open a door, or open it anew with other words; return its key."""
    key = key or new_key()
    whom = [dict(number) for number in numbers]
    facts = {"name": name, "leave_to": leave_to, "emergency": emergency, "numbers": whom}
    refs = {"agency": [agency], "team": [team]}
    with writing() as head:
        row = Team.objects.filter(key=team).first()
        rules.a_door_belongs_to_the_team_s_own_agency(agency=agency, team_agency=row.agency if row else "")
        append(head, Draft(kind=DoorOpened, subject=key, facts=facts, refs=refs, occurred_at=NOW), by=by)
    return key


def close_door(*, by: By, door: str, reason: str) -> Entry:
    """Close a door; what was reported there is answered all the same."""
    with writing() as head:
        if not Door.objects.filter(key=door, closed_n=None).exists():
            raise Answered("There is no such open door.")
        draft = Draft(kind=DoorClosed, subject=door, facts={"reason": reason}, occurred_at=NOW)
        return append(head, draft, by=by)[0]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A name, and a way and a time to reach somebody safely; all may be empty."""

    name: str = ""
    contact: str = ""
    when_safe: str = ""


def report_at(
    *, door: str, report: Report, code: str, request: str, contact: Contact | None = None, at: datetime | None = None
) -> Entry:
    """Take a report at a door; return its first entry, to which `code` leads from now on.

    The same form sent again returns the same entry, for an hour; `at` is a synthetic record's clock.
    """
    row = _open(door)
    contact = contact or Contact()
    words = given(name=contact.name, contact=contact.contact, when_safe=contact.when_safe)

    def also(concern: str) -> list[Draft]:
        _open(door)  # again, now that the head is locked
        refs = {"concern": [concern]}
        drafts = [draft_of(CodeGiven, concern, facts={"digest": digest_of(code)}, refs={**refs, "door": [door]})]
        return [*drafts, draft_of(ContactLeft, concern, words=words, refs=refs)] if words else drafts

    by = By(row.key, row.agency, at)
    entry = concerns.raise_concern(report=replace(report, team=row.team), by=by, request=request, also=also)
    now = at or datetime.now(UTC)
    rules.a_code_is_shown_once(actor=entry.spine.actor, door=door, is_fresh=now - entry.recorded_at <= SHOWN_FOR)
    return entry


def _open(door: str) -> Door:
    row = Door.objects.filter(key=door, closed_n=None).first()
    if row is None:
        raise Answered("No report is taken here any more. Go back to the first page to see who takes one.")
    return row


def add_at(*, code: str, what: str, request: str, at: datetime | None = None) -> Entry:
    """Add what somebody knows, who has come back with a code."""
    row = Code.objects.filter(digest=digest_of(code)).first()
    door = Door.objects.filter(key=row.door).first() if row else None
    if row is None or door is None:
        raise Answered("There is no report under this code.")
    by = By(door.key, door.agency, at)
    return concerns.add_information(by=by, concern=row.key, what=what, request=request)
