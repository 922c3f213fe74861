"""The public pages: no sign-in, no cookie, nothing in an address; limits, the trap, what a stranger finds out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

import world as worlds
from heed.cases.concern import services as acts
from heed.cases.concern.models import Concern
from heed.cases.door import limits, services
from heed.entry.keys import new_key
from heed.record import reading, viewing
from heed.record.verify import verify
from public.test_door import LEAVE, open_door
from world import World


@pytest.fixture
def world(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        for made in worlds.build("sqlite", tmp_path):
            cache.clear()
            made.keys["door"] = open_door(made)
            yield made


def child(**more: str) -> dict[str, str]:
    return {"request": new_key(), "words": "He gives me things and wants something back.", "website": ""} | more


def adult(**more: str) -> dict[str, str]:
    known = {"what": "An adult waits at the school.", "danger": "no", "source": "relative"}
    return {"request": new_key(), "website": ""} | known | more


def address(world: World, who: str = "child") -> str:
    return f"/tell/{world.keys['door']}/{who}"


def code_on(html: str) -> str:
    return re.findall(r'id="code">([0-9A-Z-]+)<', html)[0]


def told(world: World, **more: str) -> str:
    """Report at the child's form; return the code that was shown."""
    answer = Client().post(address(world), child(**more))
    assert answer.status_code == 200, answer.content.decode()
    return code_on(answer.content.decode())


def test_no_public_page_sets_a_cookie_or_holds_a_script(world: World) -> None:
    browser, code = Client(), told(world)
    answers = [browser.get(page) for page in ("/tell/", address(world), address(world, "adult"), "/tell/back")]
    answers += [browser.post(address(world), child()), browser.post(address(world), child(words=""))]
    answers += [browser.post("/tell/back", {"code": code}), browser.post("/tell/back", {"code": "wrong"})]
    more = {"code": code, "words": "more", "request": new_key(), "website": ""}
    answers += [browser.post("/tell/more", more)]
    for answer in answers:
        html = answer.content.decode()
        assert not answer.cookies and not browser.cookies
        assert "Location" not in answer.headers, "a code would stand in an address"
        assert "no-store" in answer.headers["Cache-Control"] and "unsafe" not in answer["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", html))
        outside = set(re.findall(r'(?:href|src|action)="(https?://[^"]+)"', html))
        assert outside == {LEAVE}, outside
        assert f'href="{LEAVE}"' in html and "999" in html and "01632 960099" in html


def test_numbers_and_the_way_out_come_from_the_record(world: World) -> None:
    other = [{"name": "Other Line", "number": "01632 960077"}]
    services.open_door(
        by=world.by("dora"),
        key=world.keys["door"],
        name="Elsewhere",
        agency=world.keys["council"],
        team=world.keys["front_door"],
        leave_to="https://elsewhere.example/",
        emergency="999",
        numbers=other,
    )
    html = Client().get(address(world)).content.decode()
    assert "01632 960077" in html and "01632 960099" not in html and 'href="https://elsewhere.example/"' in html


def test_a_child_s_words_stand_apart_and_nobody_else_s_page_shows_them(world: World) -> None:
    told(world, name="K", contact="by text", danger="yes", about="friend")
    row = Concern.objects.get()
    entries = {e.kind: e for e in reading.stream(row.key)}
    assert entries["concern.voice_kept.1"].word("words") == child()["words"]
    assert "wants something back" not in row.what and row.source == "child" and row.danger_today == "yes"
    assert entries["concern.called.1"].fact("called") == "nobody"
    verify()


def test_an_adult_s_report_holds_what_was_asked(world: World) -> None:
    typed = adult(danger="yes", called="999", who="About 13, red coat", where="by the school", contact="01632 960001")
    html = Client().post(address(world, "adult"), typed).content.decode()
    assert "there is danger now. Call 999" in html
    row = Concern.objects.get()
    entry = reading.entry(row.raised_n)
    assert (entry.word("who_else"), entry.word("where"), row.source) == (
        "About 13, red coat",
        "by the school",
        "relative",
    )


def test_a_form_sent_twice_shows_one_code_for_one_concern(world: World) -> None:
    typed = child()
    one, two = (Client().post(address(world), typed).content.decode() for _ in range(2))
    assert code_on(one) == code_on(two) and Concern.objects.count() == 1
    assert "<svg" in one, "a picture of the code"


def test_coming_back_shows_the_answers_and_nothing_of_the_report(world: World) -> None:
    code = told(world, name="Kim Sample", contact="text me")
    concern = Concern.objects.get().key
    before = Client().post("/tell/back", {"code": code}).content.decode()
    assert "There is no answer yet" in before and "Nobody has said yet" in before
    world.now = datetime.now(UTC)
    acts.acknowledge(by=world.by("sam"), concern=concern)
    acts.decide(by=world.by("mia"), concern=concern, outcome="strategy_discussion", reason="weighed by the team")
    acts.add_information(by=world.by("mia"), concern=concern, what="known to the team only")
    acts.answer_reporter(by=world.by("mia"), concern=concern, answer="Somebody will be at school tomorrow.")
    html = Client().post("/tell/back", {"code": f" {code.lower()} "}).content.decode()
    assert "Somebody will be at school tomorrow." in html and "has read it" in html
    for secret in ("wants something", "Kim", "text me", "weighed", "team only", "Mia", "Strategy", concern):
        assert secret not in html, secret
    assert viewing.looks(subject=concern)[-1]["actor"] == world.keys["door"]


