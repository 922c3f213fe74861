"""Files that nobody has seen before: each comes in or is refused with a reason, and the record holds either way."""

import random
from pathlib import Path

import pytest

from heed.cases.journey.files import REFUSED, listed
from heed.cases.journey.models import Import
from heed.lib.errors import HeedError
from heed.record import reading
from heed.record.replay import differences
from heed.returns import STANDARDS
from world import World

from .conftest import CORPUS, Bring
from .test_import import EPISODES, FIRST, HEADER

# What people and systems put into cells, and what an attacker would.
STRANGE = (
    "=cmd|' /C calc'!A0",
    "\x00",
    "\x07",
    "\ud800",
    "�",
    "x" * 30_000,
    "🙂" * 300,
    "1e309",
    "-1",
    "9" * 40,
    "31/02/2019",
    "0000-00-00",
    "'; DROP TABLE record_entry; --",
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "NaN",
    "\u202eevil",
)


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Return a file with some bytes changed, dropped or doubled."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(made))
        kind = chance.randrange(3)
        if kind == 0:
            made[at] = chance.randrange(256)
        elif kind == 1:
            del made[at : at + chance.randint(1, 30)]
        else:
            made[at:at] = made[at : at + chance.randint(1, 40)]
    return bytes(made)


def attempt(bring: Bring, standard: str, path: Path) -> None:
    """Bring a file in or have it refused; after a refusal the record is as it was."""
    size = reading.size()
    try:
        done = bring(standard, path)
    except HeedError as refusal:
        assert str(refusal) and reading.size() == size
        return
    assert done.closed_n is not None
    assert done.counts["new"] + done.counts["corrected"] + done.counts["same"] == done.counts["events"]
    assert len(listed(done.findings_files, REFUSED)) == done.counts["rejects"]


@pytest.mark.parametrize("standard", STANDARDS)
def test_spoiled_files_come_in_or_are_refused(bring: Bring, world: World, tmp_path: Path, standard: str) -> None:
    files = [path for path in sorted((CORPUS / standard).iterdir()) if path.suffix in (".csv", ".xml", ".xlsx")]
    for seed in range(12):
        chance = random.Random(f"{standard}/{seed}")
        source = chance.choice(files)
        path = tmp_path / str(seed) / source.name
        path.parent.mkdir()
        path.write_bytes(spoiled(source.read_bytes(), chance))
        attempt(bring, standard, path)
    assert list(differences(using="default")) == []


@pytest.mark.parametrize("standard", STANDARDS)
def test_files_of_another_standard_leave_the_record_as_it_was(
    bring: Bring, world: World, tmp_path: Path, standard: str
) -> None:
    for other in STANDARDS:
        if other != standard:
            for path in sorted((CORPUS / other).iterdir()):
                attempt(bring, standard, path)
    wrong = Import.objects.exclude(closed_n=None).exclude(standard=standard)
    assert not wrong.exists()


def test_strange_values_are_text_or_rejects_and_nothing_else(bring: Bring, world: World, tmp_path: Path) -> None:
    rows = [FIRST.replace("SYN1", f"C{at}").split(",") for at in range(len(STRANGE) * 3)]
    for at, row in enumerate(rows):
        row[(5, 10, 12)[at % 3]] = '"' + STRANGE[at // 3].replace('"', '""') + '"'
    children = [f"{row[0]},2,01/05/2008,WBRI,UN1,," for row in rows]
    folder = tmp_path / "r"
    folder.mkdir()
    text = EPISODES + "\n".join(",".join(row) for row in rows) + "\n"
    (folder / "header.csv").write_text(HEADER + "\n".join(children) + "\n")
    (folder / "episodes.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
    attempt(bring, "ssda903", folder)
    assert list(differences(using="default")) == []
