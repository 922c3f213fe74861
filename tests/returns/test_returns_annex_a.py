"""Annex A: messy workbooks come in clean, and what goes out reads back as it was."""

from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from python_calamine import CalamineWorkbook

from heed.lib.errors import HeedError
from heed.returns.annex_a.asked import Window, months_before
from heed.returns.annex_a.events import events
from heed.returns.annex_a.read import read
from heed.returns.annex_a.synonyms import CodeList, code_list, specification
from heed.returns.annex_a.tables import TABLES, match_headers
from heed.returns.annex_a.write import write_annex_a
from heed.returns.cin.events import events as cin_events
from heed.returns.cin.read import read as read_cin
from heed.returns.identity import identity_digest
from heed.returns.journey import ChildDetails, Contact, Event, Plan
from heed.returns.rows import Doubt, Reject, Row
from heed.returns.ssd.events import events as ssd_events
from heed.returns.ssd.read import read as read_ssd
from heed.returns.ssda903.events import events as care_events
from heed.returns.ssda903.read import read as read_903
from heed.returns.synthetic import synthetic_census


def told(path: Path) -> list[Event]:
    return [event for event in events(read(path)) if not isinstance(event, Reject | Doubt)]


def test_the_shared_workbook_comes_in_whole(shared: Path) -> None:
    path = shared / "data" / "annex-a" / "Annex_A.xlsx"
    items = list(read(path))
    rows = Counter(item.table for item in items if isinstance(item, Row))
    expected = {
        name: len(CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()) - 1
        for name in CalamineWorkbook.from_path(path).sheet_names
    }
    assert rows == expected
    assert not [item for item in items if isinstance(item, Reject)]


def test_every_cell_of_the_shared_workbook_is_the_cell_that_another_reader_sees(shared: Path) -> None:
    path = shared / "data" / "annex-a" / "Annex_A.xlsx"
    book = CalamineWorkbook.from_path(path)
    dates = [(table.name, column.name) for table in TABLES for column in table.columns if column.kind == "date"]
    compared = 0
    for row in (item for item in read(path) if isinstance(item, Row)):
        sheet = book.get_sheet_by_name(row.sheet).to_python(skip_empty_area=False)
        for column, letter in row.cells.items():
            if (row.table, column) in dates and row.values[column]:
                cell = sheet[row.line - 1][letters_to_number(letter)]
                assert row.values[column] == cell.isoformat()
                compared += 1
    assert compared > 150


def letters_to_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def test_synonyms_are_those_of_the_shared_schema(shared: Path) -> None:
    text = (shared / "data" / "annex-a" / "Annex_A_schema.yml").read_text(encoding="utf-8")
    columns = yaml.load(text, Loader=yaml.CSafeLoader)["column_map"]
    checked = 0
    for name, listed in columns.items():
        ours = {c["name"]: c for c in specification()["lists"][name]}
        assert list(ours) == list(listed)
        for column, spec in listed.items():
            for entry in spec.get("category", []):
                names = entry.get("name") or []
                for synonym in [names] if isinstance(names, str) else names:
                    codes = code_list(ours[column]["codes"]).exact[str(synonym)]
                    assert str(entry["code"]).strip().casefold() in {str(code).casefold() for code in codes} or (
                        " ".join(str(entry["code"]).split()).casefold() in {str(code).casefold() for code in codes}
                    )
                    checked += 1
    assert checked > 29_000


def test_a_text_that_the_list_has_under_two_codes_is_doubted() -> None:
    codes = CodeList([{"code": "a) One", "names": ["x"]}, {"code": "b) Two", "names": ["X"]}])
    assert codes.find("x") == ("a) One", "")
    assert codes.find(" X  ") == ("a) One", "this is written for more than one code (a) One, b) Two)")


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("CHILD UNIQUE ID.", "Child Unique ID"),
        ("Unique Child identifier", "Child Unique ID"),
        ("Age", "Age of Child (Years)"),
        ("Date of  contact", "Date of Contact"),
        ("Contact Sourse", "Contact Source"),
    ],
)
def test_headers_are_found_as_councils_write_them(header: str, column: str) -> None:
    names = [header if name == column else name for name in TABLES[0].names]
    assert match_headers(names, TABLES[0])[column] == names.index(header)


def test_a_stage_is_not_an_age() -> None:
    places = match_headers(["Date Stage 1 started"], TABLES[9])
    assert "Age of Child (Years)" not in places


