"""SSDA903: the shared synthetic return comes in whole, row by row accounted for."""

from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter

from heed.lib.errors import HeedError
from heed.returns.journey import Event, LookedAfterEpisode, MissingEpisode, Placement, Review
from heed.returns.rows import Doubt, Reject, Row
from heed.returns.ssda903.events import events
from heed.returns.ssda903.merge import merge_years
from heed.returns.ssda903.read import read

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,1,01/02/2010,WBRI,A123456789012,,\n2,2,03/04/2011,APKN,UN1,,\n"
EPISODE_LINE = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def test_every_row_of_the_shared_return_is_taken_or_named(shared: Path) -> None:
    items = list(read(shared / "data" / "ssda903-synthetic"))
    rows = Counter(item.table for item in items if isinstance(item, Row))
    refused = [item for item in items if isinstance(item, Reject)]
    assert rows["header"] == 2675
    assert rows["episodes"] == 5050
    assert rows["missing"] == 43
    assert rows["reviews"] + len(refused) == 12582
    assert [(item.line, item.reason) for item in refused] == [
        (9826, "the row repeats line 9825 word for word"),
        (12074, "the row repeats line 12073 word for word"),
    ]


def test_the_shared_return_becomes_the_journey_of_its_children(shared: Path) -> None:
    told = list(events(read(shared / "data" / "ssda903-synthetic")))
    kinds = Counter(type(event) for event in told)
    assert (kinds[LookedAfterEpisode], kinds[Review], kinds[MissingEpisode]) == (5050, 12580, 43)
    identities = [(e.KIND, e.identity) for e in told if not isinstance(e, Reject | Doubt)]
    assert len(set(identities)) == len(identities)


def test_every_value_can_be_found_again_in_the_file(tmp_path: Path) -> None:
    row = next(
        item for item in read(written(tmp_path, header=HEADER)) if isinstance(item, Row) and item.values["CHILD"] == "2"
    )
    assert row.lineage.cell("DOB") == "C3"
    assert row.values["DOB"] == "2011-04-03"
    assert row.source == "header.csv"


def test_a_workbook_tells_what_the_csv_tells(tmp_path: Path) -> None:
    tables = {"header": HEADER, "episodes": EPISODE_LINE + "1,01/05/2020,S,C1,N1,U1,PR1,,,,A1 1AA,,5\n"}
    with xlsxwriter.Workbook(str(tmp_path / "return.xlsx")) as book:
        for name, text in tables.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(text.splitlines()):
                sheet.write_row(number, 0, line.split(","))
    folder = tmp_path / "csv"
    folder.mkdir()
    from_csv = list(events(read(written(folder, **tables))))
    assert list(events(read(tmp_path / "return.xlsx"))) == from_csv
    assert len(from_csv) == 4


def test_a_placement_lasts_over_a_change_of_legal_status(tmp_path: Path) -> None:
    lines = (
        "1,01/05/2020,S,C1,N1,U1,PR1,01/06/2020,X1,,,,5\n"
        "1,01/06/2020,L,C2,N1,U1,PR1,01/07/2020,X1,PLACE,,,5\n"
        "1,01/07/2020,P,C2,N1,K2,PR4,,,,,,6\n"
    )
    told = list(events(read(written(tmp_path, header=HEADER, episodes=EPISODE_LINE + lines))))
    placed = [(e.started_on, e.ended_on, e.type) for e in told if isinstance(e, Placement)]
    assert placed == [("2020-05-01", "2020-07-01", "U1"), ("2020-07-01", None, "K2")]


def test_a_placement_that_began_before_the_return_has_no_start(tmp_path: Path) -> None:
    lines = "1,01/06/2020,L,C2,N1,U1,PR1,,,,,,5\n"
    told = list(events(read(written(tmp_path, header=HEADER, episodes=EPISODE_LINE + lines))))
    assert [(e.started_on, e.type) for e in told if isinstance(e, Placement)] == [(None, "U1")]


@pytest.mark.parametrize("quoted", [False, True])
def test_a_blank_where_the_return_demands_a_code_is_doubted_and_counted(tmp_path: Path, quoted: bool) -> None:
    text = HEADER.replace("WBRI", "").replace("APKN", "")
    found = list(read(written(tmp_path, header=text.replace("UN1", '"UN1"') if quoted else text)))
    assert [(item.column, item.line, item.times) for item in found if isinstance(item, Doubt)] == [("ETHNIC", 2, 2)]
    assert sum(isinstance(item, Row) for item in found) == 2


def test_a_child_that_the_header_does_not_name_is_an_orphan(tmp_path: Path) -> None:
    folder = written(tmp_path, header=HEADER, episodes=EPISODE_LINE + "9,01/05/2020,S,C1,N1,U1,PR1,,,,,,\n")
    refused = [item for item in read(folder) if isinstance(item, Reject)]
    assert [(item.line, item.column, item.value) for item in refused] == [(2, "CHILD", "9")]


