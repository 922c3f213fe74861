"""Verify: every stored byte against the tree, the tree against every checkpoint, the read tables against the entries.

1. the head, entry 0 and the log's keys; 2. every entry, part and level-0 tile (in two processes); 3. higher tiles and
the root; 4. every checkpoint and cosignature, DIR/checkpoint, what `--against` names, and the viewing log with its own;
5. unless `log_only`: every part's form, requests, the index of refs, files, and the read tables rebuilt. The first
thing wrong is raised, by name.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.db import connections

from heed.entry.canon import ProfileError
from heed.entry.parts import FACTS, FILE, check_facts, is_erasable, part_digest, read_part
from heed.lib.progress import Track, quiet
from heed.log.checkpoint import Checkpoint, SignedCheckpoint, read_checkpoint
from heed.log.errors import FormatError, VerifyError
from heed.log.fixed import check_fixed
from heed.log.note import VerifierKey, split_note
from heed.log.receipt import MAGIC, Receipt
from heed.log.tiles import WIDTH
from heed.log.tree import Frontier, node_hash
from heed.log.trust import Trust

from . import aliases, attachments, checkpoints, reading, replay, view_checkpoints
from .audit import RANGE, Checked, Source, Task, check_range, check_tile
from .ledger import refs_of
from .model import PLACES, Entry, places_of
from .place import Place, here
from .signing import STATEMENTS, Identity, identity
from .windows import Window, doubts, windows

# `--json` gives them all.
_WINDOWS_SHOWN = 3


@dataclass
class Report:
    """What verify found to hold, for a person and for `--json`."""

    origin: str = ""
    size: int = 0
    root: str = ""
    checkpoints: int = 0
    cosignatures: int = 0
    uncovered: int = 0
    last_cosigned: int = 0
    erased: int = 0
    files: int = 0
    rebuilt: bool = False
    views: int = 0
    view_checkpoints: int = 0
    windows: list[Window] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """Return the findings as sentences."""
        read = "and the read tables are what the entries make" if self.rebuilt else "the read tables were not rebuilt"
        return [
            f"{self.origin}: {self.size} entries, root {self.root}.",
            f"{self.checkpoints} checkpoints with {self.cosignatures} cosignatures hold; {read}.",
            f"{self.size - self.last_cosigned} entries lie after the last cosigned checkpoint.",
            *self._views(),
            *[str(window) for window in self.windows[-_WINDOWS_SHOWN:]],
            *self.remarks,
        ]

    def _views(self) -> list[str]:
        held = f"The viewing log holds {self.views} lines; {self.view_checkpoints} checkpoints of it hold."
        return [held] if self.views else []


def verify(
    *,
    log_only: bool = False,
    against: Sequence[Path] = (),
    workers: int | None = None,
    using: str = "default",
    place: Place | None = None,
    track: Track[Any] = quiet,
) -> Report:
    """Return a report when everything holds; VerifyError or HeedError names the first thing that does not."""
    place = place or here()
    of_views = [path for path in against if view_checkpoints.is_of_views(_note_in(path))]
    against = [path for path in against if path not in of_views]
    with aliases.snapshot(using) as still:
        who = identity(still)
        tree = _Tree(still, source_of(using), workers or min(2, os.cpu_count() or 1), track)
        report = Report(origin=who.origin, size=tree.size)
        tree.read(_checkpoint_sizes(still, place, against))
        report.root, report.erased, report.files = tree.root_at(tree.size).hex(), len(tree.erased), tree.files
        _verify_checkpoints(still, place, who, tree, report)
        for path in against:
            _verify_against(path, who, place, tree)
        report.views, report.view_checkpoints = view_checkpoints.verify(who, using=still, against=of_views)
        if not log_only:
            _verify_parts(still, tree, track)
            for difference in replay.differences(using=still, track=track):
                raise VerifyError(str(difference))
            report.rebuilt = True
    return report


def source_of(using: str) -> Source:
    """Return how another process opens this database."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        return Source("sqlite", str(connection.settings_dict["NAME"]))
    words = connection.get_connection_params()
    return Source("postgresql", {k: words[k] for k in ("dbname", "user", "password", "host", "port") if words.get(k)})


# What the log's keys are, and what was erased, is asked of the index of kinds.
RELIED = frozenset({*STATEMENTS, "entry.erased.1"})


