"""Opens a file that somebody handed in, without trusting its name, its size or its kind."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from heed.lib.errors import HeedError

# Larger files are refused before they are read: no return of one council comes near (1 million rows are about 90 MB).
LARGEST_FILE = 4 << 30
PIECE = 1 << 20
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Source(NamedTuple):
    """A file as it was found: its bytes are named by digest, and every row carries that digest."""

    path: Path
    name: str
    digest: str
    kind: str  # csv | xlsx | xml
    encoding: str
    has_quotes: bool
    has_nul: bool = False


def open_source(path: Path, *, name: str = "") -> Source:
    """Look a file over in one pass: digest, kind and encoding; refuse what no reader here can read."""
    if not path.is_file():
        raise HeedError(f"{path} is not a file.")
    if (size := path.stat().st_size) > LARGEST_FILE:
        raise HeedError(f"{path.name} is larger than {LARGEST_FILE >> 30} GiB.")
    at_once = min(PIECE, size + 1)  # no more room than the file needs
    with path.open("rb", buffering=0) as file:
        head = file.read(at_once)
        digest, pieces = hashlib.sha256(head), Look(head)
        while piece := file.read(at_once):
            digest.update(piece)
            pieces.see(piece)
    kind, encoding = recognise(head, pieces, path.name)
    return Source(path, name or path.name, digest.hexdigest(), kind, encoding, pieces.quotes, pieces.nul)


class Look:
    """What the bytes have shown so far."""

    def __init__(self, head: bytes) -> None:
        import codecs

        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.utf8, self.quotes, self.nul = True, False, False
        self.see(head)

    def see(self, piece: bytes) -> None:
        """Take in the next bytes of the file."""
        self.quotes = self.quotes or b'"' in piece
        self.nul = self.nul or b"\0" in piece
        if not self.utf8 or (piece.isascii() and not self.decoder.getstate()[0]):
            return
        try:
            self.decoder.decode(piece)
        except UnicodeDecodeError:
            self.utf8 = False

    @property
    def is_utf8(self) -> bool:
        return self.utf8 and not self.decoder.getstate()[0]


def recognise(head: bytes, look: Look, name: str) -> tuple[str, str]:
    """Tell kind and encoding from the first bytes, whatever the file is called."""
    if not head or head.isspace():
        raise HeedError(f"{name} is empty.")
    if head.startswith(ZIP):
        return "xlsx", ""
    if head.startswith(OLE):
        raise HeedError(
            f"{name} is an old Excel file or one locked with a password; save it as .xlsx without a password."
        )
    encoding = encoding_of(head, look)
    text = head[:4096].decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if not text or text[0] == "<":
        return "xml", encoding
    if look.nul and not encoding.startswith("utf-16"):
        raise HeedError(f"{name} is neither text nor a workbook: it holds zero bytes.")
    return "csv", encoding


def encoding_of(head: bytes, look: Look) -> str:
    """Tell UTF-16 by its mark or its zero bytes, UTF-8 by reading as such, and take the rest for Windows-1252."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = head[:1000]
    if len(sample) >= 4 and sample[1::2].count(0) > len(sample) * 0.3:
        return "utf-16-le"
    if len(sample) >= 4 and sample[0::2].count(0) > len(sample) * 0.3:
        return "utf-16-be"
    if not look.is_utf8:
        return "cp1252"
    return "utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else "utf-8"


def found_files(path: Path, endings: Sequence[str]) -> list[tuple[Path, str]]:
    """Return the files of a folder (or the one file) with the name each is listed under, in a fixed order."""
    if path.is_file():
        return [(path, path.name)]
    if not path.is_dir():
        raise HeedError(f"There is no file or folder {path}.")
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in endings)
    if not files:
        raise HeedError(f"{path} holds no file ending in {', '.join(endings)}.")
    return [(file, file.relative_to(path).as_posix()) for file in files if not file.name.startswith((".", "~$"))]
