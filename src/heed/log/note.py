"""C2SP signed-note v1.0.0: keys, signature lines, notes; Ed25519 (0x01) and Ed25519 cosignatures (0x04)."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import FormatError, VerifyError

LOG_KEY, WITNESS_KEY = 0x01, 0x04
KEY_BYTES = 32
MAX_LINES = 64
MAX_NOTE = 65_536
_NAME = re.compile(r"[^\s+]+\Z")
_NUMBER = re.compile(r"(0|[1-9][0-9]*)\Z", re.ASCII)


def b64(data: bytes) -> str:
    """Return base64 as RFC 4648 section 4 has it, padded."""
    return base64.b64encode(data).decode()


def unb64(text: str, what: str) -> bytes:
    """Return what `text` encodes; FormatError unless encoding it again gives the same characters (rule 7)."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise FormatError(f"{what} is not base64.") from None
    if b64(data) != text:
        raise FormatError(f"{what} is not base64 in its one form.")
    return data


def number(text: str, what: str) -> int:
    """Return a decimal without leading zeroes that fits 63 bits."""
    if not _NUMBER.match(text) or len(text) > 19 or int(text) >= 2**63:
        raise FormatError(f"{what} must be a decimal number without leading zeroes.")
    return int(text)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def check_name(name: str) -> None:
    """Refuse a key name that is empty or holds white space or a plus sign."""
    if not _NAME.match(name):
        raise FormatError(f"{name[:60]!r} cannot be a key's name (no white space, no '+').")


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name and type under which it signs."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before this key's signatures."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Return the key that a vkey line names; FormatError when it is malformed or its id does not fit."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise FormatError(f"{text[:60]!r} is not a verifier key (name+id+key).")
        name, hex_id, rest = parts
        check_name(name)
        data = unb64(rest, "The verifier key")
        if len(data) != 1 + KEY_BYTES or data[0] not in (LOG_KEY, WITNESS_KEY):
            raise FormatError(f"The verifier key of {name} is of a type that this version does not read.")
        _check_point(name, data[1:])
        key = cls(name, data[0], data[1:])
        if key.id.hex() != hex_id:
            raise FormatError(f"The verifier key of {name} does not fit its id {hex_id[:20]}.")
        return key

    def check(self, signature: bytes, message: bytes) -> None:
        """Raise VerifyError unless `signature` is this key's over `message` (RFC 8032 section 5.1.7)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise VerifyError(f"A signature of {self.name} does not verify.") from None


_P = 2**255 - 19


def _check_point(name: str, public: bytes) -> None:
    """Refuse a point that RFC 8032 section 5.1.3 does not decode though some libraries do (byte-level rule 31)."""
    y = int.from_bytes(public, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P or (sign and y in (1, _P - 1)):
        raise FormatError(f"The verifier key of {name} is not a point in its one form.")


@dataclass(frozen=True)
class Signer:
    """A private key; its text form is the one Go's sumdb tools write, kept in a file of mode 0600."""

    name: str
    kind: int
    seed: bytes

    @classmethod
    def generate(cls, name: str, kind: int = LOG_KEY) -> "Signer":
        """Return a fresh key from the system's random source."""
        check_name(name)
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.kind, public)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def __str__(self) -> str:
        return f"PRIVATE+KEY+{self.name}+{self.key.id.hex()}+{b64(bytes([self.kind]) + self.seed)}"

    __repr__ = object.__repr__  # never print the seed by accident

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Return the key that a private key's text names."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise FormatError("This is not a private key file.")
        data = unb64(parts[4], "The private key")
        if len(data) != 1 + KEY_BYTES or data[0] not in (LOG_KEY, WITNESS_KEY):
            raise FormatError("The private key is of a type that this version does not read.")
        signer = cls(parts[2], data[0], data[1:])
        if signer.key.id.hex() != parts[3]:
            raise FormatError(f"The private key of {parts[2]} does not fit its id.")
        return signer


@dataclass(frozen=True)
class Signature:
    """One signature line: `— name base64(4-byte key id ‖ signature)`."""

    name: str
    id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64(self.id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Return the signature on a line without its newline; FormatError when malformed."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise FormatError("A signature line is malformed.")
        check_name(parts[1])
        data = unb64(parts[2], "A signature line")
        if len(data) < 5:
            raise FormatError("A signature line is too short.")
        return cls(parts[1], data[:4], data[4:])


def split_note(data: bytes) -> tuple[str, list[Signature]]:
    """Return a note's text (with its last newline) and signatures; FormatError when it is not a signed note."""
    if len(data) > MAX_NOTE:
        raise FormatError(f"The note exceeds {MAX_NOTE} bytes.")
    try:
        note = data.decode()
    except UnicodeDecodeError:
        raise FormatError("The note is not UTF-8.") from None
    if any(ord(c) < 0x20 and c != "\n" for c in note):
        raise FormatError("The note holds a control character.")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise FormatError("The note has no signatures.")
    signatures = lines[:-1].split("\n")
    if len(signatures) > MAX_LINES:
        raise FormatError(f"The note has more than {MAX_LINES} signature lines.")
    return text + "\n", [Signature.parse(line) for line in signatures]


def sign_note(text: str, signer: Signer) -> Signature:
    """Return `signer`'s Ed25519 signature line for a note's text."""
    return Signature(signer.name, signer.key.id, signer.sign(text.encode()))
