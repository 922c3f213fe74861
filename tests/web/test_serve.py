"""`heed serve`: the real command, gunicorn and whitenoise; a record that may not be served is refused in words."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from .conftest import ROOT, Served

COMMAND = "import sys; from heed.cli import main; main.COMMANDS.setdefault('serve', ''); sys.exit(main.main())"


def serve(data: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "heed.web.settings"}
    command = [sys.executable, "-c", COMMAND, "serve", "--data", str(data), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_it_refuses_a_folder_without_a_record(tmp_path: Path) -> None:
    done = serve(tmp_path)
    assert done.returncode == 2 and "There is no record" in done.stderr


def test_it_refuses_a_record_whose_log_key_is_missing(served: Served, tmp_path: Path) -> None:
    import shutil

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM INTO '{tmp_path / 'heed.sqlite3'}'")
    for name in ("checkpoint", "trust"):
        shutil.copy(served.data / name, tmp_path)
    (tmp_path / "keys").mkdir()
    done = serve(tmp_path)
    assert done.returncode == 2 and "private key" in done.stderr and "missing" in done.stderr
    closed = (tmp_path / "static" / "closed.html").read_text()
    assert "Heed is not open" in closed and "999" in closed
    for path in re.findall(r'href="/static/([^"]+)"', closed):
        assert (tmp_path / "static" / path).is_file()


def test_static_files_have_hashed_names_and_are_kept_for_ever(served: Served) -> None:
    page = urllib.request.urlopen(f"{served.url}/accessibility").read().decode()
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert path.count(".") >= 2
    with urllib.request.urlopen(served.url + path) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert b"govuk" in answer.read()


def test_the_log_is_json_lines_without_a_query(served: Served) -> None:
    urllib.request.urlopen(f"{served.url}/accessibility?name=Invented+Person")
    text = served.log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert any(line.get("path") == "/accessibility" and line["status"] == 200 for line in lines)
    assert "Invented" not in text and "127.0.0.1" not in text.replace("http://127.0.0.1", "")


def test_another_host_name_is_refused(served: Served) -> None:
    request = urllib.request.Request(f"{served.url}/accessibility", headers={"Host": "evil.example"})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as refusal:
        assert refusal.code == 400
    else:
        raise AssertionError("It answered.")
