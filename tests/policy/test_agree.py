"""Three ways to the same rows: key by key, entry by entry as they arrive, and by columns."""

import random
from collections import Counter
from typing import Any

import pytest

from heed.policy import evaluate_batch, evaluate_by_key, evaluate_incremental
from heed.policy.answer import packs_of
from heed.policy.batch.evaluate import judge
from heed.policy.duty import Duty
from heed.policy.engine import Engine
from heed.policy.entries import read_rows
from heed.policy.times import horizon
from policy.histories import PACK, history

ALL = [{"source": "i", "agency": "*", "kind": "*", "from": "", "to": ""}]
PARTLY = [
    {"source": "i", "agency": "g1", "kind": "*", "from": "2020-03-02", "to": "2020-03-06"},
    {"source": "i", "agency": "*", "kind": "b.told.1", "from": "", "to": ""},
]
PACKS = packs_of(PACK)


def asked(seed: int) -> tuple[str, str, Any]:
    """Return an as-of, a known-at and a coverage for a seed."""
    chance = random.Random(-seed)
    as_of = chance.choice(["2020-03-10", "2020-03-08T12:00:00.000000Z", "2020-04-01"])
    return as_of, chance.choice([as_of, "2020-03-12", "2020-05-01"]), chance.choice([ALL, ALL, PARTLY, None])


def disagreements(seeds: range, strange: float) -> list[int]:
    found = []
    for seed in seeds:
        rows = history(seed, strange=strange)
        first = evaluate_by_key(rows, PACKS, *asked(seed))
        others = [evaluate_incremental(rows, PACKS, *asked(seed)), evaluate_batch(rows, PACKS, *asked(seed))]
        found += [seed] if any(other != first for other in others) else []
    return found


def test_plain_histories_give_the_same_rows() -> None:
    assert disagreements(range(40), 0.0) == []


def test_strange_histories_give_the_same_rows() -> None:
    assert disagreements(range(1000, 1060), 0.2) == []


@pytest.mark.long
def test_many_histories_give_the_same_rows() -> None:
    assert disagreements(range(2000, 3000), 0.15) == []


def test_the_order_of_rows_never_matters() -> None:
    for seed in range(10):
        rows = history(seed, strange=0.2)
        first = evaluate_batch(rows, PACKS, *asked(seed))
        random.Random(seed).shuffle(rows)
        again = evaluate_batch(rows, PACKS, *asked(seed))
        assert again["duties"] == first["duties"]
        assert evaluate_by_key(rows, PACKS, *asked(seed)) == first


def test_d_ignores_what_happened_after_d_and_k_what_was_recorded_after_k() -> None:
    for seed in range(10):
        rows = history(seed, strange=0.2)
        whole = evaluate_batch(rows, PACKS, "2020-03-07", "2020-03-09", ALL)
        known = [row for row in rows if row["recorded_at"] <= "2020-03-09T23:59:59.999999Z"]
        assert evaluate_batch(known, PACKS, "2020-03-07", "2020-03-09", ALL) == whole
        rows = history(seed, strange=0.0)
        whole = evaluate_batch(rows, PACKS, "2020-03-07", "2020-05-01", ALL)
        happened = [row for row in rows if row["occurred_at"][:10] <= "2020-03-07"]
        assert evaluate_batch(happened, PACKS, "2020-03-07", "2020-05-01", ALL)["duties"] == whole["duties"]


def test_an_entry_that_no_clause_reads_changes_nothing() -> None:
    rows = history(3)
    first = evaluate_batch(rows, PACKS, "2020-04-01", "2020-05-01", ALL)
    other = {**rows[0], "n": 900, "kind": "quite.other.1"}
    assert evaluate_batch([*rows, other], PACKS, "2020-04-01", "2020-05-01", ALL) == first


def test_the_walk_itself_judges_most_keys() -> None:
    walked: Counter[str] = Counter()
    by_key: Counter[str] = Counter()
    for seed in range(20):
        judged = judge(history(seed, strange=0.05), PACKS, horizon("2020-04-01"), horizon("2020-05-01"), ALL)
        walked.update({result.family.id: int((~result.odd[:-1]).sum()) for result in judged.results})
        by_key.update(judged.by_key)
    assert set(walked) == {family for family in {*walked, *by_key} if family != "turn"}
    assert all(walked[name] > by_key[name] for name in walked), (walked, by_key)


def test_the_engine_judges_one_unit_from_entries_as_they_were_appended() -> None:
    rows = history(7, strange=0.2)
    wanted = evaluate_by_key(rows, PACKS, "2020-04-01", "2020-05-01", ALL)["duties"]
    engine, (entries, _) = Engine(PACKS), read_rows(rows)
    for key in {duty["key"]["child"] for duty in wanted if duty["clause"] == "joins"}:
        found = engine.evaluate("joins", (("child", key),), entries, horizon("2020-04-01"), horizon("2020-05-01"))
        shown = [duty.document() for duty in sorted(found, key=Duty.place)]
        assert shown == [duty for duty in wanted if duty["clause"] == "joins" and duty["key"] == {"child": key}]
