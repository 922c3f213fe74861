"""A definition, more agencies that report, and invented children seen by known lists, for tests of counting."""

from datetime import date
from random import Random

from heed.cases.concern import services as concerns
from heed.people import services as people
from heed.scrutiny.counting.services import Ask
from world import World

DAY = date(2026, 3, 2)
DEFINITION = """
counting: exploited
version: "1"
title: Children about whom exploitation was reported (invented)
in_force: {from: 2025-01-01}
period: {months: 12}
who:
  age: {from: 0, below: 18}
  age_not_known: counted
counts:
  - kind: concern.raised.1
    facts: {harm: [sexual_exploitation, criminal_exploitation]}
lists:
  - name: police
    agency_type: [police]
  - name: council
    agency_type: [council]
  - name: youth
    agency_type: [youth]
  - name: school
    agency_type: [school]
"""
NARROWER = DEFINITION.replace('"1"', '"2"').replace(
    "[sexual_exploitation, criminal_exploitation]", "[sexual_exploitation]"
)
WIDER = DEFINITION.replace('"1"', '"3"').replace("criminal_exploitation]", "criminal_exploitation, trafficking]")
FAST = ("bic", "bounds")
REPORTERS = ("pat", "sam", "yara2", "tess")
READERS = {"bea": "board_member", "gus": "inspector", "olga": "records_officer"}


def seat_more(world: World) -> None:
    """Seat a youth worker, a teacher and the roles that read figures."""
    root = world.by("system")
    for name, kind in (("youth_service", "youth"), ("high_school", "school")):
        world.keys[name] = people.name_agency(by=root, name=f"Invented {name}", type=kind, day_number="01632 960001")
    seats = {
        "yara2": ("youth_service", "reporter"),
        "tess": ("high_school", "reporter"),
        "petra": ("police", "director"),
    }
    seats |= {who: ("board", role) for who, role in READERS.items()}
    for who, (agency, role) in seats.items():
        world.agency_of[who] = agency
        seat = {"agency": world.keys[agency], "team": "", "name": who.title(), "role": role}
        world.keys[who] = people.seat_founder(by=root, **seat)


def child(world: World, number: int, born: str = "2011-05-01", sex: str = "female") -> str:
    facts = {"sex": sex} | ({"born": born} if born else {})
    return people.record_child(by=world.by("sam"), name=f"Invented Child {number}", facts=facts)


def report(world: World, who: str, key: str, harm: str = "sexual_exploitation") -> str:
    """Report a concern about a child; return its key."""
    made = world.report(children=(key,), harm=(harm,))
    return concerns.raise_concern(report=made, by=world.by(who)).subject


def crowd(world: World, number: int, seed: int = 1) -> list[str]:
    """Report `number` children, each by some of the four agencies; some only as criminally exploited."""
    random, keys = Random(seed), []
    for i in range(number):
        key = child(world, i, born=f"{random.randint(2009, 2015)}-01-15", sex=random.choice(["female", "male"]))
        seen = [who for who in REPORTERS if random.random() < 0.4] or [random.choice(REPORTERS)]
        harm = "criminal_exploitation" if i % 3 == 0 else "sexual_exploitation"
        for who in seen:
            report(world, who, key, harm)
        keys.append(key)
    return keys


def ask(**more: object) -> Ask:
    defaults: dict[str, object] = {
        "definition": "exploited",
        "as_of": "2026-03-02",
        "methods": FAST,
        "bootstrap": 20,
        "seed": 1,
        "refits": False,
    }
    return Ask(**(defaults | more))  # type: ignore[arg-type]