def test_sheets_may_have_any_name_and_titles_above(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("our contacts")
        sheet.write(0, 0, "Contacts, made up for a test")
        sheet.write_row(2, 0, ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age"])
        sheet.write_row(2, 5, ["Date of Contact", "Contact Source"])
        sheet.write_row(3, 0, [17, "b) Female", "Pakistani", "25/12/2010", 9, 44090, "q) 6: Police"])
    (row,) = [item for item in read(tmp_path) if isinstance(item, Row)]
    assert (row.table, row.line, row.lineage.cell("Date of Contact")) == ("List 1", 4, "F4")
    assert row.values["Date of Contact"] == "2020-09-16"
    assert (row.values["Gender"], row.values["Contact Source"]) == ("F", "6")


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("x").write_row(0, 0, ["Fruit", "Price"])
    with pytest.raises(HeedError, match="Fruit, Price"):
        list(read(tmp_path))


def test_the_shared_workbook_goes_out_and_comes_back_equal(shared: Path, tmp_path: Path) -> None:
    first = told(shared / "data" / "annex-a" / "Annex_A.xlsx")
    write_annex_a(first, tmp_path / "out.xlsx", as_of="2021-03-16", months=None)
    second = told(tmp_path / "out.xlsx")
    on_lists = {event.child for event in first if not isinstance(event, ChildDetails)}
    kept = [e for e in first if not isinstance(e, ChildDetails) or e.child in on_lists]
    assert sorted(second, key=identity_digest) == sorted(kept, key=identity_digest)


def test_what_was_written_reads_back_without_doubts_and_again_equal(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=150, seed=4)
    source = [e for e in cin_events(read_cin(tmp_path / "cin.xml")) if isinstance(e, Event)]
    written = write_annex_a(source, tmp_path / "one.xlsx", as_of="2024-03-31")
    items = list(events(read(tmp_path / "one.xlsx")))
    assert not [item for item in items if isinstance(item, Reject)]
    reasons = {item.reason for item in items if isinstance(item, Doubt)}
    assert reasons == {"the standard demands a value here; it is not known"}  # the census names no workers
    assert written.counts["List 4"] == sum(getattr(e, "KIND", "") == "assessment" for e in items)
    first = [item for item in items if isinstance(item, Event)]
    write_annex_a(first, tmp_path / "two.xlsx", as_of="2024-03-31")
    assert sorted(told(tmp_path / "two.xlsx"), key=identity_digest) == sorted(first, key=identity_digest)


def test_children_in_care_are_listed_by_period_of_care(shared: Path, tmp_path: Path) -> None:
    care = [e for e in care_events(read_903(shared / "data" / "ssda903-synthetic")) if isinstance(e, Event)]
    written = write_annex_a(care, tmp_path / "out.xlsx", as_of="2018-03-31", months=None)
    listed = [item for item in read(tmp_path / "out.xlsx") if isinstance(item, Row) and item.table == "List 8"]
    assert written.counts["List 8"] == len(listed) > 1000
    assert all(row.values["Child's Legal Status"] for row in listed)


def test_the_dataset_fills_the_lists_with_the_names_of_its_workers(tmp_path: Path) -> None:
    tables = {
        "ssd_person": "pers_person_id,pers_sex,pers_ethnicity,pers_dob\nK1,F,APKN,2009-05-01\n",
        "ssd_professionals": "prof_professional_id,prof_professional_name\nW1,Invented Worker\n",
        "ssd_department": "dept_team_id,dept_team_name\nT1,Invented Team\n",
        "ssd_involvements": "invo_involvements_id,invo_professional_id,invo_professional_team,"
        "invo_involvement_start_date,invo_involvement_end_date,invo_person_id\nI1,W1,T1,2024-01-01,,K1\nI0,W0,T0,2023-01-01,2023-12-31,K1\n",
        "ssd_cp_plans": "cppl_cp_plan_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_initial_category\n"
        "P1,K1,2024-02-01,Sexual abuse\n",
        "ssd_cp_visits": "cppv_cp_visit_id,cppv_person_id,cppv_cp_plan_id,cppv_cp_visit_date,cppv_cp_visit_seen_alone\n"
        "V1,K1,P1,2024-02-10,N\nV2,K1,P1,2024-02-20,Y\nV3,K1,P1,2024-04-20,N\n",
        "ssd_cla_episodes": "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_id,"
        "clae_entered_care_date\nE1,K1,2023-06-01,C1,2023-06-01\nE2,K1,2023-09-01,C1,2023-06-01\n",
        "ssd_missing": "miss_table_id,miss_person_id,miss_missing_episode_start_date,miss_missing_episode_type\n"
        "M1,K1,2023-12-01,M\nM2,K1,2022-12-01,M\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    source = [event for event in ssd_events(read_ssd(tmp_path)) if isinstance(event, Event)]
    write_annex_a(source, tmp_path / "out.xlsx", as_of="2024-03-31")
    lines = {item.table: item.values for item in read(tmp_path / "out.xlsx") if isinstance(item, Row)}
    plan, care = lines["List 7"], lines["List 8"]
    assert (plan["Allocated Worker"], plan["Allocated Team"]) == ("Invented Worker", "Invented Team")
    assert (plan["Date of the Last Statutory Visit"], plan["Was the Child Seen Alone?"]) == ("2024-02-20", True)
    assert plan["Initial Category of Abuse"] == "SAB"
    assert care["Date Started to be Looked After"] == "2023-06-01"
    assert care["Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months"] == 1
    assert care["Age of Child (Years)"] == 14


def test_no_text_goes_out_as_a_formula(tmp_path: Path) -> None:
    wicked = '=HYPERLINK("http://evil.invalid","x")'
    plan = Plan(
        child="@SUM(1)",
        identity=("annex-a", "plan", "x"),
        type="protection",
        started_on="2024-01-02",
        first_category="NEG",
        latest_category="NEG",
        worker=wicked,
        team="-2+3",
    )
    contact = Contact(child="@SUM(1)", identity=("x",), made_on="2024-01-02", source="6")
    write_annex_a([plan, contact], tmp_path / "out.xlsx", as_of="2024-02-01")
    book = CalamineWorkbook.from_path(tmp_path / "out.xlsx")
    cells = [str(c) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for c in row]
    assert f"'{wicked}" in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    back = next(event for event in told(tmp_path / "out.xlsx") if isinstance(event, Plan))
    assert (back.child, back.worker, back.team) == ("@SUM(1)", wicked, "-2+3")


def test_the_window_is_counted_in_calendar_months() -> None:
    assert months_before("2024-08-31", 6) == "2024-02-29"
    window = Window("2024-08-31", 6)
    assert window.is_current("2020-01-01", "2024-02-29")
    assert not window.is_current("2020-01-01", "2024-02-28")
    assert not window.is_current("2024-09-01", None)
