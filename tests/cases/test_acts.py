"""The pages on which people act: correct, move, withdraw; late forms, two tabs, double clicks; what the police told."""

import re
from typing import Any

import pytest

import world as worlds
from cases.test_pages import client, form, reported, world  # noqa: F401
from heed.cases.concern import selectors, services
from heed.cases.concern.acts import ACTS
from heed.cases.concern.models import Concern, ConcernChild
from heed.entry.keys import new_key
from heed.lib.errors import Answered
from heed.people.restriction import services as restriction
from heed.record import checkpoints, reading
from heed.record.verify import verify
from world import World


def opened(who: str, page: str) -> dict[str, str]:
    """Open a page and return the hidden values that its form would send."""
    answer = client(who).get(page)
    assert answer.status_code == 200, (who, page, answer.status_code)
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: value for name, value in found if name not in ("csrfmiddlewaretoken", "draft_token")}


def restrict(world: World, concern: str, *, agree: bool = True, lift: bool = False) -> None:  # noqa: F811
    named = [world.keys["sam"], world.keys["mia"]]
    key = restriction.propose(by=world.by("sam"), workers=named, reason="a witness works here", concern=concern).subject
    if agree:
        restriction.agree(by=world.by("sid"), restriction=key, reason="it is so")
    if lift:
        restriction.propose_lift(by=world.by("sam"), restriction=key, reason="over")


def test_a_correction_keeps_the_first_version_struck_through_with_its_reason(world: World) -> None:  # noqa: F811
    concern = reported(world, happened="2026-02-27", where="at home")
    page = f"/concerns/{concern}/do/correct"
    shown = client("yara").get(page).content.decode()
    assert "Missing overnight twice" in shown and 'value="2026-02-27"' in shown and "at home" in shown
    typed = opened("yara", page) | form(world, what="It was once.", reason="misread my notes")
    assert client("yara").post(page, typed | {"reason": ""}).status_code == 422
    assert client("yara").post(page, typed).status_code == 302
    for who in ("yara", "mia"):
        text = client(who).get(f"/concerns/{concern}/").content.decode()
        assert "<s>Missing overnight twice" in text and "It was once." in text and "misread my notes" in text, who
    assert Concern.objects.get().reported == "It was once."
    verify()


def test_a_correction_by_the_team_is_not_shown_to_the_reporter(world: World) -> None:  # noqa: F811
    concern = reported(world)
    police = {"police_origin": "on", "source_grade": "2", "handling_code": "C"}
    page = f"/concerns/{concern}/do/correct"
    typed = opened("mia", page) | form(world, what="Seen by officers at the flat.", reason="more is known") | police
    assert client("mia").post(page, typed).status_code == 302
    for where in (f"/concerns/{concern}/", "/concerns/", "/concerns/?state=mine", "/"):
        assert "Seen by officers" not in client("yara").get(where).content.decode(), where
    assert "Seen by officers" in client("mia").get(f"/concerns/{concern}/").content.decode()
    assert "Missing overnight twice" in client("yara").get("/concerns/").content.decode()


def test_a_stale_correction_says_what_changed_and_goes_through_when_it_was_read(world: World) -> None:  # noqa: F811
    concern = reported(world)
    page = f"/concerns/{concern}/do/correct"
    typed = opened("yara", page) | form(world, what="Mine.", reason="typing error")
    services.correct(
        by=world.by("mia"), concern=concern, report=world.report(what="Hers."), reason="the school says otherwise"
    )
    late = client("yara").post(page, typed)
    text = late.content.decode()
    assert late.status_code == 422 and "while you were writing" in text and "Mine." in text
    assert "Since you opened this page" in text and "by Mia" in text and "Hers." not in text
    again = dict(re.findall(r'name="(seen|opened)" value="(\d+)"', text))
    assert client("yara").post(page, typed | again).status_code == 302
    assert Concern.objects.get().what == "Mine."


