"""Many at once, and processes that break: no gap, no fork, nothing half written, no receipt without its entry."""

import subprocess
import sys
from pathlib import Path

import pytest

import databases
from heed.entry.keys import new_key
from heed.lib.errors import HeedError
from heed.log.receipt import verify_receipt
from heed.record import checkpoints, erase, reading
from heed.record.model import By, Draft
from heed.record.verify import verify

from . import faults
from .conftest import Book
from .ledgerbook.entries import PromiseMade
from .ledgerbook.models import Note, Promise


def start(book: Book, *words: str) -> subprocess.Popen[str]:
    environment = databases.environment(book.vendor, book.place.folder, "heed_test_settings")
    command = [sys.executable, "-m", "record.worker", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def go(book: Book) -> None:
    (book.place.folder / "go").touch()


def test_eight_processes_append_at_once_without_a_gap_or_a_fork(book: Book) -> None:
    running = [start(book, "append", "40") for _ in range(8)]
    go(book)
    printed = [process.communicate(timeout=120) for process in running]
    numbers = sorted(int(line) for out, _ in printed for line in out.split())
    assert numbers == list(range(1, 321)), [err for _, err in printed if err][:1]
    assert reading.size() == 321 and Note.objects.count() == 640
    report = verify()
    assert report.size == 321
    for n in (1, 160, 320):
        verify_receipt(checkpoints.receipt_for(n).text().encode(), checkpoints.trust_of(book.place))


def test_two_opposite_decisions_at_once_are_one_entry_and_one_sentence(book: Book) -> None:
    for _ in range(3):
        (book.place.folder / "go").unlink(missing_ok=True)
        promise, book.now = new_key(), _now()
        book.add(Draft(kind=PromiseMade, subject=promise, facts={"by": book.ada}))
        running = [start(book, "decide", promise, word) for word in ("yes", "no")]
        go(book)
        said = sorted(process.communicate(timeout=60)[0].strip() for process in running)
        assert said[0].startswith("entry ") and said[1].startswith("refused: This promise has been decided"), said
        assert Promise.objects.get(key=promise).kept_n == int(said[0].split()[1])
    verify()


def erasure_ready(book: Book) -> int:
    from heed.record import attachments

    (made,) = book.add(book.note("SECRETWORDS", files=(attachments.draft_file(b"SECRETFILE"),)))
    case = erase.propose(by=book.by("ada"), entry=made.n, part="both", authority="x", recipients=[book.scrutineer])
    erase.approve(by=book.by("bob"), erasure=case.subject)
    return made.n


def check_after(book: Book, step: str, size: int, erased: int) -> None:
    """What must hold after any break: the record verifies, and it may go on."""
    erase.finish(by=By(book.subject, book.subject))
    report = verify()
    assert report.size in (size, size + 1, size + 2)
    held = checkpoints.file_checkpoint(book.place)
    assert held is None or held.size <= reading.size()
    if step.startswith("erase"):
        gone = reading.entry(erased).facts is None
        bytes_left = any(b"SECRETWORDS" in p.read_bytes() for p in book.place.folder.glob("heed.sqlite3"))
        assert gone or not erase.journal(book.place), (
            "the journal is written before the deletion commits, then finished"
        )
        assert not (gone and bytes_left and book.vendor == "sqlite" and step != "erase: before the scrub")
    book.now = _now()
    book.add(book.note("and on"))
    verify_receipt(checkpoints.receipt_for(reading.size() - 1).text().encode(), checkpoints.trust_of(book.place))


def _now():  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime

    return datetime.now(UTC)


@pytest.mark.parametrize("step", faults.STEPS)
@pytest.mark.parametrize("how", ["error", "full disk"])
def test_a_break_at_any_step_leaves_nothing_half_done(book: Book, step: str, how: str) -> None:
    erased = erasure_ready(book)
    if step == "append: before the tiles":
        book.add(*[book.note() for _ in range(255 - reading.size())])
    checkpoints.issue(place=book.place)
    size = reading.size()
    put_back = faults.break_before(step, how)
    with pytest.raises((OSError, RuntimeError)):
        faults.act(step, By(book.ada, book.council))
    put_back()
    if step.startswith("append"):
        assert reading.size() == size and not Note.objects.filter(text="the interrupted one").exists()
    check_after(book, step, size, erased)


@pytest.mark.parametrize("step", faults.STEPS)
def test_a_kill_at_any_step_leaves_nothing_half_done(book: Book, step: str) -> None:
    erased = erasure_ready(book)
    if step == "append: before the tiles":
        book.add(*[book.note() for _ in range(255 - reading.size())])
    checkpoints.issue(place=book.place)
    size = reading.size()
    out, err = (process := start(book, "die", step)).communicate(timeout=60)
    assert process.returncode == -9, err
    if step.startswith("append"):
        assert reading.size() == size
    if step.startswith("checkpoint"):
        assert out.startswith("committed") and "— synthetic" not in out, "no signature left before it was stored"
        assert reading.size() == size + 1
    check_after(book, step, size, erased)


def test_a_process_killed_while_it_appends_leaves_a_whole_record(book: Book) -> None:
    running = [start(book, "append", "5000") for _ in range(2)]
    go(book)
    seen = [int(running[0].stdout.readline()) for _ in range(30)]  # type: ignore[union-attr]
    for process in running:
        process.kill()
        process.communicate()
    assert reading.size() > max(seen), "what was said to be recorded is recorded"
    verify()


def test_a_torn_journal_line_is_left_out(book: Book) -> None:
    erased = erasure_ready(book)
    case = erase.due(_now().replace(year=2036))[0]
    erase.perform(by=book.by("bob"), erasure=case, now=_now().replace(year=2036))
    path: Path = book.place.journal
    path.write_bytes(path.read_bytes() + b'{"entry": 5, "pa')
    assert [line["entry"] for line in erase.journal(book.place)] == [erased]
    assert erase.finish(by=book.by("bob")) == []


def test_nothing_is_signed_once_the_checkpoint_file_is_ahead(book: Book) -> None:
    book.add(book.note())
    note = checkpoints.issue(place=book.place)
    book.place.checkpoint.write_text(note.replace("\n2\n", "\n99\n"))
    book.add(book.note())
    with pytest.raises(HeedError, match="entries are lost"):
        checkpoints.issue(place=book.place)
