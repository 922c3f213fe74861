"""What the database counts is what counting duty by duty gives, on every combination and at every quarter's edge."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from duties.conftest import client
from heed.duties.counted import BY, Counted, counted_now, counted_of, parted, when
from heed.duties.judged import standing_at
from heed.duties.models import Duty
from heed.duties.moments import Moments, MomentsForm
from heed.duties.services import adopt_pack
from heed.duties.statistics import table_of
from heed.policy.files import pack_text
from heed.policy.statistics import part_of
from heed.policy.times import day_span
from world import World

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENDS = ("fulfilled", "declined", "ceased", "waived", "superseded", "open")


def instants() -> list[int | None]:
    """Return instants about the edges of local quarters in winter and summer time, now, and none."""
    edges = [day_span(date(year, month, 1)).e for year in (2019, 2026) for month in (1, 4, 7, 10)]
    now = int(NOW.timestamp())
    return [None, now - 1, now, now + 1, *(edge + by for edge in edges for by in (-1, 0, 1, 3600))]


def rows(agencies: tuple[str, ...]) -> Iterator[Duty]:
    """Yield an invented row for every combination of how a duty stands, of a clause that waits (D4) and one not."""
    random, at = Random(1), 0
    lates = {"open": ("",)}
    for end, due in product(ENDS, instants()):
        for late, testable, clause in product(
            lates.get(end, ("no", "yes", "undecided", "no_limit")), ("", "missing level"), ("D4", "K1")
        ):
            at += 1
            version = {"D4": "2009.1", "K1": "1"}[clause]
            yield Duty(
                key=f"{at:032x}", id=f"{at:064x}", clause=clause, version=version, roles={}, addressee="", anchor=at,
                triggers=[at], from_at=random.choice(instants()), due=due, adjusted_due=None, end=end,
                ended_at=None if end == "open" else int(NOW.timestamp()), ended_by=None, was_late=late,
                testable=testable, weak=[], owner="team_manager", agency=random.choice(agencies),
                team=random.choice(("", "a" * 32)), asked_by="",
            )  # fmt: skip


@pytest.fixture
def filled(world: World) -> World:
    """A record with the statutory pack adopted, and beside it invented rows of every combination."""
    adopt_pack(by=world.by("system"), text=pack_text("england-statutory")[0])
    Duty.objects.bulk_create(rows((world.keys["council"], world.keys["police"])))
    return world


def moments() -> Moments:
    return Moments(NOW, NOW, True, MomentsForm(), {})


def sorted_(counted: tuple[Counted, ...]) -> list[str]:
    return sorted(map(str, counted))


@pytest.mark.parametrize("by", BY)
def test_the_database_counts_what_counting_one_by_one_gives(filled: World, by: str) -> None:
    standing = standing_at(moments())
    for clause in ("", "D4"):
        now, plain = counted_now(NOW, by, clause), counted_of(standing, by, clause)
        assert sorted_(now.counted) == sorted_(plain.counted)
        assert now.reaches == plain.reaches
        asked = {"as_of": "d", "known_at": "k"}
        assert table_of(now, by, **asked).document() == table_of(plain, by, **asked).document()


def test_each_row_is_told_apart_as_the_pure_functions_tell_it(filled: World) -> None:
    held = {row.id: (row.part, row.when) for row in parted(Duty.objects.all(), NOW)}
    assert {part for part, _ in held.values()} == {
        *("met_in_time", "met_late", "declined", "ceased", "waived", "superseded", "open_in_time", "overdue"),
        *("no_limit", "undecided", "not_testable"),
    }
    assert held == {duty.id: (part_of(duty), when(duty)) for duty in standing_at(moments()).duties}


def test_an_empty_table_has_no_counts(world: World) -> None:
    assert counted_now(NOW, "quarter").counted == ()


def test_the_page_reads_no_duty_one_by_one(filled: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = client("ines").get("/statistics/duties?by=quarter&as=json")
    assert sum(row["due"] for row in answer.json()["rows"] if row["due"] != "c") > 0
    about = [query["sql"] for query in asked if "duties_duty" in query["sql"]]
    assert about and all("COUNT(" in sql or "MIN(" in sql or "DISTINCT" in sql for sql in about), about


def test_the_cases_behind_a_figure_are_as_many_as_it_says(filled: World) -> None:
    browser = client("ines")
    table = browser.get("/statistics/duties?by=quarter&as=json").json()
    group = next(row for row in table["rows"] if row["clause"] == "D4" and isinstance(row["declined"], int))
    where = f"clause=D4&by=quarter&where={group['where']}&part=declined"
    shown = browser.get(f"/statistics/duties/cases?{where}").content.decode()
    assert shown.count('href="/duties/') >= min(50, group["declined"])
