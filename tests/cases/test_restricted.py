"""Restricted records: two people, a reason, and for everybody else nothing; the glass that opens, and its review."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import world as worlds
from cases.test_pages import client, reported, world  # noqa: F401
from heed.cases.concern import selectors, services
from heed.cases.concern.models import Concern
from heed.duties.models import Duty
from heed.lib.errors import Answered
from heed.people import services as people
from heed.people.restriction import selectors as kept
from heed.people.restriction import services as restriction
from heed.people.restriction.models import Opened, Restriction
from heed.record import reading, replay, tick, viewing
from heed.record.verify import verify
from world import World


def restrict(world: World, **target: str) -> str:  # noqa: F811
    """Restrict a record to Sam and Mia: proposed by Sam, agreed by Sid, who is not named."""
    named = [world.keys["sam"], world.keys["mia"]]
    key = restriction.propose(by=world.by("sam"), workers=named, reason="a witness works here", **target).subject
    restriction.agree(by=world.by("sid"), restriction=key, reason="it is so")
    return key


def pages(concern: str, child: str) -> list[str]:
    acts = ("acknowledge", "decide", "correct", "move", "restrict", "lift", "add")
    return [f"/concerns/{concern}/", f"/children/{child}/", *(f"/concerns/{concern}/do/{act}" for act in acts)]


@pytest.mark.parametrize("what", ["concern", "child"])
@pytest.mark.parametrize("who", worlds.PEOPLE)
def test_every_role_against_a_restricted_record(world: World, who: str, what: str) -> None:  # noqa: F811
    concern, child = reported(world), world.keys["child"]
    restrict(world, **{what: concern if what == "concern" else child})
    browser = client(who)
    sees = who in ("sam", "mia")
    for page in pages(concern, child):
        if page.endswith(("/restrict", "/lift")):
            continue
        wanted = sees or (who == "yara" and page.endswith(("/correct", "/add", f"{concern}/")))
        assert browser.get(page).status_code == (200 if wanted else 404), (who, page)
        if not wanted:
            assert browser.post(page).status_code in (404, 405), (who, page)
    own = sees or who == "yara"
    for page in ("/", "/concerns/", "/work/", "/work/team", "/work/to-me", "/escalations/"):
        text = browser.get(page).content.decode()
        assert own or concern not in text, (who, page)
    if what == "child":
        found = browser.get("/report?name=invented child").content.decode()
        assert (child in found) == sees, who
        chosen = browser.get(f"/report?child={child}").content.decode()
        assert ("Invented Child" in chosen) == sees, who


def test_a_restriction_is_of_one_record_names_two_and_is_agreed_by_a_second_manager(world: World) -> None:  # noqa: F811
    concern, two = reported(world), [world.keys["sam"], world.keys["mia"]]
    sam = world.by("sam")
    for wrong, said in (
        ({"workers": two}, "one child"),
        ({"workers": two, "child": world.keys["child"], "concern": concern}, "one child"),
        ({"workers": two[:1], "concern": concern}, "at least two"),
        ({"workers": [two[0], "0" * 32], "concern": concern}, "does not work here"),
    ):
        with pytest.raises(Answered, match=said):
            restriction.propose(by=sam, reason="r", **wrong)  # type: ignore[arg-type]
    key = restriction.propose(by=sam, workers=two, reason="r", concern=concern).subject
    with pytest.raises(Answered, match="proposed already"):
        restriction.propose(by=world.by("mia"), workers=two, reason="r", concern=concern)
    assert kept.in_force() == [], "nothing is restricted by one person"
    with pytest.raises(Answered, match="second person must"):
        restriction.agree(by=sam, restriction=key, reason="r")
    for who in ("yara", "pat", "adam"):
        with pytest.raises(Answered, match="team manager"):
            restriction.agree(by=world.by(who), restriction=key, reason="r")
    restriction.agree(by=world.by("mia"), restriction=key, reason="r")
    with pytest.raises(Answered, match="answered already"):
        restriction.decline(by=world.by("sid"), restriction=key, reason="r")
    assert [row.concern for row in kept.in_force()] == [concern]
    verify()


def test_a_declined_restriction_restricts_nothing(world: World) -> None:  # noqa: F811
    concern, two = reported(world), [world.keys["sam"], world.keys["mia"]]
    key = restriction.propose(by=world.by("sam"), workers=two, reason="r", concern=concern).subject
    restriction.decline(by=world.by("mia"), restriction=key, reason="no need")
    assert client("sid").get(f"/concerns/{concern}/").status_code == 200
    restriction.propose(by=world.by("sam"), workers=two, reason="again", concern=concern)


def test_lifting_takes_two_as_well(world: World) -> None:  # noqa: F811
    concern = reported(world)
    key = restrict(world, concern=concern)
    with pytest.raises(Answered, match="proposed this"):
        restriction.lift(by=world.by("mia"), restriction=key, reason="r")
    restriction.propose_lift(by=world.by("mia"), restriction=key, reason="over")
    with pytest.raises(Answered, match="second person"):
        restriction.lift(by=world.by("mia"), restriction=key, reason="r")
    restriction.lift(by=world.by("sid"), restriction=key, reason="over")
    assert client("dora").get(f"/concerns/{concern}/").status_code == 200
    with pytest.raises(Answered, match="no such restriction"):
        restriction.propose_lift(by=world.by("mia"), restriction=key, reason="r")
    verify()


def test_a_concern_filed_under_a_restricted_child_later_is_restricted_too(world: World) -> None:  # noqa: F811
    restrict(world, child=world.keys["child"])
    concern = reported(world)
    assert client("sid").get(f"/concerns/{concern}/").status_code == 404
    right = people.record_child(by=world.by("sam"), name="Right Sample")
    services.move(
        by=world.by("mia"), concern=concern, wrong=world.keys["child"], right=right, reason="a namesake of hers"
    )
    assert client("sid").get(f"/concerns/{concern}/").status_code == 200


def test_a_restricted_report_still_climbs_without_the_child(world: World) -> None:  # noqa: F811
    concern = reported(world)
    restrict(world, concern=concern)
    world.pass_time(days=20)
    tick.tick(world.now)
    page = client("ines").get("/escalations/").content.decode()
    assert "K2" in page and "Invented Child" not in page and concern not in page


def test_an_objection_in_a_restricted_concern_is_on_no_other_list(world: World) -> None:  # noqa: F811
    concern = reported(world)
    services.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="r")
    services.object_to(by=world.by("yara"), concern=concern, why="missing twice")
    before = client("sid").get("/work/").content.decode().count("objection is answered")
    restrict(world, concern=concern)
    after = client("sid").get("/work/").content.decode().count("objection is answered")
    assert before > 0 and after == 0


def test_restrictions_survive_a_rebuild(world: World) -> None:  # noqa: F811
    concern = reported(world)
    restrict(world, concern=concern)
    rows = list(Restriction.objects.values())
    replay.rebuild()
    assert list(Restriction.objects.values()) == rows
    assert client("sid").get(f"/concerns/{concern}/").status_code == 404


def test_the_pages_restrict_and_lift(world: World) -> None:  # noqa: F811
    concern = reported(world)
    page = f"/concerns/{concern}/do/"
    typed: dict[str, Any] = {"what": "concern", "workers": [world.keys["sam"], world.keys["mia"]], "words": "a witness"}
    assert client("sam").post(page + "restrict", typed | {"workers": [world.keys["sam"]]}).status_code == 422
    assert client("sam").post(page + "restrict", typed).status_code == 302
    assert "waits for a second person" in client("sid").get(f"/concerns/{concern}/").content.decode()
    assert client("sam").get(page + "restrict-agree").status_code == 404
    done = client("sid").post(page + "restrict-agree", {"words": "it is so"})
    assert done.status_code == 302 and done["Location"] == "/concerns/", "she does not see it any more"
    text = client("mia").get(f"/concerns/{concern}/").content.decode()
    assert "Only these people see it: Mia, Sam" in text
    assert client("sam").post(page + "lift", {"words": "over"}).status_code == 302
    assert client("mia").post(page + "lift-agree", {"words": "over"}).status_code == 302
    assert client("sid").get(f"/concerns/{concern}/").status_code == 200
    verify()


# --- the glass ---


def opening(**more: str) -> dict[str, str]:
    return {"reason_code": "danger_today", "words": "she is missing now"} | more


def test_nobody_opens_without_a_reading_role(world: World) -> None:  # noqa: F811
    for who in worlds.PEOPLE:
        wanted = 200 if who not in ("yara", "adam") else 404
        assert client(who).get("/emergency/").status_code == wanted, who


@pytest.mark.parametrize("restricted", [False, True])
def test_breaking_the_glass_is_recorded_shown_and_reviewed(world: World, restricted: bool) -> None:  # noqa: F811
    concern = reported(world)
    n = Concern.objects.get().raised_n
    if restricted:
        restrict(world, concern=concern)
    pat = client("pat")
    assert pat.get(f"/concerns/{concern}/").status_code == 404
    for _ in range(2):  # a double click is one opening
        done = pat.post("/emergency/", opening(reference=str(n)))
        assert done.status_code == 302 and done["Location"] == f"/concerns/{concern}/"
    text = pat.get(f"/concerns/{concern}/").content.decode()
    assert "opened this in an emergency" in text and "Missing overnight twice" in text
    assert Opened.objects.count() == 1
    assert Duty.objects.get(key=Opened.objects.get().key).clause == "K5"
    verify()


def test_an_opening_ends_after_a_day(world: World) -> None:  # noqa: F811
    concern = reported(world)
    people.break_glass(by=world.by("pat"), reason_code="court", reason="r", concern=concern)
    at = world.now
    for hours, sees in ((0, True), (23, True), (25, False)):
        seen = selectors.seen_by(world.keys["pat"], at + timedelta(hours=hours))
        assert (selectors.concern(concern, seen) is not None) == sees, hours
    assert selectors.concern(concern, selectors.seen_by(world.keys["pat"])) is None


def test_a_child_is_opened_by_full_name_and_day_of_birth_alone(world: World) -> None:  # noqa: F811
    concern = reported(world)
    restrict(world, child=world.keys["child"])
    size = reading.size()
    for wrong in ({"name": "Invented", "born": "2012-05-01"}, {"name": "Invented Child", "born": "2012-05-02"}):
        answer = client("pat").post("/emergency/", opening(**wrong))
        assert answer.status_code == 422 and "Nothing is recorded under that" in answer.content.decode()
    assert reading.size() == size
    assert len(viewing.looks(subject=world.keys["pat"])) == 2, "that she asked is noted"
    done = client("pat").post("/emergency/", opening(name="invented CHILD", born="2012-05-01"))
    assert done["Location"] == f"/children/{world.keys['child']}/"
    assert "Missing overnight" in client("pat").get(done["Location"]).content.decode()
    assert client("pat").get(f"/concerns/{concern}/").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{}, {"name": "Invented Child"}, {"reference": "99999"}, {"reference": "0"}, {"reference": "-1"}]
)
def test_a_wrong_opening_is_refused_and_kept(world: World, wrong: dict[str, str]) -> None:  # noqa: F811
    answer = client("pat").post("/emergency/", opening(**wrong))
    assert answer.status_code == 422 and "she is missing now" in answer.content.decode()


def test_an_opening_is_reviewed_by_another_manager_of_the_agency(world: World) -> None:  # noqa: F811
    concern = reported(world)
    world.now = datetime.now(UTC)
    people.break_glass(by=world.by("mia"), reason_code="court", reason="asked at noon", concern=concern)
    row = Opened.objects.get()
    page = f"/emergency/review/{row.key}"
    for who in worlds.PEOPLE:
        may = who in ("sid", "dora")
        assert client(who).get("/emergency/review/").status_code == (200 if may else 404), who
        assert client(who).get(page).status_code == (200 if may else 404), who
    listed = client("sid").get("/emergency/review/").content.decode()
    assert "Mia" in listed and page in listed and page in client("sid").get("/work/").content.decode()
    shown = client("sid").get(page).content.decode()
    assert "asked at noon" in shown and "A court asks now" in shown
    assert client("sid").post(page, {"finding": "right", "words": "the court did ask"}).status_code == 302
    assert Duty.objects.get(key=row.key).end == "fulfilled" and client("dora").get(page).status_code == 404
    verify()


def test_a_restricted_child_is_on_no_list_of_imports(world: World) -> None:  # noqa: F811
    from heed.cases.journey import access
    from heed.cases.journey.models import KnownChild

    names = {
        field.attname: "" for field in KnownChild._meta.concrete_fields if field.get_internal_type() == "CharField"
    }
    numbers = {field.attname: 0 for field in KnownChild._meta.concrete_fields if "Integer" in field.get_internal_type()}
    agency = world.keys["council"]
    KnownChild.objects.create(**names | numbers | {"key": world.keys["child"], "agency": agency})
    assert access.seen_by(world.keys["sid"]).children().exists()
    restrict(world, child=world.keys["child"])
    assert not access.seen_by(world.keys["sid"]).children().exists()
