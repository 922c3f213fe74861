"""Offices: who may propose and confirm one, that it opens nothing, and that its holder has the duty."""

from datetime import UTC, datetime

import pytest

import world as worlds
from heed.duties.offices import Held, Office, roster
from heed.duties.selectors import holders, is_held
from heed.lib.errors import Answered
from heed.people import selectors
from heed.people import services as people
from heed.people.entries import OFFICES, ROLES
from heed.people.forms import OFFICES as NAMED
from heed.people.models import Grant
from heed.policy.files import load_packs
from heed.record.replay import rebuild
from heed.record.verify import verify
from people.test_pages import client_of
from world import World

OFFICE = "front_door_manager"


def proposed(world: World, worker: str = "mia", *, by: str = "adam", office: str = OFFICE, team: str = "") -> str:
    council = world.keys["council"]
    return people.propose_role(
        by=world.by(by), worker=world.keys[worker], role=office, agency=council, team=world.keys.get(team, "")
    )


def held(world: World, worker: str = "mia", team: str = "") -> str:
    grant = proposed(world, worker, team=team)
    people.confirm_role(by=world.by("sid"), grant=grant)
    return grant


def test_every_role_that_a_shipped_pack_names_can_be_granted() -> None:
    clauses = [clause for pack in load_packs([]) for clause in pack.clauses]
    named = {clause.owner for clause in clauses if clause.owner}
    named |= {rung.to for clause in clauses for rung in clause.escalate}
    named |= {role for clause in clauses for role in (*clause.waive, *clause.suspend)}
    assert named - {"addressee"} <= {*ROLES, *OFFICES}
    assert set(OFFICES) <= named, "an office that no pack names any more"
    assert set(NAMED) == set(OFFICES) and not set(OFFICES) & set(ROLES)


def test_only_an_administrator_proposes_and_only_a_manager_there_confirms(world: World) -> None:
    for who in sorted(set(worlds.PEOPLE) - {"adam"}):
        with pytest.raises(Answered):
            proposed(world, by=who)
    may = set()
    for who in worlds.PEOPLE:
        grant = proposed(world)
        try:
            people.confirm_role(by=world.by(who), grant=grant)
            may.add(who)
        except Answered:
            pass
        people.end_role(by=world.by("adam"), grant=grant, why="withdrawn")
    assert may == {"sid", "dora"}
    verify()


@pytest.mark.parametrize("who", ["yara", "adam"])
def test_whoever_reads_no_records_holds_no_office(world: World, who: str) -> None:
    with pytest.raises(Answered, match=r"reads no records|reads records in that agency"):
        proposed(world, who)


def test_a_reading_role_elsewhere_is_not_enough(world: World) -> None:
    with pytest.raises(Answered, match="in that agency"):
        proposed(world, "pat")


def test_an_office_whose_reading_role_ended_meanwhile_is_not_confirmed(world: World) -> None:
    grant = proposed(world)
    own = Grant.objects.get(key=world.keys["mia"], role="team_manager")
    people.end_role(by=world.by("adam"), grant=own.grant, why="moved")
    with pytest.raises(Answered):
        people.confirm_role(by=world.by("sid"), grant=grant)


def test_an_office_opens_nothing_that_its_holder_could_not_open(world: World) -> None:
    before = client_of("mia").get("/people/workers/").status_code
    held(world)
    assert client_of("mia").get("/people/workers/").status_code == before == 404
    assert selectors.roles_of(world.keys["mia"]) == {"team_manager", OFFICE}


def test_its_holder_has_the_duty_and_without_her_the_director(world: World) -> None:
    council, mia, dora = (world.keys[who] for who in ("council", "mia", "dora"))
    assert holders(OFFICE, council, "") == (dora,) and not is_held(OFFICE, council, "")
    grant = held(world)
    assert holders(OFFICE, council, world.keys["front_door"]) == (mia,) and is_held(OFFICE, council, "")
    assert holders(OFFICE, world.keys["police"], "") == ()
    world.pass_time(days=1)
    people.end_role(by=world.by("adam"), grant=grant, why="moved")
    assert holders(OFFICE, council, "") == (dora,)
    now = int(world.now.timestamp())
    office = Office(OFFICE, council, "")
    assert roster().held(office, now - 3600, now) == Held((mia,), False)
    assert roster().held(office, now, now) == Held((dora,), True)
    assert datetime.fromtimestamp(now, UTC) == world.now


def test_a_post_of_a_team_comes_before_one_of_the_agency(world: World) -> None:
    held(world, "mia")
    held(world, "sam", team="youth")
    council, youth, door = world.keys["council"], world.keys["youth"], world.keys["front_door"]
    assert holders(OFFICE, council, youth) == (world.keys["sam"],)
    assert set(holders(OFFICE, council, door)) == {world.keys["mia"], world.keys["sam"]}


def test_with_the_last_role_that_reads_records_her_offices_end(world: World) -> None:
    grant = held(world)
    own = Grant.objects.get(key=world.keys["mia"], role="team_manager")
    people.end_role(by=world.by("adam"), grant=own.grant, why="moved")
    assert Grant.objects.get(grant=grant).ended_n is not None
    assert selectors.roles_of(world.keys["mia"]) == set()
    before = list(Grant.objects.order_by("grant").values())
    rebuild()
    assert list(Grant.objects.order_by("grant").values()) == before
    verify()


def test_another_reading_role_there_keeps_them(world: World) -> None:
    grant = held(world)
    own = Grant.objects.get(key=world.keys["mia"], role="team_manager")
    more = people.propose_role(
        by=world.by("adam"), worker=world.keys["mia"], role="service_manager", agency=world.keys["council"]
    )
    people.confirm_role(by=world.by("sid"), grant=more)
    people.end_role(by=world.by("adam"), grant=own.grant, why="moved")
    assert Grant.objects.get(grant=grant).ended_n is None


def test_it_is_proposed_and_confirmed_on_the_pages(world: World) -> None:
    adam, sid = client_of("adam"), client_of("sid")
    page = f"/people/workers/{world.keys['mia']}/"
    assert "do/office" in adam.get(page).content.decode()
    assert "Front-door manager: decides on referrals" in adam.get(f"{page}do/office").content.decode()
    answer = adam.post(f"{page}do/office", {"role": OFFICE, "place": f"{world.keys['council']}:"})
    assert answer.status_code == 302
    grant = Grant.objects.get(key=world.keys["mia"], role=OFFICE)
    assert grant.confirmed_n is None and "Front-door manager" in sid.get("/people/waiting").content.decode()
    assert sid.post(f"/people/grants/{grant.grant}/confirm").status_code == 302
    shown = adam.get(page).content.decode()
    assert "Front-door manager" in shown and "held" in shown
    refused = adam.post(f"{page}do/office", {"role": "director", "place": f"{world.keys['council']}:"})
    assert refused.status_code == 422
