"""An agency's own sign-in: the whole OpenID Connect code flow against a provider at another origin, over real HTTP."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.test import Client

from heed.record.place import Place

from .conftest import make_user


class Provider(ThreadingHTTPServer):
    """A small provider: it says of everybody who comes that they are `person`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {}
        self.nonce = ""
        self.url = f"http://127.0.0.1:{self.server_port}"

    def claims(self) -> dict[str, Any]:
        now = datetime.now(UTC)
        times = {"iat": now, "exp": now + timedelta(minutes=5)}
        return {"iss": self.url, "aud": "heed", "nonce": self.nonce, **times, **self.person}


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        at, words = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if at == "/authorize":
            self.server.nonce = words.get("nonce", [""])[0]
            self.send_response(302)
            back = urlencode({"code": "one-time", "state": words["state"][0]})
            self.send_header("Location", f"{words['redirect_uri'][0]}?{back}")
            self.end_headers()
            return
        url = self.server.url
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.server.key.public_key()))
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "userinfo_endpoint": f"{url}/userinfo",
                "jwks_uri": f"{url}/keys",
            },
            "/keys": {"keys": [{**public, "kid": "k", "alg": "RS256", "use": "sig"}]},
            "/userinfo": self.server.person,
        }
        self.answer(pages[at])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        signed = jwt.encode(self.server.claims(), self.server.key, algorithm="RS256", headers={"kid": "k"})
        self.answer({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    def answer(self, document: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@pytest.fixture
def provider(record: Place, settings: Any) -> Iterator[Provider]:
    with Provider() as server:
        app = {"provider_id": "agency", "name": "Invented Council", "client_id": "heed", "secret": "s"}
        app["settings"] = {"server_url": server.url}  # type: ignore[assignment]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def come_back(client: Client, provider: Provider) -> Any:
    """Sign in as a browser would: to the provider and back with its code."""
    sent = client.post("/account/provider/oidc/agency/login/")
    assert sent.status_code == 302 and sent["Location"].startswith(f"{provider.url}/authorize")
    try:
        urllib.request.build_opener(_Stay).open(sent["Location"])
    except urllib.error.HTTPError as redirect:
        back = urlsplit(redirect.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def test_the_sign_in_page_offers_the_provider(provider: Provider) -> None:
    assert b"Sign in with Invented Council" in Client().get("/account/sign-in/").content


def test_a_known_person_comes_in_and_is_asked_for_the_second_factor(provider: Provider) -> None:
    make_user("ada")
    provider.person = {"sub": "77", "email": "ada@example.org", "email_verified": True}
    client = Client()
    assert come_back(client, provider)["Location"] == "/account/factors/authenticate/"
    assert client.get("/")["Location"].startswith("/account/sign-in/")


def test_a_known_person_without_a_second_factor_must_set_one_up(provider: Provider) -> None:
    make_user("bob", factor=False)
    provider.person = {"sub": "78", "email": "bob@example.org", "email_verified": True}
    client = Client()
    come_back(client, provider)
    assert client.get("/")["Location"] == "/account/second-factor"
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("email", ["stranger@example.org", ""])
def test_a_stranger_gets_no_account(provider: Provider, email: str) -> None:
    provider.person = {"sub": "79", "email": email, "email_verified": True}
    client = Client()
    answer = come_back(client, provider)
    page = client.get(answer["Location"]).content if answer.status_code == 302 else answer.content
    assert b"no account here" in page or b"sign-in did not work" in page
    assert not User.objects.exists() and not SocialAccount.objects.exists()


def test_an_address_that_the_provider_did_not_verify_opens_no_account(provider: Provider) -> None:
    make_user("ada")
    provider.person = {"sub": "80", "email": "ada@example.org", "email_verified": False}
    client = Client()
    come_back(client, provider)
    assert client.get("/")["Location"].startswith("/account/sign-in/")
    assert not SocialAccount.objects.exists()


def test_a_state_that_is_not_ours_opens_nothing(provider: Provider) -> None:
    answer = Client().get("/account/provider/oidc/agency/login/callback/?code=x&state=made-up")
    assert answer.status_code in (200, 401, 403) and b"sign-in did not work" in answer.content
