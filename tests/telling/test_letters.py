"""Who is told of what, when, and only once."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from heed.cases.concern import services
from heed.duties.models import Duty
from heed.duties.telling.words import reference_of
from heed.people import services as people
from heed.people.models import Account
from heed.people.post.letters import digest_before
from heed.people.post.models import Letter, Line, Notice
from heed.record import reading, replay, tick
from heed.record.verify import verify
from world import World

from .conftest import give_account, ticked


def to(who: str) -> list[str]:
    return [str(m.body) for m in mail.outbox if m.to == [f"{who}@example.org"]]


def report(world: World, **more: object) -> str:
    return services.raise_concern(report=world.report(**more), by=world.by("yara")).subject


def danger(world: World) -> str:
    return report(world, danger_today="yes", called="999")


def prefer_digest(world: World, *who: str) -> None:
    Account.objects.filter(worker__in=[world.keys[w] for w in who]).update(wants_digest=True)


def test_whoever_owes_is_told_once_with_reference_and_link(world: World) -> None:
    concern = report(world)
    ticked(world)
    (text,) = to("mia")
    for duty in Duty.objects.filter(key=concern):
        assert f"{reference_of(duty.id)} is new: due 3 March 2026, 23:59." in text
    letter = Letter.objects.get()
    assert f"https://heed.example.org/told/{letter.key}\n" in text and "2 things" in text
    assert [m.to for m in mail.outbox] == [["mia@example.org"]], "nobody else owes anything"
    size = reading.size()
    ticked(world, minutes=5)
    assert len(mail.outbox) == 1 and reading.size() == size


def test_who_was_told_when_is_on_the_record_and_the_text_is_not(world: World) -> None:
    concern = report(world)
    ticked(world)
    entry = reading.stream(concern)[-1]
    assert entry.kind == "notice.sent.1" and entry.keys("told") == [world.keys["mia"]] and entry.words == {}
    assert entry.facts is not None and entry.facts["occasions"] == ["new_duty"] and entry.facts["lines"] == 2
    row = Notice.objects.get(key=world.keys["mia"])
    assert (row.n, row.outcome, row.notice) == (entry.n, "sent", Letter.objects.get().key)
    assert Duty.objects.filter(key=concern, end="open").count() == 2, "being told ends nothing"
    verify()


def test_rebuilding_tells_nobody_again(world: World) -> None:
    report(world)
    ticked(world)
    replay.rebuild()
    ticked(world, minutes=5)
    assert len(mail.outbox) == 1


def test_every_rung_is_told_to_whom_it_climbs(world: World) -> None:
    report(world)
    ticked(world)
    ticked(world, days=2)  # Wednesday: K1 and K2 fell due on Tuesday night
    assert "has climbed to you: it was due 3 March 2026, 23:59." in to("sid")[0]
    ticked(world, days=8)
    assert len(to("dora")) == len(to("ines")) == 1 and len(to("sid")) == 1
    told = {entry.keys("told")[0] for entry in reading.of_kinds(["notice.sent.1"])}
    assert told == {world.keys[who] for who in ("mia", "sid", "dora", "ines")}


def test_a_digest_waits_for_eight_on_a_working_day(world: World) -> None:
    prefer_digest(world, "mia")
    world.pass_time(days=4)  # Friday, ten o'clock
    report(world)
    ticked(world)
    ticked(world, hours=24)
    ticked(world, hours=45, minutes=59)  # Monday, 07:59
    assert to("mia") == [] and Line.objects.filter(worker=world.keys["mia"], letter="").exists()
    ticked(world, minutes=1)
    assert len(to("mia")) == 1 and "2 things" in to("mia")[0]


def test_danger_today_is_told_at_once_whatever_was_chosen(world: World) -> None:
    prefer_digest(world, "mia", "sid")
    concern = danger(world)
    ticked(world)
    assert len(to("mia")) == 1 and mail.outbox[0].subject == "Heed: needs you at once"
    assert Duty.objects.filter(key=concern, end="open").count() == 3 and "3 things" in to("mia")[0]
    ticked(world, hours=1, minutes=1)  # the hour has passed
    assert len(to("sid")) == 1, "its rungs cannot wait either"


def test_a_long_duty_is_told_again_within_a_working_day_of_its_due(world: World) -> None:
    concern = report(world)
    services.acknowledge(by=world.by("sam"), concern=concern)
    services.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="thin")
    services.object_to(by=world.by("yara"), concern=concern, why="missing twice")  # K4: five working days
    ticked(world)
    (first,) = to("sid")
    assert "is new: due 9 March 2026, 23:59." in first
    ticked(world, days=3, hours=13)  # Thursday night: Friday, the working day before, has not begun
    assert len(to("sid")) == 1
    for _ in range(2):
        ticked(world, hours=2)
        assert len(to("sid")) == 2 and "is due soon: 9 March 2026, 23:59." in to("sid")[1]


def test_what_ended_meanwhile_is_not_told(world: World) -> None:
    prefer_digest(world, "mia")
    concern = report(world)
    ticked(world)
    services.acknowledge(by=world.by("sam"), concern=concern)
    services.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason="enough")
    ticked(world, hours=22)
    assert mail.outbox == [] and Letter.objects.get().state == "moot"


def test_of_two_that_wait_only_the_open_one_is_told_and_recorded(world: World) -> None:
    prefer_digest(world, "mia")
    concern = report(world)
    ticked(world)
    services.acknowledge(by=world.by("sam"), concern=concern)
    ticked(world, hours=22)
    assert "One thing" in to("mia")[0]
    assert reading.of_kinds(["notice.sent.1"])[0].fact("lines") == 1


def test_what_passes_on_to_somebody_else_is_new_to_her(world: World) -> None:
    report(world)
    ticked(world)
    new = people.join(by=world.by("adam"), agency=world.keys["council"], team=world.keys["front_door"], name="New")
    world.keys["new"] = new
    give_account(world, "new")
    seat = {"role": "team_manager", "agency": world.keys["council"], "team": world.keys["front_door"]}
    people.confirm_role(by=world.by("dora"), grant=people.propose_role(by=world.by("adam"), worker=new, **seat))
    people.leave(by=world.by("adam"), worker=world.keys["mia"])
    ticked(world, minutes=5)
    assert "is new" in to("new")[0] and len(to("mia")) == 1
    ticked(world, minutes=5)
    assert len(to("new")) == 1


def test_a_holder_without_an_account_is_told_when_she_has_one(world: World) -> None:
    Account.objects.filter(worker=world.keys["mia"]).delete()
    report(world)
    ticked(world)
    assert mail.outbox == [] and not Letter.objects.exists()
    give_account_again(world)
    ticked(world, minutes=5)
    assert len(to("mia")) == 1


def give_account_again(world: World) -> None:
    from django.contrib.auth.models import User

    Account.objects.create(user=User.objects.get(email="mia@example.org"), worker=world.keys["mia"])


def test_a_letter_has_text_and_html_and_asks_for_no_answer(world: World) -> None:
    report(world)
    ticked(world)
    (message,) = mail.outbox
    whole = message.message()
    assert [part.get_content_type() for part in whole.get_payload()] == ["text/plain", "text/html"]
    assert whole["Auto-Submitted"] == "auto-generated" and whole["Message-ID"].startswith(
        f"<{Letter.objects.get().key}@"
    )
    assert whole["Date"] == "Mon, 02 Mar 2026 10:00:00 +0000"


def test_of_a_restricted_record_only_those_named_are_told(world: World) -> None:
    from django.test import Client

    from heed.people.restriction import services as restriction

    concern = report(world)
    named = [world.keys["sam"], world.keys["dora"]]
    key = restriction.propose(by=world.by("sam"), workers=named, reason="r", concern=concern).subject
    restriction.agree(by=world.by("sid"), restriction=key, reason="r")
    ticked(world)
    assert to("mia") == [], "she manages the team, and the record is kept from her"
    other = report(world)
    ticked(world, minutes=5)
    assert {key for line in Line.objects.filter(worker=world.keys["mia"]) for key in line.about} == {other}
    key = restriction.propose(by=world.by("sam"), workers=named, reason="r", concern=other).subject
    restriction.agree(by=world.by("sid"), restriction=key, reason="r")
    from django.contrib.auth.models import User

    browser = Client()
    user = User.objects.get(email="mia@example.org")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/told/{Letter.objects.get(worker=world.keys['mia']).key}").content.decode()
    assert "Nothing of it is open any more." in page and other not in page, "restricted since"


def test_a_duty_that_only_its_trigger_names_is_told_too(world: World) -> None:
    concern = report(world)
    row = Duty.objects.get(key=concern, clause="K1")
    Duty.objects.filter(key=concern).delete()
    row.id, row.roles, row.key = "e" * 64, {"trigger": "9"}, world.keys["child"]  # as a clause with `match: [trigger]`
    row.save(force_insert=True)
    ticked(world)
    assert "eeee-eeee is new" in to("mia")[0]
    assert reading.of_kinds(["notice.sent.1"])[0].keys("about") == [world.keys["child"]]


def test_more_than_a_letter_holds_comes_in_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from heed.people.post import letters

    monkeypatch.setattr(letters, "MOST_LINES", 3)
    for _ in range(2):
        report(world)
    ticked(world)
    ticked(world, minutes=5)
    first, second = to("mia")
    assert "3 things" in first and first.count(" is new: ") == 3 and "One thing" in second
    assert not Line.objects.filter(letter="").exists()


def test_old_lines_of_ended_duties_are_forgotten_and_open_ones_are_not_told_again(world: World) -> None:
    ended, still = report(world), report(world)
    ticked(world)
    services.acknowledge(by=world.by("sam"), concern=ended)
    services.decide(by=world.by("mia"), concern=ended, outcome="assessment", reason="enough")
    sent = len(to("mia"))
    ticked(world, days=91)
    assert {key for line in Line.objects.all() for key in line.about} == {still}
    assert len(to("mia")) == sent
    verify()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-02T07:59:59", "2026-02-27T08:00:00"),  # Monday before eight: Friday's
        ("2026-03-02T08:00:00", "2026-03-02T08:00:00"),
        ("2026-04-06T12:00:00", "2026-04-02T07:00:00"),  # Easter Monday, summer time: Thursday's
        ("2026-03-30T07:30:00", "2026-03-30T07:00:00"),  # the first working day of summer time
    ],
)
def test_a_digest_leaves_at_eight_local_on_working_days(now: str, expected: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert digest_before(at).astimezone(UTC) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_tick_that_is_killed_while_it_queues_leaves_nothing_half_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heed.duties.telling import work

    report(world)

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(work.letters, "gather", die)
    with pytest.raises(KeyboardInterrupt):
        tick.tick(world.now)
    monkeypatch.undo()
    ticked(world, minutes=5)
    assert len(to("mia")) == 1
