"""A mail back-end that writes each e-mail into a folder: what the demonstration shows instead of sending."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from heed.lib.files import write_atomic


class EmailBackend(BaseEmailBackend):
    """Write DATA/mail/KEY.eml, mode 0600; a letter sent twice is one file, as it is one letter to a mail client."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write every message and return how many."""
        for message in email_messages:
            key = str(message.extra_headers["Message-ID"]).strip("<>").partition("@")[0]
            write_atomic(folder() / f"{key}.eml", message.message().as_bytes(), mode=0o600)
        return len(email_messages)


def folder() -> Path:
    """Return the folder."""
    return Path(settings.DATA) / "mail"
