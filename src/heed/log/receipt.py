"""Receipts (C2SP tlog-proof files that carry their entry's spine) and openings (salt and bytes of one part)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from heed.entry.parts import MAX_PART, SALT_BYTES, check_facts, part_digest, read_part
from heed.entry.spine import MAX_SPINE, Spine, read_spine
from heed.entry.when import parse_instant

from .checkpoint import SignedCheckpoint
from .errors import FormatError, VerifyError
from .fixed import check_fixed
from .note import b64, number, unb64
from .tree import HASH_BYTES, MAX_PROOF, leaf_hash, verify_inclusion
from .trust import Trust, demand_quorum

MAGIC = "c2sp.org/tlog-proof@v1"
OPENING_MAGIC = "heed-opening@v1"
MAX_RECEIPT = 131_072
# How far clocks may differ before it is reported (byte-level rule 13).
SLACK_SECONDS = 60


@dataclass(frozen=True)
class Receipt:
    """One entry's spine bytes, its path to a checkpoint, and that checkpoint's note."""

    spine: bytes
    index: int
    path: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return the file."""
        lines = [MAGIC, f"extra {b64(self.spine)}", f"index {self.index}", *map(b64, self.path), "", self.note]
        return "\n".join(lines)

    @classmethod
    def parse(cls, data: bytes) -> "Receipt":
        """Return the receipt in a file; FormatError when it is not one (byte-level rule 25)."""
        if len(data) > MAX_RECEIPT:
            raise FormatError(f"A receipt over {MAX_RECEIPT} bytes is refused.")
        try:
            head, blank, note = data.decode().partition("\n\n")
        except UnicodeDecodeError:
            raise FormatError("The receipt is not UTF-8.") from None
        lines = head.split("\n")
        if not blank or len(lines) < 3 or lines[0] != MAGIC:
            raise FormatError("This is not a receipt (a C2SP tlog-proof file with extra data).")
        if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
            raise FormatError("A receipt's second and third lines are `extra` and `index`.")
        return cls(_extra(lines[1]), number(lines[2][6:], "The receipt's index"), _path(lines[3:]), note)


def _extra(line: str) -> bytes:
    spine = unb64(line[6:], "The receipt's extra data")
    if len(spine) > MAX_SPINE:
        raise FormatError("The receipt's extra data is longer than a spine can be.")
    return spine


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PROOF:
        raise FormatError(f"A receipt's path has at most {MAX_PROOF} lines.")
    path = tuple(unb64(line, "A line of the receipt's path") for line in lines)
    if any(len(step) != HASH_BYTES for step in path):
        raise FormatError("A line of the receipt's path is not 32 bytes.")
    return path


@dataclass(frozen=True)
class Proven:
    """What a verified receipt proves: this entry stood in this log when this checkpoint was signed.

    `before` is the POSIX second at which the policy's quorum had cosigned, None while not yet witnessed; `after` is the
    latest cosignature of an earlier checkpoint without the entry, None where none was shown (byte-level rule 13).
    """

    spine: Spine
    signed: SignedCheckpoint
    before: int | None
    after: int | None = None

    @property
    def is_witnessed(self) -> bool:
        """Whether any witness of the policy cosigned."""
        return bool(self.signed.cosignatures)

    def sentences(self) -> list[str]:
        """Return what is proven, for a person."""
        head = self.signed.checkpoint
        lines = [
            f"Entry {self.spine.n} ({self.spine.kind}) stands in the record {head.origin}.",
            f"The record stamped it {self.spine.recorded_at}; the checkpoint covers {head.size} entries.",
        ]
        if self.after is not None:
            lines.append(
                f"It was recorded after {clock_text(self.after)}: a witnessed checkpoint of then is without it."
            )
        if self.before is not None:
            names = ", ".join(sorted({c.key.name for c in self.signed.cosignatures}))
            lines.append(f"It was recorded before {clock_text(self.before)}, as {names} witnessed.")
        else:
            lines.append("not yet witnessed")
        return [*lines, *self._doubts()]

    def _doubts(self) -> list[str]:
        """Report a stamp over 60 s outside what the witnesses saw (byte-level rule 13)."""
        stamped = parse_instant(self.spine.recorded_at).timestamp()
        late = self.before is not None and stamped > self.before + SLACK_SECONDS
        early = self.after is not None and stamped < self.after - SLACK_SECONDS
        return ["The record's own stamp lies over 60 s outside what its witnesses saw."] if late or early else []


