"""The concern slice in a real browser: a stranger reports by keyboard at phone width; every page axe-clean."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from heed.policy.files import pack_text
from web.browsing import WIDTHS, assert_accessible, at_every_width, follow, look, press, resize, slug
from web.conftest import Served, page  # noqa: F401
from web.demonstration import demo, enter_as, environment  # noqa: F401

pytestmark = pytest.mark.browser


def test_a_stranger_reports_by_keyboard_at_phone_width_in_under_a_minute(page: Any, demo: Served) -> None:  # noqa: F811
    resize(page, WIDTHS["telephone"])
    enter_as(page, demo, "Yara")
    page.expected.append("/drafts/save net::ERR_ABORTED")  # the page that was saving is left
    started = time.monotonic()
    page.goto(f"{demo.url}/report")
    page.get_by_label("What do you know or worry about?").focus()
    page.keyboard.type("Missing overnight twice.")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # danger today: from Yes to No
    page.get_by_label("Which team must answer?").focus()
    page.keyboard.type("Invented Borough Council: F")
    page.get_by_role("button", name="Send the report").focus()
    press(page, "Enter")
    page.get_by_role("heading", name="Your report is on the record").wait_for()
    assert time.monotonic() - started < 60
    assert_accessible(page)
    look(page, "telephone-receipt")
    follow(page, page.get_by_role("link", name="Follow your report"))
    assert page.get_by_text("Missing overnight twice.").first.is_visible()
    page.go_back()
    page.get_by_role("heading", name="Your report is on the record").wait_for()


@pytest.mark.parametrize("who", ["Yara", "Mia", "Ines"])
def test_every_page_is_accessible(page: Any, demo: Served, who: str) -> None:  # noqa: F811
    page.goto(f"{demo.url}/demo/")
    at_every_width(page)
    enter_as(page, demo, who)
    for path in (
        "/",
        "/partnership",
        "/report",
        "/report?name=sample",
        "/concerns/",
        "/work/",
        "/work/team",
        "/work/to-me",
        "/escalations/",
    ):
        page.goto(demo.url + path)
        at_every_width(page, f"{who}-{slug(path)}")
    if who == "Mia":
        page.goto(f"{demo.url}/concerns/")
        follow(page, page.locator("tbody a").first)
        at_every_width(page)
        follow(page, page.get_by_role("link", name="Decide what is to be done"))
        at_every_width(page)
        page.expected.append("the server responded with a status of")
        follow(page, page.get_by_role("button", name="Put it on the record"))
        page.get_by_role("heading", name="There is a problem").wait_for()
        at_every_width(page)


def test_every_page_about_the_law_is_accessible_from_a_look_to_its_adoption(page: Any, demo: Served) -> None:  # noqa: F811
    """Two people of two agencies, in a real browser: look, propose, approve; on a desk and on a telephone."""
    enter_as(page, demo, "Dora")
    page.goto(f"{demo.url}/procedures/")
    at_every_width(page, "dora-procedures")
    follow(page, page.get_by_role("link", name="Propose a pack or a calendar"))
    at_every_width(page, "dora-propose")
    page.get_by_label("A pack that Heed carries").select_option("exploitation")
    follow(page, page.get_by_role("button", name="Look at what it would change"))
    page.get_by_role("heading", name="What exploitation 1 would change").wait_for()
    at_every_width(page, "dora-preview")
    page.get_by_label("Why").fill("An invented reason.")
    follow(page, page.get_by_role("button", name="Propose it"))
    at_every_width(page, "dora-proposal")
    enter_as(page, demo, "Ines")
    page.get_by_role("heading", name="Procedures that wait for you").wait_for()
    follow(page, page.get_by_role("link", name="exploitation 1"))
    follow(page, page.get_by_role("button", name="Approve it"))
    page.get_by_text("It is adopted, as entry").wait_for()
    assert page.get_by_text(hashlib.sha256(pack_text("exploitation")[0].encode()).hexdigest()).is_visible()
    at_every_width(page, "ines-adopted")
    page.goto(f"{demo.url}/procedures/")
    follow(page, page.locator("tbody tr").last.get_by_role("link"))
    at_every_width(page, "ines-law")


def test_every_page_about_duties_is_accessible(page: Any, demo: Served) -> None:  # noqa: F811
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
        at_every_width(page, f"sid-{slug(path)}")
    page.goto(f"{demo.url}/statistics/duties")
    follow(page, page.locator("tbody td a").first)
    page.get_by_role("heading", name="K").first.wait_for()
    at_every_width(page)
    follow(page, page.locator("tbody th a").first)
    page.get_by_role("heading", name="Who held it").wait_for()
    at_every_width(page, "sid-duty")
    page.goto(f"{demo.url}/work/team")
    follow(page, page.get_by_role("link", name="in full").first)
    follow(page, page.get_by_role("link", name="Let this duty go"))
    at_every_width(page)
    page.expected.append("the server responded with a status of")
    follow(page, page.get_by_role("button", name="Put it on the record"))
    page.get_by_role("heading", name="There is a problem").wait_for()
    at_every_width(page)


def test_unanswered_reports_are_found_with_by_whom_and_how_long(page: Any, demo: Served) -> None:  # noqa: F811
    enter_as(page, demo, "Sid")
    follow(page, page.get_by_role("link", name="Work"))
    follow(page, page.get_by_role("link", name="What my team owes"))
    text = page.locator("main").inner_text()
    assert "overdue by" in text and "the team's manager" in text and "due " in text


def test_the_demonstration_s_record_verifies(demo: Served) -> None:  # noqa: F811
    command = [sys.executable, "-m", "heed.cli", "verify", "--data", str(demo.data)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Path(demo.data / "checkpoint").exists()
