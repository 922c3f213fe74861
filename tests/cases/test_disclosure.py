"""Subject access with others masked, and looking again at what is kept: both on the record, by a records officer."""

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import databases
from heed.cases.concern import services as concerns
from heed.cases.disclosure import services
from heed.cases.disclosure.document import written
from heed.cases.disclosure.masking import mask_names, names_of
from heed.cases.disclosure.selectors import Held, held_about
from heed.duties.models import Duty
from heed.duties.services import adopt_pack
from heed.lib.errors import Answered, HeedError
from heed.people import services as people
from heed.record import reading
from heed.record.entries import IdentityLinked
from heed.record.ledger import append, writing
from heed.record.model import Draft
from heed.record.verify import verify
from heed.record.viewing import look
from world import World

# --- masking ---


def test_names_of_others_are_masked_and_ones_own_is_not() -> None:
    names = names_of(own=["Ash Sample"], near=["Bay Sample", "Zoë Mockford"], others=["Cove Dell"])
    text = "Ash Sample and Bay Sample met ZOE MOCKFORD; Bay's friend Cove Dell saw it. Cove is a place; a Sample."
    assert mask_names(text, names) == (
        "Ash Sample and [another child] met [another child]; [another child]'s friend [another child] saw it. "
        "Cove is a place; a Sample."
    )


@given(st.text(max_size=60), st.sampled_from(["Bay Mockford", "bay  mockford", "BAY-MOCKFORD", "Báy Mockford"]))
def test_a_whole_name_never_survives(around: str, name: str) -> None:
    names = names_of(own=[], near=[], others=["Bay Mockford"])
    masked = mask_names(f"{around} {name} {around}", names)
    assert name not in masked


def test_nothing_is_masked_without_names() -> None:
    assert mask_names("Bay Mockford", names_of(own=["Bay Mockford"], near=[], others=[])) == "Bay Mockford"


# --- what is held ---


def olga(world: World) -> None:
    """Seat a records officer in the council."""
    world.agency_of["olga"] = "council"
    root = world.by("system")
    world.keys["olga"] = people.seat_founder(
        by=root, agency=world.keys["council"], team="", name="Olga", role="records_officer"
    )


def lived(world: World) -> str:
    """Let things happen about the child and another; return the concern."""
    world.keys["other"] = people.record_child(by=world.by("sam"), name="Bay Mockford")
    report = world.report(
        what="Seen with Bay Mockford in a car.",
        source="relative",
        who_else="her cousin Cove",
        children=(world.keys["child"], world.keys["other"]),
        child_words="we were both there",
        allegation="said to drive them",
    )
    concern = concerns.raise_concern(report=report, by=world.by("yara")).subject
    police = {"police_origin": True, "source_grade": "1", "handling_code": "C"}
    concerns.add_information(by=world.by("mia"), concern=concern, what="officers saw a car", police=police)
    concerns.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason="enough is known")
    return concern


def test_a_disclosure_holds_everything_about_the_child_and_masks_the_others(world: World) -> None:
    lived(world)
    look(actor=world.keys["mia"], subject=world.keys["child"], page="child")
    held = held_about(world.keys["child"])
    kinds = [entry["kind"] for entry in held.entries]
    assert kinds == [
        "child.recorded.1",
        "concern.raised.1",
        "concern.voice_kept.1",
        "suspect.described.1",
        "concern.added.1",
        "concern.decided.1",
    ]
    whole = json.dumps([held.entries, held.views], ensure_ascii=False)
    for secret in ("Bay", "Cove", "drive them", "officers saw", "both there", "Yara", "Mia", "relative", "request"):
        assert secret not in whole, secret
    for shown in ("Invented Child", "Seen with [another child] in a car.", "enough is known", "assessment"):
        assert shown in whole, shown
    assert sorted(place.split(":")[1] for place in held.places) == ["allegation", "what", "what", "who_else", "words"]
    assert held.views[0]["by"].endswith("Invented council")


def test_what_another_child_s_record_holds_is_not_disclosed(world: World) -> None:
    concern = lived(world)
    whole = json.dumps(held_about(world.keys["other"]).entries)
    assert "Invented Child" not in whole and "Seen with Bay Mockford" in whole
    assert concern


def test_a_concern_that_was_misfiled_is_not_disclosed_to_the_wrong_child(world: World) -> None:
    concern = concerns.raise_concern(report=world.report(what="about a namesake"), by=world.by("yara")).subject
    right = people.record_child(by=world.by("sam"), name="Right Sample")
    concerns.move(by=world.by("mia"), concern=concern, wrong=world.keys["child"], right=right, reason="namesake")
    assert [entry["kind"] for entry in held_about(world.keys["child"]).entries] == ["child.recorded.1"]
    assert "about a namesake" in json.dumps(held_about(right).entries)


def test_linked_records_are_one_person(world: World) -> None:
    concerns.raise_concern(report=world.report(), by=world.by("yara"))
    again = people.record_child(by=world.by("pat"), name="Invented Child")
    keys = sorted([world.keys["child"], again])
    with writing() as head:
        draft = Draft(kind=IdentityLinked, subject="f" * 32, facts={"method": "person"}, refs={"same": keys})
        append(head, draft, by=world.by("sam"))
    assert [e["n"] for e in held_about(again).entries] == [e["n"] for e in held_about(world.keys["child"]).entries]


