"""Reports without an account: what is recorded, who reads what, and that a code is all there is."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import databases
import world as worlds
from heed.cases.concern import selectors as concerns
from heed.cases.concern import services as acts
from heed.cases.concern.models import Concern
from heed.cases.concern.reports import Report
from heed.cases.door import selectors, services
from heed.cases.door.codes import ALPHABET, LENGTH, digest_of, make_code, plain
from heed.cases.door.models import Code, Door
from heed.cases.door.services import Contact
from heed.duties.models import Duty
from heed.entry.keys import new_key
from heed.lib.errors import Answered, HeedError
from heed.record import erase, reading, replay
from heed.record.verify import verify
from world import World

NUMBERS = [{"name": "Invented Helpline", "number": "01632 960099", "about": "day and night, free"}]
LEAVE = "https://www.example.org/weather"


def open_door(world: World) -> str:
    return services.open_door(
        by=world.by("dora"),
        name="Invented Borough",
        agency=world.keys["council"],
        team=world.keys["front_door"],
        leave_to=LEAVE,
        emergency="999",
        numbers=NUMBERS,
    )


@pytest.fixture
def world(vendor: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        settings.DATA = tmp_path
        for made in worlds.build(vendor, tmp_path):
            made.keys["door"] = open_door(made)
            yield made


TOLD = Report(
    what="A young person wrote to us in their own words, which stand beside this.",
    source="child",
    danger_today="not_known",
    team="",
    about="unnamed_child",
    child_words="He gives me things.",
)


def told(world: World, **more: Any) -> tuple[str, str]:
    request = more.pop("request", new_key())
    code = make_code(request, "a secret")
    more = {"door": world.keys["door"], "report": TOLD, "contact": Contact(name="K", contact="by text")} | more
    entry = services.report_at(code=code, request=request, at=world.now, **more)
    return entry.subject, code


# --- codes ---


def test_a_code_has_a_hundred_bits_in_four_groups() -> None:
    code = make_code(new_key(), "s")
    assert [len(group) for group in code.split("-")] == [5, 5, 5, 5]
    assert len(ALPHABET) ** LENGTH == 2**100 and set(plain(code)) <= set(ALPHABET)


def test_a_code_follows_from_request_and_secret_alone() -> None:
    assert make_code("a" * 32, "s") == make_code("a" * 32, "s")
    codes = {make_code(request * 32, secret) for request in "abcdef" for secret in ("s", "t")}
    assert len(codes) == 12


@given(st.text(max_size=40))
def test_only_what_could_be_a_code_has_a_plain_form(typed: str) -> None:
    found = plain(typed)
    assert found == "" or (len(found) == LENGTH and set(found) <= set(ALPHABET) and plain(found) == found)


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH), st.data())
def test_a_code_may_be_typed_as_people_type(code: str, data: st.DataObject) -> None:
    looks = {"1": "1iIlL", "0": "0oO"}
    typed = "".join(data.draw(st.sampled_from(looks.get(sign, sign + sign.lower()))) for sign in code)
    at = data.draw(st.integers(0, LENGTH))
    assert digest_of(f" {typed[:at]} - {typed[at:]} ") == digest_of(code)


# --- what is recorded ---


def test_a_report_at_a_door_is_a_concern_like_any_other(world: World) -> None:
    concern, code = told(world)
    entries = {e.kind: e for e in reading.stream(concern)}
    assert {e.spine.actor for e in entries.values()} == {world.keys["door"]}
    assert {e.spine.agency for e in entries.values()} == {world.keys["council"]}
    assert sorted(Duty.objects.filter(key=concern, end="open").values_list("clause", flat=True)) == ["K1", "K2"]
    assert entries["door.code_given.1"].fact("digest") == digest_of(code)
    assert entries["concern.voice_kept.1"].word("words") == "He gives me things."
    assert entries["door.contact_left.1"].words == {"name": "K", "contact": "by text"}
    whole = "".join(str((e.facts, e.words)) for e in reading.entries(0, reading.size()))
    assert code not in whole and plain(code) not in whole
    assert verify().rebuilt


def test_only_the_answering_team_reads_who_reported(world: World) -> None:
    concern, _ = told(world)
    for who, sees in (("sam", True), ("mia", True), ("dora", True), ("pat", False), ("yara", False), ("adam", False)):
        assert (concerns.concern(concern, concerns.seen_by(world.keys[who])) is not None) == sees, who
    row = Concern.objects.get(key=concern)
    kinds = {e.entry.kind for e in concerns.timeline(row, concerns.seen_by(world.keys["sam"]))}
    assert {"door.contact_left.1", "concern.voice_kept.1"} <= kinds
    assert {e.who for e in concerns.timeline(row, concerns.seen_by(world.keys["sam"]))} == {
        "somebody without an account"
    }


def test_the_same_form_twice_is_one_concern_for_an_hour_and_then_shows_no_code(world: World) -> None:
    request = new_key()
    assert told(world, request=request) == told(world, request=request)
    assert Concern.objects.count() == 1
    world.pass_time(hours=2)
    with pytest.raises(Answered, match="cannot be shown again"):
        told(world, request=request)


def test_the_request_of_somebody_else_s_report_gives_no_code(world: World) -> None:
    request = new_key()
    acts.raise_concern(report=world.report(), by=world.by("yara"), request=request)
    with pytest.raises(Answered, match="cannot be shown"):
        told(world, request=request)
    assert not Code.objects.exists()


def test_coming_back_shows_that_it_arrived_and_the_answers_only(world: World) -> None:
    concern, code = told(world)
    found = selectors.standing(code.lower().replace("-", " "))
    assert found is not None and found[0] == concern
    assert (found[1].seen_at, found[1].answers, found[1].added) == (None, [], 0)
    acts.acknowledge(by=world.by("sam"), concern=concern)
    acts.add_information(by=world.by("mia"), concern=concern, what="what only the team knows")
    acts.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason="what only the team weighs")
    acts.answer_reporter(by=world.by("mia"), concern=concern, answer="Somebody comes tomorrow.")
    services.add_at(code=code, what="it happened again", request=new_key(), at=world.now)
    found = selectors.standing(code)
    assert found is not None
    standing = found[1]
    assert standing.seen_at == world.now and [a.text for a in standing.answers] == ["Somebody comes tomorrow."]
    assert standing.added == 1, "what others added is not counted"
    assert not any(word in str(standing) for word in ("only the team", "He gives me", "assessment", "Mia"))
    verify()


def test_every_code_that_leads_nowhere_looks_the_same(world: World) -> None:
    _, code = told(world)
    wrong = make_code(new_key(), "another")
    for typed in (wrong, code[:-1], "", "x", "0" * 20, code + "0"):
        assert selectors.standing(typed) is None, typed
        with pytest.raises(Answered, match="no report under this code"):
            services.add_at(code=typed, what="x", request=new_key(), at=world.now)


def test_erasing_the_code_s_facts_ends_it_and_a_rebuild_keeps_it_ended(world: World) -> None:
    concern, code = told(world)
    n = next(e.n for e in reading.stream(concern) if e.kind == "door.code_given.1")
    case = erase.propose(
        by=world.by("mia"), entry=n, part="both", authority="invented", recipients=[world.keys["ines"]]
    )
    erase.approve(by=world.by("pat"), erasure=case.subject)
    world.pass_time(days=15)
    erase.perform(by=world.by("pat"), erasure=case.subject, now=world.now)
    assert selectors.standing(code) is None
    replay.rebuild()
    assert selectors.standing(code) is None and Concern.objects.filter(key=concern).exists()
    verify()


def test_a_code_outlives_a_rebuild(world: World) -> None:
    _, code = told(world)
    replay.rebuild()
    assert selectors.standing(code) is not None


def test_danger_at_a_door_is_owed_within_the_hour_and_asks_nobody_why(world: World) -> None:
    report = replace(TOLD, danger_today="yes", called="nobody", why_not="Reported at the public door.")
    concern, _ = told(world, report=report)
    assert "K3" in Duty.objects.filter(key=concern).values_list("clause", flat=True)


# --- doors ---


def test_a_door_is_opened_by_the_agency_whose_team_answers(world: World) -> None:
    with pytest.raises(Answered, match="a team of the agency"):
        services.open_door(
            by=world.by("pat"),
            name="x",
            agency=world.keys["police"],
            team=world.keys["front_door"],
            leave_to=LEAVE,
            emergency="999",
            numbers=NUMBERS,
        )
    for wrong in ("http://example.org/", "javascript:alert(1)", "https://x.example/\"onclick='", "//example.org"):
        with pytest.raises(HeedError, match="form that is asked"):
            services.open_door(
                by=world.by("dora"),
                name="x",
                agency=world.keys["council"],
                team=world.keys["front_door"],
                leave_to=wrong,
                emergency="999",
                numbers=NUMBERS,
            )


def test_a_closed_door_takes_no_report_and_still_answers(world: World) -> None:
    _, code = told(world)
    services.close_door(by=world.by("dora"), door=world.keys["door"], reason="moved")
    with pytest.raises(Answered, match="No report is taken here"):
        told(world)
    assert selectors.open_doors() == [] and selectors.standing(code) is not None
    services.add_at(code=code, what="more", request=new_key(), at=world.now)
    with pytest.raises(Answered, match="no such open door"):
        services.close_door(by=world.by("dora"), door=world.keys["door"], reason="again")
    verify()


def test_the_command_opens_lists_and_closes(world: World) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "heed.cli", "door", *words, "--data", str(world.place.folder)]
        environment = databases.environment(world.vendor, world.place.folder)
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    who = ["--by", world.keys["dora"], "--agency", world.keys["council"]]
    words = ["--name", "Another", "--team", world.keys["front_door"], "--leave-to", LEAVE]
    made = run("open", *words, "--number", "Invented Line=01632 960098=evenings", *who)
    assert made.returncode == 0, made.stderr
    row = Door.objects.get(name="Another")
    assert row.numbers == [{"name": "Invented Line", "number": "01632 960098", "about": "evenings"}]
    assert "Another" in run("list").stdout
    assert run("close", row.key, "--reason", "tried", *who).returncode == 0
    assert Door.objects.get(key=row.key).closed_n is not None
    assert run("open", *words, "--number", "nonsense", *who).returncode == 2
