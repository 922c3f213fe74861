"""Letters that come back: delivery status notifications as mail servers write them, and what is none."""

import email
import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from heed.cases.concern import services
from heed.duties.models import Duty
from heed.people.post.bounces import Bounce, bounce_of
from heed.people.post.models import Address, Letter, Notice
from heed.record import reading, tick
from heed.record.verify import verify
from world import World

from .conftest import ticked

KEY = "0123456789abcdef" * 2

# As RFC 3464, appendix E, lays one out; names and hosts invented.
WHOLE = """From: MAILER-DAEMON@mail.example.org
To: heed@example.gov.uk
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

It could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; mia@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--B
Content-Type: message/rfc822

From: heed@example.gov.uk
To: mia@example.org
Message-ID: <{key}@example.gov.uk>
Subject: Heed: something needs you

2 things on Heed need you.
--B--
"""
HEADERS = WHOLE.replace("Content-Type: message/rfc822\n\n", "Content-Type: text/rfc822-headers\n\n").replace(
    "\n\n2 things on Heed need you.", "\n"
)


def said(text: str, *, action: str = "failed", status: str = "5.1.1", key: str = KEY) -> Bounce | None:
    return bounce_of(email.message_from_string(text.format(action=action, status=status, key=key)))


@pytest.mark.parametrize("text", [WHOLE, HEADERS], ids=["whole", "headers"])
def test_a_failure_names_letter_and_status(text: str) -> None:
    assert said(text) == Bounce(KEY, "5.1.1")
    assert said(text, action="Failed ", status="5.2.2 (mailbox full)") == Bounce(KEY, "5.2.2")
    assert said(text, status="nonsense") == Bounce(KEY, "5.0.0")


@pytest.mark.parametrize(
    "change",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
        {"action": "failed", "status": "4.4.7"},
        {"key": "somebody-elses-letter"},
        {"key": KEY.upper()},
    ],
)
def test_what_is_no_failure_for_good_of_a_letter_of_ours_is_nothing(change: dict[str, str]) -> None:
    assert said(WHOLE, **change) is None


@pytest.mark.parametrize(
    "text",
    [
        "Subject: out of office\n\nI am away.",
        "Content-Type: multipart/report; report-type=delivery-status\n\nno parts at all",
        "Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n--B--\n",
        "Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/rfc822\n\n--B--\n",
        f"Content-Type: text/plain\n\nAction: failed\nStatus: 5.1.1\nMessage-ID: <{KEY}@example.org>",
    ],
)
def test_other_mail_is_nothing(text: str) -> None:
    assert bounce_of(email.message_from_string(text)) is None


_PIECES = st.sampled_from([line + "\n" for line in WHOLE.format(action="failed", status="5.1.1", key=KEY).split("\n")])


@given(st.one_of(st.binary(max_size=400), st.lists(_PIECES, max_size=40).map(lambda p: "".join(p).encode())))
def test_hostile_mail_is_read_without_a_fault(raw: bytes) -> None:
    found = bounce_of(email.message_from_bytes(raw))
    assert found is None or (found.letter == KEY and found.status.startswith("5"))


def returned(world: World, settings: Any, key: str, **more: str) -> mailbox.Maildir:
    """Put a notification into a Maildir, as a mail server delivers one."""
    folder = world.place.folder / "bounces"
    settings.BOUNCES = str(folder)
    box = mailbox.Maildir(folder)
    box.add(WHOLE.format(**{"action": "failed", "status": "5.1.1", "key": key} | more))
    return box


def told(world: World) -> str:
    services.raise_concern(report=world.report(), by=world.by("yara"))
    ticked(world)
    return Letter.objects.get().key


def test_what_came_back_is_recorded_once_and_owes_a_new_address(world: World, settings: Any) -> None:
    key = told(world)
    box = returned(world, settings, key)
    assert ticked(world, minutes=5).done["returned"]["letters"] == 1
    (entry,) = reading.of_kinds(["notice.bounced.1"])
    assert (entry.subject, entry.fact("status")) == (key, "5.1.1")
    row = Notice.objects.get(key=world.keys["mia"], notice=key)
    assert (row.outcome, row.occasions, row.lines) == ("bounced", ["new_duty"], 2)
    assert Address.objects.get().is_failing and Duty.objects.get(clause="K6").end == "open"
    assert [m.get_flags() for m in box] == ["S"] and not list((world.place.folder / "bounces" / "new").iterdir())
    returned(world, settings, key)  # a second notification of the same letter
    assert ticked(world, minutes=5).done["returned"]["letters"] == 0
    assert len(reading.of_kinds(["notice.bounced.1"])) == len(reading.of_kinds(["address.failed.1"])) == 1
    verify()


def test_killed_before_it_is_marked_read_it_is_read_again_and_known(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heed.duties.telling import work

    returned(world, settings, told(world))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(work.bounces, "mark_read", die)
    with pytest.raises(KeyboardInterrupt):
        tick.tick(world.pass_time(minutes=5))
    monkeypatch.undo()
    ticked(world, minutes=5)
    assert len(reading.of_kinds(["notice.bounced.1"])) == 1


def test_a_bounce_before_we_know_that_it_was_sent_is_believed(world: World, settings: Any) -> None:
    key = told(world)
    Letter.objects.filter(key=key).update(state="waiting", next_at=world.now)  # killed before the mark
    returned(world, settings, key)
    ticked(world, minutes=5)
    assert Letter.objects.get(key=key).state == "bounced"
    assert not [m for m in mail.outbox[1:] if m.to == ["mia@example.org"]], "it is not sent again"


@pytest.mark.parametrize("vendor", ["sqlite"])
def test_strangers_mail_large_mail_and_a_wrong_folder(world: World, settings: Any, tmp_path: Path) -> None:
    told(world)
    box = returned(world, settings, "f" * 32)
    box.add("Subject: hello\n\n" + "x" * 1_100_000)
    assert ticked(world, minutes=5).done["returned"]["letters"] == 0
    assert len(box) == 2 and not list((world.place.folder / "bounces" / "new").iterdir()), "kept, and read once"
    settings.BOUNCES = str(tmp_path / "nowhere")
    assert "HEED_BOUNCES is no Maildir" in tick.tick(world.pass_time(minutes=5)).error


@pytest.mark.parametrize("vendor", ["sqlite"])
def test_a_wrong_bounce_folder_does_not_keep_letters_from_leaving(world: World, settings: Any) -> None:
    settings.BOUNCES = "/nowhere"
    services.raise_concern(report=world.report(), by=world.by("yara"))
    assert "HEED_BOUNCES" in tick.tick(world.now).error
    assert len(mail.outbox) == 1
