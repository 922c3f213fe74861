"""JSON as the record writes it: RFC 8785, restricted (rule 19)."""

import json
import re
import unicodedata
from typing import Any

from .proof import Invalid, need

DEPTH_LIMIT = 32  # rule 19
MEMBER = re.compile("[a-z][a-z0-9_]*")


def read_json(data: bytes, what: str, notes: list[str]) -> dict[str, Any]:
    """Read one JSON object in the profile of RFC 8785 that the record allows (rule 19)."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=members_once,
            parse_int=whole_number,
            parse_float=no_such_number,
            parse_constant=no_such_number,
        )
    except (ValueError, RecursionError) as reason:
        raise Invalid(f"{what} is not JSON in the record's profile: {reason} (rule 19).") from None
    need(isinstance(value, dict), f"{what} is not a JSON object (rule 19).")
    check_value(value, what, notes)
    encoded = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    need(encoded.encode() == data, f"{what} is not written the one way that RFC 8785 gives (rule 19).")
    return dict(value)


def members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing a member that stands twice or has another name than the profile allows."""
    for name, _ in pairs:
        if not MEMBER.fullmatch(name):
            raise ValueError(f"a member is named {name[:40]!r}")
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)


def whole_number(text: str) -> int:
    """Read an integer within ±(2^53−1); −0 is none."""
    if text == "-0" or len(text) > 17 or abs(int(text)) >= 2**53:
        raise ValueError(f"{text[:40]} is not an integer within ±(2^53−1)")
    return int(text)


def no_such_number(text: str) -> None:
    """Refuse a number that is not an integer."""
    raise ValueError(f"{text[:40]} is not an integer")


def check_value(value: Any, what: str, notes: list[str], depth: int = 1) -> None:
    """Check depth and strings, walking down; a NUL, a surrogate or an unassigned code point is none of ours."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return
        bad = next((c for c in value if c == "\0" or unicodedata.category(c) in ("Cs", "Cn")), None)
        need(bad is None, f"{what} holds the code point U+{ord(bad or ' '):04X} (rule 19).")
        if not unicodedata.is_normalized("NFC", value):
            ours = unicodedata.unidata_version
            need(ours != "14.0.0", f"{what} holds text that is not NFC (rule 19).")
            notes.append(f"{what} holds text that is not NFC by Unicode {ours} (rule 19 asks for 14.0).")
        return
    if isinstance(value, dict | list):
        need(depth <= DEPTH_LIMIT, f"{what} is over 32 levels deep (rule 19).")
        for inner in value.values() if isinstance(value, dict) else value:
            check_value(inner, what, notes, depth + 1)
