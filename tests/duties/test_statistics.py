"""Which clause failed most: page, CSV and JSON are one object, equal to a plain count, small numbers not derivable."""

import csv
import io
import json
from collections import Counter
from itertools import product
from random import Random
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from duties.conftest import client
from heed.cases.concern import services as concerns
from heed.duties import services
from heed.duties.curve import curve_of
from heed.duties.judged import Placed, standing_at
from heed.duties.models import Duty
from heed.duties.moments import moments_of
from heed.duties.statistics import HIDDEN, PARTS, Line, _run, hide
from heed.policy.statistics import SMALLEST, Tally
from world import World


def a_month(world: World, count: int = 36) -> None:
    """Let reports arrive, be answered in time, late, or never, and some be let go or objected to."""
    random = Random(4)
    for at in range(count):
        world.pass_time(hours=random.randint(5, 20))
        team = world.keys["front_door" if at % 3 else "youth"]
        danger = {"danger_today": "yes", "called": "999"} if at % 7 == 0 else {}
        concern = concerns.raise_concern(report=world.report(team=team, **danger), by=world.by("yara")).subject
        if at % 4:
            world.pass_time(hours=random.choice([1, 2, 60]))
            concerns.acknowledge(by=world.by("sid"), concern=concern)
            concerns.decide(by=world.by("sid"), concern=concern, outcome="assessment", reason="enough")
        if at % 9 == 0:
            row = Duty.objects.filter(key=concern, end="open").order_by("clause").first()
            if row is not None:
                services.waive(by=world.by("dora"), duty=row.id, reason="entered twice")
        if at % 10 == 1:
            concerns.object_to(by=world.by("yara"), concern=concern, why="missing twice")


def test_the_live_table_and_a_replay_give_the_same_duties(world: World) -> None:
    a_month(world, 20)
    live = standing_at(moments_of(QueryDict(), world.now))
    text = f"{world.now:%Y-%m-%dT%H:%M:%S.000000Z}"
    replayed = standing_at(moments_of(QueryDict(f"as_of={text}&known_at={text}"), world.now))
    assert not moments_of(QueryDict(f"as_of={text}"), world.now).is_now
    assert [plain(duty) for duty in live.duties] == [plain(duty) for duty in replayed.duties]
    assert {duty.end for duty in live.duties} >= {"open", "fulfilled", "waived"}
    assert live.reaches == replayed.reaches


def plain(duty: Placed) -> dict[str, Any]:
    return duty.document() | {"id": duty.id, "agency": duty.agency, "team": duty.team, "key_of": duty.owned_by}


@pytest.mark.parametrize("by", ["clause", "agency", "team", "quarter"])
def test_page_csv_and_json_are_one_object_and_agree_with_a_plain_count(world: World, by: str) -> None:
    a_month(world)
    ines = client("ines")
    text = f"{world.now:%Y-%m-%dT%H:%M:%S.000000Z}"
    where = f"/statistics/duties?by={by}&as_of={text}"
    document = json.loads(ines.get(f"{where}&as=json").content)
    rows = list(csv.DictReader(io.StringIO(ines.get(f"{where}&as=csv").content.decode())))
    assert document["entry"] == int(rows[0]["entry"]) and document["as_of"] == rows[0]["as_of"] == text
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in document["rows"]] == [
        {k: v for k, v in row.items() if k not in ("as_of", "known_at", "entry")} for row in rows
    ]
    page = ines.get(where).content.decode()
    assert f"to entry {document['entry']}" in page and "<svg" in page and "</title>" in page
    counted: Counter[str] = Counter()
    now = int(world.now.timestamp())
    for row in Duty.objects.all():
        late = row.was_late == "yes" if row.end != "open" else row.due is not None and now > row.due
        if row.end == "open":
            counted[f"{row.clause} {'overdue' if late else 'open_in_time'}"] += 1
        elif row.end == "fulfilled":
            counted[f"{row.clause} {'met_late' if late else 'met_in_time'}"] += 1
        else:
            counted[f"{row.clause} {row.end}"] += 1
    if by == "clause":
        assert {row["clause"] for row in document["rows"]} >= {"K1", "K2", "K4"}
        for row, part in product(document["rows"], PARTS):
            assert row[part] in (counted[f"{row['clause']} {part}"], HIDDEN)
            assert not 0 < counted[f"{row['clause']} {part}"] <= SMALLEST or row[part] == HIDDEN


def test_a_figure_opens_the_cases_behind_it_for_those_allowed(world: World) -> None:
    a_month(world, 20)
    clause = "K1"
    page = "/statistics/duties/cases?by=clause&clause=K1&part="
    rows = Duty.objects.filter(clause=clause)
    seen = client("ines").get(page + "due").content.decode()
    assert all(f"/duties/{row.id}/" in seen for row in rows)
    mine = client("mia").get(page + "due").content.decode()
    own = {row.id for row in rows if row.team == world.keys["front_door"]}
    assert own and all((f"/duties/{row.id}/" in mine) == (row.id in own) for row in rows)
    done = client("ines").get(page + "waived").content.decode()
    assert all((f"/duties/{row.id}/" in done) == (row.end == "waived") for row in rows)
    where = f"&by=team&where={world.keys['youth']}"
    youth = client("ines").get("/statistics/duties/cases?clause=K1&part=due" + where).content.decode()
    assert all((f"/duties/{row.id}/" in youth) == (row.team == world.keys["youth"]) for row in rows)
    assert f"/duties/{rows[0].id}/" not in client("dora").get(page + "nonsense").content.decode()


