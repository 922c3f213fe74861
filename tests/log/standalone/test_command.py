"""The command as a person runs it: its exit codes, its sentences, and that it stands alone."""

import ast
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import heed.log.standalone
from log.vectors.build import Record
from log.vectors.databases import ask, erased
from log.vectors.notes import AT, FIRST, SECOND
from log.vectors.receipts import bare, policy, some_record
from log.verifiers import sqlite_file

FOLDER = Path(heed.log.standalone.__file__).parent


def run(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "heed.log.standalone", *map(str, words)]
    env = os.environ | {"PYTHONPATH": str(FOLDER.parents[2])} | env
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=env)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a receipt of entry 2, trust files, openings and an earlier checkpoint."""
    record = some_record()
    note = record.note(cosigned=[(FIRST, AT + 600), (SECOND, AT + 300)])
    files = {
        "bare.vkey": bare(record),
        "policy": policy(record),
        "new.tlog-proof": record.receipt(2),
        "seen.tlog-proof": record.receipt(2, note),
        "pictures.tlog-proof": record.receipt(4, note),
        "facts": record.opening(2),
        "words": record.opening(2, "words"),
        "picture": record.opening(4, "file"),
        "facts of picture": record.opening(4),
        "earlier": record.note(2, cosigned=[(FIRST, AT - 60)]),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_receipt_not_yet_witnessed(folder: Path) -> None:
    done = run("receipt", "new.tlog-proof", "--key", "bare.vkey", cwd=folder)
    assert done.returncode == 0
    for words in (
        "SYNTHETIC",
        "synthetic.vectors.example/1 signed that it held 5 entries; this is entry 2 of them",
        "concern.raised.1",
        "2026-03-01T09:02:00.000000Z",
        "It is not yet witnessed.",
        "It holds.",
    ):
        assert words in done.stdout
    assert done.stderr == ""


def test_a_receipt_not_yet_witnessed_under_a_quorum(folder: Path) -> None:
    done = run("receipt", "new.tlog-proof", "--key", "policy", cwd=folder)
    assert done.returncode == 1
    assert "this is entry 2 of them" in done.stdout
    assert "not yet witnessed" in done.stdout.splitlines()[-1]
    document = json.loads(run("receipt", "new.tlog-proof", "--key", "policy", "--json", cwd=folder).stdout)
    assert document["ok"] is False
    assert "not yet witnessed" in document["error"]


def test_a_witnessed_receipt_with_openings(folder: Path) -> None:
    words = ["receipt", "seen.tlog-proof", "--key", "policy", "--opening", "facts", "--opening", "words"]
    done = run(*words, "--earlier", "earlier", "--json", cwd=folder)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert (found["origin"], found["index"], found["kind"]) == ("synthetic.vectors.example/1", 2, "concern.raised.1")
    assert (found["after"], found["before"]) == ("2026-03-01T08:59:00Z", "2026-03-01T09:10:00Z")
    assert sorted(each["part"] for each in found["openings"]) == ["facts", "words"]
    assert (
        "By its witnesses it was recorded after 2026-03-01T08:59:00Z and before 2026-03-01T09:10:00Z." in found["says"]
    )
    assert "station" not in done.stdout, "a verdict repeats no words of an entry"


def test_an_opening_of_a_file_needs_the_facts(folder: Path) -> None:
    words = ["receipt", "pictures.tlog-proof", "--key", "policy", "--opening", "picture"]
    assert run(*words, cwd=folder).returncode == 2
    assert run(*words, "--opening-of-facts", "facts of picture", cwd=folder).returncode == 0
    assert run(*words, "--opening", "facts of picture", cwd=folder).returncode == 0
    assert run(*words, "--opening-of-facts", "facts", cwd=folder).returncode == 1


def test_what_does_not_hold_is_exit_1_and_says_why(folder: Path) -> None:
    spoiled = (folder / "new.tlog-proof").read_bytes().replace(b"index 2", b"index 1")
    (folder / "spoiled").write_bytes(spoiled)
    done = run("receipt", "spoiled", "--key", "bare.vkey", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "inclusion proof" in done.stderr
    document = json.loads(run("receipt", "spoiled", "--key", "bare.vkey", "--json", cwd=folder).stdout)
    assert document == {"ok": False, "error": document["error"], "rejects": []}


@pytest.mark.parametrize(
    "words",
    [
        ["receipt", "nowhere", "--key", "bare.vkey"],
        ["receipt", "new.tlog-proof", "--key", "nowhere"],
        ["receipt", "new.tlog-proof", "--key", "facts"],
        ["receipt", ".", "--key", "bare.vkey"],
        ["receipt", "new.tlog-proof"],
        ["database", "nowhere.sqlite3"],
        ["database", "facts"],
        ["database", "."],
        ["verify"],
        [],
    ],
    ids=" ".join,
)
def test_bad_input_or_use_is_exit_2(folder: Path, words: list[str]) -> None:
    done = run(*words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_is_not_steered_and_any_encoding_will_do(folder: Path) -> None:
    (folder / "steering").write_bytes(b"log \xc2\x9b2J\xff\nquorum none\n")
    done = run("receipt", "new.tlog-proof", "--key", "steering", cwd=folder, PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert done.stderr.isascii()
    assert done.stderr.strip().isprintable()
    done = run("receipt", "new.tlog-proof", "--key", "bare.vkey", cwd=folder, PYTHONIOENCODING="ascii")
    assert done.returncode == 0


def test_a_database(folder: Path) -> None:
    record = erased()
    (folder / "checkpoint").write_bytes(record.note(5, cosigned=[(FIRST, AT), (SECOND, AT + 60)]))
    (folder / "policy").write_bytes(policy(record, "first"))
    with sqlite_file(*rows(record, [(2, "words")])) as path:
        done = run("database", path, "--checkpoint", "checkpoint", "--key", "policy", "--json", cwd=folder)
        spoken = run("database", path, "--checkpoint", "checkpoint", "--key", "policy", cwd=folder)
        alone = run("database", path, cwd=folder)
    assert (done.returncode, spoken.returncode, alone.returncode) == (0, 0, 0)
    found = json.loads(done.stdout)
    assert (found["entries"], found["erased_parts"], found["covered"], found["not_covered"]) == (6, 1, 5, 1)
    assert "The checkpoint covers the first 5 of them; 1 are not covered (rule 24)." in spoken.stdout
    assert "covered entries were recorded before 2026-03-01T09:00:00Z" in spoken.stdout
    assert "the others were recorded after 2026-03-01T09:01:00Z" in spoken.stdout
    assert "nothing outside this file vouches" in alone.stdout


def test_a_database_is_not_written_to(folder: Path) -> None:
    with sqlite_file(*rows(some_record())) as path:
        before = path.read_bytes()
        path.chmod(0o400)
        assert run("database", path, cwd=folder).returncode == 0
        assert path.read_bytes() == before
        assert sorted(each.name for each in path.parent.iterdir()) == [path.name]


def test_a_database_that_a_server_is_writing(folder: Path) -> None:
    with sqlite_file(*rows(some_record())) as path, contextlib.closing(sqlite3.connect(path)) as server:
        assert server.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        server.execute("DELETE FROM record_part WHERE n = 3 AND part = 'words'")
        server.commit()
        assert path.with_name(f"{path.name}-wal").stat().st_size > 0
        done = run("database", path, cwd=folder)
    assert done.returncode == 1
    assert "words of entry 3 are lost" in done.stderr, "what stands only in the write-ahead log is read too"


def test_a_database_whose_name_needs_quoting(folder: Path) -> None:
    with sqlite_file(*rows(some_record())) as path:
        odd = folder / "heed?mode=rwc #1 50%.sqlite3"
        shutil.copy(path, odd)
    assert run("database", odd.name, cwd=folder).returncode == 0


def test_a_row_that_an_index_hides_is_found(folder: Path) -> None:
    """Words that were to be erased stand in the table, but not in the index that every reader walks."""
    record = erased()
    entries, parts = rows(record, [(2, "words")])
    hidden = next(row for row in rows(record)[1] if row[:2] == [2, "words"])
    with sqlite_file(entries, parts) as path:
        hide_row(path, hidden)
        with contextlib.closing(sqlite3.connect(path)) as db:
            walked = len(db.execute("SELECT n FROM record_part ORDER BY n").fetchall())
            assert (walked, db.execute("SELECT count(*) FROM record_part NOT INDEXED").fetchone()[0]) == (
                12 + 1,
                12 + 2,
            )
        done = run("database", path, cwd=folder)
    assert done.returncode == 1
    assert "damaged" in done.stderr


def hide_row(path: Path, row: list[Any]) -> None:
    """Insert a part while its table's index is out of the schema."""
    for statements in (
        [
            "CREATE INDEX by_n ON record_part (n)",
            "CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE name = 'by_n'",
        ],
        ["PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = 'by_n'"],
        ["INSERT INTO record_part VALUES (?, ?, ?, ?, ?)"],
        ["PRAGMA writable_schema = ON", "INSERT INTO sqlite_master SELECT * FROM kept"],
    ):
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            for statement in statements:
                db.execute(statement, row if "?" in statement else [])


