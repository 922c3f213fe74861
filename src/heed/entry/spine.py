"""The permanent part of an entry: who recorded what kind of thing about which key, and when."""

import re
from typing import Any, NamedTuple

from .canon import ProfileError, decode
from .when import parse_instant

VERSION = 1
MAX_SPINE = 2048
MAX_KIND = 64
MEMBERS = frozenset({"v", "n", "kind", "subject", "recorded_at", "actor", "agency", "facts", "words"})
KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[1-9][0-9]*\Z")
HEX = "0123456789abcdef"


class Spine(NamedTuple):
    """One entry's spine; `n` counts from 0, keys are 32 and digests 64 lower-case hex digits."""

    n: int
    kind: str
    subject: str
    recorded_at: str
    actor: str
    agency: str
    facts: str
    words: str

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that are hashed and stored; ProfileError when they exceed 2,048."""
        # Keys, digests and kinds hold nothing that JSON escapes, so this is what the canonical encoder would write.
        data = (
            f'{{"actor":"{self.actor}","agency":"{self.agency}","facts":"{self.facts}","kind":"{self.kind}","n":{self.n},'
            f'"recorded_at":"{self.recorded_at}","subject":"{self.subject}","v":{VERSION},"words":"{self.words}"}}'
        ).encode()
        if len(data) > MAX_SPINE:
            raise ProfileError(f"A spine of {len(data)} bytes exceeds {MAX_SPINE}.")
        return data


def read_spine(data: bytes) -> Spine:
    """Return the spine whose bytes are `data`, every rule checked; ProfileError names the first broken."""
    if len(data) > MAX_SPINE:
        raise ProfileError(f"A spine of {len(data)} bytes exceeds {MAX_SPINE}.")
    value = decode(data)
    _check_version(value)
    if value.keys() != MEMBERS:
        raise ProfileError(f"A spine has exactly the members {', '.join(sorted(MEMBERS))}.")
    if type(value["n"]) is not int or value["n"] < 0:
        raise ProfileError("n must be an integer from 0.")
    check_kind(value["kind"])
    for name in ("subject", "actor", "agency"):
        check_key(value[name], name)
    for name in ("facts", "words"):
        check_digest(value[name], name)
    parse_instant(value["recorded_at"])
    return Spine(**{name: value[name] for name in Spine._fields})


def _check_version(value: dict[str, Any]) -> None:
    if value.get("v") != VERSION or type(value.get("v")) is not int:
        raise ProfileError(f"Entry {value.get('n')!r} has v {value.get('v')!r}, which this version cannot read.")


def check_kind(name: Any) -> None:
    """Refuse a kind's name that the format does not allow."""
    if not isinstance(name, str) or not KIND.match(name) or len(name) > MAX_KIND:
        raise ProfileError(f"{str(name)[:80]!r} cannot be a kind's name (word.word.version, at most {MAX_KIND} bytes).")


def check_key(value: Any, what: str) -> None:
    """Refuse anything but 32 lower-case hex digits."""
    if type(value) is not str or len(value) != 32 or value.strip(HEX):
        raise ProfileError(f"{what}: {str(value)[:40]!r} is not a key (32 lower-case hex digits).")


def check_digest(value: Any, what: str) -> None:
    """Refuse anything but 64 lower-case hex digits."""
    if type(value) is not str or len(value) != 64 or value.strip(HEX):
        raise ProfileError(f"{what}: {str(value)[:40]!r} is not a digest (64 lower-case hex digits).")