def test_more_can_be_added_once_for_each_sending(world: World) -> None:
    code = told(world)
    more = {"code": code, "words": "It happened again.", "request": new_key(), "website": ""}
    for _ in range(2):
        answer = Client().post("/tell/more", more)
        assert answer.status_code == 200 and "We have what you added" in answer.content.decode()
    stream = reading.stream(Concern.objects.get().key)
    assert [e.word("what") for e in stream if e.kind == "concern.added.1"] == ["It happened again."]
    empty = Client().post("/tell/more", more | {"words": "", "request": new_key()})
    assert empty.status_code == 422 and code in empty.content.decode()
    wrong = Client().post("/tell/more", more | {"code": "00000-00000-00000-00000", "request": new_key()})
    assert wrong.status_code == 422 and "nothing under this code" in wrong.content.decode()


def test_a_stranger_finds_out_nothing_from_wrong_codes(world: World) -> None:
    code = told(world)
    pages = set()
    for typed in ("0" * 20, code[:-1] + ("0" if code[-1] != "0" else "1"), "short", "<script>", code + "7"):
        answer = Client().post("/tell/back", {"code": typed})
        pages.add((answer.status_code, answer.content.decode().replace(typed, "").replace("&lt;script&gt;", "")))
    assert len(pages) == 1


def test_wrong_codes_are_slowed_for_their_own_address_alone(world: World) -> None:
    code = told(world)
    for _ in range(limits.WRONG_CODES):
        Client(REMOTE_ADDR="192.0.2.1").post("/tell/back", {"code": "0" * 20})
    assert Client(REMOTE_ADDR="192.0.2.1").post("/tell/back", {"code": code}).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.1").post("/tell/more", {"code": code}).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.2").post("/tell/back", {"code": code}).status_code == 200


def test_a_flood_of_reports_waits_and_loses_no_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REPORTS", 2)
    for _ in range(2):
        told(world)
    late = Client().post(address(world), child())
    assert late.status_code == 429 and child()["words"] in late.content.decode()
    assert Concern.objects.count() == 2
    assert Client(REMOTE_ADDR="192.0.2.9").post(address(world), child()).status_code == 200


def test_no_address_is_kept_where_it_is_counted(world: World) -> None:
    from django.db import connection

    Client(REMOTE_ADDR="192.0.2.77").post(address(world), child())
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM web_cache")
        rows = str(cursor.fetchall())
    assert "door:report" in rows and "192.0.2.77" not in rows


def test_a_filled_trap_is_shown_again_and_never_dropped(world: World) -> None:
    answer = Client().post(address(world), child(website="http://spam.example"))
    html = answer.content.decode()
    assert answer.status_code == 422 and "Empty this box" in html and child()["words"] in html
    assert not Concern.objects.exists()
    typed = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    assert Client().post(address(world), child(**typed)).status_code == 200


def test_a_form_of_another_site_is_refused(world: World) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = Client().post(address(world), child(), headers=headers)
        assert answer.status_code == 403 and "did not come from our page" in answer.content.decode(), headers
    assert not Concern.objects.exists()
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}):
        assert Client().post(address(world), child(), headers=headers).status_code == 200, headers


def test_what_is_too_large_or_broken_is_refused_with_a_page(world: World) -> None:
    assert Client().post(address(world), child(words="x" * 20_001)).status_code == 422
    assert Client().post(address(world), child(words="x" * 400_000)).status_code == 413
    for broken in ({"request": "x"}, {"words": "\0"}, {"about": "nobody"}, {"danger": "maybe"}):
        assert Client().post(address(world), child(**broken)).status_code == 422, broken
    assert not Concern.objects.exists()


def test_a_refusal_keeps_what_was_typed(world: World) -> None:
    html = Client().post(address(world, "adult"), adult(what="", who="About 13")).content.decode()
    assert "There is a problem" in html and "About 13" in html and "A few words are enough" in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7|add:7 }}", "=1+1", "\u202eback"])
def test_hostile_words_are_words(world: World, text: str) -> None:
    from cases.test_pages import Account, User, client

    user = User.objects.create(username="mia", email="mia@example.org")
    Account.objects.create(user=user, worker=world.keys["mia"])
    told(world, words=text, name=text, where=text, contact=text)
    row = Concern.objects.get()
    from django.conf import settings
    from django.test import override_settings

    with override_settings(MIDDLEWARE=[m for m in settings.MIDDLEWARE if "second_factor" not in m]):
        page = client("mia").get(f"/concerns/{row.key}/").content.decode()
    assert "<script>alert" not in page
    voice = next(e for e in reading.stream(row.key) if e.kind == "concern.voice_kept.1")
    assert voice.word("words") == text


def test_where_no_door_is_open_there_is_no_page_and_no_link(world: World) -> None:
    assert "/tell/" in Client().get("/account/sign-in/").content.decode()
    services.close_door(by=world.by("dora"), door=world.keys["door"], reason="moved")
    assert Client().get("/tell/").status_code == 404
    assert Client().get(address(world)).status_code == 404
    assert Client().post(address(world), child()).status_code == 404
    assert Client().get("/tell/back").status_code == 200, "who holds a code still comes back"
    assert "/tell/" not in Client().get("/account/sign-in/").content.decode()


def test_a_wrong_address_is_no_page(world: World) -> None:
    for page in (f"/tell/{new_key()}/child", f"/tell/{world.keys['door']}/nobody", "/tell/x/child"):
        assert Client().get(page).status_code == 404
