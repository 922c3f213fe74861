"""The systemd units on our pages: their sections and members are known, and what they start is a command of ours."""

import configparser
import shlex

import pytest

from heed.cli import docs_commands
from heed.cli.main import COMMANDS

from .pages import Block, blocks, pages

UNITS = [block for paper in pages() for block in blocks(paper) if block.language == "ini"]
# What systemd.unit(5), .service(5), .exec(5) and .timer(5) name, of which our units use no more than these.
KNOWN = {
    "Unit": {"Description", "After", "Wants"},
    "Service": {
        *("Type", "ExecStart", "EnvironmentFile", "User", "Restart", "UMask", "NoNewPrivileges", "PrivateTmp"),
        *("ProtectHome", "ProtectSystem", "ReadWritePaths"),
    },
    "Timer": {"OnBootSec", "OnUnitActiveSec", "AccuracySec"},
    "Install": {"WantedBy"},
}
# Commands of the plan that another part of the project brings; a name here that exists by now fails the test below.
COMING: set[str] = set()


def read(block: Block) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read_string(block.text)
    return unit


@pytest.mark.parametrize("block", UNITS, ids=lambda block: f"line-{block.line}")
def test_a_unit_has_known_members_and_starts_a_command_of_ours(block: Block) -> None:
    unit = read(block)
    for section in unit.sections():
        assert set(unit[section]) <= KNOWN[section], section
    if unit.has_section("Timer"):
        return
    program, command, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program == "/opt/heed/heed"
    if command not in COMING:
        parser = docs_commands.parser_of(command)
        parser.add_argument("--data")
        parser.parse_args(words)


def test_there_are_units_and_what_is_coming_has_not_come() -> None:
    assert len(UNITS) >= 3
    assert not COMING & COMMANDS.keys(), "take it out of COMING"
