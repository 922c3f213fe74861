"""Pages of the slices: the outsider first, then every role against every page and object, then what each page does."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import world as worlds
from heed.cases.concern import services
from heed.cases.concern.models import Concern
from heed.duties import adopting
from heed.duties.models import Duty, Pack
from heed.entry.keys import new_key
from heed.people.models import Account, Grant
from heed.policy.files import pack_text
from heed.record import reading, tick, viewing
from world import World


@pytest.fixture
def world(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[World]:
    """The cast on SQLite, each with an account; second factors are tested with the web shell."""
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "second_factor" not in m]
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        for made in worlds.build("sqlite", tmp_path):
            for who in worlds.PEOPLE:
                user = User.objects.create(username=who, email=f"{who}@example.org")
                Account.objects.create(user=user, worker=made.keys[who])
            yield made


def client(who: str) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def reported(world: World, **more: object) -> str:
    return services.raise_concern(report=world.report(**more), by=world.by("yara")).subject


def pages(concern: str, child: str) -> list[str]:
    return [
        "/journeys/",
        "/journeys/caseload",
        f"/journeys/{child}/",
        "/imports/",
        "/gaps",
        "/published/",
        "/published/england/",
        "/imports/duties",
        f"/imports/{concern}/",
        f"/imports/{concern}/rejects.zip",
        "/",
        "/partnership",
        "/report",
        "/concerns/",
        "/work/",
        "/work/team",
        "/work/to-me",
        "/escalations/",
        "/statistics/duties",
        "/statistics/duties/cases?clause=K2&part=due",
        "/procedures/",
        "/procedures/propose",
        "/forecast/",
        "/evidence/",
        f"/concerns/{concern}/",
        f"/concerns/{concern}/receipt",
        f"/concerns/{concern}/do/acknowledge",
        f"/concerns/{concern}/do/decide",
        f"/children/{child}/",
        *(f"/duties/{row.id}/" for row in Duty.objects.filter(key=concern)),
        *(f"/duties/{row.id}/do/waive" for row in Duty.objects.filter(key=concern)),
        "/count/",
        "/count/propose",
        "/count/adopt",
    ]


def test_the_outsider_gets_nothing(world: World) -> None:
    concern = reported(world)
    for page in pages(concern, world.keys["child"]):
        answer = Client().get(page)
        assert answer.status_code == 302 and "/account/sign-in/" in answer["Location"], page
        assert Client().post(page).status_code in (302, 403, 405), page


def brought_in(world: World, folder: Path) -> tuple[str, str]:
    """Bring in an invented child allocated to the front door, and a row that cannot be taken; return their keys."""
    from heed.cases.journey.models import KnownChild
    from heed.cases.journey.services import bring_in

    path = folder / "ssd" / "ssd_cin_episodes.csv"
    path.parent.mkdir()
    path.write_text(
        "cine_referral_id,cine_person_id,cine_referral_date,cine_referral_team\n"
        "R1,INVENTED1,2026-01-05,front_door\nR2,INVENTED1,no day,front_door\n"
    )
    done = bring_in(by=world.by("sid"), standard="ssd", path=path.parent, today="2026-03-02")
    return KnownChild.objects.get().key, done.key


# Who sees which of the concern's own pages; everybody else gets 404, as if there were none.
SEES = {
    "receipt": {"yara"},
    "concern": {"yara", "sam", "mia", "sid", "dora"},
    "act": {"sam", "mia", "sid", "dora"},
    "child": {"sam", "mia", "sid", "dora"},
    "duty": {"yara", "sam", "mia", "sid", "dora", "ines"},  # the scrutineer is not told whose it is
    "waive": {"sid", "dora"},
    "hours": {"mia", "sid", "dora"},
    "statistics": {"mia", "sid", "dora", "ines"},
    "count": {"dora", "ines"},  # figures and proposals, role by role: tests/scrutiny/test_pages.py
    # What came with files: those who run the service, and the team that the file names; counts for those outside too.
    "journeys": {"sam", "mia", "sid", "dora"},
    "chronology": {"sam", "mia", "sid", "dora"},
    "imports": {"sid", "dora"},
    "import": {"sid", "dora"},
    "imported_duties": {"sid", "dora", "ines"},
    # The law in force is everybody's; what is proposed is read by lawgivers and those who oversee.
    "propose_law": {"dora", "ines"},
    "law_proposal": {"sid", "dora", "ines"},
}


@pytest.mark.parametrize("who", worlds.PEOPLE)
def test_every_role_against_every_page_and_object(world: World, who: str, tmp_path: Path) -> None:
    concern = reported(world)
    other_child = worlds.people.record_child(by=world.by("sam"), name="Never In A Concern")
    brought, key = brought_in(world, tmp_path)
    browser = client(who)
    wanted = {
        f"/concerns/{concern}/": who in SEES["concern"],
        f"/concerns/{concern}/receipt": who in SEES["receipt"],
        f"/concerns/{concern}/do/acknowledge": who in SEES["act"],
        f"/concerns/{concern}/do/decide": who in SEES["act"],
        f"/concerns/{concern}/do/nonsense": False,
        f"/concerns/{new_key()}/": False,
        f"/children/{world.keys['child']}/": who in SEES["child"],
        f"/children/{other_child}/": False,
        f"/duties/{new_key()}{new_key()}/": False,
        "/statistics/duties": who in SEES["statistics"],
        "/statistics/duties?as=csv": who in SEES["statistics"],
        "/statistics/duties?as=json&by=team": who in SEES["statistics"],
        "/statistics/duties/cases?clause=K2&part=due": who in SEES["statistics"],
        "/statistics/duties/cases?clause=K2&part=nonsense": False,
        "/forecast/": who in SEES["statistics"],
        f"/forecast/{world.keys['front_door']}": who in SEES["hours"],
        f"/forecast/{new_key()}": False,
        "/evidence/": who in SEES["statistics"],
        "/count/": who in SEES["count"],
        "/count/propose": who in SEES["count"],
        "/count/adopt": who in SEES["count"],
        f"/count/figures/{new_key()}/": False,
        "/journeys/": who in SEES["journeys"],
        "/journeys/caseload": who in SEES["journeys"],
        f"/journeys/{brought}/": who in SEES["chronology"],
        f"/journeys/{other_child}/": False,
        f"/journeys/{new_key()}/": False,
        "/imports/": who in SEES["imports"],
        "/imports/duties": who in SEES["imported_duties"],
        f"/imports/{key}/": who in SEES["import"],
        f"/imports/{key}/rejects.zip": who in SEES["import"],
        f"/imports/{key}/nonsense.zip": False,
        f"/imports/{new_key()}/": False,
    }
    law = adopting.propose(by=world.by("dora"), text=pack_text("records")[0], reason="invented", now=world.now).subject
    wanted |= {
        "/procedures/": True,
        f"/procedures/{Pack.objects.get().n}": True,
        "/procedures/0": False,
        "/procedures/propose": who in SEES["propose_law"],
        f"/procedures/proposals/{law}/": who in SEES["law_proposal"],
        f"/procedures/proposals/{new_key()}/": False,
    }
    for act in ("approve", "decline"):
        assert browser.post(f"/procedures/proposals/{new_key()}/{act}").status_code == 404, (who, act)
        if who not in SEES["propose_law"]:
            assert browser.post(f"/procedures/proposals/{law}/{act}").status_code == 404, (who, act)
    for row in Duty.objects.filter(key=concern):
        wanted |= {f"/duties/{row.id}/": who in SEES["duty"], f"/duties/{row.id}/do/nonsense": False}
        wanted |= {f"/duties/{row.id}/do/{act}": who in SEES["waive"] for act in ("waive", "suspend")}
        wanted |= {f"/duties/{row.id}/do/resume": False}  # its clock runs
    for page, may in wanted.items():
        assert browser.get(page).status_code == (200 if may else 404), (who, page)
        if not may:
            assert browser.post(page).status_code in (404, 405), (who, page)
    for page in (
        "/",
        "/partnership",
        "/gaps",
        "/published/",
        "/report",
        "/concerns/",
        "/work/",
        "/work/team",
        "/work/to-me",
        "/escalations/",
        "/integrity/",
    ):
        assert browser.get(page).status_code == 200, (who, page)
    listed = concern in browser.get("/concerns/").content.decode()
    assert listed == (who in SEES["concern"])


FRAME = re.compile(r'<nav class="govuk-service-navigation.*?</nav>', re.DOTALL)


@pytest.mark.parametrize("who", worlds.PEOPLE)
def test_the_navigation_leads_only_where_one_may_go_and_says_where_one_is(world: World, who: str) -> None:
    browser = client(who)
    for page in ("/", "/partnership", "/work/team", "/escalations/"):
        frame = FRAME.search(browser.get(page).content.decode())
        assert frame is not None and frame[0].count("<li") <= 7 and frame[0].count("aria-current") == 1, page
    shown = FRAME.search(browser.get("/escalations/").content.decode())
    assert shown is not None and 'href="/partnership" aria-current="true"' in shown[0]
    links = re.findall(r'href="(/[^"]*)"', shown[0])
    text = browser.get("/partnership").content.decode().split("<main")[1].split("</main>")[0]
    links += re.findall(r'href="(/[^"]*)"', text)
    assert {"/", "/report", "/escalations/", "/integrity/"} <= set(links)
    for link in links:
        assert browser.get(link).status_code == 200, (who, link)


@pytest.mark.parametrize("who", worlds.PEOPLE)
def test_no_list_of_duties_leads_where_its_reader_may_not_go(world: World, who: str) -> None:
    """Reports, an objection, an emergency opening with its review owed, days late: every link of every list opens."""
    concern, other = reported(world), reported(world, danger_today="yes", called="999")
    services.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="thin")
    services.object_to(by=world.by("yara"), concern=concern, why="missing twice")
    worlds.people.break_glass(by=world.by("pat"), reason_code="danger_today", reason="r", concern=other)
    tick.tick(world.pass_time(days=9))
    browser, followed = client(who), 0
    for page in ("/", "/work/", "/work/team", "/work/to-me", "/escalations/", "/concerns/"):
        text = browser.get(page).content.decode().split("<main")[1].split("</main>")[0]
        for link in sorted(set(re.findall(r'href="(/[^"?]*)"', text))):
            assert browser.get(link).status_code == 200, (who, page, link)
            followed += 1
    assert followed > 3


def form(world: World, **more: Any) -> dict[str, Any]:
    return {
        "what": "Missing twice this week.",
        "danger_today": "no",
        "source": "youth_worker",
        "team": world.keys["front_door"],
        "request": new_key(),
    } | more


def test_a_report_is_one_entry_one_row_two_duties_and_a_receipt(world: World) -> None:
    browser, typed = client("yara"), form(world, child=world.keys["child"])
    size = reading.size()
    first = browser.post("/report", typed)
    again = browser.post("/report", typed)
    assert first.status_code == 302 and first["Location"] == again["Location"], "a double click is one concern"
    assert reading.size() == size + 1
    row = Concern.objects.get()
    assert Duty.objects.filter(key=row.key, end="open").count() == 2
    page = browser.get(first["Location"])
    assert page.status_code == 200 and b"c2sp.org/tlog-proof@v1" in page.content and b"<svg" in page.content
    file = browser.get(first["Location"] + "?download")
    assert file["Content-Disposition"].endswith('.tlog-proof"') and b"Missing twice" not in file.content


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(world: World) -> None:
    browser = client("yara")
    for typed, said in (
        (form(world, what=""), "Write what you know or worry about, in a sentence or two."),
        (form(world, danger_today="yes"), "say who was called"),
        (form(world, team="nonsense"), "not one of the available choices"),
        (form(world, what="x" * 20_001), "20000"),
        (form(world, what="NUL \0 here"), "Null characters"),
    ):
        answer = browser.post("/report", typed)
        assert answer.status_code == 422 and said in answer.content.decode(), said
    assert not Concern.objects.exists()


def test_nothing_is_chosen_for_a_first_report_and_the_next_one_remembers(world: World) -> None:
    browser, typed = client("yara"), form(world)
    answer = browser.post("/report", {**typed, "team": "", "source": ""})
    assert answer.status_code == 422 and answer.content.decode().count('class="govuk-error-message"') == 2
    first = browser.get("/report").content.decode()
    assert first.count(" selected>") == first.count('<option value="" selected>') >= 2
    receipt = browser.get(browser.post("/report", typed)["Location"]).content.decode()
    assert "Invented council: front_door must answer" in receipt
    page = browser.get("/report").content.decode()
    assert f'value="{world.keys["front_door"]}" selected' in page and 'value="youth_worker" selected' in page
    browser.post("/report", form(world, source="relative"))
    assert 'value="relative" selected' not in browser.get("/report").content.decode(), "another tells her each time"


def test_the_first_page_says_what_one_s_team_owes(world: World) -> None:
    reported(world)
    for who in ("sam", "mia", "sid", "dora"):
        assert "2 duties are open" in client(who).get("/").content.decode(), who
    world.pass_time(days=9)
    for who in ("yara", "pat", "ines"):
        assert "duties are open" not in client(who).get("/").content.decode(), who


@pytest.mark.parametrize("path", ["/", "/report", "/work/team", "/concerns/"])
def test_a_page_asks_few_queries_however_long_its_list(world: World, path: str) -> None:
    browser, asked = client("mia"), []
    browser.get(path)
    for _ in range(2):
        for _ in range(5):
            reported(world)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 30, [query["sql"][:200] for query in queries]


def test_a_role_that_ends_ends_at_once_on_every_page(world: World) -> None:
    concern, browser = reported(world), client("mia")
    assert (
        browser.get(f"/concerns/{concern}/").status_code == 200
        and concern in browser.get("/work/team").content.decode()
    )
    grant = Grant.objects.get(key=world.keys["mia"], ended_n=None).grant
    worlds.people.end_role(by=world.by("adam"), grant=grant, why="moved")
    assert browser.get(f"/concerns/{concern}/").status_code == 404
    assert concern not in browser.get("/work/team").content.decode()
    worlds.people.leave(by=world.by("adam"), worker=world.keys["mia"])
    assert browser.get("/work/team").status_code in (302, 404), "nobody's account opens nothing"


def test_hostile_text_is_text(world: World) -> None:
    browser = client("yara")
    where = browser.post("/report", form(world, what="<script>alert(1)</script> =cmd|'/c calc'!A1"))["Location"]
    page = client("mia").get(where.removesuffix("receipt")).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_acting_on_a_page_is_on_the_record_and_noted_in_the_viewing_log(world: World) -> None:
    concern = reported(world)
    browser = client("mia")
    assert browser.post(f"/concerns/{concern}/do/acknowledge").status_code == 302
    assert browser.get(f"/concerns/{concern}/do/acknowledge").status_code == 404, "it is done"
    typed = {"outcome": "assessment", "words": "enough to assess", "seen": ""}
    assert browser.post(f"/concerns/{concern}/do/decide", typed).status_code == 302
    assert not Duty.objects.filter(key=concern, end="open").exists()
    assert {line["actor"] for line in viewing.looks(subject=concern)} == {world.keys["mia"]}
    assert viewing.check() == len(viewing.looks(subject=concern))


def test_a_stale_decision_says_what_happened_since(world: World) -> None:
    concern = reported(world)
    services.decide(by=world.by("sid"), concern=concern, outcome="early_help", reason="meanwhile")
    typed = {"outcome": "assessment", "words": "mine", "seen": ""}
    answer = client("mia").post(f"/concerns/{concern}/do/decide", typed)
    assert answer.status_code == 422 and "while you were writing" in answer.content.decode()
    assert "mine" in answer.content.decode(), "what was typed is kept"


def test_search_finds_a_child_however_it_is_spelt(world: World) -> None:
    worlds.people.record_child(by=world.by("sam"), name="Zoë Mockford")
    browser = client("yara")
    assert "Zoë Mockford" in browser.get("/report?name=zoe mock").content.decode()
    assert "No child of that name" in browser.get("/report?name=nobody").content.decode()
    assert "Zoë" not in browser.get("/report?name=zo").content.decode(), "two letters list nobody"


def test_worklists_say_who_owes_what_and_since_when(world: World) -> None:
    concern = reported(world)
    for who, page in (("mia", "/work/"), ("sam", "/work/team"), ("yara", "/work/to-me")):
        text = client(who).get(page).content.decode()
        assert concern in text and "overdue by" in text and "Mia" in text, who
    assert concern not in client("pat").get("/work/team").content.decode()
    assert concern not in client("yara").get("/work/").content.decode()


def test_what_climbed_is_shown_outside_without_the_child(world: World) -> None:
    concern = reported(world)
    world.pass_time(days=20)
    tick.tick(world.now)
    page = client("ines").get("/escalations/").content.decode()
    assert "K2" in page and "overdue by" in page and "Invented Child" not in page and concern not in page
    assert "Nothing has climbed" in client("yara").get("/escalations/").content.decode()
    home = client("ines").get("/").content.decode()
    assert re.search(
        r"\d duties that somebody else owes have climbed to you and are still open</a>; the first is", home
    )
    assert "climbed to you" not in client("yara").get("/").content.decode()
    services.decide(by=world.by("mia"), concern=concern, outcome="early_help", reason="seen")
    services.acknowledge(by=world.by("mia"), concern=concern)
    assert "climbed to you" not in client("ines").get("/").content.decode(), "what is done needs nobody"


def test_escalations_have_pages_and_none_falls_off_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heed.duties.views.PER_PAGE", 1)
    reported(world)
    world.pass_time(days=20)
    tick.tick(world.now)
    first, second = (client("ines").get(f"/escalations/?page={n}").content.decode() for n in (1, 2))
    assert 'rel="next"' in first and 'rel="prev"' in second and first.count("overdue by") == 1


def test_the_first_page_says_how_the_agency_stands(world: World) -> None:
    reported(world)
    for who in ("mia", "sam", "sid", "dora"):
        assert "in your team or agency</a>; 2 are overdue" in client(who).get("/").content.decode(), who
    assert "in your team or agency" not in client("pat").get("/").content.decode()


def test_an_objection_is_answered_by_somebody_else(world: World) -> None:
    concern = reported(world)
    services.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="thin")
    yara = client("yara")
    assert yara.post(f"/concerns/{concern}/do/object", {"words": "missing twice"}).status_code == 302
    page = client("sid").get(f"/concerns/{concern}/").content.decode()
    answer = page.split('href="/objections/')[1].split('"')[0]
    typed = {"position": "upheld", "words": "decide anew"}
    assert client("mia").post(f"/objections/{answer}", typed).status_code == 422
    assert client("pat").post(f"/objections/{answer}", typed).status_code == 404
    assert client("sid").post(f"/objections/{answer}", typed).status_code == 302


def test_a_worklist_is_paged_and_counts_all(world: World) -> None:
    for _ in range(15):
        reported(world)
    first = client("mia").get("/work/").content.decode()
    second = client("mia").get("/work/?page=2").content.decode()
    assert "30 duties are open" in first and "30 are overdue" in second
    assert first.count("govuk-task-list__hint") == 25 and second.count("govuk-task-list__hint") == 5
    assert client("mia").get("/work/?page=nonsense").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/work/",
        "/work/team",
        "/escalations/",
        "/forecast/",
        "/evidence/",
        "/statistics/duties",
        "/statistics/duties/cases?clause=K2&part=due",
        "/procedures/",
    ],
)
def test_every_page_about_duties_says_which_entry_it_reaches(world: World, path: str) -> None:
    reported(world)
    text = client("sid").get(path).content.decode()
    assert re.search(rf"to entry {reading.size() - 1}\b", text), path


def test_the_cases_behind_a_figure_are_a_table_that_names_duties_as_letters_do(world: World) -> None:
    concern = reported(world)
    row = Duty.objects.get(key=concern, clause="K2")
    text = client("sid").get("/statistics/duties/cases?clause=K2&part=due").content.decode()
    assert f">{row.id[:4]}-{row.id[4:8]}</a>" in text and "1 duty is listed." in text
    assert "Within one working day of a report it is decided" in text and "overdue by" in text
