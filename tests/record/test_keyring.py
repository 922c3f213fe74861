"""The log's keys go to a safe and come back from it, and never over another key."""

from pathlib import Path

import pyrage
import pytest

from heed.lib.errors import Answered, HeedError
from heed.record import checkpoints, keyring
from heed.record.place import Place

from .conftest import Book


def test_keys_come_back_from_the_safe(book: Book, tmp_path: Path) -> None:
    holder = pyrage.x25519.Identity.generate()
    exported = keyring.export(recipient=str(holder.to_public()), place=book.place)
    elsewhere = Place(tmp_path / "elsewhere")
    names = keyring.import_keys(exported, identity=str(holder), place=elsewhere)
    assert names and all((elsewhere.keys / n).read_bytes() == (book.place.keys / n).read_bytes() for n in names)
    assert all((elsewhere.keys / name).stat().st_mode & 0o777 == 0o600 for name in names)
    assert keyring.import_keys(exported, identity=str(holder), place=elsewhere) == names
    for name in names:
        (book.place.keys / name).unlink()
    with pytest.raises(HeedError, match="is missing"):
        book.add(book.note())
        checkpoints.issue(place=book.place)
    keyring.import_keys(exported, identity=str(holder), place=book.place)
    assert checkpoints.issue(place=book.place)


def test_another_key_is_never_overwritten(book: Book, tmp_path: Path) -> None:
    holder = pyrage.x25519.Identity.generate()
    exported = keyring.export(recipient=str(holder.to_public()), place=book.place)
    elsewhere = Place(tmp_path / "elsewhere")
    elsewhere.keys.mkdir(parents=True)
    name = sorted(path.name for path in book.place.keys.iterdir())[-1]
    (elsewhere.keys / name).write_text("another")
    with pytest.raises(Answered, match="another key"):
        keyring.import_keys(exported, identity=str(holder), place=elsewhere)
    assert [path.name for path in elsewhere.keys.iterdir()] == [name]


def test_what_is_no_export_is_refused(book: Book, tmp_path: Path) -> None:
    holder, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    exported = keyring.export(recipient=str(holder.to_public()), place=book.place)
    sealed = bytes(pyrage.encrypt(b'{"names":["../x"],"texts":["00"]}', [holder.to_public()]))
    for data, identity in [(exported, other), (b"rubbish", holder), (exported, "rubbish"), (sealed, holder)]:
        with pytest.raises(HeedError):
            keyring.import_keys(data, identity=str(identity), place=Place(tmp_path / "elsewhere"))
    assert not (tmp_path / "elsewhere").exists()
