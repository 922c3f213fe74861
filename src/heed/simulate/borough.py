"""The synthetic borough: agencies, people, children and some months of concerns, written only through services.

1. open a synthetic record; 2. seat the people; 3. adopt the pack; 4. day by day: reports arrive, teams answer, some
late, some never, and tick runs; 5. a count is published and revised; 6. the clock ends at `until`. One seed gives one
borough; keys are random all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from random import Random
from typing import Any

from heed.cases.concern import services as concerns
from heed.cases.concern.entries import HARMS
from heed.cases.door import services as doors
from heed.cases.door.codes import make_code
from heed.duties.models import Duty
from heed.duties.services import adopt_pack, state_hours
from heed.lib.progress import Track, quiet
from heed.people import services as people
from heed.record import tick
from heed.record.model import By
from heed.record.opening import open_record
from heed.record.place import Place
from heed.record.start import system

from .counting import publish_a_count
from .names import invented_name

AGENCIES = {
    "council": ("Invented Borough Council", "council"),
    "police": ("Invented Police", "police"),
    "health": ("Invented Health Trust", "health"),
    "school": ("Invented High School", "school"),
    "home": ("Invented Children's Home", "residential"),
    "youth": ("Invented Youth Service", "youth"),
    "board": ("Invented Safeguarding Board", "board"),
}
TEAMS = {
    "front_door": ("council", "Front door"),
    "exploitation": ("council", "Exploitation team"),
    "pvp": ("police", "Public protection"),
}
# who → (agency, team, role, profession): one sign-in for each role.
PEOPLE = {
    "yara": ("youth", "", "reporter", "youth_worker"),
    "rose": ("home", "", "reporter", "residential_worker"),
    "sam": ("council", "front_door", "practitioner", "social_worker"),
    "mia": ("council", "front_door", "team_manager", "social_worker"),
    "eli": ("council", "exploitation", "team_manager", "social_worker"),
    "sid": ("council", "", "service_manager", "social_worker"),
    "dora": ("council", "", "director", ""),
    "pat": ("police", "pvp", "team_manager", "police_officer"),
    "bea": ("board", "", "board_member", ""),
    "ines": ("board", "", "scrutineer", ""),
    "gus": ("board", "", "inspector", ""),
    "olga": ("council", "", "records_officer", ""),
    "adam": ("council", "", "administrator", ""),
}
# What is said, in clinical words and no narrative.
NOTES = (
    "Missing overnight; came back with a new phone.",
    "Unknown adults collect the child after school by car.",
    "Unexplained money and taxis; school attendance falls.",
    "Carries messages for adults; afraid to say for whom.",
    "Withdrew an earlier disclosure after a call.",
    "Seen with adults of concern at a place known to us.",
)
# Who was asked, what was weighed, and what follows: parts of a decision's reason.
REASONS = (
    ("School attendance staff", "The health visitor", "The residential home", "Two agencies", "The youth service"),
    ("repeated absence and new contacts", "injuries without an account", "money and travel", "fear of an adult"),
    ("to be looked at again within days", "the family is seen this week", "checks with the police are asked for"),
)

# The demonstration's code, so that anybody can try coming back; a real one is shown once and derives from a secret.
DEMO_REQUEST = "d0" * 16
DEMO_CODE = make_code(DEMO_REQUEST, "synthetic")


@dataclass
class Borough:
    """The borough while it is made: keys by name, a seeded random source, a clock that moves forward."""

    random: Random
    now: datetime
    keys: dict[str, str] = field(default_factory=dict)
    agency_of: dict[str, str] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    open_concerns: list[tuple[str, str, datetime]] = field(default_factory=list)

    def by(self, who: str) -> By:
        """Return who acts, at the borough's own time."""
        return By(self.keys[who], self.keys[self.agency_of[who]], self.now)


def make_borough(
    *,
    place: Place,
    seed: int,
    until: datetime,
    days: int = 75,
    children: int = 36,
    track: Track[Any] = quiet,
    seated: Callable[[Mapping[str, str]], None] = lambda keys: None,
) -> Borough:
    """Make the borough in an empty, migrated database; the record's origin is synthetic.

    `seated` is called once its people are there, before its days begin, with keys by name: to give them accounts.
    """
    start = until - timedelta(days=days)
    borough = Borough(Random(seed), start.replace(hour=8, minute=0, second=0, microsecond=0))
    open_record(origin="synthetic.borough.example/1", place=place, at=borough.now)
    _seat_people(borough)
    seated(borough.keys)
    for _ in range(children):
        born = date(borough.random.randint(2009, 2014), borough.random.randint(1, 12), borough.random.randint(1, 28))
        name = invented_name(borough.random)
        borough.children.append(people.record_child(by=borough.by("sam"), name=name, facts={"born": born.isoformat()}))
    borough.keys["door"] = _open_door(borough)
    _tell_at_the_door(borough)
    for _ in track(range(days), days, "Living through the borough's days"):
        _live_a_day(borough, until)
    publish_a_count(borough)
    return borough


