"""The imported table in the data folder: one Parquet file and a page that names it by its digest."""

import hashlib
import io
import json
from pathlib import Path

import polars as pl

from heed.lib.errors import HeedError
from heed.lib.files import write_atomic

from .importing import Imported, SourceFile
from .rows import Reject

FOLDER = "published"
FORMAT = "heed.published.1"


def save(data: Path, imported: Imported) -> bool:
    """Keep what was imported; return False when the same files already stand there, and change nothing then.

    The page is replaced last: until then the earlier import stays whole.
    """
    folder, page = data / FOLDER, data / FOLDER / "import.json"
    if page.is_file() and json.loads(page.read_bytes()).get("digest") == imported.digest:
        return False
    buffer = io.BytesIO()
    imported.cells.write_parquet(buffer, compression="zstd")
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    name = f"cells-{digest[:16]}.parquet"
    write_atomic(folder / name, content)
    words = imported.summary() | {"format": FORMAT, "parquet": name, "parquet_sha256": digest}
    write_atomic(page, json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True).encode())
    for old in folder.glob("cells-*.parquet"):
        if old.name != name:
            old.unlink()
    return True


def load(data: Path) -> Imported:
    """Return the last import; raise HeedError where there is none or where its file is not the one it names."""
    page = data / FOLDER / "import.json"
    if not page.is_file():
        raise HeedError(f"no published statistics in {data}: run `heed published import DIR` first")
    words = json.loads(page.read_bytes())
    if words.get("format") != FORMAT:
        raise HeedError(f"{page} was written by another version of Heed: import the files again")
    path = page.with_name(words["parquet"])
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != words["parquet_sha256"]:
        raise HeedError(f"{path} is not the file that {page.name} names: import the files again")
    return Imported(
        pl.read_parquet(io.BytesIO(content)),
        tuple(SourceFile(**file) for file in words["files"]),
        tuple(Reject(**reject) for reject in words["rejects"]),
        tuple(words["notes"]),
    )
