"""A key kept judged between appends gives the rows that judging it anew gives; what was rolled back leaves no trace."""

import pytest

from heed.cases.concern import services as concerns
from heed.cases.concern.entries import ConcernRaised
from heed.duties import keeping
from heed.duties.models import Duty
from heed.record import reading
from heed.record.ledger import append, writing
from heed.record.model import Draft
from heed.record.replay import replay
from world import World


class Undone(Exception):
    """Raised within a transaction, to undo it."""


def rows(key: str) -> list[dict[str, object]]:
    return sorted(Duty.objects.filter(key=key).values(), key=str)


def raised(world: World) -> str:
    return concerns.raise_concern(report=world.report(danger_today="yes", called="999"), by=world.by("yara")).subject


def test_each_append_leaves_the_rows_of_judging_anew(world: World) -> None:
    concern = raised(world)
    for _ in range(4):
        world.pass_time(days=1)
        concerns.add_information(by=world.by("yara"), concern=concern, what="More of what was seen.")
        kept = rows(concern)
        assert kept
        replay([concern])
        assert rows(concern) == kept


def test_what_was_rolled_back_is_not_gone_on_from(world: World) -> None:
    concern = raised(world)
    first = next(entry for entry in reading.stream(concern) if entry.kind == ConcernRaised.name)
    assert first.facts is not None and first.words is not None
    plain = {k: v for k, v in first.facts.items() if k not in ("request", "refs", "occurred_at")}
    draft = Draft(
        kind=ConcernRaised,
        subject=concern,
        facts=plain | {"danger_today": "no"},
        words=first.words,
        refs=first.facts["refs"],
        occurred_at=first.occurred_at,
        corrects=first.n,
    )
    before = rows(concern)
    with pytest.raises(Undone), writing() as head:
        append(head, draft, by=world.by("yara"))
        assert rows(concern) != before
        raise Undone
    assert rows(concern) == before
    concerns.add_information(by=world.by("yara"), concern=concern, what="More of what was seen.")
    assert {row["id"] for row in rows(concern)} >= {row["id"] for row in before}
    kept = rows(concern)
    replay([concern])
    assert rows(concern) == kept


def test_no_more_keys_are_kept_than_the_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    keeping.forget()
    for _ in range(3):
        raised(world)
    assert len(keeping._kept) <= 2
