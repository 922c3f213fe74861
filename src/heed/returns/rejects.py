"""Rejects as files that can be corrected and handed in again: the row as it stood, and in front of it why not."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from .columns import guard
from .rows import Reject
from .tabular import REJECT_COLUMNS
from .writing import whole_file

REASON, COLUMN, FILE, LINE, REST = REJECT_COLUMNS


def write_rejects(rejects: Iterable[Reject], folder: Path) -> list[Path]:
    """Write one file for each table of each file handed in; XML rows go back as XML.

    The name keeps that of the file the rows came from, so that a year in it is not lost.
    """
    tables: dict[tuple[str, str, str], list[Reject]] = {}
    for one in rejects:
        tables.setdefault((one.source, one.file_digest[:8], "" if "xml" in one.row else one.table), []).append(one)
    written = []
    for (source, digest, table), listed in tables.items():
        named = "-".join(part for part in (Path(source).with_suffix("").as_posix(), table) if part)
        ending = "csv" if table else "xml"
        path = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', named)}-{digest}.rejects.{ending}"
        write_rows(path, listed) if table else write_children(path, listed)
        written.append(path)
    return written


def write_rows(path: Path, rejects: list[Reject]) -> None:
    """Write the rows of one table with their own columns, after the columns that say what was wrong."""
    names = list(dict.fromkeys(name for one in rejects for name in one.row if name))
    with whole_file(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*REJECT_COLUMNS, *names])
        for one in rejects:
            place = f"{one.source}{f', sheet {one.sheet}' if one.sheet else ''}"
            why = (one.reason, one.column, place, str(one.line), one.row.get("", ""))
            writer.writerow([guard(text) for text in (*why, *(one.row.get(name, "") for name in names))])


def write_children(path: Path, rejects: list[Reject]) -> None:
    """Write the children of a census, each with the group that was refused and a comment that says why."""
    message = etree.Element("Message")
    header = etree.SubElement(etree.SubElement(message, "Header"), "CollectionDetails")
    etree.SubElement(header, "Collection").text = "CIN"
    etree.SubElement(header, "Year").text = rejects[0].row.get("year", "")
    children = etree.SubElement(message, "Children")
    for one in rejects:
        why = f" {one.source}, line {one.line}: {one.table} {one.column} {one.value!r}: {one.reason} "
        children.append(etree.Comment(re.sub(r"-(?=-|$)|[^\t\n\r -\ud7ff\ue000-\ufffd]", "_", why)))
        children.append(etree.fromstring(one.row["xml"]))
    with whole_file(path) as draft:
        etree.ElementTree(message).write(str(draft), encoding="utf-8", xml_declaration=True, pretty_print=True)
