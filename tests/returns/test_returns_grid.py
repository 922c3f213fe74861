"""The quick way to check a plain block and the slow way say the same of every file."""

import datetime as dt
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import heed.returns.delimited as delimited
from heed.lib.errors import HeedError
from heed.returns.grid import PAD, Grid, suspects
from heed.returns.grid import grid_of as grid_of_piece
from heed.returns.rows import Item
from heed.returns.ssda903.read import read

DAYS = st.dates(dt.date(1899, 1, 1), dt.date(2102, 1, 1)).map(lambda day: day.strftime("%d/%m/%Y").zfill(10))
WORDS = '|NULL|nan|43831|M|a|M |\'=1|#N/A|é|xxxxxxxxxxxx|"quoted, twice"| '
DATES = "29/02/2019|29/02/2020|31/04/2020|00/01/2020|1/2/2020|2020-01-02|12/25/2020|01/01/1899|01/01/2101"
ODD = st.sampled_from([*WORDS.split("|"), *DATES.split("|")])
CELLS = {
    "CHILD": st.sampled_from(["1", "2", "3", "4", "CHILD-WITH-LONG-ID-5", "CHILD-WITH-LONG-ID-6"]),
    "DOB": DAYS,
    "MISSING": st.sampled_from(["M", "A", "M", "A", "Q", "m"]),
    "MIS_START": DAYS,
    "MIS_END": st.just("") | DAYS,
}
LINES = st.lists(
    st.tuples(*(st.one_of(cell, cell, cell, cell, cell, cell, ODD) for cell in CELLS.values())), max_size=25
)
PLAIN_LINES = st.lists(st.tuples(*CELLS.values()), max_size=25)


def grid_of(body: str, width: int, delimiter: str) -> Grid | None:
    """Return the grid of a piece written as text."""
    data = body.encode()
    return grid_of_piece(bytearray(data + b"\n" * PAD), len(data), width, delimiter)


def answer(path: Path) -> tuple[list[Item], str]:
    """Return what a reader says of a file."""
    try:
        return list(read(path)), ""
    except HeedError as refusal:
        return [], str(refusal)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES | PLAIN_LINES, repeat=st.booleans(), header=st.booleans())
def test_both_ways_give_the_same_answer(
    tmp_path: Path, lines: list[tuple[str, ...]], repeat: bool, header: bool
) -> None:
    text = "\n".join([",".join(CELLS), *(",".join(line) for line in (*lines, *lines[: 3 * repeat]))]) + "\n"
    (tmp_path / "missing.csv").write_text(text, encoding="utf-8")
    names = "CHILD,SEX,DOB\n1,1,01/02/2010\n2,2,01/02/2010\n3,2,01/02/2010\n"
    (tmp_path / "header.csv").write_text(names if header else "CHILD,SEX,DOB\n")
    quick = answer(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "grid_of", lambda *_: None)
        slow = answer(tmp_path)
    assert quick[1].split("(for example")[0] == slow[1].split("(for example")[0]
    assert Counter(map(comparable, quick[0])) == Counter(map(comparable, slow[0]))


def comparable(item: Item) -> str:
    """Return an item in full, but for the one example that a note about a whole column picks."""
    text = repr(item._replace(cells={}) if hasattr(item, "cells") else item)
    return text.split("reason=")[1] if "mixed" in text or "month first:" in text else text


def test_a_plain_file_goes_the_quick_way_and_is_cut_only_when_asked(tmp_path: Path) -> None:
    grid = grid_of("1,01/02/2010,M\n2,29/02/2020,A", 3, ",")
    assert grid is not None
    days = grid.days(1)
    assert days is not None
    assert days.tolist() == [20100201, 20200229]
    assert grid.flat == []
    assert [grid.text(row, place) for row in range(2) for place in range(3)] == [
        *("1", "01/02/2010", "M"),
        *("2", "29/02/2020", "A"),
    ]


@pytest.mark.parametrize(
    "body", ['1,"a",3', "1,a", "1,2,3,4", "1, a,3", "1,a ,3", " 1,a,3", "1,a,3 ", "1,é,3", "1,\x07,3", "1,a\n2,3"]
)
def test_what_is_not_plain_has_no_grid(body: str) -> None:
    assert grid_of(body, 3, ",") is None


def test_every_day_of_two_centuries_is_read_as_the_calendar_has_it() -> None:
    first = dt.date(1900, 1, 1)
    days = [first + dt.timedelta(days=number) for number in range((dt.date(2101, 1, 1) - first).days)]
    grid = grid_of("\n".join(day.strftime("%d/%m/%Y") for day in days), 1, ",")
    assert grid is not None
    numbers = grid.days(0)
    assert numbers is not None
    assert numbers.tolist() == [day.year * 10_000 + day.month * 100 + day.day for day in days]
    for wrong in ("29/02/1900", "29/02/2100", "29/02/2023", "31/06/2020", "32/01/2020", "01/13/2020", "0a/01/2020"):
        bad = grid_of(wrong, 1, ",")
        assert bad is not None
        assert bad.days(0) is None, wrong


def test_rows_with_the_same_key_are_suspected() -> None:
    assert suspects([np.array([5, 6, 5, 7]), np.array([1, 1, 1, 1])]) == [0, 2]
    assert suspects([np.array([5, 6, 5, 7]), np.array([1, 1, 2, 1])]) == []