def test_a_worker_is_given_their_acts_and_no_child(world: World) -> None:
    lived(world)
    held = held_about(world.keys["mia"])
    whole = json.dumps(held.entries, ensure_ascii=False)
    assert '"name": "Mia"' in whole and "concern.decided.1" in whole
    assert "enough is known" not in whole and "Mockford" not in whole and "officers saw" not in whole


def test_nothing_is_held_about_a_stranger(world: World) -> None:
    with pytest.raises(Answered, match="holds nothing"):
        held_about("0" * 32)


# --- the disclosure itself ---


def as_json(held: Held) -> bytes:
    return written(held, ".json")


def test_a_disclosure_is_an_entry_by_a_records_officer(world: World) -> None:
    olga(world)
    lived(world)
    give: dict[str, Any] = {
        "about": world.keys["child"],
        "to": "the child",
        "why": "asked on 2 March",
        "write": as_json,
    }
    for who in ("mia", "dora", "adam", "ines"):
        with pytest.raises(Answered, match="records officer"):
            services.disclose(by=world.by(who), **give)
    with pytest.raises(Answered, match="not withheld"):
        services.disclose(by=world.by("olga"), released=["0:what"], **give)
    size = reading.size()
    entry, file = services.disclose(by=world.by("olga"), **give)
    assert reading.size() == size + 1 and entry.kind == "disclosure.made.1"
    held = json.loads(file)
    assert entry.fact("reaches") == held["reaches"] == size - 1
    assert (entry.fact("entries"), entry.fact("withheld")) == (len(held["entries"]), len(held["withheld"]))
    place = next(f"{row['n']}:{row['member']}" for row in held["withheld"] if row["member"] == "who_else")
    entry, file = services.disclose(by=world.by("olga"), released=[place], **give)
    assert "her cousin Cove" in file.decode() and entry.fact("released") == [place]
    assert "disclosure.made.1" in [e["kind"] for e in held_about(world.keys["child"]).entries]
    verify()


def test_the_page_shows_words_as_words(world: World) -> None:
    report = world.report(what="<script>alert(1)</script>\nsecond line")
    concerns.raise_concern(report=report, by=world.by("yara"))
    html = written(held_about(world.keys["child"]), ".html").decode()
    assert "<script>" not in html and "&lt;script&gt;" in html and "second line" in html
    with pytest.raises(HeedError, match=r"\.html or \.json"):
        written(held_about(world.keys["child"]), ".doc")


def heed(world: World, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = databases.environment(world.vendor, world.place.folder)
    command = [sys.executable, "-m", "heed.cli", *words, "--data", str(world.place.folder)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_the_commands(world: World, tmp_path: Path) -> None:
    olga(world)
    concern = lived(world)
    who = ["--by", world.keys["olga"], "--agency", world.keys["council"]]
    out = tmp_path / "held.html"
    words = ["subject-access", world.keys["child"], "--to", "the child", "--why", "asked", "--out", str(out)]
    assert heed(world, *words).returncode == 1 and not out.exists(), "by nobody in particular"
    done = heed(world, *words, *who)
    assert done.returncode == 0, done.stderr
    assert "who_else" in done.stdout and out.stat().st_mode & 0o777 == 0o600
    assert "Bay" not in out.read_text() and "Invented Child" in out.read_text()
    assert heed(world, *words, *who).returncode == 2, "no file is written over"
    review = ["retention", "review", concern, "--reason", "of use to her", *who]
    assert heed(world, *review, "--outcome", "keep").returncode == 1
    assert heed(world, *review, "--outcome", "keep", "--again-on", "2032-01-01").returncode == 0
    assert "No record is due" in heed(world, "retention", "due").stdout


# --- how long ---


def test_looking_again_is_owed_by_the_records_officer_and_erases_nothing(world: World) -> None:
    olga(world)
    text = resources.files("heed.policy").joinpath("packs/records.yaml").read_text("utf-8")
    adopt_pack(by=world.by("system"), text=text)
    concern = concerns.raise_concern(report=world.report(), by=world.by("yara")).subject
    concerns.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="thin")
    duty = Duty.objects.get(key=concern, clause="T1")
    assert (duty.owner, duty.end) == ("records_officer", "open")
    world.pass_time(days=6 * 366)
    assert reading.entry(reading.stream(concern)[0].n).word("what"), "age alone erases nothing"
    review: dict[str, Any] = {"record": concern, "reason": "an inquiry may ask"}
    with pytest.raises(Answered, match="records officer"):
        services.review_retention(by=world.by("mia"), outcome="keep", again_on="2040-01-01", **review)
    with pytest.raises(Answered, match="on which day"):
        services.review_retention(by=world.by("olga"), outcome="keep", **review)
    with pytest.raises(Answered, match="no record"):
        services.review_retention(by=world.by("olga"), outcome="propose_erasure", record="0" * 32, reason="r")
    services.review_retention(by=world.by("olga"), outcome="keep", again_on="2040-01-01", **review)
    assert Duty.objects.get(key=concern, clause="T1").end == "fulfilled"
    verify()
