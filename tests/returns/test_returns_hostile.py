"""Wrong, messy and hostile files: a clear sentence or a clear list, never a crash, never a guess."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

import heed.returns.workbook as workbook
from heed.lib.errors import HeedError
from heed.returns import read
from heed.returns.rows import Doubt, Item, Reject, Row
from heed.returns.ssda903.read import read as read_903
from heed.returns.synthetic import synthetic_census

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
THEFT = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def items(text: str | bytes, folder: Path, name: str = "file.csv", standard: str = "ssda903") -> list[Item]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read(standard, path))


def rows(found: list[Item]) -> list[Row]:
    return [item for item in found if isinstance(item, Row)]


def refused(found: list[Item]) -> list[tuple[int, str, str]]:
    return [(item.line, item.column, item.reason) for item in found if isinstance(item, Reject)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    text = "Child,Date raised,Description\nZoë-1,01/02/2024,“café” – £5\n"
    found = items(text.encode(encoding), tmp_path, standard="concerns")
    (row,) = rows(found)
    noted = any("Windows-1252" in item.reason for item in found if isinstance(item, Doubt))
    assert noted is (encoding == "cp1252")
    assert (row.values["child"], row.values["words"], row.values["raised_on"]) == ("Zoë-1", "“café” – £5", "2024-02-01")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_line_ends_and_delimiters_do_not_matter(tmp_path: Path, ending: str, delimiter: str) -> None:
    text = (HEADER + "1,1,01/02/2010,WBRI,A1,,\n2,2,03/04/2011,APKN,A2,,").replace(",", delimiter)
    assert [row.line for row in rows(items(text.replace("\n", ending), tmp_path))] == [2, 3]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel file or one locked"),
        (b"%PDF-1.7\nA,B\n", "none of the tables"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither text nor a workbook"),
        (b"A,B\n1,2\n", "none of the tables"),
        (b"PK\x03\x04 not really", "not a workbook"),
        (b"<html><body>CHILD</body></html>", "no child"),
        (b"CHILD,DOB,DOB,REVIEW,REVIEW_CODE\n", "more than once"),
        (b"x" * 200_000, "first line does not end"),
    ],
)
def test_what_is_no_return_is_refused_with_a_reason(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(HeedError, match=words):
        items(content, tmp_path)


def test_a_stranger_among_the_files_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("Fruit,Price\nApple,1\n")
    (tmp_path / "missing.csv").write_text(MISSING + "1,01/02/2010,M,01/02/2020,\n")
    found = list(read("ssda903", tmp_path))
    assert len(rows(found)) == 1
    notes = [(item.source, item.reason[:9]) for item in found if isinstance(item, Doubt)]
    assert notes == [("notes.csv", "not read:")]


def test_excels_own_line_about_the_delimiter_is_obeyed(tmp_path: Path) -> None:
    (row,) = rows(items("sep=;\n" + MISSING.replace(",", ";") + "1;01/02/2010;M;01/02/2020;\n", tmp_path))
    assert (row.line, row.values["MIS_START"]) == (3, "2020-02-01")


def test_the_nearest_table_and_what_it_lacks_are_named(tmp_path: Path) -> None:
    with pytest.raises(HeedError, match=r"For reviews it lacks REVIEW \(there is 'REVIEWS'\)"):
        items("CHILD,DOB,REVIEWS,REVIEW_CODE\n1,01/02/2010,01/02/2020,PN1\n", tmp_path)


def test_swapped_labels_are_told_before_a_row_is_taken(tmp_path: Path) -> None:
    lines = "".join(f"0{n % 9 + 1}/02/2010,{1000 + n},M,01/02/2020,\n" for n in range(30))
    with pytest.raises(HeedError, match="most of column DOB holds no dates"):
        items(MISSING + lines, tmp_path)


def test_swapped_dates_are_told_before_a_row_is_taken(tmp_path: Path) -> None:
    lines = "".join(f"{n},01/02/2010,M,05/02/2020,01/02/2020\n" for n in range(30))
    with pytest.raises(HeedError, match="MIS_END lies before MIS_START"):
        items(MISSING + lines, tmp_path)


def test_a_few_bad_dates_at_the_end_do_not_condemn_a_long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import heed.returns.delimited as delimited

    good = "".join(f"{n},01/02/2010,M,{n % 28 + 1:02}/02/2020,\n" for n in range(400))
    bad = "".join(f"B{n},01/02/2010,M,day {n},\n" for n in range(25))
    monkeypatch.setattr(delimited, "PIECE", len(good))
    found = items(MISSING + good + bad, tmp_path)
    assert (len(rows(found)), len(refused(found))) == (400, 25)


def test_a_column_written_month_first_is_read_so_and_said_so(tmp_path: Path) -> None:
    lines = "".join(f"{n},01/02/2010,M,03/{n:02}/2020,\n" for n in range(13, 29))
    found = items(MISSING + lines + "99,01/02/2010,M,03/04/2020,\n", tmp_path)
    assert [row.values["MIS_START"] for row in rows(found)][-1] == "2020-03-04"
    assert [row.values["DOB"] for row in rows(found)][-1] == "2010-02-01"
    (note,) = [item for item in found if isinstance(item, Doubt)]
    assert note.reason.startswith("read month first: 16 dates")


def test_mixed_styles_are_read_day_first_and_the_impossible_refused(tmp_path: Path) -> None:
    found = items(
        MISSING + "1,1/2/2010,M,2020-03-04,\n2,01/02/2010,M,03/25/2020,\n3,01/02/2010,M,25/03/2020,4 Apr 2020\n",
        tmp_path,
    )
    assert [(row.values["MIS_START"], row.values["MIS_END"]) for row in rows(found)] == [
        ("2020-03-04", None),
        ("2020-03-25", "2020-04-04"),
    ]
    assert refused(found) == [(3, "MIS_START", "'03/25/2020' has no such month; it looks written month first")]
    assert any("mixed" in item.reason for item in found if isinstance(item, Doubt))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("01/02/20", "two digits"),
        ("31/02/2020", "no such day"),
        ("yesterday", "not a date"),
        ("20200203", "not a date"),
        ("99999", "not a date as Excel counts"),
        ("2020-13-01", "no such month"),
        ("01/02/2020 25:00", "not a time of day"),
    ],
)
def test_a_date_that_cannot_be_read_refuses_its_row(tmp_path: Path, written: str, reason: str) -> None:
    (found,) = refused(items(MISSING + f"1,01/02/2010,M,01/02/2019,{written}\n", tmp_path))
    assert found[:2] == (2, "MIS_END")
    assert reason in found[2]


def test_excel_serials_in_text_are_read_and_doubted(tmp_path: Path) -> None:
    found = items(MISSING + "1,40210,M,43831,43832.5\n", tmp_path)
    (row,) = rows(found)
    assert (row.values["MIS_START"], row.values["MIS_END"]) == ("2020-01-01", "2020-01-02T12:00:00.000000Z")
    assert sum("number of a day in Excel" in item.reason for item in found if isinstance(item, Doubt)) == 3


def test_ragged_rows_blank_rows_and_repeats(tmp_path: Path) -> None:
    found = items(
        MISSING + "1,01/02/2010,M,01/02/2020,\n,,,,\n\n2,01/02/2010,M\n1,01/02/2010,M,01/02/2020,\n"
        "3,01/02/2010,M,01/02/2020,,x\n4,01/02/2010,M,01/02/2020,,,,\n,01/02/2010,M,01/02/2020,\n",
        tmp_path,
    )
    assert [row.values["CHILD"] for row in rows(found)] == ["1", "4"]
    assert sorted(refused(found)) == [
        (5, "", "the row has 3 values where the first line names 5 columns"),
        (6, "CHILD", "the row repeats line 2 word for word"),
        (7, "", "the row has 6 values where the first line names 5 columns"),
        (9, "CHILD", "this may not be blank"),
    ]


def test_a_quote_left_open_is_found_where_it_opens(tmp_path: Path) -> None:
    lines = "".join(f"{n},01/02/2010,M,01/02/2020,\n" for n in range(100))
    with pytest.raises(HeedError, match="Line 12 opens a quote"):
        items(MISSING + lines.replace("\n10,", '\n"10,'), tmp_path)


def test_a_census_of_another_year_is_refused_and_other_standards_have_none(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=2, seed=1, year=2024)
    assert rows(list(read("cin", tmp_path, year=2024)))
    with pytest.raises(HeedError, match="the census of 2024, not of 2023"):
        list(read("cin", tmp_path, year=2023))
    with pytest.raises(HeedError, match="has no years"):
        read("ssd", tmp_path, year=2023)


def test_another_year_is_refused_when_the_year_is_said(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("CHILD,DECOM,RNE,LS,DEC,REC\n1,01/05/2019,S,C2,,\n2,01/05/2020,S,C2,,\n")
    assert len(rows(list(read_903(tmp_path / "e.csv", year=2021)))) == 2
    with pytest.raises(HeedError, match="2 of 2 episodes lie outside the year from 2017-04-01 to 2018-03-31"):
        list(read_903(tmp_path / "e.csv", year=2018))


@pytest.mark.parametrize("prolog", [BOMB, THEFT])
@pytest.mark.parametrize(
    ("standard", "body"),
    [
        ("cin", "<Message><Children><Child><ChildIdentifiers><LAchildID>{}</LAchildID></ChildIdentifiers></Child>"),
        ("ssda903", "<EXPSSDA903><CHILD><HEADER><CHILDID>{}</CHILDID></HEADER></CHILD></EXPSSDA903>"),
    ],
)  # fmt: skip
def test_entities_are_refused_before_they_grow(tmp_path: Path, prolog: str, standard: str, body: str) -> None:
    entity = "&j;" if prolog == BOMB else "&e;"
    with pytest.raises(HeedError, match="document type"):
        items(prolog + body.format(entity), tmp_path, "file.xml", standard)


def test_xml_without_end_or_depth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeedError, match="not XML that can be read"):
        items("<Message>" + "<Child>" * 5_000, tmp_path, "file.xml", "cin")
    with pytest.raises(HeedError, match="not XML that can be read"):
        items("<Message><Children><Child>", tmp_path, "file.xml", "cin")


def sheet_with(cells: str, strings: str = "", name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a workbook made by hand, to hold what no honest program writes."""
    out = io.BytesIO()
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        package.writestr("xl/sharedStrings.xml", f"<sst {main}>{strings}</sst>")
        package.writestr(
            name, cells if cells.startswith("<?") else f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>"
        )
    return out.getvalue()  # fmt: skip


