"""A record's SQLite file, read only and entry by entry: is it whole, unchanged, and the log of the checkpoint?"""

import contextlib
import sqlite3
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .entry import SPINE, check_erasure
from .log import Log, Row
from .note import Checkpoint, before, read_checkpoint, read_tree, split_note, unmet
from .profile import read_json
from .proof import Invalid, Refused, need
from .receipt import Verdict, clock, say_origin
from .trust import LOG, Key, Policy

ASKED = {"record_entry": {"n", "spine"}, "record_part": {"n", "part", "digest", "salt", "bytes"}}  # rule 17
ERASING = b'"kind":"entry.erased.1"'


def verify_database(
    path: Path,
    *,
    policy: Policy | None = None,
    note: bytes | None = None,
    track: Callable[[Iterable[Row]], Iterable[Row]] = iter,
) -> Verdict:
    """Verify every entry and part of the SQLite file at `path`, then the tree against a checkpoint."""
    size = read_tree(split_note(note)[0])[1] if note is not None else None
    with contextlib.closing(open_read_only(path)) as db:
        columns = {table: columns_of(db, table) for table in ASKED}
        check_file(db)
        log = Log(erased=find_erasures(db), covered=size)
        try:
            for row in track(read_rows(db, columns["record_entry"], columns["record_part"])):
                log.add(row)
            check_salts(db)
        except sqlite3.Error as reason:
            raise Invalid(f"The database cannot be read after entry {log.n - 1}: {reason}.") from None
    need(log.n > 0, "The database holds no entry; entry 0 is missing.")
    verdict = say_log(log)
    check_trust(log, policy)
    if note is None:
        verdict.says.append("No checkpoint was given: nothing outside this file vouches for its entries.")
    else:
        say_checkpoint(verdict, log, policy, note)
    return verdict


# Reading


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the file for reading in one transaction, so that a server may go on writing."""
    try:
        if not path.is_file():
            raise Refused(f"There is no file {path}.")
        db = sqlite3.connect(f"file:{urllib.parse.quote(str(path.resolve()))}?mode=ro", uri=True, isolation_level=None)
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, OSError, ValueError) as reason:
        raise Refused(f"{path} cannot be read as a SQLite database: {reason}.") from None
    return db


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns of a table, which must be one and have those that rule 17 names."""
    try:
        kind = db.execute("SELECT type FROM sqlite_master WHERE name = ?", [table]).fetchone()
        columns = [row[1] for row in db.execute(f"PRAGMA table_xinfo({table})")]  # computed columns too
    except sqlite3.Error as reason:
        raise Refused(f"The database has no readable list of its tables: {reason}.") from None
    if kind != ("table",) or not ASKED[table] <= set(columns):
        lacking = ", ".join(sorted(ASKED[table] - set(columns)))
        raise Refused(f"The database has no table {table} with the columns of rule 17 (lacking: {lacking or table}).")
    return columns


