"""Delivery status notifications (RFC 3464) in a Maildir: which letter came back, and with which status.

Whoever can name a letter's Message-ID has received it, or carries mail for the one who should: nobody guesses 128 bits.
"""

import mailbox
import re
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

# A notification carries a few headers; beyond this it is no such thing, and is left unread.
LARGEST = 1_000_000
MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)


@dataclass(frozen=True)
class Bounce:
    """A letter that was not delivered, for good."""

    letter: str
    status: str


def bounce_of(message: Message) -> Bounce | None:
    """Return what a notification says, None for one that is no failure for good or names no letter of ours."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    status, letter = "", ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status" and not status:
            status = _failure(part)
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers") and not letter:
            letter = _letter(part)
    return Bounce(letter, status) if letter and status.startswith("5") else None


def _failure(part: Message) -> str:
    """Return the first recipient's status whose action is `failed`; the parser makes each block a message."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        found = STATUS.match(str(block.get("Status", "")).strip())
        return found.group() if found else "5.0.0"
    return ""


def _letter(part: Message) -> str:
    """Return the key in the returned letter's Message-ID, whether it came back whole or as headers only."""
    inner = part.get_payload()
    if isinstance(inner, list):
        first = inner[0] if inner else None
        found = MESSAGE_ID.search(str(first.get("Message-ID", ""))) if isinstance(first, Message) else None
    else:
        raw = part.get_payload(decode=True)
        text = raw.decode("latin-1") if isinstance(raw, bytes) else ""
        found = re.search(r"(?im)^message-id:\s*" + MESSAGE_ID.pattern, text)
    return found.group(1) if found else ""


def unread(folder: Path) -> list[tuple[str, Bounce | None]]:
    """Return what each new message of a Maildir says, by its name there, the oldest name first."""
    box = mailbox.Maildir(folder, create=False)
    paths = {path.name.partition(":")[0]: path for path in (folder / "new").iterdir() if path.name[0] != "."}
    return [
        (name, bounce_of(box.get_message(name)) if paths[name].stat().st_size <= LARGEST else None)
        for name in sorted(paths)
    ]


def mark_read(folder: Path, name: str) -> None:
    """Move a message from `new` to `cur` with the flag 'seen'; it is kept, and never read again."""
    box = mailbox.Maildir(folder, create=False)
    message = box.get_message(name)
    message.set_subdir("cur")
    message.add_flag("S")
    box[name] = message
