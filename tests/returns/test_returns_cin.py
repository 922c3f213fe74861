"""The children in need census: nothing under a referral is lost, and what is written is valid and reads back equal."""

import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from heed.lib.errors import HeedError
from heed.returns.cin import schema
from heed.returns.cin.events import events
from heed.returns.cin.read import read
from heed.returns.cin.write import Heading, write_cin
from heed.returns.identity import compare, content_digest, identity_digest
from heed.returns.journey import Assessment, Event, Plan, Referral, Review
from heed.returns.rows import Doubt, Reject, Row
from heed.returns.synthetic import invented, synthetic_census

HEADING = Heading(2024, "999", "2024-03-31", "2024-04-15T09:00:00")


def told(path: Path) -> list[Event]:
    return [event for event in events(read(path)) if not isinstance(event, Reject | Doubt)]


def test_the_flat_file_gives_332_children_and_402_referrals(shared: Path) -> None:
    kinds = Counter(event.KIND for event in told(shared / "data" / "cin-census" / "fake_CIN_data.xml"))
    assert (kinds["child_details"], kinds["referral"]) == (332, 402)


@pytest.mark.parametrize("name", ["CIN_Census_2021.xml", "CIN_Census_2024.xml"])
def test_a_nested_file_keeps_every_assessment_plan_and_review(shared: Path, name: str) -> None:
    path = shared / "data" / "cin-census" / name
    tree = etree.parse(path)
    kinds = Counter(event.KIND for event in told(path))
    count = {tag: len(tree.findall(f".//{tag}")) for tag in ("Assessments", "CPPreviewDate", "Section47", "CINdetails")}
    plans = len(tree.findall(".//CINPlanDates")) + len(tree.findall(".//ChildProtectionPlans"))
    assert kinds["assessment"] == count["Assessments"]
    assert kinds["review"] == count["CPPreviewDate"]
    assert kinds["section_47_enquiry"] == kinds["strategy_discussion"] == count["Section47"]
    assert kinds["referral"] == count["CINdetails"]
    assert kinds["plan"] == plans


def test_the_schemas_are_those_of_the_shared_folder(shared: Path) -> None:
    for year, file in schema.FILES.items():
        ours = etree.parse(schema.FOLDER / f"CIN_schema_{file}.xsd")
        theirs = etree.parse(shared / "data" / "cin-census" / f"CIN_schema_{year}.xsd")
        assert listing(ours) == listing(theirs), year


def listing(tree: etree._ElementTree) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return [(str(one.tag), tuple(sorted(one.attrib.items()))) for one in tree.iter() if isinstance(one.tag, str)]


def test_invented_children_read_back_as_they_were_made(tmp_path: Path) -> None:
    written = synthetic_census(tmp_path / "cin.xml", children=300, seed=7)
    assert written.left_out == []
    assert not list(schema.faults(tmp_path / "cin.xml", 2024))
    assert sorted(told(tmp_path / "cin.xml"), key=identity_digest) == sorted(invented(300, seed=7), key=identity_digest)


def test_what_was_read_is_written_and_reads_back_equal(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "one.xml", children=120, seed=3)
    first = told(tmp_path / "one.xml")
    write_cin(first, tmp_path / "two.xml", HEADING)
    assert told(tmp_path / "two.xml") == first


def test_five_thousand_invented_children_are_valid_and_go_out_and_in_again_equal(shared: Path, tmp_path: Path) -> None:
    written = synthetic_census(tmp_path / "one.xml", children=5000, seed=2024)
    theirs = etree.XMLSchema(etree.parse(shared / "data" / "cin-census" / "CIN_schema_2024.xsd"))
    assert theirs.validate(etree.parse(tmp_path / "one.xml"))
    assert written.counts["children"] == 5000
    first = told(tmp_path / "one.xml")
    write_cin(first, tmp_path / "two.xml", HEADING)
    assert told(tmp_path / "two.xml") == first


@pytest.mark.parametrize("year", sorted(schema.FILES))
def test_the_generator_is_valid_in_every_year(tmp_path: Path, year: int) -> None:
    synthetic_census(tmp_path / "cin.xml", children=60, seed=1, year=year)
    assert not list(schema.faults(tmp_path / "cin.xml", year))
    assert [item for item in read(tmp_path / "cin.xml") if not isinstance(item, Row)] == []


def test_the_same_seed_makes_the_same_children() -> None:
    few, many = list(invented(5, seed=2)), list(invented(9, seed=2))
    assert many[: len(few)] == few
    assert list(invented(5, seed=3)) != few


