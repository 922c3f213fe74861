"""Sizes at and over the limits of rule 21, too large to stand in a file of vectors."""

from collections.abc import Sequence
from typing import Any

import pytest

from heed.log.standalone.proof import Invalid
from heed.log.standalone.receipt import Verdict, verify_receipt
from heed.log.standalone.trust import read_policy
from log.vectors.build import canonical
from log.vectors.receipts import AGE, KIND, NOW, bare, some_record

LIMIT = 1_048_576


def opened(facts: Any = None, words: bytes = b"{}", files: Sequence[bytes] = (), part: str = "facts") -> Verdict:
    """Verify a new entry's receipt with the opening of one of its parts."""
    record = some_record()
    n = record.add(KIND, facts, words, files=files)
    beside = record.opening(n) if part == "file" else None
    trust = read_policy(bare(record))
    return verify_receipt(
        record.receipt(n), trust, openings=[record.opening(n, part)], opening_of_facts=beside, now=NOW
    )


def padded(size: int, **members: Any) -> bytes:
    """Return a JSON object of exactly `size` bytes."""
    empty = canonical({**members, "zz": ""})
    return canonical({**members, "zz": "x" * (size - len(empty))})


REQUEST = {"request": "0" * 32}
PARTS: list[tuple[str, Any]] = [
    ("facts", lambda size: opened(facts=padded(size, **REQUEST))),
    ("words", lambda size: opened(words=padded(size), part="words")),
    ("sealed words", lambda size: opened(words=AGE + bytes(size - len(AGE)), part="words")),
    ("a file", lambda size: opened(files=[bytes(size)], part="file")),
]


@pytest.mark.parametrize("made", [made for _, made in PARTS], ids=[name for name, _ in PARTS])
def test_a_part_of_1_mib_holds_and_one_byte_more_does_not(made: Any) -> None:
    assert not made(LIMIT).no
    with pytest.raises(Invalid, match="over 1 MiB"):
        made(LIMIT + 1)
