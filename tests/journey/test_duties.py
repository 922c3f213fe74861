"""Clauses over imported history: what the batch evaluator says of a census is what a plain count of the census says."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import holidays
import pytest

from heed.cases.journey.judging import over_record, record_covers
from heed.cases.journey.models import Episode, KnownChild
from heed.duties.models import Duty
from heed.duties.services import adopt_pack
from heed.policy.files import PACKS, load_packs
from heed.record import replay
from heed.returns import Event, events, read
from heed.returns.cin import schema
from heed.returns.journey import Assessment, Conference, Plan, Review, Section47Enquiry
from heed.returns.synthetic import synthetic_census
from world import World

from .conftest import CORPUS, Bring
from .test_export import export
from .test_import import FIRST, a_return

BANK = holidays.country_holidays("GB", subdiv="ENG", years=range(2018, 2026))
DAY = dt.date(2024, 3, 31)
KNOWN = "2026-12-31"


def working_days_after(day: dt.date, count: int) -> dt.date:
    """Count working days the plain way."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5 and day not in BANK
    return day


def date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def late(started: str | None, done: str | None, limit: int) -> str:
    """Say whether something was done too late, or is open beyond its limit."""
    begun, ended = date(started), date(done)
    assert begun is not None
    due = working_days_after(begun, limit)
    return "yes" if (ended or DAY) > due else "no"


def judged(clause: str, found: dict[str, Any]) -> Counter[tuple[str, str]]:
    return Counter((row["end"], row["lateness"]) for row in found["duties"] if row["clause"] == clause)


@pytest.mark.parametrize("children", [120, pytest.param(5_000, marks=pytest.mark.long)])
def test_a_nested_census_imports_evaluates_and_exports_back_equal(
    bring: Bring, world: World, tmp_path: Path, children: int
) -> None:
    path = tmp_path / "in" / "census.xml"
    path.parent.mkdir()
    synthetic_census(path, children=children, seed=11)
    assert list(schema.faults(path, 2024)) == []
    told = [one for one in events("cin", read("cin", path)) if isinstance(one, Event)]
    done = bring("cin", path)
    assert done.counts["children"] == children and done.counts["events"] == len(told) == Episode.objects.count()
    found = over_record(load_packs(["england-statutory"]), DAY.isoformat(), KNOWN)
    assessed = [one for one in told if isinstance(one, Assessment)]
    expected = Counter(
        ("fulfilled" if one.authorised_on else "open", late(one.started_on, one.authorised_on, 45)) for one in assessed
    )
    assert judged("D3b", found) == expected and expected["fulfilled", "yes"] > 0
    conferences(told, found)
    first_reviews(told, found)
    assert {row["testable"] for row in found["duties"] if row["clause"] in ("D1a", "D7")} == {"no act covered"}
    back = export(world, "cin", tmp_path / "out").path
    again = [one for one in events("cin", read("cin", back)) if isinstance(one, Event)]
    assert [(e.identity, e.content()) for e in again] == [(e.identity, e.content()) for e in told]


def conferences(told: list[Event], found: dict[str, Any]) -> None:
    """D6: a conference within 15 working days; one that was not needed is declined, on a day nobody tells."""
    held = {one.enquiry: one.held_on for one in told if isinstance(one, Conference)}
    expected: Counter[tuple[str, str]] = Counter()
    for one in told:
        if not isinstance(one, Section47Enquiry):
            continue
        day = held.get("/".join(one.identity[2:]))
        if day is None and one.conference_not_required:
            begun = date(one.started_on)
            assert begun is not None
            expected["declined", "no" if working_days_after(begun, 15) >= DAY else "undecided"] += 1
        else:
            expected["fulfilled" if day else "open", late(one.started_on, day, 15)] += 1
    assert judged("D6", found) == expected and expected["fulfilled", "yes"] > 0


