"""SSDA903 as XML: each group of elements whose names are a table's columns is a row of that table."""

from collections.abc import Iterator

from lxml import etree

from heed.lib.errors import HeedError
from heed.returns.checking import check
from heed.returns.delimited import Block
from heed.returns.opening import Source
from heed.returns.rows import Doubt
from heed.returns.tables import Known, Table, Taken
from heed.returns.xmlsafe import leaf_text, local, records

from .tables import (
    ADOPTION,
    ASYLUM,
    CARE_LEAVERS,
    EPISODES,
    HEADER,
    HEALTH,
    LIBERTY,
    MISSING,
    PLACED,
    PREVIOUS,
    REVIEWS,
    TABLES,
    WORKERS,
)  # fmt: skip

# Names that the XML gives otherwise than the CSV.
RENAMED = {"CHILDID": "CHILD", "PL": "PLACE"}
GROUPS: dict[str, Table] = {
    "EPISODE": EPISODES, "AREVIEW": REVIEWS, "AMISSING": MISSING, "OC2": HEALTH, "PERMANENCE": PREVIOUS,
    "AD_PLACED": PLACED, "OC3": CARE_LEAVERS, "AD1": ADOPTION, "SWEPISODE": WORKERS, "DOLO": LIBERTY,
}  # fmt: skip
ONCE = (HEADER, ASYLUM, CARE_LEAVERS, ADOPTION)
KNOWN = {name for table in TABLES for name in table.names} | RENAMED.keys()


def read_xml(source: Source, known: Known) -> Iterator[Taken]:
    """Yield the tables of the return's XML; elements that no table knows are listed once each."""
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {table.name: [] for table in TABLES}
    strange: dict[str, tuple[int, int]] = {}
    for number, child in enumerate(records(source, "CHILD"), start=1):
        if len(child):
            read_child(child, number, rows, strange)
    if not any(rows.values()):
        raise HeedError(f"{source.name} holds no child of an SSDA903 return.")
    notes = [
        Doubt(source.name, source.digest, "", line, "", name, "", "no table has a column of this name", count)
        for name, (line, count) in strange.items()
    ]
    for table in TABLES:
        if rows[table.name]:
            taken = check(block_of(table, rows[table.name]), table, places_of(table), source, known)
            taken.cells = paths_of(table)
            taken.doubts, notes = notes + taken.doubts, []
            yield taken


def read_child(
    child: etree._Element,
    number: int,
    rows: dict[str, list[tuple[int, dict[str, str]]]],
    strange: dict[str, tuple[int, int]],
) -> None:
    """Put one child's groups into the tables they belong to."""
    shared: dict[str, str] = {}
    groups: list[tuple[Table, int, dict[str, str]]] = []
    for group in child.iter():
        leaves = {RENAMED.get(local(leaf), local(leaf)): leaf_text(leaf) for leaf in group if not len(leaf)}
        leaves.pop("", None)
        if table := GROUPS.get(local(group)):
            groups.append((table, group.sourceline or 0, leaves))
        else:
            shared |= leaves
        for leaf in group:
            if not len(leaf) and local(leaf) and local(leaf) not in KNOWN:
                line, count = strange.get(local(leaf), (leaf.sourceline or 0, 0))
                strange[local(leaf)] = (line, count + 1)
    line = child.sourceline or number
    for table in ONCE:
        if table is HEADER or any(shared.get(name) for name in set(table.names) - {"CHILD", "DOB", "SEX"}):
            rows[table.name].append((line, shared))
    for table, at, leaves in groups:
        rows[table.name].append((at, {"CHILD": shared.get("CHILD", ""), "DOB": shared.get("DOB", "")} | leaves))


def paths_of(table: Table) -> dict[str, str]:
    """Return the element, below its CHILD, that each column came from."""
    group = next((name for name, grouped in GROUPS.items() if grouped is table), "HEADER")
    names = {column: element for element, column in RENAMED.items()}
    return {name: f"{group}/{names.get(name, name)}" for name in table.names}


def places_of(table: Table) -> dict[str, int]:
    """Return the columns in the table's own order."""
    return {name: at for at, name in enumerate(table.names)}


def block_of(table: Table, rows: list[tuple[int, dict[str, str]]]) -> Block:
    """Return the rows of one table as columns."""
    columns = [[row.get(name, "") for _, row in rows] for name in table.names]
    return Block("", list(table.names), [line for line, _ in rows], columns)
