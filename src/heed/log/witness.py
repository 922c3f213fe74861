"""The witness exchange of C2SP tlog-witness v1.0.0: requests as text, and what a witness answers (pure).

A witness keeps one row for each log: origin, size, root. `decide` says what to answer and what to keep; whoever calls
it holds the row's lock, keeps the new row durably and only then hands the answer out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .checkpoint import Checkpoint, cosign, read_checkpoint
from .errors import FormatError, VerifyError
from .note import Signer, VerifierKey, b64, number, split_note, unb64
from .tree import EMPTY_ROOT, HASH_BYTES, MAX_PROOF, verify_consistency

MAX_REQUEST = 131_072


@dataclass(frozen=True)
class AddCheckpoint:
    """A request: the witness's latest size, the consistency proof from it, and the new checkpoint's note."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return the request's body."""
        return "\n".join([f"old {self.old}", *map(b64, self.proof), "", self.note])

    @classmethod
    def parse(cls, data: bytes) -> "AddCheckpoint":
        """Return the request in a body; FormatError when it is not one."""
        if len(data) > MAX_REQUEST:
            raise FormatError("The request is too long.")
        try:
            head, blank, note = data.decode().partition("\n\n")
        except UnicodeDecodeError:
            raise FormatError("The request is not UTF-8.") from None
        lines = head.split("\n")
        if not blank or not lines[0].startswith("old ") or len(lines) > 1 + MAX_PROOF:
            raise FormatError("A request is `old N`, at most 63 proof lines, an empty line and a checkpoint.")
        proof = tuple(unb64(line, "A proof line") for line in lines[1:])
        if any(len(step) != HASH_BYTES for step in proof):
            raise FormatError("A proof line is not 32 bytes.")
        return cls(number(lines[0][4:], "The old size"), proof, note)


@dataclass(frozen=True)
class Seen:
    """What a witness keeps of one log."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True)
class Reply:
    """An HTTP status and body; `keep` is the new row, to be stored before the body leaves."""

    status: int
    body: str
    keep: Seen | None = None
    content_type: str = "text/plain; charset=utf-8"


def origin_of(request: AddCheckpoint) -> str:
    """Return the origin that a request's checkpoint claims, before any signature is checked."""
    return Checkpoint.parse(split_note(request.note.encode())[0]).origin


def decide(request: AddCheckpoint, keys: Sequence[VerifierKey], seen: Seen, signer: Signer, *, time: int) -> Reply:
    """Answer one request, as the specification orders its checks; `keys` are those trusted for its origin.

    1. origin known, else 404; 2. signed by a trusted key, else 403; 3. old ≤ new, else 400; 4. old is what we hold,
    else 409 with our size; 5. of one size, of one root, else 409; 6. consistent, else 422; 7. cosign.
    """
    if not keys:
        return Reply(404, "This witness does not know the log's origin.\n")
    try:
        signed = read_checkpoint(request.note.encode(), keys)
    except VerifyError as error:
        return Reply(403, f"{error}\n")
    head = signed.checkpoint
    if request.old > head.size or head.size == 0:
        return Reply(400, "The old size exceeds the checkpoint's size, or the checkpoint is empty.\n")
    if request.old != seen.size:
        return Reply(409, f"{seen.size}\n", content_type="text/x.tlog.size")
    if head.size == seen.size and head.root != seen.root:
        return Reply(409, f"Two checkpoints of size {head.size} have different roots: history was changed.\n")
    try:
        verify_consistency(seen.size, head.size, request.proof, seen.root, head.root)
    except VerifyError as error:
        return Reply(422, f"{error}\n")
    return Reply(200, str(cosign(signed.text, signer, time=time)), keep=Seen(head.size, head.root))
