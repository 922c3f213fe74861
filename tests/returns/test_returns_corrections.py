"""What was refused can be corrected and handed in again, and a corrected file is told from a copy."""

import csv
from pathlib import Path

import pytest
import xlsxwriter

from heed.lib.errors import HeedError
from heed.returns import STANDARDS, events, read
from heed.returns.columns import guard, unguard
from heed.returns.identity import compare, content_digest, identity_digest
from heed.returns.journey import ChildDetails, Concern, Event, MissingEpisode
from heed.returns.rejects import write_rejects
from heed.returns.rows import Doubt, Reject, Row
from heed.returns.synthetic import synthetic_census

MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"


def told(standard: str, path: Path) -> list[Event]:
    return [event for event in events(standard, read(standard, path)) if not isinstance(event, Reject | Doubt)]


def rejects(standard: str, path: Path) -> list[Reject]:
    return [item for item in read(standard, path) if isinstance(item, Reject)]


def test_refused_rows_come_back_corrected(tmp_path: Path) -> None:
    (tmp_path / "2020-missing.csv").write_text(
        MISSING + "1,01/02/2010,M,31/02/2020,\n=2,01/02/2010,M,soon,\n3,01/02/2010,M,01/02/2020,\n4,01/02/2010,M\n"
    )
    (file,) = write_rejects(rejects("ssda903", tmp_path), tmp_path / "rejects")
    assert "2020" in file.name
    text = file.read_text(encoding="utf-8-sig")
    listed = list(csv.DictReader(text.splitlines()))
    assert [(row["HEED LINE"], row["HEED COLUMN"], row["CHILD"]) for row in listed] == [
        ("5", "", "4"),
        ("2", "MIS_START", "1"),
        ("3", "MIS_START", "'=2"),
    ]
    corrected = text.replace("31/02/2020", "29/02/2020").replace("soon", "03/02/2020").replace("M,,", "M,04/02/2020,")
    file.write_text(corrected, encoding="utf-8-sig")
    assert rejects("ssda903", file) == []
    found = [(e.child, e.started_on) for e in told("ssda903", file) if isinstance(e, MissingEpisode)]
    assert sorted(found) == [("1", "2020-02-29"), ("4", "2020-02-04"), ("=2", "2020-02-03")]


