"""The first run by its own command: which packs the record begins with, and what is refused before anything is made."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT

PEOPLE = ["--agency", "Invented Council", "--admin", "a@example.org", "--admin", "b@example.org"]


def init(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HEED_", "DJANGO_"))}
    command = [sys.executable, "-m", "heed.cli", "init", "--origin", "synthetic.example/1", "--json", *words]
    environment = {**clean, "PYTHONPATH": str(ROOT / "src"), "HEED_DATA": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(("words", "packs"), [([], ["concern"]), (["--pack", "records"], ["concern", "records"])])
def test_the_record_begins_with_the_packs_that_were_chosen(tmp_path: Path, words: list[str], packs: list[str]) -> None:
    import sqlite3
    from contextlib import closing

    done = init(tmp_path / "data", *PEOPLE, *words)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["links"]) == 2
    with closing(sqlite3.connect(tmp_path / "data" / "heed.sqlite3")) as record:
        held: list[Any] = record.execute("SELECT pack FROM duties_pack ORDER BY n").fetchall()
    assert [pack for (pack,) in held] == packs


def test_a_pack_without_a_partnership_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = init(tmp_path / "data", "--pack", "records")
    assert done.returncode == 2 and "lead agency" in json.loads(done.stdout)["error"]
    assert not (tmp_path / "data" / "heed.sqlite3").exists()