def _seat_people(borough: Borough) -> None:
    by = system()
    root = By(by.actor, by.agency, borough.now)
    for name, (title, kind) in AGENCIES.items():
        borough.keys[name] = people.name_agency(
            by=root, name=title, type=kind, day_number="01632 960010", night_number="01632 960020"
        )
    for name, (agency, title) in TEAMS.items():
        borough.keys[name] = people.name_team(by=root, agency=borough.keys[agency], name=title)
    for who, (agency, team, role, _) in PEOPLE.items():
        borough.agency_of[who] = agency
        team_key = borough.keys.get(team, "")
        borough.keys[who] = people.seat_founder(
            by=root, agency=borough.keys[agency], team=team_key, name=who.title(), role=role
        )
    adopt_pack(by=root, text=resources.files("heed.policy").joinpath("packs/concern.yaml").read_text("utf-8"))
    for who, hours in (("mia", 12), ("eli", 12)):
        state_hours(by=borough.by(who), team=borough.keys[PEOPLE[who][1]], hours=Decimal(hours))


def _open_door(borough: Borough) -> str:
    """Open the borough's door, and let one young person have come through it who holds DEMO_CODE."""
    helpline = {"name": "Invented Helpline", "number": "01632 960099", "about": "Invented; nobody answers."}
    return doors.open_door(
        by=borough.by("dora"),
        name="Invented Borough",
        agency=borough.keys["council"],
        team=borough.keys["front_door"],
        leave_to="https://www.example.org/",
        emergency="999",
        numbers=[helpline],
    )


def _tell_at_the_door(borough: Borough) -> None:
    """Let a young person report at the door, be answered and hold DEMO_CODE; once, on the first day."""
    told = concerns.Report(
        what="A young person wrote to us in their own words, which stand beside this.",
        source="child",
        danger_today="not_known",
        team="",
        about="unnamed_child",
        child_words="(Invented.) Somebody older gives me things and now wants something back.",
    )
    entry = doors.report_at(
        door=borough.keys["door"], report=told, code=DEMO_CODE, request=DEMO_REQUEST, at=borough.now
    )
    concerns.acknowledge(by=borough.by("sam"), concern=entry.subject)
    concerns.decide(by=borough.by("mia"), concern=entry.subject, outcome="assessment", reason="To be seen at school.")
    answer = "Thank you for telling us. Somebody you may know will be at school tomorrow; ask for the youth worker."
    concerns.answer_reporter(by=borough.by("mia"), concern=entry.subject, answer=answer)


def _live_a_day(borough: Borough, until: datetime) -> None:
    """Report, answer and escalate through one day, in the order of its hours."""
    for hour in sorted(borough.random.sample(range(8, 20), borough.random.choice([1, 1, 2]))):
        borough.now = max(borough.now, borough.now.replace(hour=hour, minute=borough.random.randint(0, 59)))
        if borough.now >= until:
            return
        _report(borough)
    _answer(borough)
    if borough.now < until:
        tick.tick(borough.now)
    borough.now = min(until, (borough.now + timedelta(days=1)).replace(hour=8, minute=0))


def _report(borough: Borough) -> None:
    who = borough.random.choice(["yara", "rose", "pat"])
    danger = borough.random.random() < 0.12
    team = borough.random.choice(["front_door", "front_door", "exploitation"])
    report = concerns.Report(
        what=borough.random.choice(NOTES),
        source=PEOPLE[who][3],
        danger_today="yes" if danger else "no",
        team=borough.keys[team],
        children=(borough.random.choice(borough.children),),
        harm=tuple(sorted(borough.random.sample(HARMS[:4], borough.random.randint(1, 2)))),
        called="999" if danger else "",
    )
    entry = concerns.raise_concern(report=report, by=borough.by(who))
    # Some reports are answered in hours, some in days, and some never: those are what the worklists show.
    wait = borough.random.choice([2, 5, 20, 20, 26, 50, 120, None])
    if wait is not None:
        borough.open_concerns.append((entry.subject, team, borough.now + timedelta(hours=wait)))


def _answer(borough: Borough) -> None:
    due = [row for row in borough.open_concerns if row[2] <= borough.now]
    for concern, team, _ in due:
        manager, worker = ("mia", "sam") if team == "front_door" else ("eli", "eli")
        if Duty.objects.filter(key=concern, clause="K3", end="open").exists():
            concerns.see_to_safety(by=borough.by(manager), concern=concern, how="Seen by a worker; with a safe adult.")
        concerns.acknowledge(by=borough.by(worker), concern=concern)
        outcome = borough.random.choice(["no_further_action", "early_help", "assessment", "strategy_discussion"])
        concerns.decide(by=borough.by(manager), concern=concern, outcome=outcome, reason=_reason(borough))
        if borough.random.random() < 0.8:
            concerns.answer_reporter(by=borough.by(manager), concern=concern, answer="We have decided and act on it.")
    borough.open_concerns = [row for row in borough.open_concerns if row not in due]


def _reason(borough: Borough) -> str:
    """Return a reason in clinical words; one in twelve is a set phrase, which the marks on evidence find."""
    if borough.random.random() < 1 / 12:
        return "Weighed with all that is known to us and to the agencies that were asked."
    who, what, next_step = (borough.random.choice(words) for words in REASONS)
    return f"{who} told of {what}; {next_step}."
