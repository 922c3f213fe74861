"""`heed bench returns`: reading the sector's files, beside csc-validator-be-903 and a floor, and a million rows."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from heed.lib.errors import HeedError
from heed.lib.progress import bar
from heed.returns.bulk import write_return

from .output import answer, say

ROOT = Path(__file__).resolve().parents[3]
PEER = ROOT / "bench/.venv/returns/bin/python"
PEER_SCRIPT = ROOT / "bench/returns/peer.py"
SET = Path("data/ssda903-synthetic")
# Aims of the project's brief: twenty times the peer's reading and preparing; a million rows in 4 GB, time in line.
AIM_RATIO, AIM_GIB, AIM_LINEAR = 20.0, 4.0, 1.25
SIZES = (250_000, 500_000, 1_000_000)
NOT_INSTALLED = "not installed (see bench/returns-requirements.txt)"

READ = """
import json, resource, sys, time
from pathlib import Path
from heed.returns.ssda903.yearly import read_return, returns_in
wall, cpu = time.perf_counter(), time.process_time()
rows = rejects = doubts = 0
for one in returns_in(Path(sys.argv[1])):
    for taken in read_return(one):
        rows, rejects, doubts = rows + len(taken.lines), rejects + len(taken.rejects), doubts + len(taken.doubts)
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows,
                  "rejects": rejects, "doubts": doubts}))
"""
JOURNEY = """
import collections, json, resource, sys, time
from pathlib import Path
from heed.returns import events, read
wall, cpu, kinds = time.perf_counter(), time.process_time(), collections.Counter()
for event in events("ssda903", read("ssda903", Path(sys.argv[1]))):
    kinds[getattr(event, "KIND", type(event).__name__)] += 1
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "events": kinds,
                  "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))
"""
FLOOR = """
import csv, json, sys, time
from pathlib import Path
wall, cpu, rows = time.perf_counter(), time.process_time(), 0
for path in sorted(Path(sys.argv[1]).rglob("*.csv")):
    with path.open(newline="", encoding="utf-8") as lines:
        rows += len(list(csv.reader(lines))) - 1
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows}))
"""
POLARS = """
import json, sys, time
from pathlib import Path
import polars
wall, cpu, rows = time.perf_counter(), time.process_time(), 0
for path in sorted(Path(sys.argv[1]).rglob("*.csv")):
    rows += polars.read_csv(path, infer_schema=False).height
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows}))
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command's words."""
    parser.add_argument("--set", type=Path, metavar="DIR", help="the SSDA903 set (else HEED_SHARED's synthetic one)")
    parser.add_argument("--peer", type=Path, default=PEER, metavar="PYTHON", help="the peer's own Python")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="rounds, each side in turn (default 7)")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, metavar="ROWS", help="sizes of the bulk runs")


def run(args: argparse.Namespace) -> int:
    """Measure, print, and say whether the aims are met; a missing peer is said, not failed on."""
    folder = args.set or Path(os.environ.get("HEED_SHARED", ROOT.parent / "shared")) / SET
    if not folder.is_dir():
        raise HeedError(f"There is no SSDA903 set at {folder}; name one with --set.")
    document: dict[str, Any] = {"set": str(folder), "rounds": args.rounds}
    document["read_and_validate"] = side_by_side(folder, args.peer, args.rounds)
    document["bulk"] = bulk(sorted(args.sizes)) if args.sizes else {}
    document["ok"] = all(check["met"] for check in aims(document) if check["met"] is not None)
    document["aims"] = aims(document)
    answer(args, document, table(document))
    return 0 if document["ok"] else 1


