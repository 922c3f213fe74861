"""A log as its entries arrive one after another: numbers, clock, tree, parts, erasures, keys and origins."""

import sys
from dataclasses import dataclass, field
from typing import Any

from .entry import DIGEST, check_first, check_part, is_match, read_spine
from .proof import leaf_hash, need, node_hash, sha
from .trust import Key, read_vkey

NEVER_ERASED = {"log", "policy", "calendar", "agency", "grant", "release", "key", "hold"}  # rule 5


@dataclass(frozen=True)
class Row:
    """One entry as stored: the spine, the columns copied from it, and its parts (part, digest, salt, bytes)."""

    n: int
    spine: bytes
    copies: dict[str, Any]
    parts: list[tuple[Any, Any, Any, Any]]


@dataclass
class Log:
    """What is known after the entries added so far; `erased` says which entry erased which part of which."""

    erased: dict[tuple[int, str], int]
    covered: int | None = None  # the size of the checkpoint to compare with, whose root is kept
    n: int = 0
    recorded_at: str = ""
    parts: int = 0
    erased_parts: int = 0
    outside: int = 0
    covered_root: bytes = b""
    peaks: list[tuple[int, bytes]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    requests: dict[bytes, int] = field(default_factory=dict)
    origins: list[tuple[int, str]] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    retired: dict[Key, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keep_root()

    @property
    def origin(self) -> str:
        """The origin in force (rule 1)."""
        return self.origins[-1][1] if self.origins else ""

    def origin_at(self, size: int) -> str:
        """Return the origin in force when the log held `size` entries: the last one stated in them (rule 1)."""
        return next((origin for n, origin in reversed(self.origins) if n < max(size, 1)), "")

    def root(self) -> bytes:
        """Return the root over all entries so far (RFC 6962 section 2.1)."""
        if not self.peaks:
            return sha()
        root = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            root = node_hash(left, root)
        return root

    def keep_root(self) -> None:
        """Keep the root when the log is as large as the checkpoint."""
        if self.n == self.covered:
            self.covered_root = self.root()

    def add(self, row: Row) -> None:
        """Check one entry with its parts and take it in."""
        need(row.n == self.n, f"Entry {self.n} is missing: entry {row.n} stands where it must.")
        spine = read_spine(row.spine, self.notes)
        need(spine["n"] == row.n, f"The spine in row {row.n} says that it is entry {spine['n']}.")
        for name, value in row.copies.items():
            need(value == spine[name], f"The column {name} of entry {row.n} is not what its spine says (rule 17).")
        check_first(spine)
        need(spine["recorded_at"] >= self.recorded_at, f"Entry {row.n} is stamped before the one it follows (rule 22).")
        self.recorded_at = spine["recorded_at"]
        self.kinds.append(sys.intern(spine["kind"]))
        facts = self.check_parts(spine, row.parts)
        if facts is not None:
            self.take_facts(spine, facts)
        self.grow(leaf_hash(row.spine))

    def grow(self, leaf: bytes) -> None:
        """Append a leaf to the tree, joining equal peaks."""
        height = 0
        while self.peaks and self.peaks[-1][0] == height:
            leaf = node_hash(self.peaks.pop()[1], leaf)
            height += 1
        self.peaks.append((height, leaf))
        self.n += 1
        self.keep_root()

    def check_parts(self, spine: dict[str, Any], parts: list[tuple[Any, Any, Any, Any]]) -> dict[str, Any] | None:
        """Check each stored part, then that none is missing or left over; return the facts, if they survive."""
        found: dict[tuple[str, str], bytes | None] = {}
        for part, digest, salt, data in parts:
            where = f"A part {part!r} of entry {spine['n']}"
            need(part in ("facts", "words", "file"), f"{where} is none of facts, words and file (rule 17).")
            digest = digest.hex() if isinstance(digest, bytes) else digest
            need(is_match(DIGEST, digest), f"{where} has no digest of 64 lower-case hex digits.")
            need(isinstance(salt, bytes) and len(salt) == 32, f"{where} has no salt of 32 bytes.")
            need(isinstance(data, bytes) or (data is None and part == "file"), f"{where} is not bytes (rule 17).")
            need(
                data is None or sha(salt, data).hex() == digest, f"{where} does not have the digest it is stored under."
            )
            need((part, digest) not in found, f"{where} is stored twice.")
            found[part, digest] = data
        facts = self.check_bodies(spine, found)
        self.check_files(spine, found, facts)
        self.parts += len(found)
        self.outside += sum(data is None for data in found.values())
        return facts

    def check_bodies(self, spine: dict[str, Any], found: dict[tuple[str, str], bytes | None]) -> dict[str, Any] | None:
        """Check facts and words: there unless erased, gone if erased, and well formed (rules 3, 11 and 23)."""
        facts = None
        for part in ("facts", "words"):
            n, stored = spine["n"], [digest for kind, digest in found if kind == part]
            need(stored in ([], [spine[part]]), f"The {part} of entry {n} have another digest than its spine states.")
            by = self.erased.get((n, part))
            need(bool(stored) or by is not None, f"The {part} of entry {n} are lost: no entry says they were erased.")
            need(
                not stored or by is None, f"The {part} of entry {n} are there, though entry {by} erased them (rule 3)."
            )
            if not stored:
                self.erased_parts += 1
                need(not is_never_erased(spine["kind"]), f"Entry {by} erases entry {n}, which may not be (rule 5).")
                continue
            body = check_part(spine, part, found[part, spine[part]] or b"", self.notes)
            facts = body if part == "facts" else facts
        return facts

    def check_files(
        self, spine: dict[str, Any], found: dict[tuple[str, str], bytes | None], facts: dict[str, Any] | None
    ) -> None:
        """Check that the files stored are those the facts name, or none where they are erased (rules 4, 16 and 17)."""
        n, stored = spine["n"], {digest for part, digest in found if part == "file"}
        named = set(facts.get("files", [])) if facts else set()
        need(stored <= named, f"A file of entry {n} is stored that its facts do not name (rule 17).")
        by = self.erased.get((n, "file"))
        need(not stored or by is None, f"A file of entry {n} is there, though entry {by} erased it (rule 4).")
        need(stored == named or by is not None, f"A file of entry {n} is lost: no entry says it was erased.")
        self.erased_parts += len(named - stored)
        for digest in stored:
            data = found["file", digest]
            if data is not None:
                check_part(spine, "file", data, self.notes)

    def take_facts(self, spine: dict[str, Any], facts: dict[str, Any]) -> None:
        """Check what the facts say against the entries before (rules 1, 5, 9, 14 and 23)."""
        n, kind, request = spine["n"], spine["kind"], bytes.fromhex(facts["request"])
        first = self.requests.setdefault(request, n)
        need(first == n, f"Entries {first} and {n} have the same request (rule 23).")
        if "corrects" in facts:
            other = self.kinds[facts["corrects"]]
            need(stem(other) == stem(kind), f"Entry {n} corrects an entry of another kind (rule 23).")
        if kind == "entry.erased.1":
            target = facts["entry"]
            need(
                not is_never_erased(self.kinds[target]), f"Entry {n} erases entry {target}, which may not be (rule 5)."
            )
        if kind == "log.continued.1":
            self.check_continued(n, facts)
        if kind in ("log.opened.1", "log.continued.1"):
            need(n == 0 or kind != "log.opened.1", f"Entry {n} opens the log a second time (rule 14).")
            self.origins.append((n, facts["origin"]))
            self.keys.append(read_vkey(facts["key"]))
        if kind == "key.added.1":
            key = read_vkey(facts["key"])
            need(key.name == self.origin, f"Entry {n} adds a key that is not named {self.origin} (rule 12).")
            self.keys.append(key)
        if kind == "key.retired.1":
            key = read_vkey(facts["key"])
            need(key in self.keys, f"Entry {n} retires a key that the log never stated (rule 15).")
            self.retired[key] = min(facts["size"], self.retired.get(key, facts["size"]))

    def check_continued(self, n: int, facts: dict[str, Any]) -> None:
        """Check that a new generation continues this log, which stays synthetic or real (rules 1 and 14)."""
        need(facts["old_origin"] == self.origin, f"Entry {n} continues {facts['old_origin']}, not {self.origin}.")
        whose = facts["old_checkpoint"].split("\n")[0]
        need(whose == self.origin, f"The old checkpoint in entry {n} is of {whose}, not of {self.origin} (rule 1).")
        good = facts["origin"].startswith("synthetic.") == self.origin.startswith("synthetic.")
        need(good, f"Entry {n} makes a synthetic log real, or a real one synthetic (rule 14).")


def stem(kind: str) -> str:
    """Return a kind without its version."""
    return kind.rpartition(".")[0]


def is_never_erased(kind: str) -> bool:
    """Say whether entries of this kind may not be erased (rule 5)."""
    return kind.split(".")[0] in NEVER_ERASED or stem(kind) == "entry.erased"
