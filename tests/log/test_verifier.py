"""The verifier in one file agrees with the others on receipts, and imports nothing of Heed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from heed.log import verifier

from .test_vectors import KINDS, VECTORS

RECEIPTS = [
    row
    for name, row in VECTORS
    if KINDS[name] == "receipt" and not row["inputs"].get("openings") and "earlier" not in row["inputs"]
]
# What a holder's verifier leaves to the full one: forms that no honest log writes, and trust files that break a rule.
LEFT_OUT = {"2", "7", "8", "12", "14", "19", "20", "21", "22", "25", "28", "31", "34"}


@pytest.mark.parametrize("row", RECEIPTS, ids=lambda row: row["name"])
def test_one_verdict(row: dict[str, Any], tmp_path: Path) -> None:
    receipt, key = tmp_path / "receipt", tmp_path / "key"
    receipt.write_bytes(row["inputs"]["receipt"])
    key.write_bytes(row["inputs"]["trust"])
    code = verifier.main([str(receipt), str(key)])
    if row["exit"] == 0:
        assert code == 0
    elif row["rule"] not in LEFT_OUT:
        assert code in (1, 2)


def test_it_stands_alone(tmp_path: Path) -> None:
    """Copied out of the project, run by itself: rubbish is refused, and no module of Heed is asked for."""
    source = Path(verifier.__file__).read_text()
    assert "import heed" not in source and "from heed" not in source and "from ." not in source
    copy = tmp_path / "verifier.py"
    copy.write_text(source)
    (tmp_path / "rubbish").write_text("rubbish")
    done = subprocess.run(
        [sys.executable, "-I", str(copy), "rubbish", "rubbish"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2 and "This is not a receipt." in done.stderr
