"""`heed bench record`: the record against a bare insert, against `eventsourcing`, and against hashing in memory.

(a) one append without a projector, (b) a batch of 10,000 with projectors that write in bulk, (c) the log part of verify
and the rebuild, (d) an inclusion proof on a new connection; (c) and (d) at growing sizes. Rounds are interleaved, so
that a busy machine slows both sides; medians are printed with the settings in force.
"""

import argparse
import hashlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from heed.lib.progress import bar

from .output import answer, say

ROUNDS, SINGLES, BATCH = 9, 200, 10_000
WORDS = "x" * 300


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the area's own arguments."""
    parser.add_argument("--sizes", default="10000,100000,1000000", help="sizes at which verify and proofs are measured")
    parser.add_argument("--rounds", type=int, default=ROUNDS)


def run(args: argparse.Namespace) -> int:
    """Measure in a passing folder and print ratios."""
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as name:
        folder = Path(name)
        os.environ["HEED_DATA"] = name
        os.environ.pop("HEED_DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heed.web.settings")
        import django

        django.setup()
        figures = _Bench(folder, args.rounds).measure([int(size) for size in args.sizes.split(",")])
    answer(args, {"ok": True, **figures}, _text(figures))
    return 0


def _text(figures: dict[str, Any]) -> str:
    lines = [f"{name}: {value}" for name, value in figures.items() if name != "sizes"]
    for size, row in figures["sizes"].items():
        lines.append(f"at {int(size):,}: " + ", ".join(f"{k} {v}" for k, v in row.items()))
    return "\n".join(lines)


