"""Checkpoints: a signed note of three lines, its log signatures and its cosignatures."""

from dataclasses import dataclass

from .proof import LARGEST, Invalid, decoded, need, number
from .trust import Key, Policy, check_signature, is_name

NOTE_LIMIT, SIGNATURE_LIMIT = 65_536, 64  # rule 34


@dataclass(frozen=True)
class Checkpoint:
    """A verified checkpoint, with the logs' keys that signed it and the earliest time by each witness."""

    origin: str
    size: int
    root: bytes
    signed_by: list[Key]
    seen: dict[str, int]


def split_note(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Split a signed note into its text and its signature lines (C2SP signed-note, rules 12 and 34)."""
    need(len(note) <= NOTE_LIMIT, "The checkpoint is over 64 KiB (rule 34).")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("The checkpoint is not UTF-8.") from None
    need(not any(c < " " and c != "\n" for c in whole), "The checkpoint has a control character.")
    text, blank, signatures = whole.rpartition("\n\n")
    need(bool(blank) and signatures.endswith("\n"), "The checkpoint is not a text, a blank line and signature lines.")
    lines = signatures[:-1].split("\n")
    need(len(lines) <= SIGNATURE_LIMIT, "The checkpoint has over 64 signature lines (rule 34).")
    return text + "\n", [read_signature_line(line) for line in lines]


def read_signature_line(line: str) -> tuple[str, bytes]:
    """Read `— name base64`; a malformed line spoils the checkpoint also when nobody knows its key (rule 12)."""
    words = line.split(" ")
    need(len(words) == 3 and words[0] == "—" and is_name(words[1]), "A signature line is malformed (rule 12).")
    blob = decoded(words[2], "A signature")
    need(len(blob) > 4, "A signature line is malformed: no signature after the key id (rule 12).")
    return words[1], blob


def read_tree(text: str) -> tuple[str, int, bytes]:
    """Read origin, size and root from the text of a checkpoint: three lines, no extension (rule 12)."""
    lines = text.split("\n")
    need(len(lines) == 4 and bool(lines[0]) and not lines[3], "The checkpoint's text is not three lines (rule 12).")
    return lines[0], number(lines[1], "The size of the checkpoint"), decoded(lines[2], "The root", 32)


def read_checkpoint(note: bytes, policy: Policy) -> Checkpoint:
    """Verify every signature by a key in `policy`; a log of it must have signed (rule 12)."""
    text, signatures = split_note(note)
    origin, size, root = read_tree(text)
    logs = {(key.name, key.id): key for key in policy.logs}
    witnesses = {(key.name, key.id): (name, key) for name, key in policy.witnesses.items()}
    signed_by: list[Key] = []
    seen: dict[str, int] = {}
    for name, blob in signatures:
        whose = (name, blob[:4])
        if whose in logs:
            need(name == origin, f"A log's key is named {name}, but the origin is {origin} (rule 12).")
            check_signature(logs[whose], blob[4:], text.encode())
            signed_by.append(logs[whose])
        elif whose in witnesses:
            witness, key = witnesses[whose]
            at = read_cosignature(key, blob[4:], text)
            seen[witness] = min(at, seen.get(witness, at))
    need(bool(signed_by), f"The checkpoint of {origin} bears no signature of a log in the trust file.")
    return Checkpoint(origin, size, root, signed_by, seen)


def read_cosignature(key: Key, blob: bytes, text: str) -> int:
    """Verify a witness's cosignature and return its time (C2SP tlog-cosignature v1.0.1, rule 29)."""
    need(len(blob) == 72, f"The cosignature of {key.name} is not 72 bytes long.")
    at = int.from_bytes(blob[:8], "big")
    need(1 <= at <= LARGEST, f"The cosignature of {key.name} has no time from 1 to 2^63−1 (rule 29).")
    check_signature(key, blob[8:], f"cosignature/v1\ntime {at}\n{text}".encode())
    return at


def before(checkpoint: Checkpoint, policy: Policy) -> int | None:
    """Return the earliest moment at which the cosignatures satisfied the quorum, if they do (rule 13)."""
    for moment in sorted(checkpoint.seen.values()):
        if policy.is_met_by(name for name, at in checkpoint.seen.items() if at <= moment):
            return moment
    return None


def unmet(checkpoint: Checkpoint, policy: Policy) -> str:
    """Return why the trust file's quorum is not met, or nothing (rule 6)."""
    if policy.is_met_by(checkpoint.seen):
        return ""
    why = "only some of its witnesses have cosigned" if checkpoint.seen else "not yet witnessed"
    return f"The quorum {policy.quorum} of the trust file is not met: {why} (rule 6)."