def test_a_refused_assessment_leaves_the_rest_and_can_be_corrected(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=40, seed=5)
    whole = told(tmp_path / "cin.xml")
    spoiled = next(event for event in whole if isinstance(event, Assessment))
    text = (tmp_path / "cin.xml").read_text(encoding="utf-8")
    start = f"<AssessmentActualStartDate>{spoiled.started_on}<"
    at = text.index(start, text.index(spoiled.child))
    (tmp_path / "bad.xml").write_text(text[:at] + start.replace("20", "last week 20") + text[at + len(start) :])
    items = list(read(tmp_path / "bad.xml"))
    refused = [item for item in items if isinstance(item, Reject)]
    assert [(one.table, one.column) for one in refused] == [("Assessments", "AssessmentActualStartDate")]
    assert "last week" in refused[0].row["xml"]
    assert len(told(tmp_path / "bad.xml")) == len(whole) - 1
    corrected = refused[0].row["xml"].replace("last week ", "")
    (tmp_path / "back.xml").write_text(f"<Message><Children>{corrected}</Children></Message>")
    known = {identity_digest(event): content_digest(event) for event in whole}
    again = {identity_digest(event): content_digest(event) for event in told(tmp_path / "back.xml")}
    assert identity_digest(spoiled) in again
    assert again.items() <= known.items()


def test_a_later_census_corrects_the_earlier_and_copies_nothing(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "b.xml", children=60, seed=5)
    text = (tmp_path / "b.xml").read_text(encoding="utf-8")
    later = text.replace("<Year>2024<", "<Year>2025<").replace("GenderCurrent>2<", "GenderCurrent>1<")
    (tmp_path / "a.xml").write_text(later, encoding="utf-8")
    both, first = told(tmp_path), told(tmp_path / "b.xml")
    assert both[: len(first)] == first
    changes = compare(first, both[len(first) :])
    assert (changes.added, changes.gone) == ((), ())
    assert {event.KIND for _, event in changes.corrected} == {"child_details"}


def test_a_code_of_another_year_is_kept_and_named(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=200, seed=5)
    text = (tmp_path / "cin.xml").read_text(encoding="utf-8").replace("<Year>2024<", "<Year>2021<")
    (tmp_path / "cin.xml").write_text(text.replace("2024-03-31", "2021-03-31"))
    reasons = {item.reason for item in read(tmp_path / "cin.xml") if isinstance(item, Doubt) and item.value == "24A"}
    assert reasons == {"the schema of 2021 has no such code; those of 2022 to 2026 have"}


def test_an_invalid_export_is_not_handed_out(tmp_path: Path) -> None:
    event = Referral(child="X", identity=("cin", "referral", "X", "soon"), received_on="soon")
    with pytest.raises(ValueError, match="soon"):
        write_cin([event], tmp_path / "cin.xml", HEADING)
    broken = Heading(2024, "not three digits", "2024-03-31", "2024-04-15T09:00:00")
    with pytest.raises(HeedError, match="not valid against the schema of 2024"):
        write_cin(invented(3, seed=1), tmp_path / "cin.xml", broken)
    assert list(tmp_path.iterdir()) == []


def test_what_the_schema_cannot_say_is_listed(tmp_path: Path) -> None:
    plan = Plan(child="X", identity=("cin", "need_plan", "X", "1"), type="need", started_on="2020-01-02")
    referral = Referral(child="X", identity=("cin", "referral", "X", "2020-01-01"), received_on="2020-01-01")
    heading = Heading(2020, "999", "2020-03-31", "2020-04-15T09:00:00")
    written = write_cin([referral, plan], tmp_path / "cin.xml", heading)
    assert [(one.kind, one.field) for one in written.left_out] == [
        ("child_details", "Ethnicity"),
        ("referral", "ReferralSource"),
        ("plan", ""),
        ("referral", "ReferralNFA"),
    ]


def test_another_collection_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(
        "<Message><Header><CollectionDetails><Collection>SLAC</Collection></CollectionDetails></Header></Message>"
    )
    with pytest.raises(HeedError, match="SLAC"):
        list(read(tmp_path / "x.xml"))


def test_what_the_schema_demands_and_the_file_lacks_is_doubted_and_counted(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=30, seed=5)
    text = re.sub(r"<Ethnicity>[A-Z]+</Ethnicity>", "<Ethnicity/>", (tmp_path / "cin.xml").read_text(encoding="utf-8"))
    (tmp_path / "cin.xml").write_text(text)
    (doubt,) = [item for item in read(tmp_path / "cin.xml") if isinstance(item, Doubt)]
    assert (doubt.column, doubt.times) == ("Ethnicity", 30)
    assert doubt.reason == "the schema of 2024 demands a value here; it is not known"


def test_a_child_handed_in_twice_is_taken_once(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=1, seed=5)
    text = (tmp_path / "cin.xml").read_text(encoding="utf-8")
    child = text[text.index("<Child>") : text.index("</Child>") + 8]
    (tmp_path / "cin.xml").write_text(text.replace(child, child + child))
    items = list(read(tmp_path / "cin.xml"))
    assert sum(isinstance(item, Row) and item.table == "Child" for item in items) == 1
    assert ["repeats" in item.reason for item in items if isinstance(item, Reject)] == [True]


def test_reviews_belong_to_their_plan(tmp_path: Path) -> None:
    synthetic_census(tmp_path / "cin.xml", children=200, seed=5)
    events_read = told(tmp_path / "cin.xml")
    plans = {"/".join(event.identity[2:]) for event in events_read if isinstance(event, Plan)}
    reviews = [event for event in events_read if isinstance(event, Review)]
    assert len(reviews) > 20
    assert all(review.plan in plans for review in reviews)
