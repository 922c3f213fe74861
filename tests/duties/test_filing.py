"""A concern moved to the right child: the wrong one's duty goes, the right one's comes; as known before, it stands."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from duties.conftest import client
from duties.test_moved import correct
from heed.cases.concern import services as concerns
from heed.cases.journey.judging import over_record
from heed.duties.filing import Filing
from heed.duties.judged import standing_at
from heed.duties.models import Duty, Told
from heed.duties.moments import Moments, MomentsForm
from heed.duties.services import adopt_pack
from heed.people import services as people
from heed.policy import evaluate_batch, evaluate_by_key, evaluate_incremental
from heed.policy.files import load_packs, pack_text
from heed.record import reading, tick
from heed.record.model import Entry
from heed.record.replay import rebuild
from heed.record.verify import verify
from policy.oracle.evaluators import by_oracle
from world import World

CLAUSE = "X6"


def misfiled(world: World) -> tuple[str, str, str]:
    """Adopt the pack, report about the wrong of two children; return the concern and both."""
    adopt_pack(by=world.by("system"), text=pack_text("exploitation")[0])
    wrong = world.keys["child"]
    right = people.record_child(by=world.by("sam"), name="Invented Other")
    report = world.report(threshold=True)
    return concerns.raise_concern(report=report, by=world.by("yara")).subject, wrong, right


def owed(child: str) -> list[tuple[Any, ...]]:
    rows = Duty.objects.filter(key=child, clause=CLAUSE).order_by("id")
    return [(row.roles, row.triggers, row.end, row.due) for row in rows]


def move(world: World, concern: str, wrong: str, right: str) -> None:
    concerns.move(by=world.by("mia"), concern=concern, wrong=wrong, right=right, reason="Same name, other birthday.")


def moments(as_of: datetime, known_at: datetime, *, is_now: bool = False) -> Moments:
    return Moments(as_of, known_at, is_now, MomentsForm(), {})


def test_the_duty_goes_with_the_concern(world: World) -> None:
    concern, wrong, right = misfiled(world)
    ((roles, triggers, end, due),) = owed(wrong)
    assert roles == {"child": wrong} and end == "open" and owed(right) == []
    world.pass_time(days=1)
    move(world, concern, wrong, right)
    assert owed(wrong) == []
    assert owed(right) == [({"child": right}, triggers, "open", due)], "the same report, the same clock"
    verify()
    before = sorted(map(str, Duty.objects.values()))
    rebuild()
    assert sorted(map(str, Duty.objects.values())) == before


def test_as_known_before_the_move_the_wrong_child_s_duty_stands(world: World) -> None:
    concern, wrong, right = misfiled(world)
    then = world.now
    world.pass_time(days=1)
    move(world, concern, wrong, right)
    now = world.now

    def found(moments: Moments) -> set[str]:
        return {duty.owned_by for duty in standing_at(moments).duties if duty.clause == CLAUSE}

    later = now + timedelta(hours=1)
    assert found(moments(later, then)) == {wrong}
    assert found(moments(later, later)) == {right}
    assert found(moments(later, later, is_now=True)) == {right}


def test_a_move_back_undoes_it_and_an_act_for_the_right_child_ends_it(world: World) -> None:
    concern, wrong, right = misfiled(world)
    first = owed(wrong)
    move(world, concern, wrong, right)
    world.pass_time(hours=1)
    move(world, concern, right, wrong)
    assert owed(wrong) == first and owed(right) == []
    verify()


def test_one_of_several_children_is_moved_and_the_others_stay(world: World) -> None:
    adopt_pack(by=world.by("system"), text=pack_text("exploitation")[0])
    wrong = world.keys["child"]
    sibling, right = (people.record_child(by=world.by("sam"), name=name) for name in ("Sibling", "Right"))
    report = world.report(threshold=True, children=(wrong, sibling))
    concern = concerns.raise_concern(report=report, by=world.by("yara")).subject
    kept = owed(sibling)
    move(world, concern, wrong, right)
    assert owed(wrong) == [] and len(owed(right)) == 1 and owed(sibling) == kept


def test_whoever_was_told_of_the_wrong_child_s_duty_is_told_that_it_went(world: World) -> None:
    concern, wrong, right = misfiled(world)
    old = Duty.objects.get(key=wrong, clause=CLAUSE)
    world.pass_time(days=5)
    tick.tick(world.now)
    assert Told.objects.filter(duty=old.id[:32]).exists()
    move(world, concern, wrong, right)
    tick.tick(world.now)
    (entry,) = reading.of_kinds(["duty.superseded.1"])
    assert entry.subject == old.id[:32] and Told.objects.filter(duty=old.id[:32]).exists()
    assert Duty.objects.get(key=right, clause=CLAUSE).end == "open"
    assert client("sid").get("/escalations/").status_code == 200


def test_every_evaluator_reads_the_same_filed_events(world: World) -> None:
    concern, wrong, right = misfiled(world)
    then = world.now
    world.pass_time(days=1)
    move(world, concern, wrong, right)
    packs = load_packs(["exploitation"])
    entries = reading.entries(0, reading.size())
    for known, child in ((then, wrong), (world.now, right)):
        filing = Filing(entries, int(known.timestamp()))
        rows = [row_of(filing.of(entry)) for entry in entries]
        as_of, known_at = (f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (world.now, known))
        asked = (as_of, known_at, [{"source": "native", "agency": "*", "kind": "*", "from": "", "to": ""}])
        answers = [
            evaluate(rows, packs, *asked) for evaluate in (evaluate_by_key, evaluate_incremental, evaluate_batch)
        ]
        plain = by_oracle(rows, [pack_text("exploitation")[0]], *asked)
        assert [duty["key"] for duty in answers[0]["duties"] if duty["clause"] == CLAUSE] == [{"child": child}]
        assert answers[0] == answers[1] == answers[2]
        assert [d["key"] for d in plain["duties"]] == [d["key"] for d in answers[0]["duties"]]
        over = over_record(packs, as_of, known_at)
        assert [d["key"] for d in over["duties"] if d["clause"] == CLAUSE] == [{"child": child}]


def row_of(entry: Entry) -> dict[str, Any]:
    spine = entry.spine
    columns = {name: getattr(spine, name) for name in ("n", "subject", "recorded_at", "actor", "agency")}
    facts = json.dumps(entry.facts) if entry.facts is not None else ""
    return {**columns, "kind": entry.kind, "occurred_at": entry.occurred_at or "", "facts": facts}


def test_an_entry_recorded_after_the_move_stands_as_it_is(world: World) -> None:
    concern, wrong, right = misfiled(world)
    world.pass_time(days=1)
    move(world, concern, wrong, right)
    again = concerns.raise_concern(report=world.report(threshold=True), by=world.by("yara")).subject
    entries = reading.entries(0, reading.size())
    filing = Filing(entries, int(datetime.now(UTC).timestamp()) + 10**9)
    filed = {entry.subject: filing.of(entry).keys("child") for entry in entries if entry.kind == "concern.raised.1"}
    assert filed == {concern: [right], again: [wrong]}
    assert len(owed(wrong)) == 1 and len(owed(right)) == 1


def test_the_wrong_child_s_duty_keeps_a_page_that_says_where_it_counts_now(world: World) -> None:
    """The link of whoever owed it leads to what it was, why it is owed no more, and the right child's duty."""
    concern, wrong, right = misfiled(world)
    old = Duty.objects.get(key=wrong, clause=CLAUSE)
    link = f"/duties/{old.id}/"
    assert client("mia").get(link).status_code == 200
    world.pass_time(days=5)
    tick.tick(world.now)
    world.pass_time(minutes=1)
    move(world, concern, wrong, right)
    new = Duty.objects.get(key=right, clause=CLAUSE)
    for who in ("sam", "mia", "sid", "dora", "yara", "ines"):
        page = client(who).get(link).content.decode()
        assert "No longer owed." in page and "moved to the right one" in page, who
        assert wrong not in page and right not in page and "Invented Child" not in page
        assert f"/duties/{new.id}/" in page, who
    for who in ("pat", "adam"):
        assert client(who).get(link).status_code == 404, who
    page = client("sid").get(link).content.decode()
    assert "What was told stays told." in page and "the wrong child" in page
    then = page.split('href="?as_of=')[1].split('"')[0].replace("&amp;", "&")
    before = client("sid").get(f"{link}?as_of={then}").content.decode()
    assert "What triggered it" in before and "Whose record it is about is not yours to see." in before
    assert f'href="/duties/{old.id[:32]}/"' in client("sid").get("/escalations/").content.decode()
    assert client("sid").get(f"/duties/{old.id[:32]}/").status_code == 200
    move(world, concern, right, wrong)
    assert "No longer owed." not in client("mia").get(link).content.decode(), "moved back it is owed again"
    assert "No longer owed." in client("mia").get(f"/duties/{new.id}/").content.decode(), "nobody had been told of it"


