"""The generator reports how often it produced each construct, each pair and each kind of event."""

from collections import Counter

import pytest

from policy.oracle import generator, packs, produced, sample

ENOUGH = 100


def test_the_same_seed_gives_the_same_history() -> None:
    one, other = generator.make(11), generator.make(11)
    assert (one.rows, one.packs, one.asked, one.covers) == (other.rows, other.packs, other.asked, other.covers)


def test_rows_are_a_log() -> None:
    """Numbers without gaps, recorded times that never decrease, and references to earlier numbers alone."""
    for seed in range(50):
        rows = sample.history(seed).rows
        assert [row["n"] for row in rows] == list(range(len(rows)))
        assert [row["recorded_at"] for row in rows] == sorted(row["recorded_at"] for row in rows)


def test_every_construct_and_event_in_a_short_run() -> None:
    """A hundredth of the long run's demand: each single construct and each event at least once in 240 histories."""
    counted: Counter[tuple[str, ...]] = Counter()
    for seed in range(240):
        history = sample.history(seed)
        duties = produced.answer(history)
        counted.update(produced.constructs(history, duties))
        wanted = [name for name in produced.EVENTS if not counted[(name,)]]
        counted.update((name,) for name in produced.events(history, duties, wanted)) if wanted else None
    assert [name for name in (*packs.CONSTRUCTS, *produced.EVENTS) if not counted[(name,)]] == []


@pytest.mark.long
def test_every_count_is_at_least_a_hundred() -> None:
    """Each construct, each pair that one clause can have, and each event, in what the histories really owed."""
    pairs = [(min(pair), max(pair)) for pair in packs.pairs()]
    needed: list[tuple[str, ...]]
    needed = [*((name,) for name in packs.CONSTRUCTS), *pairs]
    counted: Counter[tuple[str, ...]] = Counter()
    events: Counter[str] = Counter()
    seed = 0
    while seed < 16_000 and (
        min(counted[name] for name in needed) < ENOUGH or min(events[name] for name in produced.EVENTS) < ENOUGH
    ):
        rarest: tuple[str, str] = min(pairs, key=lambda pair: counted[pair])
        history = generator.make(seed, rarest)
        duties = produced.answer(history)
        counted.update(produced.constructs(history, duties))
        wanted = [name for name in produced.EVENTS if events[name] < ENOUGH]
        events.update(produced.events(history, duties, wanted) if wanted else ())
        seed += 1
    few = {name: counted[name] for name in needed if counted[name] < ENOUGH}
    few |= {(name,): events[name] for name in produced.EVENTS if events[name] < ENOUGH}
    rare = sorted((counted[name], name) for name in needed)[:5]
    print(f"{seed} histories; rarest constructs {rare}; events {dict(events)}")
    assert few == {}