def first_reviews(told: list[Event], found: dict[str, Any]) -> None:
    """D9: of the one plan that a conference made for a child, the first review within three months."""
    every = [one for one in told if isinstance(one, Plan) and one.type == "protection"]
    once = {child for child, count in Counter(one.child for one in every).items() if count == 1}
    keys = set(KnownChild.objects.filter(local_id__in=once).values_list("key", flat=True))
    plans = {one.identity: one for one in every if one.child in once}
    reviewed: dict[str, str] = {}
    for one in told:
        if isinstance(one, Review) and one.held_on:
            reviewed[str(one.plan)] = min(one.held_on, reviewed.get(str(one.plan), "9"))
    in_time = late_ones = 0
    for plan in plans.values():
        day, began = reviewed.get("/".join(plan.identity[2:])), date(plan.started_on)
        assert began is not None
        if day:
            due = months_after(began, 3)
            in_time, late_ones = in_time + (date(day) <= due), late_ones + (date(day) > due)  # type: ignore[operator]
    rows = [row for row in found["duties"] if row["clause"] == "D9-10" and row["end"] == "fulfilled"]
    firsts = [row for row in rows if row["triggers"] == [row["anchor"]] and row["key"]["child"] in keys]
    assert Counter(row["lateness"] for row in firsts) == Counter({"no": in_time, "yes": late_ones})


def months_after(day: dt.date, count: int) -> dt.date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month, last)
        except ValueError:
            continue
    raise AssertionError


def test_the_batch_and_the_plain_evaluator_agree_on_what_was_imported(
    bring: Bring, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("cin", CORPUS / "cin" / "nested.xml")
    bring("annex-a", CORPUS / "annex-a" / "lists.xlsx")
    packs = load_packs(["england-statutory", "local-example"])
    plain = over_record(packs, DAY.isoformat(), KNOWN)
    monkeypatch.setattr("heed.cases.journey.judging.SMALL", 0)
    assert over_record(packs, DAY.isoformat(), KNOWN)["duties"] == plain["duties"] != []


def test_reviews_of_a_looked_after_child_are_judged(bring: Bring, world: World, tmp_path: Path) -> None:
    folder = a_return(tmp_path / "r", FIRST)
    held = ("29/03/2019", "01/07/2019", "20/01/2020")
    (folder / "reviews.csv").write_text(
        "CHILD,DOB,REVIEW,REVIEW_CODE\n" + "".join(f"SYN1,01/05/2008,{day},PN1\n" for day in held)
    )
    bring("ssda903", folder)
    found = over_record(load_packs(["england-statutory"]), "2020-01-20", KNOWN)
    rows = [row for row in found["duties"] if row["clause"] == "D14-15"]
    assert [(row["end"], row["lateness"]) for row in rows] == [
        ("fulfilled", "no"),
        ("fulfilled", "yes"),
        ("fulfilled", "yes"),
        ("open", "no"),
    ]
    assert found["entry"] > 0
    visits = {row["testable"] for row in found["duties"] if row["clause"] == "D16"}
    assert visits == {"no act covered"}, "the return has no visits, so their absence proves nothing"


def test_coverage_is_of_the_years_the_files_are_of(bring: Bring, world: World, tmp_path: Path) -> None:
    folder = a_return(tmp_path / "r", FIRST)
    for name in ("header", "episodes"):
        (folder / f"{name}.csv").rename(folder / f"2019-{name}.csv")
    done = bring("ssda903", folder)
    rows = {row["kind"]: (row["from"], row["to"]) for row in done.coverage}
    assert rows["care_review.held.1"] == ("2018-04-01", "2019-03-31") and "care_visit.made.1" not in rows
    covers = record_covers(load_packs(["england-statutory"]))
    kinds = {row["kind"]: row for row in covers}
    assert kinds["care_review.held.1"]["source"] == "ssda903" and kinds["care_review.held.1"]["agency"]
    assert kinds["core_group.held.1"]["from"] == "2026-03-02", "its silence means something since the record opened"


def test_imported_history_owes_nobody_anything_in_the_live_table(bring: Bring, world: World, tmp_path: Path) -> None:
    """A return has no place for visits: taken as live, each of its open placements would owe one for ever."""
    adopt_pack(by=world.by("system"), text=(PACKS / "england-statutory.yaml").read_text())
    bring("ssda903", a_return(tmp_path / "r", FIRST))
    assert not Duty.objects.exists()
    found = over_record(load_packs(["england-statutory"]), DAY.isoformat(), KNOWN)
    assert found["duties"], "over the file's own coverage they are judged"
    replay.rebuild()
    assert not Duty.objects.exists()
