"""The peers beside the five plain responses: their events written out, their own environment called, seconds read."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from heed.policy.calendars import Limit

HERE = Path(__file__).parent
PYTHON = HERE.parent / ".venv" / "duties" / "bin" / "python"
HOURS = {"wd": 24, "h": 1, "months": 730}  # neither peer knows a working day or a month: days of 24 hours stand in


def beside(path: Path, plain: Mapping[str, tuple[str, str, str, Limit]], ours: float) -> dict[str, dict[str, Any]]:
    """Return the seconds of each peer on the events of the plain clauses, beside those of the product."""
    names = {"pm4py": "pm4py Declare, order only", "declare4py": "Declare4Py, timed responses"}
    if not PYTHON.is_file():
        return {name: {"seconds": None, "note": "not installed"} for name in names.values()}
    target = path.with_name("peers.csv")
    _written(path, target, plain)
    asked = json.dumps([[_word(a), _word(b), limit.n * HOURS[limit.unit]] for a, b, _, limit in plain.values()])
    words = [str(PYTHON), str(HERE / "peer_declare.py"), str(target), asked]
    told = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    note = f"the product judges the same five clauses in {ours:.2f} s, prepared as they are here"
    return {name: {"seconds": told[peer], "note": note} for peer, name in names.items()}


def _written(path: Path, target: Path, plain: Mapping[str, tuple[str, str, str, Limit]]) -> None:
    keys = " ".join(f"WHEN kind IN ('{a}', '{b}') THEN facts->>'$.refs.{role}[0]'" for a, b, role, _ in plain.values())
    duckdb.connect().execute(
        f"COPY (SELECT CASE {keys} END AS \"case:concept:name\", replace(replace(kind, '.', ' '), '_', ' ')"
        f' AS "concept:name", occurred_at AS "time:timestamp" FROM \'{path}\' WHERE CASE {keys} END IS NOT NULL'
        f" ORDER BY 1, 3) TO '{target}' (FORMAT csv)"
    )


def _word(kind: str) -> str:
    return kind.replace(".", " ").replace("_", " ")
