"""What difference the law made over the record: every duty whose verdict differs, and the version that caused it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from heed.cases.concern import services as concerns
from heed.duties.engine import adopted
from heed.duties.models import Duty
from heed.policy.answer import packs_of
from heed.policy.diff import changed_clauses
from world import World


@pytest.fixture(params=["sqlite"])
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def answered(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "heed.cli.main", "policy", "diff", *words, "--record", "--data", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_every_difference_over_the_record_names_the_version_that_caused_it(world: World) -> None:
    for at in range(4):
        concern = concerns.raise_concern(report=world.report(), by=world.by("yara")).subject
        world.pass_time(hours=9)
        if at % 2:
            concerns.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason="enough")
    found = answered(world.place.folder, "2010", "2013", "2014", "2018", "--json")
    assert found.returncode == 0, found.stderr
    rows = json.loads(found.stdout)
    assert len(rows) == 4 == Duty.objects.filter(clause="K2").count()
    assert {(row["clause"], row["caused_by"], row["confirmed"]) for row in rows} == {
        ("K2", "K2 version 1", "secondary")
    }
    assert {(row["earlier"]["law_of"], row["later"]["law_of"]) for row in rows} == {("2013", "2014")}
    changed = changed_clauses(packs_of(adopted(1 << 62).texts), ["2010", "2013", "2014", "2018"])
    assert {row["clause"] for row in rows} <= {row["clause"] for row in changed}
    said = answered(world.place.folder, "2013", "2014").stdout
    assert said.count("no clause in force → 2014: ") == 4 and "(limit: secondary)" in said
    assert answered(world.place.folder, "2014", "2018").stdout.strip() == "Nothing differs."


def test_one_year_is_refused(world: World) -> None:
    refused = answered(world.place.folder, "2010", "--json")
    assert refused.returncode == 2 and json.loads(refused.stdout)["ok"] is False
