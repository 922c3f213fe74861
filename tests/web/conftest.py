"""A record to put pages over: in this process on both databases, and served by the real command for the browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop; the ORM is used beside it

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test import Client

import databases
from heed.record.opening import open_record
from heed.record.place import Place

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "an invented pass phrase"


# What rests on the database runs on both; a page's words do not.
both = pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])


@pytest.fixture
def vendor() -> str:
    return "sqlite"


@pytest.fixture
def record(vendor: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Place]:
    """An open, synthetic record on a fresh database."""
    databases.demand(vendor == "postgresql" and databases.programs() is None, "PostgreSQL")
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        settings.ROOT_URLCONF = "web.kitchen.urls"
        templates = Path(__file__).parent / "kitchen" / "templates"
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [templates]}]
        databases.fresh(vendor, tmp_path)
        open_record(origin="synthetic.example/1", place=Place(tmp_path), at=START)
        yield Place(tmp_path)
        connections["default"].close()


def make_user(name: str, *, factor: bool = True, **more: Any) -> User:
    """Make the account of an invented person; with a second factor unless told otherwise."""
    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, **more)
    if factor:
        TOTP.activate(user, generate_totp_secret())
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@dataclass
class Served:
    """The site as `heed serve` serves it."""

    data: Path
    url: str
    log: Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A synthetic record behind the real gunicorn, with static files under hashed names."""
    data = tmp_path_factory.mktemp("served")
    log = data.parent / "serve.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "web.kitchen.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}",
        "HEED_DATA": str(data),
    }
    environment.pop("HEED_DATABASE_URL", None)
    for words in (["init", "--origin", "synthetic.example/1"], ["tick"]):
        subprocess.run(
            [sys.executable, "-m", "heed.cli.main", *words], env=environment, check=True, capture_output=True
        )
    start = "import sys; from heed.cli import main; main.COMMANDS.setdefault('serve', ''); sys.exit(main.main())"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", start, "serve", "--port", str(port)], env=environment, stdout=out, stderr=out
        )
    url = f"http://localhost:{port}"
    try:
        _wait(f"{url}/accessibility", process, log)
        yield Served(data, url, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path, seconds: float = 240) -> None:
    """Wait until the site answers; the demonstration is made first, and the machine may be busy."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("The site did not start: " + log.read_text())


@pytest.fixture
def served(site: Served, settings: Any, django_db_blocker: Any) -> Iterator[Served]:
    """The served site, with this process looking at the same database and keys."""
    with django_db_blocker.unblock():
        settings.DATA = site.data
        settings.SECRET_KEY = (site.data / "keys" / "web.secret").read_text().strip()
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        databases.point("default", databases.sqlite(site.data / "heed.sqlite3"))
        connections["default"].ensure_connection()
        User.objects.all().delete()
        with connections["default"].cursor() as cursor:
            cursor.execute("DELETE FROM web_cache")
        yield site
        connections["default"].close()


# --- the browser ---


@pytest.fixture
def page(page: Any) -> Iterator[Any]:
    """A page that fails its test on any console message, script error or failed request.

    `page.expected` holds parts of messages that the test itself brings about.
    """
    said: list[str] = []
    page.expected = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"script error: {error}"))
    # A page that is left aborts what it was still loading: no fault of any page.
    page.on("requestfailed", lambda r: "ERR_ABORTED" in str(r.failure) or said.append(f"failed: {r.url} {r.failure}"))
    yield page
    assert [line for line in said if not any(part in line for part in page.expected)] == []


def enter(page: Any, served: Served, user: User) -> None:
    """Give the browser a session of `user`, as signing in would."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": served.url, "httpOnly": True}]
    )
