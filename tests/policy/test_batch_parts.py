"""The compiled parts of the batch evaluator, each against the plain way of saying the same."""

import json
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.policy import evaluate_batch, evaluate_by_key
from heed.policy.answer import packs_of
from heed.policy.batch.clauses import Result, evaluate_family
from heed.policy.batch.facts import mentions
from heed.policy.batch.groups import Keyed, crossed
from heed.policy.batch.load import load
from heed.policy.batch.masks import Names
from heed.policy.batch.openings import Reader
from heed.policy.batch.plain import is_plain
from heed.policy.batch.prepare import prepare
from heed.policy.batch.scan import BAD_TIME, NO_TIME, spans
from heed.policy.batch.sorting import places_in, stable_order
from heed.policy.batch.source import source_of
from heed.policy.batch.texts import Texts
from heed.policy.batch.wants import wanted
from heed.policy.calendars import england_wales
from heed.policy.coverage import Coverage
from heed.policy.engine import Engine
from heed.policy.times import BASE, day_starts, horizon, span_of
from policy.histories import PACK, history

PACKS = packs_of(PACK)
NUMBERS = st.lists(st.integers(-(2**61), 2**61), max_size=200)
SAME_AS_WALKED = (
    "unit",
    "anchor",
    "version",
    "from",
    "due",
    "end",
    "ended_by",
    "lateness",
    "late_record",
    "why",
    "tie",
)


@given(NUMBERS | st.lists(st.integers(0, 9), max_size=300))
def test_stable_order_is_that_of_a_stable_sort(numbers: list[int]) -> None:
    values = np.array(numbers, np.int64)
    assert stable_order(values).tolist() == np.argsort(values, kind="stable").tolist()


@given(st.sets(st.integers(0, 500)), st.lists(st.integers(-5, 505)))
def test_places_are_found_among_ascending_values(some: set[int], asked: list[int]) -> None:
    ascending = sorted(some)
    found = places_in(np.array(ascending, np.int64), np.array(asked, np.int64)).tolist()
    assert found == [ascending.index(value) if value in some else -1 for value in asked]


@given(st.lists(st.text(max_size=40), max_size=60))
def test_texts_get_one_code_each_and_are_found_again(words: list[str]) -> None:
    texts, seen = Texts(), dict[str, int]()
    codes = texts.codes(words).tolist()
    assert codes == [seen.setdefault(word, len(seen)) for word in words]
    assert [texts.text(code) for code in codes] == words


def laid_out(words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *(len(word) for word in encoded)], dtype=np.int64)
    return np.frombuffer(b"".join(encoded) or b"\0", np.uint8), ends


MAYBE_TIMES = st.sampled_from(
    [
        *("2020-03-01", "2020-02-30", "2020-03-02/2020-03-01", "2020-03-01/2020-03-09", "", "now", "2160-12-31"),
        *("2020-02-29T23:59:59.000001Z", "2021-02-29T00:00:00.000000Z", "2020-13-01T00:00:00.000000Z"),
        *("2020-03-01T24:00:00.000000Z", "2020-03-01T10:00:60.000000Z", "2020-03-01T10:00:00.00000xZ"),
        *(
            "2020-03-01T10:00:00Z",
            "2020-03-01T10:00:00.5Z",
            "2020-03-01 10:00:00.000000Z",
            "0000-01-01T00:00:00.000000Z",
            "0000-00-00T00:00:00.000000Z",
        ),
        *("1899-12-31T00:00:00.000000Z", "1900-01-01T00:00:00.000000Z", "2160-12-31T10:00:00.000000Z"),
        *("2160-12-30T10:00:00.000000Z", "2020-03-01T1:000:00.000000Z", "2020-0٣-01T10:00:00.0000Z"),
    ]
)
TIMES = st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


@given(st.lists(MAYBE_TIMES | TIMES | st.text("0123456789-:TZ./", max_size=28), max_size=30))
def test_times_are_read_as_the_plain_reader_reads_them(words: list[str]) -> None:
    data, offsets = laid_out(words)
    early, late, bad = spans(data, offsets, day_starts(), BASE, False)
    for row, word in enumerate(words):
        try:
            expected = tuple(span_of(word)) if word else (NO_TIME, NO_TIME)
        except ValueError:
            expected = (BAD_TIME, BAD_TIME)
        assert (early[row], late[row]) == expected, word
        assert bad[row] == (expected[0] == BAD_TIME)


