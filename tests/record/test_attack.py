"""An attacker with full rights to the database: every changed byte is found and named; a recomputed tree is caught."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from heed.entry.keys import new_key
from heed.entry.spine import Spine, read_spine
from heed.lib.errors import HeedError
from heed.log.checkpoint import Checkpoint, cosign, sign_checkpoint
from heed.log.errors import VerifyError
from heed.log.note import WITNESS_KEY, Signer, split_note
from heed.log.tiles import WIDTH, fold
from heed.log.tree import Frontier, leaf_hash
from heed.record import attachments, checkpoints, keyring
from heed.record.model import PLACES, WORDS_PLACE, Draft, kind_key
from heed.record.signing import identity, signers
from heed.record.verify import verify
from heed.record.witnessing import add_witness

from .conftest import Book
from .ledgerbook.entries import PromiseMade
from .test_append import erased

WITNESS = Signer("police.example/w", WITNESS_KEY, b"\2" * 32)


@pytest.fixture
def full(book: Book) -> Book:
    """A record with two full tiles, refs, a file, an erasure, and a checkpoint that a witness cosigned."""
    add_witness("police", WITNESS.key, place=book.place)
    (gone,) = book.add(book.note("to be erased", refs={"child": [new_key()]}))
    erased(book, gone.n, "words")
    book.add(*[book.note(str(i), refs={"child": [new_key()]}, facts={"urgent": True}) for i in range(540)])
    book.add(book.note(files=(attachments.draft_file(b"picture"),)))
    book.add(Draft(kind=PromiseMade, subject=new_key(), facts={"by": book.ada}))
    note = checkpoints.issue(place=book.place)
    text = split_note(note.encode())[0]
    checkpoints.keep_cosignatures(Checkpoint.parse(text).size, str(cosign(text, WITNESS, time=1_772_500_000)))
    verify()
    return book


def disarm() -> None:
    """Drop the guards, as the owner of the tables may."""
    names = ["entry_stays", "entry_lasts", "part_stays", "part_lasts", "part_empties", "erasure_stays", "erasure_lasts"]
    with connections["default"].cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS record_{name}")


def flipped(value: Any) -> Any:
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        return value[:-1] + chr(ord(value[-1]) ^ 1)
    return value + 1


CELLS = [
    ("record_entry", "spine", "n = 300", "Entry 300"),
    ("record_entry", "leaf", "n = 300", "Entry 300.*leaf"),
    ("record_entry", "kind", "n = 300", "Entry 300.*kind"),
    ("record_entry", "subject", "n = 300", "Entry 300.*subject"),
    ("record_entry", "recorded_at", "n = 300", "Entry 300.*recorded_at"),
    ("record_entry", "actor", "n = 300", "Entry 300.*actor"),
    ("record_entry", "agency", "n = 300", "Entry 300.*agency"),
    ("record_entry", "n", "n = 546", "the last being"),
    ("record_part", "bytes", "n = 300 AND part = 'facts'", "Entry 300.*facts"),
    ("record_part", "bytes", "n = 300 AND part = 'words'", "Entry 300.*words"),
    ("record_part", "salt", "n = 300 AND part = 'facts'", "Entry 300.*facts"),
    ("record_part", "salt", "n = 300 AND part = 'words'", "Entry 300.*words"),
    ("record_part", "digest", "n = 300 AND part = 'words'", "Entry 300.*words"),
    ("record_request", "request", "n = 300", "Entry 300.*request"),
    ("record_request", "n", "n = 300", "Entry 300.*request"),
    ("record_part", "salt", "part = 'file'", "The file [0-9a-f]{64}"),
    ("record_part", "digest", "part = 'file'", "The file [0-9a-g`]{64}"),
    ("record_part", "id", "n = 300 AND part = 'words'", "Entry 300"),
    ("record_ref", "key", "n = 300 AND role = 'child'", "Entry 300.*refs"),
    ("record_ref", "key", "n = 300 AND role = 'spine.kind'", "Entry 300.*refs"),
    ("record_ref", "role", "n = 300 AND role = 'child'", "Entry 300.*refs"),
    ("record_ref", "n", "n = 300 AND role = 'child'", "Entry 30[01].*refs"),
    ("record_tile", "hashes", "i = 1", "Tile 0/1"),
    ("record_tile", "root", "i = 1", "Tile 0/1"),
    ("record_tile", "folded", "i = 1", "Tile 0/1"),
    ("record_tile", "i", "i = 1", "Tile 0/1"),
    ("record_head", "frontier", "true", "head row"),
    ("record_head", "recorded_at", "true", "head row"),
    ("record_head", "size", "true", "head says"),
    ("record_checkpoint", "note", "size = (SELECT max(size) FROM record_checkpoint)", "checkpoint of size"),
    ("record_checkpoint", "size", "size = (SELECT max(size) FROM record_checkpoint)", "size"),
    ("record_cosignature", "line", "true", "checkpoint of size"),
    ("ledgerbook_note", "text", "n = 300", "ledgerbook_note"),
    ("record_erasure_case", "entry", "true", "record_erasure_case"),
]


COMPUTED = {("record_entry", column) for column in ("kind", "subject", "recorded_at", "actor", "agency")}


def restate(table: str, column: str, where: str, value: str) -> None:
    """Have a computed column say something else in one row, as who may rewrite the schema can."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        found = re.search(rf"^  {column} TEXT AS (\(.*\))(,?)$", text := cursor.fetchone()[0], re.M)
        assert found, column
        lie = f"  {column} TEXT AS (CASE WHEN {where} THEN '{value}' ELSE {found[1]} END){found[2]}"
        cursor.execute("PRAGMA writable_schema=ON")
        cursor.execute("UPDATE sqlite_master SET sql = %s WHERE name = %s", [text.replace(found[0], lie), table])
    connections["default"].close()


