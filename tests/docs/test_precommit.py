"""The hooks of .pre-commit-config.yaml: each names a program that is there, and fetches nothing from anywhere."""

from pathlib import Path

import yaml

from .line_ends import mend, mended
from .pages import ROOT

CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))


def test_nothing_is_fetched_and_every_script_exists() -> None:
    assert [repo["repo"] for repo in CONFIG["repos"]] == ["local"]
    for hook in CONFIG["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")
        for word in hook["entry"].split():
            if word.endswith(".py"):
                assert (ROOT / word).is_file()


def test_line_ends_are_mended(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(b"one \r\ntwo\t\n\n\n")
    assert mend(path)
    assert path.read_bytes() == b"one\ntwo\n"
    assert not mend(path)
    assert mended("") == ""
