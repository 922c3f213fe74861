"""A list of vectors: each a question with its inputs, the rule it is about, and what must be found."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .build import b64

HERE = Path(__file__).resolve().parent


class Vectors:
    """The vectors of one file; `kind` is the question that they ask."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rows: list[dict[str, Any]] = []

    def good(self, name: str, rule: str, expect: dict[str, Any] | None = None, **inputs: Any) -> None:
        """Add one that holds; `expect` is what a verifier must find."""
        self.rows.append({"name": name, "rule": rule, "exit": 0, "expect": expect or {}, "inputs": inputs})

    def bad(self, name: str, rule: str, exit: int = 1, says: str = "", **inputs: Any) -> None:
        """Add one that does not hold: exit 1, or 2 where a file cannot be used; `says` are words it must be told in."""
        row = {"name": name, "rule": rule, "exit": exit, "inputs": inputs}
        self.rows.append(row | ({"says": says} if says else {}))

    def __bytes__(self) -> bytes:
        """Write the file; bytes that occur twice stand once, under `shared`, so that it stays small."""
        times = Counter(data for row in self.rows for data in bytes_in(row))
        shared = {data: str(i) for i, data in enumerate(d for d, n in times.items() if n > 1 and len(d) > 24)}

        def encoded(data: bytes) -> dict[str, str]:
            return {"shared": shared[data]} if data in shared else {"base64": b64(data)}

        document = {"kind": self.kind, "vectors": self.rows, "shared": {i: b64(d) for d, i in shared.items()}}
        return json.dumps(document, default=encoded, ensure_ascii=True, indent=1, sort_keys=True).encode() + b"\n"


def bytes_in(value: Any) -> Iterator[bytes]:
    """Yield every bytes object within, in order."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from bytes_in(inner)


def load(name: str) -> dict[str, Any]:
    """Read a file of vectors, with its bytes decoded."""
    raw = (HERE / name).read_bytes()
    shared: dict[str, str] = json.loads(raw)["shared"]

    def decoded(value: dict[str, Any]) -> Any:
        if value.keys() == {"base64"}:
            return base64.b64decode(value["base64"])
        return base64.b64decode(shared[value["shared"]]) if value.keys() == {"shared"} else value

    return dict(json.loads(raw, object_hook=decoded))
