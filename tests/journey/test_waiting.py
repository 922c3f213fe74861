"""While a long import runs in another process, a report is soon recorded; and a killed import goes on."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections

import databases
from heed.cases.concern import services as concerns
from heed.cases.journey.models import Episode, Import
from heed.record import reading
from heed.record.replay import differences
from heed.returns.bulk import write_return
from world import World

ROWS = 9_000
# 'A report made during a million-row import waits under a second': as seconds with `--long`, on a quiet machine; in the
# ordinary run as the entries that the import puts before the report while it waits, which no other work makes more.
WAIT = 1.0
AHEAD = 4_000


def start(world: World, path: Path) -> "subprocess.Popen[str]":
    """Start `heed import` over the world's own record."""
    environment = databases.environment(world.vendor, world.place.folder)
    command = [sys.executable, "-m", "heed.cli", "import", "ssda903", str(path), "--by", world.keys["sid"]]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_rows(process: "subprocess.Popen[str]", least: int) -> None:
    for _ in range(1_200):
        if Episode.objects.count() >= least:
            return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    raise AssertionError("the import wrote nothing in a minute")


@pytest.mark.parametrize("rows", [ROWS, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_a_report_waits_less_than_a_second(world: World, tmp_path: Path, rows: int) -> None:
    write_return(tmp_path / "long", rows=rows, seed=7)
    process = start(world, tmp_path / "long")
    waits, ahead = [], []
    try:
        wait_for_rows(process, 500)
        for _ in range(5):
            world.now = datetime.now(UTC)
            began, size = time.monotonic(), reading.size()
            entry = concerns.raise_concern(report=world.report(), by=world.by("yara"))
            waits.append(time.monotonic() - began)
            ahead.append(entry.n - size)
            assert reading.entry(entry.n).kind == "concern.raised.1"
            time.sleep(0.1)
        assert Import.objects.get().closed_n is None, "the import must still run, or nothing was tested"
    finally:
        process.terminate()
        process.communicate(timeout=120)
    assert max(ahead) <= AHEAD, ahead
    assert rows == ROWS or max(waits) < WAIT, waits


def test_a_killed_import_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    write_return(tmp_path / "long", rows=3_000, seed=3)
    process = start(world, tmp_path / "long")
    wait_for_rows(process, 500)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=20)
    connections["default"].close()
    held = Episode.objects.count()
    assert Import.objects.get().closed_n is None and held >= 500
    out, err = start(world, tmp_path / "long").communicate(timeout=120)
    done = Import.objects.get()
    assert done.closed_n is not None, err
    assert done.counts["same"] == held and Episode.objects.count() == done.counts["events"], out
    assert list(differences(using="default")) == []
