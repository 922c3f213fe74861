"""The generated pages are what the code makes today, and nothing that a person can name is without a heading."""

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from heed.cli import docs_commands, docs_kinds, docs_page, docs_roles, docs_settings
from heed.cli.main import COMMANDS
from heed.entry.parts import FORMAT_MEMBERS
from heed.policy.files import load_packs, shipped

from .pages import ROOT

REFERENCE = ROOT / "docs" / "reference"


def headings(page: str) -> set[str]:
    return set(re.findall(r"^#+ (.*)$", (REFERENCE / page).read_text(encoding="utf-8"), re.M))


def heed(*words: str, data: Path) -> str:
    """Run a command of this checkout with the product's own settings; return its standard output."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HEED_", "DJANGO_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT / "src"), "HEED_DATA": str(data)}
    command = [sys.executable, "-m", "heed.cli", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def test_the_committed_pages_are_what_the_code_makes(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HEED_", "DJANGO_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT / "src"), "HEED_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "heed.cli.docs", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr


def test_a_stale_page_is_named(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HEED_", "DJANGO_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT / "src"), "HEED_DATA": str(tmp_path)}
    shutil.copytree(REFERENCE, tmp_path / "reference")
    command = [sys.executable, "-m", "heed.cli.docs", "--out", str(tmp_path / "reference")]
    (tmp_path / "reference" / "tables.md").write_text("# Tables\n")
    done = subprocess.run([*command, "--check"], capture_output=True, text=True, env=environment)
    assert (done.returncode, "tables.md" in done.stderr, "files.md" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_every_argument_is_described(name: str) -> None:
    found = headings("commands.md")
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert f"heed {name}" in found
    parser = docs_commands.parser_of(name)
    for word, what, inner in docs_commands.subcommands(parser):
        assert f"heed {name} {word}" in found
        assert what, f"heed {name} {word} does not say what it does"
        for action in docs_commands.own_actions(inner):
            assert all(option in text for option in action.option_strings)


def test_every_clause_has_a_heading() -> None:
    """The manual in src/heed/policy is compared by that package's own tests."""
    for pack in load_packs(sorted(shipped())):
        for clause in pack.clauses:
            heading = f"{clause.id}, version {clause.version}"
            assert heading in headings("policy.md"), heading


def test_every_role_has_a_heading_and_says_what_it_is_for() -> None:
    from heed.people.entries import ROLES

    assert docs_roles.FOR.keys() == set(ROLES)
    assert set(ROLES) <= headings("roles.md")


def test_every_member_of_the_format_is_described() -> None:
    assert docs_kinds.FORMAT.keys() == FORMAT_MEMBERS


def test_every_variable_that_the_code_reads_has_a_heading() -> None:
    read = docs_settings.variables_read()
    assert read >= {"HEED_DATA", "HEED_DATABASE_URL", "HEED_DATABASE_OWNER_URL", "HEED_VENV"}
    assert read <= headings("settings.md"), "describe it in heed/cli/docs_settings.py and run `heed docs`"


def test_every_table_and_every_file_of_a_record_has_a_heading(tmp_path: Path) -> None:
    data, there = tmp_path / "data", tmp_path / "witness"
    heed("init", "--origin", "synthetic.record.example.org/1", data=data)
    heed("hold", "place", "--kind", "concern.raised.1", "--authority", "an invented order", data=data)
    heed("key", "rotate", data=data)
    heed("tick", data=data)
    heed("witness", "init", "police.example.org/w", data=there)
    names = ["SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"]
    held = subprocess.run(["sqlite3", data / "heed.sqlite3", *names], check=True, capture_output=True, text=True)
    assert set(held.stdout.split()) <= headings("tables.md")
    for folder, patterns in ((data, docs_settings.DATA_FILES), (there, docs_settings.WITNESS_FILES)):
        found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert {name for name in found if not any(fnmatchcase(name, one) for one in patterns)} == set()
        assert any(name.endswith(".key") for name in found)


def test_no_page_names_a_folder_of_this_machine() -> None:
    for page in REFERENCE.glob("*.md"):
        assert str(ROOT) not in page.read_text(encoding="utf-8"), page.name


def test_a_cell_cannot_break_out_of_its_table() -> None:
    assert docs_page.cell("a|b\n c") == "a\\|b c"
    assert docs_page.cell(" ") == "-"
    assert docs_page.table(("x",), []) == []