def line(number: int, *values: str) -> str:
    cells = "".join(f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{v}</t></is></c>' for n, v in enumerate(values))
    return f'<row r="{number}">{cells}</row>'


TITLES = line(1, "CHILD", "DOB", "MISSING", "MIS_START", "MIS_END")


def test_a_cell_at_the_edge_of_the_sheet_costs_nothing(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(HeedError, match="beyond column 1000"):
        items(sheet_with(TITLES + far), tmp_path, "file.xlsx")
    low = '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="D1048576"><v>43831</v></c></row>'
    (row,) = rows(items(sheet_with(TITLES + low), tmp_path, "file.xlsx"))
    assert (row.line, row.values["MIS_START"]) == (1048576, "2020-01-01")


def test_a_cell_that_points_before_the_first_text_is_refused(tmp_path: Path) -> None:
    cell = '<row r="2"><c r="A2" t="s"><v>-1</v></c><c r="D2"><v>43831</v></c></row>'
    with pytest.raises(HeedError, match="points at text number -1"):
        items(sheet_with(TITLES + cell, "<si><t>x</t></si>"), tmp_path, "file.xlsx")


def test_a_long_text_pointed_at_often_is_held_once(tmp_path: Path) -> None:
    import tracemalloc

    many = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="D{n}"><v>43831</v></c></row>' for n in range(2, 3002)
    )
    data = sheet_with(TITLES + many, f"<si><t>{'a' * 30_000}</t></si>")
    tracemalloc.start()
    items(data, tmp_path, "file.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 45_000_000  # 3,000 copies would be 90 MB


def test_a_zip_bomb_is_refused_by_its_list_and_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1 << 20)
    data = sheet_with(TITLES + "<!--" + " " * (2 << 20) + "-->")
    with pytest.raises(HeedError, match="would unpack to more than"):
        items(data, tmp_path, "file.xlsx")
    lying = data.replace(struct.pack("<I", len_of(data)), struct.pack("<I", 1000))
    assert lying != data
    with pytest.raises(HeedError, match=r"damaged|not a workbook"):
        items(lying, tmp_path, "file.xlsx")


def len_of(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.getinfo("xl/worksheets/sheet1.xml").file_size


def test_a_workbook_with_a_document_type_is_refused(tmp_path: Path) -> None:
    data = sheet_with(BOMB + "<worksheet><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>")
    with pytest.raises(HeedError, match=r"document type|entity amplification"):
        items(data, tmp_path, "file.xlsx")


@pytest.mark.parametrize("target", ["../../../etc/passwd", "/etc/passwd", "worksheets/none.xml"])
def test_a_workbook_that_points_outside_itself_holds_no_table(tmp_path: Path, target: str) -> None:
    data = sheet_with(TITLES)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"worksheets/sheet1.xml", target.encode()))
    with pytest.raises(HeedError, match="holds no table"):
        items(out.getvalue(), tmp_path, "file.xlsx")


