"""`heed bench pages`: a whole `raise_concern` against `eventsourcing`, and pages with twenty people at once.

(a) raise_concern, with its duties and read tables, in turn with the peer's `app.save` and with our own ledger alone;
(b) report form, worklist, list and sending a report, served by the real `heed serve`, by people who pause between pages
and by people who do not; the database holds 10,000 children. On PostgreSQL too where `--postgresql` names an empty one.
"""

import argparse
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from heed.lib.errors import HeedError
from heed.lib.progress import bar

from .bench_record import _Peer
from .output import answer, say

SINGLES, ROUNDS = 50, 9
PEOPLE, CHILDREN, CONCERNS, VISITS = 20, 10_000, 1_000, 12
PAGES = {"report form": "/report", "worklist": "/work/team", "concerns": "/concerns/"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the area's own arguments."""
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument("--concerns", type=int, default=CONCERNS)
    parser.add_argument("--visits", type=int, default=VISITS, help="how often each person opens each page")
    parser.add_argument(
        "--postgresql",
        metavar="URL",
        help="an empty database to measure on as well, by the application's role; HEED_DATABASE_OWNER_URL owns it",
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Measure in passing folders: SQLite here, PostgreSQL in a process of its own."""
    if args.inside:
        answer(args, _measure(args), "")
        return 0
    figures: dict[str, Any] = {"machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before"}
    figures["sqlite"] = _in_a_process(args, "")
    say(_text({**figures, "postgresql": "still to be measured"}))
    figures["postgresql"] = _in_a_process(args, args.postgresql) if args.postgresql else "not measured: --postgresql"
    answer(args, {"ok": True, **figures}, _text(figures))
    return 0


def _in_a_process(args: argparse.Namespace, url: str) -> Any:
    sizes = ("people", "children", "concerns", "visits")
    command = [sys.executable, "-m", "heed.cli", "bench", "pages", "--inside", "--json"]
    command += [f"--{name}={getattr(args, name)}" for name in sizes]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "heed.web.settings"}
    for name in ("HEED_DATABASE_URL", *(() if url else ("HEED_DATABASE_OWNER_URL",))):
        environment.pop(name, None)
    done = subprocess.run(
        command, env=environment | ({"HEED_DATABASE_URL": url} if url else {}), stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise HeedError(f"The measurement ended with {done.returncode}: {done.stdout.strip()}")
    return json.loads(done.stdout)


def _text(figures: dict[str, Any]) -> str:
    lines = [figures["machine"]]
    for vendor in ("sqlite", "postgresql"):
        found = figures[vendor]
        if isinstance(found, str):
            lines.append(f"{vendor}: {found}")
            continue
        lines += [f"{vendor}: {name}: {value}" for name, value in found.items() if name != "pages"]
        for how, pages in found["pages"].items():
            lines += [f"{vendor}: {how}: {page}: {took}" for page, took in pages.items()]
    return "\n".join(lines)


def _measure(args: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as name:
        folder = Path(name)
        os.environ["HEED_DATA"] = name
        import django

        django.setup()
        place = _Place(folder, Random(1))
        place.make()
        peer = _Peer.start(folder)
        figures = {"peer": peer.settings if peer else "not installed", **_single(place, peer)}
        if peer:
            peer.close()
        place.fill(args.children, args.concerns)
        figures["pages"] = {}
        cookies = place.people(args.people)
        with _served(folder) as port:
            _visit(port, cookies, place, 1, 0.0)  # each process compiles its templates once
            for how, pause in (("pausing a second", 1.0), ("without a pause", 0.0)):
                figures["pages"][how] = _visit(port, cookies, place, args.visits, pause)
        return figures


@dataclass
class _Place:
    """A synthetic record to measure on: an agency, a team, people, children, concerns, all by services."""

    folder: Path
    random: Random
    keys: dict[str, str] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)

    def make(self) -> None:
        from importlib import resources

        from heed.duties.services import adopt_pack
        from heed.lib.files import write_atomic
        from heed.people import services as people
        from heed.record import checkpoints, release
        from heed.record.opening import open_record
        from heed.record.place import Place
        from heed.record.start import system

        from .upgrade import migrate

        migrate()
        open_record(origin="synthetic.bench/1", place=Place(self.folder))
        write_atomic(self.folder / "keys" / "web.secret", os.urandom(32).hex().encode(), mode=0o600)
        by = system()
        self.keys["agency"] = people.name_agency(by=by, name="Invented Council", type="council")
        self.keys["team"] = people.name_team(by=by, agency=self.keys["agency"], name="Front door")
        adopt_pack(by=by, text=resources.files("heed.policy").joinpath("packs/concern.yaml").read_text("utf-8"))
        self.keys["worker"] = people.seat_founder(
            by=by, agency=self.keys["agency"], team=self.keys["team"], name="Invented Worker", role="team_manager"
        )
        self.children = people.record_children(by=self.by(), children=[{"name": "Invented Child"}])
        release.record_release(by=by)
        checkpoints.issue(place=Place(self.folder))

    def by(self) -> Any:
        from heed.record.model import By

        return By(self.keys["worker"], self.keys["agency"])

    def report(self) -> Any:
        from heed.cases.concern.reports import Report

        return Report(
            what="x" * 300,
            source="youth_worker",
            danger_today="no",
            team=self.keys["team"],
            children=(self.random.choice(self.children),),
            harm=("sexual_exploitation",),
        )

    def fill(self, children: int, concerns: int) -> None:
        """Record children in bulk and raise concerns one by one."""
        from heed.cases.concern import services
        from heed.people import services as people
        from heed.simulate.names import invented_name

        say(f"Recording {children:,} children and {concerns:,} concerns …")
        named = [{"name": invented_name(self.random), "facts": {"born": "2012-05-01"}} for _ in range(children)]
        self.children += people.record_children(by=self.by(), children=named)
        for _ in bar(range(concerns), concerns, "Reporting"):
            services.raise_concern(report=self.report(), by=self.by())

    def people(self, count: int) -> list[str]:
        """Make accounts of team managers with a second factor; return the cookie of a session of each."""
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.auth.models import User
        from django.contrib.sessions.backends.db import SessionStore

        from heed.people.models import Account

        settings.SECRET_KEY = (self.folder / "keys" / "web.secret").read_text().strip()
        cookies = []
        for n in range(count):
            user = User.objects.create(username=f"person{n}", email=f"person{n}@example.org")
            Account.objects.create(user=user, worker=self._colleague(n))
            TOTP.activate(user, generate_totp_secret())
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
        return cookies

    def _colleague(self, n: int) -> str:
        from heed.people import services as people
        from heed.record.start import system

        where = {"agency": self.keys["agency"], "team": self.keys["team"]}
        return people.seat_founder(by=system(), name=f"Invented Worker {n}", role="team_manager", **where)


def _single(place: _Place, peer: _Peer | None) -> dict[str, Any]:
    """Return the median time of a whole report, of the ledger's part of it, and of the peer's save."""
    parts: dict[str, Callable[[], float]] = {
        "whole": lambda: _reports(place),
        "ledger": lambda: _ledger_alone(place),
    }
    if peer:
        parts["peer"] = lambda: peer.take("single", SINGLES)[1]
    taken: dict[str, list[float]] = {name: [] for name in parts}
    for at in range(ROUNDS + 1):
        for name, part in parts.items():
            seconds = part()
            if at:  # the first round warms up
                taken[name].append(seconds / SINGLES)
    took = {name: statistics.median(values) for name, values in taken.items()}
    found: dict[str, Any] = {
        "raise_concern_ms": round(took["whole"] * 1e3, 2),
        "ledger_ms": round(took["ledger"] * 1e3, 2),
        "beside_the_ledger_ms": round((took["whole"] - took["ledger"]) * 1e3, 2),
    }
    if peer:
        found["raise_concern_to_eventsourcing"] = round(took["whole"] / took["peer"], 2)
    return found


def _reports(place: _Place) -> float:
    from heed.cases.concern import services

    reports, by = [place.report() for _ in range(SINGLES)], place.by()
    started = time.perf_counter()
    for report in reports:
        services.raise_concern(report=report, by=by)
    return time.perf_counter() - started


def _ledger_alone(place: _Place) -> float:
    """Append the same entries by the ledger, without rules, read tables and duties."""
    from unittest.mock import patch

    from heed.cases.concern.reports import raised
    from heed.entry.keys import new_key
    from heed.record import project
    from heed.record.ledger import append, writing

    agency, team, by = place.keys["agency"], place.keys["team"], place.by()
    drafts = [raised(place.report(), new_key(), agency=agency, team=team, request=new_key()) for _ in range(SINGLES)]
    with patch.object(project, "apply_entries", lambda *args, **kwargs: None):
        started = time.perf_counter()
        for draft in drafts:
            with writing() as head:
                append(head, draft, by=by)
        return time.perf_counter() - started


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    """Serve the record by its own command on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "heed.cli", "serve", "--port", str(port), "--data", str(folder)]
    with open(folder / "serve.log", "wb") as log:
        process = subprocess.Popen(command, env=os.environ, stdout=log, stderr=log)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise HeedError((folder / "serve.log").read_text()[-2_000:])
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/accessibility", timeout=5)
                break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _visit(port: int, cookies: list[str], place: _Place, visits: int, pause: float) -> dict[str, str]:
    """Return, for each page, the median and 95th percentile in milliseconds over all people."""
    taken: dict[str, list[float]] = {name: [] for name in (*PAGES, "sending a report")}
    wrong: list[str] = []
    with ThreadPoolExecutor(len(cookies)) as pool:
        people = [
            pool.submit(_person, port, cookie, place.keys["team"], visits, pause, n, taken, wrong)
            for n, cookie in enumerate(cookies)
        ]
    for person in people:
        person.result()  # a request that failed fails the measurement
    if wrong:
        raise HeedError(f"A page answered otherwise than it should: {wrong[0]}.")
    return {
        name: f"median {statistics.median(times) * 1e3:.0f} ms, p95 {_p95(times) * 1e3:.0f} ms of {len(times)}"
        for name, times in taken.items()
    }


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def _person(
    port: int,
    cookie: str,
    team: str,
    visits: int,
    pause: float,
    seed: int,
    taken: dict[str, list[float]],
    wrong: list[str],
) -> None:
    random, connection = Random(seed), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(visits):
        form = ""
        for name, path in PAGES.items():
            time.sleep(random.uniform(0.5, 1.5) * pause)
            status, text, seconds = _ask(connection, "GET", path, cookie, "")
            taken[name].append(seconds)
            form = text if path == "/report" else form
            if status != 200:
                wrong.append(f"{path} {status}")
        time.sleep(random.uniform(0.5, 1.5) * pause)
        typed = {"what": "x" * 300, "danger_today": "no", "source": "youth_worker", "team": team}
        typed |= dict(re.findall(r'name="(csrfmiddlewaretoken|request)" value="([^"]+)"', form))
        sent = f"{cookie}; csrftoken={typed['csrfmiddlewaretoken']}"
        status, _, seconds = _ask(connection, "POST", "/report", sent, urlencode(typed))
        taken["sending a report"].append(seconds)
        if status != 302:
            wrong.append(f"POST /report {status}")


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, cookie: str, body: str
) -> tuple[int, str, float]:
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    connection.request(method, path, body=body or None, headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    return response.status, text, time.perf_counter() - started