class _Bench:
    """One run: our record, a bare SQLite table beside it, and the peer in its own process."""

    def __init__(self, folder: Path, rounds: int) -> None:
        from django.core.management import call_command

        from heed.entry.fields import Flag, Text
        from heed.entry.keys import new_key
        from heed.entry.kinds import Kind, Ref, register
        from heed.record.opening import open_record
        from heed.record.place import Place

        self.folder, self.rounds = folder, rounds
        call_command("migrate", verbosity=0)
        open_record(origin="synthetic.bench/1", place=Place(folder))
        self.kind = register(
            Kind(
                name="bench.measured.1",
                about="Something to measure; registered in this process only.",
                subject="thing",
                facts={"urgent": Flag()},
                words={"text": Text()},
                refs={"child": Ref()},
            )
        )
        self.me = new_key()
        self.bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
        self.bare.execute("PRAGMA journal_mode=WAL")
        self.bare.execute("PRAGMA synchronous=FULL")
        self.bare.execute("CREATE TABLE bare (n INTEGER PRIMARY KEY, spine BLOB, body BLOB)")
        self.peer = _Peer.start(folder)

    def measure(self, sizes: list[int]) -> dict[str, Any]:
        figures: dict[str, Any] = {
            "settings": self._settings(),
            "peer": self.peer.settings if self.peer else "not installed",
        }
        figures |= self._single() | self._batch()
        figures["sizes"] = {}
        for size in sorted(sizes):
            self._fill(size)
            figures["sizes"][str(size)] = self._verify(size) | self._proof()
        if self.peer:
            self.peer.close()
        return figures

    def _settings(self) -> str:
        from django.db import connection

        with connection.cursor() as cursor:
            found = []
            for name in ("journal_mode", "synchronous"):
                cursor.execute(f"PRAGMA {name}")
                found.append(f"{name}={cursor.fetchone()[0]}")
        machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
        return f"SQLite {sqlite3.sqlite_version} {' '.join(found)}, {machine}"

    def _rounds(self, parts: dict[str, Callable[[], float]]) -> dict[str, float]:
        """Return each part's median seconds; the parts take turns in every round, after one round of warming."""
        taken: dict[str, list[float]] = {name: [] for name in parts}
        for at in range(self.rounds + 1):
            for name, part in parts.items():
                seconds = part()
                if at:
                    taken[name].append(seconds)
        return {name: statistics.median(values) for name, values in taken.items()}

    def _single(self) -> dict[str, Any]:
        """One append: its ledger part (spine, parts, tree, head), the whole of it, and what the peer saves."""
        from heed.record import replay

        parts = {"whole": self._append_singles, "ledger": self._append_ledger, "bare": self._bare_singles}
        if self.peer:
            parts["peer"] = lambda: self.peer.take("single", SINGLES)[1] if self.peer else 0.0
        took = self._rounds(parts)
        replay.rebuild()  # the ledger's part alone left no index
        found: dict[str, Any] = {f"single_{name}_us": round(took[name] / SINGLES * 1e6) for name in took}
        found |= {f"single_{name}_to_bare": round(took[name] / took["bare"], 2) for name in ("ledger", "whole")}
        if self.peer:
            for name in ("ledger", "whole"):
                found[f"single_{name}_to_eventsourcing"] = round(took[name] / took["peer"], 2)
        return found

    def _append_singles(self) -> float:
        from heed.record.ledger import append, writing

        by, drafts = self._by(), [self._draft() for _ in range(SINGLES)]
        started = time.perf_counter()
        for draft in drafts:
            with writing() as head:
                append(head, draft, by=by)
        return time.perf_counter() - started

    def _append_ledger(self) -> float:
        """Append without the derived indexes and the projectors, as nothing but this measurement does."""
        from unittest.mock import patch

        from heed.record import ledger, project

        with patch.object(ledger, "_write_index", _nothing), patch.object(project, "apply_entries", _nothing):
            return self._append_singles()

    def _bare_singles(self) -> float:
        spine, body = os.urandom(293), os.urandom(390)
        started = time.perf_counter()
        for _ in range(SINGLES):
            self.bare.execute("INSERT INTO bare (spine, body) VALUES (?, ?)", (spine, body))
        return time.perf_counter() - started

    def _batch(self) -> dict[str, Any]:
        """A batch against the peer's `save`, and both from plain values: the peer stamps events as it makes them."""
        ours: dict[str, list[float]] = {"make": [], "append": []}
        peers: dict[str, list[float]] = {"make": [], "save": []}
        for at in range(min(self.rounds, 5) + 1):
            mine = self._append_batch()
            theirs = self.peer.take("batch", BATCH) if self.peer else (1.0, 1.0)
            if at:
                for name, seconds in zip(ours, mine, strict=True):
                    ours[name].append(seconds)
                for name, seconds in zip(peers, theirs, strict=True):
                    peers[name].append(seconds)
        mean = {name: statistics.median(values) / BATCH * 1e6 for name, values in ours.items()}
        peer = {name: statistics.median(values) / BATCH * 1e6 for name, values in peers.items()}
        found: dict[str, Any] = {"batch_us": round(mean["append"], 1)}
        if self.peer:
            found["batch_peer_us"] = round(peer["save"], 1)
            found["batch_to_eventsourcing_save"] = round(mean["append"] / peer["save"], 2)
            found["batch_to_eventsourcing_from_values"] = round(sum(mean.values()) / sum(peer.values()), 2)
        return found

    def _append_batch(self) -> tuple[float, float]:
        """Make and append 10,000 openings; their projector writes its rows in bulk in the same transaction."""
        from heed.entry.keys import new_key
        from heed.record.entries import OpeningGiven
        from heed.record.ledger import append, writing
        from heed.record.model import Draft

        facts, by, making = {"entry": 0, "part": "facts"}, self._by(), time.perf_counter()
        drafts = [
            Draft(
                kind=OpeningGiven, subject=new_key(), facts=facts, refs={"recipient": [new_key()]}, words={"why": WORDS}
            )
            for _ in range(BATCH)
        ]
        started = time.perf_counter()
        with writing() as head:
            append(head, *drafts, by=by)
        return started - making, time.perf_counter() - started

    def _by(self) -> Any:
        from heed.record.model import By

        return By(self.me, self.me)

    def _draft(self) -> Any:
        from heed.entry.keys import new_key
        from heed.record.model import Draft

        return Draft(
            kind=self.kind,
            subject=new_key(),
            facts={"urgent": True},
            words={"text": WORDS},
            refs={"child": [new_key()]},
        )

    def _fill(self, size: int) -> None:
        from heed.record import reading
        from heed.record.ledger import append, writing

        missing = size - reading.size()
        say(f"Filling to {size:,} entries …")
        for start in bar(range(0, max(0, missing), BATCH), None, "Filling"):
            count = min(BATCH, missing - start)
            with writing() as head:
                append(head, *[self._draft() for _ in range(count)], by=self._by())

    def _verify(self, size: int) -> dict[str, Any]:
        from heed.record import reading, replay
        from heed.record.verify import verify

        rounds, self.rounds = self.rounds, 3 if size < 500_000 else 1
        count = reading.size()
        took = self._rounds(
            {
                "floor": lambda: hashing_floor(count),
                "two": lambda: _timed(lambda: verify(log_only=True, workers=2)),
                "one": lambda: _timed(lambda: verify(log_only=True, workers=1)),
            }
        )
        self.rounds = rounds
        rebuild = _timed(replay.rebuild)
        return {
            "verify_two_to_hashing": round(took["two"] / took["floor"], 2),
            "verify_one_to_hashing": round(took["one"] / took["floor"], 2),
            "verify_two_seconds": round(took["two"], 2),
            "rebuild_per_second": round(count / rebuild),
        }

    def _proof(self) -> dict[str, Any]:
        """Return the median time of an inclusion proof, each on a connection of its own, nothing kept in between.

        Another connection stays open meanwhile, as in every record that is served: where the only one closes, SQLite
        folds its log into the database and takes it down, and the next has to set it up again.
        """
        from django.db import connection

        from heed.log.tree import inclusion_proof
        from heed.record import checkpoints, reading

        size, taken = reading.size(), []
        with closing(sqlite3.connect(self.folder / "heed.sqlite3")) as other:
            other.execute("SELECT size FROM record_head").fetchone()
            for at in range(101):
                connection.close()
                started = time.perf_counter()
                inclusion_proof(checkpoints.nodes(size=size), at * (size - 1) // 100, size)
                taken.append(time.perf_counter() - started)
        return {"proof_ms": round(statistics.median(taken) * 1e3, 2)}


def _nothing(*_: object, **__: object) -> None:
    """Stand in for a step that is left out of a measurement."""


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def hashing_floor(count: int) -> float:
    """Return the seconds of hashing as many facts, words, leaves and nodes as `count` entries have, bytes in memory."""
    sha, facts, words, spine, pair = (
        hashlib.sha256,
        os.urandom(32 + 110),
        os.urandom(32 + 311),
        os.urandom(1 + 400),
        os.urandom(65),
    )
    started = time.perf_counter()
    for _ in range(count):
        sha(facts).digest()
        sha(words).digest()
        sha(spine).digest()
        sha(pair).digest()
    return time.perf_counter() - started


class _Peer:
    """`eventsourcing` in its own environment, told what to do over a pipe."""

    def __init__(self, process: subprocess.Popen[str], settings: str) -> None:
        self.process, self.settings = process, settings

    @classmethod
    def start(cls, folder: Path) -> "_Peer | None":
        root = Path(__file__).resolve().parents[3] / "bench"
        python = root / ".venv" / "bin" / "python"
        if not python.exists():
            return None
        process = subprocess.Popen(
            [str(python), str(root / "peer_eventsourcing.py"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        settings = process.stdout.readline().strip() if process.stdout else ""
        return cls(process, f"eventsourcing {settings}") if settings else None

    def take(self, word: str, count: int) -> tuple[float, float]:
        """Have the peer do one round and return its seconds of making and of saving."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{word} {count}\n")
        self.process.stdin.flush()
        making, saving = map(float, self.process.stdout.readline().split())
        return making, saving

    def close(self) -> None:
        """End the peer."""
        with closing(self.process.stdin), closing(self.process.stdout):  # type: ignore[type-var]
            self.process.terminate()
        self.process.wait()
