"""Sending over a real socket: refusals, a server that is gone, a kill between the server's yes and the record."""

import email
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from conftest import ROOT
from heed.cases.concern import services
from heed.duties.models import Duty
from heed.lib.errors import Answered
from heed.people import services as people
from heed.people.models import Account
from heed.people.post import services as post
from heed.people.post.models import Address, Letter, Line, Notice
from heed.people.post.sending import BACK_OFF, status_of
from heed.record import reading, tick
from heed.record.verify import verify
from world import World

from .conftest import Server, ticked

MIA = "mia@example.org"


def report(world: World) -> str:
    return services.raise_concern(report=world.report(), by=world.by("yara")).subject


def test_a_mail_server_gets_the_letter(world: World, server: Server) -> None:
    report(world)
    ticked(world)
    ((to, raw),) = server.taken
    message = email.message_from_string(raw)
    assert to == MIA and message["To"] == MIA and message["From"] == "Heed <heed@localhost>"
    text = message.get_payload()[0].get_payload(decode=True).decode()  # type: ignore[index,union-attr]
    assert "https://heed.example.org/told/" in text
    assert Letter.objects.get().state == "sent"


def test_a_refusal_that_may_pass_is_put_off_longer_and_longer(world: World, server: Server) -> None:
    server.answers[MIA] = "451 4.7.1 try later"
    report(world)
    ticked(world)
    waits = []
    for _ in range(len(BACK_OFF)):
        letter = Letter.objects.get(worker=world.keys["mia"])
        assert letter.next_at and letter.state == "waiting"
        waits.append(letter.next_at - world.now)
        before = letter.tries
        ticked(world, seconds=(letter.next_at - world.now).total_seconds() - 1)
        assert Letter.objects.get(pk=letter.pk).tries == before, "not before its time"
        ticked(world, seconds=1)
    assert waits == list(BACK_OFF)
    server.answers.clear()
    ticked(world, hours=13)
    assert Letter.objects.get(worker=world.keys["mia"]).state == "sent"
    sent = [entry for entry in reading.of_kinds(["notice.sent.1"]) if entry.keys("told") == [world.keys["mia"]]]
    assert [entry.fact("tries") for entry in sent] == [len(BACK_OFF) + 2]
    assert not Address.objects.exists(), "an address that was slow has not failed"


def test_a_refusal_that_lasts_two_days_is_a_failure(world: World, server: Server) -> None:
    server.answers[MIA] = "452 4.2.2 mailbox full"
    report(world)
    for _ in range(6):
        ticked(world, hours=13)
    assert Letter.objects.get(worker=world.keys["mia"]).state == "failed"
    (entry,) = reading.of_kinds(["notice.failed.1"])
    assert entry.facts is not None and (entry.facts["status"], entry.facts["for_good"]) == ("4.2.2", False)


def test_an_address_that_fails_is_owed_work_until_a_new_one_is_confirmed(world: World, server: Server) -> None:
    server.answers[MIA] = "550 5.1.1 no such mailbox"
    concern = report(world)
    ticked(world)
    (failed,) = reading.of_kinds(["notice.failed.1"])
    assert failed.fact("status") == "5.1.1" and failed.keys("about") == [concern]
    duty = Duty.objects.get(clause="K6", end="open")
    assert (duty.owner, duty.agency, duty.roles) == (
        "administrator",
        world.keys["council"],
        {"worker": world.keys["mia"]},
    )
    ticked(world, minutes=5)
    assert {to for to, _ in server.taken} == {"adam@example.org"}, "its administrator is told, she is not tried again"
    report(world)
    ticked(world, minutes=5)
    assert Line.objects.filter(worker=world.keys["mia"], letter="").count() == 2, "what is new waits"

    post.ask_address(by=world.by("adam"), worker=world.keys["mia"], email="mia.new@example.org", now=world.now)
    ticked(world, minutes=5)
    link = next(text for to, text in server.taken if to == "mia.new@example.org")
    assert "/account/telling/confirm/" in link and Duty.objects.get(pk=duty.pk).end == "open"
    post.confirm_address(by=world.by("mia"), email="mia.new@example.org")
    assert Duty.objects.get(pk=duty.pk).end == "fulfilled"
    ticked(world, minutes=5)
    told = [text for to, text in server.taken if to == "mia.new@example.org"][1]
    assert "4 things" in told, "what had failed and what had waited"
    verify()


