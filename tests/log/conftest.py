"""A small log in memory: leaves, nodes, signers and trust, for the tests of heed.log."""

from dataclasses import dataclass, field

import pytest

from heed.log.checkpoint import Checkpoint, sign_checkpoint
from heed.log.note import WITNESS_KEY, Signer
from heed.log.tree import HASH_BYTES, Frontier, leaf_hash, node_hash
from heed.log.trust import Trust


@dataclass
class MemoryLog:
    """Leaves held in a list, every node computed anew: slow, plain and right."""

    leaves: list[bytes] = field(default_factory=list)

    def node(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.leaves[index]
        return node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))

    def tile(self, level: int, index: int, width: int) -> bytes:
        hashes = [self.node(8 * level, index * 256 + i) for i in range(width)]
        assert all(len(h) == HASH_BYTES for h in hashes)
        return b"".join(hashes)

    def root(self, size: int) -> bytes:
        frontier = Frontier()
        frontier.extend(self.leaves[:size])
        return frontier.root()

    def head(self, origin: str, size: int) -> Checkpoint:
        return Checkpoint(origin, size, self.root(size))


def grown(count: int) -> MemoryLog:
    return MemoryLog([leaf_hash(str(i).encode()) for i in range(count)])


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer("synthetic.example/1", 1, b"\1" * 32)


@pytest.fixture(scope="session")
def witness() -> Signer:
    return Signer("witness.example/w", WITNESS_KEY, b"\2" * 32)


@pytest.fixture
def trust(signer: Signer, witness: Signer) -> Trust:
    return Trust((signer.key,), {"w": witness.key}, quorum="w")


def note_of(log: MemoryLog, size: int, signer: Signer) -> str:
    return sign_checkpoint(log.head(signer.name, size), [signer])