def test_formulas_are_not_run_and_are_named(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "f.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"])
        sheet.write_row(1, 0, [1, 40210, "M"])
        sheet.write_formula(1, 3, "=TODAY()", value=43831)
    found = list(read("ssda903", tmp_path / "f.xlsx"))
    assert rows(found)[0].values["MIS_START"] == "2020-01-01"
    assert [(item.column, item.value) for item in found if isinstance(item, Doubt)] == [("D2", "=TODAY()")]


def test_dates_counted_from_1904_are_counted_so(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "f.xlsx"), {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"])
        sheet.write_row(1, 0, [1, 40210 - 1462, "M", 43831 - 1462])
    (row,) = rows(list(read("ssda903", tmp_path / "f.xlsx")))
    assert row.values["MIS_START"] == "2020-01-01"


def test_control_characters_and_spreadsheet_errors(tmp_path: Path) -> None:
    lines = "1\x07,1,01/02/2010,WBRI,A1,,\n2,1,#REF!,WBRI,A1,,\n3,1,01/02/2010,#N/A,A1,,\n"
    found = items(HEADER + lines, tmp_path)
    assert [reason for _, _, reason in refused(found)] == [
        "the text holds control characters",
        "the cell holds a spreadsheet error, not a value",
    ]
    assert [row.values["ETHNIC"] for row in rows(found)] == [None]


def test_many_small_blocks_read_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import heed.returns.delimited as delimited

    lines = "".join(f"{n},01/02/2010,M,{n % 28 + 1:02}/02/2020,\n" for n in range(500))
    text = MISSING + lines + "7,01/02/2010,M,08/02/2020,\n7,01/02/2010,A,08/02/2020,\n"
    whole = items(text, tmp_path)
    monkeypatch.setattr(delimited, "PIECE", 300)
    pieces = items(text, tmp_path)
    assert (rows(pieces), refused(pieces)) == (rows(whole), refused(whole))
    assert {item for item in pieces if isinstance(item, Doubt)} == {item for item in whole if isinstance(item, Doubt)}
    monkeypatch.setattr(delimited, "ROWS", 7)
    quoted = items(text.replace("499,", '"499",'), tmp_path)
    assert [row.values for row in rows(quoted)] == [row.values for row in rows(whole)]
    assert refused(whole) == [(502, "CHILD", "the row repeats line 9 word for word")]
