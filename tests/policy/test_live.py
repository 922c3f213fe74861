"""A record kept judged as entries arrive and time goes on gives, after each, what judging all of it anew gives."""

from collections.abc import Iterator

import pytest

from heed.policy.answer import judged, packs_of
from heed.policy.coverage import Coverage, coverage_of
from heed.policy.duty import Duty
from heed.policy.engine import Engine
from heed.policy.entries import Entry, read_rows
from heed.policy.live import Live
from policy.histories import PACK, history
from policy.oracle import sample

PACKS = packs_of(PACK)
PARTLY = coverage_of(
    [
        {"source": "i", "agency": "g1", "kind": "*", "from": "2020-03-02", "to": "2020-03-06"},
        {"source": "i", "agency": "*", "kind": "b.told.1", "from": "", "to": ""},
    ]
)


def documents(duties: list[Duty]) -> list[dict[str, object]]:
    return [duty.document() for duty in sorted(duties, key=Duty.place)]


def arriving(rows: list[dict[str, object]]) -> list[Entry]:
    entries, _ = read_rows(rows)
    return sorted(entries, key=lambda entry: (entry.recorded, entry.n))


def steps(
    entries: list[Entry], engine: Engine
) -> Iterator[tuple[int, list[dict[str, object]], list[dict[str, object]]]]:
    """Yield after each entry its place, the rows kept, and the rows of judging all so far anew."""
    live = Live(engine, entries[0].recorded)
    for place, entry in enumerate(entries):
        live.append(entry, horizon=entry.recorded)
        anew, _ = judged(engine, entries[: place + 1], entry.recorded, entry.recorded)
        yield place, documents(live.duties()), documents(anew)


def differing(seeds: range, strange: float, coverage: Coverage | None = None) -> list[tuple[int, int]]:
    engine = Engine(PACKS, coverage=coverage)
    return [
        (seed, place)
        for seed in seeds
        for place, kept, anew in steps(arriving(history(seed, strange=strange)), engine)
        if kept != anew
    ]


def test_each_entry_of_a_plain_history_leaves_the_rows_of_judging_anew() -> None:
    assert differing(range(8), 0.0) == []


def test_so_does_each_of_one_with_corrections_links_waivers_and_gaps() -> None:
    assert differing(range(100, 112), 0.3) == []


def test_so_it_does_where_coverage_begins_and_ends() -> None:
    assert differing(range(200, 206), 0.2, PARTLY) == []


@pytest.mark.long
def test_so_do_many() -> None:
    assert differing(range(300, 420), 0.25) == []
    assert differing(range(420, 460), 0.25, PARTLY) == []


def test_so_do_the_histories_in_which_every_construct_meets_every_other() -> None:
    for seed in range(30):
        made = sample.history(seed)
        engine = Engine(packs_of(made.packs))
        entries = arriving(made.rows)
        assert [place for place, kept, anew in steps(entries, engine) if kept != anew] == [], seed


def test_time_alone_makes_late_what_is_due_and_ends_what_an_until_names() -> None:
    text = """pack: p
version: '1'
clauses:
- {id: A, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 1 days}
- {id: B, when: {entry: a.asked.1}, match: [child], must: [{entry: a.done.1}], within: 9 days,
   until: [{at: trigger + 2 days}]}
"""
    engine = Engine(packs_of(text))
    asked, later = arriving(
        [
            {**row, "kind": kind, "occurred_at": at, "recorded_at": at}
            for row, kind, at in zip(
                history(1, size=2, strange=0.0),
                ("a.asked.1", "b.told.1"),
                ("2020-03-02T10:00:00.000000Z", "2020-03-20T10:00:00.000000Z"),
                strict=True,
            )
        ]
    )
    live = Live(engine, asked.recorded)
    assert len(live.append(asked, horizon=asked.recorded)) == 2
    assert {(duty.clause, duty.end, duty.lateness) for duty in live.duties()} == {
        ("A", "open", "no"),
        ("B", "open", "no"),
    }
    live.append(later, horizon=later.recorded)
    assert {(duty.clause, duty.end, duty.lateness) for duty in live.duties()} == {
        ("A", "open", "yes"),
        ("B", "ceased", "no"),
    }


def test_an_entry_that_no_clause_reads_judges_nothing() -> None:
    engine = Engine(PACKS)
    entries = arriving(history(3, strange=0.0))
    live = Live(engine, 2**40)
    live.take(entries)
    other, _ = read_rows([{**history(3)[0], "n": 900, "kind": "quite.other.1"}])
    assert live.append(other[0]) == set()


def test_only_what_a_new_entry_bears_on_is_judged_again() -> None:
    """Rows that stay are the very rows, not others like them."""
    engine = Engine(PACKS)
    entries = arriving(history(3, strange=0.0))
    live = Live(engine, 2**40)
    live.take(entries[:-1])
    before = {id(duty) for duty in live.duties()}
    touched = live.append(entries[-1])
    stayed = [duty for duty in live.duties() if (duty.clause, duty.key) not in touched]
    assert stayed
    assert all(id(duty) in before for duty in stayed)
