"""`heed published import DIR` and `heed published report (--council NAME | --all) --out FILE`."""

import argparse
import json
from pathlib import Path
from typing import Any

from heed.lib.errors import HeedError
from heed.lib.files import write_atomic
from heed.lib.progress import bar
from heed.scrutiny.published.council import council_report
from heed.scrutiny.published.document import csv_of, document_of
from heed.scrutiny.published.importing import Imported, read_folder
from heed.scrutiny.published.index import statistics_of
from heed.scrutiny.published.national import national_report
from heed.scrutiny.published.page import page_of
from heed.scrutiny.published.paper import pdf_of
from heed.scrutiny.published.peers import from_csv
from heed.scrutiny.published.reading import decode
from heed.scrutiny.published.report import Report
from heed.scrutiny.published.store import load, save
from heed.scrutiny.published.view import surroundings

from .output import answer, data_folder, say

ENDINGS = (".html", ".pdf", ".csv", ".json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `import` and `report` take."""
    parser.add_argument("what", choices=("import", "report"), help="read a folder of files, or report on them")
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="import: the folder with the CSV files")
    parser.add_argument("--council", metavar="NAME", help="report: a council by name, code or number")
    parser.add_argument("--all", action="store_true", help="report: the national overview")
    parser.add_argument("--out", type=Path, metavar="FILE", help="report: .html, .pdf, .csv or .json")
    parser.add_argument("--peers", type=Path, metavar="CSV", help="report: a peer group of your own (council,peer)")
    parser.add_argument("--from", dest="source", type=Path, metavar="DIR", help="report: straight from a folder")
    parser.add_argument("--stylesheet", metavar="HREF", help="report: link this stylesheet instead of carrying it")


def run(args: argparse.Namespace) -> int:
    """Import, or report."""
    return bring_in(args) if args.what == "import" else tell(args)


def bring_in(args: argparse.Namespace) -> int:
    """Read the folder, keep it in the data folder, and say what was and was not taken."""
    if args.folder is None:
        raise HeedError("name the folder with the Department's CSV files: heed published import DIR")
    imported = read_folder(args.folder, track=bar)
    is_new = save(data_folder(args), imported)
    answer(args, imported.summary() | {"new": is_new}, told(imported, is_new=is_new))
    return 0


def told(imported: Imported, *, is_new: bool) -> str:
    """Say in words what an import did."""
    used = sum(bool(file.table) for file in imported.files)
    lines = [
        (
            f"{len(imported.files)} files read ({used} used by the report), {imported.cells.height:,} cells, "
            f"{len(imported.rejects)} rows, cells or files not taken."
        ),
        "Kept." if is_new else "The same files were imported before; nothing is new.",
        *imported.notes,
    ]
    for reject in imported.rejects:
        lines.append(f"  {reject.file} row {reject.row} {reject.column} {reject.value!r}: {reject.reason}")
    return "\n".join(lines)


def tell(args: argparse.Namespace) -> int:
    """Build the report and write it as the ending of `--out` says; `--json` prints it."""
    if bool(args.council) == bool(args.all):
        raise HeedError("say either --council NAME or --all")
    if args.out is None and not args.json:
        raise HeedError("say where to write it: --out FILE, ending in .html, .pdf, .csv or .json; or --json")
    if args.out is not None and args.out.suffix.lower() not in ENDINGS:
        raise HeedError(f"{args.out.name} must end in .html, .pdf, .csv or .json")
    report = report_of(args)
    document = document_of(report) if args.json else {}
    if args.out is not None:
        write_atomic(args.out, rendered(report, args.out.suffix.lower(), args.stylesheet))
        say(f"{report.title}: written to {args.out}")
    answer(args, document)
    return 0


def report_of(args: argparse.Namespace) -> Report:
    """Return the frozen report that was asked for."""
    imported = read_folder(args.source, track=bar) if args.source else load(data_folder(args))
    around = surroundings(statistics_of(imported))
    if args.all:
        return national_report(around)
    council = around.statistics.places.find(args.council)
    if args.peers is None:
        return council_report(around, council)
    if not args.peers.is_file():
        raise HeedError(f"{args.peers} is not a file")
    text, _ = decode(args.peers.read_bytes(), args.peers.name)
    return council_report(around, council, from_csv(around.statistics, council, text, args.peers.name))


def rendered(report: Report, ending: str, stylesheet: str | None) -> bytes:
    """Return the report in the form that the ending names."""
    if ending == ".pdf":
        return pdf_of(report)
    if ending == ".csv":
        return b"\xef\xbb\xbf" + csv_of(report).encode()
    if ending == ".json":
        return dumped(document_of(report))
    return page_of(report, stylesheet=stylesheet).encode()


def dumped(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
