"""A small fixed cast on a real record, for tests of people, duties and cases: agencies, teams and eight people."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

from django.db import connections

import databases
from heed.cases.concern.services import Report
from heed.duties.services import adopt_pack
from heed.people import services as people
from heed.record.model import By
from heed.record.opening import open_record
from heed.record.place import Place
from heed.record.start import system

# A Monday, ten in the morning, no bank holiday near.
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@dataclass
class World:
    """Council (front door, youth team) and police; everyone by name; a clock that the test moves."""

    place: Place
    vendor: str
    now: datetime = START
    keys: dict[str, str] = field(default_factory=dict)
    agency_of: dict[str, str] = field(default_factory=dict)

    def by(self, who: str) -> By:
        if who == "system":
            return By(system().actor, system().agency, self.now)
        return By(self.keys[who], self.keys[self.agency_of[who]], self.now)

    def pass_time(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    def report(self, **more: object) -> Report:
        defaults: dict[str, object] = {
            "what": "Missing overnight twice; new phone; an adult in a car.",
            "source": "youth_worker",
            "danger_today": "no",
            "team": self.keys["front_door"],
            "children": (self.keys["child"],),
            "harm": ("sexual_exploitation",),
        }
        return Report(**(defaults | more))  # type: ignore[arg-type]


PEOPLE = {
    "yara": ("council", "youth", "reporter"),
    "sam": ("council", "front_door", "practitioner"),
    "mia": ("council", "front_door", "team_manager"),
    "sid": ("council", "", "service_manager"),
    "dora": ("council", "", "director"),
    "adam": ("council", "", "administrator"),
    "pat": ("police", "", "practitioner"),
    "ines": ("board", "", "scrutineer"),
}


def build(vendor: str, folder: Path) -> Iterator[World]:
    """Open a synthetic record, seat the cast, adopt the concern pack; yield it, then close."""
    databases.fresh(vendor, folder)
    place = Place(folder)
    open_record(origin="synthetic.example/1", place=place, at=START)
    world = World(place, vendor)
    root = world.by("system")
    for name, kind in (("council", "council"), ("police", "police"), ("board", "board")):
        world.keys[name] = people.name_agency(by=root, name=f"Invented {name}", type=kind, day_number="01632 960001")
    for team in ("front_door", "youth"):
        world.keys[team] = people.name_team(by=root, agency=world.keys["council"], name=team)
    for who, (agency, team, role) in PEOPLE.items():
        world.agency_of[who] = agency
        seat = {"agency": world.keys[agency], "team": world.keys.get(team, ""), "name": who.title(), "role": role}
        world.keys[who] = people.seat_founder(by=root, **seat)
    world.keys["child"] = people.record_child(by=world.by("sam"), name="Invented Child", facts={"born": "2012-05-01"})
    adopt_pack(by=root, text=resources.files("heed.policy").joinpath("packs/concern.yaml").read_text())
    yield world
    connections["default"].close()