class _Tree:
    """The tree as the entries make it, read once; roots at the sizes that were asked for."""

    def __init__(self, using: str, source: Source, workers: int, track: Track[Any]) -> None:
        self.using, self.source, self.workers, self.track = using, source, workers, track
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT size, frontier, recorded_at, is_synthetic FROM record_head WHERE id = 1")
            self.head = cursor.fetchone()
            cursor.execute("SELECT count(*), max(n) FROM record_entry")
            count, last = cursor.fetchone()
            cursor.execute("SELECT min(id), max(id) FROM record_part")
            places = [place >> PLACES for place in cursor.fetchone() if place is not None]
        self.size = int(self.head[0])
        if count != self.size or last != self.size - 1:
            raise VerifyError(f"The head says {self.size} entries and the table holds {count}, the last being {last}.")
        for n in places:
            if not 0 <= n < self.size:
                raise VerifyError(f"A part is of entry {n}, which is not there.")
        self.erased = erased_parts(using)
        self.peaks: dict[int, list[bytes]] = {}
        self.files = 0
        self.relied: list[int] = []
        self.last_at = ""

    def read(self, sizes: Iterable[int]) -> None:
        """Check every range and join the ranges' peaks; the head row must be what they make."""
        wanted = sorted({size for size in sizes if 0 < size <= self.size} | {self.size})
        tasks = [self._task(low, wanted) for low in range(0, self.size, RANGE)]
        before = Frontier()
        for done in self.track(self._results(tasks), len(tasks), "Hashing"):
            if done.first_at < self.last_at:
                raise VerifyError(f"Entry {done.low}: recorded_at lies before its predecessor's.")
            self.last_at, self.files = done.last_at, self.files + done.files
            self.relied += done.relied
            for size, inside in done.at_sizes.items():
                self.peaks[size] = before.peaks + inside
            if done.high - done.low == RANGE:
                before.add(done.peaks[0])
        self._check_head()
        self._check_higher_tiles()
        self._check_relied()

    def _task(self, low: int, sizes: Sequence[int]) -> Task:
        high = min(low + RANGE, self.size)
        inside = tuple(size for size in sizes if low < size <= high)
        return Task(self.source, low, high, inside, {n: p for n, p in self.erased.items() if low <= n < high}, RELIED)

    def _results(self, tasks: list[Task]) -> Iterable[Checked]:
        if self.workers == 1 or len(tasks) == 1:
            yield from map(check_range, tasks)
            return
        with ProcessPoolExecutor(self.workers, mp_context=get_context("spawn")) as pool:
            yield from pool.map(check_range, tasks)

    def _check_relied(self) -> None:
        """Compare the index of kinds with the entries where verifying went by it: what it leaves out is seen."""
        indexed = {entry.n for entry in reading.of_kinds(RELIED, self.using)}
        if left := sorted(set(self.relied) - indexed):
            raise VerifyError(f"Entry {left[0]}: the index of kinds leaves it out.")

    def _check_head(self) -> None:
        _, frontier, recorded_at, is_synthetic = self.head
        if bytes(frontier) != b"".join(self.peaks[self.size]):
            raise VerifyError("The head row's frontier is not that of the entries.")
        if recorded_at != self.last_at:
            raise VerifyError("The head row's recorded_at is not that of the last entry.")
        if bool(is_synthetic) != bool(reading.entry(0, self.using).fact("synthetic")):
            raise VerifyError("The head row says otherwise than entry 0 whether the record is synthetic.")

    def _check_higher_tiles(self) -> None:
        level, below = 0, self.size // WIDTH
        while below:
            lower, level, below = f"level = {level}", level + 1, below // WIDTH
            with connections[self.using].cursor() as cursor:
                for i in range(below):
                    where = f"{lower} AND i >= {i * WIDTH} AND i < {(i + 1) * WIDTH}"
                    cursor.execute(f"SELECT root FROM record_tile WHERE {where} ORDER BY i")
                    hashes = b"".join(bytes(root) for (root,) in cursor.fetchall())
                    cursor.execute(
                        "SELECT hashes, root, folded FROM record_tile WHERE level = %s AND i = %s", [level, i]
                    )
                    check_tile(f"{level}/{i}", cursor.fetchone(), hashes, "roots of the tiles below it")
                cursor.execute("SELECT count(*) FROM record_tile WHERE level = %s", [level])
                if cursor.fetchone()[0] != below:
                    raise VerifyError(f"Tiles of level {level} stand there before they are full.")

    def root_at(self, size: int) -> bytes:
        """Return the root at one of the sizes asked for."""
        peaks = self.peaks[size]
        root = peaks[-1]
        for peak in reversed(peaks[:-1]):
            root = node_hash(peak, root)
        return root