def test_what_is_known_later_changes_nothing_before(world: World) -> None:
    a_month(world, 10)
    text = f"{world.now:%Y-%m-%dT%H:%M:%S.000000Z}"
    where = f"/statistics/duties?as=json&as_of={text}&known_at={text}"
    before = client("ines").get(where).content
    world.pass_time(days=9)
    a_month(world, 5)
    assert client("ines").get(where).content == before


def test_a_record_too_large_for_a_page_says_what_to_ask_instead(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("heed.duties.judged.MOST", 10)
    answer = client("ines").get("/statistics/duties?as_of=2026-03-02")
    assert answer.status_code == 422 and "heed duties evaluate --record" in answer.content.decode()


COUNTS = st.integers(0, 14)
TALLIES = st.lists(
    st.builds(
        lambda counts: Tally(due=sum(counts), **dict(zip(PARTS, counts, strict=True))),
        st.lists(COUNTS, min_size=len(PARTS), max_size=len(PARTS)),
    ),
    min_size=1,
    max_size=6,
)


@given(TALLIES)
def test_no_hidden_count_follows_from_a_row_or_from_its_clause_s_sum(found: list[Tally]) -> None:
    lines = [Line(("A", str(at)), str(at), tally, "") for at, tally in enumerate(found)]
    hide(lines)
    for line in lines:
        assert all(getattr(line.tally, name) for name in line.hidden), "a true zero stays zero"
        assert not line.hidden or "due" in line.hidden, "a total with a hidden part would give it away"
        for name in PARTS:
            assert not 0 < getattr(line.tally, name) <= SMALLEST or line.shown(name) == HIDDEN
        if {"met_late", "overdue"} & line.hidden:
            assert line.failed == HIDDEN
        if {"met_in_time", "met_late", "overdue", "undecided", "not_testable"} & line.hidden:
            assert line.share["low"] in (None, HIDDEN)
    for name in PARTS:
        shown = [line for line in lines if getattr(line.tally, name)]
        assert sum(name in line.hidden for line in shown) != 1 or len(shown) == 1


def test_finer_tables_do_not_add_up_to_what_a_coarser_one_hides() -> None:
    """Whatever the split into rows: a clause's hidden part is hidden in a row of it, and so is that row's total."""
    random = Random(7)
    for _ in range(500):
        fine = [Tally() for _ in range(random.randint(1, 4))]
        for tally in fine:
            for name in PARTS:
                setattr(tally, name, random.choice([0, 0, 1, 4, 6, 20]))
            tally.due = sum(tally.parts().values())
        whole = Tally(due=sum(t.due for t in fine), **{n: sum(getattr(t, n) for t in fine) for n in PARTS})
        coarse = [Line(("A", ""), "", whole, "")]
        lines = [Line(("A", str(at)), str(at), tally, "") for at, tally in enumerate(fine)]
        hide(coarse)
        hide(lines)
        for name in coarse[0].hidden:
            assert any(name in line.hidden for line in lines), name


def test_since_when_is_the_start_of_the_last_unbroken_run() -> None:
    assert _run({"2019-Q1": True, "2019-Q2": False, "2019-Q3": True, "2019-Q4": True}) == "2019-Q3"
    assert _run({"2019-Q1": True, "2019-Q2": False}) == ""


def done(day: float, end: str = "fulfilled") -> Placed:
    ended = None if end == "open" else int(day * 86400)
    return Placed("K", "1", (), None, 1, [1], from_=0, due=86400, end=end, ended_at=ended, lateness="no")


def test_the_curve_shows_no_step_of_a_few() -> None:
    many = [done(0.5)] * 10 + [done(4.5)] * 10 + [done(0, "open")] * 10
    curve = curve_of(many, 10 * 86400)
    assert curve is not None
    shares = {point.day: point.share for point in curve.points}
    assert shares[1] == pytest.approx(1 / 3) and shares[5] == pytest.approx(2 / 3)
    assert curve_of([done(1)] * 5, 10 * 86400) is None
    assert curve_of([done(1)] * 20 + [done(0, "open")] * 3, 10 * 86400) is None
    few_left = curve_of([done(0.5)] * 20 + [done(5.5, "waived")] * 3 + [done(0, "open")] * 4, 30 * 86400)
    assert few_left is not None and few_left.duties == 27
    assert few_left.points[-1].day == 5, "from day 6 on only four are followed"


def test_a_name_that_a_spreadsheet_would_run_is_guarded(world: World) -> None:
    from heed.people import services as people

    people.name_team(by=world.by("system"), agency=world.keys["council"], name="=cmd", key=world.keys["front_door"])
    a_month(world, 3)
    rows = client("ines").get("/statistics/duties?by=team&as=csv").content.decode()
    assert "'=cmd" in rows
