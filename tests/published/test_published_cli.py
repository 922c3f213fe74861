"""`heed published`: import once, report in every form, refuse with a sentence."""

import argparse
import json
from pathlib import Path

import pytest
from published_invented import Borough

from heed.cli import published
from heed.cli.output import common
from heed.lib.errors import HeedError
from heed.scrutiny.published.store import load

EXCERPT = Path(__file__).parent / "excerpt"


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    common(parser)
    published.arguments(parser)
    return published.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    run("import", EXCERPT, "--data", tmp_path)
    return tmp_path


def test_importing_twice_brings_nothing_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert run("import", EXCERPT, "--data", tmp_path, "--json") == 0
        told.append(json.loads(capsys.readouterr().out))
    assert [document["new"] for document in told] == [True, False]
    assert told[0]["digest"] == told[1]["digest"]
    assert len(told[0]["files"]) == 7
    assert len(list((tmp_path / "published").glob("cells-*.parquet"))) == 1


def test_a_corrected_file_replaces_the_import(data: Path, tmp_path: Path) -> None:
    before = load(data)
    run("import", Borough().write(tmp_path / "corrected"), "--data", data)
    after = load(data)
    assert before.digest != after.digest
    assert len(list((data / "published").glob("cells-*.parquet"))) == 1


def test_what_is_kept_is_what_was_read(data: Path) -> None:
    from heed.scrutiny.published.importing import read_folder

    kept, read = load(data), read_folder(EXCERPT)
    assert kept.cells.equals(read.cells)
    assert (kept.files, kept.rejects, kept.notes) == (read.files, read.rejects, read.notes)


@pytest.mark.parametrize("damage", ["table", "page", "gone"])
def test_a_damaged_import_is_refused_until_the_files_are_imported_again(data: Path, damage: str) -> None:
    [table] = (data / "published").glob("cells-*.parquet")
    page = data / "published" / "import.json"
    if damage == "table":
        table.write_bytes(table.read_bytes()[:-1] + b"!")
    elif damage == "page":
        page.write_bytes(page.read_bytes()[:100])
    else:
        table.unlink()
    with pytest.raises(HeedError, match="import the files again"):
        load(data)
    run("import", EXCERPT, "--data", data)
    assert len(load(data).files) == 7


def test_rejects_are_told_and_the_rest_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Borough().write(tmp_path / "in")
    path = folder / "referrals.csv"
    path.write_text(path.read_text().replace("E06000900", "E0600X900"))
    assert run("import", folder, "--data", tmp_path, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["rejects"]) == 7
    assert {reject["file"] for reject in document["rejects"]} == {"referrals.csv"}


def test_the_endings_choose_the_form_and_json_is_printed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    starts = {".html": b"<!DOCTYPE html>", ".csv": b"\xef\xbb\xbfsection,", ".json": b"{\n"}
    for ending, start in starts.items():
        out = data / f"report{ending}"
        assert run("report", "--council", "Rotherham", "--out", out, "--data", data) == 0
        assert out.read_bytes().startswith(start)
    capsys.readouterr()
    assert run("report", "--council", "Rotherham", "--json", "--data", data) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((data / "report.json").read_bytes())


def test_the_overview_and_a_report_straight_from_a_folder(tmp_path: Path) -> None:
    assert run("report", "--all", "--out", tmp_path / "all.html", "--from", EXCERPT) == 0
    assert "Barnsley" in (tmp_path / "all.html").read_text()


def test_a_peer_file_and_a_linked_stylesheet(data: Path) -> None:
    peers = data / "peers.csv"
    peers.write_text("council,peer\nRotherham,Barnsley\n")
    out = data / "report.html"
    words = ("--peers", peers, "--stylesheet", "/static/published.css", "--data", data)
    assert run("report", "--council", "Rotherham", "--out", out, *words) == 0
    page = out.read_text()
    assert "Peers named in peers.csv for Rotherham" in page
    assert '<link rel="stylesheet" href="/static/published.css">' in page
    assert "<style>" not in page


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("import",), "name the folder"),
        (("import", "/nowhere"), "is not a folder"),
        (("report",), "say either --council NAME or --all"),
        (("report", "--all", "--council", "Leeds"), "say either --council NAME or --all"),
        (("report", "--all"), "say where to write it"),
        (("report", "--all", "--out", "report.docx"), "must end in"),
        (("report", "--council", "Atlantis", "--json"), "there is no council 'Atlantis'"),
        (("report", "--council", "Leeds", "--json", "--peers", "/nowhere.csv"), "is not a file"),
    ],
)
def test_a_refusal_is_a_sentence(data: Path, words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(HeedError, match=reason):
        run(*words, "--data", data)


def test_a_report_before_any_import_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HeedError, match="run `heed published import DIR` first"):
        run("report", "--all", "--json", "--data", tmp_path)
