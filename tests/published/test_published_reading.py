"""Files as people have them: encodings, delimiters, broken rows, and things that are no table at all."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published_invented import Borough

from heed.lib.errors import HeedError
from heed.scrutiny import published
from heed.scrutiny.published.importing import read_folder
from heed.scrutiny.published.index import statistics_of
from heed.scrutiny.published.measures import MEASURES
from heed.scrutiny.published.rows import RowFault, year_of

EXCERPT = Path(__file__).parent / "excerpt"
PACKAGE = Path(published.__path__[0])
FACTORS = "c3_factors_identified_at_end_of_assessment_2018_to_2024.csv"
HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
    "new_la_code,la_name,category,Referrals,Re_referrals\r\n"
)
ENGLAND = "2024,Reporting year,National,E92000001,England,,,,,,R,100,20\r\n"
COUNCIL = "2024,Reporting year,Local authority,E92000001,England,E12000099,Nowhere,901,E06000901,Nowhere,R,9,2\r\n"


def folder_with(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "c1.csv") -> Path:
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = HEADER + ENGLAND + COUNCIL.replace("Nowhere,R", "Nowhère,R")
    imported = read_folder(folder_with(tmp_path, text, encoding))
    assert statistics_of(imported).places.find("Nowhère").key == "901"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_that_saved_with_another_delimiter_is_read(tmp_path: Path, delimiter: str) -> None:
    imported = read_folder(folder_with(tmp_path, (HEADER + ENGLAND + COUNCIL).replace(",", delimiter)))
    assert imported.cells.height == 4


def test_files_in_folders_below_are_found_and_others_left(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    folder_with(tmp_path / "data", HEADER + ENGLAND + COUNCIL)
    (tmp_path / "notes.txt").write_text("not a table")
    assert [file.name for file in read_folder(tmp_path).files] == ["data/c1.csv"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (COUNCIL.replace(",9,2", ",9"), "has 12 fields where the header has 13"),
        (COUNCIL.replace("2024", "2024/25"), "is not a year"),
        (COUNCIL.replace("2024", "202426"), "does not run from one year to the next"),
        (COUNCIL.replace("Local authority", "Parish"), "is none of National, Regional, Local authority"),
        (COUNCIL.replace("E06000901", "E0600"), "is not a code of the Office for National Statistics"),
        (COUNCIL.replace("901,E", "9O1,E"), "is not a three-figure local authority number"),
        (COUNCIL.replace("E06000901,Nowhere", "E06000901,"), "has no name beside it"),
        (COUNCIL, "the same place and year stand in row 3"),
        (COUNCIL.replace("2024", "2023").replace(",9,2", ",nine,2"), "is neither a number nor one of"),
        (COUNCIL.replace("2024", "2023").replace(",9,2", ",-9,2"), "is neither a number nor one of"),
        (COUNCIL.replace("2024", "2023").replace(",9,2", ',"1,234",2'), "is neither a number nor one of"),
        (COUNCIL.replace("2024", "2023").replace(",9,2", ",1e999,2"), "is neither a number nor one of"),
        (COUNCIL.replace("2024", "2023").replace(",9,2", ",٩,2"), "is neither a number nor one of"),
        (COUNCIL.replace("2024", "2023").replace(",9,2", ",=9,2"), "is neither a number nor one of"),
    ],
)
def test_what_cannot_be_taken_is_listed_with_row_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    imported = read_folder(folder_with(tmp_path, HEADER + ENGLAND + COUNCIL + row))
    [reject] = imported.rejects
    assert (reject.file, reject.row) == ("c1.csv", 4)
    assert reason in reject.reason
    assert statistics_of(imported).cell("referrals", "referrals", 2024, "901") is not None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x00\x01\x02", "is not a text file"),
        (b"a,b\r\n1,2\r\n", "has no columns"),
        (b"", "has no columns"),
        (HEADER.encode(), "has no row that can be taken"),
        (HEADER.replace("Re_referrals", "Referrals").encode() + ENGLAND.encode(), "names the column 'referrals' twice"),
        (HEADER.encode() + b'2024,"Reporting', "is not a well-formed CSV file"),
    ],
)
def test_a_file_that_is_no_table_is_named_and_the_rest_is_read(tmp_path: Path, content: bytes, reason: str) -> None:
    folder_with(tmp_path, HEADER + ENGLAND + COUNCIL)
    (tmp_path / "other.csv").write_bytes(content)
    [reject] = read_folder(tmp_path).rejects
    assert reject.file == "other.csv"
    assert reason in reject.reason


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_tables_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(HeedError, match=r"is not a folder|nothing to import"):
        read_folder(tmp_path / name)


def test_of_two_releases_of_one_table_the_later_wins_and_that_is_said(tmp_path: Path) -> None:
    older = (HEADER + ENGLAND + COUNCIL).replace("2024", "2023").replace(",9,2", ",8,2")
    folder_with(tmp_path, older, name="z_older.csv")
    folder_with(tmp_path, HEADER + ENGLAND + COUNCIL + older.removeprefix(HEADER).replace(",8,2", ",7,2"))
    imported = read_folder(tmp_path)
    cell = statistics_of(imported).cell("referrals", "referrals", 2023, "901")
    assert cell is not None
    assert cell.raw == "7"
    assert any("z_older.csv is set aside" in note for note in imported.notes)


def test_two_different_files_of_one_release_are_refused(tmp_path: Path) -> None:
    folder_with(tmp_path, HEADER + ENGLAND + COUNCIL)
    folder_with(tmp_path, HEADER + ENGLAND + COUNCIL.replace(",9,2", ",8,2"), name="c2.csv")
    with pytest.raises(HeedError, match="are both"):
        read_folder(tmp_path)


def test_the_column_names_of_a_later_release_are_known(tmp_path: Path) -> None:
    """The release of the year ending March 2025 names the same columns anew."""
    renamed = HEADER.replace("Re_referrals", "rereferral_count").replace("Referrals", "referral_count")
    statistics = statistics_of(read_folder(folder_with(tmp_path, renamed + ENGLAND + COUNCIL)))
    cell = statistics.cell("referrals", "re_referrals", 2024, "901")
    assert cell is not None
    assert (cell.column, cell.raw) == ("rereferral_count", "2")


def test_the_digest_names_the_files_and_nothing_else(tmp_path: Path) -> None:
    first = read_folder(Borough().write(tmp_path / "one"))
    again = read_folder(Borough().write(tmp_path / "two"))
    other = read_folder(Borough(cells={"Gangs": lambda council, year: 41}).write(tmp_path / "three"))
    assert first.digest == again.digest != other.digest


@pytest.mark.parametrize(("text", "year"), [("2024", 2024), ("202324", 2024), ("209900", 2100)])
def test_years_are_those_in_which_they_end(text: str, year: int) -> None:
    assert year_of(text) == year


@given(st.text(max_size=8))
def test_no_text_but_a_year_is_a_year(text: str) -> None:
    try:
        assert 2000 <= year_of(text) <= 2100
    except RowFault:
        assert not (len(text) == 4 and text.isascii() and text.isdigit() and text.startswith("20"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_never_invents_a_number(tmp_path: Path, data: st.DataObject) -> None:
    """Flip, cut and insert bytes in a real file: a table or a HeedError comes back, its numbers from the file."""
    content = bytearray((EXCERPT / FACTORS).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.binary(max_size=6))
        cut = data.draw(st.integers(0, 40))
        content[place : place + cut] = piece
    (tmp_path / "damaged.csv").write_bytes(content)
    try:
        imported = read_folder(tmp_path)
    except HeedError:
        return
    numbers = {f"{value:g}" for value in imported.cells["value"].drop_nulls().unique()}
    text = bytes(content).decode("cp1252", errors="replace")
    missing = [number for number in numbers if number.removesuffix(".0") not in text and "e+" not in number]
    assert missing == []


def test_a_release_that_prints_no_rates_is_worked_out_from_its_counts(tmp_path: Path) -> None:
    """The release of the year ending March 2025 leaves the rates out; ours come from counts and population anyway."""
    for path in EXCERPT.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        kept = [place for place, name in enumerate(rows[0]) if not name.endswith(("_rate", "_percent"))]
        with open(tmp_path / path.name, "w", newline="") as out:
            csv.writer(out).writerows([row[place] for place in kept] for row in rows)
    bare, full = statistics_of(read_folder(tmp_path)), statistics_of(read_folder(EXCERPT))
    assert (bare.recount.compared, full.recount.compared > 1_000) == (0, True)
    for measure in MEASURES:
        for place in full.places.councils():
            assert bare.figure(measure, place, 2024).bounds == full.figure(measure, place, 2024).bounds


def test_the_package_stands_without_django() -> None:
    """Every module is pure: read, compare and draw in an environment that has no Django."""
    names = [f"heed.scrutiny.published.{path.stem}" for path in PACKAGE.glob("*.py")]
    lines = ["import importlib, sys", f"for name in {names}: importlib.import_module(name)"]
    lines += ["assert not [name for name in sys.modules if name.startswith('django')]"]
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
