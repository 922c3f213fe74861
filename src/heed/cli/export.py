"""`heed export {annex-a|cin|ssd} --as-of D --out PATH`: the sector's files from the record."""

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Any

from heed.entry.canon import ProfileError
from heed.entry.when import parse_date
from heed.lib.errors import HeedError
from heed.lib.progress import bar
from heed.returns import STANDARDS

from .output import answer, say
from .record_place import open_record

SHOWN = 20
WRITTEN = ("annex-a", "cin", "ssd")
AUTHORITY = re.compile(r"[0-9]{3}")  # the census's schemas, element LEA


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("standard", choices=WRITTEN, help="the format")
    parser.add_argument("--as-of", required=True, metavar="D", help="the local day as of which it is written")
    parser.add_argument("--out", required=True, type=Path, metavar="PATH", help="the file; for ssd, the folder")
    parser.add_argument("--agency", metavar="KEY", help="whose children (else the only agency that imported)")
    parser.add_argument(
        "--from",
        dest="sources",
        action="append",
        default=[],
        choices=list(STANDARDS),
        help="events told in this standard (else the format's own, else all)",
    )
    parser.add_argument("--year", type=int, help="cin: the census year (else the one that holds D)")
    parser.add_argument("--authority", default="", metavar="NNN", help="cin: the council's three digits")
    parser.add_argument("--months", type=int, help="annex-a: how many months before D count as recent (else 6)")


def run(args: argparse.Namespace) -> int:
    """1. Open the record; 2. choose the events; 3. write the file, whole or not at all; 4. say what it leaves out."""
    day = _day(args.as_of)
    if args.standard == "cin" and not AUTHORITY.fullmatch(args.authority):
        raise HeedError("The census needs the council's three digits: --authority NNN.")
    open_record(args)
    from heed.cases.journey import selectors
    from heed.record import reading

    agency = args.agency or _only_agency()
    standards = selectors.chosen(agency, args.sources, args.standard)
    written = _write(args, day, selectors.events(agency, standards, day))
    left_out = [
        {"child": one.child, "kind": one.kind, "field": one.field, "reason": one.reason} for one in written.left_out
    ]
    document = {
        "ok": True,
        "out": str(args.out),
        "as_of": day,
        "entry": reading.size() - 1,
        "from": standards,
        "counts": written.counts,
        "left_out": left_out,
    }
    for row in left_out[:SHOWN]:
        say(f"  not said: {row['child']} {row['kind']} {row['field']}: {row['reason']}")
    counts = ", ".join(f"{count:,} {name}" for name, count in written.counts.items())
    text = (
        f"Written to {args.out} as of {day}: {counts}.\n{len(left_out):,} things could not be said (--json lists them)."
    )
    answer(args, document, text + f"\nIt reaches entry {document['entry']}.")
    return 0


def _day(text: str) -> str:
    try:
        return parse_date(text).isoformat()
    except ProfileError as refusal:
        raise HeedError(f"--as-of: {refusal}") from refusal


def _only_agency() -> str:
    from heed.cases.journey.models import KnownChild

    agencies = list(KnownChild.objects.values_list("agency", flat=True).distinct()[:2])
    if len(agencies) > 1:
        raise HeedError("Several agencies imported files; say whose children with --agency KEY.")
    if not agencies:
        raise HeedError("Nothing was imported yet, so there is nothing to export.")
    return str(agencies[0])


def _write(args: argparse.Namespace, day: str, told: Any) -> Any:
    if args.standard == "annex-a":
        from heed.returns.annex_a.write import write_annex_a

        return write_annex_a(told, args.out, as_of=day, months=args.months or 6, track=bar)
    if args.standard == "ssd":
        from heed.returns.ssd.write import write_ssd

        return write_ssd(told, args.out, track=bar)
    from heed.returns.cin.write import Heading, write_cin

    year = args.year or census_year(date.fromisoformat(day))
    heading = Heading(year=year, authority=args.authority, reference_date=f"{year}-03-31", made_at=f"{day}T00:00:00")
    return write_cin(told, args.out, heading, track=bar)


def census_year(day: date) -> int:
    """Return the year whose census holds a day: each runs from 1 April to 31 March."""
    return day.year + (day >= date(day.year, 4, 1))
