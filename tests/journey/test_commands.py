"""The commands: one JSON document on standard output, on refusal too, and the exit code that goes with it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from heed.cli.export import census_year
from heed.cli.import_ import many

from .conftest import CORPUS
from .test_import import FIRST, a_return


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    assert heed(folder, "init", "--origin", "synthetic.example/1")[0] == 0
    return folder


def heed(data: Path, *words: str) -> tuple[int, Any]:
    """Run a command with the product's own settings; return its exit code and its document."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HEED_", "DJANGO_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT / "src"), "HEED_DATA": str(data)}
    command = [sys.executable, "-m", "heed.cli", *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return done.returncode, json.loads(done.stdout)


def test_an_import_answers_in_one_document_and_the_second_time_says_that_nothing_is_new(data: Path) -> None:
    code, first = heed(data, "import", "cin", str(CORPUS / "cin" / "nested.xml"))
    assert code == 0 and first["ok"] and first["is_new"] and first["told"]["referral"] > 0
    assert first["counts"]["new"] == sum(first["told"].values()) and first["files"][0]["name"] == "nested.xml"
    code, second = heed(data, "import", "cin", str(CORPUS / "cin" / "nested.xml"))
    assert code == 0 and not second["is_new"] and second["entry"] == first["entry"]


def test_an_export_says_what_it_wrote_and_what_it_could_not_say(data: Path, tmp_path: Path) -> None:
    heed(data, "import", "cin", str(CORPUS / "cin" / "nested.xml"))
    out = str(tmp_path / "census.xml")
    words = ("export", "cin", "--as-of", "2024-03-31", "--out", out)
    code, refused = heed(data, *words)
    assert code == 2 and "--authority" in refused["error"] and not Path(out).exists()
    code, done = heed(data, *words, "--authority", "999")
    assert code == 0 and done["counts"]["referrals"] > 0 and done["from"] == ["cin"] and Path(out).exists()
    assert heed(data, "export", "ssd", "--as-of", "tomorrow", "--out", out)[0] == 2


def test_a_refusal_lists_every_row_with_its_reason(data: Path, tmp_path: Path) -> None:
    path = a_return(tmp_path / "r", FIRST.replace("04/03/2019", "soon"), children="")
    code, refused = heed(data, "import", "ssda903", str(path))
    assert code == 2 and refused["ok"] is False and "Nothing was imported" in refused["error"]
    (row,) = refused["rejects"]
    assert (row["source"], row["line"], row["column"], row["value"]) == ("episodes.csv", 2, "DECOM", "soon")
    assert heed(data, "import", "ssda903", str(tmp_path / "nowhere"))[0] == 2
    code, unknown = heed(data, "import", "cin", str(CORPUS / "cin" / "nested.xml"), "--by", "0" * 32)
    assert code == 1 and "records officer" in unknown["error"]


def test_words_and_years() -> None:
    from datetime import date

    assert (many(1, "child", "children"), many(2_000, "event")) == ("1 child", "2,000 events")
    assert (census_year(date(2024, 3, 31)), census_year(date(2024, 4, 1))) == (2024, 2025)
