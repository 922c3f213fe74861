"""What every command shares: where its data stands, and how it answers people and machines."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any


def common(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the two options of every command."""
    parser.add_argument(
        "--data", metavar="DIR", type=Path, default=None, help="data folder (else HEED_DATA, else ./data)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def data_folder(args: argparse.Namespace) -> Path:
    """Return the data folder that `--data`, HEED_DATA or the current folder names."""
    chosen: Path | None = getattr(args, "data", None)
    return (chosen or Path(os.environ.get("HEED_DATA", "data"))).resolve()


def answer(args: argparse.Namespace, document: dict[str, Any], text: str = "") -> None:
    """Print `document` on standard output when `--json` was given, else `text`."""
    if getattr(args, "json", False):
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2, sort_keys=True, default=str)
        sys.stdout.write("\n")
    elif text:
        print(text)


def say(text: str) -> None:
    """Print a line for people on standard error."""
    print(text, file=sys.stderr, flush=True)
