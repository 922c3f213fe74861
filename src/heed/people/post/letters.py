"""Letters: gathering a person's waiting lines, and turning a letter into an e-mail. No name and no fact stands in one.

A writer is registered for each kind of letter; it returns what the letter says and for which of its lines, or None when
nothing is left to say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from heed.entry.keys import new_key
from heed.people.models import Account
from heed.policy.calendars import calendar_of
from heed.policy.times import FIRST_DAY, LONDON

from .models import Address, Letter, Line

# A digest leaves at eight on a working day: before the day's first meeting. A judgement of ours.
DIGEST_HOUR = 8
# More lines than this go into the next letter, so that an entry's `about` holds their keys (entries.MOST_ABOUT).
MOST_LINES = 200
CALENDAR = "england-wales"


@dataclass(frozen=True)
class Words:
    """What a letter says: its subject, a sentence, its lines, and one link."""

    subject: str
    opening: str
    lines: list[str] = field(default_factory=list)
    path: str = "/"
    link: str = ""
    closing: str = ""


Writer = Callable[[Letter, list[Line], datetime], tuple[Words, list[Line]] | None]
_writers: dict[str, Writer] = {}


def register(name: str, writer: Writer) -> None:
    """Add a writer at start."""
    _writers[name] = writer


def written(letter: Letter, now: datetime) -> tuple[Words, list[Line]] | None:
    """Return what a letter says at `now` and the lines that it still stands for; None when nothing is left to say."""
    lines = list(Line.objects.filter(letter=letter.key).order_by("made_at", "pk"))
    return _writers[letter.writer](letter, lines, now)


def gather(now: datetime, writer: str = "duties") -> int:
    """Put waiting lines into letters, one letter a person, of those whose time has come; return how many letters."""
    digests = dict(Account.objects.values_list("worker", "wants_digest"))
    failing = set(Address.objects.filter(is_failing=True).values_list("key", flat=True))
    by_worker: dict[str, list[Line]] = {}
    for line in Line.objects.filter(letter="").order_by("made_at", "pk"):
        by_worker.setdefault(line.worker, []).append(line)
    made = 0
    for worker, lines in by_worker.items():
        if worker in digests and _is_time(lines, now, digests[worker], worker in failing):
            make_letter(worker, lines[:MOST_LINES], now, writer)
            made += 1
    return made


def _is_time(lines: list[Line], now: datetime, is_digest: bool, is_failing: bool) -> bool:
    if any(line.is_urgent for line in lines):
        return True
    if is_failing:
        return False  # they wait for the address to be mended
    return not is_digest or lines[0].made_at < digest_before(now)


def digest_before(now: datetime) -> datetime:
    """Return the newest digest hour at or before `now`: what was made before it belongs into that digest."""
    at = now.astimezone(LONDON).replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if at > now:
        at -= timedelta(days=1)
    while not _is_working_day(at):
        at -= timedelta(days=1)
    return at


def _is_working_day(at: datetime) -> bool:
    return at.date().toordinal() - FIRST_DAY.toordinal() in _working_days()


@cache
def _working_days() -> frozenset[int]:
    return frozenset(calendar_of(CALENDAR).working_days)


def make_letter(worker: str, lines: Sequence[Line], now: datetime, writer: str, address: str = "") -> Letter:
    """Make a letter of lines, to be sent from `now` on; the caller is in a transaction."""
    letter = Letter.objects.create(
        key=new_key(), worker=worker, writer=writer, address=address, made_at=now, next_at=now
    )
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(letter=letter.key)
    return letter


def address_of(letter: Letter) -> str:
    """Return where a letter goes; empty where its worker has no account or no address."""
    if letter.address:
        return letter.address
    account = Account.objects.select_related("user").filter(worker=letter.worker, user__is_active=True).first()
    return account.user.email if account else ""


def message_id(key: str) -> str:
    """Return the Message-ID of a letter: a second copy of it bears the same."""
    return f"<{key}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


def email_of(letter: Letter, words: Words, to: str, now: datetime) -> EmailMultiAlternatives:
    """Return a letter as an e-mail of plain text and simple HTML."""
    context: dict[str, Any] = {"words": words, "url": f"{settings.SITE}{words.path}"}
    headers = {
        "Message-ID": message_id(letter.key),
        "Date": format_datetime(now),
        # So that nobody's holiday note is sent back to it (RFC 3834 section 5).
        "Auto-Submitted": "auto-generated",
    }
    text = render_to_string("post/letter.txt", context)
    mail = EmailMultiAlternatives(words.subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    mail.attach_alternative(render_to_string("post/letter.html", context), "text/html")
    return mail
