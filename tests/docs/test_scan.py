"""The scan finds what it says it looks for, lets invented values pass, and finds nothing in this project."""

import subprocess
from pathlib import Path

import pytest

from . import scan
from .pages import ROOT


def joined(*pieces: str) -> str:
    """Put a forbidden value together, so that it stands in no file."""
    return "".join(pieces)


# Each is made up; the NHS number fits its check digit, as a real one would.
FOUND = [
    ("an NHS number", joined("the child, 943 ", "476 ", "5919")),
    ("an NHS number", joined("nhs=401", "0232", "137")),
    ("a National Insurance number", joined("AB", "12 34 ", "56 C")),
    ("a UK telephone number", joined("ring 07", "911 ", "123456")),
    ("a UK telephone number", joined("+44 (0)", "114 ", "555 0123")),
    ("a UK telephone number", joined("01709", " 555", "123")),
    ("a private key", joined("-----BEGIN ", "PRIVATE KEY-----")),
    ("a private key", joined("AGE-SECRET-", "KEY-1", "Q" * 58)),
    ("a private key", joined("PRIVATE+", "KEY+log.example.org+0a1b2c3d+", "A" * 44)),
    ("an e-mail address", joined("to jo.smith", "@", "council", ".gov.uk")),
]
INVENTED = [
    "999 123 4567 and 9991234567 are kept free for tests",
    "QQ 12 34 56 C stands in HMRC's own examples",
    "07700 900123, 01632 960001, +44 20 7946 0958, 0114 496 0123 are kept for drama",
    "ada@example.org, bob@police.example, eve@council.example.gov.uk, root@localhost",
    "digest 7e4b9369a3142156e8fcaced7d99a120 and 1234567890 and 2026-11-24T06:56:29.662660Z",
    "urn 1234567, port 8700, 225280 bytes, [1, 2, 3]",
]


@pytest.mark.parametrize(("what", "text"), FOUND)
def test_it_finds(what: str, text: str) -> None:
    assert (1, what) in list(scan.findings(text))


@pytest.mark.parametrize("text", INVENTED)
def test_it_lets_invented_values_pass(text: str) -> None:
    assert list(scan.findings(text)) == []


def test_a_line_that_says_why_may_stand() -> None:
    assert list(scan.findings(FOUND[5][1] + "  # scan: allowed, a published switchboard")) == []


def test_it_names_file_and_line_and_never_the_thing(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing\n" + FOUND[0][1] + "\n")
    (sentence,) = scan.scan([path])
    assert sentence == f"{path}:2: this looks like an NHS number."


def test_this_project_holds_none() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    assert len(files) > 100
    assert scan.scan(files) == []
