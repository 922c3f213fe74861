"""A pack or a calendar after the founding: proposed with what it would do, approved by another agency, carried out."""

from datetime import datetime
from typing import Any

import pytest

import world as worlds
from duties.conftest import client
from heed.cases.concern import services as concerns
from heed.cases.journey.judging import over_record
from heed.duties import adopting, ready
from heed.duties.engine import adopted
from heed.duties.judged import standing_at
from heed.duties.models import Duty, Pack, Proposal
from heed.duties.moments import Moments, MomentsForm
from heed.lib.errors import Answered, HeedError
from heed.people import services as people
from heed.policy.bank_holidays import parse_calendar, text_of
from heed.policy.calendars import england_wales
from heed.policy.files import load_packs
from heed.record import erase, reading, tick
from heed.record.verify import verify
from world import World

NOW = 1 << 62

# Two clauses of an invented local rule about a report.
LOCAL = """
pack: local
version: '1'
title: An invented local rule
clauses:
- id: L1
  tier: local
  source: invented for this test
  confirmed: invented
  in_force: {from: 2000-01-01}
  sentence: A report is decided within five working days.
  when: {entry: concern.raised.1}
  match: [concern]
  must: [{entry: concern.decided.1}]
  within: 5 wd
  owner: team_manager
  escalate: [{at: due, to: service_manager}, {at: due + 1 wd, to: scrutineer, outside: true}]
  examples:
  - name: open
    given: [{kind: concern.raised.1, at: 2019-03-04, refs: {concern: [concern-1]}, danger_today: 'no'}]
    as_of: 2019-03-05
    then: [{anchor: '1', due: 2019-03-11T23:59:59.000000Z, end: open, lateness: 'no'}]
"""
# The same with a second version, which a partnership keeps from April on.
SECOND = (
    LOCAL.replace("version: '1'", "version: '2'").replace(
        "in_force: {from: 2000-01-01}", "in_force: {from: 2000-01-01, to: 2026-04-01}"
    )
    + """- id: L1
  version: stricter
  tier: local
  source: invented for this test
  confirmed: invented
  in_force: {from: 2026-04-01}
  open_duties: convert
  sentence: A report is decided within two working days.
  when: {entry: concern.raised.1}
  match: [concern]
  must: [{entry: concern.decided.1}]
  within: 2 wd
  owner: team_manager
  escalate: [{at: due, to: service_manager}, {at: due + 1 wd, to: scrutineer, outside: true}]
"""
).replace("- id: L1\n  tier", "- id: L1\n  version: '1'\n  tier")


def report(world: World) -> str:
    return concerns.raise_concern(report=world.report(), by=world.by("yara")).subject


def propose(world: World, text: str, who: str = "dora", **more: str) -> str:
    return adopting.propose(by=world.by(who), text=text, reason="invented", now=world.now, **more).subject


def adopt(world: World, text: str, **more: str) -> str:
    key = propose(world, text, **more)
    adopting.approve(by=world.by("ines"), proposal=key)
    adopting.carry_out(by=world.by("ines"), proposal=key, now=world.now)
    return key


def effect(key: str, clause: str = "") -> dict[str, str]:
    return {row["clause"]: row for row in Proposal.objects.get(key=key).effect}[clause]


def moments(as_of: datetime, known_at: datetime) -> Moments:
    return Moments(as_of, known_at, False, MomentsForm(), {})


def test_two_agencies_adopt_a_pack_and_its_duties_are_owed_at_once(world: World) -> None:
    concern = report(world)
    key = propose(world, LOCAL)
    assert effect(key)["opens"] == "c" and effect(key, "L1")["overdue"] == "0"
    assert not Duty.objects.filter(clause="L1").exists(), "nothing is adopted by proposing"
    adopting.approve(by=world.by("ines"), proposal=key)
    assert not Duty.objects.filter(clause="L1").exists(), "approved is not yet carried out"
    entry = adopting.carry_out(by=world.by("ines"), proposal=key, now=world.now)
    assert entry.subject == key and entry.fact("text") == LOCAL
    assert Duty.objects.get(clause="L1", key=concern).end == "open"
    row = Proposal.objects.get(key=key)
    assert (row.adopted_n, row.approved_by) == (entry.n, world.keys["ines"])
    assert Pack.objects.get(key=key).n == entry.n
    assert verify().rebuilt


