"""The shared tables, SparseMSE's stored bootstrap tables and the R packages' values, read for the tests."""

import csv
from pathlib import Path

import numpy as np

from heed.count.lattice import Floats
from heed.count.reading import read
from heed.count.tables import Table

HERE = Path(__file__).parent
TABLES = HERE.parent.parent / "src" / "heed" / "count" / "tables"
NAMES = ("Artificial_3", "Korea", "Kosovo", "Western")
BOOTSTRAPPED = ("Korea", "Kosovo", "Western")


def load(name: str) -> Table:
    return read(TABLES / f"{name}.csv").table


def reference(dataset: str, method: str) -> dict[str, str]:
    """Return an R package's values for one table, by quantity."""
    with open(HERE / "reference_shared.csv", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["dataset"] == dataset and row["method"] == method]
    assert rows, (dataset, method)
    return {row["quantity"]: row["value"] for row in rows} | {"notes": rows[0]["notes"]}


def bootstrap_tables(shared: Path, name: str) -> tuple[Floats, Floats]:
    """Return SparseMSE's 1,000 bootstrap tables and its estimate for each."""
    with open(shared / "data" / "mse" / f"{name}_sparsemse_boot1000.csv", newline="") as lines:
        rows = list(csv.reader(lines))
    tables = np.zeros((len(rows) - 1, 2 ** len(rows[0][1])))
    for column, history in enumerate(rows[0][1:], start=1):
        place = sum(int(digit) << i for i, digit in enumerate(history))
        tables[:, place] = [int(row[column]) for row in rows[1:]]
    return tables, np.array([float(row[0]) for row in rows[1:]])
