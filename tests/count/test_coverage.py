"""The coverage study: worlds are as described, rows repeat to the digit, a stopped study goes on, stored aims hold."""

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import pytest
from mse_tables import HERE

from heed.cli import bench_count
from heed.count import coverage
from heed.count.worlds import damage, grid, mixture, world

STORED = HERE.parent.parent / "bench" / "count" / "coverage.csv"


def stored() -> list[coverage.Row]:
    with open(STORED, newline="", encoding="utf-8") as lines:
        return [coverage.from_line(line) for line in csv.DictReader(lines)]


def rerun(rows: list[coverage.Row]) -> None:
    """Measure these worlds again and compare with what is stored."""
    plan = dict(coverage.plan())
    for row in rows:
        again = coverage.measure(row.number, world(plan[row.number], row.seed))
        assert (again.people, again.observed, again.verdict) == (row.people, row.observed, row.verdict)
        assert (again.lower, again.upper) == pytest.approx((row.lower, row.upper), rel=1e-4, nan_ok=True)
        assert (again.true_lower, again.true_upper) == pytest.approx(
            (row.true_lower, row.true_upper), rel=1e-4, nan_ok=True
        )


def test_stored_worlds_repeat() -> None:
    rerun([row for row in stored() if row.lists < 5][::160])


@pytest.mark.long
def test_twenty_stored_worlds_repeat() -> None:
    rows = stored()
    rerun(rows[:: max(len(rows) // 20, 1)][:20])


def test_the_plan_takes_every_cell_in_turn() -> None:
    plan = coverage.plan()
    assert len(plan) == 1000
    assert len({number for number, _ in plan}) == 1000
    assert sum(cell.lists < 5 for _, cell in plan) == 800
    assert {cell for _, cell in plan} == set(grid())
    assert plan[:10] == coverage.plan(30, 10)[:10]


def test_worlds_have_the_dependence_and_visibility_they_claim() -> None:
    share = np.array([0.2, 0.3, 0.25])
    alone = mixture(share, [], (0.0,))
    assert [alone[[c for c in range(8) if c >> i & 1]].sum() for i in range(3)] == pytest.approx(share.tolist())
    paired = mixture(share, [3], (0.0,))
    assert paired[3] * paired[0] / (paired[1] * paired[2]) == pytest.approx(3)
    kinds = mixture(share, [], (-0.35, 0.35))
    assert kinds[3] * kinds[0] / (kinds[1] * kinds[2]) > 1.05


def test_damage_keeps_sightings_and_moves_people() -> None:
    counts = np.array([0.0, 300, 200, 60, 150, 40, 30, 20])
    hurt = damage(counts, 0.2, 0.0, np.random.default_rng(1))
    sightings = np.array([c.bit_count() for c in range(8)])
    assert hurt @ sightings == counts @ sightings
    assert hurt.sum() > counts.sum()
    merged = damage(counts, 0.0, 0.05, np.random.default_rng(1))
    assert merged @ sightings == counts @ sightings
    assert merged.sum() < counts.sum()


def test_a_stopped_study_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    bench_count.arguments(parser)
    words = ["--coverage", "--json", "--seed", "95000000", "--results", str(tmp_path / "rows.csv")]
    bench_count.run(parser.parse_args([*words, "--worlds", "3", "--minutes", "0"]))
    first = (tmp_path / "rows.csv").read_text().splitlines()
    assert len(first) == 2
    bench_count.run(parser.parse_args([*words, "--worlds", "3"]))
    rows = (tmp_path / "rows.csv").read_text().splitlines()
    assert rows[:2] == first
    assert len(rows) == 4
    capsys.readouterr()
    bench_count.run(parser.parse_args([*words, "--worlds", "3"]))
    document = json.loads(capsys.readouterr().out)
    assert document["worlds"] == 3
    assert (tmp_path / "rows.csv").read_text().splitlines() == rows
    assert set(document["summaries"][0]) >= {"coverage", "refused_with_overlap", "width_ratio"}
