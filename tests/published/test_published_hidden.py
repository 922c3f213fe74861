"""Hidden, missing and rounded cells: the truth stays inside the bounds, and none of them is ever read as zero."""

import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published_invented import Borough, Cell

from heed.scrutiny.published.bounds import Bounds, exactly
from heed.scrutiny.published.importing import Imported, read_folder
from heed.scrutiny.published.index import Statistics
from heed.scrutiny.published.measures import BY_KEY
from heed.scrutiny.published.symbols import Kind

pytest_plugins = ["published_fixtures"]

CSE, CONFERENCES, POLICE = BY_KEY["cse"], BY_KEY["conferences"], BY_KEY["source_police"]


def hide(values: list[int]) -> list[str]:
    """Suppress as the Department says it does: 1 to 5, and the next smallest where one alone would be worked out."""
    hidden = {i for i, value in enumerate(values) if 1 <= value <= 5}
    if len(hidden) == 1:
        others = [i for i, value in enumerate(values) if value > 5]
        hidden |= {min(others, key=lambda i: values[i])} if others else set()
    return ["c" if i in hidden else str(value) for i, value in enumerate(values)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(truth=st.lists(st.one_of(st.integers(0, 8), st.integers(0, 400)), min_size=11, max_size=11))
def test_the_truth_stays_inside_the_bounds_whatever_the_department_hides(tmp_path: Path, truth: list[int]) -> None:
    """An invented region with known counts is suppressed; every bound must hold, and hold no zero for a hidden one."""
    shown = hide(truth)
    region = round(sum(truth) / 10) * 10
    folder = Borough(councils=11, cells={"Child_sexual_exploitation": lambda council, _: shown[council]}).write(
        tmp_path
    )
    restated(folder / "factors.csv", region)
    read = read_folder(folder).cells.filter(pl.col("measure") == "child_sexual_exploitation", pl.col("year") == 2024)
    found = read.filter(pl.col("level") == "council").sort("number")
    for value, text, low, high in zip(truth, shown, found["low"], found["high"], strict=True):
        assert low <= value <= high
        assert (low > 0 and high >= 5) if text == "c" else low == high == value


def restated(path: Path, total: int) -> None:
    """Put the true rounded total of a column into the region's and England's rows."""
    lines = path.read_text().splitlines()
    place = lines[0].split(",").index("Child_sexual_exploitation")
    for number, line in enumerate(lines):
        fields = line.split(",")
        if fields[2] in ("Regional", "National"):
            fields[place] = str(total)
            lines[number] = ",".join(fields)
    path.write_text("\n".join(lines) + "\n")


def test_hidden_bands_are_bounded_by_their_row_and_never_below_one_to_five(tmp_path: Path) -> None:
    """Out of 400 conferences 320 and 60 are known: the two hidden bands share at most 20."""
    hidden: dict[str, Cell] = {
        "duration_0-10_days": lambda council, year: "c" if council == 0 else 0,
        "duration_16-20_days": lambda council, year: "c" if council == 0 else 0,
        "duration_21+_days": lambda council, year: 60,
    }
    statistics = Borough(cells=hidden).statistics(tmp_path)
    cell = statistics.cell("conferences", "duration_0-10_days", 2024, "901")
    assert cell is not None
    assert (cell.bounds.low, cell.bounds.high <= 19) == (1, True)
    figure = statistics.figure(CONFERENCES, statistics.places.find("901"), 2024)
    assert figure.bounds.low == pytest.approx(100 * 321 / 400)
    assert figure.why == "small numbers are hidden"


def test_a_hidden_number_is_never_worked_out_although_the_row_gives_it_away(tmp_path: Path) -> None:
    """397 of 400 are shown, so the hidden band is 3; it is still told as 1 to 5."""
    hidden: dict[str, Cell] = {
        "duration_11-15_days": lambda council, year: "c" if council == 0 else 320,
        "duration_0-10_days": lambda council, year: 317 if council == 0 else 0,
    }
    cell = Borough(cells=hidden).statistics(tmp_path).cell("conferences", "duration_11-15_days", 2024, "901")
    assert cell is not None
    assert cell.bounds == Bounds(1, 5)


@pytest.mark.parametrize("sign", ["x", "u", ":", "z", ""])
def test_what_is_not_published_is_no_number_at_all(tmp_path: Path, sign: str) -> None:
    statistics = Borough(cells={"Child_sexual_exploitation": lambda c, y: sign if c == 0 else 60}).statistics(tmp_path)
    figure = statistics.figure(CSE, statistics.places.find("901"), 2024)
    assert not figure.is_published
    assert figure.text.startswith("not published (")
    assert figure.bounds.high == math.inf


def test_a_true_zero_is_zero(tmp_path: Path) -> None:
    statistics = Borough(cells={"Child_sexual_exploitation": lambda c, y: 0 if c == 0 else 60}).statistics(tmp_path)
    assert statistics.figure(CSE, statistics.places.find("901"), 2024).bounds == exactly(0)


def test_a_small_hidden_share_is_not_told_as_zero(tmp_path: Path) -> None:
    statistics = Borough(cells={"police": lambda c, y: "c" if c == 0 else 700}).statistics(tmp_path)
    text = statistics.figure(POLICE, statistics.places.find("901"), 2024).text
    assert text.startswith("above 0, at most")


def test_a_peer_that_publishes_nothing_is_left_out_of_both_sides(tmp_path: Path) -> None:
    statistics = Borough(cells={"Child_sexual_exploitation": lambda c, y: "x" if c == 1 else 60}).statistics(tmp_path)
    places = [statistics.places.find(number) for number in ("901", "902", "903")]
    pooled = statistics.pooled(CSE, places, 2024, "peers")
    assert (pooled.numerator, pooled.denominator) == (exactly(120), exactly(100_000))
    assert "(2 of 3 councils)" in pooled.label


def test_population_is_not_taken_for_rounded_and_counts_of_england_are(excerpt: Statistics) -> None:
    england = excerpt.places.england
    children = excerpt.children(england.key, 2024)
    assert children is not None
    assert (children.raw, children.kind) == ("11998646", Kind.EXACT)
    assert excerpt.number(CSE, england, 2024).bounds == Bounds(13_855, 13_865)


def test_the_department_hides_more_than_small_numbers(release: Imported) -> None:
    """Two councils share 52 hidden episodes in 2021: 'c' cannot mean 1 to 5 there, and is not read so."""
    cells = release.cells.filter(
        pl.col("measure") == "gangs", pl.col("year") == 2021, pl.col("region") == "E12000005", pl.col("raw") == "c"
    )
    assert cells.height == 2
    assert cells["high"].min() > 50


def test_no_hidden_or_missing_cell_of_the_release_has_zero_as_its_only_value(release: Imported) -> None:
    unsure = release.cells.filter(pl.col("kind").is_in([Kind.SUPPRESSED, Kind.MISSING, Kind.NOT_APPLICABLE]))
    assert unsure.height > 30_000
    assert unsure.filter(pl.col("high") == 0).is_empty()
    counts = release.cells.filter((pl.col("kind") == Kind.SUPPRESSED) & pl.col("counts"))
    assert counts["low"].min() == 1
    assert counts.filter(pl.col("level") == "council")["high"].min() >= 5
