"""One append through the incremental evaluator: the whole packs loaded, many entries on the key, one more each time."""

import statistics
import time
from typing import Any

from heed.policy.engine import Engine
from heed.policy.entries import Entry, entry_of
from heed.policy.files import load_packs
from heed.policy.live import Live

FAR = 2**40  # after every event of the extract


def kept(engine: Engine, history: list[Entry]) -> Live:
    """Return a record in memory that has judged a history."""
    live = Live(engine, FAR)
    live.take(history)
    return live


def appending(*, entries: int = 500, appends: int = 200) -> list[tuple[str,float]]:
    import bench_duties_generate as generate

    rows = generate.extract(entries + appends, 1, 7, years=6).to_pylist()
    history = [entry_of(row) for row in rows]
    live = kept(Engine(load_packs([])), history[:entries])
    taken = []
    for new in history[entries:]:
        started = time.thread_time()
        live.append(new)
        taken.append((new.kind, time.thread_time() - started))
    return taken
