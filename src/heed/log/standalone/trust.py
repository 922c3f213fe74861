"""Whom a verifier trusts: keys, and the trust file with its logs, witnesses, groups and quorum."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .proof import Invalid, Refused, decoded, need, number, sha

LOG, WITNESS = 0x01, 0x04  # C2SP signed-note v1.0.0, 'Signature types'
FIELD = 2**255 - 19  # RFC 8032 section 5.1
CURVE_D = -121665 * pow(121666, -1, FIELD) % FIELD  # RFC 8032 section 5.1


@dataclass(frozen=True)
class Key:
    """A verifier key: whose it is, its 4-byte id, its type and its 32 public bytes."""

    name: str
    id: bytes
    type: int
    public: bytes


def is_name(name: str) -> bool:
    """Say whether this may name a key: not empty, no Unicode space, no plus (C2SP signed-note)."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def read_vkey(text: str) -> Key:
    """Read `name+id+base64(type ‖ public key)` and compare the id with the rest."""
    parts = text.split("+", 2)
    need(len(parts) == 3 and is_name(parts[0]), "A key is not of the form name+id+base64.")
    material = decoded(parts[2], f"The key of {parts[0]}")
    need(material[:1] in (b"\x01", b"\x04"), f"The key of {parts[0]} is of a type that is not known here (rule 28).")
    need(len(material) == 33, f"The key of {parts[0]} is not 32 bytes long.")
    try:
        id = sha(parts[0].encode(), b"\n", material)[:4]
    except UnicodeEncodeError:
        raise Invalid("The name of a key is not UTF-8.") from None
    need(re.fullmatch("[0-9A-Fa-f]{8}", parts[1]) is not None, f"The key id of {parts[0]} is not 8 hex digits.")
    need(bytes.fromhex(parts[1]) == id, f"The key id of {parts[0]} does not fit its name and key.")
    return Key(parts[0], id, material[0], material[1:])


def check_signature(key: Key, signature: bytes, message: bytes) -> None:
    """Verify Ed25519 as RFC 8032 section 5.1.7 without the cofactor (rule 31); OpenSSL itself checks S < L."""
    need(is_point(key.public), f"The key of {key.name} does not encode a point of the curve (rule 31).")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        raise Invalid(f"The signature of {key.name} does not verify (rule 12).") from None


def is_point(public: bytes) -> bool:
    """Say whether RFC 8032 section 5.1.3 decodes these bytes; OpenSSL also takes y ≥ p, and −0 for x."""
    encoded = int.from_bytes(public, "little")
    y, sign = encoded % 2**255, encoded >> 255
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, FIELD) % FIELD
    return y < FIELD and (not sign if square == 0 else pow(square, FIELD // 2, FIELD) == 1)


@dataclass
class Policy:
    """A trust file (C2SP tlog-policy): its logs, its witnesses by name, and when enough of them have signed."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    def is_met_by(self, names: Iterable[str]) -> bool:
        """Say whether these witnesses are enough; a group stands after its members, so one pass decides."""
        met = set(names)
        for group, (enough, members) in self.groups.items():
            if sum(member in met for member in members) >= enough:
                met.add(group)
        return self.quorum == "none" or self.quorum in met


def read_policy(data: bytes) -> Policy:
    """Read a trust file, or a bare key, which means `quorum none` (rule 28)."""
    try:
        return parse_policy(data)
    except Invalid as reason:
        raise Refused(f"The trust file cannot be used: {reason}") from None


def parse_policy(data: bytes) -> Policy:
    """Read the lines of a trust file and check what holds for the file as a whole."""
    need(all(byte in (9, 10) or 32 <= byte != 127 for byte in data), "it has a control character.")
    text = data.decode("utf-8", "surrogateescape")
    lines = [line.strip(" \t") for line in text.split("\n")]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) == 1 and not re.search("[ \t]", lines[0]):
        lines = [f"log {lines[0]}", "quorum none"]
    policy = Policy()
    for line in lines:
        add_line(policy, re.split("[ \t]+", line))
    keys = [*policy.logs, *policy.witnesses.values()]
    need(bool(policy.logs), "it has no log line (rule 28).")
    need(bool(policy.quorum), "it has no quorum line.")
    need(len({k.public for k in keys}) == len(keys), "it has one key on two lines (rule 28).")
    need(len({(k.name, k.id) for k in keys}) == len(keys), "two of its keys have one name and one id.")
    return policy


def add_line(policy: Policy, words: list[str]) -> None:
    """Add one line of a trust file to `policy`."""
    match words:
        case ["log", vkey] | ["log", vkey, _]:
            policy.logs.append(read_vkey(vkey))
            need(policy.logs[-1].type == LOG, "a log's key must have type 0x01 (rule 28).")
        case ["witness", name, vkey] | ["witness", name, vkey, _]:
            need(is_new(policy, name), f"the name {name} stands twice, or is 'none'.")
            policy.witnesses[name] = read_vkey(vkey)
            need(policy.witnesses[name].type == WITNESS, "a witness's key must have type 0x04 (rule 28).")
        case ["group", name, threshold, *members] if members:
            need(is_new(policy, name), f"the name {name} stands twice, or is 'none'.")
            policy.groups[name] = (threshold_of(threshold, len(members)), members)
            taken = [m for _, group in policy.groups.values() for m in group]
            need(len(set(taken)) == len(taken), f"a member of {name} stands in a group twice.")
            known = {*policy.witnesses, *policy.groups} - {name}
            need(known.issuperset(members), f"the group {name} has a member that no line before it defines.")
        case ["quorum", name]:
            need(not policy.quorum, "it has two quorum lines.")
            need(name == "none" or not is_new(policy, name), f"its quorum {name} is not defined before it.")
            policy.quorum = name
        case _:
            raise Invalid(f"it has a line of no known form: {' '.join(words)[:60]!r}.")


def is_new(policy: Policy, name: str) -> bool:
    """Say whether a line may define this name."""
    return name != "none" and name not in policy.witnesses and name not in policy.groups


def threshold_of(word: str, members: int) -> int:
    """Read how many members of a group are enough."""
    shorthand = {"any": 1, "all": members}
    enough = shorthand[word] if word in shorthand else number(word, "a group's threshold")
    need(1 <= enough <= members, f"a group of {members} asks for {enough}.")
    return enough
