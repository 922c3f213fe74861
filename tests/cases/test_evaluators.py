"""What the live tables say is owed is what a replay of the record says, row by row."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from heed.cases.concern import services
from heed.cases.journey.judging import EVERYTHING, record_rows
from heed.duties.engine import adopted
from heed.duties.models import Duty
from heed.policy import evaluate_batch, evaluate_by_key, evaluate_incremental
from world import World


def stamp(second: int | None) -> str | None:
    return None if second is None else datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


@pytest.mark.parametrize("evaluate", [evaluate_by_key, evaluate_incremental])
def test_the_live_tables_are_what_a_replay_says(world: World, evaluate: Callable[..., dict[str, Any]]) -> None:
    compare(world, evaluate)


# The rows are the same on both databases, as the test above shows; what takes long is compiling the batch evaluator.
@pytest.mark.parametrize("vendor", ["sqlite"], indirect=True)
def test_so_does_the_batch_evaluator(world: World, vendor: str) -> None:
    compare(world, evaluate_batch)


def compare(world: World, evaluate: Callable[..., dict[str, Any]]) -> None:
    for danger, called in (("no", ""), ("yes", "999"), ("no", "")):
        report = world.report(danger_today=danger, called=called)
        concern = services.raise_concern(report=report, by=world.by("yara")).subject
        world.pass_time(hours=30)
    services.acknowledge(by=world.by("sam"), concern=concern)
    services.decide(by=world.by("mia"), concern=concern, outcome="assessment", reason="enough")
    services.object_to(by=world.by("yara"), concern=concern, why="too little")
    at = world.now.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    answer = evaluate(list(record_rows()), list(adopted(1 << 62).texts), at, at, EVERYTHING)
    replayed = sorted(
        (d["clause"], sorted(d["key"].items()), d["anchor"], d["due"], d["end"], d["ended_at"], d["ended_by"])
        for d in answer["duties"]
    )
    live = sorted(
        (d.clause, sorted(d.roles.items()), d.anchor, stamp(d.due), d.end, stamp(d.ended_at), d.ended_by)
        for d in Duty.objects.all()
    )
    assert live == replayed and len(live) == 8