def erased_parts(using: str) -> dict[int, str]:
    """Return, from the entries, which part of which entry was erased; VerifyError where it may not be (rules 3, 5)."""
    found: dict[int, str] = {}
    for entry in reading.of_kinds(["entry.erased.1"], using):
        n, part = entry.fact("entry"), entry.fact("part")
        if entry.facts is None or type(n) is not int or not 0 <= n < entry.n or part not in ("words", "both"):
            raise VerifyError(f"Entry {entry.n}: its erasure names no part of an earlier entry.")
        if not is_erasable(reading.entry(n, using).spine.kind):
            raise VerifyError(f"Entry {entry.n} erases entry {n}, whose kind is never erased.")
        found[n] = "both" if "both" in (part, found.get(n)) else "words"
    return found


def _checkpoint_sizes(using: str, place: Place, against: Sequence[Path]) -> set[int]:
    sizes = set(checkpoints.stored_sizes(using))
    held = checkpoints.file_checkpoint(place)
    sizes |= {held.size} if held else set()
    return sizes | {Checkpoint.parse(split_note(_note_in(path))[0]).size for path in against}


def _note_in(path: Path) -> bytes:
    """Return the checkpoint note in a file that holds a note or a receipt."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from None
    return Receipt.parse(data).note.encode() if data.startswith(MAGIC.encode()) else data


def _verify_checkpoints(using: str, place: Place, who: Identity, tree: _Tree, report: Report) -> None:
    trust = checkpoints.trust_of(place)
    keys = _trusted_keys(who, trust)
    cosigned = []
    for size in checkpoints.stored_sizes(using):
        note = checkpoints.stored_note(size, using) or ""
        signed = _read(note.encode(), keys, f"The stored checkpoint of size {size}")
        if signed.checkpoint.size != size:
            raise VerifyError(f"The checkpoint stored for size {size} is of size {signed.checkpoint.size}.")
        if signed.note() != note:
            raise VerifyError(f"The stored checkpoint of size {size} bears a line of no known key.")
        _check_signed(signed, who, tree, f"The stored checkpoint of size {size}")
        report.checkpoints += 1
        report.cosignatures += len(signed.cosignatures)
        if signed.cosignatures:
            report.last_cosigned = size
            cosigned.append(signed)
    report.windows = windows(cosigned, tree.size, trust)
    report.remarks += doubts(report.windows, using)
    covered = max([*checkpoints.stored_sizes(using), 0])
    report.uncovered = tree.size - covered
    if place.checkpoint.exists():
        signed = _read(place.checkpoint.read_bytes(), keys, str(place.checkpoint))
        _check_signed(signed, who, tree, str(place.checkpoint))
    if report.uncovered:
        report.remarks.append(f"{report.uncovered} entries lie after the last checkpoint and are covered by none.")


def _trusted_keys(who: Identity, trust: Trust) -> list[VerifierKey]:
    stated = {key.key for key in who.keys}
    for key in trust.logs:
        if key.name == who.origin and key not in stated:
            raise VerifyError(f"The trust file names a log key {key.id.hex()} that no entry states.")
    if not any(key in stated for key in trust.logs):
        raise VerifyError("The trust file names no key of this log.")
    return [*stated, *trust.witnesses.values()]


def _read(note: bytes, keys: Sequence[VerifierKey], what: str) -> SignedCheckpoint:
    try:
        return read_checkpoint(note, keys)
    except (FormatError, VerifyError) as error:
        raise VerifyError(f"{what}: {error}") from None


def _check_signed(signed: SignedCheckpoint, who: Identity, tree: _Tree, what: str) -> None:
    head = signed.checkpoint
    if head.size > tree.size:
        raise VerifyError(f"{what} covers {head.size} entries and the database holds {tree.size}: entries are lost.")
    if tree.root_at(head.size) != head.root:
        raise VerifyError(f"{what}: its root is not that of the first {head.size} entries; history was changed.")
    live = [k for k in who.keys if k.key in signed.log_keys and (k.retired_size is None or head.size <= k.retired_size)]
    if not live:
        raise VerifyError(f"{what} is signed only by a key that was retired before size {head.size}.")


def _verify_against(path: Path, who: Identity, place: Place, tree: _Tree) -> None:
    """Check the checkpoint in a file that somebody else held, a note or a receipt, against this tree.

    Its witnesses' lines are checked where the trust file knows them; of the log's own keys every one that an entry or
    the trust file states is accepted, also one of an earlier generation.
    """
    trust = checkpoints.trust_of(place)
    keys = [*{key.key for key in who.keys} | set(trust.logs), *trust.witnesses.values()]
    data = path.read_bytes()
    signed = _read(_note_in(path), keys, str(path))
    head = signed.checkpoint
    if head.size > tree.size:
        raise VerifyError(f"{path} covers {head.size} entries and the database holds {tree.size}: entries are lost.")
    if tree.root_at(head.size) != head.root:
        raise VerifyError(f"{path}: the first {head.size} entries are not those that it signed; history was changed.")
    if data.startswith(MAGIC.encode()):
        receipt = Receipt.parse(data)
        with connections[tree.using].cursor() as cursor:
            cursor.execute("SELECT spine FROM record_entry WHERE n = %s", [receipt.index])
            if bytes(cursor.fetchone()[0]) != receipt.spine:
                raise VerifyError(f"{path}: entry {receipt.index} is not the one that it proves.")


def _verify_parts(using: str, tree: _Tree, track: Track[Any]) -> None:
    """Check what hashing cannot: that parts are in the format, requests unique, refs indexed, files there and whole."""
    requests = 0
    for block in track(_part_blocks(using, tree.size), -(-tree.size // RANGE), "Reading parts"):
        stated: dict[str, int] = {}
        for n, part, digest, salt, data, kind in block:
            where = f"Entry {n}: its {part}"
            if part == FILE:
                _check_file(digest, bytes(salt), data)
                continue
            try:
                value = read_part(part, bytes(data))
                if part == FACTS:
                    check_facts(value or {}, n=n)
            except ProfileError as error:
                raise VerifyError(f"{where} are not in the format: {error}") from None
            if part == FACTS and value is not None:
                check_fixed(kind, value, None, n=n)
                if stated.setdefault(value["request"], n) != n:
                    raise VerifyError(f"Entry {n}: its request stands in an earlier entry too.")
        _check_requests(using, stated)
        requests += len(stated)
    _count_requests(using, requests)
    _check_refs(using, tree.size)


def _part_blocks(using: str, size: int) -> Iterable[list[Any]]:
    for low in range(0, size, RANGE):
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT e.n, p.part, p.digest, p.salt, p.bytes, e.kind FROM record_part p "
                "JOIN record_entry e ON e.n = p.n WHERE p.id >= %s AND p.id < %s ORDER BY p.id",
                places_of(low, low + RANGE),
            )
            yield cursor.fetchall()


def _check_requests(using: str, stated: dict[str, int]) -> None:
    """Compare a block's requests with the index, which holds each once."""
    wanted = list(stated)
    for start in range(0, len(wanted), 500):
        block = wanted[start : start + 500]
        with connections[using].cursor() as cursor:
            marks = ", ".join(["%s"] * len(block))
            cursor.execute(f"SELECT request, n FROM record_request WHERE request IN ({marks})", block)
            held = dict(cursor.fetchall())
        for request in block:
            if held.get(request) != stated[request]:
                raise VerifyError(f"Entry {stated[request]}: the index of requests does not say what its facts say.")


def _count_requests(using: str, stated: int) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM record_request")
        held = cursor.fetchone()[0]
    if held != stated:
        raise VerifyError(f"The index of requests holds {held} of them and the entries {stated}.")


def _check_file(digest: str, salt: bytes, data: Any) -> None:
    content = bytes(data) if data is not None else attachments.fetch(digest)
    if part_digest(salt, content) != digest:
        raise VerifyError(f"The file {digest} is not what its digest says.")


def _check_refs(using: str, size: int) -> None:
    """Compare the index of refs with the entries, in the order of n."""
    for low in range(0, size, RANGE):
        high = min(low + RANGE, size)
        should = {row for entry in reading.entries(low, high, using) for row in stored_refs(entry)}
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT key, n, role FROM record_ref WHERE n >= %s AND n < %s", [low, high])
            held = set(cursor.fetchall())
        for key, n, role in sorted(held ^ should, key=lambda row: row[1]):
            raise VerifyError(f"Entry {n}: the index of refs is wrong for {role} {key}.")


def stored_refs(entry: Entry) -> list[tuple[str, int, str]]:
    """Return the index rows of one entry as read back."""
    return refs_of(entry.spine, entry.facts)
