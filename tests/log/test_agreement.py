"""heed.log and the verifier written from the page alone, on the same vectors: one verdict, one finding."""

import unicodedata
from typing import Any

import pytest

from heed.entry.canon import decode
from heed.entry.spine import read_spine
from heed.lib.errors import HeedError
from heed.log.errors import VerifyError
from heed.log.receipt import Opening, verify_opening_of, verify_receipt
from heed.log.tree import consistency_proof, inclusion_proof, leaf_hash, verify_consistency, verify_inclusion
from heed.log.trust import read_trust

from .conftest import MemoryLog
from .test_other_verifiers import PROVERS
from .test_vectors import KINDS, VECTORS, ids


class HeedProver:
    """Our prover, joined to the list that pymerkle's and sigstore's verifiers are put to."""

    name = "heed.log"

    def root(self, leaves: Any) -> bytes:
        return MemoryLog([leaf_hash(leaf) for leaf in leaves]).root(len(leaves))

    def inclusion(self, index: int, leaves: Any) -> list[bytes]:
        return inclusion_proof(MemoryLog([leaf_hash(leaf) for leaf in leaves]), index, len(leaves))

    def consistency(self, old: int, leaves: Any) -> list[bytes]:
        return consistency_proof(MemoryLog([leaf_hash(leaf) for leaf in leaves]), old, len(leaves))


def test_our_prover_makes_the_rfc_s_proofs() -> None:
    (recursive,) = (prover for prover in PROVERS if prover.name == "recursive")
    ours = HeedProver()
    for size in (1, 2, 3, 7, 8, 33, 100):
        leaves = [str(i).encode() for i in range(size)]
        assert ours.root(leaves) == recursive.root(leaves)
        for at in range(size):
            assert ours.inclusion(at, leaves) == recursive.inclusion(at, leaves)
            if at:
                assert ours.consistency(at, leaves) == recursive.consistency(at, leaves)


def found(kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Put one vector to heed.log."""
    if kind == "inclusion":
        verify_inclusion(inputs["leaf"], inputs["index"], inputs["size"], inputs["path"], inputs["root"])
    elif kind == "consistency":
        verify_consistency(inputs["old"], inputs["new"], inputs["path"], inputs["old_root"], inputs["new_root"])
    elif kind == "json":
        decode(inputs["data"])
    elif kind == "policy":
        read_trust(inputs["trust"])
    elif kind == "checkpoint":
        return checkpoint(inputs)
    else:
        return receipt(inputs)
    return {}


def checkpoint(inputs: dict[str, Any]) -> dict[str, Any]:
    trust = read_trust(inputs["trust"])
    signed = trust.read(inputs["note"])
    head = signed.checkpoint
    return {
        "origin": head.origin,
        "size": head.size,
        "root": head.root,
        "before": trust.before(signed),
        "quorum_met": trust.is_witnessed(signed.first_times()),
    }


def receipt(inputs: dict[str, Any]) -> dict[str, Any]:
    trust = read_trust(inputs["trust"])
    proven = verify_receipt(inputs["receipt"], trust, earlier=inputs.get("earlier"))
    openings = [Opening.parse(data) for data in inputs["openings"]]
    beside = [Opening.parse(inputs["opening_of_facts"])] if inputs.get("opening_of_facts") else []
    facts = next((opening for opening in [*beside, *openings] if opening.part == "facts"), None)
    for opening in [*beside, *openings]:
        verify_opening_of(proven, opening, trust, facts)
    return {
        "origin": proven.signed.checkpoint.origin,
        "index": proven.spine.n,
        "kind": proven.spine.kind,
        "recorded_at": proven.spine.recorded_at,
        "before": proven.before,
        "after": proven.after,
    }


OURS = [(name, row) for name, row in VECTORS if KINDS[name] not in ("database", "export")]


@pytest.mark.parametrize("vector", OURS, ids=ids)
def test_one_verdict(vector: tuple[str, dict[str, Any]]) -> None:
    name, row = vector
    inputs = dict(row["inputs"])
    if inputs.pop("unicode", unicodedata.unidata_version) != unicodedata.unidata_version:
        pytest.skip("this Python knows another version of Unicode")
    if row["exit"] == 0:
        told = found(KINDS[name], inputs)
        for what in told.keys() & row.get("expect", {}).keys():
            assert told[what] == row["expect"][what], what
        return
    with pytest.raises((HeedError, VerifyError)):
        found(KINDS[name], inputs)


def test_spines_of_good_receipts_read() -> None:
    from heed.log.receipt import Receipt

    good = [row for name, row in OURS if KINDS[name] == "receipt" and row["exit"] == 0]
    assert len(good) > 3
    for row in good:
        read_spine(Receipt.parse(row["inputs"]["receipt"]).spine)
