"""A week that a team cannot meet is told by letter, once for each week and team, to its manager and above."""

from decimal import Decimal

from django.core import mail

from heed.cases.concern import services
from heed.duties import capacity
from heed.duties.services import state_hours
from heed.people import services as people
from heed.people.post.models import Letter, Line, Notice
from heed.record import reading
from heed.record.verify import verify
from world import World

from .conftest import client_of, ticked

SAID = "A team cannot meet what falls due in the week of 2 March 2026"


def to(who: str) -> list[str]:
    return [str(m.body) for m in mail.outbox if m.to == [f"{who}@example.org"]]


def short(world: World, hours: str = "1") -> None:
    state_hours(by=world.by("mia"), team=world.keys["front_door"], hours=Decimal(hours))
    for _ in range(7):
        services.raise_concern(report=world.report(), by=world.by("yara"))


def test_the_manager_is_told_once_before_anything_is_late(world: World) -> None:
    short(world)
    ticked(world)
    assert [text.count(SAID) for text in to("mia")] == [1] and [text.count(SAID) for text in to("sid")] == [1]
    assert {m.to[0] for m in mail.outbox} == {"mia@example.org", "sid@example.org"}
    weeks = [row.week for row in capacity.foreseen()]
    assert len(weeks) == len(set(weeks)) >= 1
    sent, size = len(mail.outbox), reading.size()
    ticked(world, minutes=5)
    assert (len(mail.outbox), reading.size()) == (sent, size), "once for each week and team"
    kinds = {entry.kind for entry in reading.stream(world.keys["front_door"])}
    assert {"team.shortfall_foreseen.1", "notice.sent.1"} <= kinds
    assert "shortfall" in Notice.objects.get(key=world.keys["sid"]).occasions
    verify()


def test_a_letter_names_no_team_and_its_page_does(world: World) -> None:
    short(world)
    ticked(world)
    assert "front_door" not in "".join(to("mia") + to("sid"))
    letter = Letter.objects.get(worker=world.keys["sid"])
    page = client_of("sid").get(f"/told/{letter.key}").content.decode()
    assert "front_door, the week of 2 March 2026" in page and "Nothing of it is open" not in page
    assert client_of("mia").get(f"/told/{letter.key}").status_code == 404


def test_a_team_with_enough_hours_is_told_nothing_of_it(world: World) -> None:
    short(world, "500")
    ticked(world)
    assert SAID not in "".join(to("mia")) and to("sid") == []


def test_another_week_is_told_anew_and_a_week_that_is_over_no_more(world: World) -> None:
    short(world)
    ticked(world)
    Line.objects.all().delete()  # as if nobody had been told
    mail.outbox.clear()
    ticked(world, days=8)
    assert SAID not in "".join(to("mia") + to("sid"))
    for _ in range(7):
        services.raise_concern(report=world.report(), by=world.by("yara"))
    ticked(world, minutes=5)
    assert "in the week of 9 March 2026" in "".join(to("mia"))


def test_whoever_takes_the_team_over_is_told_too(world: World) -> None:
    short(world)
    ticked(world)
    grant = people.propose_role(
        by=world.by("adam"), worker=world.keys["sam"], role="team_manager",
        agency=world.keys["council"], team=world.keys["front_door"],
    )  # fmt: skip
    people.confirm_role(by=world.by("sid"), grant=grant)
    ticked(world, minutes=5)
    assert [SAID in text for text in to("sam")] == [True]