def test_danger_is_tried_even_at_an_address_that_fails(world: World, server: Server) -> None:
    server.answers[MIA] = "550 5.1.1 no such mailbox"
    report(world)
    ticked(world)
    server.answers.clear()
    danger = world.report(danger_today="yes", called="999")
    services.raise_concern(report=danger, by=world.by("yara"))
    ticked(world, minutes=5)
    assert [to for to, _ in server.taken].count(MIA) == 1


def test_leaving_ends_what_was_owed_about_her_address(world: World, server: Server) -> None:
    server.answers[MIA] = "550 5.1.1 no such mailbox"
    report(world)
    ticked(world)
    people.leave(by=world.by("adam"), worker=world.keys["mia"])
    assert Duty.objects.get(clause="K6").end == "ceased"
    verify()


def test_letters_wait_while_the_mail_server_is_gone_and_the_tick_says_so(world: World, server: Server) -> None:
    from django.conf import settings

    settings.EMAIL_PORT = 1  # nobody listens there
    report(world)
    run = tick.tick(world.now)
    assert "The mail server could not be used" in run.error and MIA not in run.error
    letter = Letter.objects.get()
    assert (letter.state, letter.tries) == ("waiting", 0) and not Address.objects.exists()
    settings.EMAIL_PORT = server.port
    ticked(world, minutes=5)
    assert Letter.objects.get().state == "sent"


def test_a_server_that_hangs_up_has_what_it_took_recorded_and_the_rest_waits(world: World, server: Server) -> None:
    report(world)
    services.object_to(by=world.by("yara"), concern=decided(world), why="missing twice")
    server.drop_after = 1
    run = tick.tick(world.now)
    assert "SMTPServerDisconnected" in run.error
    assert sorted(Letter.objects.values_list("state", flat=True)) == ["sent", "waiting"]
    assert len(server.taken) == Notice.objects.count() == 1
    server.drop_after = None
    ticked(world, minutes=5)
    assert len(server.taken) == Notice.objects.count() == 2
    assert len({to for to, _ in server.taken}) == 2, "nobody got hers twice"


def decided(world: World) -> str:
    concern = report(world)
    services.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="thin")
    return concern


def test_a_server_that_refuses_the_message_itself(world: World, server: Server) -> None:
    server.after_data = "554 5.6.0 not this"
    report(world)
    ticked(world)
    assert reading.of_kinds(["notice.failed.1"])[0].fact("status") == "5.6.0"


def test_a_letter_whose_account_has_gone_fails_and_never_waits_for_ever(world: World, server: Server) -> None:
    server.answers[MIA] = "451 4.7.1 try later"
    report(world)
    ticked(world)
    Account.objects.filter(worker=world.keys["mia"]).delete()
    ticked(world, minutes=6)
    assert Letter.objects.get(worker=world.keys["mia"]).state == "failed"


KILLED = """
import os, signal
from datetime import datetime
import django
django.setup()
from heed.people.post import services
from heed.record import tick
services.record_sent = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
tick.tick(datetime.fromisoformat({now!r}))
"""


