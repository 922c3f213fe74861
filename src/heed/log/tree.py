"""The Merkle tree of RFC 6962 section 2.1 over SHA-256: hashing, the frontier of a growing tree, proofs.

Proofs are verified by the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .errors import VerifyError

HASH_BYTES = 32
MAX_PROOF = 63
EMPTY_ROOT = hashlib.sha256(b"").digest()
_sha256 = hashlib.sha256


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ data)."""
    return _sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return _sha256(b"\1" + left + right).digest()


@dataclass
class Frontier:
    """The roots of the perfect subtrees of a tree, largest first: all that appending needs to know.

    Owned by whoever made it; `record.ledger` keeps it in the head row and changes it under the head lock only.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        size, peaks = self.size, self.peaks
        while size & 1:
            leaf = _sha256(b"\1" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes in order."""
        for leaf in leaves:
            self.add(leaf)

    def root(self) -> bytes:
        """Return the tree's root; SHA-256 of nothing for the empty tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def places(self) -> dict[tuple[int, int], bytes]:
        """Return the peaks by their (level, index) in the tree."""
        found, start = {}, 0
        for peak in self.peaks:
            level = (self.size - start).bit_length() - 1
            found[level, start >> level] = peak
            start += 1 << level
        return found

    def to_bytes(self) -> bytes:
        """Return the peaks one after another."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Return the frontier of a tree of `size`; VerifyError when the number of peaks does not fit."""
        if len(data) != HASH_BYTES * size.bit_count():
            raise VerifyError(f"A frontier of {len(data)} bytes does not fit a tree of {size} entries.")
        return cls(size, [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)])


class Nodes(Protocol):
    """Where proofs read the tree: `node(level, index)` is the root over 2^level leaves from index·2^level on."""

    def node(self, level: int, index: int) -> bytes:
        """Return that node's hash; the leaves below it all exist."""
        ...


def range_root(nodes: Nodes, low: int, high: int) -> bytes:
    """Return the Merkle tree hash of the leaves [low, high), `low` being aligned as the RFC's recursion leaves it."""
    peaks = []
    while low < high:
        level = (high - low).bit_length() - 1
        peaks.append(nodes.node(level, low >> level))
        low += 1 << level
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Return the path from leaf `index` to the root of the tree of `size` (RFC 6962 section 2.1.1), leaf first."""
    if not 0 <= index < size:
        raise VerifyError(f"Entry {index} is not in a tree of {size}.")
    low, high, path = 0, size, []
    while high - low > 1:
        split = low + _largest_power_below(high - low)
        if index < split:
            path.append(range_root(nodes, split, high))
            high = split
        else:
            path.append(range_root(nodes, low, split))
            low = split
    return path[::-1]


def consistency_proof(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `old` is a prefix of the tree of `new` (RFC 6962 section 2.1.2)."""
    if not 0 <= old <= new:
        raise VerifyError(f"A tree of {old} cannot be a prefix of a tree of {new}.")
    if old in (0, new):
        return []
    low, high, target, path = 0, new, old, []
    while target != high:
        split = low + _largest_power_below(high - low)
        if target <= split:
            path.append(range_root(nodes, split, high))
            high = split
        else:
            path.append(range_root(nodes, low, split))
            low = split
    if low != 0:
        path.append(range_root(nodes, low, high))
    return path[::-1]


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise VerifyError unless `proof` leads from `leaf` at `index` to `root` of the tree of `size`."""
    if not 0 <= index < size:
        raise VerifyError(f"Entry {index} is not in a tree of {size}.")
    at, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise VerifyError("The inclusion proof is too long.")
        if at & 1 or at == last:
            current = node_hash(sibling, current)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise VerifyError("The inclusion proof is too short.")
    if current != root:
        raise VerifyError("The inclusion proof does not lead to the checkpoint's root.")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise VerifyError unless `proof` shows the tree (old, old_root) to be a prefix of (new, new_root)."""
    if not 0 <= old <= new:
        raise VerifyError(f"A tree of {old} cannot be a prefix of a tree of {new}.")
    if old in (0, new):
        _verify_without_proof(old, new, proof, old_root, new_root)
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise VerifyError("The consistency proof is empty.")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was, now = _climb(path, at, last)
    if was != old_root or now != new_root:
        raise VerifyError(f"The tree of {new} is not a continuation of the tree of {old}: history was changed.")


def _verify_without_proof(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    if proof:
        raise VerifyError("The consistency proof must be empty here.")
    if old == 0 and old_root != EMPTY_ROOT:
        raise VerifyError("The old checkpoint of size 0 has another root than the empty tree.")
    if old == new and old_root != new_root:
        raise VerifyError(f"Two checkpoints of size {old} have different roots: history was changed.")


def _climb(path: list[bytes], at: int, last: int) -> tuple[bytes, bytes]:
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise VerifyError("The consistency proof is too long.")
        if at & 1 or at == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise VerifyError("The consistency proof is too short.")
    return was, now
