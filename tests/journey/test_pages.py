"""Pages of the journey: what each shows, by which clock, to whom; who may see what is tested with the other pages."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

import world as worlds
from heed.cases.concern import services as concerns
from heed.cases.journey import services
from heed.cases.journey.models import Import, KnownChild
from heed.people.models import Account
from heed.record import viewing
from world import World

from .conftest import CORPUS, TODAY
from .test_import import FIRST, a_return


@pytest.fixture
def world(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[World]:
    """The cast on SQLite, each with an account."""
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


def text(who: str, page: str, status: int = 200) -> str:
    answer = client(who).get(page)
    assert answer.status_code == status, page
    return answer.content.decode()


def bring(world: World, standard: str, path: Path, **more: Any) -> Import:
    return services.bring_in(by=world.by("sid"), standard=standard, path=path, today=TODAY, **more)


def referrals(folder: Path, *rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    head = "cine_referral_id,cine_person_id,cine_referral_date,cine_close_date,cine_referral_team"
    (folder / "ssd_cin_episodes.csv").write_text("\n".join([head, *rows]) + "\n")
    return folder


def test_a_chronology_has_both_clocks_and_the_place_in_the_file(world: World, tmp_path: Path) -> None:
    bring(world, "ssda903", a_return(tmp_path / "one", FIRST))
    world.pass_time(days=10)
    done = services.bring_in(
        by=world.by("sid"),
        standard="ssda903",
        path=a_return(tmp_path / "two", FIRST.replace("C2", "D1")),
        today="2026-03-12",
    )
    child = KnownChild.objects.get().key
    page = text("sid", f"/journeys/{child}/")
    for words in ("2019-03-04", "2 March 2026, ", "12 March 2026, ", "corrected by entry", "A2:M2", "D1"):
        assert words in page, words
    assert "Came into care" in page and "episodes.csv" in page
    before = text("sid", f"/journeys/{child}/?known_at=2026-03-05")
    assert "Legal status: C2" in before and "D1" not in before and "corrected by" not in before
    assert "Came into care" not in text("sid", f"/journeys/{child}/?as_of=2019-03-03")
    assert {look["actor"] for look in viewing.looks(subject=child)} == {world.keys["sid"]}
    assert done.counts["corrected"] == 1


def test_a_team_sees_the_children_that_the_files_allocate_to_it(world: World, tmp_path: Path) -> None:
    rows = ("R1,MINE,2026-01-05,,front_door", "R2,THEIRS,2026-01-05,,youth", "R3,PAST,2020-01-05,2020-02-01,front_door")
    bring(world, "ssd", referrals(tmp_path / "in", *rows))
    keys = dict(KnownChild.objects.values_list("local_id", "key"))
    listed = text("sam", "/journeys/?as_of=2026-02-01")
    assert "ssd MINE" in listed and "ssd THEIRS" not in listed
    text("sam", f"/journeys/{keys['MINE']}/")
    for name in ("THEIRS", "PAST"):
        text("sam", f"/journeys/{keys[name]}/", 404)
    concerns.raise_concern(report=world.report(children=(keys["THEIRS"],)), by=world.by("yara"))
    text("sam", f"/journeys/{keys['THEIRS']}/")
    text("yara", f"/journeys/{keys['THEIRS']}/", 404)
    text("pat", f"/journeys/{keys['MINE']}/", 404)
    assert "ssd PAST" in text("sid", "/journeys/?as_of=2020-01-31")
    assert "ssd PAST" not in text("sid", "/journeys/?as_of=2020-02-01"), "closed at the end of that day"


def test_the_list_is_sorted_filtered_and_paged_in_the_address(world: World, tmp_path: Path) -> None:
    rows = [f"R{n},C{n:03},2026-01-{n % 28 + 1:02},,{'front_door' if n % 2 else 'youth'}" for n in range(1, 61)]
    bring(world, "ssd", referrals(tmp_path / "in", *rows))
    page = text("sid", "/journeys/?as_of=2026-02-01")
    assert "60 found" in page and "page 1 of 3" in page and "ssd C001" in page and "ssd C060" not in page
    last = text("sid", "/journeys/?as_of=2026-02-01&sort=-name")
    assert "ssd C060" in last and "sort=-name" in last
    assert "30 found" in text("sid", "/journeys/?as_of=2026-02-01&team=youth")
    assert "0 found" in text("sid", "/journeys/?as_of=2026-02-01&status=looked_after")
    assert "60 found" in text("sid", "/journeys/?as_of=2026-02-01&status=in_need&standard=ssd")
    assert "60 found" in text("sid", "/journeys/?as_of=2026-02-01&sort=nonsense&page=99")
    held = text("sid", "/journeys/caseload?as_of=2026-02-01")
    assert held.count(">30<") == 4, "two teams, by status and in all"


def test_the_weightiest_open_episode_is_the_status(world: World, tmp_path: Path) -> None:
    bring(world, "annex-a", CORPUS / "annex-a" / "lists.xlsx")
    page = text("sid", "/journeys/?as_of=2026-03-02")
    assert "Looked after" in page or "Child protection plan" in page


def test_an_import_shows_its_state_and_hands_out_what_was_not_taken(world: World, tmp_path: Path) -> None:
    path = a_return(tmp_path / "r", FIRST, FIRST.replace("04/03/2019", "32/03/2020"))
    done = bring(world, "ssda903", path, agreement="ISA 12/2026, invented")
    assert "complete" in text("sid", "/imports/") and "incomplete" not in text("sid", "/imports/")
    page = text("sid", f"/imports/{done.key}/")
    for words in ("ISA 12/2026, invented", "1 row was not taken", "32/03/2020", "episodes.csv", "Sid"):
        assert words in page, words
    answer = client("sid").get(f"/imports/{done.key}/rejects.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "HEED REASON" in archive.read(archive.namelist()[0]).decode("utf-8-sig")
    text("sid", f"/imports/{done.key}/findings.zip".replace("findings", "nothing"), 404)
    text("dora", f"/imports/{done.key}/")
    text("pat", f"/imports/{done.key}/", 404)


def test_an_import_that_stopped_is_shown_as_incomplete(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "_close", stop)
    with pytest.raises(KeyboardInterrupt):
        bring(world, "ssda903", a_return(tmp_path / "r", FIRST))
    assert "incomplete" in text("sid", "/imports/")
    assert "This import is incomplete" in text("sid", f"/imports/{Import.objects.get().key}/")


def test_gaps_name_the_clauses_that_cannot_be_tested(world: World) -> None:
    page = text("yara", "/gaps?standard=cin")
    assert "D1a" in page and "when the response to the referral was decided" in page
    assert "the census has none" in page and "suspects and offenders" in page.lower()
    assert "not testable" in page and "local norm" in page


def test_clauses_over_imported_history_hide_small_numbers(world: World, tmp_path: Path) -> None:
    rows = [f"R{n},C{n:03},2019-01-{n % 28 + 1:02},,youth" for n in range(1, 31)]
    bring(world, "ssd", referrals(tmp_path / "in", *rows))
    page = text("ines", "/imports/duties?as_of=2019-06-01&known_at=2026-12-01")
    assert "D1a" in page and ">30<" in page and "not testable" in page and "up to entry" in page
    bring(world, "ssda903", a_return(tmp_path / "r", FIRST))
    small = text("ines", "/imports/duties?as_of=2019-12-01&known_at=2026-12-01")
    row = small.split("D14-15")[1].split("</tbody>")[0]
    assert ">c<" in row, "one child is not shown as one"
    text("sam", "/imports/duties", 404)