def test_a_stale_decision_can_be_sent_again_once_the_other_was_read(world: World) -> None:  # noqa: F811
    concern = reported(world)
    page = f"/concerns/{concern}/do/decide"
    typed = opened("mia", page) | {"outcome": "assessment", "words": "mine"}
    services.decide(by=world.by("sid"), concern=concern, outcome="early_help", reason="meanwhile")
    text = client("mia").post(page, typed).content.decode()
    assert "Decided: Early help" in text and "by Sid" in text
    again = dict(re.findall(r'name="(seen|opened)" value="(\d+)"', text))
    assert client("mia").post(page, typed | again).status_code == 302
    assert Concern.objects.get().outcome == "assessment"


def test_two_tabs_acknowledge_once(world: World) -> None:  # noqa: F811
    concern = reported(world)
    page = f"/concerns/{concern}/do/acknowledge"
    one, two = opened("sam", page), opened("mia", page)
    assert client("sam").post(page, one).status_code == 302
    late = client("mia").post(page, two)
    assert late.status_code == 409 and "done already" in late.content.decode()
    assert "by Sam" in late.content.decode()
    assert [e.kind for e in reading.stream(concern)].count("concern.acknowledged.1") == 1


@pytest.mark.parametrize("name", sorted(ACTS))
def test_a_form_sent_twice_is_one_entry(world: World, name: str) -> None:  # noqa: F811
    concern = reported(world, danger_today="yes", called="999", called_who="emergency services")
    right = worlds.people.record_child(by=world.by("sam"), name="Another Invented Child")
    if name in ("answer", "object"):
        services.decide(by=world.by("sid"), concern=concern, outcome="early_help", reason="r")
    if name == "withdraw":
        services.ask_withdrawal(by=world.by("yara"), concern=concern, reason="in error")
    if name in ("restrict-agree", "restrict-decline", "lift", "lift-agree"):
        restrict(world, concern, agree=name.startswith("lift"), lift=name == "lift-agree")
    page = f"/concerns/{concern}/do/{name}"
    typed: dict[str, Any] = opened("mia", page) | form(world, words="in a sentence", reason="why", outcome="assessment")
    typed |= {"wrong": world.keys["child"], "right": right, "called": "agency", "position": "upheld"}
    typed |= {"what": "concern", "workers": [world.keys["mia"], world.keys["sam"]]} if name == "restrict" else {}
    size = reading.size()
    first = client("mia").post(page, typed)
    grown = reading.size() - size
    again = client("mia").post(page, typed)  # a double click, or the back button and once more
    assert first.status_code == again.status_code == 302 and first["Location"] == again["Location"]
    assert grown >= 1 and reading.size() == size + grown
    verify()


def test_a_misfiled_concern_is_moved_and_at_once_gone_for_the_wrong_child(world: World) -> None:  # noqa: F811
    concern, wrong = reported(world), world.keys["child"]
    right = worlds.people.record_child(by=world.by("sam"), name="Right Sample")
    page = f"/concerns/{concern}/do/move"
    assert client("mia").get(f"/children/{wrong}/").status_code == 200
    assert "Right Sample" in client("mia").get(f"{page}?name=right sam").content.decode()
    assert 'name="right" value="' + right in client("mia").get(f"{page}?child={right}").content.decode()
    nobody = client("mia").post(page, opened("mia", page) | {"wrong": wrong, "words": "a namesake", "right": ""})
    assert nobody.status_code == 422 and "choose her" in nobody.content.decode()
    typed = opened("mia", f"{page}?child={right}") | {"wrong": wrong, "words": "a namesake"}
    assert client("mia").post(page, typed).status_code == 302
    assert client("mia").get(f"/children/{wrong}/").status_code == 404, "only this concern had shown her"
    assert client("mia").get(f"/children/{right}/").status_code == 200
    assert [row.key for row in ConcernChild.objects.filter(concern=concern, is_filed=True)] == [right]
    verify()


