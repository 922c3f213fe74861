"""The cast on both databases, each with an account; and a mail server of our own, spoken to over a real socket."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

import databases
import world as worlds
from heed.people.models import Account
from heed.record import tick
from heed.record.models import Tick
from world import World

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def vendor(request: pytest.FixtureRequest) -> str:
    databases.demand(request.param == "postgresql" and databases.programs() is None, "PostgreSQL")
    return str(request.param)


@pytest.fixture
def world(vendor: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        settings.SITE = "https://heed.example.org"
        settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "second_factor" not in m]
        for made in worlds.build(vendor, tmp_path):
            for who in worlds.PEOPLE:
                give_account(made, who)
            yield made


def give_account(world: World, who: str) -> None:
    user = User.objects.create(username=f"{who}@example.org", email=f"{who}@example.org")
    Account.objects.create(user=user, worker=world.keys[who])


def client_of(who: str) -> Client:
    browser = Client()
    user = User.objects.get(email=f"{who}@example.org")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def ticked(world: World, **delta: float) -> Tick:
    """Let time pass and tick; the tick must not fail."""
    run = tick.tick(world.pass_time(**delta))
    assert run.error == "", run.error
    return run


@dataclass
class Server:
    """What a mail server of ours took, and what it answers to whom."""

    port: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)  # recipient, message
    answers: dict[str, str] = field(default_factory=dict)  # recipient → the answer to RCPT
    after_data: str = "250 2.0.0 taken"
    drop_after: int | None = None  # hang up after so many messages, without a word
    dialogue: list[str] = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    """RFC 5321, as much of it as smtplib speaks."""

    def handle(self) -> None:
        server: Server = self.server.said  # type: ignore[attr-defined]
        self.say("220 mail.example.org")
        to = ""
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            server.dialogue.append(line)
            verb = line.split(" ", 1)[0].upper()
            if verb == "RCPT":
                to = line.split("<", 1)[1].split(">", 1)[0]
                self.say(server.answers.get(to, "250 2.1.5 ok"))
            elif verb == "DATA":
                if server.drop_after is not None and len(server.taken) >= server.drop_after:
                    return
                self.say("354 go on")
                self.take(server, to)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self, server: Server, to: str) -> None:
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw.decode())
        if server.after_data.startswith("250"):
            server.taken.append((to, "".join(lines)))
        self.say(server.after_data)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Listening(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """A mail server that the product's settings point at."""
    with _Listening(("127.0.0.1", 0), _Talk) as listening:
        said = Server(port=listening.server_address[1])
        listening.said = said  # type: ignore[attr-defined]
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", said.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield said
        listening.shutdown()
