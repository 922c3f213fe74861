"""The one way in which values become bytes: RFC 8785 restricted (record_format.md, 'JSON' and byte-level rule 19)."""

import json
import re
import unicodedata
from typing import Any

import orjson

from heed.lib.errors import HeedError

from .unicode14 import first_unassigned

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
MEMBER = re.compile(r"[a-z][a-z0-9_]*\Z")
# Members in order; nothing but JSON's own types is written down (a date or a data class is refused, not guessed at).
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class ProfileError(HeedError):
    """A value or some bytes lie outside the profile; the text says where and why."""


def encode(value: dict[str, Any]) -> bytes:
    """Return the canonical bytes of an object in the profile; ProfileError otherwise."""
    if type(value) is not dict:
        raise ProfileError("The top level must be an object.")
    _check(value, "", 1)
    return encode_unchecked(value)


def encode_unchecked(value: dict[str, Any]) -> bytes:
    """Return the bytes of a value that its maker knows to be in the profile (parts that `Kind.check` passed)."""
    return orjson.dumps(value, option=_OPTIONS)


def decode(data: bytes) -> dict[str, Any]:
    """Return the object whose canonical bytes are exactly `data`; ProfileError for any other bytes."""
    try:
        text = data.decode()
        value = json.loads(text, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_object)
    except ProfileError:
        raise
    except RecursionError:
        raise ProfileError(f"Nested more than {MAX_DEPTH} levels deep.") from None
    except UnicodeDecodeError as error:
        raise ProfileError(f"Not UTF-8 at byte {error.start}.") from None
    except ValueError as error:
        raise ProfileError(f"Not JSON: {error}.") from None
    if encode(value) != data:
        raise ProfileError("The bytes are not in canonical form.")
    return value  # type: ignore[no-any-return]


def _no_float(text: str) -> Any:
    raise ProfileError(f"The number {text[:40]} is not an integer; decimals are strings.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ProfileError("A member stands twice in one object.")
    return value


def _check(value: Any, where: str, depth: int) -> None:
    kind = type(value)
    if kind is str:
        check_text(value, where)
    elif kind is dict:
        _check_depth(where, depth)
        for key, inner in value.items():
            if type(key) is not str or not MEMBER.match(key):
                raise ProfileError(f"{where or 'The object'}: {str(key)[:40]!r} cannot be a member's name.")
            _check(inner, f"{where}.{key}" if where else key, depth + 1)
    elif kind is list:
        _check_depth(where, depth)
        for at, inner in enumerate(value):
            _check(inner, f"{where}[{at}]", depth + 1)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise ProfileError(f"{where}: the integer is beyond ±(2^53-1).")
    elif value is not None and kind is not bool:
        raise ProfileError(f"{where}: a {kind.__name__} has no place in an entry; decimals are strings.")


def _check_depth(where: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ProfileError(f"{where[:60]}…: nested more than {MAX_DEPTH} levels deep.")


def check_text(text: str, where: str) -> None:
    """Refuse text that holds NUL, what Unicode 14.0 does not assign, or that is not in normal form C."""
    if text.isascii():
        if "\0" in text:
            raise ProfileError(f"{where}: holds a NUL character.")
        return
    if "\0" in text:
        raise ProfileError(f"{where}: holds a NUL character.")
    strange = first_unassigned(text)
    if strange is not None:
        raise ProfileError(f"{where}: holds U+{ord(strange):04X}, which Unicode 14.0 does not assign.")
    if not unicodedata.is_normalized("NFC", text):
        raise ProfileError(f"{where}: is not in Unicode normal form C.")