def test_nobody_changes_the_law_of_all_alone(world: World) -> None:
    for who in ("yara", "sam", "mia", "sid", "adam", "pat"):
        with pytest.raises(Answered, match="board, the independent scrutineer or a director"):
            propose(world, LOCAL, who)
    key = propose(world, LOCAL)
    for who in ("sam", "adam", "pat"):
        with pytest.raises(Answered, match="board, the independent scrutineer or a director"):
            adopting.approve(by=world.by(who), proposal=key)
    with pytest.raises(Answered, match="herself"):
        adopting.approve(by=world.by("dora"), proposal=key)
    world.keys["dan"] = people.join(by=world.by("adam"), agency=world.keys["council"], team="", name="Dan")
    world.agency_of["dan"] = "council"
    grant = people.propose_role(
        by=world.by("adam"), worker=world.keys["dan"], role="director", agency=world.keys["council"]
    )
    people.confirm_role(by=world.by("dora"), grant=grant)
    with pytest.raises(Answered, match="another agency"):
        adopting.approve(by=world.by("dan"), proposal=key)
    with pytest.raises(Answered, match="not approved"):
        adopting.carry_out(by=world.by("ines"), proposal=key, now=world.now)
    with pytest.raises(Answered, match="second person"):
        adopting.adopt_pack(by=world.by("dora"), text=LOCAL)
    assert Pack.objects.count() == 1


def test_a_proposal_is_decided_once_and_may_be_taken_back(world: World) -> None:
    key = propose(world, LOCAL)
    with pytest.raises(Answered, match="why"):
        adopting.decline(by=world.by("dora"), proposal=key, reason=" ")
    adopting.decline(by=world.by("dora"), proposal=key, reason="an invented slip")
    row = Proposal.objects.get(key=key)
    assert (row.declined_why, row.declined_by) == ("an invented slip", world.keys["dora"])
    for act in (
        lambda: adopting.approve(by=world.by("ines"), proposal=key),
        lambda: adopting.decline(by=world.by("ines"), proposal=key, reason="again"),
    ):
        with pytest.raises(Answered, match="decided already"):
            act()
    assert Pack.objects.count() == 1


def test_what_is_approved_and_can_no_longer_be_carried_out_is_taken_back(world: World) -> None:
    first, second = propose(world, LOCAL), propose(world, LOCAL.replace("five working", "an invented five working"))
    adopting.approve(by=world.by("ines"), proposal=first)
    with pytest.raises(Answered, match="about to be carried out"):
        adopting.approve(by=world.by("ines"), proposal=second)
    adopting.decline(by=world.by("ines"), proposal=first, reason="an invented second thought")
    with pytest.raises(Answered, match="not approved"):
        adopting.carry_out(by=world.by("ines"), proposal=first, now=world.now)
    adopting.approve(by=world.by("ines"), proposal=second)
    adopting.carry_out(by=world.by("ines"), proposal=second, now=world.now)
    third = LOCAL.replace("five working days.", "five working days, invented.")
    with pytest.raises(Answered, match="word for word"):
        propose(world, LOCAL.replace("five working", "an invented five working"))
    assert propose(world, third)


def test_a_proposal_compared_with_a_text_no_longer_in_force_is_proposed_anew(world: World) -> None:
    stale = propose(world, LOCAL)
    adopt(world, LOCAL.replace("five working", "an invented five working"))
    with pytest.raises(Answered, match="adopted meanwhile"):
        adopting.approve(by=world.by("ines"), proposal=stale)


