"""The coming weeks against the hours there are, told before the breach; marks on evidence, shown and never a breach."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from duties.conftest import client
from heed.cases.concern import services as concerns
from heed.duties import capacity, evidence, services
from heed.duties.models import Duty
from heed.lib.errors import Answered
from heed.record import reading, tick
from world import World


def reported(world: World, count: int = 1) -> list[str]:
    return [concerns.raise_concern(report=world.report(), by=world.by("yara")).subject for _ in range(count)]


def front_door(world: World) -> capacity.Ahead:
    return next(team for team in capacity.ahead(world.now) if team.team == world.keys["front_door"])


def test_cannot_be_met_is_told_before_anything_is_late(world: World) -> None:
    services.state_hours(by=world.by("mia"), team=world.keys["front_door"], hours=Decimal("7.5"))
    reported(world, 6)
    assert front_door(world).cannot == [], "six times K1 and K2 take at least 7.5 hours"
    reported(world)
    week = front_door(world).weeks[0]
    assert (week.duties, week.low, week.available, week.verdict) == (14, 8.75, 7.5, "cannot be met")
    assert week.begins == date(2026, 3, 2)
    assert not any(row.due is not None and row.due < world.now.timestamp() for row in Duty.objects.all())
    tick.tick(world.now)
    size = reading.size()
    tick.tick(world.now)
    told = capacity.foreseen({world.keys["front_door"]})
    assert [(row.week, row.told) for row in told] == [(date(2026, 3, 2), (world.keys["sid"],))]
    assert reading.size() == size, "told once for each team and week"


def test_a_team_that_stated_no_hours_is_not_judged(world: World) -> None:
    reported(world, 3)
    assert front_door(world).hours is None and front_door(world).cannot == []
    tick.tick(world.now)
    assert capacity.foreseen() == []


@pytest.mark.parametrize("who", ["sam", "yara", "pat", "adam", "ines"])
def test_only_managers_state_hours(world: World, who: str) -> None:
    with pytest.raises(Answered, match="stated by its manager"):
        services.state_hours(by=world.by(who), team=world.keys["front_door"], hours=Decimal(10))
    with pytest.raises(Answered, match="from 0 to 10,000"):
        services.state_hours(by=world.by("mia"), team=world.keys["front_door"], hours=Decimal(-1))
    with pytest.raises(Answered, match="stated by its manager"):
        services.state_hours(by=world.by("mia"), team=world.keys["youth"], hours=Decimal(10))


def test_the_page_states_hours_and_warns_on_the_worklist(world: World) -> None:
    reported(world, 5)
    mia = client("mia")
    where = f"/forecast/{world.keys['front_door']}"
    assert mia.post(where, {"hours": "many"}).status_code == 422
    assert mia.post(where, {"hours": "2"}).status_code == 302
    page = mia.get("/forecast/").content.decode()
    assert "The team has 2 hours a week" in page and "cannot be met" in page
    assert "cannot meet what falls due" not in mia.get("/work/").content.decode(), "tick tells it"
    tick.tick(timezone.now())
    assert "cannot meet what falls due" in mia.get("/work/").content.decode()
    assert "cannot meet what falls due" not in client("sam").get("/work/").content.decode()
    assert client("ines").get(where).status_code == 404
    assert client("mia").get(f"/forecast/{world.keys['youth']}").status_code == 404


def decided(world: World, reason: str, **more: object) -> Duty:
    concern = concerns.raise_concern(report=world.report(**more), by=world.by("yara")).subject
    concerns.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason=reason)
    return Duty.objects.get(key=concern, clause="K2")


BODY = "The child was spoken to alone, the school confirmed what was said, and the plan is to see the family together"


def test_a_copied_reason_about_the_same_child_is_marked_and_no_breach(world: World) -> None:
    first = decided(world, BODY)
    world.pass_time(hours=3)
    second = decided(world, BODY + " soon")
    world.pass_time(hours=3)
    from heed.people import services as people

    other = people.record_child(by=world.by("sam"), name="Another Invented")
    third = decided(world, BODY, children=(other,))
    fourth = decided(world, "Quite other words about another matter altogether, weighed with what is known of it")
    found = {mark.duty.id: mark.marks for mark in evidence.marked([first, second, third, fourth], 0)}
    assert found == {second.id: ("copied",)}
    assert Duty.objects.get(id=second.id).was_late == "no"
    page = client("mia").get(f"/duties/{second.id}/").content.decode()
    assert "much like an earlier entry" in page and "It is not a breach" in page
    assert "much like" not in client("mia").get(f"/duties/{first.id}/").content.decode()
    listed = client("sid").get("/evidence/").content.decode()
    assert f"/duties/{second.id}/" in listed and f"/duties/{third.id}/" not in listed
    assert BODY[:30] not in listed and BODY[:30] not in page


def test_a_burst_of_decisions_is_marked(world: World) -> None:
    rows = []
    for at, concern in enumerate(reported(world, 10)):
        world.pass_time(seconds=20)
        concerns.decide(by=world.by("mia"), concern=concern, outcome="early_help", reason=f"number {at} of a long day")
        rows.append(Duty.objects.get(key=concern, clause="K2"))
    assert {mark.marks for mark in evidence.marked(rows, 0)} == {("burst",)}
    assert evidence.marked(rows[:1], 0)[0].marks == ("burst",), "one alone is looked at with those around it"
    world.pass_time(hours=1)
    later = decided(world, "much later")
    assert evidence.marked([later], 0) == []


def test_what_was_recorded_long_after_the_claimed_time_is_marked(world: World) -> None:
    concern = reported(world)[0]
    world.pass_time(days=9)
    from heed.cases.concern.entries import ConcernDecided
    from heed.record.ledger import append, writing
    from heed.record.model import Draft

    with writing() as head:
        draft = Draft(
            kind=ConcernDecided,
            subject=concern,
            facts={"outcome": "early_help"},
            words={"reason": "weighed"},
            refs={"concern": [concern]},
            occurred_at="2026-03-02T12:00:00.000000Z",
        )
        append(head, draft, by=world.by("mia"))
    row = Duty.objects.get(key=concern, clause="K2")
    assert (row.was_late, row.weak) == ("no", ["recorded_late"])
    assert evidence.marked([row], 0)[0].marks == ("recorded_late",)
