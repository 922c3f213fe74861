"""One duty in full: what a court would ask, as known then and as known now, and nothing about whose it is outside."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from duties.conftest import client
from heed.cases.concern import services as concerns
from heed.duties import services
from heed.duties.full import in_full_at
from heed.duties.models import Duty
from heed.duties.offices import Office, roster
from heed.duties.selectors import holders, is_held
from heed.lib.errors import Answered
from heed.people import services as people
from heed.people.models import Grant
from heed.record import tick
from heed.record.ledger import append, writing
from heed.record.model import Draft
from world import START, World


def reported(world: World) -> Duty:
    concern = concerns.raise_concern(report=world.report(), by=world.by("yara")).subject
    return Duty.objects.get(key=concern, clause="K2")


def at(world: World) -> dict[str, Any]:
    return {"as_of": world.now, "known_at": world.now}


def test_every_step_of_the_clock_is_said(world: World) -> None:
    told = in_full_at(reported(world), **at(world))
    assert told is not None
    assert told.arithmetic == [
        "Counted from Monday 02 March 2026, local day; that day itself is not counted.",
        "Tue 03 Mar 2026: working day 1 of 1.",
        "Due to the end of that day: 2026-03-03T23:59:59.000000Z (UTC).",
    ]
    assert [line.about for line in told.triggers] == [
        "Somebody reported a concern about a child, an unnamed child, a place or a suspect."
    ]
    assert told.would_end == ["What is to be done was decided, with the reason."]
    assert [row.now for row in told.held] == ["Mia"] and not told.held[0].differs


def test_the_text_is_the_page(world: World) -> None:
    row = reported(world)
    world.pass_time(days=9)
    tick.tick(world.now)
    told = in_full_at(row, **at(world))
    assert told is not None and told.is_overdue
    text = told.text(show_key=True)
    for said in (
        "Clause K2, version 1 (statutory guidance; Working Together",
        "limit secondary",
        f"About: concern {row.key}.",
        "working day 1 of 1",
        "Held by Mia from 2026-03-02",
        "Told service_manager",
        "Told scrutineer",
        "Open (late); concern.decided.1 would end it.",
        f"The record to entry {told.reaches}.",
    ):
        assert said in text, said
    assert row.key not in told.text(show_key=False) and "about withheld" in told.text(show_key=False)
    assert len(told.told) == 3 and told.told[2][2] == "Ines"


def test_letters_about_the_same_key_are_named_with_whom_they_reached(world: World) -> None:
    row = reported(world)
    world.pass_time(days=9)
    tick.tick(world.now)
    told = in_full_at(row, as_of=world.now, known_at=timezone.now())
    assert told is not None
    sent = [letter for letter in told.letters if letter.line.about.startswith("A mail server took a letter")]
    assert {"Mia", "Sid"} <= {letter.who for letter in sent}
    assert any("rung_passed" in letter.occasions for letter in sent)
    assert "To Mia, about the same key: entry" in told.text(show_key=False)
    page = client("ines").get(f"/duties/{row.id}/").content.decode()
    assert "Letters about the same key" in page and "@example.org" not in page


def test_a_duty_is_shown_as_it_was_known(world: World) -> None:
    row = reported(world)
    first = world.now
    world.pass_time(days=3)
    concerns.decide(by=world.by("mia"), concern=row.key, outcome="assessment", reason="enough")
    then = in_full_at(row, as_of=first, known_at=first)
    later = in_full_at(row, **at(world))
    before = in_full_at(row, as_of=first, known_at=first - timedelta(minutes=1))
    assert then is not None and later is not None and before is None
    assert (then.judged.end, then.ending) == ("open", None)
    assert (later.judged.end, later.judged.lateness) == ("fulfilled", "yes")
    assert later.ending is not None and later.ending.actor == "Mia"


def grant_of(world: World, who: str) -> Grant:
    return Grant.objects.get(key=world.keys[who])


def test_a_leaver_s_duty_passes_on_and_the_past_keeps_its_holder(world: World) -> None:
    row = reported(world)
    world.pass_time(hours=5)
    people.leave(by=world.by("adam"), worker=world.keys["mia"])
    told = in_full_at(row, **at(world))
    assert told is not None
    assert [(line.now, line.unheld) for line in told.held] == [("Mia", False), ("Dora", True)]
    assert "it fell to the accountable officer" in told.text(show_key=True)


def test_where_later_knowledge_names_another_holder_both_are_said(world: World) -> None:
    """Mia had given her role up on Tuesday; the record learns of it on Friday."""
    row = reported(world)
    world.pass_time(days=4)
    from heed.people.entries import GrantEnded

    with writing() as head:
        draft = Draft(
            kind=GrantEnded,
            subject=grant_of(world, "mia").grant,
            facts={"why": "moved"},
            refs={"worker": [world.keys["mia"]]},
            occurred_at="2026-03-03T09:00:00.000000Z",
        )
        append(head, draft, by=world.by("adam"))
    told = in_full_at(row, **at(world))
    assert told is not None
    assert [(line.then, line.now, line.differs) for line in told.held] == [
        ("Mia", "Mia", False),
        ("Mia", "Dora", True),
        ("Dora", "Dora", False),
    ]
    assert "the record then named Mia as holder; what was recorded since names Dora" in told.text(show_key=True)
    as_was = roster().held(_office(row), _second("2026-03-04"), _second("2026-03-04"))
    assert as_was.workers == (world.keys["mia"],)


def _office(row: Duty) -> Office:
    return Office(row.owner, row.agency, row.team)


def _second(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp())


def test_the_roster_names_whom_the_worklists_name(world: World) -> None:
    """Two answers to one question, from the entries and from the table, for every office there can be."""
    people.leave(by=world.by("adam"), worker=world.keys["sid"])
    world.pass_time(hours=1)
    now = int(world.now.timestamp())
    for role in ("team_manager", "practitioner", "service_manager", "director", "scrutineer", "front_door_manager"):
        for agency in ("council", "police", "board"):
            for team in ("", world.keys["front_door"], world.keys["youth"]) if agency == "council" else ("",):
                office = Office(role, world.keys[agency], team)
                held = roster().held(office, now, now)
                assert set(held.workers) == set(holders(role, office.agency, team)), office
                assert held.unheld != is_held(role, office.agency, team), office


def test_the_page_works_and_notes_who_looked(world: World) -> None:
    from heed.record import viewing

    row = reported(world)
    page = client("mia").get(f"/duties/{row.id}/").content.decode()
    for said in ("Within one working day", "Who held it", "How the due was counted", "working day 1 of 1"):
        assert said in page, said
    assert "Let this duty go" not in page, "she owes it herself"
    assert f"/concerns/{row.key}/" in page and "Mia" in page
    assert [line["actor"] for line in viewing.looks(subject=row.key)] == [world.keys["mia"]]
    file = client("mia").get(f"/duties/{row.id}/?download=1")
    assert file["Content-Disposition"].startswith("attachment") and b"Clause K2" in file.content
    outside = client("ines").get(f"/duties/{row.id}/").content.decode()
    assert row.key not in outside and "not yours to see" in outside
    assert row.key not in client("ines").get(f"/duties/{row.id}/?download=1").content.decode()


def test_a_moment_that_cannot_be_read_is_said_beside_its_field(world: World) -> None:
    row = reported(world)
    page = client("mia").get(f"/duties/{row.id}/?as_of=yesterday").content.decode()
    assert "Write a day as 2026-03-31" in page and "Who held it" in page
    page = client("mia").get(f"/duties/{row.id}/?as_of=2026-03-01&known_at=2026-03-01").content.decode()
    assert "there was no such duty" in page


def test_letting_go_suspending_and_resuming_on_the_page(world: World) -> None:
    row = reported(world)
    sid = client("sid")
    where = f"/duties/{row.id}/do/"
    assert sid.post(where + "suspend", {"reason": ""}).status_code == 422
    assert sid.post(where + "suspend", {"reason": "the family is abroad"}).status_code == 302
    assert sid.get(where + "suspend").status_code == 404, "it is suspended already"
    assert sid.post(where + "resume").status_code == 302
    row = Duty.objects.get(id=row.id)
    assert row.adjusted_due is not None and row.due is not None and row.adjusted_due >= row.due
    assert sid.post(where + "waive", {"reason": "told by phone, and noted"}).status_code == 302
    assert Duty.objects.get(id=row.id).end == "waived"
    page = sid.get(f"/duties/{row.id}/").content.decode()
    assert "A named person let a duty go" in page and "Let this duty go" not in page


@pytest.mark.parametrize(("who", "said"), [("mia", "Only service manager"), ("pat", "Only"), ("adam", "Only")])
def test_only_a_manager_above_the_team_settles_a_duty(world: World, who: str, said: str) -> None:
    row = reported(world)
    for act in (services.waive, services.suspend):
        with pytest.raises(Answered, match=said):
            act(by=world.by(who), duty=row.id, reason="tired of it")
    with pytest.raises(Answered, match=said):
        services.resume(by=world.by(who), duty=row.id)
    assert Duty.objects.get(id=row.id).end == "open"


def test_nobody_settles_a_duty_that_she_owes_herself(world: World) -> None:
    """The answer to an objection is owed by the service manager: her director may let it go, she may not."""
    row = reported(world)
    concerns.decide(by=world.by("mia"), concern=row.key, outcome="no_further_action", reason="thin")
    concerns.object_to(by=world.by("yara"), concern=row.key, why="missing twice")
    owed = Duty.objects.get(clause="K4", end="open")
    assert owed.owner == "service_manager"
    with pytest.raises(Answered, match="owes herself"):
        services.waive(by=world.by("sid"), duty=owed.id, reason="no time")
    assert client("sid").get(f"/duties/{owed.id}/do/waive").status_code == 404
    services.waive(by=world.by("dora"), duty=owed.id, reason="answered in person, and noted")
    assert Duty.objects.get(id=owed.id).end == "waived"


def test_worklists_lead_to_the_duty(world: World) -> None:
    row = reported(world)
    world.pass_time(days=9)
    tick.tick(world.now)
    for who, page in (("mia", "/work/"), ("sam", "/work/team"), ("yara", "/work/to-me"), ("ines", "/escalations/")):
        assert f"/duties/{row.id}/" in client(who).get(page).content.decode(), who
        assert client(who).get(f"/duties/{row.id}/").status_code == 200, who
    assert START < world.now < timezone.now().astimezone(UTC)
