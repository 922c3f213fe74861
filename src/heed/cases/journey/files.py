"""What an import could not take, and what should be looked at, as zips cut into pieces that an entry can hold."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from heed.entry.parts import MAX_PART
from heed.record.attachments import fetch
from heed.returns.columns import guard
from heed.returns.rejects import write_rejects
from heed.returns.rows import Doubt, Reject
from heed.returns.survey import Survey

FINDINGS, REFUSED = "what-to-look-at.csv", "what-was-not-taken.csv"
NOT_TAKEN = tuple(name for name in Reject._fields if name != "row")


def pieces_of_rejects(rejects: list[Reject]) -> list[bytes]:
    """Return a zip of the rows that were not taken, as files that can be corrected and brought in again."""
    if not rejects:
        return []
    with tempfile.TemporaryDirectory(prefix="heed-rejects-") as folder:
        return pieces({path.name: path.read_bytes() for path in write_rejects(rejects, Path(folder))})


def pieces_of_findings(found: Survey, rejects: list[Reject]) -> list[bytes]:
    """Return a zip of two lists: doubts and conflicts, and the rows that were not taken with the reason."""
    conflicts = set(map(id, found.conflicts))
    looked = [("conflict" if id(doubt) in conflicts else "doubt", *doubt) for doubt in found.doubts]
    files = {}
    if looked:
        files[FINDINGS] = as_csv(("what", *Doubt._fields), looked)
    if rejects:
        files[REFUSED] = as_csv(NOT_TAKEN, [one[: len(NOT_TAKEN)] for one in rejects])
    return pieces(files) if files else []


def as_csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV in which no text is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([guard(str(text)) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def listed(digests: Iterable[str], name: str) -> list[dict[str, str]]:
    """Return the rows of one list in a zip; none where it is not there."""
    digests = list(digests)
    if not digests:
        return []
    with zipfile.ZipFile(io.BytesIO(whole(digests))) as archive:
        if name not in archive.namelist():
            return []
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))


def pieces(files: dict[str, bytes]) -> list[bytes]:
    """Return a zip of some files, cut where a part of an entry ends."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    whole = out.getvalue()
    return [whole[at : at + MAX_PART] for at in range(0, len(whole), MAX_PART)]


def whole(digests: Iterable[str]) -> bytes:
    """Return the zip whose pieces these are."""
    return b"".join(fetch(digest) for digest in digests)


def unpack(digests: Iterable[str], folder: Path) -> list[Path]:
    """Write the files of a zip into a folder; return where they are."""
    digests = list(digests)
    if not digests:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with zipfile.ZipFile(io.BytesIO(whole(digests))) as archive:
        for name in archive.namelist():
            path = folder / Path(name).name
            path.write_bytes(archive.read(name))
            written.append(path)
    return written
