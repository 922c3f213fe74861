"""Signing in: the second factor for everyone, lockout that cannot be aimed, enrolment links."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import User
from django.test import Client

from heed.record.place import Place
from heed.web.enrol import forget_second_factor, make_enrolment_link

from .conftest import PASSWORD, both, make_user, signed_in

SIGN_IN = "/account/sign-in/"


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def sign_in(client: Client, name: str, password: str, ip: str = "192.0.2.1") -> Any:
    return client.post(SIGN_IN, {"login": f"{name}@example.org", "password": password}, REMOTE_ADDR=ip)


def test_a_password_alone_does_not_sign_in(record: Place) -> None:
    make_user("ada")
    client = Client()
    response = sign_in(client, "ada", PASSWORD)
    assert response["Location"] == "/account/factors/authenticate/"
    assert client.get("/")["Location"].startswith(SIGN_IN)


def test_the_code_of_the_app_completes_the_sign_in(record: Place) -> None:
    ada = make_user("ada")
    secret = _secret(ada)
    client = Client()
    sign_in(client, "ada", PASSWORD)
    assert client.post("/account/factors/authenticate/", {"code": "000000"}).status_code == 200
    response = client.post("/account/factors/authenticate/", {"code": code_for(secret)})
    assert response["Location"] == "/"
    assert client.get("/").status_code == 200


def _secret(user: User) -> str:
    from heed.web.accounts import SecondFactors

    return SecondFactors().decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])


def test_the_secret_of_a_second_factor_is_not_readable_in_the_database(record: Place) -> None:
    ada = make_user("ada")
    stored = Authenticator.objects.get(user=ada, type="totp").data["secret"]
    assert _secret(ada) not in stored and len(_secret(ada)) >= 32


def test_without_a_second_factor_every_page_leads_to_setting_one_up(record: Place) -> None:
    client = signed_in(make_user("bob", factor=False))
    for path in ("/", "/integrity/", "/account/", "/kitchen/", "/account/factors/", "/account/password/"):
        assert client.get(path)["Location"] == "/account/second-factor", path
    assert client.post("/integrity/verify")["Location"] == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200


def test_switching_the_second_factor_off_closes_the_pages_again(record: Place) -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    assert client.get("/").status_code == 200
    forget_second_factor(ada)
    assert client.get("/")["Location"] == "/account/second-factor"


def test_recovery_codes_alone_are_no_second_factor(record: Place) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    bob = make_user("bob", factor=False)
    RecoveryCodes.activate(bob)
    assert signed_in(bob).get("/")["Location"] == "/account/second-factor"


@both
def test_a_third_party_cannot_lock_a_named_worker_out(record: Place) -> None:
    make_user("ada")
    for _ in range(8):
        sign_in(Client(), "ada", "wrong", ip="198.51.100.66")
    assert b"Too many failed" in sign_in(Client(), "ada", PASSWORD, ip="198.51.100.66").content
    assert sign_in(Client(), "ada", PASSWORD, ip="192.0.2.1")["Location"] == "/account/factors/authenticate/"


def test_guessing_from_one_address_is_stopped_after_five(record: Place) -> None:
    make_user("ada")
    answers = [sign_in(Client(), "ada", "wrong", ip="198.51.100.66").content for _ in range(6)]
    assert not any(b"Too many failed" in answer for answer in answers[:5])
    assert b"Too many failed" in answers[5]


def test_trying_many_accounts_from_one_address_is_stopped(record: Place) -> None:
    answers = [sign_in(Client(), f"nobody{n}", "wrong", ip="198.51.100.66").content for n in range(31)]
    assert b"Too many failed" in answers[30] and b"Too many failed" not in answers[29]


def test_the_answer_does_not_tell_whether_an_account_exists(record: Place) -> None:
    make_user("ada")

    def said(name: str) -> str:
        return (
            sign_in(Client(), name, "wrong").content.decode().replace(name, "NAME").split("<main")[1].split("csrf")[0]
        )

    assert said("ada") == said("nobody")


def test_nobody_signs_up(record: Place) -> None:
    response = Client().post("/account/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert b"You have no account here" in response.content and not User.objects.exists()


# --- enrolment ---


@both
def test_an_enrolment_link_sets_the_password_and_leads_to_the_second_factor(record: Place) -> None:
    new = User.objects.create_user("new", "new@example.org")
    client = Client()
    moved = client.get(make_enrolment_link(new))
    assert moved["Location"].endswith("/start")
    assert b"new@example.org" in client.get(moved["Location"]).content
    response = client.post(moved["Location"], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert response["Location"] == "/account/second-factor"
    assert client.get("/")["Location"] == "/account/second-factor"
    page = client.get("/account/factors/totp/activate/")
    assert page.status_code == 200  # the password was typed just now: it is not asked for again
    secret = page.context["form"].secret
    client.post("/account/factors/totp/activate/", {"code": code_for(secret)})
    assert client.get("/").status_code == 200
    assert Authenticator.objects.filter(user=new, type="recovery_codes").exists()


def test_an_enrolment_link_works_once(record: Place) -> None:
    new = User.objects.create_user("new", "new@example.org")
    link = make_enrolment_link(new)
    client = Client()
    start = client.get(link)["Location"]
    client.post(start, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    again = Client()
    assert again.get(again.get(link)["Location"]).status_code == 410


def test_an_enrolment_link_ends_after_a_day(record: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import datetime, timedelta

    from heed.web import enrol

    link = make_enrolment_link(User.objects.create_user("new", "new@example.org"))
    client = Client()
    start = client.get(link)["Location"]
    for hours, status in ((23, 200), (25, 410)):
        later = datetime.now() + timedelta(hours=hours)  # noqa: DTZ005  Django's own token clock is naive
        monkeypatch.setattr(enrol.tokens, "_now", lambda later=later: later)
        assert client.get(start).status_code == status


@pytest.mark.parametrize("key", ["!!", "MQ", "w7w", "", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_made_up_link_is_refused(record: Place, key: str) -> None:
    client = Client()
    first = client.get(f"/enrol/{key or 'x'}/abc-def")
    assert client.get(first["Location"]).status_code == 410


def test_a_link_of_one_person_does_not_open_another(record: Place) -> None:
    a, b = User.objects.create_user("a", "a@example.org"), User.objects.create_user("b", "b@example.org")
    token = make_enrolment_link(a).rsplit("/", 1)[1]
    key_of_b = make_enrolment_link(b).rsplit("/", 2)[1]
    client = Client()
    assert client.get(client.get(f"/enrol/{key_of_b}/{token}")["Location"]).status_code == 410


def test_a_leaver_cannot_enrol(record: Place) -> None:
    gone = User.objects.create_user("gone", "gone@example.org", is_active=False)
    client = Client()
    assert client.get(client.get(make_enrolment_link(gone))["Location"]).status_code == 410


def test_a_weak_password_is_refused_in_words(record: Place) -> None:
    client = Client()
    start = client.get(make_enrolment_link(User.objects.create_user("new", "new@example.org")))["Location"]
    answer = client.post(start, {"new_password1": "short", "new_password2": "short"}).content
    assert b"There is a problem" in answer and b"12 characters" in answer


def test_enrolling_again_still_asks_for_the_second_factor_that_one_has(record: Place) -> None:
    ada = make_user("ada")
    client = Client()
    start = client.get(make_enrolment_link(ada))["Location"]
    response = client.post(start, {"new_password1": PASSWORD + "!", "new_password2": PASSWORD + "!"})
    assert response["Location"] == "/account/factors/authenticate/"
    assert client.get("/")["Location"].startswith(SIGN_IN)


def test_a_provider_is_configured_from_the_environment() -> None:
    import json
    import os
    import subprocess
    import sys

    code = (
        "import json; from heed.web import settings as s;"
        "print(json.dumps([s.SOCIALACCOUNT_PROVIDERS, s.SECURE_CSP['form-action'], s.SESSION_COOKIE_SECURE]))"
    )
    environment = os.environ | {
        "HEED_OIDC_ISSUER": "https://login.example.org/council",
        "HEED_OIDC_CLIENT": "heed",
        "HEED_OIDC_SECRET": "invented",
        "HEED_OIDC_ORIGINS": "https://sts.example.org",
        "HEED_HTTPS": "1",
    }
    out = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    providers, form_action, secure = json.loads(out.stdout)
    insecure = environment | {"HEED_OIDC_ISSUER": "http://login.example.org/council"}
    refused = subprocess.run([sys.executable, "-c", code], env=insecure, capture_output=True, text=True)
    assert refused.returncode and "must start with https://" in refused.stderr
    assert providers["openid_connect"]["APPS"][0]["settings"] == {"server_url": "https://login.example.org/council"}
    assert form_action == ["'self'", "https://login.example.org", "https://sts.example.org"] and secure
