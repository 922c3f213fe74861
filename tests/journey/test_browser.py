"""Pages of the journey in a real browser, at both widths: accessible, and the console silent."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

from conftest import ROOT
from web.browsing import at_every_width, press, slug
from web.conftest import Served, page  # noqa: F401
from web.demonstration import demo, enter_as  # noqa: F401

from .conftest import CORPUS

pytestmark = pytest.mark.browser


@pytest.fixture
def brought(demo: Served) -> dict[str, str]:  # noqa: F811
    """The demonstration's record with an invented workbook in it; the keys of a child and of the import."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HEED_", "DJANGO_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT / "src"), "HEED_DATA": str(demo.data)}
    command = [sys.executable, "-m", "heed.cli", "import", "annex-a", str(CORPUS / "annex-a" / "lists.xlsx")]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    with closing(sqlite3.connect(f"file:{demo.data}/heed.sqlite3?mode=ro", uri=True)) as record:
        most = "SELECT child FROM journey_episode GROUP BY child ORDER BY COUNT(*) DESC, child LIMIT 1"
        (child,), (key,) = record.execute(most).fetchone(), record.execute("SELECT key FROM journey_import").fetchone()
    return {"child": child, "import": key}


def test_the_pages_of_the_journey(page: Any, demo: Served, brought: dict[str, str]) -> None:  # noqa: F811
    enter_as(page, demo, "Sid")
    for path in (
        "/journeys/?as_of=2023-09-30",
        "/journeys/caseload?as_of=2023-09-30",
        f"/journeys/{brought['child']}/",
        "/imports/",
        f"/imports/{brought['import']}/",
        "/gaps?standard=annex-a",
        "/imports/duties",
        "/published/",
    ):
        page.goto(demo.url + path)
        at_every_width(page, slug(path.partition("?")[0].replace(brought["child"], "child")))


def test_a_chronology_is_reached_and_filtered_by_keyboard(
    page: Any,  # noqa: F811
    demo: Served,  # noqa: F811
    brought: dict[str, str],
) -> None:
    enter_as(page, demo, "Sid")
    page.goto(f"{demo.url}/journeys/?as_of=2023-09-30")
    link = page.locator("tbody a").first
    link.focus()
    press(page, "Enter")
    page.get_by_text("Each has two times").wait_for()
    page.get_by_label("What had happened by").fill("1990-01-01")
    press(page, "Enter")
    page.wait_for_url("**as_of=1990-01-01**")
    assert page.get_by_text("recorded").count() >= 1 or page.get_by_text("Nothing is told").is_visible()