def child(python: Path, words: list[str]) -> dict[str, Any]:
    """Run one measurement in a process of its own, so that nobody profits from another's warm caches."""
    done = subprocess.run([str(python), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise HeedError(f"The measurement failed: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def side_by_side(folder: Path, peer: Path, rounds: int) -> dict[str, Any]:
    """Measure ours, the peer and the floors in turn, each in its own process, and return the medians."""
    sides: dict[str, tuple[Path, list[str]]] = {
        "heed": (Path(sys.executable), ["-c", READ, str(folder)]),
        "floor: csv.reader alone": (Path(sys.executable), ["-c", FLOOR, str(folder)]),
        "floor: polars.read_csv alone": (Path(sys.executable), ["-c", POLARS, str(folder)]),
    }
    if peer.exists():
        sides["csc-validator-be-903, read and prepare"] = (peer, [str(PEER_SCRIPT), str(folder)])
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in sides}
    for _ in bar(range(rounds), rounds, "side by side"):
        for name, (python, words) in sides.items():
            runs[name].append(child(python, words))
    found = {name: medians(taken) for name, taken in runs.items()}
    for one in found.values():
        one |= {f"heed_{clock}_ratio": one[clock] / found["heed"][clock] for clock in ("wall", "cpu")}
    if not peer.exists():
        found["csc-validator-be-903, read and prepare"] = {"note": NOT_INSTALLED}
    return found


def medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the median of both clocks, the fastest wall time, and the counts."""
    clocks = {clock: statistics.median(run[clock] for run in runs) for clock in ("wall", "cpu")}
    return runs[-1] | clocks | {"fastest": min(run["wall"] for run in runs)}


def bulk(sizes: list[int]) -> dict[str, Any]:
    """Measure whole returns of growing size, from file to journey: time, memory, and whether time keeps in line."""
    found: dict[str, Any] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            started = time.perf_counter()
            rows = write_return(Path(scratch), rows=size, seed=1)
            say(f"  {rows:,} rows written in {time.perf_counter() - started:.1f} s; reading …")
            found[str(rows)] = child(Path(sys.executable), ["-c", JOURNEY, scratch]) | {"rows": rows}
    return found


def aims(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each aim with what was measured; what could not be measured is neither met nor missed."""
    peer = document["read_and_validate"]["csc-validator-be-903, read and prepare"].get("heed_cpu_ratio")
    sizes = list(document["bulk"].values())
    checks = [aim("times faster than csc-validator-be-903 reads and prepares (cpu)", peer, AIM_RATIO, at_least=True)]
    if sizes:
        checks.append(aim(f"GiB for {sizes[-1]['rows']:,} rows", sizes[-1]["gib"], AIM_GIB, at_least=False))
    if len(sizes) > 1:
        per_row = [size["cpu"] / size["rows"] for size in sizes]
        what = "time a row at the largest size, against the smallest"
        checks.append(aim(what, per_row[-1] / per_row[0], AIM_LINEAR, at_least=False))
    return checks


def aim(what: str, measured: float | None, wanted: float, *, at_least: bool) -> dict[str, Any]:
    """Return one aim and whether it is met."""
    met = None if measured is None else (measured >= wanted if at_least else measured <= wanted)
    return {"what": what, "measured": measured, "aim": wanted, "met": met}


def table(document: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = [f"SSDA903 at {document['set']}, medians of {document['rounds']} rounds in processes of their own:"]
    for name, one in document["read_and_validate"].items():
        figures = one.get("note") or (
            f"{one['wall'] * 1e3:8.1f} ms wall {one['cpu'] * 1e3:8.1f} ms cpu {one['rows']:>8,} rows"
            f"   {one['heed_wall_ratio']:5.1f} x wall {one['heed_cpu_ratio']:5.1f} x cpu"
        )
        lines.append(f"  {name:<40} {figures}")
    for one in document["bulk"].values():
        rate = one["rows"] / one["wall"]
        lines.append(
            f"  {one['rows']:>10,} rows to the journey: {one['wall']:6.1f} s, {rate:9,.0f} rows/s, {one['gib']:.2f} GiB"
        )
    words = {True: "met", False: "MISSED", None: "not measured"}
    for one in document["aims"]:
        measured = "-" if one["measured"] is None else f"{one['measured']:.2f}"
        lines.append(f"  {words[one['met']]:<12} {one['what']}: {measured} (aim {one['aim']:g})")
    return "\n".join(lines)