def test_refused_rows_of_a_workbook_come_back_by_list(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("List 1")
        sheet.write_row(0, 0, ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"])
        sheet.write_row(0, 5, ["Date of Contact", "Contact Source"])
        sheet.write_row(1, 0, [17, "b) Female", "k) APKN", 40000, 9, "some day", "q) 6: Police"])
    (file,) = write_rejects(rejects("annex-a", tmp_path / "a.xlsx"), tmp_path / "rejects")
    file.write_text(file.read_text(encoding="utf-8-sig").replace(",some day,", ",16/09/2020,"), encoding="utf-8-sig")
    (row,) = [item for item in read("annex-a", file) if isinstance(item, Row)]
    assert (row.values["Date of Contact"], row.values["Contact Source"]) == ("2020-09-16", "6")


def test_refused_children_of_a_census_come_back_as_xml(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=30, seed=2)
    whole = told("cin", tmp_path / "cin.xml")
    text = (tmp_path / "cin.xml").read_text(encoding="utf-8")
    (tmp_path / "bad.xml").write_text(text.replace("<CINreferralDate>2023-0", "<CINreferralDate>--2023-0"))
    refused = rejects("cin", tmp_path / "bad.xml")
    assert len(refused) > 10
    (file,) = write_rejects(refused, tmp_path / "rejects")
    assert all(reject.reason in file.read_text(encoding="utf-8") for reject in refused)
    file.write_text(file.read_text(encoding="utf-8").replace("<CINreferralDate>--", "<CINreferralDate>"))
    first = {identity_digest(e): content_digest(e) for e in told("cin", tmp_path / "bad.xml")}
    again = {identity_digest(e): content_digest(e) for e in told("cin", file)}
    assert first | again == {identity_digest(e): content_digest(e) for e in whole}


def test_the_same_file_again_is_nothing_new_and_a_corrected_one_is_a_correction(tmp_path: Path) -> None:
    lines = "1,01/02/2010,M,01/02/2020,\n2,01/02/2010,M,01/02/2020,03/02/2020\n3,01/02/2010,A,05/02/2020,\n"
    (tmp_path / "a.csv").write_text(MISSING + lines)
    before = told("ssda903", tmp_path / "a.csv")
    again = compare(before, told("ssda903", tmp_path / "a.csv"))
    assert (again.added, again.corrected, again.gone, again.same) == ((), (), (), 3)
    (tmp_path / "b.csv").write_text(
        MISSING + lines.replace("01/02/2020,\n", "01/02/2020,02/02/2020\n").replace("05/02/2020", "06/02/2020")
    )
    changes = compare(before, told("ssda903", tmp_path / "b.csv"))
    ((was, now),) = changes.corrected
    assert isinstance(was, MissingEpisode)
    assert isinstance(now, MissingEpisode)
    assert (was.ended_on, now.ended_on) == (None, "2020-02-02")
    assert identity_digest(was) == identity_digest(now)
    assert content_digest(was) != content_digest(now)
    assert [(a.child, b.child) for a, b in changes.redated] == [("3", "3")]
    assert changes.same == 1


def test_a_name_for_an_event_tells_nothing_about_the_child(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(MISSING + "Amina-1,01/02/2010,M,01/02/2020,\n")
    (event,) = told("ssda903", tmp_path / "a.csv")
    assert set(identity_digest(event)) <= set("0123456789abcdef")


def test_concerns_are_read_however_agencies_head_them(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "Child ID,First name,DOB,Date reported,Date of incident,Organisation,Type of concern,Description,Location\n"
        'X1,Invented,01/02/2010,03/04/2024,01/04/2024,School,CSE,"Words, with a comma",Park\n'
        "X1,,,03/04/2024,,School,County lines,Second,Park\n"
        "X2,,,,,School,CSE,No day,Park\n"
        "X3,,,05/04/2024,,Police,Arson,Odd kind,\n",
        encoding="utf-8",
    )
    items = list(events("concerns", read("concerns", tmp_path / "c.csv")))
    concerns = [item for item in items if isinstance(item, Concern)]
    assert [(c.category, c.words, c.happened_on) for c in concerns] == [
        ("sexual_exploitation", "Words, with a comma", "2024-04-01"),
        ("criminal_exploitation", "Second", None),
        ("Arson", "Odd kind", None),
    ]
    assert len({c.identity for c in concerns}) == 3
    assert [(item.line, item.column) for item in items if isinstance(item, Reject)] == [(4, "raised_on")]
    assert "Arson" in [item.value for item in items if isinstance(item, Doubt)]
    assert [e.born_on for e in items if getattr(e, "KIND", "") == "child_details"] == ["2010-02-01"]


def test_a_list_without_ids_tells_children_apart_by_name_and_birthday(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "Child name,Date of birth,Concern date,Category,Comments\n"
        "Invented Person,01/02/2010,03/04/2024,CSE,One\nINVENTED  person,01/02/2010,05/04/2024,CCE,Two\n"
        "Invented Person,09/09/2011,03/04/2024,CSE,Three\n,01/02/2010,03/04/2024,CSE,Nobody\n"
    )
    items = list(events("concerns", read("concerns", tmp_path)))
    assert [item.child for item in items if isinstance(item, Concern)] == [
        "invented person/2010-02-01",
        "invented person/2010-02-01",
        "invented person/2011-09-09",
    ]
    assert [(item.line, item.column) for item in items if isinstance(item, Reject)] == [(5, "child")]
    names = [(e.forename, e.surname) for e in items if isinstance(e, ChildDetails)]
    assert names == [("Invented", "Person"), ("Invented", "Person")]


@pytest.mark.parametrize(
    "text", ["=1", "'=1", "''=1", "+44 20", "-x", "@a", "\t=", "＝1", "-5", "+4", "it's", "'quoted'"]
)
def test_a_guard_can_be_taken_off_again(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in "=@\t＝＋－＠" or guard(text) == ""


def test_a_standard_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeedError, match="ssda903, cin, annex-a, ssd, concerns"):
        read("excel", tmp_path)
    assert list(STANDARDS) == ["ssda903", "cin", "annex-a", "ssd", "concerns"]
