"""Open duties in their order, on both databases: the earliest due first, what has no limit last, nothing that ended."""

from typing import Any

from heed.duties import selectors
from heed.duties.models import Duty
from world import World

ROW: dict[str, Any] = {"clause": "K1", "version": "1", "roles": {}, "triggers": [], "weak": [], "testable": ""}


def row(id: str, due: int | None, end: str = "open") -> Duty:
    return Duty(id=id, key="k", due=due, end=end, owner="team_manager", **ROW)


def test_the_earliest_due_comes_first_and_what_has_no_limit_last(world: World) -> None:
    Duty.objects.bulk_create([row("a", None), row("c", 5), row("b", 5), row("d", 3), row("e", 1, "fulfilled")])
    assert [duty.id for duty in selectors.open_duties()] == ["d", "b", "c", "a"]
