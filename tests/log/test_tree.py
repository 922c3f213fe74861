"""The tree against the RFC's own recursion, and proofs that must and must not verify."""

import pytest

from heed.log.errors import FormatError, VerifyError
from heed.log.tiles import TiledNodes, fold, parse_tile_path, tile_path, tiles_of
from heed.log.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

from .conftest import grown

# The leaves and roots of certificate-transparency's reference tree, which RFC 6962 implementations share.
CT_LEAVES = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def recursive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))


@pytest.mark.parametrize("size", CT_ROOTS)
def test_known_roots(size: int) -> None:
    frontier = Frontier()
    frontier.extend(map(leaf_hash, CT_LEAVES[:size]))
    assert frontier.root().hex() == CT_ROOTS[size]


def test_the_frontier_is_the_recursion_at_every_size() -> None:
    log = grown(300)
    frontier = Frontier()
    for size, leaf in enumerate(log.leaves, 1):
        frontier.add(leaf)
        assert frontier.root() == recursive_root(log.leaves[:size])
        assert Frontier.from_bytes(size, frontier.to_bytes()).root() == frontier.root()
    with pytest.raises(VerifyError):
        Frontier.from_bytes(7, b"x" * 32)


def test_every_inclusion_proof_verifies_for_its_own_leaf_only() -> None:
    log = grown(70)
    for size in (1, 2, 3, 7, 8, 33, 64, 65, 70):
        root = log.root(size)
        for index in range(size):
            proof = inclusion_proof(log, index, size)
            verify_inclusion(log.leaves[index], index, size, proof, root)
            for leaf, at, of, path in [
                (leaf_hash(b"x"), index, size, proof),
                (log.leaves[index], index, size, [*proof, root]),
                (log.leaves[index], size, size, proof),
                (log.leaves[index], -1, size, proof),
                *([(log.leaves[index], index, size, proof[:-1])] if proof else []),
                *([(log.leaves[index], index ^ 1, size, proof)] if size > 1 else []),
            ]:
                with pytest.raises(VerifyError):
                    verify_inclusion(leaf, at, of, path, root)


def test_every_consistency_proof_verifies_for_its_own_trees_only() -> None:
    log = grown(40)
    roots = [log.root(n) for n in range(41)]
    for new in range(41):
        for old in range(new + 1):
            proof = consistency_proof(log, old, new)
            verify_consistency(old, new, proof, roots[old], roots[new])
            if 0 < old < new:
                for wrong in ([], proof[:-1], [*proof, roots[1]], [leaf_hash(b"x"), *proof[1:]]):
                    with pytest.raises(VerifyError):
                        verify_consistency(old, new, wrong, roots[old], roots[new])
                with pytest.raises(VerifyError, match="history was changed"):
                    verify_consistency(old, new, proof, leaf_hash(b"x"), roots[new])
    for old, new, proof in [(5, 5, [roots[1]]), (0, 5, [roots[1]]), (6, 5, [])]:
        with pytest.raises(VerifyError):
            verify_consistency(old, new, proof, roots[old], roots[new])
    with pytest.raises(VerifyError):
        verify_consistency(5, 5, [], roots[5], roots[6])


def test_proofs_read_through_tiles_are_the_same() -> None:
    log = grown(70_000)
    cache: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return log.leaves[index]
        if (level, index) not in cache:
            cache[level, index] = node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))
        return cache[level, index]

    def tile(level: int, index: int, width: int) -> bytes:
        return b"".join(node(8 * level, index * 256 + i) for i in range(width))

    def folded(level: int, index: int) -> bytes:
        full = (index + 1) << (8 * (level + 1)) <= 70_000
        return fold(tile(level, index, 256), 16) if full else b""

    root, peaks = log.root(70_000), Frontier()
    peaks.extend(log.leaves[:70_000])
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        proof = inclusion_proof(TiledNodes(tile), index, 70_000)
        verify_inclusion(log.leaves[index], index, 70_000, proof, root)
        assert inclusion_proof(TiledNodes(tile, folded), index, 70_000) == proof
        assert inclusion_proof(TiledNodes(tile, folded, peaks.places()), index, 70_000) == proof
    with pytest.raises(VerifyError, match="Tile tile/1/001 holds 0"):
        inclusion_proof(TiledNodes(lambda *_: b""), 5, 70_000)


def test_peaks_are_the_nodes_of_their_places() -> None:
    log, frontier = grown(300), Frontier()
    for size in range(1, 301):
        frontier.add(log.leaves[size - 1])
        for (level, index), peak in frontier.places().items():
            assert fold(b"".join(log.leaves[index << level : (index + 1) << level])) == peak
        assert sum(1 << level for level, _ in frontier.places()) == size


def test_tile_paths() -> None:
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path(2, 5, 7) == "tile/2/005.p/7"
    for level, index, width in [(0, 1_234_067, 256), (2, 5, 7), (5, 1000, 255), (0, 0, 1)]:
        assert parse_tile_path(tile_path(level, index, width)) == (level, index, width)
    for wrong in (
        "tile/0/5",
        "tile/00/005",
        "tile/0/005.p/256",
        "tile/0/005.p/0",
        "tile/0/x000/005",
        "tile/entries/000",
        "",
    ):
        with pytest.raises(FormatError):
            parse_tile_path(wrong)
    assert tiles_of(256 * 256 + 300)[-2:] == [(1, 1, 1), (2, 0, 1)]
    assert tiles_of(0) == []
