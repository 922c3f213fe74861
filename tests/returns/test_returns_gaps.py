"""The gap report says of each standard what its reader can give when every column is filled, no more and no less."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from heed.returns import events, read
from heed.returns.annex_a.synonyms import specification
from heed.returns.annex_a.tables import TABLES as LISTS
from heed.returns.gaps import DUTIES, FACTS, GIVES, LATEST, SILENT, gap_report
from heed.returns.journey import Event
from heed.returns.rows import Reject
from heed.returns.ssd.tables import POINTS_TO
from heed.returns.ssd.tables import TABLES as DATASET
from heed.returns.ssda903.tables import TABLES as CARE
from heed.returns.synthetic import synthetic_census

# Field of an event → the fact it is, where the name does not say so itself.
SAME = {
    "section_47_enquiry.no_further_action": "section_47_enquiry.ended_without",
    "section_47_enquiry.conference_not_required": "section_47_enquiry.ended_without",
    "health_check.done_on": "health_assessment.held_on",
    "looked_after_episode.health_assessed_on": "health_assessment.held_on",
}


def filled_903(folder: Path) -> None:
    for table in CARE:
        values = ["1" if c.kind == "number" else min(c.codes) if c.codes else "1" for c in table.columns]
        values = ["01/02/2020" if c.kind == "date" else v for c, v in zip(table.columns, values, strict=True)]
        if table.name == "episodes":
            values[table.names.index("RNE")] = "S"
        write_csv(folder / f"{table.name}.csv", table.names, values)


def filled_ssd(folder: Path) -> None:
    for name, table in DATASET.items():
        values = []
        for column in table.columns:
            kinds = {"date": "2020-02-01", "flag": "Y", "number": "1"}
            said = {"cinf_assessment_factors_json": '["11A"]'}.get(column.name, kinds.get(column.kind, "1"))
            values.append("{}" if column.name.endswith("outcome_json") else said)
            assert column.name not in POINTS_TO or values[-1] == "1"
        write_csv(folder / f"{name}.csv", table.names, values)


def write_csv(path: Path, names: tuple[str, ...], values: list[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([names, values])


def filled_annex_a(folder: Path) -> None:
    lists = specification()
    with xlsxwriter.Workbook(str(folder / "a.xlsx")) as book:
        for table, columns in zip(LISTS, lists["lists"].values(), strict=True):
            sheet = book.add_worksheet(table.name)
            sheet.write_row(0, 0, list(table.names))
            for at, column in enumerate(columns):
                if "codes" in column:
                    names = [e["names"][0] for e in lists["codes"][column["codes"]] if e["code"] is True]
                    sheet.write_string(1, at, names[0] if names else lists["codes"][column["codes"]][0]["names"][0])
                else:
                    sheet.write(1, at, 43831 if column["kind"] == "date" else 1)


def filled_cin(folder: Path) -> None:
    synthetic_census(folder / "cin.xml", children=200, seed=1)


def filled_concerns(folder: Path) -> None:
    (folder / "c.csv").write_text("child,raised_on,happened_on,agency,category\n1,01/02/2020,01/02/2020,A,CSE\n")


FILLED: dict[str, Callable[[Path], None]] = {
    "ssda903": filled_903,
    "ssd": filled_ssd,
    "annex-a": filled_annex_a,
    "cin": filled_cin,
    "concerns": filled_concerns,
}


def facts_of(event: Event) -> set[str]:
    said = event.content()
    kind = f"{event.KIND}.{said['type']}" if event.KIND in {"plan", "review", "visit"} else event.KIND
    names = {f"{kind}.{name}" for name in said}
    return {SAME.get(name, name) for name in names} & FACTS.keys()


@pytest.mark.parametrize("standard", list(FILLED))
def test_a_standard_gives_what_its_filled_file_gives(tmp_path: Path, standard: str) -> None:
    FILLED[standard](tmp_path)
    items = list(events(standard, read(standard, tmp_path)))
    assert [item for item in items if isinstance(item, Reject)] == []
    given = set[str]().union(*(facts_of(item) for item in items if isinstance(item, Event)))
    assert given == GIVES[standard] | LATEST.get(standard, frozenset())


def test_duties_that_no_return_can_test_are_named_with_what_is_missing() -> None:
    everything = gap_report(*GIVES)
    missing = {one.duty: one.missing for one in everything.duties if one.testable == "no"}
    assert missing["D1"] == ("when the response to the referral was decided",)
    assert missing["D19"] == ("when the return interview was held (flags only)",)
    assert missing["D7"] == ("when the core group met",)
    assert set(everything.testable()) == {
        "D3",
        "D4",
        "D6",
        "D9",
        "D10",
        "D11",
        "D12",
        "D13",
        "D14",
        "D15",
        "D16",
        "D18",
    }
    assert everything.testable("today only") == ("D27",)


def test_annex_a_is_good_for_today_only_where_it_holds_the_latest_only() -> None:
    report = gap_report("annex-a")
    assert set(report.testable("today only")) == {"D9", "D10", "D12", "D14", "D15", "D16", "D18", "D27"}
    assert set(report.testable()) == {"D3", "D4", "D6"}


def test_every_duty_every_fact_and_every_standard_has_its_words() -> None:
    assert list(DUTIES) == [f"D{n}" for n in range(1, 35)]
    assert {fact for needs in DUTIES.values() for fact in needs} <= FACTS.keys()
    assert GIVES.keys() == SILENT.keys() == FILLED.keys()
    assert all(gap_report(name).silent and gap_report(name).nowhere for name in GIVES)