def clock_text(seconds: int) -> str:
    """Return POSIX seconds as whole seconds in UTC."""
    latest = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
    if seconds > latest:
        return f"second {seconds} after 1970"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def verify_receipt(data: bytes, trust: Trust, *, earlier: bytes | None = None) -> Proven:
    """Return what a receipt proves under `trust`; VerifyError when nothing, FormatError when it is no receipt."""
    receipt = Receipt.parse(data)
    spine = read_spine(receipt.spine)
    if spine.n != receipt.index:
        raise VerifyError(f"The receipt's index {receipt.index} is not its spine's number {spine.n}.")
    if spine.n == 0 and spine.kind != "log.opened.1":
        raise VerifyError("Entry 0 does not open a log.")
    signed = trust.read(receipt.note.encode())
    head = signed.checkpoint
    verify_inclusion(leaf_hash(receipt.spine), receipt.index, head.size, receipt.path, head.root)
    after = _time_without(earlier, receipt.index, head.origin, trust)
    demand_quorum(trust, signed)
    return Proven(spine, signed, trust.before(signed), after)


def _time_without(earlier: bytes | None, index: int, origin: str, trust: Trust) -> int | None:
    if earlier is None:
        return None
    signed = trust.read(earlier)
    if signed.checkpoint.origin != origin or signed.checkpoint.size > index:
        raise VerifyError("The earlier checkpoint is of another log, or holds the entry already.")
    return trust.after(signed)


_OPENING = re.compile(
    rb"heed-opening@v1\nindex (0|[1-9][0-9]*)\npart (facts|words|file [0-9a-f]{64})\nsalt ([^\n]*)\nbytes ([^\n]*)\n\Z"
)


@dataclass(frozen=True)
class Opening:
    """Salt and bytes of one part, for somebody who is entitled to read it; `part` may be `file DIGEST`."""

    index: int
    part: str
    salt: bytes
    data: bytes

    def text(self) -> str:
        """Return the file."""
        salt, data = b64(self.salt), b64(self.data)
        return f"{OPENING_MAGIC}\nindex {self.index}\npart {self.part}\nsalt {salt}\nbytes {data}\n"

    @classmethod
    def parse(cls, data: bytes) -> "Opening":
        """Return the opening in a file; FormatError when it is not one (byte-level rule 26)."""
        found = _OPENING.match(data)
        if not found:
            raise FormatError("This is not an opening (heed-opening@v1, five lines).")
        index, part, salt, content = (group.decode("utf-8", "replace") for group in found.groups())
        opening = cls(number(index, "The index"), part, unb64(salt, "The salt"), unb64(content, "The bytes"))
        if len(opening.salt) != SALT_BYTES or len(opening.data) > MAX_PART:
            raise FormatError("The opening's salt is not 32 bytes, or its bytes exceed 1 MiB.")
        return opening


def verify_opening_of(proven: Proven, opening: Opening, trust: Trust, facts: "Opening | None" = None) -> None:
    """Verify an opening beside its receipt; the facts of entry 0 must fit checkpoint and trust file (rules 10, 14)."""
    verify_opening(opening, proven.spine, facts)
    if opening.part == "facts":
        content = read_part("facts", opening.data) or {}
        check_facts(content, n=proven.spine.n)
        check_fixed(proven.spine.kind, content, None, n=proven.spine.n)
        if proven.spine.n == 0 and content.get("origin") != proven.signed.checkpoint.origin:
            raise VerifyError("Entry 0 states another origin than the checkpoint.")
        if proven.spine.n == 0 and content.get("key") not in {str(key) for key in trust.logs}:
            raise VerifyError("Entry 0 states a key that the trust file does not name.")
    elif opening.part == "words" and opening.index == 0 and opening.data != b"{}":
        raise VerifyError("The words of entry 0 are not {}.")


def verify_opening(opening: Opening, spine: Spine, facts: "Opening | None" = None) -> None:
    """Raise VerifyError unless the opening is of a part of `spine`; a file needs the opening of the facts as well."""
    if opening.index != spine.n:
        raise VerifyError(f"The opening is of entry {opening.index}, the receipt of entry {spine.n}.")
    digest = part_digest(opening.salt, opening.data)
    if not opening.part.startswith("file "):
        if digest != getattr(spine, opening.part):
            raise VerifyError(f"The opening's {opening.part} are not those of entry {spine.n}.")
        read_part(opening.part, opening.data)
        return
    if facts is None or facts.part != "facts":
        raise VerifyError("The opening of a file is checked beside the opening of its entry's facts.")
    verify_opening(facts, spine)
    listed = (read_part("facts", facts.data) or {}).get("files", [])
    if digest != opening.part.removeprefix("file ") or digest not in listed:
        raise VerifyError(f"The opening's file is not one of entry {spine.n}.")
