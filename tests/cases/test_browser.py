"""The concern slice in a real browser: a stranger reports by keyboard at phone width; every page axe-clean."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from web.conftest import Served, _wait, page  # noqa: F401
from web.test_browser import WIDTHS, assert_accessible, look, slug

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration, made and served by its own command."""
    data = tmp_path_factory.mktemp("demo")
    log = data.parent / "demo.log"
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "heed.web.settings"}
    environment.pop("HEED_DATABASE_URL", None)
    command = [sys.executable, "-m", "heed.cli", "demo", "--data", str(data), "--days", "12", "--port", str(port)]
    with open(log, "wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        _wait(f"http://localhost:{port}/demo/", process, log)
        yield Served(data, f"http://localhost:{port}", log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def enter_as(page: Any, demo: Served, name: str) -> None:  # noqa: F811
    page.context.clear_cookies()
    page.goto(f"{demo.url}/demo/")
    page.get_by_role("button", name=f"Sign in as {name}").click()
    page.get_by_role("heading", name="What needs you").wait_for()


def test_a_stranger_reports_by_keyboard_at_phone_width_in_under_a_minute(page: Any, demo: Served) -> None:  # noqa: F811
    page.set_viewport_size({"width": 375, "height": 740})
    enter_as(page, demo, "Yara")
    page.expected.append("/drafts/save net::ERR_ABORTED")  # the page that was saving is left
    started = time.monotonic()
    page.goto(f"{demo.url}/report")
    page.get_by_label("What do you know or worry about?").focus()
    page.keyboard.type("Missing overnight twice.")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # danger today: from Yes to No
    page.get_by_role("button", name="Send the report").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your report is on the record").wait_for()
    assert time.monotonic() - started < 60
    assert_accessible(page)
    look(page, "telephone-receipt")
    page.get_by_role("link", name="Follow your report").click()
    assert page.get_by_text("Missing overnight twice.").first.is_visible()
    page.go_back()
    page.get_by_role("heading", name="Your report is on the record").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("who", ["Yara", "Mia", "Ines"])
def test_every_page_is_accessible(page: Any, demo: Served, who: str, width: str) -> None:  # noqa: F811
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    page.goto(f"{demo.url}/demo/")
    assert_accessible(page)
    enter_as(page, demo, who)
    for path in (
        "/",
        "/report",
        "/report?name=sample",
        "/concerns/",
        "/work/",
        "/work/team",
        "/work/to-me",
        "/escalations/",
    ):
        page.goto(demo.url + path)
        assert_accessible(page)
        look(page, f"{width}-{who}-{slug(path)}")
    if who == "Mia":
        page.goto(f"{demo.url}/concerns/")
        page.locator("tbody a").first.click()
        assert_accessible(page)
        page.get_by_role("link", name="Decide what is to be done").click()
        assert_accessible(page)
        page.expected.append("the server responded with a status of")
        page.get_by_role("button", name="Put it on the record").click()
        page.get_by_role("heading", name="There is a problem").wait_for()
        assert_accessible(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_about_duties_is_accessible(page: Any, demo: Served, width: str) -> None:  # noqa: F811
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    enter_as(page, demo, "Sid")
    for path in (
        "/statistics/duties",
        "/statistics/duties?by=quarter&clause=K2",
        "/statistics/duties?as_of=2020-01-01",
        "/statistics/duties?as_of=nonsense",
        "/forecast/",
        "/evidence/",
    ):
        page.goto(demo.url + path)
        assert_accessible(page)
        look(page, f"{width}-sid-{slug(path)}")
    page.goto(f"{demo.url}/statistics/duties")
    page.locator("tbody td a").first.click()
    page.get_by_role("heading", name="K").first.wait_for()
    assert_accessible(page)
    page.locator("main li a").first.click()
    page.get_by_role("heading", name="Who held it").wait_for()
    assert_accessible(page)
    look(page, f"{width}-sid-duty")
    page.goto(f"{demo.url}/work/team")
    page.get_by_role("link", name="in full").first.click()
    page.get_by_role("link", name="Let this duty go").click()
    assert_accessible(page)
    page.expected.append("the server responded with a status of")
    page.get_by_role("button", name="Put it on the record").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert_accessible(page)


def test_unanswered_reports_are_found_with_by_whom_and_how_long(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Sid")
    page.get_by_role("link", name="Work").click()
    page.get_by_role("link", name="What my team owes").click()
    text = page.locator("main").inner_text()
    assert "overdue by" in text and "the team's manager" in text and "due " in text


def test_the_demonstration_s_record_verifies(demo: Served) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "heed.web.settings"}
    command = [sys.executable, "-m", "heed.cli", "verify", "--data", str(demo.data)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Path(demo.data / "checkpoint").exists()