def test_where_it_counts_now_is_told_to_those_alone_who_may_see_it(world: World) -> None:
    concern, wrong, right = misfiled(world)
    old = Duty.objects.get(key=wrong, clause=CLAUSE)
    world.pass_time(days=5)
    tick.tick(world.now)
    world.pass_time(minutes=1)
    move(world, concern, wrong, right)
    told = Told.objects.filter(duty=old.id[:32]).first()
    assert told is not None
    Told.objects.filter(duty=old.id[:32]).update(told=[world.keys["pat"]])
    page = client("pat").get(f"/duties/{old.id}/").content.decode()
    assert "which is not yours to see" in page and Duty.objects.get(key=right, clause=CLAUSE).id not in page


def test_a_duty_that_a_correction_took_away_says_that_it_counts_nowhere(world: World) -> None:
    concern = concerns.raise_concern(report=world.report(danger_today="yes", called="999"), by=world.by("yara")).subject
    old = Duty.objects.get(key=concern, clause="K3")
    world.pass_time(days=3)
    tick.tick(world.now)
    correct(world, concern, danger_today="no")
    page = client("mia").get(f"/duties/{old.id}/").content.decode()
    assert "was corrected" in page and "Nowhere: nothing that is known now triggers it." in page
    assert client("mia").get(f"/duties/{'0' * 64}/").status_code == 404
    assert client("mia").get("/duties/short/").status_code == 404
