"""The erasable parts of an entry: salted digests, and the members that the format itself gives to `facts`."""

import hashlib
from itertools import pairwise
from typing import Any

from .canon import ProfileError, decode
from .spine import check_digest, check_key
from .when import parse_claim

FACTS, WORDS, FILE = "facts", "words", "file"
SALT_BYTES = 32
MAX_PART = 1_048_576
SEALED = b"age-encryption.org/v1\n"
# Members of `facts` that belong to the format, not to a kind (byte-level rules 16 and 23).
FORMAT_MEMBERS = frozenset({"request", "occurred_at", "refs", "files", "corrects"})


def part_digest(salt: bytes, data: bytes) -> str:
    """Return SHA-256(salt ‖ bytes) as 64 hex digits."""
    return hashlib.sha256(salt + data).hexdigest()


def check_size(data: bytes, what: str) -> None:
    """Refuse a part over 1 MiB."""
    if len(data) > MAX_PART:
        raise ProfileError(f"{what}: {len(data):,} bytes exceed the limit of {MAX_PART:,}.")


def is_sealed(words: bytes) -> bool:
    """Say whether a words part is an age file sealed to keys that we do not hold (byte-level rule 11)."""
    return words.startswith(SEALED)


def read_part(part: str, data: bytes) -> dict[str, Any] | None:
    """Return a facts or words part as an object, None when the words are sealed; ProfileError when it is neither."""
    check_size(data, part)
    if part == WORDS and is_sealed(data):
        return None
    return decode(data)


def check_facts(facts: dict[str, Any], *, n: int) -> None:
    """Check the format's own members of the facts of entry `n`; what a kind adds is the kind's affair."""
    if "request" not in facts:
        raise ProfileError("facts.request is missing.")
    check_key(facts["request"], "facts.request")
    if "occurred_at" in facts:
        parse_claim(facts["occurred_at"])
    if "refs" in facts:
        check_refs(facts["refs"])
    if "files" in facts:
        check_files(facts["files"])
    if "corrects" in facts:
        _check_earlier(facts, "corrects", n)
    if "retracts" in facts:
        _check_earlier(facts, "retracts", n)


def _check_earlier(facts: dict[str, Any], name: str, n: int) -> None:
    if not (type(facts[name]) is int and 0 <= facts[name] < n):
        raise ProfileError(f"facts.{name} must be the number of an earlier entry.")


def check_refs(refs: Any) -> None:
    """Refuse refs that are not role → non-empty list of distinct keys in ascending order."""
    if not isinstance(refs, dict):
        raise ProfileError("facts.refs must be an object.")
    for role, keys in refs.items():
        if not isinstance(keys, list) or not keys:
            raise ProfileError(f"facts.refs.{role} must be a list of at least one key.")
        for key in keys:
            check_key(key, f"facts.refs.{role}")
        if len(keys) > 1 and any(a >= b for a, b in pairwise(keys)):
            raise ProfileError(f"facts.refs.{role} must be distinct keys in ascending order.")


def check_files(files: Any) -> None:
    """Refuse a list of files that is not a list of distinct digests."""
    if not isinstance(files, list) or len(set(map(str, files))) != len(files):
        raise ProfileError("facts.files must be a list of digests, each once.")
    for digest in files:
        check_digest(digest, "facts.files")


# Byte-level rule 5: exactly these first segments, and every version of entry.erased, are never erased.
_LASTING = frozenset({"log", "policy", "calendar", "agency", "grant", "release", "key", "hold"})


def is_erasable(kind: str) -> bool:
    """Say whether the parts of entries of this kind may ever be erased."""
    return kind.split(".", 1)[0] not in _LASTING and not kind.startswith("entry.erased.")
