"""The published statistics in the site: choose a council, read its report, take it as a file; figures as printed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from heed.scrutiny.published.importing import read_folder
from heed.scrutiny.published.store import save
from heed.web import published
from world import World

from .test_pages import client, text
from .test_pages import world as cast

world = cast
ROTHERHAM = "/published/372/"


@pytest.fixture(scope="module")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    save(folder, read_folder(shared / "data" / "dfe-children-in-need-2013-2024"))
    return folder


@pytest.fixture
def there(world: World, imported: Path, settings: Any) -> Iterator[World]:
    """The cast, with the statistics of the shared files in their data folder."""
    (settings.DATA / "published").symlink_to(imported / "published")
    yield world


def test_before_an_import_the_page_says_what_to_do(world: World) -> None:
    assert "heed published import" in text("yara", "/published/")
    text("yara", ROTHERHAM, 404)


def test_a_council_is_found_by_name_code_or_number(there: World) -> None:
    key = published.around().statistics.places.find("Rotherham").key  # type: ignore[union-attr]
    for asked in ("Rotherham", "E08000018", "372"):
        answer = client("yara").get(f"/published/?council={asked}")
        assert answer.status_code == 302 and answer["Location"] == f"/published/{key}/", asked
    wrong = client("yara").get("/published/?council=Rotheram")
    assert wrong.status_code == 422 and "Rotherham" in wrong.content.decode()
    assert "Rotherham" in text("yara", "/published/")
    text("yara", "/published/nowhere/", 404)


def test_the_report_shows_what_was_published(there: World) -> None:
    key = published.around().statistics.places.find("Rotherham").key  # type: ignore[union-attr]
    page = text("ines", f"/published/{key}/")
    for figure in ("282", "219", "283", "231", "161", "134", "100", "64.3", "88.7", "47.8", "82.4"):
        assert figure in page, figure
    assert "<script" not in page and "style=" not in page and 'href="/published/style.css"' in page
    assert client("ines").get("/published/style.css")["Content-Type"].startswith("text/css")
    answer = client("ines").get(f"/published/{key}.json")
    assert "Rotherham" in json.loads(answer.content)["title"]
    assert client("ines").get(f"/published/{key}.csv").content.decode("utf-8-sig").count("\n") > 50
    assert client("ines").get(f"/published/{key}.exe").status_code == 404


def test_the_national_overview_ranks_nobody(there: World) -> None:
    page = text("ines", "/published/england/")
    assert "England" in page and "best" not in page.casefold().split("<main")[0]
