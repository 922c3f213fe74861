"""The integrity page, verify now in a process of its own, and the receipt checker."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from heed.log.witness_http import make_server
from heed.log.witness_store import WitnessStore
from heed.record import checkpoints, release, witnessing
from heed.record.models import Tick
from heed.record.place import Place
from heed.record.start import system
from heed.record.tick import tick
from heed.web import health, verify_run

from .conftest import ROOT, START, both, make_user, signed_in


def integrity_page() -> str:
    return signed_in(make_user("ada")).get("/integrity/").content.decode()


@both
def test_it_shows_tree_and_checkpoint(record: Place) -> None:
    tick(datetime.now(UTC))
    page = integrity_page()
    head = checkpoints.head_row()
    assert head is not None and head.root.hex() in page
    assert "synthetic.example/1" in page and f"covers {head.size} entries" in page
    assert "No witness is named" in page


def test_it_is_red_when_the_tick_never_ran_stopped_or_failed(record: Place) -> None:
    assert "has never run" in integrity_page()
    client = signed_in(make_user("bob"))
    tick(datetime.now(UTC))
    assert "The regular check is running." in client.get("/integrity/").content.decode()
    Tick.objects.update(started_at=datetime.now(UTC) - health.TICK_MAY_BE - timedelta(seconds=5))
    stopped = client.get("/integrity/").content.decode()
    assert "has stopped" in stopped and "heed-state--bad" in stopped
    Tick.objects.update(started_at=datetime.now(UTC), error="record: <b>disk</b> full")
    failed = client.get("/integrity/").content.decode()
    assert "last regular check failed" in failed and "&lt;b&gt;disk" in failed


@both
def test_it_shows_when_each_real_witness_cosigned(record: Place, tmp_path: Path) -> None:
    store = WitnessStore.make(tmp_path / "witness", "police.example/witness")
    from heed.record.signing import identity

    store.trust(identity().active[0])
    server = make_server(store, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        witnessing.add_witness("police", store.signer.key, url=url)
        before = health.standing(datetime.now(UTC)).witnesses
        assert [(w.name, w.size, w.is_late) for w in before] == [("police", None, True)]
        size = witnessing.witness("police")
    finally:
        server.shutdown()
        server.server_close()
    (after,) = health.standing(datetime.now(UTC)).witnesses
    assert (after.name, after.size, after.is_late) == ("police", size, False)
    (late,) = health.standing(datetime.now(UTC) + timedelta(days=2)).witnesses
    assert late.is_late


def test_only_who_may_starts_a_verification(record: Place) -> None:
    client = signed_in(make_user("ada"))
    assert "Verify now" not in client.get("/integrity/").content.decode()
    assert client.post("/integrity/verify").status_code == 404
    assert client.get("/integrity/verify").status_code == 405


def wait_for_the_run(data: Path) -> verify_run.Run:
    for _ in range(300):
        run = verify_run.newest(data)
        if run and not run.is_running:
            return run
        time.sleep(0.1)
    raise AssertionError("The run did not end.")


def test_verify_now_verifies_and_names_what_is_wrong(record: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'src'}:{ROOT / 'tests'}")
    release.record_release(by=system())
    checkpoints.issue()
    client = signed_in(make_user("root", is_staff=True))
    assert "Verify now" in client.get("/integrity/").content.decode()
    assert client.post("/integrity/verify")["Location"] == "/integrity/verify/progress"
    run = wait_for_the_run(record.folder)
    assert run.holds, run.sentences
    assert "Everything holds." in client.get("/integrity/verify/progress").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'record_part'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("UPDATE record_part SET bytes = %s WHERE n = 1 AND part = 'facts'", [b"{}"])
    client.post("/integrity/verify")
    run = wait_for_the_run(record.folder)
    assert not run.holds
    page = client.get("/integrity/verify/progress").content.decode()
    assert "Something does not hold." in page
    assert "The last verification found" in client.get("/integrity/").content.decode()


def test_one_verification_runs_at_a_time_and_a_dead_one_is_not_shown_as_running(record: Place) -> None:
    import fcntl

    folder = verify_run.folder_of(record.folder)
    folder.mkdir()
    with open(folder / "lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert verify_run.start(record.folder) is False
    verify_run._write(folder / "progress.json", verify_run._note(START.isoformat(), "Reading", 40))
    run = verify_run.newest(record.folder)
    assert run is not None and run.is_running and (run.step, run.percent) == ("Reading", 40)
    dead = verify_run._note(START.isoformat()) | {"pid": 2**22 + 1}  # above any process's number
    verify_run._write(folder / "progress.json", dead)
    run = verify_run.newest(record.folder)
    assert run is not None and not run.is_running and "ended without an answer" in run.sentences[0]


def test_progress_is_noted_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_run, "EVERY", -1)
    seen = []
    for _ in verify_run.Noted(tmp_path / "p.json", START.isoformat())(range(4), 4, "Counting"):
        seen.append((verify_run._read(tmp_path / "p.json") or {})["percent"])
    assert seen == [0, 25, 50, 75]


# --- receipts ---


def check(**words: object) -> str:
    return Client().post("/receipt", words).content.decode()


def test_a_receipt_holds_as_a_file_and_as_pasted_text(record: Place) -> None:
    text = checkpoints.receipt_for(0).text()
    by_file = check(file=SimpleUploadedFile("receipt.txt", text.encode()))
    assert "This receipt holds." in by_file and "Entry 0 (log.opened.1)" in by_file and "<svg" in by_file
    assert "This receipt holds." in check(text=text.replace("\n", "\r\n"))


def test_a_changed_receipt_proves_nothing(record: Place) -> None:
    text = checkpoints.receipt_for(0).text()
    other = "A" if text[40] != "A" else "B"
    assert "proves nothing here" in check(text=text[:40] + other + text[41:])


@pytest.mark.parametrize(
    "content", [b"\x00\xff\xfe", b"", b"<script>alert(1)</script>", b"c2sp.org/tlog-proof@v1\n" * 9000]
)
def test_rubbish_is_refused_in_a_sentence(record: Place, content: bytes) -> None:
    page = check(file=SimpleUploadedFile("x", content)) if content else check(text="")
    assert ("proves nothing here" in page) or ("There is a problem" in page)
    assert "<script>alert" not in page


def test_a_receipt_too_long_for_a_qr_code_says_so(record: Place) -> None:
    from django.template.loader import render_to_string

    assert "too long for a QR code" in render_to_string("heed/receipt.html", {"text": "x" * 2954})
    assert "<svg" in render_to_string("heed/receipt.html", {"text": "x" * 2953})
