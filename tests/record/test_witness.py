"""Witnesses, keys, generations and backups: what a second agency sees, and what the start refuses."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from django.db import connections

import databases
from heed.entry.keys import new_key
from heed.lib.errors import Answered, HeedError
from heed.log.checkpoint import Checkpoint
from heed.log.note import VerifierKey, split_note
from heed.log.receipt import Receipt, verify_receipt
from heed.log.tiles import parse_tile_path
from heed.log.trust import bare, read_trust
from heed.log.witness_http import ask, make_server
from heed.log.witness_store import WitnessStore
from heed.record import backup, checkpoints, erase, generations, keyring, reading, release, roles, tick, witnessing
from heed.record.log_export import export_log
from heed.record.model import By
from heed.record.place import Place
from heed.record.signing import BOTH_SIGN, identity
from heed.record.start import check_start
from heed.record.verify import verify

from .conftest import Book
from .test_append import erased


@contextmanager
def serving(folder: Path) -> Iterator[tuple[WitnessStore, str]]:
    """A real witness, over real HTTP, in a folder of its own."""
    store = WitnessStore.make(folder, "police.example/w")
    with make_server(store, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield store, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def witness(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WitnessStore]:
    with serving(tmp_path_factory.mktemp("witness")) as (store, url):
        store.trust(identity().active[0])
        witnessing.add_witness("police", store.signer.key, url=url, place=book.place)
        release.record_release(by=By(book.subject, book.subject, book.now))
        yield store


def test_a_witness_turns_not_yet_witnessed_into_witnessed(book: Book, witness: WitnessStore) -> None:
    (made,) = book.add(book.note())
    trust = checkpoints.trust_of(book.place)
    early = checkpoints.receipt_for(made.n).text().encode()
    with pytest.raises(Answered, match="not yet witnessed"):
        verify_receipt(early, trust)
    assert "not yet witnessed" in verify_receipt(early, bare(identity().active[0])).sentences()
    size = witnessing.witness("police")
    book.add(*[book.note() for _ in range(300)])
    assert witnessing.witness("police") == reading.size() > size
    fresh = verify_receipt(checkpoints.witnessed_receipt(made.n).text().encode(), trust)
    assert fresh.signed.checkpoint.size == size and fresh.before is not None
    report = verify()
    assert report.cosignatures == 2
    assert [(w.first, w.end, w.after is None, w.before is None) for w in report.windows] == [
        (0, size, True, False),
        (size, reading.size(), False, False),
    ]
    assert any("recorded after 20" in line and "before 20" in line for line in report.sentences())
    assert check_start().origin == "synthetic.example/1"


def test_a_witness_by_files(book: Book, witness: WitnessStore) -> None:
    book.add(book.note())
    request = witnessing.request_for("police")
    reply = witness.answer(request.text().encode(), time=1_800_000_000)
    size = Checkpoint.parse(split_note(request.note.encode())[0]).size
    assert checkpoints.keep_cosignatures(size, reply.body).cosignatures
    letter = reply.body[-20]  # within the signature, whatever it is
    spoiled = f"{reply.body[:-20]}{'B' if letter == 'A' else 'A'}{reply.body[-19:]}"
    with pytest.raises(HeedError):
        checkpoints.keep_cosignatures(size, spoiled)


def test_stamps_outside_what_the_witnesses_saw_are_reported(book: Book, witness: WitnessStore) -> None:
    book.add(book.note())
    request = witnessing.request_for("police")
    size = Checkpoint.parse(split_note(request.note.encode())[0]).size
    stamped = int(book.now.timestamp())
    assert checkpoints.keep_cosignatures(size, witness.answer(request.text().encode(), time=stamped - 3600).body)
    assert any("over 60 s outside" in line for line in verify().sentences())


def test_a_retired_witness_counts_no_more_and_its_lines_still_verify(book: Book, witness: WitnessStore) -> None:
    book.add(book.note())
    witnessing.witness("police")
    trust = witnessing.retire_witness("police")
    assert trust.quorum == "none" and not witnessing.counting("police", trust) and "police" in trust.witnesses
    assert verify().cosignatures == 1
    with pytest.raises(Answered, match="no address"):
        witnessing.witness("police")
    other = WitnessStore.make(book.place.folder / "other", "nhs.example/witness")
    again = witnessing.add_witness("nhs", other.signer.key, place=book.place)
    assert again.quorum == witnessing.QUORUM and not witnessing.counting("police", again)


def test_a_witness_drops_a_stolen_key(book: Book, witness: WitnessStore) -> None:
    key = identity().active[0]
    witness.untrust(key)
    reply = witness.answer(witnessing.request_for("police").text().encode(), time=1_800_000_000)
    assert reply.status == 404
    with pytest.raises(HeedError):
        witness.untrust(key)


def test_a_witness_that_knows_more_stops_the_start(
    book: Book, witness: WitnessStore, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    book.add(book.note())
    holder = pyrage.x25519.Identity.generate()
    older = tmp_path / "older.age"
    backup.back_up(older, recipient=str(holder.to_public()), place=book.place)
    book.add(book.note("lost"))
    lost = checkpoints.receipt_for(reading.size() - 1)
    witnessing.witness("police")
    empty_database(book.vendor, tmp_path_factory.mktemp("restored"))
    backup.restore(older, identity=str(holder), place=book.place)
    as_application(book.vendor)
    with pytest.raises(HeedError, match="entries are lost"):
        check_start()
    book.place.checkpoint.unlink()  # even when our own file is gone, the witness remembers
    with pytest.raises(HeedError, match="police has seen"):
        check_start()
    new_generation(book, witness, lost)


def new_generation(book: Book, witness: WitnessStore, lost: Receipt) -> None:
    old_key = identity().active[0]
    survivors = reading.size()
    entry = generations.continue_log(
        origin="synthetic.example/2", old_note=lost.note.encode(), place=book.place, at=book.now
    )
    assert entry.kind == "log.continued.1" and entry.fact("missing") == [[survivors, survivors]]
    assert check_start_without_witness(book) == "synthetic.example/2"
    book.add(book.note("life goes on"))
    assert verify().origin == "synthetic.example/2"
    # the old receipt still verifies, against the old origin: exactly the evidence wanted
    assert verify_receipt(lost.text().encode(), bare(old_key)).spine.n == survivors
    assert not list(book.place.keys.glob(f"log-{old_key.id.hex()}.key"))
    # the witness accepts the new origin only when told to
    with pytest.raises(Answered, match="404"):
        witnessing.witness("police")
    witness.trust(identity().active[0])
    assert witnessing.witness("police") == reading.size()
    assert check_start().origin == "synthetic.example/2"


def check_start_without_witness(book: Book) -> str:
    return check_start().origin


def test_nothing_missing_is_no_new_generation(book: Book) -> None:
    note = checkpoints.issue(place=book.place)
    with pytest.raises(Answered, match="Nothing is missing"):
        generations.continue_log(origin="synthetic.example/2", old_note=note.encode(), place=book.place, at=book.now)
    for wrong in ("synthetic.example/1", "real.example/2"):
        with pytest.raises(HeedError, match="origin of its own"):
            generations.continue_log(origin=wrong, old_note=note.encode(), place=book.place, at=book.now)


def test_a_rotated_key_signs_beside_the_old_one_for_thirty_days(book: Book) -> None:
    book.add(book.note())
    early = checkpoints.receipt_for(1)
    first = identity().active[0]
    second = keyring.rotate(by=book.by(), place=book.place)
    note = checkpoints.issue(place=book.place)
    assert note.count("— synthetic.example/1 ") == 2
    assert keyring.retire_due(by=book.by(), now=book.now + BOTH_SIGN / 2) == []
    book.now += BOTH_SIGN
    assert keyring.retire_due(by=book.by(), now=book.now) == [first]
    assert identity().active == (second,)
    assert checkpoints.issue(place=book.place).count("— synthetic.example/1 ") == 1
    verify()
    for receipt in (early, checkpoints.receipt_for(1)):
        verify_receipt(receipt.text().encode(), checkpoints.trust_of(book.place))


def test_a_stolen_key_is_revoked_and_leaves_the_trust_file(book: Book) -> None:
    first = identity().active[0]
    old = checkpoints.receipt_for(0)
    keyring.revoke(by=book.by(), key_id=first.id.hex(), reason="stolen", place=book.place)
    checkpoints.issue(place=book.place)
    verify()
    with pytest.raises(HeedError):
        verify_receipt(old.text().encode(), checkpoints.trust_of(book.place))
    with pytest.raises(Answered, match="no active key"):
        keyring.revoke(by=book.by(), key_id=first.id.hex(), reason="again", place=book.place)


def test_a_retired_key_signs_no_larger_tree(book: Book) -> None:
    from heed.log.checkpoint import sign_checkpoint
    from heed.record.signing import signers

    (thief,) = signers(book.place, identity())
    keyring.revoke(by=book.by(), key_id=thief.key.id.hex(), reason="stolen", place=book.place)
    head = Checkpoint(thief.name, reading.size(), checkpoints.root_at(reading.size()))
    book.place.checkpoint.write_text(sign_checkpoint(head, [thief]))
    with pytest.raises(HeedError, match="retired"):
        verify()


def test_a_missing_key_stops_the_start(book: Book) -> None:
    release.record_release(by=By(book.subject, book.subject, book.now))
    check_start()
    for path in book.place.keys.glob("log-*.key"):
        path.rename(path.with_suffix(".away"))
    with pytest.raises(HeedError, match=r"private key .* is missing"):
        check_start()


def test_an_unknown_kind_or_another_release_stops_the_start(book: Book) -> None:
    with pytest.raises(HeedError, match="heed upgrade"):
        check_start()
    book.add(book.note())
    from heed.entry.kinds import kinds

    held = kinds._kinds.pop("note.made.1")
    with pytest.raises(HeedError, match=r"note\.made\.1"):
        check_start()
    kinds.register(held)


def test_an_export_holds_tiles_and_checkpoints_and_no_entry(book: Book, tmp_path: Path) -> None:
    book.add(*[book.note("SECRETWORDS") for _ in range(600)])
    first = checkpoints.issue(place=book.place)
    book.add(book.note())
    out = tmp_path / "export"
    assert export_log(out) == len(list(out.glob("tile/**/*"))) - sum(p.is_dir() for p in out.glob("tile/**/*"))
    for path in (p for p in out.glob("tile/**/*") if p.is_file()):
        _, _, width = parse_tile_path(path.relative_to(out).as_posix())
        assert len(path.read_bytes()) == 32 * width
    size = Checkpoint.parse(split_note(first.encode())[0]).size
    assert (out / "checkpoints" / str(size)).read_text() == first
    assert read_trust((out / "policy").read_bytes()).read((out / "checkpoint").read_bytes()).checkpoint.size == size + 1
    assert not (out / "tile" / "entries").exists()
    assert not any(b"SECRETWORDS" in p.read_bytes() for p in out.rglob("*") if p.is_file())


def test_a_backup_restores_and_erases_again(book: Book, tmp_path: Path) -> None:
    holder, stranger = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (made,) = book.add(book.note("SECRETWORDS"))
    file = tmp_path / "backups" / "one.age"
    assert backup.back_up(file, recipient=str(holder.to_public()), place=book.place)["entries"] == 2
    assert b"SECRETWORDS" not in file.read_bytes() and [p.name for p in file.parent.iterdir()] == ["one.age"]
    erased(book, made.n)
    journal = book.place.journal.read_bytes()
    elsewhere = Place(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    elsewhere.journal.write_bytes(journal)
    empty_database(book.vendor, elsewhere.folder)
    with pytest.raises(HeedError, match="cannot be opened"):
        backup.restore(file, identity=str(stranger), place=elsewhere)
    backup.restore(file, identity=str(holder), place=elsewhere)
    assert reading.entry(made.n).word("text") == "SECRETWORDS"
    assert erase.finish(by=By(book.subject, book.subject, book.now), place=elsewhere) == [made.n]
    assert reading.entry(made.n).facts is None and verify(place=elsewhere).erased == 1
    with pytest.raises(HeedError, match=r"recipient"):
        backup.back_up(file, recipient="age1nonsense", place=book.place)


def empty_database(vendor: str, folder: Path) -> None:
    if vendor == "sqlite":
        databases.point("default", databases.sqlite(folder / "heed.sqlite3"))
        return
    name = f"r_{new_key()}"
    databases.admin(f"CREATE DATABASE {name} OWNER {databases.OWNER}")
    databases.point("default", databases.postgres(name, databases.OWNER))


def as_application(vendor: str) -> None:
    """On PostgreSQL, go on as the role that owns nothing."""
    if vendor == "postgresql":
        roles.grant_application("default", databases.APP)
        databases.point("default", {**connections["default"].settings_dict, "USER": databases.APP})


def test_tick_is_recorded_and_does_nothing_twice(book: Book, witness: WitnessStore) -> None:
    book.add(book.note())
    first = tick.tick(book.now)
    size = reading.size()
    second = tick.tick(book.now)
    assert not first.error and not second.error and reading.size() == size
    assert first.done["record"]["witnesses"] == {"police": f"cosigned {size}"}


def test_tick_says_when_a_witness_does_not_answer(book: Book) -> None:
    store = WitnessStore.make(book.place.folder / "w", "police.example/w")
    witnessing.add_witness("police", store.signer.key, url="http://127.0.0.1:9", place=book.place)
    done = tick.tick(book.now).done["record"]["witnesses"]["police"]
    assert "does not answer" in done


def test_a_witness_that_lost_its_state_is_retired(tmp_path: Path) -> None:
    store = WitnessStore.make(tmp_path, "police.example/w")
    with pytest.raises(HeedError, match="already"):
        WitnessStore.make(tmp_path, "police.example/w")
    store.database.unlink()
    with pytest.raises(HeedError, match="retired, not restarted"):
        WitnessStore(tmp_path)


def test_rubbish_over_http_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as (store, url):
        assert ask(url, "rubbish").status == 400
        assert ask(url + "/elsewhere/..", "old 0\n\n").status in (400, 404)
        with pytest.raises(HeedError, match="does not answer"):
            ask("http://127.0.0.1:9", "")
        with pytest.raises(HeedError):
            store.trust(VerifierKey.parse(str(store.signer.key)))


def test_the_clock_of_verification_is_printed(book: Book, witness: WitnessStore) -> None:
    (made,) = book.add(book.note())
    witnessing.witness("police")
    proven = verify_receipt(checkpoints.witnessed_receipt(made.n).text().encode(), checkpoints.trust_of(book.place))
    before = datetime.fromtimestamp(proven.before or 0, UTC)
    assert any(before.strftime("%Y-%m-%dT%H:%M:%SZ") in sentence for sentence in proven.sentences())
