"""The verifiers that every vector is put to; `heed.log` joins the list beside the one written from the page alone.

A verifier answers eight questions, one method each. It returns what it found, or raises `No` with the exit code that a
command would end with (1: it does not hold; 2: a file cannot be used) and the sentence it would say.
"""

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from heed.log.standalone.database import verify_database
from heed.log.standalone.export import verify_export
from heed.log.standalone.note import before, read_checkpoint
from heed.log.standalone.profile import read_json
from heed.log.standalone.proof import Invalid, Refused, check_consistency, check_inclusion
from heed.log.standalone.receipt import Verdict, verify_receipt
from heed.log.standalone.trust import read_policy

Found = dict[str, Any]


class No(Exception):
    """The verifier does not accept what it was shown."""

    def __init__(self, exit: int, sentence: str) -> None:
        super().__init__(sentence)
        self.exit = exit


class Verifier(Protocol):
    """What a verifier must be able to answer; bytes are as in the files, and `now` is the verifier's clock."""

    name: str

    def inclusion(self, *, index: int, size: int, leaf: bytes, root: bytes, path: list[bytes]) -> Found: ...

    def consistency(self, *, old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> Found: ...

    def policy(self, *, trust: bytes, sets: list[list[str]]) -> Found:
        """Find `met`: for each set of witnesses, whether it is enough."""

    def checkpoint(self, *, trust: bytes, note: bytes) -> Found:
        """Find `origin`, `size`, `root`, `seen` (witness → its earliest time), `before` and `quorum_met`."""

    def json(self, *, data: bytes) -> Found: ...

    def receipt(
        self,
        *,
        receipt: bytes,
        trust: bytes,
        openings: list[bytes],
        now: int,
        opening_of_facts: bytes | None = None,
        earlier: bytes | None = None,
    ) -> Found:
        """Find `origin`, `index`, `kind`, `recorded_at`, `before`, `after`, `witnesses`, `openings` and `reports`."""

    def database(self, *, path: Path, trust: bytes | None, checkpoint: bytes | None) -> Found:
        """Find `origin`, `entries`, `erased_parts`, `outside`, `covered` and `not_covered`."""

    def export(self, *, folder: Path, trust: bytes | None, receipts: list[bytes], old: list[bytes], now: int) -> Found:
        """Find `origin` and `size`, of an export directory to which receipts and older checkpoints must belong."""


class Standalone:
    """The verifier written from the format page alone."""

    name = "standalone"

    def inclusion(self, *, index: int, size: int, leaf: bytes, root: bytes, path: list[bytes]) -> Found:
        with answers():
            check_inclusion(leaf, index, size, path, root)
        return {}

    def consistency(self, *, old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> Found:
        with answers():
            check_consistency(old, new, old_root, new_root, path)
        return {}

    def policy(self, *, trust: bytes, sets: list[list[str]]) -> Found:
        with answers():
            policy = read_policy(trust)
        return {"met": [policy.is_met_by(names) for names in sets]}

    def checkpoint(self, *, trust: bytes, note: bytes) -> Found:
        with answers():
            policy = read_policy(trust)
            found = read_checkpoint(note, policy)
        tree = {"origin": found.origin, "size": found.size, "root": found.root, "seen": found.seen}
        return {**tree, "before": before(found, policy), "quorum_met": policy.is_met_by(found.seen)}

    def json(self, *, data: bytes) -> Found:
        with answers():
            read_json(data, "The part", [])
        return {}

    def receipt(
        self,
        *,
        receipt: bytes,
        trust: bytes,
        openings: list[bytes],
        now: int,
        opening_of_facts: bytes | None = None,
        earlier: bytes | None = None,
    ) -> Found:
        with answers():
            verdict = verify_receipt(
                receipt,
                read_policy(trust),
                openings=openings,
                opening_of_facts=opening_of_facts,
                earlier=earlier,
                now=now,
            )
            refuse(verdict)
        facts = verdict.facts
        opened = sorted(each["part"] for each in facts.get("openings", []))
        reports = sorted(number for number in ("13", "29") if any(f"rule {number}" in note for note in verdict.notes))
        times = {name: seconds(facts[name]) for name in ("before", "after")}
        return facts | times | {"openings": opened, "reports": reports, "witnesses": sorted(facts["witnesses"])}

    def database(self, *, path: Path, trust: bytes | None, checkpoint: bytes | None) -> Found:
        with answers():
            policy = read_policy(trust) if trust is not None else None
            verdict = verify_database(path, policy=policy, note=checkpoint)
            refuse(verdict)
        return {"covered": None, "not_covered": None} | verdict.facts

    def export(self, *, folder: Path, trust: bytes | None, receipts: list[bytes], old: list[bytes], now: int) -> Found:
        with answers():
            policy = read_policy(trust) if trust is not None else None
            verdict = verify_export(folder, policy=policy, receipts=receipts, old=old, now=now)
            refuse(verdict)
        return verdict.facts


@contextlib.contextmanager
def answers() -> Iterator[None]:
    """Turn the stand-alone verifier's two exceptions into `No`."""
    try:
        yield
    except Invalid as reason:
        raise No(1, str(reason)) from None
    except Refused as reason:
        raise No(2, str(reason)) from None


def refuse(verdict: Verdict) -> None:
    """Raise where something was proven but not enough."""
    if verdict.no:
        raise Invalid(verdict.no)


def seconds(text: str | None) -> int | None:
    """Read a time as the verdict prints it."""
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


VERIFIERS: list[Verifier] = [Standalone()]
COPIED = ("kind", "subject", "recorded_at", "actor", "agency")


@contextlib.contextmanager
def sqlite_file(entries: list[dict[str, Any]], parts: list[list[Any]]) -> Iterator[Path]:
    """Write rows as a SQLite file with the two tables of rule 17; no constraint, so that every spoiled row fits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heed.sqlite3"
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute(f"CREATE TABLE record_entry (n, spine, {', '.join(COPIED)})")
            db.execute("CREATE TABLE record_part (n, part, digest, salt, bytes)")
            for entry in entries:
                copies = [copies_of(entry)[name] for name in COPIED]
                db.execute(
                    "INSERT INTO record_entry VALUES (?, ?, ?, ?, ?, ?, ?)", [entry["n"], entry["spine"], *copies]
                )
            db.executemany("INSERT INTO record_part VALUES (?, ?, ?, ?, ?)", parts)
        yield path


def copies_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the columns copied from a spine, with those that the vector spoils."""
    said: dict[str, Any] = json.loads(entry["spine"])
    return {name: said.get(name) for name in COPIED} | dict(entry.get("columns", {}))