def test_a_report_made_in_error_is_withdrawn_by_a_second_person_and_owes_what_it_owed(world: World) -> None:  # noqa: F811
    from heed.duties.models import Duty

    concern = reported(world)
    assert client("yara").get(f"/concerns/{concern}/do/withdraw").status_code == 404
    page = f"/concerns/{concern}/do/withdrawal"
    assert client("mia").post(page, opened("mia", page) | {"words": "another family"}).status_code == 302
    assert client("mia").get(f"/concerns/{concern}/do/withdraw").status_code == 404, "not by the one who asked"
    page = f"/concerns/{concern}/do/withdraw"
    assert client("sam").post(page, opened("sam", page) | {"words": "I agree"}).status_code == 302
    assert "withdrawn as made in error" in client("yara").get(f"/concerns/{concern}/").content.decode()
    assert Duty.objects.filter(key=concern, end="open").count() == 2


def test_an_expired_session_loses_no_act(world: World) -> None:  # noqa: F811
    from django.test import Client

    concern = reported(world)
    page = f"/concerns/{concern}/do/add"
    html = client("mia").get(page).content.decode()
    token = re.findall(r'name="draft_token" value="([^"]+)"', html)[-1]
    late = Client().post(page, {"words": "seen by a neighbour", "draft_token": token})
    assert late.status_code == 302 and "/account/sign-in/" in late["Location"]
    assert "seen by a neighbour" in client("mia").get(page).content.decode()
    assert "seen by a neighbour" not in client("sam").get(page).content.decode()


# --- what the police told ---

TOLD = "Officers saw the child at a named flat with two adults of concern."


def test_police_information_carries_grade_and_code_or_is_refused(world: World) -> None:  # noqa: F811
    browser = client("pat")
    page = form(world, what=TOLD, source="police_officer")
    assert browser.post("/report", page | {"police_origin": "on"}).status_code == 422
    assert browser.post("/report", page | {"source_grade": "1"}).status_code == 422
    typed = page | {"police_origin": "on", "source_grade": "1", "handling_code": "C"}
    assert browser.post("/report", typed).status_code == 302
    entry = reading.entry(Concern.objects.get().raised_n)
    assert [entry.fact(name) for name in ("police_origin", "source_grade", "handling_code")] == [True, "1", "C"]


def test_police_information_never_reaches_the_reporter_by_receipt_answer_or_page(world: World) -> None:  # noqa: F811
    concern = reported(world)
    police = {"police_origin": True, "source_grade": "1", "handling_code": "C"}
    added = services.add_information(by=world.by("mia"), concern=concern, what=TOLD, police=police)
    assert TOLD not in checkpoints.receipt_for(added.n).text()
    for answer in (f"We know that {TOLD.upper()}", "They SAW the child  at a named; flat, it is said."):
        with pytest.raises(Answered, match="quotes police information"):
            services.answer_reporter(by=world.by("mia"), concern=concern, answer=answer)
    services.answer_reporter(by=world.by("mia"), concern=concern, answer="Somebody sees the child today.")
    yara = client("yara")
    for page in (f"/concerns/{concern}/", f"/concerns/{concern}/receipt", "/concerns/", "/", "/work/to-me"):
        assert "named flat" not in yara.get(page).content.decode(), page
    assert "named flat" in client("mia").get(f"/concerns/{concern}/").content.decode()


def test_the_reporter_sees_no_police_version_of_her_report(world: World) -> None:  # noqa: F811
    concern = reported(world)
    police = {"police_origin": True, "source_grade": "1", "handling_code": "P"}
    report = world.report(what=TOLD, police=police)
    services.correct(by=world.by("mia"), concern=concern, report=report, reason="told by officers")
    row, seen = Concern.objects.get(), selectors.seen_by(world.keys["yara"])
    texts = [str(e.entry.words) for e in selectors.timeline(row, seen) if e.is_open]
    assert not any("named flat" in text or "told by officers" in text for text in texts)
    assert selectors.version_for(row, seen).word("what") == row.reported != TOLD


# --- the form's other fields ---


