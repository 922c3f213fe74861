"""The log's keys: kept in DIR/keys, added and retired by entries (record_format.md, 'Log, keys, witnesses').

`heed.record.keys` would shadow the keys of subjects; these are the keys that sign.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from heed.lib.errors import HeedError
from heed.lib.files import write_atomic
from heed.log.note import Signer, VerifierKey

from . import reading
from .model import Entry
from .place import Place

# A new key and the old one both sign for this long after a rotation (record_format.md).
BOTH_SIGN = timedelta(days=30)
STATEMENTS = ("log.opened.1", "log.continued.1", "key.added.1", "key.retired.1")


@dataclass(frozen=True)
class LogKey:
    """One key of the log, as the entries state it: since when, and up to which size once retired."""

    key: VerifierKey
    added_at: datetime
    added_n: int
    retired_size: int | None = None


@dataclass(frozen=True)
class Identity:
    """What the entries say of the log itself."""

    origin: str
    subject: str
    is_synthetic: bool
    keys: tuple[LogKey, ...]
    format: str

    @property
    def active(self) -> tuple[VerifierKey, ...]:
        """The keys of this origin that sign new checkpoints."""
        return tuple(k.key for k in self.keys if k.retired_size is None and k.key.name == self.origin)


def identity(using: str = "default") -> Identity:
    """Return the log's identity from its entries; HeedError when entry 0 is missing or unreadable."""
    return identity_of(reading.of_kinds(STATEMENTS, using))


def identity_of(entries: list[Entry]) -> Identity:
    """Return the identity that these statements make, in order; a new generation starts its keys afresh."""
    if not entries or entries[0].kind != "log.opened.1" or entries[0].n != 0:
        raise HeedError("Entry 0 does not open a record.")
    keys: dict[str, LogKey] = {}
    origin = ""
    for entry in entries:
        text = entry.fact("key")
        if not isinstance(text, str) or (entry.kind == "key.retired.1" and text not in keys):
            raise HeedError(
                f"Entry {entry.n} ({entry.kind}) names no key that the log could have: it was tampered with."
            )
        if entry.kind == "key.retired.1":
            held = keys[text]
            keys[text] = LogKey(held.key, held.added_at, held.added_n, entry.fact("size"))
            continue
        if entry.kind != "key.added.1":
            origin = entry.fact("origin")
            keys = {k: LogKey(v.key, v.added_at, v.added_n, v.retired_size or entry.n) for k, v in keys.items()}
        keys[text] = LogKey(VerifierKey.parse(text), entry.recorded_at, entry.n)
    first = entries[0]
    return Identity(origin, first.subject, bool(first.fact("synthetic")), tuple(keys.values()), first.fact("format"))


def key_path(place: Place, key: VerifierKey) -> Path:
    """Return the file of a log key's private half."""
    return place.keys / f"log-{key.id.hex()}.key"


def make_signer(place: Place, origin: str) -> Signer:
    """Make a log key and keep its private half."""
    signer = Signer.generate(origin)
    write_atomic(key_path(place, signer.key), f"{signer}\n".encode(), mode=0o600)
    return signer


def signers(place: Place, who: Identity) -> list[Signer]:
    """Return the private halves of the active keys; HeedError, naming the file, when one is missing."""
    found = []
    for key in who.active:
        path = key_path(place, key)
        try:
            found.append(Signer.parse(path.read_text()))
        except FileNotFoundError:
            raise HeedError(f"The private key {key.id.hex()} of {who.origin} is missing: {path}.") from None
    if not found:
        raise HeedError(f"No key signs for {who.origin}; `heed key rotate` adds one.")
    return found