@given(st.lists(st.text('ab"corects', max_size=30) | st.just('{"corrects": 3}'), max_size=20))
def test_a_word_is_found_where_it_stands(words: list[str]) -> None:
    data, offsets = laid_out(words)
    looked_for = np.frombuffer(b'"corrects"', np.uint8)
    found = mentions(data, offsets, np.arange(len(words)), looked_for).tolist()
    assert found == ['"corrects"' in word for word in words]


def columns_of(result: Result) -> list[tuple[object, ...]]:
    columns = [np.asarray(result.columns[name]).tolist() for name in SAME_AS_WALKED]
    return sorted(zip(*columns, strict=True))


def test_plain_responses_are_what_the_walk_makes_of_them() -> None:
    """The quick way for plain responses and the general walk, on the same columns."""
    calendar, met = england_wales(), dict[str, int]()
    engine = Engine(PACKS, calendar)
    for seed in range(40):
        known = horizon("2020-05-01")
        extract, _ = load(history(seed, strange=0.1), wanted(engine.families.values()))
        prepared = prepare(extract, known, horizon("2020-04-01"))
        for family in engine.families.values():
            if family.id not in ("plain", "hours", "before", "last", "start"):
                continue
            reader = Reader(prepared, family, Names())
            quick, walked = (evaluate_family(reader, calendar, Coverage(), [], fast=fast) for fast in (True, False))
            assert columns_of(quick) == columns_of(walked)
            met[family.id] = met.get(family.id, 0) + len(quick.columns["unit"])
    assert all(count > 30 for count in met.values()), met
    assert len(met) == 5


def test_two_keys_and_two_members_of_one_row_make_four() -> None:
    found = crossed(
        Keyed(np.array([0, 0]), {"child": np.array([7, 8])}), "addressee", np.array([0, 0]), np.array([1, 2]), 1
    )
    assert sorted(zip(found.keys["child"].tolist(), found.keys["addressee"].tolist(), strict=True)) == [
        (7, 1),
        (7, 2),
        (8, 1),
        (8, 2),
    ]


def test_only_plain_responses_take_the_quick_way() -> None:
    from heed.policy.batch.acts import shape_of
    from heed.policy.batch.groups import NotRegular

    quick = set()
    for family in Engine(PACKS).families.values():
        try:
            if is_plain(family.laws, shape_of(family.laws)):
                quick.add(family.id)
        except NotRegular:
            continue
    assert quick == {"plain", "hours", "before", "last", "start", "turn"}


@pytest.mark.parametrize("blank", ["", None])
def test_a_column_is_left_unread_only_where_no_row_is_without_it(tmp_path: Path, blank: str | None) -> None:
    rows = history(4)
    path = written(tmp_path / "full.parquet", rows)
    assert set(source_of(path).filled(["actor", "subject"])) == {"actor", "subject"}
    rows[3]["actor"] = blank
    path = written(tmp_path / "gap.parquet", rows)
    assert source_of(path).filled(["actor", "subject"]) == ("subject",)
    wanted_answer = evaluate_by_key(rows, PACKS, "2020-04-01", "2020-05-01")
    assert evaluate_batch(path, PACKS, "2020-04-01", "2020-05-01") == wanted_answer
    assert any(row["why"] == "actor is missing" for row in wanted_answer["partial"])


def test_many_batches_read_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches are scanned by threads and cut differently for the columns left unread; nothing of that may show."""
    from heed.policy.batch import source

    monkeypatch.setattr(source, "SIZE", 7)
    for seed in range(6):
        rows = history(seed, strange=0.3)
        random.Random(seed).shuffle(rows)
        path = written(tmp_path / f"{seed}.parquet", rows)
        wanted_answer = evaluate_by_key(rows, PACKS, "2020-04-01", "2020-05-01")
        assert evaluate_batch(path, PACKS, "2020-04-01", "2020-05-01") == wanted_answer


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    columns["facts"] = [
        facts if isinstance(facts, str) or facts is None else json.dumps(facts) for facts in columns["facts"]
    ]
    pq.write_table(pa.table(columns), path)
    return path
