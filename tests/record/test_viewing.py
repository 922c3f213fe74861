"""The viewing log's own checkpoints: signed at each tick, and what they show when somebody tampers with its lines."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections

from heed.entry.keys import new_key
from heed.log.errors import VerifyError
from heed.record import checkpoints, keyring, tick, view_checkpoints, viewing
from heed.record.verify import verify

from .conftest import Book

WHO, WHAT = new_key(), new_key()


def look(times: int = 1) -> None:
    for _ in range(times):
        viewing.look(actor=WHO, subject=WHAT, page="concern")


def run(sql: str, *params: object) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, params)


def unguarded(vendor: str) -> None:
    """Take the guards away, as somebody who owns the database can."""
    if vendor == "sqlite":
        run("DROP TRIGGER record_view_stays")
        run("DROP TRIGGER record_view_lasts")


def test_nobody_has_looked_so_there_is_nothing_to_sign(book: Book) -> None:
    assert view_checkpoints.issue() is None
    report = verify()
    assert (report.views, report.view_checkpoints) == (0, 0)


def test_every_tick_signs_what_was_looked_at_since(book: Book) -> None:
    for times in (3, 0, 5):
        look(times)
        assert not tick.tick(book.tick()).error
    report = verify(log_only=True)
    assert (report.views, report.view_checkpoints) == (8, 2)
    assert "The viewing log holds 8 lines; 2 checkpoints of it hold." in report.sentences()


def test_the_note_names_its_own_log_and_neither_passes_for_the_other(book: Book, tmp_path: Path) -> None:
    look()
    views, record = view_checkpoints.issue() or "", checkpoints.issue()
    origin = record.split("\n")[0]
    assert views.split("\n")[0] == f"{origin}/views" and views.split("— ")[1].startswith(f"{origin}/views ")
    forged = views.replace(f"{origin}/views", origin)
    (tmp_path / "forged").write_text(forged)
    with pytest.raises(VerifyError, match="No trusted key"):
        verify(against=[tmp_path / "forged"])


def _drop_last(_: Path) -> None:
    run("DELETE FROM record_view WHERE n = 7")


def _drop_last_with_its_head(_: Path) -> None:
    run("DELETE FROM record_view WHERE n > 3")
    size, frontier = 4, b"".join(_frontier(4))
    run("UPDATE record_view_head SET size = %s, frontier = %s WHERE id = 1", size, frontier)


def _rewrite(_: Path) -> None:
    """Write a line anew with everything that hangs on it but the signature."""
    from heed.entry.canon import encode
    from heed.log.tree import leaf_hash

    line = encode({"n": 2, "at": "2026-03-02T10:00:00.000000Z", "actor": new_key(), "subject": WHAT, "page": "concern"})
    run("UPDATE record_view SET line = %s, leaf = %s WHERE n = 2", line, leaf_hash(line))
    run("UPDATE record_view_head SET frontier = %s WHERE id = 1", b"".join(_frontier(8)))


def _frontier(size: int) -> list[bytes]:
    from heed.log.tree import Frontier

    tree = Frontier()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT leaf FROM record_view WHERE n < %s ORDER BY n", [size])
        for (leaf,) in cursor.fetchall():
            tree.add(bytes(leaf))
    return [tree.to_bytes()]


def _forge_note(_: Path) -> None:
    run("UPDATE record_view_checkpoint SET note = replace(note, '8', '9')")


@pytest.mark.parametrize("vendor", ["sqlite"])  # the application's role on PostgreSQL can do none of this
@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (_drop_last, "not what its head says"),
        (_drop_last_with_its_head, "lines are lost"),
        (_rewrite, "not those that it signed"),
        (_forge_note, "checkpoint of size 8"),
    ],
)
def test_what_is_changed_behind_our_back_is_named(
    book: Book, tmp_path: Path, tamper: Callable[[Path], None], said: str
) -> None:
    look(8)
    view_checkpoints.issue()
    unguarded("sqlite")
    tamper(tmp_path)
    with pytest.raises(VerifyError, match=said):
        verify(log_only=True)


def test_a_note_that_somebody_kept_shows_what_the_machine_s_owner_dropped(book: Book, tmp_path: Path) -> None:
    look(8)
    note = tmp_path / "views.note"
    note.write_text(view_checkpoints.issue() or "")
    look(3)
    assert verify(log_only=True, against=[note]).views == 11
    if connections["default"].vendor == "sqlite":
        unguarded("sqlite")
        _drop_last_with_its_head(tmp_path)
        run("DELETE FROM record_view_checkpoint")
        assert verify(log_only=True).views == 4, "who owns the machine can do this unseen"
        with pytest.raises(VerifyError, match="covers 8 lines and the viewing log holds 4"):
            verify(log_only=True, against=[note])


def test_notes_of_a_key_that_was_replaced_still_hold(book: Book) -> None:
    look()
    first = view_checkpoints.issue() or ""
    keyring.rotate(by=book.by())
    look()
    second = view_checkpoints.issue() or ""
    assert first.count("— ") == 1 and second.count("— ") == 2
    assert verify(log_only=True).view_checkpoints == 2
