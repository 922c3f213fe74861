"""Pages about letters: the outsider first, then whose they are, then what each does."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

import world as worlds
from heed.cases.concern import services
from heed.entry.keys import new_key
from heed.people.models import Account
from heed.people.post.models import Address, Letter
from heed.record import reading, viewing
from world import World

from .conftest import client_of as client
from .conftest import ticked

OPEN = ["/account/telling", "/account/telling/address"]


@pytest.fixture
def vendor() -> str:
    return "sqlite"


def told(world: World) -> Letter:
    services.raise_concern(report=world.report(), by=world.by("yara"))
    ticked(world)
    return Letter.objects.get(worker=world.keys["mia"])


def test_the_outsider_gets_nothing(world: World) -> None:
    for page in [*OPEN, f"/told/{told(world).key}"]:
        answer = Client().get(page)
        assert answer.status_code == 302 and "/account/sign-in/" in answer["Location"], page
        assert Client().post(page).status_code in (302, 405), page


def test_somebody_without_a_worker_behind_her_account_gets_nothing(world: World) -> None:
    User.objects.create(username="x@example.org", email="x@example.org")
    for page in [*OPEN, f"/told/{told(world).key}"]:
        assert client("x").get(page).status_code == 404, page


@pytest.mark.parametrize("who", worlds.PEOPLE)
def test_every_role_has_her_own_pages_and_nobody_elses_letter(world: World, who: str) -> None:
    letter = told(world)
    browser = client(who)
    for page in OPEN:
        assert browser.get(page).status_code == 200, page
    assert browser.get(f"/told/{letter.key}").status_code == (200 if who == "mia" else 404)
    assert browser.get(f"/told/{new_key()}").status_code == 404


def test_the_link_in_a_letter_shows_what_it_was_about_as_it_stands_now(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    ticked(world)
    (message,) = mail.outbox
    path = re.findall(r"https://heed.example.org(/told/\w+)", str(message.body))[0]
    page = client("mia").get(path).content.decode()
    for reference in re.findall(r"- ([0-9a-f]{4}-[0-9a-f]{4}) is new", str(message.body)):
        assert reference in page, "the letter's reference is the page's"
    assert f"/concerns/{concern}/" in page and "Ended since" not in page
    services.acknowledge(by=world.by("sam"), concern=concern)
    page = client("mia").get(path).content.decode()
    assert "Ended since" in page and page.count("govuk-task-list__item ") == 1
    assert {line["actor"] for line in viewing.looks(subject=path.rsplit("/", 1)[1])} == {world.keys["mia"]}


def test_who_is_told_outside_the_agency_sees_office_and_delay_and_no_way_to_the_child(world: World) -> None:
    concern = services.raise_concern(report=world.report(), by=world.by("yara")).subject
    ticked(world, days=10)
    letter = Letter.objects.get(worker=world.keys["ines"])
    page = client("ines").get(f"/told/{letter.key}").content.decode()
    assert "Climbed to you" in page and "overdue by" in page and "Mia" in page and "You owe" not in page
    assert concern not in page and "Invented Child" not in page


def test_a_choice_is_kept_and_a_wrong_one_is_refused_in_words(world: World) -> None:
    browser = client("mia")
    assert b'value="at_once" ' in browser.get("/account/telling").content
    assert browser.post("/account/telling", {"how": "digest"}).status_code == 302
    assert Account.objects.get(worker=world.keys["mia"]).wants_digest
    answer = browser.post("/account/telling", {"how": "never"})
    assert answer.status_code == 422 and "There is a problem" in answer.content.decode()
    assert Account.objects.get(worker=world.keys["mia"]).wants_digest


def test_letters_to_me_are_shown_from_the_record(world: World) -> None:
    told(world)
    assert "No letter is on the record." in client("sid").get("/account/telling").content.decode()
    page = client("mia").get("/account/telling").content.decode()
    assert "something new is owed" in page and "2 March 2026, 10:00" in page
    assert f">{reading.of_kinds(['notice.sent.1'])[0].n}<" in page


def tick_now(world: World) -> None:
    """Tick at the machine's own time, as pages act at it."""
    world.now = timezone.now()
    ticked(world)


def link_to(address: str) -> str:
    (text,) = [str(m.body) for m in mail.outbox if m.to == [address]]
    return re.findall(r"https://heed.example.org(/account/telling/confirm/\S+)", text)[0]


def test_an_address_changes_when_its_link_is_opened_and_confirmed(world: World) -> None:
    browser = client("mia")
    assert browser.post("/account/telling/address", {"email": "m.new@example.org"}).status_code == 302
    tick_now(world)
    assert any("address is to change" in m.subject and m.to == ["mia@example.org"] for m in mail.outbox)
    link = link_to("m.new@example.org")
    stranger = Client()  # the link proves the address; nobody need be signed in where she reads her mail
    assert "m.new@example.org" in stranger.get(link).content.decode()
    assert User.objects.filter(email="mia@example.org").exists(), "opening it is not confirming: machines open links"
    assert "sent again" in stranger.post(link).content.decode()
    user = User.objects.get(email="m.new@example.org")
    assert user.username == "m.new@example.org" and Account.objects.get(user=user).worker == world.keys["mia"]
    entry = reading.of_kinds(["address.confirmed.1"])[-1]
    assert (entry.subject, entry.spine.actor) == (world.keys["mia"], world.keys["mia"])
    assert stranger.post(link).status_code == 410, "used"
    assert not Address.objects.get(key=world.keys["mia"]).is_failing


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "W10:1abc:xyz"])
def test_a_made_up_link_confirms_nothing(world: World, token: str) -> None:
    assert Client().post(f"/account/telling/confirm/{token}").status_code == 410


def test_a_link_ends_after_a_day_and_with_the_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core import signing

    client("mia").post("/account/telling/address", {"email": "m.new@example.org"})
    tick_now(world)
    link = link_to("m.new@example.org")
    real = signing.time.time
    for hours, status in ((23, 200), (25, 410)):
        monkeypatch.setattr(signing.time, "time", lambda hours=hours: real() + hours * 3_600)
        assert Client().get(link).status_code == status
    monkeypatch.undo()
    User.objects.filter(email="mia@example.org").update(is_active=False)
    assert Client().get(link).status_code == 410


def test_a_taken_or_broken_address_keeps_what_was_typed(world: World) -> None:
    for email, said in (
        ("sam@example.org", "belongs to another account"),
        ("nonsense", "valid email"),
        ("", "Fill in"),
    ):
        answer = client("mia").post("/account/telling/address", {"email": email})
        text = answer.content.decode()
        assert answer.status_code == 422 and said in text and (not email or f'value="{email}"' in text)
    assert not Letter.objects.exists()


def test_somebody_whom_letters_do_not_reach_is_told_so(world: World, settings: Any, tmp_path: Path) -> None:
    from heed.people.post import services as post

    post.record_bounced(by=world.by("system"), letter=told(world).key, status="5.1.1")
    assert "Letters do not reach you." in client("mia").get("/account/telling").content.decode()
    assert "Letters do not reach you." not in client("sam").get("/account/telling").content.decode()