def test_any_changed_byte_is_found_and_named(full: Book) -> None:
    disarm()
    safe = set_aside(full)
    for table, column, where, named in CELLS:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {where} LIMIT 1")
            value = cursor.fetchone()[0]
            new = flipped(value)
            if column == "id":
                new = value - 1  # the place behind is taken
            if table == "record_checkpoint" and column == "note":
                new = value.replace("synthetic", "synthetik", 1)
            if table == "record_cosignature":
                new = value[:-10] + flipped(value[-10:-9]) + value[-9:]
            if (table, column) in COMPUTED:
                restate(table, column, where, new)
            else:
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [new])
        with pytest.raises(HeedError) as found:
            verify()
        assert re.search(named, str(found.value)), (table, column, str(found.value))
        put_back(full, safe)
    assert verify().size == reading_size()


def test_a_key_or_an_erasure_left_out_of_the_index_of_kinds_is_seen_by_the_log_s_part_alone(full: Book) -> None:
    stolen = identity().active[0]
    keyring.revoke(by=full.by(), key_id=stolen.id.hex(), reason="stolen", place=full.place)
    checkpoints.issue(place=full.place)
    assert verify(log_only=True)
    safe = set_aside(full)
    for kind, named in (
        ("key.retired.1", "index of kinds leaves it out"),
        ("key.added.1", "signature|key|index of kinds"),
        ("entry.erased.1", "no erasure names them"),
    ):
        with connections["default"].cursor() as cursor:
            cursor.execute("DELETE FROM record_ref WHERE key = %s", [kind_key(kind)])
        with pytest.raises(HeedError, match=named):
            verify(log_only=True)
        put_back(full, safe)


def test_a_part_that_no_spine_names_is_found(full: Book) -> None:
    disarm()
    safe = set_aside(full)
    for n, place, digest in (
        (300, 1, "f" * 64),
        (300, 1, "0" * 64),
        (300, WORDS_PLACE - 1, "f" * 64),
        (600, 0, "0" * 64),
        (600, WORDS_PLACE, "0" * 64),
    ):
        with connections["default"].cursor() as cursor:
            values = [(n << PLACES) + place, digest, b"s" * 32, b"{}"]
            cursor.execute("INSERT INTO record_part (id, digest, salt, bytes) VALUES (%s, %s, %s, %s)", values)
        with pytest.raises(HeedError, match=r"[Ee]ntry (300|600)|The file 0{64}"):
            verify()
        put_back(full, safe)


