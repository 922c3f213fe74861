"""`heed docs [--check]`: write the generated reference pages of a checkout, or say which of them are stale."""

import argparse
import sys
from pathlib import Path

from heed.lib.errors import Answered, HeedError

from .output import answer, common
from .record_place import start_django

# src/heed/cli/docs.py in a checkout; an installed Heed has no pages to write.
PAGES = Path(__file__).resolve().parents[3] / "docs" / "reference"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    parser.add_argument("--out", metavar="DIR", type=Path, help="another folder than this checkout's docs/reference")


def run(args: argparse.Namespace) -> int:
    """Write every page, or compare."""
    out: Path = args.out or PAGES
    if not out.parent.is_dir():
        raise HeedError(f"There is no folder {out.parent}; `heed docs` works in a checkout.")
    start_django(args)
    made = generated_pages()
    stale = [name for name, text in made.items() if _held(out / name) != text]
    if args.check and stale:
        raise Answered(f"Stale: {', '.join(stale)}. Run `heed docs` and commit what it wrote.")
    out.mkdir(exist_ok=True)
    for name in stale:
        (out / name).write_text(made[name], encoding="utf-8")
    answer(args, {"ok": True, "written": stale}, f"Written: {', '.join(stale) or 'nothing, all pages are fresh'}.")
    return 0


def generated_pages() -> dict[str, str]:
    """Return the text of every generated page by its file's name; Django stands already."""
    from . import docs_commands, docs_kinds, docs_policy, docs_roles, docs_settings, docs_tables

    return {
        "commands.md": docs_commands.page(),
        "entry-kinds.md": docs_kinds.page(),
        "files.md": docs_settings.files_page(),
        "policy.md": docs_policy.page(),
        "roles.md": docs_roles.page(),
        "settings.md": docs_settings.settings_page(),
        "tables.md": docs_tables.page(),
    }


def _held(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(words: list[str] | None = None) -> int:
    """Run as `python -m heed.cli.docs`, for the test that compares."""
    parser = argparse.ArgumentParser(prog="heed docs")
    common(parser)
    arguments(parser)
    args = parser.parse_args(words)
    try:
        return run(args)
    except HeedError as refusal:
        print(refusal, file=sys.stderr)
        return refusal.exit_code


if __name__ == "__main__":
    sys.exit(main())
