"""`heed import STANDARD PATH`: bring a file or a folder of the sector's own formats into the record."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from heed.lib.errors import HeedError
from heed.lib.progress import bar
from heed.returns import STANDARDS

from .output import answer, say
from .record_place import actor_arguments, open_record

# So many rows are shown to a person; the files and --json hold all.
SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("standard", choices=list(STANDARDS), help="the format")
    parser.add_argument("path", type=Path, metavar="PATH", help="a file or a folder")
    parser.add_argument("--year", type=int, help="refuse a return of another year (ssda903, cin)")
    parser.add_argument("--agreement", default="", metavar="TEXT", help="under which agreement the files come")
    parser.add_argument("--rejects", type=Path, metavar="DIR", help="write the rows not taken, and what to look at")
    parser.add_argument("--again", action="store_true", help="read files anew that were brought in whole before")
    parser.add_argument("--corrects", default="", metavar="KEY", help="these files correct that import: take its place")
    actor_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """1. Open the record; 2. bring the files in; 3. write the rejects; 4. answer."""
    if not args.path.exists():
        raise HeedError(f"There is no file or folder {args.path}.")
    open_record(args)
    from heed.cases.journey import services
    from heed.record.start import system

    last = _last_import()
    who = services.agency_of(by=_who(args, system()), named=args.agency or "")
    done = services.bring_in(
        by=who,
        standard=args.standard,
        path=args.path,
        today=date.today().isoformat(),  # noqa: DTZ011 (the machine's own day: the bound of what a file can tell)
        year=args.year,
        agreement=args.agreement,
        again=args.again,
        corrects=args.corrects,
        track=bar,
    )
    is_new = (done.closed_n or 0) > last
    document = document_of(done, is_new=is_new)
    if args.rejects is not None:
        document["rejects_files"] = [str(path) for path in _unpack(done, args.rejects)]
    answer(args, document, _text(document))
    return 0


def _who(args: argparse.Namespace, record: Any) -> Any:
    """Return who acts: the person named, else the record itself."""
    from heed.record.model import By

    return By(args.by, record.agency) if args.by else record


def _last_import() -> int:
    from heed.cases.journey.models import Import

    return Import.objects.exclude(closed_n=None).order_by("-closed_n").values_list("closed_n", flat=True).first() or 0


def _unpack(done: Any, folder: Path) -> list[Path]:
    from heed.cases.journey.files import unpack

    return [*unpack(done.rejects_files, folder), *unpack(done.findings_files, folder)]


def document_of(done: Any, *, is_new: bool) -> dict[str, Any]:
    """Return what came of an import, as one document."""
    from heed.cases.journey.files import FINDINGS, REFUSED, listed

    return {
        "ok": True,
        "import": done.key,
        "standard": done.standard,
        "is_new": is_new,
        "entry": done.closed_n,
        "children": done.counts["children"],
        "counts": done.counts,
        "told": {row["kind"]: row["count"] for row in done.told},
        "coverage": done.coverage,
        "files": [{"name": n, "sha256": d} for n, d in zip(done.names, done.files, strict=False)],
        "rejects": listed(done.findings_files, REFUSED),
        "findings": listed(done.findings_files, FINDINGS),
    }


def _text(document: dict[str, Any]) -> str:
    """Return what came of an import, for people."""
    counts = document["counts"]
    told = ", ".join(f"{kind.replace('_', ' ')} {count:,}" for kind, count in document["told"].items())
    looked = f"{many(counts['doubts'], 'doubt')}, {many(counts['conflicts'], 'conflict')}"
    first = "Imported" if document["is_new"] else "These files were imported before; nothing is new. They hold"
    for row in document["rejects"][:SHOWN]:
        say(f"  {row['source']}, line {row['line']}: {row['table']} {row['column']} {row['value']}: {row['reason']}")
    if document["rejects"]:
        say(f"{many(counts['rejects'], 'row')} not taken; --rejects DIR writes what can be corrected.")
    return "\n".join(
        [
            f"{first} {many(counts['children'], 'child', 'children')}, {many(counts['events'], 'event')}: {told}.",
            f"{counts['new']:,} new, {counts['corrected']:,} corrected, {counts['same']:,} as they stood.",
            f"{looked} (--json and --rejects list them).",
            f"Closed by entry {document['entry']}.",
        ]
    )


def many(count: int, one: str, several: str = "") -> str:
    """Return a count with its word."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
