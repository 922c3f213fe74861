"""Values that others published: roots and proofs over Certificate Transparency's test leaves, and a real signed note.

The roots and proofs are those of the reference tests of certificate-transparency, which transparency-dev/merkle
(Apache-2.0) also holds as testdata/inclusion/{0..4} and testdata/consistency/{0..4}; read there and written out here as
numbers. The signed note is the example of Go's documentation of notes, with its key; the cosigned checkpoint is the
example printed in C2SP tlog-cosignature.
"""

import base64

import pytest

from heed.log.standalone.note import read_tree, split_note
from heed.log.standalone.proof import Invalid
from heed.log.standalone.trust import LOG, Key, check_signature, read_vkey

from .vectors.build import consistency_path, inclusion_path, root_of, sha
from .vectors.trees import LEAVES
from .verifiers import VERIFIERS, Verifier

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N03 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
INCLUSION = {(0, 1): [], (0, 8): [L1, N23, N47], (5, 8): [L4, N67, N03], (2, 3): [N01], (1, 5): [L0, N23, L4]}
CONSISTENCY = {(1, 1): [], (1, 8): [L1, N23, N47], (6, 8): [N45, N67, N03], (2, 5): [N23, L4]}
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def unhex(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def test_our_prover_gives_the_published_values() -> None:
    assert [root_of(LEAVES[:n]).hex() for n in range(9)] == ROOTS
    for (index, size), path in INCLUSION.items():
        assert inclusion_path(index, LEAVES[:size]) == unhex(path)
    for (old, new), path in CONSISTENCY.items():
        assert consistency_path(old, LEAVES[:new]) == unhex(path)


@pytest.mark.parametrize("verifier", VERIFIERS, ids=lambda v: v.name)
def test_published_proofs_hold(verifier: Verifier) -> None:
    for (index, size), path in INCLUSION.items():
        leaf, root = sha(b"\x00", LEAVES[index]), bytes.fromhex(ROOTS[size])
        verifier.inclusion(index=index, size=size, leaf=leaf, root=root, path=unhex(path))
    for (old, new), path in CONSISTENCY.items():
        old_root, new_root = unhex([ROOTS[old], ROOTS[new]])
        verifier.consistency(old=old, new=new, old_root=old_root, new_root=new_root, path=unhex(path))


def test_the_printed_checkpoint_is_read_as_printed() -> None:
    """Its keys are not published, so only its syntax can be tried: names, key ids, lengths and the time."""
    text, (log, witness) = split_note(EXAMPLE.encode())
    origin, size, root = read_tree(text)
    assert (origin, size, len(root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert (log[0], len(log[1])) == (origin, 4 + 64)
    assert (witness[0], len(witness[1])) == ("witness.example.com/w1", 4 + 72)
    assert int.from_bytes(witness[1][4:12], "big") == 1679315147
    assert base64.b64encode(witness[1]).decode() in EXAMPLE


def test_a_note_that_go_signed_verifies() -> None:
    key = read_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    read, [(name, blob)] = split_note(f"{text}\n— PeterNeumann {signature}\n".encode())
    assert (read, name, blob[:4]) == (text, key.name, key.id)
    assert key == Key("PeterNeumann", bytes.fromhex("c74f20a3"), LOG, key.public)
    check_signature(key, blob[4:], text.encode())
    with pytest.raises(Invalid):
        check_signature(key, blob[4:], text.upper().encode())
