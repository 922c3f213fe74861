"""Sending what waits, outside every lock; called by tick alone, so one process at a time.

1. each waiting letter whose time has come, oldest first; 2. what it says now, or moot; 3. the mail server; 4. one entry
and the mark, in one transaction. Killed between 3 and 4, the letter is sent once more under the same Message-ID.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import get_connection

from heed.lib.errors import HeedError
from heed.record.model import By

from . import letters, services
from .models import Letter

# Waiting after the first, second, … refusal; the last one repeats (RFC 5321, 4.5.4.1 asks a queue to back off so).
BACK_OFF = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720))
# A letter refused for so long is given up: RFC 5321, 4.5.4.1 says four to five days; a warning four days late is none.
GIVE_UP = timedelta(days=2)
FOLDER = "heed.people.post.folder.EmailBackend"


class MailServerDown(HeedError):
    """The mail server could not be reached or would not talk to us: no fault of any address, so letters wait."""


def deliver(by: By, now: datetime, *, is_synthetic: bool) -> dict[str, Any]:
    """Send every letter whose time has come; MailServerDown, after what could be done, where the server is at fault."""
    waiting = list(Letter.objects.filter(state="waiting", next_at__lte=now).order_by("made_at", "key"))
    done: dict[str, Any] = {"sent": 0, "failed": 0, "put_off": 0, "moot": 0}
    if not waiting:
        return done
    if settings.EMAIL_BACKEND == FOLDER and not is_synthetic:
        raise MailServerDown(f"No mail server is set (HEED_SMTP_HOST), and {len(waiting)} letters wait.")
    with _connection() as connection:
        for letter in waiting:
            done[_deliver_one(letter, connection, by, now)] += 1
    return done


@contextlib.contextmanager
def _connection() -> Iterator[Any]:
    connection = get_connection()
    try:
        with connection:
            yield connection
    except (SMTPException, OSError) as error:
        raise MailServerDown(f"The mail server could not be used ({type(error).__name__}); letters wait.") from error


def _deliver_one(letter: Letter, connection: Any, by: By, now: datetime) -> str:
    made = letters.written(letter, now)
    if made is None:
        Letter.objects.filter(pk=letter.pk).update(state="moot", next_at=None)
        return "moot"
    words, lines = made
    letter.tries += 1
    to = letters.address_of(letter)
    if not to:
        return _refused(letter, lines, by, now, 550, "5.1.1")  # no account any more: as if there were no such mailbox
    try:
        connection.send_messages([letters.email_of(letter, words, to, now)])
    except SMTPRecipientsRefused as refusal:
        code, said = next(iter(refusal.recipients.values()))
        return _refused(letter, lines, by, now, code, status_of(code, said))
    except SMTPDataError as refusal:  # any other answer is about us, not about this letter, and stops the run
        return _refused(letter, lines, by, now, refusal.smtp_code, status_of(refusal.smtp_code, refusal.smtp_error))
    services.record_sent(by=by, letter=letter, lines=lines)
    return "sent"


def _refused(letter: Letter, lines: list[Any], by: By, now: datetime, code: int, status: str) -> str:
    """Put a letter off, or give it up where the refusal is for good (5yz) or has lasted too long."""
    for_good = code >= 500
    if for_good or now - letter.made_at >= GIVE_UP:
        services.record_failed(by=by, letter=letter, lines=lines, status=status, for_good=for_good)
        return "failed"
    next_at = now + BACK_OFF[min(letter.tries, len(BACK_OFF)) - 1]
    Letter.objects.filter(pk=letter.pk).update(tries=letter.tries, next_at=next_at)
    return "put_off"


def status_of(code: int, said: bytes | str) -> str:
    """Return the enhanced status code that a mail server said, or the one that says no more than its class."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    first = text.split(maxsplit=1)[0] if text.split() else ""
    parts = first.split(".")
    if len(parts) == 3 and all(p.isascii() and p.isdigit() and len(p) <= 3 for p in parts) and parts[0] in "245":
        return first
    return f"{5 if code >= 500 else 4}.0.0"
