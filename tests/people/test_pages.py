"""Pages about people: the outsider first, then every role against every page, then what each page does."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve

import world as worlds
from heed.cases.concern import services as concerns
from heed.entry.keys import new_key
from heed.people import accounts, selectors
from heed.people import services as people
from heed.people.models import Agency, Grant, Reset, Worker
from heed.people.post.models import Letter
from heed.record import reading
from world import World

from .conftest import client_of


@pytest.fixture
def vendor() -> str:
    return "sqlite"


def pages(world: World) -> dict[str, set[str]]:
    """Return every page about people, made ready to be opened, and who of the cast may open it."""
    council, mia = world.keys["council"], world.keys["mia"]
    grant = people.propose_role(by=world.by("adam"), worker=world.keys["yara"], role="inspector", agency=council)
    accounts.ask_reset(by=world.by("adam"), worker=mia, reason="she showed her card")
    admin = {"adam"}
    return {
        "/people/": admin,
        "/people/waiting": set(worlds.PEOPLE),
        "/people/agencies/add": admin,
        f"/people/agencies/{council}/": admin,
        f"/people/agencies/{council}/edit": admin,
        f"/people/agencies/{council}/teams/add": admin,
        f"/people/agencies/{new_key()}/": set(),
        "/people/workers/": admin,
        "/people/workers/?q=mia&state=all&page=7": admin,
        "/people/workers/invite": admin,
        f"/people/workers/{mia}/": admin,
        f"/people/workers/{new_key()}/": set(),
        **{
            f"/people/workers/{mia}/do/{act}": admin
            for act in ("propose", "office", "link", "address", "reset", "leave")
        },
        f"/people/workers/{mia}/do/nonsense": set(),
        f"/people/grants/{grant}/confirm": {"mia", "sid", "dora"},
        f"/people/grants/{new_key()}/confirm": set(),
        f"/people/grants/{grant}/end": admin,
        f"/people/resets/{mia}": {"yara", "sam", "sid", "dora"},
        f"/people/resets/{world.keys['sam']}": set(),
    }


def test_the_outsider_gets_nothing(world: World) -> None:
    for page in pages(world):
        answer = Client().get(page)
        assert answer.status_code == 302 and "/account/sign-in/" in answer["Location"], page
        assert Client().post(page).status_code in (302, 405), page


@pytest.mark.parametrize("who", worlds.PEOPLE)
def test_every_role_against_every_page(world: World, who: str) -> None:
    browser = client_of(who)
    for page, may in pages(world).items():
        answer = browser.get(page)
        assert answer.status_code == (200 if who in may else 404), (who, page)
        if who not in may:
            size = reading.size()
            assert browser.post(page).status_code in (404, 405), (who, page)
            assert reading.size() == size


def test_every_page_of_these_addresses_took_part(world: World) -> None:
    from heed.people import urls

    tried = {resolve(page.split("?")[0]).view_name for page in pages(world)}
    assert tried == {pattern.name for pattern in urls.urlpatterns}


def test_an_administrator_of_another_agency_manages_nobody_here(world: World) -> None:
    grant = people.propose_role(
        by=world.by("adam"), worker=world.keys["pat"], role="reporter", agency=world.keys["police"]
    )
    people.end_role(by=world.by("adam"), grant=grant, why="withdrawn")
    paul = people.seat_founder(
        by=world.by("system"), agency=world.keys["police"], team="", name="Paul", role="administrator"
    )
    user = User.objects.create(username="paul@example.org", email="paul@example.org")
    from heed.people.models import Account

    Account.objects.create(user=user, worker=paul)
    browser = client_of("paul")
    assert "Mia" not in browser.get("/people/workers/?state=all").content.decode()
    assert "Pat" in browser.get("/people/workers/").content.decode()
    for page in (f"/people/workers/{world.keys['mia']}/", f"/people/agencies/{world.keys['council']}/edit"):
        assert browser.get(page).status_code == 404 and browser.post(page, {}).status_code in (404, 405)
    assert client_of("adam").get(f"/people/agencies/{world.keys['police']}/").status_code == 404, "it has its own now"


def test_an_administrator_reads_no_record(world: World) -> None:
    concern = concerns.raise_concern(report=world.report(), by=world.by("yara")).subject
    browser = client_of("adam")
    for page in (f"/concerns/{concern}/", f"/children/{world.keys['child']}/", f"/concerns/{concern}/do/acknowledge"):
        assert browser.get(page).status_code == 404
    assert concern not in browser.get("/concerns/").content.decode()


def test_from_invitation_to_the_first_day(world: World) -> None:
    adam = client_of("adam")
    typed = {
        "name": "New Sample",
        "email": "new@example.org",
        "profession": "social_worker",
        "place": f"{world.keys['council']}:{world.keys['front_door']}",
    }
    assert adam.post("/people/workers/invite", typed).status_code == 302
    new = Worker.objects.get(name="New Sample")
    assert new.team == world.keys["front_door"] and Letter.objects.get(worker=new.key).writer == "enrolment"
    page = adam.get("/people/workers/?q=new@example").content.decode()
    assert "New Sample" in page and "1 worker<" in page

    role = {"role": "team_manager", "place": f"{world.keys['council']}:"}
    refused = adam.post(f"/people/workers/{new.key}/do/propose", role)
    assert refused.status_code == 422 and "held in a team" in refused.content.decode()
    role["place"] = f"{world.keys['council']}:{world.keys['front_door']}"
    assert adam.post(f"/people/workers/{new.key}/do/propose", role).status_code == 302
    grant = Grant.objects.get(key=new.key)
    assert "waits for a second person" in adam.get(f"/people/workers/{new.key}/").content.decode()

    mia = client_of("mia")
    assert "1 thing waits for you as the second person." in mia.get("/").content.decode()
    assert "New Sample: Team manager" in mia.get("/people/waiting").content.decode()
    assert mia.post(f"/people/grants/{grant.grant}/confirm").status_code == 302
    assert selectors.roles_of(new.key) == {"team_manager"}
    assert "waits for you" not in mia.get("/").content.decode()

    assert adam.post(f"/people/grants/{grant.grant}/end", {"why": "moved"}).status_code == 302
    page = adam.get(f"/people/workers/{new.key}/").content.decode()
    assert "Roles before" in page and "No role is held." in page
    assert adam.post(f"/people/workers/{new.key}/do/leave").status_code == 302
    page = adam.get(f"/people/workers/{new.key}/").content.decode()
    assert "This person has left" in page and "do/propose" not in page
    assert "New Sample" not in adam.get("/people/workers/").content.decode()
    assert "New Sample" in adam.get("/people/workers/?state=left").content.decode()


def test_refused_forms_keep_what_was_typed(world: World) -> None:
    adam = client_of("adam")
    for page, typed, said in (
        ("/people/workers/invite", {"name": "Kept", "email": "mia@example.org"}, "Choose an answer"),
        (
            "/people/workers/invite",
            {"name": "Kept", "email": "mia@example.org", "place": f"{world.keys['council']}:"},
            "another account",
        ),
        ("/people/agencies/add", {"name": "Kept" + "x" * 200, "type": "council"}, "200"),
        (f"/people/workers/{world.keys['mia']}/do/reset", {"reason": ""}, "Fill in"),
        (f"/people/workers/{world.keys['mia']}/do/address", {"email": "sam@example.org"}, "another account"),
    ):
        answer = adam.post(page, typed)
        text = answer.content.decode()
        assert answer.status_code == 422 and said in text, (page, said)
        assert "Kept" in text if "name" in typed else True


def test_hostile_names_are_text(world: World) -> None:
    adam = client_of("adam")
    name = "<script>alert(1)</script>"
    adam.post("/people/agencies/add", {"name": name, "type": "school"})
    key = Agency.objects.get(name=name).key
    for page in ("/people/", f"/people/agencies/{key}/", f"/people/agencies/{key}/edit", "/people/workers/invite"):
        text = adam.get(page).content.decode()
        assert "<script>alert" not in text and "&lt;script&gt;alert" in text, page


def test_numbers_are_changed_on_their_page(world: World) -> None:
    council = world.keys["council"]
    adam = client_of("adam")
    assert "01632 960001" in adam.get(f"/people/agencies/{council}/edit").content.decode()
    typed = {
        "name": "Invented council",
        "type": "council",
        "day_number": "01632 960002",
        "night_number": "01632 960003",
    }
    assert adam.post(f"/people/agencies/{council}/edit", typed).status_code == 302
    assert "01632 960003" in adam.get(f"/people/agencies/{council}/").content.decode()
    adam.post(f"/people/agencies/{council}/teams/add", {"name": "Night team"})
    assert "Night team" in client_of("yara").get("/report").content.decode()


def test_a_reset_is_answered_on_its_page(world: World) -> None:
    mia = world.keys["mia"]
    client_of("adam").post(f"/people/workers/{mia}/do/reset", {"reason": "she showed her card"})
    sid = client_of("sid")
    page = sid.get(f"/people/resets/{mia}").content.decode()
    assert "she showed her card" in page and "Adam" in page
    assert sid.post(f"/people/resets/{mia}", {"answer": "agree"}).status_code == 302
    assert Reset.objects.get(key=mia).answered_n and sid.get(f"/people/resets/{mia}").status_code == 404


def test_a_long_list_has_pages_whose_addresses_keep_the_search(world: World) -> None:
    for n in range(30):
        people.join(by=world.by("adam"), agency=world.keys["council"], team="", name=f"Sample {n:02}")
    browser = client_of("adam")
    first = browser.get("/people/workers/?q=sample").content.decode()
    assert "30 workers" in first and "page 1 of 2" in first and "?q=sample&amp;state=&amp;page=2" in first
    second = browser.get("/people/workers/?q=sample&page=2").content.decode()
    assert "Sample 29" in second and "Sample 00" not in second


def test_whom_letters_do_not_reach_stands_on_the_administrators_page(world: World, settings: Any) -> None:
    from heed.people.post import services as post

    letter = Letter.objects.create(key="a" * 32, worker=world.keys["mia"], writer="duties", made_at=world.now)
    adam = client_of("adam")
    assert "Letters reach everybody who holds a role." in adam.get("/people/").content.decode()
    post.record_bounced(by=world.by("system"), letter=letter.key, status="5.1.1")
    assert "letters come back" in adam.get("/people/").content.decode()
    page = adam.get(f"/people/workers/{world.keys['mia']}/").content.decode()
    assert "Letters do not reach this person." in page and "5.1.1" in page and "came back" in page
