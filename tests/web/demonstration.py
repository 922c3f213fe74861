"""The demonstration for the browser's tests: made and served once by its own command."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

from .browsing import follow
from .conftest import Served, _wait


def environment() -> dict[str, str]:
    found = os.environ | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "heed.web.settings"}
    found.pop("HEED_DATABASE_URL", None)
    return found


@cache
def started() -> Served:
    """Make and serve the demonstration once for this process, by its own command; stopped when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="heed-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log, url = folder / "data", folder / "demo.log", f"http://localhost:{port}"
    command = [sys.executable, "-m", "heed.cli", "demo", "--data", str(data), "--days", "12", "--port", str(port)]
    with open(log, "wb") as out:
        process = subprocess.Popen(command, env=environment(), stdout=out, stderr=out)
    atexit.register(stop, process)
    _wait(f"{url}/demo/", process, log)
    return Served(data, url, log)


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def demo() -> Served:
    """The demonstration, which every module's tests share: what one reports, the next one may find."""
    return started()


def enter_as(page: Any, demo: Served, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{demo.url}/demo/")
    follow(page, page.get_by_role("button", name=f"Sign in as {name}"))
    page.get_by_role("heading", name="What needs you").wait_for()