def test_a_second_version_converts_open_duties_and_old_ones_keep_theirs(world: World) -> None:
    early = report(world)
    adopt(world, LOCAL)
    concerns.decide(by=world.by("mia"), concern=early, outcome="early_help", reason="r")
    world.pass_time(days=28)  # Monday 30 March
    late = report(world)
    key = adopt(world, SECOND)
    assert effect(key)["opens"] == effect(key)["turns"] == "0", "from April on only"
    assert Duty.objects.get(key=early, clause="L1").version == "1"
    assert tick.tick(world.now).done["commencements"] == {"commenced": []}
    world.pass_time(days=3)  # Thursday 2 April
    other = report(world)
    assert Duty.objects.get(key=late, clause="L1").version == "1", "nothing happened there since"
    assert tick.tick(world.now).done["commencements"] == {"commenced": ["L1 stricter"]}
    assert tick.tick(world.now).done["commencements"] == {"commenced": []}
    rows = {row.version: row for row in Duty.objects.filter(key=late, clause="L1")}
    assert rows["1"].end == "superseded" and rows["stricter"].end == "open"
    assert Duty.objects.get(key=other, clause="L1").version == "stricter"
    assert Duty.objects.get(key=early, clause="L1").end == "fulfilled", "what ended stays with its own law"
    assert verify().rebuilt


def test_a_judgement_of_an_old_date_stays_what_it_was(world: World) -> None:
    concern = report(world)
    adopt(world, LOCAL)
    then = world.pass_time(days=9)
    report(world)
    before = {(d.id, d.due, d.lateness) for d in standing_at(moments(then, world.now)).duties if d.clause == "L1"}
    known = world.now
    world.pass_time(days=30)
    adopt(world, SECOND)
    after = {(d.id, d.due, d.lateness) for d in standing_at(moments(then, known)).duties if d.clause == "L1"}
    assert before == after and len(before) == 2
    assert Duty.objects.filter(key=concern, clause="L1").exists()
    size = reading.size_at(known)
    assert "stricter" not in "".join(adopted(size).texts) and "stricter" in "".join(adopted(NOW).texts)


@pytest.mark.parametrize("vendor", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("within: 5 wd", "within: 6 wd"), "says something else"),
        (("must: [{entry: concern.decided.1}]", "must: [{entry: concern.acknowledged.1}]"), "says something else"),
        (("owner: team_manager", "owner: director"), "says something else"),
        (("{from: 2000-01-01}", "{from: 2010-01-01}"), "says something else"),
        (("- id: L1", "- id: L2"), "left out, and duties rest on it"),
    ],
)
def test_no_later_text_rewrites_what_was_adopted(world: World, change: tuple[str, str], problem: str) -> None:
    """Under the same version a clause says the same for ever, and one that duties rest on is never left out."""
    report(world)
    report(world)
    adopt(world, LOCAL)
    text = LOCAL.replace(*change).replace("version: '1'", "version: '2'").replace("- id: L", "- version: '1'\n  id: L")
    size = reading.size()
    with pytest.raises(HeedError) as refused:
        propose(world, text, file="local.yaml")
    row = next(row for row in refused.value.rejects if problem in str(row["problem"]))
    assert row["line"] and row["clause"] == "L1" and row["remedy"]
    assert reading.size() == size and adopted(NOW).texts[-1] == LOCAL


def test_a_text_may_be_explained_better_and_given_an_end(world: World) -> None:
    report(world)
    adopt(world, LOCAL)
    text = LOCAL.replace("A report is", "Every report is").replace(
        "{from: 2000-01-01}", "{from: 2000-01-01, to: 2030-01-01}"
    )
    key = adopt(world, text)
    assert all(effect(key)[name] == "0" for name in ("opens", "goes", "turns", "moves"))


@pytest.mark.parametrize("vendor", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("concern.decided.1", "concern.undecided.1"), "no kind"),
        (("within: 5 wd", "within: 5 fortnights"), "fortnights"),
        (("outside: true", "outside: false"), "inside the owning agency"),
        (("due: 2019-03-11", "due: 2019-03-12"), "does not give what it says"),
        (("- id: L1", "- id: K1"), "in force on one day"),  # another pack's clause
    ],
)
def test_a_broken_pack_is_refused_and_the_running_ones_stay(
    world: World, change: tuple[str, str], problem: str
) -> None:
    size, law = reading.size(), adopted(NOW)
    with pytest.raises(HeedError) as refused:
        propose(world, LOCAL.replace(*change), file="local.yaml")
    row = next(row for row in refused.value.rejects if problem in str(row["problem"]))
    assert row["line"] and row["remedy"] and row["clause"]
    assert reading.size() == size and adopted(NOW) == law
    assert concerns.raise_concern(report=world.report(), by=world.by("yara")).n > 0


