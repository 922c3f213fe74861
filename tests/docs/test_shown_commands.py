"""A command that a page shows without running it, because it needs somebody's files, is at least one that parses."""

import shlex
from pathlib import Path

import pytest

from heed.cli import docs_commands
from heed.cli.main import COMMANDS

from .pages import ROOT, blocks, pages

SHOWN = [
    (paper, block.line, line)
    for paper in pages()
    for block in blocks(paper)
    if block.language == "text"
    for line in block.text.splitlines()
    if line.startswith("heed ") and line.split()[1] in COMMANDS and paper.parent != ROOT / "docs" / "reference"
]


@pytest.mark.parametrize(
    ("paper", "line", "shown"), SHOWN, ids=lambda value: value.name if isinstance(value, Path) else ""
)
def test_a_shown_command_parses(paper: Path, line: int, shown: str) -> None:
    _, command, *words = shlex.split(shown)
    parser = docs_commands.parser_of(command)
    parser.add_argument("--data")
    parser.add_argument("--json", action="store_true")
    try:
        parser.parse_args(words)
    except SystemExit:
        pytest.fail(f"{paper.relative_to(ROOT)}:{line}: {shown!r} does not parse")


def test_there_are_some() -> None:
    assert SHOWN