def set_aside(book: Book) -> Path:
    """Copy the database file, so that each attack starts from the same bytes."""
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections["default"].close()
    return Path(shutil.copy(book.place.folder / "heed.sqlite3", book.place.folder / "safe"))


def put_back(book: Book, safe: Path) -> None:
    connections["default"].close()
    for path in book.place.folder.glob("heed.sqlite3*"):
        path.unlink()
    shutil.copy(safe, book.place.folder / "heed.sqlite3")


def reading_size() -> int:
    from heed.record import reading

    return reading.size()


@pytest.fixture
def vendor(request: pytest.FixtureRequest) -> str:
    return "sqlite"


def test_every_byte_of_spines_parts_salts_tiles_head_and_signed_lines(full: Book) -> None:
    """A sample of positions in each blob, spread over its whole length."""
    disarm()
    blobs = [
        ("record_entry", "spine", "n = 7"),
        ("record_part", "bytes", "n = 7 AND part = 'facts'"),
        ("record_part", "bytes", "n = 7 AND part = 'words'"),
        ("record_part", "salt", "n = 7 AND part = 'facts'"),
        ("record_tile", "hashes", "i = 0"),
        ("record_head", "frontier", "true"),
    ]
    for table, column, where in blobs:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {where}")
            value = bytes(cursor.fetchone()[0])
        for at in sorted({0, len(value) - 1, *range(0, len(value), max(1, len(value) // 7))}):
            spoiled = value[:at] + bytes([value[at] ^ 0x20]) + value[at + 1 :]
            write(table, column, where, spoiled)
            with pytest.raises(HeedError):
                verify(log_only=True)
        write(table, column, where, value)
    assert verify(log_only=True)


def write(table: str, column: str, where: str, value: bytes) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [value])


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("DELETE FROM record_entry WHERE n = 300", "head says"),
        ("DELETE FROM record_part WHERE n = 300 AND part = 'words'", "Entry 300: its words are lost"),
        ("DELETE FROM record_part WHERE n = 300", "Entry 300: its facts are lost"),
        ("DELETE FROM record_tile WHERE i = 0", "Tile 0/0 is missing"),
        ("DELETE FROM record_ref WHERE n = 300 AND role = 'child'", "Entry 300: the index of refs"),
        ("DELETE FROM ledgerbook_note WHERE n = 300", "ledgerbook_note"),
        (
            (
                "INSERT INTO record_part (id, digest, salt, bytes) SELECT id + 1, digest, salt, bytes "
                "FROM record_part WHERE n = 5 AND part = 'facts'"
            ),
            "Entry 5",
        ),
        ("INSERT INTO record_tile SELECT 0, 2, root, folded, hashes FROM record_tile WHERE i = 0", "Tile 0/2"),
        ("INSERT INTO record_tile SELECT 1, 0, root, folded, hashes FROM record_tile WHERE i = 0", "Tiles of level 1"),
        ("INSERT INTO record_ref VALUES ('00000000000000000000000000000000', 3, 'child')", "Entry 3: the index"),
        (
            (
                "UPDATE record_part SET salt = "
                "(SELECT salt FROM record_part WHERE n = 300 AND part = 'facts') WHERE n = 300"
            ),
            "Entry 300",
        ),
        ("DELETE FROM record_checkpoint", None),
    ],
)
def test_rows_taken_or_added_are_found(full: Book, sql: str, named: str | None) -> None:
    disarm()
    with connections["default"].cursor() as cursor:
        cursor.execute(sql)
    if named is None:  # the checkpoints that others hold, and DIR/checkpoint, still bind
        assert verify().checkpoints == 0
        return
    with pytest.raises(VerifyError, match=named):
        verify()


def recompute(edit: dict[int, Spine], upto: int) -> None:
    """Do what an attacker with every right would: edit or truncate, and recompute leaves, tiles, frontier and head."""
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM record_checkpoint")
        cursor.execute("DELETE FROM record_cosignature")
        for table in ("record_entry", "record_part", "record_ref", "record_erasure"):
            cursor.execute(f"DELETE FROM {table} WHERE n >= %s", [upto])
        for n, spine in edit.items():
            cursor.execute("UPDATE record_entry SET spine = %s WHERE n = %s", [spine.to_bytes(), n])
        cursor.execute("SELECT spine FROM record_entry ORDER BY n")
        leaves = [leaf_hash(bytes(spine)) for (spine,) in cursor.fetchall()]
        cursor.executemany(
            "UPDATE record_entry SET leaf = %s WHERE n = %s", [(leaf, n) for n, leaf in enumerate(leaves)]
        )
        cursor.execute("DELETE FROM record_tile")
        for i in range(len(leaves) // WIDTH):
            hashes = b"".join(leaves[i * WIDTH : (i + 1) * WIDTH])
            cursor.execute(
                "INSERT INTO record_tile VALUES (0, %s, %s, %s, %s)", [i, fold(hashes), fold(hashes, 16), hashes]
            )
        frontier = Frontier()
        frontier.extend(leaves)
        cursor.execute("SELECT recorded_at FROM record_entry ORDER BY n DESC LIMIT 1")
        last = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE record_head SET size = %s, frontier = %s, recorded_at = %s",
            [len(leaves), frontier.to_bytes(), last],
        )


@pytest.fixture
def held(full: Book, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A checkpoint and a receipt that somebody else holds."""
    checkpoint, receipt = tmp_path / "held.checkpoint", tmp_path / "held.receipt"
    checkpoint.write_text(checkpoints.issue())
    receipt.write_text(checkpoints.receipt_for(300).text())
    yield checkpoint, receipt


def test_an_edited_and_recomputed_record_fails_against_what_others_hold(full: Book, held: tuple[Path, Path]) -> None:
    disarm()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT spine FROM record_entry WHERE n = 5")
        old = read_spine(bytes(cursor.fetchone()[0]))
    size = reading_size()
    edited = Spine(5, old.kind, old.subject, old.recorded_at, new_key(), old.agency, old.facts, old.words)
    recompute({5: edited}, size)
    full.place.checkpoint.unlink()
    assert verify().size == size  # the database alone is consistent: this is why others hold checkpoints
    for path in held:
        with pytest.raises(VerifyError, match=r"history was changed"):
            verify(against=[path])


def test_a_truncated_and_recomputed_record_fails_against_what_others_hold(full: Book, held: tuple[Path, Path]) -> None:
    disarm()
    recompute({}, 400)
    with pytest.raises(VerifyError, match=r"checkpoint covers .* entries are lost"):
        verify(log_only=True)
    with pytest.raises(HeedError, match="entries are lost"):
        checkpoints.issue(place=full.place)  # nothing is signed over a shorter tree
    full.place.checkpoint.unlink()
    assert verify(log_only=True).size == 400
    for path in held:
        with pytest.raises(VerifyError, match="entries are lost"):
            verify(against=[path], log_only=True)


def test_a_thief_with_the_log_s_key_still_fails_against_a_witness(full: Book, held: tuple[Path, Path]) -> None:
    disarm()
    recompute({}, 400)
    who = identity()
    head = Checkpoint(who.origin, 400, checkpoints.root_at(400))
    full.place.checkpoint.write_text(sign_checkpoint(head, signers(full.place, who)))
    assert verify(log_only=True).size == 400
    with pytest.raises(VerifyError, match="entries are lost"):
        verify(against=held[:1], log_only=True)


def test_against_a_checkpoint_of_a_stranger(full: Book, tmp_path: Path) -> None:
    stranger = Signer("synthetic.example/1", 1, b"\7" * 32)
    path = tmp_path / "strange"
    path.write_text(sign_checkpoint(Checkpoint("synthetic.example/1", 5, checkpoints.root_at(5)), [stranger]))
    with pytest.raises(VerifyError, match="No trusted key"):
        verify(against=[path])
    path.write_text("rubbish")
    with pytest.raises(HeedError):
        verify(against=[path])