def test_every_field_of_the_form_is_recorded_where_it_belongs(world: World) -> None:  # noqa: F811
    typed = form(
        world,
        about="suspect",
        happened="2026-02-28",
        where="by the station",
        who_else="her cousin",
        harm=["trafficking"],
        threats=["to_family", "by_weapon"],
        threshold="on",
        cross_border="on",
        allegation="is said to drive her there",
        ethnicity_described="WBRI",
        ethnicity_by="witness",
        child_words="do not tell him",
        danger_today="yes",
        called="agency",
        called_who="the duty desk, who send somebody",
        called_at="2026-03-01T22:15",
    )
    assert client("yara").post("/report", typed).status_code == 302
    row = Concern.objects.get()
    entries = {e.kind: e for e in reading.stream(row.key)}
    raised = entries["concern.raised.1"]
    assert raised.fact("about") == "suspect" and raised.fact("happened") == "2026-02-28"
    assert raised.fact("threats") == ["to_family", "by_weapon"] and raised.fact("cross_border") is True
    assert raised.word("where") == "by the station" and raised.word("who_else") == "her cousin"
    assert entries["concern.called.1"].fact("called_at") == "2026-03-01T22:15:00.000000Z"
    assert entries["suspect.described.1"].fact("ethnicity_by") == "witness"
    assert entries["concern.voice_kept.1"].word("words") == "do not tell him"
    page = client("mia").get(f"/concerns/{row.key}/").content.decode()
    for shown in ("by the station", "her cousin", "With a weapon", "2026-02-28", "is said to drive her there"):
        assert shown in page, shown


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"about": "place"}, "Say which place"),
        ({"about": "suspect"}, "Say what is alleged"),
        ({"danger_today": "yes", "called": "nobody"}, "Say why nobody was called"),
        ({"happened": "yesterday"}, "valid date"),
        ({"called_at": "noon"}, "valid date"),
        ({"threats": ["witchcraft"]}, "not one of the available choices"),
    ],
)
def test_a_refusal_names_what_is_missing_and_opens_its_section(world: World, more: Any, said: str) -> None:  # noqa: F811
    answer = client("yara").post("/report", form(world, **more))
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text and "Missing twice this week." in text
    assert not Concern.objects.exists()


def test_numbers_to_call_stand_on_the_form_and_beside_danger(world: World) -> None:  # noqa: F811
    concern = reported(world, danger_today="yes", called="nobody", why_not="she is with her aunt")
    for page in ("/report", f"/concerns/{concern}/do/safety", f"/concerns/{concern}/do/called"):
        text = client("mia").get(page).content.decode()
        assert "999" in text and "01632 960001" in text and "Invented police" in text, page


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7|add:7 }} {% debug %}",
    "' OR 1=1; DROP TABLE record_entry; --",
    "=cmd|'/c calc'!A1",
    "\u202egnirts desrever \u0085 \u2028 end",
    "\U0001f9d2 " + "ä́" * 50,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_stored_as_text_and_shown_as_text(world: World, text: str) -> None:  # noqa: F811
    from django.utils.html import escape

    from heed.entry.canon import ProfileError

    typed = form(world, what=text, where=text, child_words=text, allegation=text)
    try:
        answer = client("yara").post("/report", typed)
    except ProfileError:
        pytest.fail("a form's text must be refused with a page, not an error")
    if answer.status_code == 422:
        assert not Concern.objects.exists()
        return
    row = Concern.objects.get()
    page = client("mia").get(f"/concerns/{row.key}/").content.decode()
    assert escape(row.what) in page and "<script>alert" not in page and "14 " not in page.split("{{ 7")[0][-3:]
    verify()


def test_what_is_too_large_is_refused_and_kept(world: World) -> None:  # noqa: F811
    for name, most in (("what", 20_000), ("where", 500), ("who_else", 2_000), ("called_who", 300)):
        answer = client("yara").post("/report", form(world, **{name: "x" * (most + 1)}))
        assert answer.status_code == 422, name
    assert client("yara").post("/report", form(world, what="y" * 5_000_000)).status_code == 400
    assert not Concern.objects.exists()


def test_a_key_that_is_no_child_files_the_report_nowhere(world: World) -> None:  # noqa: F811
    for wrong in (new_key(), "x", "'--"):
        answer = client("yara").post("/report", form(world, child=wrong))
        assert answer.status_code == 422, wrong
    assert not Concern.objects.exists()
