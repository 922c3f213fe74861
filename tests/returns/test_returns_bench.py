"""The benchmark's own parts: its invented return is one, its peer may be missing, its aims are judged as they say."""

import argparse
from pathlib import Path

import pytest

from heed.cli import bench_returns
from heed.returns import read
from heed.returns.bulk import write_return
from heed.returns.rows import Doubt, Reject, Row


def test_the_invented_return_is_taken_whole(tmp_path: Path) -> None:
    rows = write_return(tmp_path, rows=4_000, seed=1)
    items = list(read("ssda903", tmp_path))
    assert sum(isinstance(item, Row) for item in items) == rows == 4_000
    assert [item for item in items if isinstance(item, Reject)] == []
    assert {item.reason for item in items if isinstance(item, Doubt)} <= {"this is before DOB"}


def test_a_missing_peer_is_said_and_nothing_is_claimed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_return(tmp_path, rows=400, seed=1)
    parser = argparse.ArgumentParser()
    bench_returns.arguments(parser)
    args = parser.parse_args(["--set", str(tmp_path), "--peer", "/nowhere/python", "--rounds", "1", "--sizes", "800"])
    assert bench_returns.run(args) == 0
    printed = capsys.readouterr().out
    assert "not installed" in printed
    assert "not measured" in printed
    assert "800 rows to the journey" in printed


def test_an_aim_is_met_missed_or_not_measured() -> None:
    assert bench_returns.aim("x", 20.0, 20.0, at_least=True)["met"] is True
    assert bench_returns.aim("x", 19.9, 20.0, at_least=True)["met"] is False
    assert bench_returns.aim("x", 4.1, 4.0, at_least=False)["met"] is False
    assert bench_returns.aim("x", None, 4.0, at_least=False)["met"] is None
