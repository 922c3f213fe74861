"""A duty whose clause matches only its trigger is owned by that entry's subject: found, told of, ended, settled."""

from importlib import resources

from duties.conftest import client
from heed.duties import services
from heed.duties.models import Duty, Told
from heed.people import services as people
from heed.record import reading, tick
from heed.record.verify import verify
from world import World


def scrutiny(world: World) -> None:
    text = resources.files("heed.policy").joinpath("packs/scrutiny.yaml").read_text("utf-8")
    services.adopt_pack(by=world.by("system"), text=text)


def test_an_emergency_opening_owes_its_review(world: World) -> None:
    scrutiny(world)
    opening = people.break_glass(
        by=world.by("pat"), reason_code="danger_today", reason="met at the station", child=world.keys["child"]
    )
    row = Duty.objects.get(key=opening.subject, clause="G1")
    assert (row.roles, row.end, row.asked_by) == ({"trigger": str(opening.n)}, "open", world.keys["pat"])
    world.pass_time(days=9)
    tick.tick(world.now)
    assert Told.objects.filter(key=opening.subject, duty=row.id[:32]).exists()
    assert client("ines").get(f"/duties/{row.id}/").status_code == 200
    people.review_access(by=world.by("dora"), opening=opening, finding="right", reason="the child was in danger")
    row = Duty.objects.get(id=row.id)
    assert (row.end, row.was_late) == ("fulfilled", "yes")
    tick.tick(world.now)
    assert reading.of_kinds(["duty.superseded.1"]) == []
    assert verify().rebuilt


def test_it_is_let_go_by_name_and_reason(world: World) -> None:
    scrutiny(world)
    opening = people.break_glass(
        by=world.by("sam"), reason_code="court", reason="asked by the court", child=world.keys["child"]
    )
    row = Duty.objects.get(key=opening.subject, clause="G1")
    services.waive(by=world.by("dora"), duty=row.id, reason="opened twice by mistake")
    assert Duty.objects.get(id=row.id).end == "waived"
    assert verify().rebuilt


def test_a_pack_adopted_later_finds_what_was_triggered_before(world: World) -> None:
    opening = people.break_glass(
        by=world.by("sam"), reason_code="court", reason="asked by the court", child=world.keys["child"]
    )
    assert not Duty.objects.filter(clause="G1").exists()
    scrutiny(world)
    assert Duty.objects.get(clause="G1").key == opening.subject
