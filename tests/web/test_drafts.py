"""Drafts: encrypted, their author's alone, gone after seven days, kept when the session has ended."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from heed.lib.errors import HeedError
from heed.record.place import Place
from heed.record.tick import tick
from heed.web.drafts import Keeper, forget_old
from heed.web.models import Draft

from .conftest import both, make_user, signed_in
from .kitchen.views import KitchenForm

TYPED = {
    "name": "Invented Child",
    "told": "seen with an older man",
    "born_day": "31",
    "born_month": "May",
    "risk": "low",
}


def token_in(page: bytes) -> str:
    found = re.search(r'name="draft_token" value="([^"]+)"', page.decode())
    assert found
    return found[1]


@both
def test_what_is_typed_is_saved_and_stands_in_the_page_again(record: Place) -> None:
    client = signed_in(make_user("ada"))
    token = token_in(client.get("/kitchen/").content)
    answer = client.post("/drafts/save", TYPED | {"draft_token": token})
    assert answer.status_code == 200 and b"Draft saved at" in answer.content
    page = client.get("/kitchen/").content.decode()
    assert 'value="Invented Child"' in page and "seen with an older man" in page and "This is your draft of" in page
    assert re.search(r'value="low"[^>]*checked', page)


def test_a_draft_is_not_readable_in_the_database(record: Place) -> None:
    ada = make_user("ada")
    Client().post("/drafts/save", TYPED | {"draft_token": Keeper(ada).token("kitchen")})
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM web_draft")
        assert b"older" not in bytes(cursor.fetchone()[0])
    assert (record.keys / "web.sealing").stat().st_mode & 0o777 == 0o600


def test_only_the_author_sees_a_draft(record: Place) -> None:
    ada, bob = make_user("ada"), make_user("bob")
    Client().post("/drafts/save", TYPED | {"draft_token": Keeper(ada).token("kitchen")})
    assert b"Invented Child" not in signed_in(bob).get("/kitchen/").content
    Draft.objects.update(author=bob)  # a row that somebody moved with SQL does not open either
    with pytest.raises(HeedError):
        Keeper(bob).load("kitchen")


@pytest.mark.parametrize("token", ["", "made:up", "WzEsImtpdGNoZW4iXQ:1tA:x"])
def test_without_a_token_of_ours_nothing_is_saved(record: Place, token: str) -> None:
    answer = Client().post("/drafts/save", TYPED | {"draft_token": token})
    assert answer.status_code == 422 and not Draft.objects.exists()


def test_a_leavers_open_page_saves_no_more(record: Place) -> None:
    ada = make_user("ada")
    token = Keeper(ada).token("kitchen")
    ada.is_active = False
    ada.save()
    assert Client().post("/drafts/save", TYPED | {"draft_token": token}).status_code == 422


def test_a_draft_too_large_is_refused_and_says_so(record: Place) -> None:
    token = Keeper(make_user("ada")).token("kitchen")
    answer = Client().post("/drafts/save", {"told": "x" * 300_000, "draft_token": token})
    assert answer.status_code == 422 and b"Not saved" in answer.content


def test_passwords_and_tokens_are_never_kept(record: Place) -> None:
    ada = make_user("ada")
    words = TYPED | {"password": "p", "new_password1": "q", "csrfmiddlewaretoken": "t"}
    Client().post("/drafts/save", words | {"draft_token": Keeper(ada).token("kitchen")})
    kept = Keeper(ada).load("kitchen")
    assert kept is not None and set(kept) == set(TYPED)


@both
def test_a_draft_is_gone_after_seven_days(record: Place) -> None:
    ada = make_user("ada")
    Client().post("/drafts/save", TYPED | {"draft_token": Keeper(ada).token("kitchen")})
    now = datetime.now(UTC)
    assert forget_old(now + timedelta(days=6, hours=23)) == 0
    Draft.objects.update(saved_at=now - timedelta(days=7, seconds=1))
    assert Keeper(ada).load("kitchen") is None
    assert tick(now).done["web"]["drafts"] == 1
    assert not Draft.objects.exists()


def test_sending_and_discarding_forget_the_draft(record: Place) -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    token = Keeper(ada).token("kitchen")
    client.post("/drafts/save", TYPED | {"draft_token": token})
    sent = client.post("/kitchen/", {"name": "A", "risk": "low", "who": "child", "told": "x", "draft_token": token})
    assert sent.status_code == 302 and not Draft.objects.exists()
    client.post("/drafts/save", TYPED | {"draft_token": token})
    answer = client.post("/drafts/discard", {"draft_token": token, "draft_page": "/kitchen/"})
    assert answer["Location"] == "/kitchen/" and not Draft.objects.exists()


def test_nobody_discards_the_draft_of_another(record: Place) -> None:
    ada, bob = make_user("ada"), make_user("bob")
    token = Keeper(ada).token("kitchen")
    Client().post("/drafts/save", TYPED | {"draft_token": token})
    answer = signed_in(bob).post("/drafts/discard", {"draft_token": token, "draft_page": "https://evil.example/"})
    assert answer["Location"] == "/" and Draft.objects.exists()


@both
def test_an_ended_session_loses_nothing(record: Place) -> None:
    ada, bob = make_user("ada"), make_user("bob")
    client = signed_in(ada)
    token = token_in(client.get("/kitchen/").content)
    client.cookies.clear()
    late = client.post("/kitchen/", TYPED | {"draft_token": token})
    assert late["Location"] == "/account/sign-in/?" + urlencode({"next": "/kitchen/"})
    assert b"Invented Child" not in signed_in(bob).get("/kitchen/").content
    assert b"seen with an older man" in signed_in(ada).get("/kitchen/").content


def test_a_page_from_before_a_new_sign_in_is_refused_and_kept(record: Place) -> None:
    ada = make_user("ada")
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/kitchen/", TYPED | {"draft_token": Keeper(ada).token("kitchen")})
    assert answer.status_code == 403 and b"We kept what you had typed" in answer.content
    assert Keeper(ada).initial("kitchen", KitchenForm)["told"] == TYPED["told"]