def test_a_pack_kept_from_a_day_on_finds_nothing_late_from_before(world: World) -> None:
    old = [report(world) for _ in range(2)]
    world.pass_time(days=30)
    at_once, from_now = propose(world, LOCAL), propose(world, LOCAL, begins=f"{world.now:%Y-%m-%d}")
    assert effect(at_once, "L1")["overdue"] == "c", "by its own date the reports of a month ago are overdue"
    assert effect(from_now)["opens"] == "0"
    text = Proposal.objects.get(key=from_now).text
    assert text.startswith(LOCAL.rstrip()) and text.endswith("from: 2026-04-01}\n")
    adopting.approve(by=world.by("ines"), proposal=from_now)
    adopting.carry_out(by=world.by("ines"), proposal=from_now, now=world.now)
    new = report(world)
    assert [row.key for row in Duty.objects.filter(clause="L1")] == [new] and new not in old
    assert verify().rebuilt


def judged_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    keys: list[str] = []
    real = ready.keys_and_rows

    def spy(*args: Any) -> Any:
        found = real(*args)
        keys.extend(sorted(found[0]))
        return found

    monkeypatch.setattr("heed.duties.ready.keys_and_rows", spy)
    return keys


def test_what_is_recorded_while_the_law_is_prepared_is_judged_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, keys = report(world), judged_anew(monkeypatch)
    key = propose(world, LOCAL)
    adopting.approve(by=world.by("ines"), proposal=key)
    real, made = ready.prepare, []

    def meanwhile(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        made.append(report(world))
        concerns.decide(by=world.by("mia"), concern=first, outcome="early_help", reason="meanwhile")
        return found

    monkeypatch.setattr("heed.duties.ready.prepare", meanwhile)
    adopting.carry_out(by=world.by("ines"), proposal=key, now=world.now)
    assert {row.key: row.end for row in Duty.objects.filter(clause="L1")} == {first: "fulfilled", made[0]: "open"}
    assert set(made) <= set(keys) and len(keys) < Duty.objects.values("key").distinct().count() + 6
    monkeypatch.undo()
    assert verify().rebuilt


def test_the_tick_carries_out_what_a_page_left(world: World) -> None:
    concern = report(world)
    key = propose(world, LOCAL)
    adopting.approve(by=world.by("ines"), proposal=key)
    done = tick.tick(world.pass_time(minutes=5))
    assert done.error == "" and done.done["adoptions"] == {"adopted": [Proposal.objects.get(key=key).adopted_n]}
    assert Duty.objects.filter(key=concern, clause="L1", end="open").exists()
    assert tick.tick(world.pass_time(minutes=5)).done["adoptions"] == {"adopted": []}


# -- calendars ------------------------------------------------------------------------------------------------------


def calendar(*extra: str, version: str = "2026-extra") -> str:
    days = text_of(england_wales(), version=version, source="an invented proclamation")
    return days + "".join(f"- {day}\n" for day in extra)


def test_a_new_bank_holiday_moves_the_dues_that_it_touches_and_old_judgements_stay(world: World) -> None:
    concern = report(world)  # Monday 2 March: K2 is due on Tuesday
    before = Duty.objects.get(key=concern, clause="K2")
    known = world.now
    world.pass_time(minutes=1)
    key = propose(world, calendar("2026-03-03"))
    assert effect(key)["moves"] == "c" and effect(key)["opens"] == "0"
    adopting.approve(by=world.by("ines"), proposal=key)
    adopting.carry_out(by=world.by("ines"), proposal=key, now=world.now)
    after = Duty.objects.get(key=concern, clause="K2")
    assert after.id == before.id and after.due == (before.due or 0) + 86_400
    was = {d.clause: d.due for d in standing_at(moments(known, known)).duties if d.owned_by == concern}
    assert was["K2"] == before.due, "as known then it was due on Tuesday"
    day = f"{world.now:%Y-%m-%dT%H:%M:%S}Z"
    dues = {d["clause"]: d["due"] for d in over_record(load_packs(["concern"]), day, day)["duties"]}
    assert dues["K2"] == "2026-03-04T23:59:59.000000Z", "the command counts by it too"
    page = client("mia").get(f"/duties/{after.id}/").content.decode()
    assert "bank holiday" in page
    assert verify().rebuilt


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (calendar("2026-03-33"), "2026-03-33"),
        (calendar("1989-03-03"), "outside the years"),
        (calendar("2026-12-25"), "stands twice"),
        (calendar().replace("- 2025-12-25\n", ""), "has 7 bank holidays"),
        (calendar().replace("calendar: england-wales", "calendar: elsewhere"), "No pack counts by"),
        (calendar().replace("source: an invented proclamation\n", ""), "has no `source`"),
    ],
)
def test_a_broken_calendar_is_refused_with_line_and_remedy(text: str, problem: str) -> None:
    with pytest.raises(HeedError) as refused:
        parse_calendar(text, "days.yaml")
    row = refused.value.rejects[0]
    assert problem in str(row["problem"]) and row["line"] and row["remedy"] and row["file"] == "days.yaml"


