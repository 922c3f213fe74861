"""Pages: first the outsider who gets nothing, then that each works, then one behaviour each."""

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from heed.record.models import Tick
from heed.record.place import Place
from heed.record.tick import tick
from heed.web.request_log import JsonLines

from .conftest import both, make_user, signed_in

PUBLIC = {
    "accessibility",
    "privacy",
    "health",
    "receipt",
    "account_login",
    "account_signup",
    "account_inactive",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    # These three act on a sign-in that is under way, or on a signed-out person, and lead to the sign-in page.
    "account_logout",
    "mfa_authenticate",
    "save_draft",
    # Keyed by a provider or a token; without a right one they answer 404 or 410 (test_enrol.py).
    "enrol",
    "confirm_address",
    "openid_connect_login",
    "openid_connect_callback",
    # The public pages: reports without an account (tests/public).
    "doors",
    "door_tell",
    "door_back",
    "door_add",
}


def _names(patterns: Any, prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _names(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.append((pattern.name or "", "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<str:\w+>", "x", route))))
    return found


def test_the_outsider_gets_the_sign_in_page_and_nothing_else(record: Place) -> None:
    client = Client()
    asked = 0
    for name, path in _names(get_resolver("heed.web.urls").url_patterns):
        if name in PUBLIC:
            continue
        for method in (client.get, client.post):
            response = method(path)
            assert response.status_code in (302, 405), (name, response.status_code)
            if response.status_code == 302:
                assert response["Location"].startswith("/account/sign-in/"), (name, response["Location"])
        asked += 1
    assert asked >= 12


@pytest.mark.parametrize("path", ["/", "/account/", "/integrity/", "/integrity/verify/progress"])
def test_it_works(record: Place, path: str) -> None:
    response = signed_in(make_user("ada")).get(path)
    assert response.status_code == 200
    assert b"SYNTHETIC" in response.content
    assert b'lang="en-gb"' in response.content


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/receipt", "/account/sign-in/"])
def test_public_pages_work_without_an_account(record: Place, path: str) -> None:
    assert Client().get(path).status_code == 200


def test_a_page_never_claims_a_language_that_it_does_not_speak(record: Place) -> None:
    answer = Client().get("/accessibility", headers={"Accept-Language": "cy,en;q=0.1"})
    assert answer.headers["Content-Language"] == "en-gb" and b'<html lang="en-gb"' in answer.content


def test_every_answer_carries_the_strict_policy(record: Place) -> None:
    for path in ("/accessibility", "/nothing", "/health", "/account/sign-in/"):
        headers = Client().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers["Cache-Control"]


def test_no_page_holds_a_script_or_style_of_its_own(record: Place) -> None:
    client = signed_in(make_user("ada"))
    for path in ("/", "/integrity/", "/kitchen/", "/account/factors/", "/accessibility", "/kitchen/receipt"):
        html = client.get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path
        for script in re.findall(r"<script[^>]*>", html):
            assert "src=" in script or 'type="application/json"' in script, (path, script)


