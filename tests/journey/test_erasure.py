"""What was erased is not brought back by bringing the same files in again, and tables cope with what is gone."""

from pathlib import Path

import pytest

from heed.cases.journey import selectors
from heed.cases.journey.chronology import chronology
from heed.cases.journey.models import Episode, KnownChild
from heed.people.models import Child
from heed.record import erase, reading
from heed.record.replay import differences
from world import World

from .conftest import Bring
from .test_import import FIRST, a_return

FULL = FIRST.replace(",,,,,,", ",01/07/2019,E4,,AB1,AB1,")


def erased(world: World, n: int, part: str) -> None:
    """Erase a part lawfully: asked by the council, agreed by the police, carried out two weeks later."""
    asked = erase.propose(by=world.by("sid"), entry=n, part=part, authority="invented", recipients=[world.keys["ines"]])
    erase.approve(by=world.by("pat"), erasure=asked.subject)
    world.pass_time(days=15)
    erase.perform(by=world.by("pat"), erasure=asked.subject, now=world.now)


@pytest.mark.parametrize("part", ["words", "both"])
def test_an_erased_moment_is_not_brought_back(bring: Bring, world: World, tmp_path: Path, part: str) -> None:
    bring("ssda903", a_return(tmp_path / "one", FULL))
    row = Episode.objects.get(kind="looked_after_episode")
    erased(world, row.moments["care_episode.started.1"]["n"], part)
    row = Episode.objects.get(kind="looked_after_episode")
    assert row.moments.get("care_episode.started.1", {}).get("words") is None
    again = bring("ssda903", tmp_path / "one", again=True)
    assert (again.counts["new"], again.counts["corrected"]) == (0, 0)
    found = chronology(row.child)
    assert "AB1" not in str([one.said for one in found if one.entry.kind == "care_episode.started.1"])
    told = list(selectors.events(world.keys["council"], ["ssda903"], "2026-03-02"))
    assert "looked_after_episode" not in {one.KIND for one in told}, "an event without its name is not told to others"
    assert list(differences(using="default")) == []


def test_an_erased_name_and_number_stay_erased(bring: Bring, world: World, tmp_path: Path) -> None:
    bring("ssda903", a_return(tmp_path / "one", FIRST))
    known = KnownChild.objects.get()
    for entry in reading.stream(known.key):
        if entry.kind in ("child.imported.1", "child.recorded.1"):
            erased(world, entry.n, "words")
    size = reading.size()
    again = bring("ssda903", tmp_path / "one", again=True)
    assert again.counts["same"] == again.counts["events"] and reading.size() == size + 2
    assert Child.objects.get(key=known.key).name == "(erased)" and KnownChild.objects.count() == 1
    assert list(differences(using="default")) == []
