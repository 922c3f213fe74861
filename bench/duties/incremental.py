"""One append through the incremental evaluator: the whole shipped packs loaded, 500 entries on the key, one more each.

`in memory` is the evaluator alone, on the mixed history of `generate`: corrections and retractions among the appends.
`in a record` is the same within the transaction of a real append on SQLite: the evaluator's share, and beside it all
else (reading the key's entries, writing rows, the ledger, the commit).
"""

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from heed.policy.engine import Engine
from heed.policy.entries import Entry, entry_of
from heed.policy.files import PACKS, load_packs
from heed.policy.live import Live

FAR = 2**40  # after every event of the extract
ENTRIES, APPENDS = 500, 200
# Every so many appends one corrects an entry among the last ten, or takes it back.
CORRECTED, RETRACTED = 20, 40
START = datetime(2019, 1, 7, 9, tzinfo=UTC)


def timings() -> dict[str, dict[str, Any]]:
    """Return both rows of the answer."""
    alone = in_memory()
    whole, share, cold = in_a_record()
    beside = [w - s for w, s in zip(whole, share, strict=True)]
    note = f"{ENTRIES} to {ENTRIES + APPENDS} entries on the key, {clauses()} clauses"
    return {
        "one append, 95th percentile": row(alone, f"processor time of the evaluator; {note}; aim: under 0.001"),
        "in a record, the evaluator": row(share, f"first of a process on the key: {cold:.4f}; aim: under 0.001"),
        "in a record, database and ledger": row(beside, "SQLite, wall time of all else in that append"),
    }


def row(taken: Sequence[float], note: str) -> dict[str, Any]:
    """Return the 95th percentile with the median beside it."""
    median = statistics.median(taken)
    return {"seconds": statistics.quantiles(taken, n=20)[-1], "median": median, "note": f"median {median:.5f}; {note}"}


def clauses() -> int:
    """Return how many clauses the shipped packs hold."""
    return len(engine().families)


def engine() -> Engine:
    """Return the shipped packs, their calendar's tables ready as in a record that runs."""
    made = Engine(load_packs([]))
    made.prepare()
    return made


def in_memory() -> list[float]:
    """Return the seconds of each append of one history."""
    import bench_duties_generate as generate

    rows = generate.extract(ENTRIES + APPENDS, 1, 7, years=6).to_pylist()
    history = [entry_of(row) for row in rows]
    live = Live(engine(), FAR)
    live.take(history[:ENTRIES])
    return [_timed(live, _said(at, history)) for at in range(ENTRIES, len(history))]


def _said(at: int, history: list[Entry]) -> Entry:
    """Return the entry that is appended at a place: now and then about an earlier one."""
    entry, earlier = history[at], history[at - 1 - at % 10]
    if at % CORRECTED == 0:
        return entry_of(_row(entry.n, earlier, {**(earlier.facts or {}), "corrects": earlier.n}, earlier.kind))
    if at % RETRACTED == 7:
        return entry_of(_row(entry.n, earlier, {"retracts": earlier.n, "refs": earlier.refs}, "entry.retracted.1"))
    return entry


def _row(n: int, like: Entry, facts: dict[str, Any], kind: str) -> dict[str, Any]:
    columns = {name: getattr(like, name) for name in ("subject", "occurred_at", "recorded_at", "actor", "agency")}
    return {"n": n, "kind": kind, "facts": facts, **columns}


def _timed(live: Live, entry: Entry) -> float:
    started = time.thread_time()
    live.append(entry)
    return time.thread_time() - started


def in_a_record() -> tuple[list[float], list[float], float]:
    """Return the seconds of each append to a record, the evaluator's share of each, and its share on a cold process."""
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as name:
        os.environ |= {"HEED_DATA": name, "DJANGO_SETTINGS_MODULE": "heed.web.settings"}
        os.environ.pop("HEED_DATABASE_URL", None)
        import django

        django.setup()
        return _Record(Path(name)).measure()


class _Record:
    """A passing record with the shipped packs adopted and one invented child."""

    def __init__(self, folder: Path) -> None:
        from django.core.management import call_command

        from heed.entry.keys import new_key
        from heed.record.opening import open_record
        from heed.record.place import Place

        call_command("migrate", verbosity=0)
        open_record(origin="synthetic.bench/1", place=Place(folder), at=START)
        self.child, self.me, self.now = new_key(), new_key(), START
        self.chance = np.random.default_rng(7)
        for path in sorted(PACKS.glob("*.yaml")):
            self._adopt(path)

    def measure(self) -> tuple[list[float], list[float], float]:
        """Fill the key and time what follows."""
        from heed.duties import engine as judging
        from heed.duties import keeping

        share: list[float] = []
        for _ in range(ENTRIES):
            self._append()
        with patch.object(judging, "judge_on", _clocked(judging.judge_on, share)):
            keeping.forget()
            gc.collect()  # what was forgotten is not the first append's to clear away
            self._append()
            cold = sum(share)
            whole, shares = [], []
            for _ in range(APPENDS):
                share.clear()
                started = time.perf_counter()
                self._append()
                whole.append(time.perf_counter() - started)
                shares.append(sum(share))
        return whole, shares, cold

    def _adopt(self, path: Path) -> None:
        import hashlib

        from heed.duties.entries import PolicyAdopted
        from heed.policy.language import read_pack

        pack, text = read_pack(path), path.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        facts = {"pack": pack.name, "version": pack.version, "digest": digest, "text": text}
        self._write(PolicyAdopted, self.me, facts, {}, {})

    def _append(self) -> None:
        """Append one entry about the child, of a kind that the mixed history of `generate` has."""
        import bench_duties_generate as generate

        from heed.entry.kinds import kinds

        mix = {name: share for name, (share, _, _) in generate.MIX.items() if "child" in kinds[name].refs}
        shares = np.array(list(mix.values()))
        kind = kinds[str(self.chance.choice(list(mix), p=shares / shares.sum()))]
        self.now += timedelta(hours=float(self.chance.integers(24, 150)))
        refs = {name: [self.child] for name, ref in kind.refs.items() if name == "child" or ref.least}
        facts = {"level": str(self.chance.choice(["low", "medium", "high"]))} if "level" in kind.facts else {}
        words = {name: "Invented." for name, field in kind.words.items() if getattr(field, "needed", False)}
        self._write(kind, self.child, facts, refs, words)

    def _write(self, kind: Any, subject: str, facts: Any, refs: Any, words: Any) -> None:
        from heed.entry.when import instant_text
        from heed.record.ledger import append, writing
        from heed.record.model import By, Draft

        happened = instant_text(self.now - timedelta(hours=float(self.chance.integers(0, 72))))
        draft = Draft(kind=kind, subject=subject, facts=facts, refs=refs, words=words, occurred_at=happened)
        with writing() as head:
            append(head, draft, by=By(self.me, self.me, self.now))


def _clocked(work: Callable[..., Any], taken: list[float]) -> Callable[..., Any]:
    @wraps(work)
    def clocked(*args: Any, **more: Any) -> Any:
        started = time.thread_time()
        found = work(*args, **more)
        taken.append(time.thread_time() - started)
        return found

    return clocked