def test_cookies_are_closed_to_scripts_and_to_other_sites(record: Place) -> None:
    make_user("ada")
    client = Client()
    client.get("/account/sign-in/")
    client.post("/account/sign-in/", {"login": "ada@example.org", "password": "an invented pass phrase"})
    assert {"sessionid", "csrftoken"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_errors_keep_a_calm_tone_and_tell_nothing(record: Place) -> None:
    client = signed_in(make_user("ada"))
    client.raise_request_exception = False
    for path, status in (("/nothing", 404), ("/kitchen/forbidden", 403), ("/kitchen/broken", 500)):
        response = client.get(path)
        assert response.status_code == status
        assert b"Invented Person" not in response.content
        assert b"999" in response.content
    assert Client(HTTP_HOST="evil.example").get("/").status_code == 400


def test_a_form_that_is_not_ours_is_refused_with_a_page(record: Place) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/account/sign-in/", {"login": "x"})
    assert response.status_code == 403
    assert b"open too long" in response.content


@both
def test_health_is_red_until_the_tick_has_run_and_when_it_stops(record: Place) -> None:
    client = Client()
    assert client.get("/health").status_code == 503
    tick(datetime.now(UTC))
    answer = client.get("/health")
    assert answer.status_code == 200
    facts = answer.json()
    assert facts["ok"] and facts["database"] and 0 <= facts["tick_age_seconds"] < 60
    Tick.objects.update(started_at=datetime.now(UTC) - timedelta(minutes=16))
    stopped = client.get("/health")
    assert stopped.status_code == 503 and stopped.json()["tick_age_seconds"] >= 960
    assert set(facts) == {"ok", "database", "tick_age_seconds", "tick_failed", "checkpoint_age_seconds"}


def test_a_failed_tick_is_not_healthy(record: Place) -> None:
    tick(datetime.now(UTC))
    Tick.objects.update(error="record: the disk is full")
    assert Client().get("/health").json()["ok"] is False


def test_the_request_log_holds_the_template_of_a_path_and_no_query(
    record: Place, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("heed.web")
    logger.propagate = True
    try:
        with caplog.at_level(logging.INFO, "heed.web.requests"):
            Client().get("/enrol/c2VjcmV0/a-token?name=Invented+Person", REMOTE_ADDR="192.0.2.77")
    finally:
        logger.propagate = False
    lines = [JsonLines().format(line) for line in caplog.records if line.name == "heed.web.requests"]
    facts = json.loads(lines[-1])
    assert facts["path"] == "/enrol/<str:key>/<str:token>" and facts["status"] == 302
    for secret in ("c2VjcmV0", "a-token", "Invented", "192.0.2.77"):
        assert secret not in "".join(lines)


def test_an_exception_in_the_log_is_its_type_and_place_without_its_text() -> None:
    try:
        raise RuntimeError("Invented Person")
    except RuntimeError as error:
        made = logging.LogRecord(
            "django", 40, "", 1, "for %s", ("Invented Person",), (type(error), error, error.__traceback__)
        )
    line = json.loads(JsonLines().format(made))
    assert line["exception"] == "RuntimeError" and "test_pages.py" in line["where"]
    assert "Invented" not in json.dumps(line)


def test_a_list_pages_sorts_and_filters_by_its_address(record: Place) -> None:
    client = signed_in(make_user("ada"))
    User.objects.bulk_create(User(username=f"row{n:03}", email=f"m{99 - n:02}@example.org") for n in range(60))
    first = client.get("/kitchen/list").content.decode()
    assert "60 found" in first and "row000" in first and "row025" not in first
    assert 'aria-sort="ascending"' in first and 'href="?sort=-name"' in first
    assert "row059" in client.get("/kitchen/list?sort=-name").content.decode()
    third = client.get("/kitchen/list?page=3&sort=mail").content.decode()
    assert "row000" in third and "page=2" in third
    filtered = client.get("/kitchen/list?name=row05&sort=-mail").content.decode()
    assert "10 found" in filtered and 'value="row05"' in filtered
    assert "Nobody of that name." in client.get("/kitchen/list?name=zzz").content.decode()


@pytest.mark.parametrize(
    "words", ["page=0", "page=x", "page=99999", "sort=password", "sort=-user__password", "page=-1"]
)
def test_a_wrong_word_in_an_address_shows_the_list_not_an_error(record: Place, words: str) -> None:
    User.objects.bulk_create(User(username=f"row{n:03}") for n in range(30))
    response = signed_in(make_user("ada")).get(f"/kitchen/list?{words}")
    assert response.status_code == 200 and b"30 found" in response.content


def test_the_vendored_files_hold_no_mark_that_is_not_ours() -> None:
    vendor = Path(__file__).parents[2] / "src/heed/web/static/vendor"
    files = sorted(vendor.glob("*.css")) + sorted(vendor.glob("*.js"))
    assert len(files) == 4
    for path in files:
        text = path.read_text()
        for name in ("GDS Transport", "Calvert", "govuk-crest", "sourceMappingURL", "@font-face"):
            assert name not in text, (path.name, name)
        assert not re.search(r"""url\(["']?(?:https?:|/)""", text), path.name
    assert len(list(vendor.glob("*.LICENSE.txt"))) == 3
