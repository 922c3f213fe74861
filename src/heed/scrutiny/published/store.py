"""The imported table in the data folder: one Parquet file and a page that names it by its digest."""

import hashlib
import io
import json
from pathlib import Path

import polars as pl

from heed.lib.errors import HeedError
from heed.lib.files import locked, write_atomic

from .importing import Imported, SourceFile
from .rows import Reject

FOLDER, PAGE = "published", "import.json"
FORMAT = "heed.published.1"


def save(data: Path, imported: Imported) -> bool:
    """Keep what was imported; return False when the same files already stand there, and change nothing then.

    The page is replaced last: until then the earlier import stays whole. Two imports at once wait for each other.
    """
    with locked(data / FOLDER / ".lock"):
        if is_kept(data, imported):
            return False
        buffer = io.BytesIO()
        imported.cells.write_parquet(buffer, compression="zstd")
        replace(data / FOLDER, imported, buffer.getvalue())
    return True


def is_kept(data: Path, imported: Imported) -> bool:
    """Tell whether the same files were imported before and still stand whole; a damaged import is made anew."""
    try:
        return load(data).digest == imported.digest
    except HeedError:
        return False


def replace(folder: Path, imported: Imported, content: bytes) -> None:
    """Write the table under the name of its digest, then the page that names it; then drop the old table."""
    digest = hashlib.sha256(content).hexdigest()
    name = f"cells-{digest[:16]}.parquet"
    write_atomic(folder / name, content)
    words = imported.summary() | {"format": FORMAT, "parquet": name, "parquet_sha256": digest}
    write_atomic(folder / PAGE, json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True).encode())
    for old in folder.glob("cells-*.parquet"):
        if old.name != name:
            old.unlink()


def load(data: Path) -> Imported:
    """Return the last import; raise HeedError where there is none or where its file is not the one it names."""
    page = data / FOLDER / PAGE
    if not page.is_file():
        raise HeedError(f"no published statistics in {data}: run `heed published import DIR` first")
    try:
        words = json.loads(page.read_bytes())
        if words["format"] != FORMAT:
            raise HeedError(f"{page} was written by another version of Heed: import the files again")
        path = page.with_name(words["parquet"])
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != words["parquet_sha256"]:
            raise HeedError(f"{path} is not the file that {page.name} names: import the files again")
        files = tuple(SourceFile(**file) for file in words["files"])
        rejects = tuple(Reject(**reject) for reject in words["rejects"])
        return Imported(pl.read_parquet(io.BytesIO(content)), files, rejects, tuple(words["notes"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise HeedError(f"{page} cannot be read ({fault}): import the files again") from fault
