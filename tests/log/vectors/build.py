"""What the vectors are made of, from the format page alone: trees, keys, notes, records, receipts and openings.

Everything is invented. Keys, salts and request values are hashes of labels, so that a second run writes the same bytes;
nothing real may ever be made this way.
"""

import base64
import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LOG, WITNESS = 0x01, 0x04


def sha(*pieces: bytes) -> bytes:
    return hashlib.sha256(b"".join(pieces)).digest()


def invented(*labels: object) -> bytes:
    """Return 32 bytes that stand for random ones."""
    return sha("/".join(map(str, ("invented", *labels))).encode())


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def canonical(value: Any) -> bytes:
    """Write JSON in the record's profile (also values that the profile forbids, to spoil with)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


# RFC 6962 section 2.1, as it is printed there


def root_of(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]), recursively."""
    if len(leaves) < 2:
        return sha(b"\x00", leaves[0]) if leaves else sha()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01", root_of(leaves[:k]), root_of(leaves[k:]))


def inclusion_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]), recursively."""
    if len(leaves) < 2:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m < k:
        return [*inclusion_path(m, leaves[:k]), root_of(leaves[k:])]
    return [*inclusion_path(m - k, leaves[k:]), root_of(leaves[:k])]


def consistency_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), recursively; empty from 0 and between equal sizes."""

    def sub(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
        if m == len(leaves):
            return [] if whole else [root_of(leaves)]
        k = 1 << (len(leaves) - 1).bit_length() - 1
        if m <= k:
            return [*sub(m, leaves[:k], whole), root_of(leaves[k:])]
        return [*sub(m - k, leaves[k:], False), root_of(leaves[:k])]

    return sub(m, leaves, True) if m else []


# C2SP signed-note, tlog-checkpoint, tlog-cosignature


@dataclass(frozen=True)
class Signer:
    """A key of a log or a witness, made from its label."""

    name: str
    type: int = LOG
    label: str = ""

    @functools.cached_property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(invented("key", self.name, self.type, self.label))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.type, self.public)

    @property
    def vkey(self) -> str:
        return vkey(self.name, self.type, self.public)

    def line(self, blob: bytes) -> str:
        return f"— {self.name} {b64(self.id + blob)}\n"

    def sign(self, text: str) -> str:
        """Return the signature line of a log."""
        return self.line(self.private.sign(text.encode()))

    def cosign(self, text: str, at: int) -> str:
        """Return the signature line of a witness."""
        return self.line(self.stamp(text, at))

    def stamp(self, text: str, at: int, *, stated: int | None = None) -> bytes:
        """Return the 72 bytes of a cosignature; `stated` writes another time than was signed."""
        signature = self.private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        return (at if stated is None else stated).to_bytes(8, "big") + signature


def key_id(name: str, type: int, public: bytes) -> bytes:
    return sha(name.encode(), b"\n", bytes([type]), public)[:4]


def vkey(name: str, type: int, public: bytes) -> str:
    return f"{name}+{key_id(name, type, public).hex()}+{b64(bytes([type]) + public)}"


def tree_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{b64(root)}\n"


# Records


@dataclass(frozen=True)
class Part:
    """One salted part of an entry."""

    part: str
    salt: bytes
    data: bytes

    @property
    def digest(self) -> str:
        return sha(self.salt, self.data).hex()


@dataclass(frozen=True)
class Entry:
    """An entry as stored."""

    spine: bytes
    parts: list[Part]

    @property
    def said(self) -> dict[str, Any]:
        return dict(json.loads(self.spine))


@dataclass
class Record:
    """A log with its entries, which grows by `add`; every spoiling is an argument, so that it shows."""

    origin: str = "synthetic.vectors.example/1"
    label: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def signer(self) -> Signer:
        return Signer(self.origin)

    def key_of(self, what: str) -> str:
        return invented(self.origin, self.label, what)[:16].hex()

    def open(self, **changes: Any) -> "Record":
        """Add entry 0."""
        facts = {"origin": self.origin, "key": self.signer.vkey, "format": "heed-record@v1"}
        synthetic = self.origin.startswith("synthetic.")
        own = self.key_of("log")
        self.add("log.opened.1", {**facts, "synthetic": synthetic, **changes}, subject=own, agency=own, actor=own)
        return self

    def add(
        self,
        kind: str,
        facts: dict[str, Any] | bytes | None = None,
        words: dict[str, Any] | bytes = b"{}",
        /,
        *,
        files: Sequence[bytes] = (),
        without: Sequence[str] = (),
        raw: Callable[[bytes], bytes] = bytes,
        **changes: Any,
    ) -> int:
        """Append an entry and return its number; `changes` are members of the spine, `raw` spoils its bytes."""
        n = len(self.entries)
        held = [Part("file", self.salt(n, f"file {i}"), data) for i, data in enumerate(files)]
        if not isinstance(facts, bytes):
            named = {"files": [part.digest for part in held]} if held else {}
            facts = canonical({"request": self.key_of(f"request {n}"), **named, **(facts or {})})
        words = words if isinstance(words, bytes) else canonical(words)
        parts = [Part("facts", self.salt(n, "facts"), facts), Part("words", self.salt(n, "words"), words), *held]
        spine = {
            "v": 1,
            "n": n,
            "kind": kind,
            "subject": self.key_of("child"),
            "actor": self.key_of("worker"),
            "agency": self.key_of("agency"),
            "recorded_at": f"2026-03-01T09:{n:02}:00.000000Z",
            "facts": parts[0].digest,
            "words": parts[1].digest,
            **changes,
        }
        spine = {name: value for name, value in spine.items() if name not in without}
        self.entries.append(Entry(raw(canonical(spine)), parts))
        return n

    def facts_of(self, n: int) -> dict[str, Any]:
        return dict(json.loads(self.entries[n].parts[0].data))

    def salt(self, n: int, what: str) -> bytes:
        return invented(self.origin, self.label, "salt", n, what)

    @property
    def leaves(self) -> list[bytes]:
        return [entry.spine for entry in self.entries]

    def text(self, size: int | None = None, root: bytes | None = None) -> str:
        """Return the text of the checkpoint over the first `size` entries."""
        size = len(self.entries) if size is None else size
        return tree_text(self.origin, size, root or root_of(self.leaves[:size]))

    def note(self, size: int | None = None, cosigned: Sequence[tuple[Signer, int]] = ()) -> bytes:
        """Return the signed checkpoint over the first `size` entries."""
        text = self.text(size)
        lines = [self.signer.sign(text), *(witness.cosign(text, at) for witness, at in cosigned)]
        return "".join([text, "\n", *lines]).encode()

    def receipt(self, n: int, note: bytes | None = None, size: int | None = None) -> bytes:
        """Return the receipt of entry `n`."""
        path = inclusion_path(n, self.leaves[: len(self.entries) if size is None else size])
        return receipt_file(self.entries[n].spine, n, path, self.note(size) if note is None else note)

    def opening(self, n: int, part: str = "facts", which: int = 0) -> bytes:
        """Return the opening of a part of entry `n`."""
        held = [p for p in self.entries[n].parts if p.part == part][which]
        return opening_file(n, part if part != "file" else f"file {held.digest}", held.salt, held.data)


def receipt_file(spine: bytes, n: int, path: Sequence[bytes], note: bytes) -> bytes:
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(spine)}", f"index {n}", *map(b64, path), "", ""]
    return "\n".join(lines).encode() + note


def opening_file(n: int, part: str, salt: bytes, data: bytes) -> bytes:
    return f"heed-opening@v1\nindex {n}\npart {part}\nsalt {b64(salt)}\nbytes {b64(data)}\n".encode()
