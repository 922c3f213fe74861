"""A restore that breaks: at each step, by a full disk; nothing half restored is served, and it is done again."""

import errno
import shutil
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.db import connections

from heed.entry.keys import new_key
from heed.lib.errors import HeedError
from heed.record import attachments, backup, checkpoints, erase, reading
from heed.record.model import By
from heed.record.place import Place
from heed.record.verify import verify

from .conftest import Book
from .test_witness import empty_database

HOLDER = pyrage.x25519.Identity.generate()


@pytest.fixture
def backed_up(book: Book, tmp_path: Path) -> Path:
    book.add(*[book.note(str(i), refs={"child": [new_key()]}) for i in range(300)])
    book.add(book.note(files=(attachments.draft_file(b"picture"),)))
    file = tmp_path / "one.age"
    backup.back_up(file, recipient=str(HOLDER.to_public()), place=book.place)
    return file


STEPS = {
    "before the database is placed": (backup, "_place_database"),
    "before what stands beside it": (backup.shutil, "copy"),
    "before the files": (backup.shutil, "copytree"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_restore_that_breaks_is_done_again(
    book: Book, backed_up: Path, step: str, tmp_path: Path, monkeypatch: Any
) -> None:
    if book.vendor == "postgresql" and step == "before what stands beside it":
        pytest.skip("on PostgreSQL nothing is copied before it")
    place = Place(tmp_path / "elsewhere")
    place.folder.mkdir()
    empty_database(book.vendor, place.folder)
    module, name = STEPS[step]

    def full(*_args: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(module, name, full)
        with pytest.raises(OSError, match="No space"):
            backup.restore(backed_up, identity=str(HOLDER), place=place)
    assert [p.name for p in backed_up.parent.glob(".heed-backup-*")] == [], "nothing readable is left behind"
    connections["default"].close()
    shutil.rmtree(place.folder)
    place.folder.mkdir()
    empty_database(book.vendor, place.folder)
    shutil.copytree(book.place.keys, place.keys)
    backup.restore(backed_up, identity=str(HOLDER), place=place)
    assert verify(place=place).size == reading.size() == 302


def test_a_torn_or_foreign_backup_is_refused_and_changes_nothing(book: Book, backed_up: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "elsewhere")
    place.folder.mkdir()
    empty_database(book.vendor, place.folder)
    data = backed_up.read_bytes()
    for bad in (data[:-50], data[:100], b"", b"rubbish", data[:200] + bytes([data[200] ^ 1]) + data[201:]):
        torn = tmp_path / "torn.age"
        torn.write_bytes(bad)
        with pytest.raises(HeedError, match="cannot be opened"):
            backup.restore(torn, identity=str(HOLDER), place=place)
    assert list(place.folder.iterdir()) == []


def test_a_restore_never_overwrites_a_database(book: Book, backed_up: Path) -> None:
    with pytest.raises(HeedError, match="never overwrites" if book.vendor == "sqlite" else "pg_restore failed"):
        backup.restore(backed_up, identity=str(HOLDER), place=book.place)
    assert verify().size == 302


def test_a_backup_taken_while_people_write_is_one_moment(book: Book, tmp_path: Path) -> None:
    from .test_many import go, start

    running = [start(book, "append", "20000") for _ in range(2)]
    go(book)
    while reading.size() < 60:
        connections["default"].close()
    file = tmp_path / "busy.age"
    backup.back_up(file, recipient=str(HOLDER.to_public()), place=book.place)
    connections["default"].close()
    assert reading.size() > 60 and all(process.poll() is None for process in running), "people are still writing"
    for process in running:
        process.kill()
        process.communicate()
    written = reading.size()
    place = Place(tmp_path / "elsewhere")
    place.folder.mkdir()
    shutil.copytree(book.place.keys, place.keys)
    empty_database(book.vendor, place.folder)
    about = backup.restore(file, identity=str(HOLDER), place=place)
    report = verify(place=place)
    assert 60 <= report.size <= written and (about["entries"] <= report.size or book.vendor == "postgresql")
    assert erase.finish(by=By(book.subject, book.subject), place=place) == []
    assert checkpoints.head_row() is not None
