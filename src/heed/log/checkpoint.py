"""C2SP tlog-checkpoint v1.0.0 (three lines, no extensions) and tlog-cosignature v1.0.1, read strictly."""

from collections.abc import Iterable
from dataclasses import dataclass

from .errors import FormatError, VerifyError
from .note import (
    LOG_KEY,
    WITNESS_KEY,
    Signature,
    Signer,
    VerifierKey,
    b64,
    check_name,
    number,
    sign_note,
    split_note,
    unb64,
)
from .tree import HASH_BYTES

_TIME_BYTES = 8
_SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: the log's origin, its size and its 32-byte root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Return the checkpoint of a note's text; FormatError unless it is exactly three lines."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise FormatError("A checkpoint's text has exactly three lines.")
        check_name(lines[0])
        root = unb64(lines[2], "The checkpoint's root")
        if len(root) != HASH_BYTES:
            raise FormatError("The checkpoint's root is not 32 bytes.")
        return cls(lines[0], number(lines[1], "The checkpoint's size"), root)


@dataclass(frozen=True)
class Cosignature:
    """A witness's statement that this was the largest consistent tree it had seen at `time` (POSIX seconds)."""

    key: VerifierKey
    time: int


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint whose known signatures all verify: by which log keys, and by which witnesses when."""

    checkpoint: Checkpoint
    text: str
    log_keys: tuple[VerifierKey, ...]
    cosignatures: tuple[Cosignature, ...]
    lines: tuple[Signature, ...]  # the known lines, log's first

    def note(self) -> str:
        """Return the note with its known lines only, the log's before the witnesses' (byte-level rule 25)."""
        return self.text + "\n" + "".join(map(str, self.lines))

    def first_times(self) -> dict[bytes, int]:
        """Return each witness's public key with its earliest time (byte-level rule 29)."""
        times: dict[bytes, int] = {}
        for cosignature in self.cosignatures:
            public = cosignature.key.public
            times[public] = min(cosignature.time, times.get(public, cosignature.time))
        return times


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signer]) -> str:
    """Return the signed note of a checkpoint, one line for each log key."""
    text = checkpoint.text()
    return text + "\n" + "".join(str(sign_note(text, signer)) for signer in signers)


def cosign(text: str, signer: Signer, *, time: int) -> Signature:
    """Return a witness's cosignature/v1 line for a checkpoint's text."""
    if signer.kind != WITNESS_KEY:
        raise FormatError("Only a witness key cosigns.")
    signature = signer.sign(_cosigned_message(text, time))
    return Signature(signer.name, signer.key.id, time.to_bytes(_TIME_BYTES, "big") + signature)


def _cosigned_message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def read_checkpoint(data: bytes, keys: Iterable[VerifierKey]) -> SignedCheckpoint:
    """Return a checkpoint whose signatures by `keys` all verify and at least one of which is the log's own.

    FormatError: malformed anywhere (byte-level rules 12, 28, 34). VerifyError: a known key's line does not verify, or
    no known log key of this origin signed. Lines of unknown keys are left out.
    """
    text, signatures = split_note(data)
    checkpoint = Checkpoint.parse(text)
    known = {(key.name, key.id): key for key in keys}
    pairs = [(line, known[line.name, line.id]) for line in signatures if (line.name, line.id) in known]
    logs = [(line, key) for line, key in pairs if key.kind == LOG_KEY]
    witnesses = [(line, key) for line, key in pairs if key.kind == WITNESS_KEY]
    for line, key in logs:
        if key.name != checkpoint.origin:
            raise VerifyError(f"The log key {key.name} signed a checkpoint of {checkpoint.origin}.")
        key.check(line.value, text.encode())
    if not logs:
        raise VerifyError(f"No trusted key of {checkpoint.origin} signed this checkpoint.")
    cosignatures = tuple(_read_cosignature(line, key, text) for line, key in witnesses)
    lines = tuple(line for line, _ in [*logs, *witnesses])
    return SignedCheckpoint(checkpoint, text, tuple(key for _, key in logs), cosignatures, lines)


def _read_cosignature(line: Signature, key: VerifierKey, text: str) -> Cosignature:
    if len(line.value) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise VerifyError(f"The cosignature of {key.name} is not 72 bytes.")
    time = int.from_bytes(line.value[:_TIME_BYTES], "big")
    if not 1 <= time < 2**63:
        raise VerifyError(f"The cosignature of {key.name} bears an impossible time.")
    key.check(line.value[_TIME_BYTES:], _cosigned_message(text, time))
    return Cosignature(key, time)