@pytest.mark.parametrize("vendor", ["sqlite"])  # a second process would have to find the tests' own cluster
def test_killed_between_the_servers_yes_and_the_record_it_is_sent_once_more(world: World, server: Server) -> None:
    report(world)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "heed_test_settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}",
        "HEED_DATA": str(world.place.folder),
        "HEED_SMTP_HOST": "127.0.0.1",
        "HEED_SMTP_PORT": str(server.port),
        "HEED_SMTP_TLS": "none",
    }
    environment.pop("HEED_DATABASE_URL", None)
    code = KILLED.format(now=world.now.isoformat())
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(server.taken) == 1 and not Notice.objects.exists(), "the server has it, the record does not know"
    ticked(world, minutes=5)
    assert len(server.taken) == 2 and Notice.objects.count() == 1, "one duplicate, no loss"
    ids = {email.message_from_string(raw)["Message-ID"] for _, raw in server.taken}
    assert len(ids) == 1, "a mail client sees one letter"
    ticked(world, minutes=5)
    assert len(server.taken) == 2
    verify()


def test_recording_and_marking_are_one_transaction(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(world)

    def die(*_: object) -> None:
        raise RuntimeError("the machine died here")

    monkeypatch.setattr(post, "_mark", die)
    size = reading.size()
    with pytest.raises(RuntimeError):
        tick.tick(world.now)
    assert reading.size() == size, "no entry without its mark"
    monkeypatch.undo()
    ticked(world, minutes=5)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("vendor", ["sqlite"])
def test_a_real_record_without_a_mail_server_says_that_nobody_is_told(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heed.people.post import sending

    settings.EMAIL_BACKEND = sending.FOLDER
    report(world)
    run = ticked(world)
    assert run.done["telling"]["sent"] == 1 and len(list((world.place.folder / "mail").glob("*.eml"))) == 1
    report(world)
    monkeypatch.setattr("heed.duties.telling.work.identity", lambda: type("Real", (), {"is_synthetic": False}))
    assert "No mail server is set (HEED_SMTP_HOST)" in tick.tick(world.pass_time(minutes=5)).error


@pytest.mark.parametrize("vendor", ["sqlite"])
def test_letters_in_the_folder_are_for_their_owner_alone(world: World, settings: Any) -> None:
    from heed.people.post import sending

    settings.EMAIL_BACKEND = sending.FOLDER
    report(world)
    ticked(world)
    (file,) = (world.place.folder / "mail").glob("*.eml")
    assert file.stat().st_mode & 0o777 == 0o600 and re.fullmatch(r"[0-9a-f]{32}", file.stem)


@pytest.mark.parametrize(
    ("code", "said", "status"),
    [
        (550, b"5.1.1 unknown", "5.1.1"),
        (550, "5.1.10 null MX", "5.1.10"),
        (550, b"no such user", "5.0.0"),
        (451, b"", "4.0.0"),
        (451, b"\xff\xfe", "4.0.0"),
        (550, b"9.9.9 nonsense", "5.0.0"),
        (550, b"5.1.1111 nonsense", "5.0.0"),
        (554, "5.٣.1 digits of another script".encode(), "5.0.0"),
    ],
)
def test_the_status_of_a_refusal(code: int, said: bytes | str, status: str) -> None:
    assert status_of(code, said) == status


@pytest.mark.parametrize("vendor", ["sqlite"])
def test_an_address_is_changed_by_its_owner_or_an_administrator_only(world: World) -> None:
    for who in ("sam", "dora", "pat"):
        with pytest.raises(Answered, match="by herself or by an administrator of her agency"):
            post.ask_address(by=world.by(who), worker=world.keys["mia"], email="x@example.org", now=world.now)
    with pytest.raises(Answered, match="belongs to another account"):
        post.ask_address(by=world.by("mia"), worker=world.keys["mia"], email="SAM@example.org", now=world.now)
    post.ask_address(by=world.by("mia"), worker=world.keys["mia"], email="m@example.org", now=world.now)
    post.ask_address(by=world.by("adam"), worker=world.keys["mia"], email="m@example.org", now=world.now)
    assert Letter.objects.count() == 4, "one to each address, twice"


def test_back_off_grows() -> None:
    assert list(BACK_OFF) == sorted(BACK_OFF) and BACK_OFF[0] == timedelta(minutes=5)
