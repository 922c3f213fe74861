"""Trust as a C2SP tlog-policy file: which logs, which witnesses, and how many of them are enough.

The specification is untagged; this is our frozen reading of it (byte-level rules 6, 9, 13 and 28).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .checkpoint import SignedCheckpoint, read_checkpoint
from .errors import FormatError, VerifyError
from .note import LOG_KEY, WITNESS_KEY, VerifierKey

NONE = "none"


@dataclass(frozen=True)
class Group:
    """At least `threshold` of `members` (names of witnesses or groups)."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Trust:
    """A policy: log keys, named witnesses and groups, and the name whose witnessing is the quorum."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key that may sign."""
        return (*self.logs, *self.witnesses.values())

    def is_witnessed(self, times: Mapping[bytes, int]) -> bool:
        """Say whether cosignatures by these public keys satisfy the quorum; `quorum none` always is."""
        return self.quorum == NONE or self._holds(self.quorum, times)

    def _holds(self, name: str, times: Mapping[bytes, int]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].public in times
        group = self.groups[name]
        return sum(self._holds(member, times) for member in group.members) >= group.threshold

    def read(self, note: bytes) -> SignedCheckpoint:
        """Return a checkpoint that a trusted log key signed; whether it is witnessed enough is a further question."""
        return read_checkpoint(note, self.keys)

    def before(self, signed: SignedCheckpoint) -> int | None:
        """Return the earliest time at which the quorum stood (byte-level rule 13), None while it does not."""
        times = signed.first_times()
        if not times or not self.is_witnessed(times):
            return None
        for moment in sorted(set(times.values())):
            if self.is_witnessed({key: time for key, time in times.items() if time <= moment}):
                return moment
        return None

    def after(self, signed: SignedCheckpoint) -> int | None:
        """Return the latest cosignature time of a witness in the policy, None without one."""
        return max((c.time for c in signed.cosignatures), default=None)


def bare(key: VerifierKey) -> Trust:
    """Return the trust that one log key gives by itself: `quorum none`."""
    if key.kind != LOG_KEY:
        raise FormatError("A bare key must be a log's key.")
    return Trust(logs=(key,))


def read_trust(data: bytes) -> Trust:
    """Return the trust that a policy file, or a file with one bare vkey, states; FormatError names the line."""
    if any((byte < 0x20 and byte not in (0x09, 0x0A)) or byte == 0x7F for byte in data):
        raise FormatError("The policy holds a control character.")
    text = data.decode("utf-8", "surrogateescape")
    lines = [(at, line.strip(" \t")) for at, line in enumerate(text.split("\n"), 1)]
    lines = [(at, line) for at, line in lines if line and not line.startswith("#")]
    if len(lines) == 1 and not re.search(r"[ \t]", lines[0][1]):
        return bare(VerifierKey.parse(lines[0][1]))
    reader = _Reader()
    for at, line in lines:
        try:
            reader.line(re.split(r"[ \t]+", line))
        except FormatError as error:
            raise FormatError(f"Policy line {at}: {error}") from None
    return reader.trust()


class _Reader:
    """Gathers a policy line by line."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.urls: dict[str, str] = {}
        self.publics: set[bytes] = set()
        self.grouped: set[str] = set()
        self.quorum: str | None = None

    def line(self, words: list[str]) -> None:
        """Take one line; what it may be is the table below."""
        lines = {"log": self.log, "witness": self.witness, "group": self.group, "quorum": self.set_quorum}
        if words[0] not in lines:
            raise FormatError(f"{words[0][:40]!r} is not one of log, witness, group, quorum.")
        lines[words[0]](words[1:])

    def log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise FormatError("a log line is `log VKEY [URL]`.")
        key = self._key(words[0], LOG_KEY)
        self.logs.append(key)

    def witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise FormatError("a witness line is `witness NAME VKEY [URL]`.")
        self._fresh(words[0])
        self.witnesses[words[0]] = self._key(words[1], WITNESS_KEY)
        if len(words) == 3:
            self.urls[words[0]] = words[2]

    def group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise FormatError("a group line is `group NAME any|all|K NAME…`.")
        name, threshold, members = words[0], words[1], words[2:]
        self._fresh(name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise FormatError(f"{member[:40]!r} is not defined above.")
            if member in self.grouped:
                raise FormatError(f"{member[:40]!r} is a member twice.")
            self.grouped.add(member)
        self.groups[name] = Group(_threshold(threshold, len(members)), tuple(members))

    def set_quorum(self, words: list[str]) -> None:
        if self.quorum is not None:
            raise FormatError("there is a quorum line already.")
        if len(words) != 1 or (words[0] != NONE and words[0] not in self.witnesses and words[0] not in self.groups):
            raise FormatError("a quorum line names `none`, or a witness or group defined above.")
        self.quorum = words[0]

    def _fresh(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise FormatError(f"the name {name[:40]!r} is taken.")

    def _key(self, text: str, kind: int) -> VerifierKey:
        key = VerifierKey.parse(text)
        if key.kind != kind:
            raise FormatError(f"the key of {key.name} is of the wrong type for this line.")
        if key.public in self.publics:
            raise FormatError(f"the key of {key.name} stands on two lines.")
        self.publics.add(key.public)
        return key

    def trust(self) -> Trust:
        if not self.logs:
            raise FormatError("The policy names no log.")
        if self.quorum is None:
            raise FormatError("The policy has no quorum line.")
        return Trust(tuple(self.logs), self.witnesses, self.groups, self.quorum, self.urls)


def _threshold(word: str, members: int) -> int:
    if word in ("any", "all"):
        return 1 if word == "any" else members
    if not re.fullmatch(r"[1-9][0-9]{0,5}", word, re.ASCII) or int(word) > members:
        raise FormatError(f"the threshold {word[:20]!r} is not any, all or a number from 1 to {members}.")
    return int(word)


def write_trust(trust: Trust) -> str:
    """Return the policy file that states `trust`."""
    lines = [f"log {key}" for key in trust.logs]
    for name, key in trust.witnesses.items():
        lines.append(" ".join(filter(None, ["witness", name, str(key), trust.urls.get(name, "")])))
    for name, group in trust.groups.items():
        lines.append(f"group {name} {group.threshold} {' '.join(group.members)}")
    return "\n".join([*lines, f"quorum {trust.quorum}", ""])


def demand_quorum(trust: Trust, signed: SignedCheckpoint) -> None:
    """Raise VerifyError, with the words of byte-level rule 6, when the policy's quorum is not met."""
    if not trust.is_witnessed(signed.first_times()):
        raise VerifyError("not yet witnessed: the cosignatures held do not satisfy the policy's quorum.")
