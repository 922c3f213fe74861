"""Verify a receipt, and openings beside it, with nothing but this file, Python and an Ed25519 library.

    python verifier.py RECEIPT KEY [OPENING …]        exit 0 it holds, 1 it does not, 2 a file cannot be used

It imports nothing of Heed, so that it can be read in one sitting, printed, and kept with the receipt. It checks what
a holder needs: spine, path, checkpoint, cosignatures, quorum, openings. `heed.log.standalone` checks every rule.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MEMBERS = {"v", "n", "kind", "subject", "recorded_at", "actor", "agency", "facts", "words"}


class No(Exception):
    """It does not hold."""


class Unusable(Exception):
    """The file is not what it should be."""


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def unb64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Unusable("A line is not base64.") from None
    if base64.b64encode(data).decode() != text:
        raise Unusable("A line is not base64 in its one form.")
    return data


def number(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII):
        raise Unusable("A number is not in its one form.")
    return int(text)


def vkey(text: str) -> tuple[str, bytes, int, bytes]:
    """Return (name, id, type, public key); type 1 is a log, 4 a witness."""
    try:
        name, id_text, rest = text.split("+", 2)
    except ValueError:
        raise Unusable("A key is not name+id+key.") from None
    data = unb64(rest)
    key_id = sha(name.encode() + b"\n" + data)[:4]
    if len(data) != 33 or data[0] not in (1, 4) or key_id.hex() != id_text:
        raise Unusable(f"The key of {name} does not fit its id.")
    return name, key_id, data[0], data[1:]


def read_policy(text: str) -> tuple[list[tuple[str, bytes, int, bytes]], dict[str, tuple[int, list[str]]], str]:
    """Return keys, groups (name → threshold, members; a witness is a group of its own) and the quorum's name."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) == 1 and len(lines[0]) == 1:
        return [vkey(lines[0][0])], {}, "none"
    keys, groups, quorum = [], {}, ""
    for words in lines:
        if words[0] == "log" and len(words) in (2, 3):
            keys.append(vkey(words[1]))
        elif words[0] == "witness" and len(words) in (3, 4):
            keys.append(vkey(words[2]))
            groups[words[1]] = (1, [keys[-1][3].hex()])
        elif words[0] == "group" and len(words) > 3:
            least = {"any": 1, "all": len(words) - 3}.get(words[2]) or number(words[2])
            groups[words[1]] = (least, words[3:])
        elif words[0] == "quorum" and len(words) == 2 and not quorum:
            quorum = words[1]
        else:
            raise Unusable("A line of the policy cannot be read.")
    if not quorum or (quorum != "none" and quorum not in groups):
        raise Unusable("The policy has no quorum, or one that it does not define.")
    return keys, groups, quorum


def holds(name: str, groups: dict[str, tuple[int, list[str]]], seen: dict[str, int]) -> bool:
    if name not in groups:
        return name in seen
    least, members = groups[name]
    return sum(holds(member, groups, seen) for member in members) >= least


def check_signature(public: bytes, signature: bytes, message: bytes, name: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise No(f"A signature of {name} does not verify.") from None


def read_checkpoint(note: str, keys: list[tuple[str, bytes, int, bytes]]) -> tuple[str, int, bytes, dict[str, int]]:
    """Return origin, size, root and who cosigned when (public key as hex → seconds), every known line verified."""
    text, blank, lines = note.rpartition("\n\n")
    body = (text + "\n").split("\n")
    if not blank or len(body) != 4 or not lines.endswith("\n"):
        raise Unusable("The checkpoint is not three lines and signatures.")
    message, by_log = (text + "\n").encode(), False
    seen: dict[str, int] = {}
    known = {(name, key_id): (kind, public) for name, key_id, kind, public in keys}
    for line in lines[:-1].split("\n"):
        words = line.split(" ")
        if len(words) != 3 or words[0] != "—":
            raise Unusable("A signature line is malformed.")
        data = unb64(words[2])
        kind, public = known.get((words[1], data[:4]), (0, b""))
        if kind == 1:
            if words[1] != body[0]:
                raise No("A log's key signed a checkpoint of another origin.")
            check_signature(public, data[4:], message, words[1])
            by_log = True
        elif kind == 4:
            time = int.from_bytes(data[4:12], "big")
            check_signature(public, data[12:], f"cosignature/v1\ntime {time}\n".encode() + message, words[1])
            seen[public.hex()] = min(time, seen.get(public.hex(), time))
    if not by_log:
        raise No("No trusted key of the log signed this checkpoint.")
    return body[0], number(body[1]), unb64(body[2]), seen


def climb(leaf: bytes, at: int, size: int, path: list[bytes]) -> bytes:
    """Return the root to which a path leads (RFC 9162 section 2.1.3.2)."""
    last, current = size - 1, leaf
    for sibling in path:
        if last == 0:
            raise No("The path is too long.")
        if at & 1 or at == last:
            current = sha(b"\1" + sibling + current)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            current = sha(b"\1" + current + sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise No("The path is too short.")
    return current


def verify(receipt: str, policy: str, openings: list[str]) -> list[str]:
    """Return what is proven, in sentences; No or Unusable otherwise."""
    head, _, note = receipt.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 3 or lines[1][:6] + lines[2][:6] != "extra index ":
        raise Unusable("This is not a receipt.")
    spine_bytes, index = unb64(lines[1][6:]), number(lines[2][6:])
    spine = json.loads(spine_bytes)
    if set(spine) != MEMBERS or spine["v"] != 1 or spine["n"] != index:
        raise No("The receipt's entry is not the one that its index names.")
    keys, groups, quorum = read_policy(policy)
    origin, size, root, seen = read_checkpoint(note, keys)
    if index >= size or climb(sha(b"\0" + spine_bytes), index, size, [unb64(line) for line in lines[3:]]) != root:
        raise No("The path does not lead to the checkpoint's root.")
    said = [f"Entry {index} ({spine['kind']}) stands in {origin}, stamped {spine['recorded_at']}."]
    for opening in openings:
        magic, at, part, salt, content = opening.rstrip("\n").split("\n")
        if magic != "heed-opening@v1" or at != f"index {index}" or part not in ("part facts", "part words"):
            raise Unusable("This is not an opening of this entry's facts or words.")
        data = unb64(content.removeprefix("bytes "))
        if sha(unb64(salt.removeprefix("salt ")) + data).hex() != spine[part.removeprefix("part ")]:
            raise No(f"The opening's {part.removeprefix('part ')} are not those of the entry.")
        said.append(f"Its {part.removeprefix('part ')}: {data.decode('utf-8', 'replace')}")
    if quorum != "none" and not holds(quorum, groups, seen):
        raise No("not yet witnessed: too few witnesses of the policy cosigned.")
    return [*said, f"Witnessed by {len(seen)}, first at second {min(seen.values())}." if seen else "not yet witnessed"]


def main(words: list[str]) -> int:
    """Print what is proven, or why not."""
    try:
        texts = [Path(word).read_bytes().decode() for word in words]
        print("\n".join(verify(texts[0], texts[1], texts[2:])))
    except No as reason:
        print(reason, file=sys.stderr)
        return 1
    except (Unusable, OSError, ValueError, IndexError, KeyError, TypeError) as reason:
        print(f"This cannot be used: {reason}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