def test_a_calendar_begins_with_its_adoption(world: World) -> None:
    with pytest.raises(HeedError, match="leave the day out"):
        propose(world, calendar("2026-03-03"), begins="2026-04-01")
    adopt(world, calendar("2026-03-03"))
    with pytest.raises(Answered, match="word for word"):
        propose(world, calendar("2026-03-03"))


def test_an_erasure_meanwhile_has_every_key_judged_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick that erases between preparing and adopting: nothing prepared is used."""
    concern, other = report(world), report(world)
    key = propose(world, LOCAL)
    adopting.approve(by=world.by("ines"), proposal=key)
    real, keys = ready.prepare, judged_anew(monkeypatch)

    def meanwhile(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        n = next(entry.n for entry in reading.stream(concern))
        asked = erase.propose(
            by=world.by("sid"),
            entry=n,
            part="both",
            authority="an invented order",
            recipients=[world.keys["ines"]],
            court_order=True,
        )
        erase.approve(by=world.by("ines"), erasure=asked.subject)
        tick.tick(world.now)
        return found

    monkeypatch.setattr("heed.duties.ready.prepare", meanwhile)
    adopting.carry_out(by=world.by("ines"), proposal=key, now=world.now)
    assert other in keys, "every key"
    assert [row.key for row in Duty.objects.filter(clause="L1")] == [other], "the first report is erased"
    monkeypatch.undo()
    assert verify().rebuilt


# -- time -------------------------------------------------------------------------------------------------------------

WATCHED = """
pack: watched
version: '1'
states:
  with_us: {key: worker, starts: [grant.confirmed.1], ends: [worker.left.1]}
clauses:
- id: W1
  tier: local
  source: invented for this test
  confirmed: invented
  in_force: {from: 2026-03-09}
  sentence: Whoever works here has her address confirmed within ten days.
  when: {while: with_us}
  match: [worker]
  must: [{entry: address.confirmed.1}]
  within: 10 days
  owner: administrator
"""


def test_a_state_that_runs_already_triggers_on_the_day_a_clause_commences(world: World) -> None:
    """Nothing is recorded about the worker on that day: the tick says that the clause commenced, and she owes it."""
    adopt(world, WATCHED)
    assert not Duty.objects.filter(clause="W1").exists()
    tick.tick(world.pass_time(days=6))
    assert not Duty.objects.filter(clause="W1").exists()
    tick.tick(world.pass_time(days=1))
    rows = Duty.objects.filter(clause="W1")
    assert rows.count() == len(worlds.PEOPLE) and {row.anchor for row in rows} == {None}
    now = {(d.id, d.due) for d in standing_at(moments(world.now, world.now)).duties if d.clause == "W1"}
    assert now == {(row.id, row.due) for row in rows}
    assert verify().rebuilt
