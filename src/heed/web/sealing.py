"""Encryption of working data (drafts, second-factor secrets) under a key in DATA/keys that no backup of rows holds."""

from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from heed.lib.errors import HeedError
from heed.lib.files import locked, write_atomic

_NAME = "web.sealing"


def seal(data: bytes, purpose: str) -> bytes:
    """Return `data` encrypted and authenticated, as text bytes; each purpose has a key of its own."""
    return _cipher(purpose).encrypt(data)


def unseal(token: bytes, purpose: str) -> bytes:
    """Return what `seal` was given; HeedError when the key is another or the bytes were changed."""
    try:
        return _cipher(purpose).decrypt(token)
    except InvalidToken:
        raise HeedError(f"A sealed {purpose} cannot be opened: DATA/keys/{_NAME} is another key.") from None


def _cipher(purpose: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"heed {purpose}".encode()).derive(_key())
    return Fernet(urlsafe_b64encode(derived))


def _key() -> bytes:
    """Return the key file's bytes, made on first use (two processes may come at once)."""
    path = Path(settings.DATA) / "keys" / _NAME
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(path.with_name(".web.sealing.lock")):
            if not path.exists():
                write_atomic(path, Fernet.generate_key(), mode=0o600)
    return path.read_bytes()
