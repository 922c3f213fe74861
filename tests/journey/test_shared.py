"""The figures of issue 5 over the shared files: counted after the import, from the record's own tables (SQLite)."""

from pathlib import Path

import pytest

from heed.cases.journey.files import REFUSED, listed
from heed.cases.journey.models import Episode, Import, KnownChild

from .conftest import Bring


@pytest.fixture
def vendor() -> str:
    return "sqlite"


def told(done: Import) -> dict[str, int]:
    return {row["kind"]: row["count"] for row in done.told}


def test_the_synthetic_return(bring: Bring, shared: Path) -> None:
    done = bring("ssda903", shared / "data" / "ssda903-synthetic")
    assert KnownChild.objects.count() == done.counts["children"] == 2_675
    counted = {
        kind: Episode.objects.filter(kind=kind).count()
        for kind in ("looked_after_episode", "review.care", "missing_episode")
    }
    assert counted == {"looked_after_episode": 5_050, "review.care": 12_580, "missing_episode": 43}
    lost = [(r["source"], r["line"], r["reason"]) for r in listed(done.findings_files, REFUSED)]
    assert lost == [
        ("reviews.csv", "9826", "the row repeats line 9825 word for word"),
        ("reviews.csv", "12074", "the row repeats line 12073 word for word"),
    ], "12,582 reviews are 12,580 and these two"


def test_five_years_are_one_history_of_820_children(bring: Bring, shared: Path) -> None:
    done = bring("ssda903", shared / "data" / "ssda903-five-years")
    assert KnownChild.objects.count() == 820
    details = Episode.objects.filter(kind="child_details").values_list("child", "moments")
    headers = [child for child, m in details if m["child_details.told.1"]["words"]["source_id"][1] == "child"]
    assert len(headers) == len(set(headers)) == 820, "one history each, though they stand in 2,123 header rows"
    assert done.counts["conflicts"] == 64
    years = {(row["from"], row["to"]) for row in done.coverage}
    assert years == {("2016-04-01", "2021-03-31")}


def test_the_census(bring: Bring, shared: Path) -> None:
    flat = bring("cin", shared / "data" / "cin-census" / "fake_CIN_data.xml")
    assert (flat.counts["children"], told(flat)["referral"]) == (332, 402)
    whole = bring("cin", shared / "data" / "cin-census")
    assert whole.counts["same"] == flat.counts["events"], "what came before stands"
    nested = {"assessment", "plan.need", "plan.protection", "review.protection", "section_47_enquiry"}
    assert nested <= told(whole).keys()


def test_the_workbook(bring: Bring, shared: Path) -> None:
    done = bring("annex-a", shared / "data" / "annex-a" / "Annex_A.xlsx")
    assert done.counts["events"] == done.counts["new"] > 100
    assert done.counts["doubts"] + done.counts["conflicts"] > 0, "it is messy on purpose"
