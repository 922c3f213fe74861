"""Notes, checkpoints, cosignatures, trust, receipts, openings and witnesses: what holds, and every way of failing."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.entry.canon import encode
from heed.entry.parts import part_digest
from heed.entry.spine import Spine
from heed.lib.errors import HeedError
from heed.log.checkpoint import cosign, read_checkpoint, sign_checkpoint
from heed.log.errors import FormatError, VerifyError
from heed.log.note import Signature, Signer, VerifierKey, sign_note, split_note
from heed.log.receipt import Opening, Receipt, verify_opening, verify_receipt
from heed.log.tree import consistency_proof, inclusion_proof, leaf_hash
from heed.log.trust import Trust, bare, read_trust, write_trust
from heed.log.witness import AddCheckpoint, Seen, decide, origin_of

from .conftest import MemoryLog, grown, note_of

# The example key of C2SP signed-note v1.0.0 (from Go's sumdb/note): name, id and key as printed there.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_specification_s_example_key_has_its_id() -> None:
    key = VerifierKey.parse(PETER)
    assert str(key) == PETER and key.name == "PeterNeumann"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    key.check(Signature.parse(line).value, text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        "a+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+AAAA",
        PETER[:-4],
        PETER + "=",
        PETER.replace("+ARp", "+AhR"),
    ],
)
def test_spoiled_keys_are_refused(text: str) -> None:
    with pytest.raises(FormatError):
        VerifierKey.parse(text)


def test_a_private_key_comes_back_and_never_shows_itself(signer: Signer) -> None:
    assert Signer.parse(str(signer)) == signer
    assert signer.seed.hex() not in repr(signer) and "PRIVATE" not in repr(signer)
    with pytest.raises(FormatError):
        Signer.parse(str(signer).replace(signer.key.id.hex(), "00000000"))


def test_a_checkpoint_reads_back_with_its_cosignatures(signer: Signer, witness: Signer, trust: Trust) -> None:
    note = note_of(grown(9), 9, signer)
    text = split_note(note.encode())[0]
    stranger = Signer("stranger.example", 4, b"\7" * 32)
    note += (
        str(cosign(text, stranger, time=50))
        + str(cosign(text, witness, time=200))
        + str(cosign(text, witness, time=100))
    )
    signed = trust.read(note.encode())
    assert signed.checkpoint.size == 9 and [c.time for c in signed.cosignatures] == [200, 100]
    assert trust.before(signed) == 100 and trust.after(signed) == 200
    assert "stranger" not in signed.note() and trust.read(signed.note().encode()).note() == signed.note()


def spoil(note: str, old: str, new: str) -> bytes:
    assert old in note
    return note.replace(old, new, 1).encode()


def test_spoiled_checkpoints_are_invalid_as_a_whole(signer: Signer, witness: Signer, trust: Trust) -> None:
    good = note_of(grown(9), 9, signer)
    text = split_note(good.encode())[0]
    good += str(cosign(text, witness, time=100))
    root = text.split("\n")[2]
    for bad in (
        spoil(good, "\n9\n", "\n09\n"),
        spoil(good, "\n9\n", "\n10\n"),
        spoil(good, "\n9\n", "\n-9\n"),
        spoil(good, f"{root}\n", f"{root}\nextension\n"),
        spoil(good, root, root.rstrip("=")),
        spoil(good, root, root[:-4]),
        spoil(good, "— synthetic", "- synthetic"),
        spoil(good, "— witness", "—  witness"),
        spoil(good, "— synthetic.example/1", "— other.example/1"),
        good.encode()[:-1],
        good.encode() + b"\n",
        good.encode() + b"rubbish\n",
        good.encode() + "— x y\n".encode(),
        good.encode().replace(b"\n\n", b"\n"),
        b"\xff" + good.encode(),
        good.encode() + str(Signature("x", b"1234", b"5" * 64)).encode() * 63,
        good.encode() + b"\x01",
        (text + "\n").encode(),
        (text + "\n" + str(cosign(text, witness, time=100))).encode(),
    ):
        with pytest.raises(HeedError):
            trust.read(bad)


def test_a_known_key_whose_line_does_not_verify_spoils_the_note(signer: Signer, witness: Signer, trust: Trust) -> None:
    good = note_of(grown(9), 9, signer)
    text = split_note(good.encode())[0]
    wrong = Signature(witness.name, witness.key.id, b"\0" * 7 + b"\x64" + b"\0" * 64)
    for line in (
        wrong,
        Signature(witness.name, witness.key.id, b"\0" * 64),
        Signature(signer.name, signer.key.id, b"\0" * 64),
    ):
        with pytest.raises(VerifyError):
            trust.read((good + str(line)).encode())
    zero = Signature(witness.name, witness.key.id, b"\0" * 8 + witness.sign(f"cosignature/v1\ntime 0\n{text}".encode()))
    with pytest.raises(VerifyError, match="impossible time"):
        trust.read((good + str(zero)).encode())


def test_a_log_key_may_sign_only_its_own_origin(signer: Signer) -> None:
    other = Signer("other.example/1", 1, b"\3" * 32)
    head = grown(3).head(signer.name, 3)
    with pytest.raises(VerifyError):
        read_checkpoint(sign_checkpoint(head, [other]).encode(), [other.key, signer.key])
    note = sign_checkpoint(head, [signer]) + str(sign_note(head.text(), other))
    with pytest.raises(VerifyError):
        read_checkpoint(note.encode(), [other.key, signer.key])


def test_trust_files(signer: Signer, witness: Signer) -> None:
    two = Signer("w2.example", 4, b"\4" * 32)
    text = (
        f"# ours\n log\t{signer.key} https://x\n\nwitness w1 {witness.key} https://w1\nwitness w2 {two.key}\n"
        "group both all w1 w2\nquorum both\n"
    )
    trust = read_trust(text.encode())
    assert trust.urls == {"w1": "https://w1"} and read_trust(write_trust(trust).encode()) == trust
    assert not trust.is_witnessed({witness.key.public: 5}) and trust.is_witnessed(
        {witness.key.public: 5, two.key.public: 6}
    )
    assert read_trust(f"{signer.key}\n".encode()).quorum == "none"
    log = f"log {signer.key}\n"
    for wrong in (
        "",
        "quorum none\n",
        log,
        log + "quorum none\nquorum none\n",
        log + "quorum w\n",
        log + log + "quorum none\n",
        log + f"witness w {signer.key}\nquorum w\n",
        f"log {witness.key}\nquorum none\n",
        log + f"witness w {witness.key}\nwitness v {witness.key}\nquorum w\n",
        log + f"witness none {witness.key}\nquorum none\n",
        log + f"witness w {witness.key}\ngroup g 2 w\nquorum g\n",
        log + f"witness w {witness.key}\ngroup g 0 w\nquorum g\n",
        log + f"witness w {witness.key}\ngroup g any w w\nquorum g\n",
        log + f"witness w {witness.key}\ngroup g any none\nquorum g\n",
        log + "group g any g\nquorum g\n",
        log + "mirror x\nquorum none\n",
        log + "quorum none\r\n",
        f"{witness.key}\n",
        "rubbish\n",
    ):
        with pytest.raises(FormatError):
            read_trust(wrong.encode())


SALT, FACTS = b"\5" * 32, encode({"request": "a" * 32, "files": [part_digest(b"\6" * 32, b"picture")]})


def receipted(signer: Signer, count: int = 9) -> tuple[Receipt, Spine, MemoryLog]:
    log = grown(count)
    spine = Spine(
        4,
        "concern.raised.1",
        "a" * 32,
        "2026-01-02T03:04:05.000000Z",
        "b" * 32,
        "c" * 32,
        part_digest(SALT, FACTS),
        "0" * 64,
    )
    log.leaves[4] = leaf_hash(spine.to_bytes())
    path = tuple(inclusion_proof(log, 4, count))
    return Receipt(spine.to_bytes(), 4, path, note_of(log, count, signer)), spine, log


def test_a_receipt_proves_its_entry(signer: Signer, witness: Signer, trust: Trust) -> None:
    receipt, spine, _ = receipted(signer)
    proven = verify_receipt(receipt.text().encode(), bare(signer.key))
    assert proven.spine == spine and "not yet witnessed" in proven.sentences()
    with pytest.raises(VerifyError, match="not yet witnessed"):
        verify_receipt(receipt.text().encode(), trust)
    text = split_note(receipt.note.encode())[0]
    witnessed = Receipt(receipt.spine, 4, receipt.path, receipt.note + str(cosign(text, witness, time=1_700_000_000)))
    assert verify_receipt(witnessed.text().encode(), trust).before == 1_700_000_000


def test_spoiled_receipts_prove_nothing(signer: Signer) -> None:
    receipt, spine, log = receipted(signer)
    good = receipt.text()
    other = spine._replace(n=5)
    for bad in (
        good.replace("index 4", "index 5").encode(),
        good.replace("index 4", "index 04").encode(),
        good.replace("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2").encode(),
        "\n".join(line for line in good.split("\n") if not line.startswith("extra")).encode(),
        Receipt(other.to_bytes(), 4, receipt.path, receipt.note).text().encode(),
        Receipt(spine.to_bytes() + b" ", 4, receipt.path, receipt.note).text().encode(),
        Receipt(receipt.spine, 4, receipt.path[:-1], receipt.note).text().encode(),
        Receipt(receipt.spine, 4, receipt.path * 20, receipt.note).text().encode(),
        Receipt(receipt.spine, 4, (*receipt.path[:-1], b"\0" * 32), receipt.note).text().encode(),
        Receipt(receipt.spine, 4, (*receipt.path[:-1], b"\0" * 31), receipt.note).text().encode(),
        Receipt(receipt.spine, 4, receipt.path, note_of(log, 8, signer)).text().encode(),
        good.encode()[:-30],
        b"",
        b"\xff\xfe",
        b"x" * 200_000,
    ):
        with pytest.raises(HeedError):
            verify_receipt(bad, bare(signer.key))


def test_openings_fit_their_receipt_only(signer: Signer) -> None:
    _, spine, _ = receipted(signer)
    facts = Opening(4, "facts", SALT, FACTS)
    assert Opening.parse(facts.text().encode()) == facts
    verify_opening(facts, spine)
    picture = Opening(4, f"file {part_digest(bytes([6]) * 32, b'picture')}", b"\6" * 32, b"picture")
    verify_opening(picture, spine, facts)
    stranger = Opening(4, f"file {part_digest(bytes([6]) * 32, b'other')}", b"\6" * 32, b"other")
    for opening, beside in [
        (Opening(5, "facts", SALT, FACTS), None),
        (Opening(4, "facts", SALT, FACTS + b" "), None),
        (Opening(4, "words", SALT, FACTS), None),
        (picture, None),
        (picture, picture),
        (stranger, facts),
        (Opening(4, picture.part, picture.salt, b"PICTURE"), facts),
    ]:
        with pytest.raises(VerifyError):
            verify_opening(opening, spine, beside)
    good = facts.text().encode()
    for bad in (
        good[:-1],
        good + b"\n",
        good.replace(b"index 4", b"index 04"),
        good.replace(b"part facts", b"part fact"),
        good.replace(b"salt ", b"salt A"),
        b"",
    ):
        with pytest.raises(FormatError):
            Opening.parse(bad)
    assert Opening.parse(Opening(4, "words", SALT, b"").text().encode()).data == b""


@given(st.binary(max_size=400))
def test_no_parser_falls_over_any_bytes(data: bytes) -> None:
    for parse in (
        Receipt.parse,
        Opening.parse,
        AddCheckpoint.parse,
        read_trust,
        split_note,
        lambda b: VerifierKey.parse(b.decode("latin1")),
    ):
        try:
            parse(data)
        except HeedError as refusal:
            assert str(refusal).endswith(".")


def test_a_witness_follows_the_log_forward_and_never_back(signer: Signer, witness: Signer) -> None:
    log = grown(20)
    keys = [signer.key]

    def ask(old: int, new: int, seen: Seen, of: MemoryLog = log, **changes: object):
        proof = tuple(consistency_proof(of, old, new)) if old <= new else ()
        request = AddCheckpoint(old, changes.get("proof", proof), note_of(of, new, signer))  # type: ignore[arg-type]
        parsed = AddCheckpoint.parse(request.text().encode())
        assert parsed == request and origin_of(parsed) == signer.name
        return decide(parsed, changes.get("keys", keys), seen, witness, time=1000)  # type: ignore[arg-type]

    first = ask(0, 7, Seen())
    assert first.status == 200 and first.keep and first.keep.size == 7
    assert (
        read_checkpoint((note_of(log, 7, signer) + first.body).encode(), [signer.key, witness.key]).cosignatures[0].time
        == 1000
    )
    seen = first.keep
    assert ask(7, 20, seen).keep == Seen(20, log.root(20))
    assert ask(7, 7, seen).status == 200
    conflict = ask(3, 9, seen)
    assert (conflict.status, conflict.body, conflict.keep) == (409, "7\n", None)
    assert conflict.content_type == "text/x.tlog.size"
    assert ask(9, 7, seen).status == 400
    assert ask(7, 20, seen, keys=[]).status == 404
    stranger = Signer(signer.name, 1, b"\x09" * 32)
    assert ask(7, 20, seen, keys=[stranger.key]).status == 403
    assert ask(7, 20, seen, proof=()).status == 422
    forged = MemoryLog([leaf_hash(b"forged"), *log.leaves[1:]])
    assert ask(7, 20, seen, of=forged).status == 422
    assert ask(7, 7, seen, of=forged).status == 409


def test_the_empty_tree_s_root_is_the_hash_of_nothing() -> None:
    assert Seen().root == hashlib.sha256().digest()
