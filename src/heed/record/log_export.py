"""`heed log export`: a directory with checkpoints, hash tiles and the policy, never entries (byte-level rule 18)."""

from pathlib import Path
from typing import Any

from heed.lib.files import write_atomic
from heed.lib.progress import Track, quiet
from heed.log.checkpoint import Checkpoint
from heed.log.note import split_note
from heed.log.tiles import tile_path, tiles_of
from heed.log.tree import HASH_BYTES

from . import checkpoints
from .place import Place, here


def export_log(folder: Path, *, using: str = "default", place: Place | None = None, track: Track[Any] = quiet) -> int:
    """Write the directory and return how many tiles it holds; full tiles that stand there already are left alone."""
    place = place or here()
    note = checkpoints.issue(using, place=place)
    size = Checkpoint.parse(split_note(note.encode())[0]).size
    tiles, stored = tiles_of(size), checkpoints.StoredTiles(using, size)
    for level, index, width in track(tiles, len(tiles), "Exporting tiles"):
        path = folder / tile_path(level, index, width)
        if not path.exists():
            write_atomic(path, stored.hashes(level, index, width)[: width * HASH_BYTES])
    for held in checkpoints.stored_sizes(using):
        if held != size:
            write_atomic(folder / "checkpoints" / str(held), (checkpoints.stored_note(held, using) or "").encode())
    write_atomic(folder / "policy", place.trust.read_bytes())
    write_atomic(folder / "checkpoint", note.encode())
    return len(tiles)
