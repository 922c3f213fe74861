"""Files as salted parts whose bytes stand outside the table, encrypted at rest (docs/adr/0003)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from heed.entry.parts import SALT_BYTES, check_size, part_digest
from heed.lib.errors import Answered, HeedError
from heed.lib.files import write_atomic

from .model import FileDraft
from .place import here

KEY_FILE = "files.key"
_NONCE = 12


def draft_file(data: bytes) -> FileDraft:
    """Return a file to attach to an entry; ProfileError when it exceeds 1 MiB."""
    check_size(data, "The file")
    salt = os.urandom(SALT_BYTES)
    return FileDraft(salt, data, part_digest(salt, data))


def keep(file: FileDraft) -> None:
    """Store a file's bytes, encrypted; a transaction that fails leaves a file that `heed doctor` names as an orphan."""
    nonce = os.urandom(_NONCE)
    sealed = ChaCha20Poly1305(_key()).encrypt(nonce, file.data, file.digest.encode())
    write_atomic(here().files / file.digest, nonce + sealed, mode=0o600)


def fetch(digest: str) -> bytes:
    """Return a file's bytes; Answered when they are missing or were changed."""
    path = here().files / digest
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Answered(f"The file {digest} is missing from {path.parent}.") from None
    try:
        return ChaCha20Poly1305(_key()).decrypt(data[:_NONCE], data[_NONCE:], digest.encode())
    except InvalidTag:
        raise Answered(f"The file {digest} was changed, or is under another key.") from None


def drop(digest: str) -> None:
    """Delete a file's bytes (an erasure)."""
    (here().files / digest).unlink(missing_ok=True)


def make_key() -> None:
    """Make the key under which files stand, once."""
    path = here().keys / KEY_FILE
    if not path.exists():
        write_atomic(path, ChaCha20Poly1305.generate_key(), mode=0o600)


def _key() -> bytes:
    path = here().keys / KEY_FILE
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise HeedError(f"The key of the files is missing: {path}.") from None