def test_a_database_with_a_view_for_a_table_is_refused(folder: Path) -> None:
    with sqlite_file(*rows(some_record())) as path:
        db = sqlite3.connect(path)
        db.executescript("ALTER TABLE record_part RENAME TO hidden; CREATE VIEW record_part AS SELECT * FROM hidden")
        db.close()
        assert run("database", path, cwd=folder).returncode == 2


def rows(record: Record, without: Any = ()) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    inputs = ask(record, without)
    return inputs["entries"], inputs["parts"]


def test_it_imports_the_standard_library_cryptography_and_itself() -> None:
    allowed = sys.stdlib_module_names | {"cryptography"}
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert {name.name.partition(".")[0] for name in node.names} <= allowed, path.name
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").partition(".")[0] in allowed, path.name


def test_it_runs_alone_where_heed_is_not(folder: Path) -> None:
    shutil.copytree(FOLDER, folder / "standalone")
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    probe = "import sys; sys.modules['heed'] = None; import standalone.__main__ as m; sys.exit(m.main(sys.argv[1:]))"
    words = ["receipt", "seen.tlog-proof", "--key", "policy", "--opening", "words"]
    for how in (["-c", probe], ["-m", "standalone"]):
        done = subprocess.run([sys.executable, *how, *words], cwd=folder, env=alone, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