def test_two_returns_at_once_are_refused(tmp_path: Path) -> None:
    written(tmp_path, a=HEADER, b=HEADER.replace("WBRI", "REFU"))
    with pytest.raises(HeedError, match="both the table header"):
        list(read(tmp_path))


def test_the_xml_tells_what_the_csv_tells(tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    reviews = "CHILD,DOB,REVIEW,REVIEW_CODE\n1,01/02/2010,20/05/2020,PN1\n"
    written(
        folder, header=HEADER, episodes=EPISODE_LINE + "1,01/05/2020,S,C1,N1,U1,PR1,,,,A1 1AA,,5\n", reviews=reviews
    )
    (tmp_path / "return.xml").write_text(
        "<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID><SEX>1</SEX><DOB>2010-02-01</DOB><ETHNIC>WBRI</ETHNIC>"
        "<UPN>A123456789012</UPN><AREVIEW><REVIEW>2020-05-20</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
        "</HEADER>"
        "<EPISODE><DECOM>2020-05-01</DECOM><RNE>S</RNE><LS>C1</LS><CIN>N1</CIN><PL>U1</PL>"
        "<PLACE_PROVIDER>PR1</PLACE_PROVIDER><HOME_POST>A1 1AA</HOME_POST><URN>5</URN><NEW_THING>7</NEW_THING>"
        "</EPISODE>"
        "</CHILD><CHILD><HEADER><CHILDID>2</CHILDID><SEX>2</SEX><DOB>2011-04-03</DOB><ETHNIC>APKN</ETHNIC>"
        "<UPN>UN1</UPN></HEADER></CHILD></EXPSSDA903>",
        encoding="utf-8",
    )
    from_csv = [event for event in events(read(folder)) if not isinstance(event, Reject | Doubt)]
    read_xml = list(events(read(tmp_path / "return.xml")))
    from_xml = [event for event in read_xml if not isinstance(event, Reject | Doubt)]
    assert from_xml == from_csv
    assert [item.column for item in read_xml if isinstance(item, Doubt)] == ["NEW_THING"]


def test_five_years_become_one_history_for_each_child(shared: Path) -> None:
    merged = merge_years(shared / "data" / "ssda903-five-years")
    assert merged.years == ["2017", "2018", "2019", "2020", "2021"]
    assert len(merged.children) == 820
    assert len(merged.rows["header"]) == 820
    assert len(merged.rows["episodes"]) == 2827
    told = [event for event in events(read(shared / "data" / "ssda903-five-years")) if isinstance(event, Event)]
    assert sum(isinstance(event, LookedAfterEpisode) for event in told) == 2827
    assert len({event.child for event in told}) == 820
    assert len({(e.KIND, e.identity) for e in told}) == len(told)


def test_what_the_years_tell_differently_is_listed_with_both_values(tmp_path: Path) -> None:
    start = "1,01/05/2017,S,C1,N1,U1,PR1,{},,,,\n"
    for year, end, born in (("2017", ",", "01/02/2010"), ("2018", "01/06/2018,E7", "01/02/2011")):
        header = HEADER.replace("01/02/2010", born)
        written(tmp_path, **{f"{year}-header": header, f"{year}-episodes": EPISODE_LINE + start.format(end)})
    merged = merge_years(tmp_path)
    assert [(c.column, [value for _, value in c.told]) for c in merged.conflicts] == [
        ("DOB", ["2010-02-01", "2011-02-01"])
    ]
    assert merged.completed == 2
    assert next(iter(merged.rows["episodes"].values())).values["REC"] == "E7"
    (doubt,) = [item for item in read(tmp_path) if isinstance(item, Doubt) and item.column == "DOB"]
    assert (doubt.source, doubt.line, doubt.value) == ("2018-header.csv", 2, "2011-02-01")
    assert "2017-header.csv, line 2: 2010-02-01" in doubt.reason


def test_an_episode_that_no_later_year_ends_is_listed(tmp_path: Path) -> None:
    written(tmp_path, **{"2017-header": HEADER, "2018-header": HEADER})
    written(tmp_path, **{"2017-episodes": EPISODE_LINE + "1,01/05/2017,S,C1,N1,U1,PR1,,,,,,\n"})
    assert [c.what for c in merge_years(tmp_path).conflicts] == [
        "it stood open in this return, and no later one tells its end"
    ]


def test_files_without_a_year_belong_to_the_only_year_there_is(tmp_path: Path) -> None:
    line = "9,01/05/2017,S,C1,N1,U1,PR1,,,,,,\n"
    written(tmp_path, **{"header": HEADER, "2017-episodes": EPISODE_LINE + line})
    assert [item.value for item in read(tmp_path) if isinstance(item, Reject)] == ["9"]


def test_one_year_cannot_be_picked_out_of_several(tmp_path: Path) -> None:
    written(tmp_path, **{"2017-header": HEADER, "2018-header": HEADER})
    with pytest.raises(HeedError, match="returns of 2 years"):
        list(read(tmp_path, year=2018))
