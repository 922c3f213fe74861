"""Verifiers that others wrote accept the proofs that our provers make, and refuse them for another leaf or root."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import pytest
from pymerkle import InmemoryTree, InvalidProof, verify_consistency, verify_inclusion
from pymerkle.core import _inclusion_path_layout
from pymerkle.proof import InclusionProof
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import LogCheckpoint, SignedNote
from sigstore.errors import VerificationError
from sigstore.models import TransparencyLogEntry
from sigstore_models.common.v1 import LogId
from sigstore_models.rekor import v1 as rekor

from .vectors.build import Record, Signer, b64, consistency_path, inclusion_path, invented, root_of, sha
from .vectors.notes import AT, FIRST
from .verifiers import VERIFIERS, Verifier

SIZES = [*range(1, 18), 31, 32, 33, 63, 64, 65, 255, 256, 257]


class Prover(Protocol):
    """Makes proofs over given leaves; `heed.log` joins PROVERS with an adapter of these three methods."""

    name: str

    def root(self, leaves: Sequence[bytes]) -> bytes: ...

    def inclusion(self, index: int, leaves: Sequence[bytes]) -> list[bytes]: ...

    def consistency(self, old: int, leaves: Sequence[bytes]) -> list[bytes]: ...


class Recursive:
    """The definitions of RFC 6962 section 2.1, word for word."""

    name = "recursive"

    def root(self, leaves: Sequence[bytes]) -> bytes:
        return root_of(leaves)

    def inclusion(self, index: int, leaves: Sequence[bytes]) -> list[bytes]:
        return inclusion_path(index, leaves)

    def consistency(self, old: int, leaves: Sequence[bytes]) -> list[bytes]:
        return consistency_path(old, leaves)


PROVERS: list[Prover] = [Recursive()]
over_provers = pytest.mark.parametrize("prover", PROVERS, ids=lambda prover: prover.name)
over_verifiers = pytest.mark.parametrize("verifier", VERIFIERS, ids=lambda verifier: verifier.name)


def leaves_of(size: int) -> list[bytes]:
    return [f'{{"n":{n},"of":{size}}}'.encode() for n in range(size)]


def places(size: int) -> Iterator[int]:
    """Yield all places of a small tree, and of a larger one its edges and those beside powers of two."""
    near = {edge + by for edge in (0, size // 2, size, 64, 128, 256) for by in (-2, -1, 0, 1)}
    yield from (n for n in range(size) if size < 34 or n in near)


@over_provers
def test_pymerkle_accepts_inclusion(prover: Prover) -> None:
    for size in SIZES:
        leaves = leaves_of(size)
        root = prover.root(leaves)
        for index in places(size):
            leaf, path = sha(b"\x00", leaves[index]), prover.inclusion(index, leaves)
            rule, _ = _inclusion_path_layout(index + 1, size)
            proof = InclusionProof("sha256", True, size, index + 1, rule, [leaf, *path])
            verify_inclusion(leaf, root, proof, index=index + 1, size=size, algorithm="sha256")
            with pytest.raises(InvalidProof):
                verify_inclusion(leaf, invented("root"), proof, index=index + 1, size=size, algorithm="sha256")


@over_provers
def test_pymerkle_links_our_roots(prover: Prover) -> None:
    """Its consistency proofs are not those of RFC 6962 (it splits on where `old` is whole), so only roots can meet."""
    tree = InmemoryTree("sha256")
    leaves = leaves_of(SIZES[-1])
    tree.append_entries(leaves)
    roots = {size: prover.root(leaves[:size]) for size in SIZES}
    for new in SIZES:
        for old in (size for size in SIZES if size <= new):
            proof = tree.prove_consistency(old, new)
            verify_consistency(roots[old], roots[new], proof, prior_size=old, later_size=new, algorithm="sha256")
            with pytest.raises(InvalidProof):
                verify_consistency(invented("root"), roots[new], proof, prior_size=old, later_size=new)


@over_verifiers
def test_our_verifiers_accept_what_pymerkle_proves(verifier: Verifier) -> None:
    tree = InmemoryTree("sha256")
    leaves = leaves_of(33)
    tree.append_entries(leaves)
    for size in range(1, 34):
        root = tree.get_root(size)
        for index in range(size):
            path = tree.prove_inclusion(index + 1, size).path
            verifier.inclusion(index=index, size=size, leaf=sha(b"\x00", leaves[index]), root=root, path=path[1:])


@over_provers
@over_verifiers
def test_our_verifiers_accept_and_place_every_proof(prover: Prover, verifier: Verifier) -> None:
    for size in SIZES:
        leaves = leaves_of(size)
        root = prover.root(leaves)
        for index in places(size):
            path = prover.inclusion(index, leaves)
            verifier.inclusion(index=index, size=size, leaf=sha(b"\x00", leaves[index]), root=root, path=path)
        for old in places(size + 1):
            path, old_root = prover.consistency(old, leaves), prover.root(leaves[:old])
            verifier.consistency(old=old, new=size, old_root=old_root, new_root=root, path=path)


def entry_of(leaf: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]) -> TransparencyLogEntry:
    """Wrap a leaf and its proof as an entry of Rekor, the log that sigstore verifies."""
    proof = rekor.InclusionProof(
        log_index=str(index),
        root_hash=b64(root).encode(),
        tree_size=str(size),
        hashes=[b64(each).encode() for each in path],
        checkpoint=rekor.Checkpoint(envelope="not looked at here"),
    )
    inner = rekor.TransparencyLogEntry(
        log_index=str(index),
        log_id=LogId(key_id=b64(invented("log")).encode()),
        kind_version=rekor.KindVersion(kind="invented", version="1"),
        inclusion_proof=proof,
        canonicalized_body=b64(leaf).encode(),
    )
    return TransparencyLogEntry(inner)


@over_provers
def test_sigstore_accepts_inclusion(prover: Prover) -> None:
    for size in (size for size in SIZES if size < 70):
        leaves = leaves_of(size)
        root = prover.root(leaves)
        for index in places(size):
            path = prover.inclusion(index, leaves)
            verify_merkle_inclusion(entry_of(leaves[index], index, size, root, path))
            for leaf, other in ((b"another", root), (leaves[index], invented("root"))):
                with pytest.raises(VerificationError):
                    verify_merkle_inclusion(entry_of(leaf, index, size, other, path))


def test_sigstore_reads_our_checkpoint() -> None:
    record = Record().open()
    note = record.note(cosigned=[(FIRST, AT)]).decode()
    signed = SignedNote.from_text(note)
    read = LogCheckpoint.from_text(signed.note)
    assert (read.origin, read.log_size, read.log_hash) == (record.origin, 1, root_of(record.leaves).hex())
    lines = [(line.name, line.sig_hash) for line in signed.signatures]
    assert lines == [(key.name, key.id) for key in (Signer(record.origin), FIRST)]
