"""A correction that takes away a duty somebody was told of: said once by tick; what was told stays told."""

from duties.conftest import client
from heed.cases.concern import services as concerns
from heed.cases.concern.entries import ConcernRaised
from heed.duties.models import Duty, Told
from heed.duties.services import adopt_pack
from heed.people import services as people
from heed.record import reading, tick
from heed.record.ledger import append, writing
from heed.record.model import Draft, Entry
from heed.record.verify import verify
from world import World


def superseded() -> list[Entry]:
    return reading.of_kinds(["duty.superseded.1"])


def correct(world: World, concern: str, child: str = "", **facts: str) -> None:
    """State a report anew as any client of the ledger may: with other facts, or about another child.

    The concern's own service lets a correction neither take a danger back nor name another child.
    """
    first = next(entry for entry in reading.stream(concern) if entry.kind == ConcernRaised.name)
    assert first.facts is not None and first.words is not None
    plain = {k: v for k, v in first.facts.items() if k not in ("request", "refs", "occurred_at")}
    refs = {**first.facts["refs"], **({"child": [child]} if child else {})}
    draft = Draft(
        kind=ConcernRaised,
        subject=concern,
        facts=plain | facts,
        words=first.words,
        refs=refs,
        occurred_at=first.occurred_at,
        corrects=first.n,
    )
    with writing() as head:
        append(head, draft, by=world.by("yara"))


def in_danger(world: World) -> str:
    report = world.report(danger_today="yes", called="999")
    return concerns.raise_concern(report=report, by=world.by("yara")).subject


def test_a_duty_that_a_correction_took_away_is_said_to_be_superseded_once(world: World) -> None:
    concern = in_danger(world)
    other = in_danger(world)
    old = Duty.objects.get(key=concern, clause="K3")
    world.pass_time(days=3)
    tick.tick(world.now)
    told = Told.objects.filter(key=concern, duty=old.id[:32]).count()
    assert told >= 1 and superseded() == []
    correct(world, concern, danger_today="no")
    assert not Duty.objects.filter(key=concern, clause="K3").exists()
    tick.tick(world.now)
    tick.tick(world.now)
    (entry,) = superseded()
    assert entry.subject == old.id[:32]
    assert entry.fact("clause") == "K3" and entry.fact("anchor") == old.anchor and entry.fact("successor") is None
    assert entry.keys("concern") == [concern]
    assert Told.objects.filter(key=concern, duty=old.id[:32]).count() == told, "what was told stays told"
    assert Duty.objects.filter(key=other, clause="K3", end="open").exists()
    assert "superseded by a correction" in client("sid").get("/escalations/").content.decode()


def test_a_correction_that_keeps_the_duty_says_nothing(world: World) -> None:
    concern = in_danger(world)
    world.pass_time(days=3)
    tick.tick(world.now)
    correct(world, concern)
    tick.tick(world.now)
    assert superseded() == [] and Duty.objects.get(key=concern, clause="K3").end == "open"


def test_a_duty_that_nobody_was_told_of_leaves_nothing_to_say(world: World) -> None:
    concern = in_danger(world)
    correct(world, concern, danger_today="no")
    tick.tick(world.now)
    assert superseded() == []


# One duty for each child, which a second report joins: without the first report the second one opens it.
BY_CHILD = """
pack: by-child
version: '1'
calendar: england-wales
clauses:
- id: T1
  tier: local
  source: invented for this test
  confirmed: invented
  in_force: {from: 2000-01-01}
  sentence: An invented duty, one for each child.
  when: {entry: concern.raised.1}
  match: [child]
  again: absorb
  must: [{entry: strategy.not_needed.1, as: declined}]
  within: 1 wd
  owner: team_manager
  escalate: [{at: due, to: service_manager}, {at: due + 1 wd, to: scrutineer, outside: true}]
"""


def test_the_successor_is_the_open_duty_of_the_same_key(world: World) -> None:
    adopt_pack(by=world.by("system"), text=BY_CHILD)
    first = concerns.raise_concern(report=world.report(), by=world.by("yara")).subject
    world.pass_time(hours=1)
    concerns.raise_concern(report=world.report(), by=world.by("yara"))
    old = Duty.objects.get(key=world.keys["child"], clause="T1")
    assert len(old.triggers) == 2
    world.pass_time(days=9)
    tick.tick(world.now)
    other = people.record_child(by=world.by("sam"), name="The Right One")
    world.pass_time(hours=2)
    correct(world, first, child=other)
    new = Duty.objects.get(key=world.keys["child"], clause="T1")
    assert new.anchor != old.anchor and new.triggers == old.triggers[1:]
    tick.tick(world.now)
    entries = {entry.subject: entry for entry in superseded()}
    assert entries[old.id[:32]].fact("successor") == new.id[:32]
    assert Told.objects.filter(duty=new.id[:32]).exists(), "the successor tells its own passed rungs"
    assert Duty.objects.get(key=other, clause="T1").anchor == old.anchor, "the corrected entry keeps its number"
    assert verify().rebuilt


def test_a_duty_goes_at_once_from_the_child_that_a_correction_took_out(world: World) -> None:
    """Nothing else is recorded about the wrong child: the correction itself, which does not name her, takes it away."""
    adopt_pack(by=world.by("system"), text=BY_CHILD)
    concern = concerns.raise_concern(report=world.report(), by=world.by("yara")).subject
    other = people.record_child(by=world.by("sam"), name="The Right One")
    world.pass_time(hours=2)
    correct(world, concern, child=other)
    assert not Duty.objects.filter(key=world.keys["child"]).exists()
    assert Duty.objects.filter(key=other, clause="T1", end="open").exists()
    assert verify().rebuilt
