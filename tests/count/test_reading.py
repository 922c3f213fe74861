"""Tables are read from counts, from people and in strata; what makes no sense is refused by its row."""

from pathlib import Path

import numpy as np
import pytest
from mse_tables import TABLES, load

from heed.count.reading import read, read_text
from heed.count.tables import table
from heed.lib.errors import HeedError

GOOD = "A,B,C,count\n1,0,0,5\n0,1,0,4\n1,1,1,2\n"

BAD = {
    "negative": ("A,B,count\n1,0,5\n0,1,-3\n", "Row 3: the count -3 is negative"),
    "fractional": ("A,B,count\n1,0,2.5\n", "Row 2: the count 2.5 is not a whole number"),
    "words": ("A,B,count\n1,0,many\n", "Row 2: the count many is not a number"),
    "missing": ("A,B,count\n1,0,\n", "Row 2: the count is missing"),
    "overflow": ("A,B,count\n1,0,99999999999999999999999\n", "Row 2: the count 9+ is too large"),
    "scientific": ("A,B,count\n1,0,1e400\n", "Row 2: the count 1e400 is not a number"),
    "nobody": ("A,B,count\n0,0,5\n1,0,3\n", "Row 2: this history is on no list"),
    "twice": ("A,B,count\n1,0,5\n0,1,2\n1,0,3\n", "Row 4 repeats the history of row 2"),
    "twenty lists": (",".join(f"L{i}" for i in range(20)) + ",count\n" + "1," * 20 + "5\n", "20 lists"),
    "empty": ("", "empty"),
    "only blanks": ("\n \n", "empty"),
    "no rows": ("A,B,count\n", "no rows"),
    "headers are numbers": ("1,0,5\n0,1,4\n", "Row 1: '1' is a number"),
    "not lists": ("name,place,count\nx1,y,4\nz,w,2\n", "not lists"),
    "same name": ("A,A,count\n1,0,5\n", "same name"),
    "no name": ("A,,count\n1,0,5\n", "column 2 has no name"),
    "short row": ("A,B,count\n1,0\n", "Row 2 has 2 values where the header has 3"),
    "two in a list": ("A,B,count\n1,0,5\n2,1,4\n1,1,4\n", "Row 3: the list A has '2'"),
    "all zero": ("A,B,count\n1,0,0\n0,1,0\n", "nobody was observed"),
    "zero bytes": ("A,B\0,count\n1,0,5\n", "zero bytes"),
    "backwards range": ("A,B,count\n1,0,9-3\n", "Row 2: the range 9 to 3"),
    "impossible and seen": ("A,B,s,count\n1,0,a,3\n1,0,b,impossible\n", "impossible"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_by_its_row(name: str) -> None:
    text, sentence = BAD[name]
    with pytest.raises(HeedError, match=sentence) as refusal:
        read_text(text.replace("A,B,s,", "A,B,stratum,"))
    assert refusal.value.exit_code == 2


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(HeedError, match="cannot be read"):
        read(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"A,B\n\xff\xfe")
    with pytest.raises(HeedError, match="not UTF-8"):
        read(tmp_path / "bytes.csv")


def test_counts_are_read() -> None:
    found = read_text(GOOD).table
    assert found.lists == ("A", "B", "C")
    assert found.counts.tolist() == [0, 5, 4, 0, 0, 0, 0, 2]
    assert (found.observed, found.overlaps) == (11, 2)
    assert load("Kosovo").observed == 4400


def test_other_separators_and_a_byte_order_mark() -> None:
    assert read_text(GOOD.replace(",", ";")).table.observed == 11
    assert read_text(GOOD.replace(",", "\t")).table.observed == 11


def test_a_row_per_person_with_covariates() -> None:
    found = read_text("A,B,age,area\n1,0,14,north\n1,1,15,south\n0,1,16,north\n0,1,17,south\n")
    assert found.table.counts.tolist() == [0, 1, 2, 1]
    assert found.people is not None
    assert found.people.covariates == {"age": ["14", "15", "16", "17"], "area": ["north", "south", "north", "south"]}


def test_ranges_and_structural_zeros() -> None:
    found = read_text("A,B,C,count\n1,0,0,5\n0,1,0,<5\n0,0,1,1-4\n1,1,0,impossible\n").table
    assert [(c.history, c.low, c.high) for c in found.censored] == [(2, 0, 4), (4, 1, 4)]
    assert not found.possible[3]
    assert found.structural is not None


def test_strata_drop_the_list_that_could_not_see() -> None:
    found = read_text("A,B,C,stratum,count\n1,0,0,girls,5\n0,1,1,girls,3\n1,0,x,boys,4\n1,1,x,boys,2\n")
    assert found.strata["boys"].lists == ("A", "B")
    assert "C could not have seen" in found.strata["boys"].notes[0]
    assert found.strata["boys"].observed + found.strata["girls"].observed == found.table.observed


def test_the_fingerprint_ignores_order_and_sees_one_person() -> None:
    lines = (TABLES / "Western.csv").read_text().splitlines()
    shuffled = "\n".join([lines[0], *reversed(lines[1:])])
    assert read_text(shuffled).table.fingerprint == load("Western").fingerprint
    western = load("Western")
    assert western.relabelled([2, 0, 1, 4, 3]).fingerprint == western.fingerprint
    more = western.counts.copy()
    more[3] += 1
    assert western.with_counts(more).fingerprint != western.fingerprint


def test_tables_are_checked_when_built_by_hand() -> None:
    assert table(("A", "B"), {"10": 3, "11": 2}).counts.tolist() == [0, 3, 0, 2]
    for counts in (np.array([0, 1.0, -1, 2]), np.array([0, np.nan, 1, 1]), np.array([1.0, 1, 1, 1]), np.zeros(3)):
        with pytest.raises(HeedError):
            table(("A", "B"), counts)
