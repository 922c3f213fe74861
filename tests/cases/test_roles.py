"""The wrong role is refused by the service itself, under the lock, whatever a page offered; the right one is not."""

from collections.abc import Callable
from typing import Any

import pytest

import world as worlds
from heed.cases.concern import services
from heed.cases.concern.models import Objection
from heed.lib.errors import Answered
from heed.people import services as people
from heed.record import reading
from heed.record.ledger import writing
from heed.record.model import By
from world import World

WORKS = {"sam", "mia", "sid", "dora"}  # of the team or agency that must answer
TAKES_PART = WORKS | {"yara"}  # and whoever reported

Act = Callable[[By, World, str], Any]


def _object(by: By, world: World, concern: str) -> Any:
    return services.object_to(by=by, concern=concern, why="missing twice")


def _answer_objection(by: By, world: World, concern: str) -> Any:
    key = Objection.objects.get(concern=concern, answered_n=None).key
    return services.answer_objection(by=by, objection=key, position="upheld", answer="decide anew")


def _move(by: By, world: World, concern: str) -> Any:
    keys = world.keys
    return services.move(by=by, concern=concern, wrong=keys["child"], right=keys["other"], reason="namesake")


def _correct(by: By, world: World, concern: str) -> Any:
    return services.correct(by=by, concern=concern, report=world.report(what="once"), reason="misheard")


# What is done → who may. The concern is decided, objected to, and asked to be withdrawn, by others than those who try.
ACTS: dict[str, tuple[Act, set[str]]] = {
    "acknowledge": (lambda by, w, key: services.acknowledge(by=by, concern=key), WORKS),
    "see to safety": (lambda by, w, key: services.see_to_safety(by=by, concern=key, how="seen"), WORKS),
    "decide": (lambda by, w, key: services.decide(by=by, concern=key, outcome="assessment", reason="r"), WORKS),
    "answer the reporter": (lambda by, w, key: services.answer_reporter(by=by, concern=key, answer="we act"), WORKS),
    "move": (_move, WORKS),
    "add": (lambda by, w, key: services.add_information(by=by, concern=key, what="new"), TAKES_PART),
    "say who was called": (
        lambda by, w, key: services.call(by=by, concern=key, whom="nobody", why_not="safe"),
        TAKES_PART,
    ),
    "describe a suspect": (
        lambda by, w, key: services.describe_suspect(
            by=by, concern=key, allegation="alleged", ethnicity="", said_by="not_known"
        ),
        TAKES_PART,
    ),
    "correct": (_correct, TAKES_PART),
    "ask for withdrawal": (lambda by, w, key: services.ask_withdrawal(by=by, concern=key, reason="r"), TAKES_PART),
}
# These need a decision, an objection or a question first.
AFTER: dict[str, tuple[Act, set[str]]] = {
    "object": (_object, TAKES_PART),
    "answer an objection": (_answer_objection, WORKS - {"mia"}),  # mia decided
    "withdraw": (lambda by, w, key: services.withdraw(by=by, concern=key, reason="r"), WORKS - {"sam"}),  # sam asked
}


@pytest.fixture
def concern(world: World) -> str:
    world.keys["other"] = people.record_child(by=world.by("sam"), name="Another Invented Child")
    return services.raise_concern(report=world.report(), by=world.by("yara")).subject


def try_all(world: World, concern: str, act: Act, may: set[str]) -> None:
    for who in sorted(set(worlds.PEOPLE) - may):
        size = reading.size()
        with pytest.raises(Answered):
            act(world.by(who), world, concern)
        assert reading.size() == size, who
    for who in sorted(may):
        with pytest.raises(_Undone), writing():  # the door stays as it was for the next one
            act(world.by(who), world, concern)
            raise _Undone


class _Undone(Exception):
    pass


@pytest.mark.parametrize("what", ACTS)
def test_who_may_do_it(world: World, concern: str, what: str) -> None:
    try_all(world, concern, *ACTS[what])


@pytest.mark.parametrize("what", AFTER)
def test_who_may_do_it_once_it_is_decided(world: World, concern: str, what: str) -> None:
    services.decide(by=world.by("mia"), concern=concern, outcome="no_further_action", reason="thin")
    services.object_to(by=world.by("yara"), concern=concern, why="missing twice")
    services.ask_withdrawal(by=world.by("sam"), concern=concern, reason="double")
    try_all(world, concern, *AFTER[what])


def test_who_lost_her_role_or_left_may_nothing_any_more(world: World, concern: str) -> None:
    people.leave(by=world.by("adam"), worker=world.keys["mia"])
    with pytest.raises(Answered, match="that you work on"):
        services.acknowledge(by=world.by("mia"), concern=concern)


def test_an_opening_in_an_emergency_lets_somebody_act_for_a_day(world: World, concern: str) -> None:
    with pytest.raises(Answered, match="that you work on"):
        services.see_to_safety(by=world.by("pat"), concern=concern, how="seen")
    people.break_glass(by=world.by("pat"), reason_code="danger_today", reason="missing now", concern=concern)
    services.see_to_safety(by=world.by("pat"), concern=concern, how="seen by an officer")
    world.pass_time(days=2)
    services.add_information(by=world.by("yara"), concern=concern, what="two days later")
    with pytest.raises(Answered, match="that you work on"):
        services.acknowledge(by=world.by("pat"), concern=concern)
