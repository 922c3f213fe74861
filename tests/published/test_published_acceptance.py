"""The real figures that the issue names, from the real files, and how long they take."""

import time
from pathlib import Path

import polars as pl
import pytest

from heed.scrutiny.published.bounds import exactly
from heed.scrutiny.published.checks import recount
from heed.scrutiny.published.council import council_report
from heed.scrutiny.published.importing import Imported, read_folder
from heed.scrutiny.published.index import Statistics, statistics_of
from heed.scrutiny.published.measures import BY_KEY, MEASURES
from heed.scrutiny.published.national import national_report
from heed.scrutiny.published.symbols import Kind
from heed.scrutiny.published.view import surroundings

pytest_plugins = ["published_fixtures"]

CSE = {2018: 282, 2019: 219, 2020: 283, 2021: 231, 2022: 161, 2023: 134, 2024: 100}
CCE = {2022: 162, 2023: 170, 2024: 127}
CONFERENCES = {2013: "64.3%", 2017: "88.7%", 2020: "56.3%", 2021: "47.8%", 2024: "82.4%"}


@pytest.mark.parametrize("source", ["excerpt", "whole"])
def test_rotherham_stands_where_the_issue_says(source: str, request: pytest.FixtureRequest) -> None:
    statistics: Statistics = request.getfixturevalue(source)
    rotherham = statistics.places.find("Rotherham")
    assert rotherham.code == "E08000018"
    for key, expected in (("cse", CSE), ("cce", CCE)):
        for year, number in expected.items():
            assert statistics.number(BY_KEY[key], rotherham, year).bounds == exactly(number)
    for year, share in CONFERENCES.items():
        assert statistics.figure(BY_KEY["conferences"], rotherham, year).text == share
    assert statistics.figure(BY_KEY["assessments"], rotherham, 2024).text == "82.2%"


def test_the_conference_share_is_over_all_conferences_and_not_over_the_bands(excerpt: Statistics) -> None:
    figure = excerpt.figure(BY_KEY["conferences"], excerpt.places.find("372"), 2013)
    assert (figure.numerator, figure.denominator) == (exactly(225), exactly(350))


@pytest.mark.parametrize(
    ("key", "year", "text"),
    [("conferences", 2013, "69.7%"), ("conferences", 2024, "79.7%"), ("assessments", 2024, "84.5%")],
)
def test_england_stands_where_the_standards_page_says(whole: Statistics, key: str, year: int, text: str) -> None:
    assert whole.figure(BY_KEY[key], whole.places.england, year).text == text


def test_england_counts_are_carried_as_five_either_way(excerpt: Statistics) -> None:
    counts = [excerpt.number(BY_KEY["cse"], excerpt.places.england, year).bounds for year in CSE]
    assert [(b.low + 5, b.high - 5) for b in counts] == [
        (n, n) for n in (20_000, 18_720, 18_700, 16_830, 16_330, 15_020, 13_860)
    ]


def test_everything_is_read_and_nothing_is_rejected(release: Imported) -> None:
    assert len(release.files) == 30
    assert release.rejects == ()
    assert {file.table for file in release.files} - {""} == {m.table for m in MEASURES} | {"population"}
    assert release.cells.height == 488_209


def test_every_printed_rate_and_share_comes_out_again(release: Imported) -> None:
    """The strongest check on the reading: population year, joins, bounds and rounding must all be right."""
    found = recount(release.cells)
    assert found.compared > 49_000
    assert found.differing == ()


def test_the_recount_notices_a_population_of_the_wrong_year(release: Imported) -> None:
    shifted = release.cells.with_columns(
        year=pl.when(pl.col("table") == "population").then(pl.col("year") + 1).otherwise(pl.col("year"))
    )
    assert recount(shifted).agreed < 0.5 * recount(shifted).compared


def test_hidden_and_missing_factor_cells_are_those_the_standards_page_counts(release: Imported) -> None:
    cells = release.cells.filter((pl.col("measure") == "child_sexual_exploitation") & (pl.col("level") == "council"))
    assert cells.height == 1_063
    assert cells["kind"].value_counts().sort("kind").rows() == [
        (Kind.EXACT, 1_055),
        (Kind.MISSING, 4),
        (Kind.NOT_APPLICABLE, 1),
        (Kind.SUPPRESSED, 3),
    ]
    assert cells.filter(pl.col("value") == 0).height == 13
    assert cells["name"].n_unique() == 157
    assert cells["code"].n_unique() == 161


def test_all_councils_and_all_years_from_raw_files_in_under_ten_seconds(release_folder: Path) -> None:
    """Reading and every measure of every council and year; processor time, since other work shares the machine."""
    start = time.process_time()
    statistics = statistics_of(read_folder(release_folder))
    figures = [
        statistics.figure(measure, place, year)
        for measure in MEASURES
        for place in statistics.places.by_key.values()
        for year in statistics.years
    ]
    national_report(surroundings(statistics))
    taken = time.process_time() - start
    assert len(figures) == len(MEASURES) * len(statistics.places.by_key) * 12
    assert len(statistics.places.councils(year=2024)) == 153
    assert taken < 10, f"took {taken:.1f} s"


@pytest.mark.long
def test_every_council_of_every_year_has_a_report(whole: Statistics) -> None:
    around = surroundings(whole)
    for place in whole.places.councils():
        report = council_report(around, place)
        assert report.subject == place.name
        assert sum(1 for _ in report.figures()) > 20