def check_file(db: sqlite3.Connection) -> None:
    """Check the file itself: an index that lacks a row would hide that row from every question asked through it."""
    try:
        found = str(db.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.Error as reason:
        raise Invalid(f"The database cannot be read: {reason}.") from None
    need(found == "ok", f"The database file is damaged: {' '.join(found.split())}.")


def find_erasures(db: sqlite3.Connection) -> dict[tuple[int, str], int]:
    """Return which entry erased which part; the facts read here are checked when the entries are."""
    erased: dict[tuple[int, str], int] = {}
    query = "SELECT e.n, p.bytes FROM record_entry e JOIN record_part p ON p.n = e.n AND p.part = 'facts'"
    try:
        rows = db.execute(f"{query} WHERE instr(e.spine, ?) ORDER BY e.n", [ERASING]).fetchall()
    except sqlite3.Error as reason:
        raise Invalid(f"The database cannot be read: {reason}.") from None
    for n, data in rows:
        with contextlib.suppress(Invalid, AttributeError, TypeError):
            facts = read_json(data, "", [])
            check_erasure(facts, n)
            parts = ("words", "file") if facts["part"] == "words" else ("words", "file", "facts")
            for part in parts:
                erased.setdefault((facts["entry"], part), n)
    return erased


def read_rows(db: sqlite3.Connection, columns: list[str], parted: list[str]) -> Iterator[Row]:
    """Yield each entry with its parts, walking both tables in order of `n`; a part of no entry is an error."""
    copies = [name for name in SPINE if name in columns and name not in ("n", "v")]
    chosen = ", ".join(["n", "spine", *copies])
    # Our own schema computes n and part from id, so that its order is theirs; rule 17 does not ask for an id.
    order = "id" if "id" in parted else "n, part, digest"
    parts = db.execute(f"SELECT n, part, digest, salt, bytes FROM record_part ORDER BY {order}")
    part = parts.fetchone()
    for n, spine, *values in db.execute(f"SELECT {chosen} FROM record_entry ORDER BY n"):
        need(
            type(n) is int and isinstance(spine, bytes), f"The row of entry {n!r} is not a number and bytes (rule 17)."
        )
        own = []
        while part and type(part[0]) is int and part[0] == n:
            own.append(part[1:])
            part = parts.fetchone()
        if part and (type(part[0]) is not int or part[0] < n):
            break
        yield Row(n, spine, dict(zip(copies, values, strict=True)), own)
    if part:
        raise Invalid(f"A part is of entry {part[0]!r}, which is not there.")


def check_salts(db: sqlite3.Connection) -> None:
    """Check that no two parts share a salt (rule 30); SQLite sorts them, so memory does not grow."""
    twice = db.execute("SELECT min(n), max(n) FROM record_part GROUP BY salt HAVING count(*) > 1 LIMIT 1").fetchone()
    if twice:
        raise Invalid(f"Two parts have the same salt: of entries {twice[0]} and {twice[1]} (rule 30).")


# Saying


def say_log(log: Log) -> Verdict:
    """Say what the entries themselves prove."""
    counts = {"entries": log.n, "parts": log.parts, "erased_parts": log.erased_parts, "outside": log.outside}
    verdict = Verdict(notes=log.notes)
    say_origin(verdict, log.origin)
    verdict.facts |= {**counts, "root": log.root().hex(), "last_recorded_at": log.recorded_at}
    verdict.says += [
        f"The log {log.origin} holds {log.n} entries, without a gap and well formed, to {log.recorded_at}.",
        f"Its {log.parts} parts have the digests their entries state; {log.erased_parts} more are erased, as said.",
        f"The root of the whole tree is {log.root().hex()}.",
    ]
    if log.outside:
        verdict.notes.append(f"{log.outside} files stand outside the database and were not read.")
    return verdict


def check_trust(log: Log, policy: Policy | None) -> None:
    """Compare what the log says of itself with the trust file (rule 14)."""
    if policy is not None:
        good = any(key in log.keys for key in policy.logs)
        need(good, "The trust file holds no key that the log states as its own (rule 14).")


def say_checkpoint(verdict: Verdict, log: Log, policy: Policy | None, note: bytes) -> None:
    """Verify the checkpoint, compare its tree with the entries', and say how far it reaches (rules 1, 9 and 24)."""
    own = Policy(logs=[key for key in log.keys if key.type == LOG], quorum="none")
    checkpoint = read_checkpoint(note, policy or own)
    size = checkpoint.size
    need(size <= log.n, f"The database holds {log.n} entries, fewer than the checkpoint's {size} (rule 24).")
    need(log.origin_at(size) == checkpoint.origin, f"The log's origin is not {checkpoint.origin} (rule 1).")
    need(log.covered_root == checkpoint.root, f"The first {size} entries do not have the root of the checkpoint.")
    check_signers(log, checkpoint)
    if policy is None:
        verdict.notes.append(
            "No trust file was given: the checkpoint was verified by the keys that the log itself states."
        )
    verdict.facts |= {"covered": size, "not_covered": log.n - size, "key_retirement": "entries"}
    verdict.says += [
        f"The checkpoint covers the first {size} of them; {log.n - size} are not covered (rule 24).",
        "Key retirement was checked from the entries (rule 9).",
    ]
    say_times(verdict, checkpoint, policy or own)
    verdict.no = unmet(checkpoint, policy or own)


def say_times(verdict: Verdict, checkpoint: Checkpoint, policy: Policy) -> None:
    """Say before when the witnesses saw the covered entries, and after when the others came (rule 13)."""
    until, since = before(checkpoint, policy), max(checkpoint.seen.values(), default=None)
    verdict.facts |= {"witnesses": sorted(checkpoint.seen), "before": None if until is None else clock(until)}
    verdict.says.append(f"Cosigned by {', '.join(sorted(checkpoint.seen)) or 'nobody: it is not yet witnessed'}.")
    if until is not None:
        verdict.says.append(f"By its witnesses the covered entries were recorded before {clock(until)}.")
    if since is not None and verdict.facts["not_covered"]:
        verdict.says.append(f"By its witnesses the others were recorded after {clock(since)}.")


def check_signers(log: Log, checkpoint: Checkpoint) -> None:
    """Check that a key signed which the log states and had not retired at that size (rule 9)."""
    counts: Iterable[Key] = (key for key in checkpoint.signed_by if key in log.keys)
    limits = [log.retired.get(key) for key in counts]
    need(bool(limits), "The checkpoint is signed by no key that the log states as its own (rule 14).")
    good = any(limit is None or checkpoint.size <= limit for limit in limits)
    need(good, f"The checkpoint of {checkpoint.size} entries is signed only by keys retired before that (rule 9).")
