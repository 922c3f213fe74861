"""`heed bench [AREA]`: figures as ratios against a floor measured in the same run."""

import argparse
import importlib
from typing import Any

from heed.lib.errors import HeedError

AREAS = {
    "count": "the count against the R packages' recorded seconds and a flop floor",
    "duties": "the evaluators against hand-written NumPy and DuckDB",
    "pages": "a whole report against `eventsourcing`, and pages with twenty people at once",
    "record": "append, batch, verify and proofs of the record",
    "returns": "reading and validating the sector's files",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add an area's own arguments; `heed bench` alone lists the areas."""
    areas = parser.add_subparsers(dest="area", metavar="AREA")
    for name, what in AREAS.items():
        area = areas.add_parser(name, help=what, description=what)
        area.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        _module(name).arguments(area)


def run(args: argparse.Namespace) -> int:
    """Measure an area."""
    if args.area is None:
        raise HeedError(f"Name an area: {', '.join(AREAS)}.")
    code: int = _module(args.area).run(args)
    return code


def _module(name: str) -> Any:
    return importlib.import_module(f"heed.cli.bench_{name}")
