"""Bytes, hashes and proofs: base64, decimal numbers, and the two proofs of RFC 9162."""

import base64
import hashlib
import re
from collections.abc import Sequence

LARGEST = 2**63 - 1  # rule 29 for times; a tree of at most 63 path lines (rule 25) is no larger


class Invalid(Exception):
    """What was asked about does not hold (exit 1); the text says why and names the rule."""


class Refused(Exception):
    """A file or the call cannot be used, so nothing was decided (exit 2)."""


def need(holds: bool, sentence: str) -> None:
    """Say `sentence` and stop, unless it `holds`."""
    if not holds:
        raise Invalid(sentence)


def sha(*pieces: bytes) -> bytes:
    """Hash the pieces, one after another, with SHA-256."""
    return hashlib.sha256(b"".join(pieces)).digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf (RFC 6962 section 2.1)."""
    return sha(b"\x00", entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent (RFC 6962 section 2.1)."""
    return sha(b"\x01", left, right)


def decoded(text: str, what: str, length: int | None = None) -> bytes:
    """Decode base64, refusing every spelling but the one that encoding gives (rule 7)."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Invalid(f"{what} is not base64 (rule 7).") from None
    need(base64.b64encode(data).decode() == text, f"{what} is not the base64 that encoding its bytes gives (rule 7).")
    need(length in (None, len(data)), f"{what} is {len(data)} bytes long instead of {length}.")
    return data


def number(text: str, what: str) -> int:
    """Read a decimal number without leading zeroes, up to 2^63−1."""
    need(re.fullmatch("0|[1-9][0-9]{0,18}", text) is not None, f"{what} is not a decimal number: {text[:40]!r}.")
    need(int(text) <= LARGEST, f"{what} is larger than 2^63−1.")
    return int(text)


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf stands at `index` of the tree (RFC 9162 section 2.1.3.2)."""
    need(0 <= index < size, f"Entry {index} is not in a tree of {size} entries.")
    place, last, reached = index, size - 1, leaf
    for sibling in path:
        need(last > 0, "The inclusion proof is too long.")
        if place & 1 or place == last:
            reached = node_hash(sibling, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        place, last = place >> 1, last >> 1
    need(last == 0, "The inclusion proof is too short.")
    need(reached == root, "The inclusion proof does not lead to the root of the checkpoint.")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check that the tree of `new` entries begins with that of `old` (RFC 9162 section 2.1.4.2, rule 27)."""
    need(0 <= old <= new, f"A tree of {old} entries cannot be the beginning of one of {new}.")
    if old in (0, new):
        need(not path, "This consistency proof must be empty (rule 27).")
        need(old > 0 or old_root == sha(), "The root of size 0 is not SHA-256 of nothing (rule 27).")
        need(old < new or old_root == new_root, "Two trees of one size have different roots (rule 27).")
        return
    path = [old_root, *path] if old & (old - 1) == 0 else path
    need(bool(path), "The consistency proof is too short.")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        need(last > 0, "The consistency proof is too long.")
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    need(last == 0, "The consistency proof is too short.")
    need(first == old_root, "The consistency proof does not lead to the root of the smaller tree.")
    need(second == new_root, "The consistency proof does not lead to the root of the larger tree.")
