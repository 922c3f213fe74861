"""Openings beside receipts, and the facts they open, good and spoiled."""

from typing import Any

from .build import Record, Signer, b64, canonical, invented, opening_file, sha
from .collect import Vectors
from .notes import FIRST
from .receipts import AGE, KIND, ask, found, some_record


def openings() -> Vectors:
    """Return the receipts with openings beside them."""
    vectors = Vectors("receipt")
    add_good(vectors)
    add_bad_openings(vectors)
    add_bad_facts(vectors)
    add_bad_words(vectors)
    add_bad_first_entries(vectors)
    return vectors


def add_good(vectors: Vectors) -> None:
    """Add openings that fit the receipt beside them."""
    record = some_record()

    def good(name: str, rule: str, n: int, openings: list[bytes], **more: Any) -> None:
        parts = [opening.split(b"\n")[2].split(b" ")[1].decode() for opening in openings]
        if "opening_of_facts" in more:
            parts.append("facts")
        expect = found(record, n) | {"openings": sorted(parts)}
        vectors.good(name, rule, expect, **ask(record, n, openings=openings, **more))

    good("opened: facts", "10", 2, [record.opening(2)])
    good("opened: words", "10", 2, [record.opening(2, "words")])
    good("opened: facts and words", "10", 2, [record.opening(2), record.opening(2, "words")])
    good("opened: empty words", "10", 3, [record.opening(3, "words")])
    good("opened: sealed words", "11", 4, [record.opening(4, "words")])
    facts, files = record.opening(4), [record.opening(4, "file", which) for which in (0, 1)]
    good("opened: a file beside the facts", "10", 4, [files[0]], opening_of_facts=facts)
    good("opened: an empty file", "26", 4, [files[1]], opening_of_facts=facts)
    good("opened: both files and the words", "10", 4, [*files, record.opening(4, "words")], opening_of_facts=facts)
    good("opened: entry 0", "14", 0, [record.opening(0), record.opening(0, "words")])
    for name, rule, kind, facts_of in good_facts(record):
        other = some_record()
        n = other.add(kind, facts_of)
        expect = found(other, n) | {"openings": ["facts"]}
        vectors.good(f"facts: {name}", rule, expect, **ask(other, n, openings=[other.opening(n)]))


def good_facts(record: Record) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return facts that hold, of an entry after the five."""
    a, b = sorted(record.key_of(name) for name in "ab")
    new, erasure = Signer(record.origin, label="new"), erasing(record)
    moved = "synthetic.vectors.example/2"
    continued = {
        "origin": moved,
        "key": Signer(moved).vkey,
        "old_origin": record.origin,
        "old_checkpoint": record.text(),
    }
    moments = ["2026-02-27T23:59:59.000001Z", "2024-02-29", "2026-02-27/2026-02-27", "2025-12-31/2026-02-01"]
    return [
        *[(f"occurred_at {at}", "23", KIND, {"occurred_at": at}) for at in moments],
        ("no occurred_at", "23", KIND, {}),
        ("refs", "23", KIND, {"refs": {"child": [a], "place": [a, b]}}),
        ("corrects", "23", KIND, {"corrects": 2}),
        ("retracts", "23", "entry.retracted.1", {"retracts": 4, "reason": "invented"}),
        ("linked", "23", "identity.linked.1", {"refs": {"same": [a, b]}}),
        ("erased: words", "3", "entry.erased.1", erasure),
        ("erased: both", "3", "entry.erased.1", erasure | {"part": "both", "duties": [a, b]}),
        ("a key added", "15", "key.added.1", {"key": new.vkey}),
        ("a key retired", "15", "key.retired.1", {"key": record.signer.vkey, "size": 6, "reason": "rotation"}),
        ("continued", "1", "log.continued.1", {**continued, "missing": [[5, 7], [9, 9]]}),
        ("continued, nothing lost", "1", "log.continued.1", {**continued, "missing": []}),
        ("no file", "16", KIND, {"files": []}),
        ("members of our own", "19", KIND, {"where": "station", "how_many": 3, "of_whom": [{"age": "12-15"}]}),
    ]


def erasing(record: Record) -> dict[str, Any]:
    return {"entry": 2, "part": "words", "authority": "Invented for a vector.", "duties": [record.key_of("duty")]}


def add_bad_openings(vectors: Vectors) -> None:
    """Add openings that do not fit the receipt beside them."""
    record = some_record()

    def bad(name: str, rule: str, n: int, *openings: bytes, exit: int = 1, **more: Any) -> None:
        vectors.bad(name, rule, exit=exit, **ask(record, n, openings=list(openings), **more))

    facts, words, file = record.opening(2), record.opening(2, "words"), record.opening(4, "file")
    held = {part.part: part for part in record.entries[2].parts}
    salt, data = held["facts"].salt, held["facts"].data
    bad("opening of another entry", "10", 2, record.opening(3))
    bad("opening under another entry's number", "10", 2, facts.replace(b"index 2", b"index 3"))
    bad("opening with another salt", "10", 2, opening_file(2, "facts", invented("other salt"), data))
    bad("opening with other bytes", "10", 2, opening_file(2, "facts", salt, data.replace(b"27", b"28")))
    bad("facts opened as words", "10", 2, facts.replace(b"part facts", b"part words"))
    bad("words opened as facts", "10", 2, words.replace(b"part words", b"part facts"))
    bad("a file without the facts", "10", 4, file, exit=2)
    bad("a file beside the facts of another entry", "10", 4, file, opening_of_facts=facts)
    bad("a file beside words", "10", 4, file, opening_of_facts=record.opening(4, "words"))
    stranger = opening_file(4, f"file {sha(salt, b'another').hex()}", salt, b"another")
    bad("a file that the facts do not name", "10", 4, stranger, opening_of_facts=record.opening(4))
    digest = record.entries[4].parts[2].digest.encode()
    bad("a file with another digest", "10", 4, file.replace(digest, b"0" * 64), opening_of_facts=record.opening(4))
    swapped = file.replace(digest, record.entries[4].parts[3].digest.encode())
    bad("a file under another's digest", "10", 4, swapped, opening_of_facts=record.opening(4))
    for name, spoiled in spoiled_openings(facts, file).items():
        n = 4 if b"part file" in spoiled else 2
        bad(f"opening: {name}", "26", n, spoiled, opening_of_facts=record.opening(n))


def add_bad_facts(vectors: Vectors) -> None:
    """Add facts that the log holds and signed though they are not valid."""
    for name, rule, kind, body in bad_facts(some_record()):
        record = some_record()
        n = record.add(kind, body)
        vectors.bad(f"facts: {name}", rule, **ask(record, n, openings=[record.opening(n)]))


def add_bad_words(vectors: Vectors) -> None:
    """Add words that the log holds and signed though they are not valid."""
    for name, rule, body in [
        ("a list", "11", b"[]"),
        ("text", "11", b"Seen at the station late."),
        ("nothing", "11", b""),
        ("armoured", "11", b"-----BEGIN AGE ENCRYPTED FILE-----\n"),
        ("sealed by anrecord version", "11", AGE.replace(b"/v1", b"/v2")),
        ("a sealed file's first line without its end", "11", b"age-encryption.org/v1"),
        ("with a space", "19", b'{"what": "x"}'),
    ]:
        record = some_record()
        n = record.add(KIND, {}, body)
        vectors.bad(f"words: {name}", rule, **ask(record, n, openings=[record.opening(n, "words")]))


def spoiled_openings(facts: bytes, file: bytes) -> dict[str, bytes]:
    """Spoil the text of an opening, line by line (rule 26)."""
    lines = facts.split(b"\n")
    return {
        "a sixth line": facts + b"\n",
        "no final newline": facts[:-1],
        "no first line": b"\n".join(lines[1:]),
        "lines in another order": b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]),
        "carriage returns": facts.replace(b"\n", b"\r\n"),
        "version 2": facts.replace(b"@v1", b"@v2"),
        "a space after the first line": facts.replace(b"@v1", b"@v1 "),
        "two spaces after index": facts.replace(b"index ", b"index  "),
        "a tab after index": facts.replace(b"index ", b"index\t"),
        "an index with a leading zero": facts.replace(b"index 2", b"index 02"),
        "an index with a sign": facts.replace(b"index 2", b"index +2"),
        "no part": facts.replace(b"part facts", b"part "),
        "an unknown part": facts.replace(b"part facts", b"part spine"),
        "a part and a space": facts.replace(b"part facts", b"part facts "),
        "a digest after facts": facts.replace(b"part facts", b"part facts " + invented("x").hex().encode()),
        "a file without a digest": facts.replace(b"part facts", b"part file"),
        "a file's digest in upper case": upper_digest(file),
        "a file's digest of 63 digits": file.replace(file.split(b"\n")[2], file.split(b"\n")[2][:-1]),
        "a salt of 31 bytes": salted(facts, invented("salt")[:31]),
        "a salt of 33 bytes": salted(facts, invented("salt") + b"!"),
        "a salt with a space": facts.replace(lines[3], lines[3] + b" "),
        "a salt with loose last bits": facts.replace(lines[3], lines[3][:-2] + bytes([lines[3][-2] + 1]) + b"="),
        "bytes without the space": facts.replace(b"bytes ", b"bytes"),
        "another word for index": facts.replace(b"index ", b"entry "),
        "another word for part": facts.replace(b"part ", b"piece "),
        "another word for salt": facts.replace(b"salt ", b"pepper "),
        "another word for bytes": facts.replace(b"bytes ", b"data "),
        "bytes in two lines": facts.replace(lines[4], lines[4][:30] + b"\n" + lines[4][30:]),
        "not ASCII": facts.replace(b"@v1", "@v１".encode()),
        "nothing": b"",
    }


def upper_digest(file: bytes) -> bytes:
    head, digest, rest = file.partition(file.split(b"\n")[2][10:])
    return head + digest.upper() + rest


def salted(opening: bytes, salt: bytes) -> bytes:
    return opening.replace(opening.split(b"\n")[3], f"salt {b64(salt)}".encode())


def bad_facts(record: Record) -> list[tuple[str, str, str, dict[str, Any] | bytes]]:
    """Return facts that are not valid, of entry 5."""
    a, b = sorted(record.key_of(name) for name in "ab")
    digest, erasure, vkey = invented("digest").hex(), erasing(record), Signer(record.origin, label="new").vkey
    moved = "synthetic.vectors.example/2"
    continued = {
        "origin": moved,
        "key": Signer(moved).vkey,
        "old_origin": record.origin,
        "old_checkpoint": record.text(),
    }
    return [
        *[(f"occurred_at {at}", "23", KIND, {"occurred_at": at}) for at in BAD_CLAIMS],
        *[(f"request {what}", "23", KIND, {"request": value}) for what, value in bad_requests(a).items()],
        ("no request", "23", KIND, b"{}"),
        ("refs without keys", "23", KIND, {"refs": {"child": []}}),
        ("refs in descending order", "23", KIND, {"refs": {"child": [b, a]}}),
        ("refs with a key twice", "23", KIND, {"refs": {"child": [a, a]}}),
        ("refs with no key", "23", KIND, {"refs": {"child": ["nobody"]}}),
        ("refs to one key without a list", "23", KIND, {"refs": {"child": a}}),
        ("refs as a list", "23", KIND, {"refs": [a]}),
        ("refs null", "23", KIND, {"refs": None}),
        *[(f"corrects {n!r}", "23", KIND, {"corrects": n}) for n in (5, 6, -1, "2", True, None)],
        *[(f"retracts {n!r}", "23", "entry.retracted.1", {"retracts": n, "reason": "x"}) for n in (5, -1, "2", None)],
        ("linked to one key", "23", "identity.linked.1", {"refs": {"same": [a]}}),
        ("linked to nobody", "23", "identity.linked.1", {"refs": {"other": [a, b]}}),
        ("a file twice", "16", KIND, {"files": [digest, digest]}),
        ("a file by name", "16", KIND, {"files": ["picture.jpg"]}),
        ("a file's digest in upper case", "16", KIND, {"files": [digest.upper()]}),
        ("files as an object", "16", KIND, {"files": {"a": digest}}),
        ("files as text", "16", KIND, {"files": digest}),
        ("sealed", "11", KIND, AGE),
        ("a list", "11", KIND, b"[]"),
        ("a fraction", "19", KIND, {"age": 12.5}),
        ("a member in upper case", "19", KIND, {"Age": 12}),
        ("a key as member", "19", KIND, {a: 12}),
        ("erased: facts only", "3", "entry.erased.1", erasure | {"part": "facts"}),
        ("erased: a later entry", "3", "entry.erased.1", erasure | {"entry": 6}),
        ("erased: itself", "3", "entry.erased.1", erasure | {"entry": 5}),
        ("erased: no number", "3", "entry.erased.1", erasure | {"entry": "2"}),
        ("erased: another member", "3", "entry.erased.1", erasure | {"who": a}),
        ("erased: occurred_at", "3", "entry.erased.1", erasure | {"occurred_at": "2026-02-27"}),
        ("erased: no authority", "3", "entry.erased.1", {k: v for k, v in erasure.items() if k != "authority"}),
        ("erased: no duties", "3", "entry.erased.1", {k: v for k, v in erasure.items() if k != "duties"}),
        ("erased: duties by name", "3", "entry.erased.1", erasure | {"duties": ["visit"]}),
        ("a key added that is a word", "15", "key.added.1", {"key": "secret"}),
        ("a key added that is a number", "15", "key.added.1", {"key": 7}),
        ("a key added without a key", "15", "key.added.1", {}),
        ("a witness's key added", "28", "key.added.1", {"key": FIRST.vkey}),
        ("a key retired without a size", "15", "key.retired.1", {"key": vkey, "reason": "x"}),
        ("a key retired without a reason", "15", "key.retired.1", {"key": vkey, "size": 4}),
        ("a key retired at no number", "15", "key.retired.1", {"key": vkey, "size": "4", "reason": "x"}),
        ("continued without the missing", "1", "log.continued.1", continued),
        ("continued: another's key", "1", "log.continued.1", {**continued, "missing": [], "key": vkey}),
        ("continued: a gap further on", "1", "log.continued.1", {**continued, "missing": [[7, 8]]}),
        ("continued: a span backwards", "1", "log.continued.1", {**continued, "missing": [[5, 4]]}),
        ("continued: numbers for spans", "1", "log.continued.1", {**continued, "missing": [5]}),
        ("continued: no old checkpoint", "1", "log.continued.1", {**continued, "missing": [], "old_checkpoint": None}),
    ]


BAD_CLAIMS: list[Any] = [
    None,
    "",
    20260227,
    "2026",
    "2026-02",
    "2026-02-29",
    "0000-01-01",
    "27/02/2026",
    "2026-02-27T09:00:00Z",
    "2026-02-27T09:00:00.000000",
    "2026-02-27T09:00:00.000000+00:00",
    "2026-02-27T24:00:00.000000Z",
    "2026-02-28/2026-02-27",
    "2026-02-27/2026-02-27/2026-02-28",
    "2026-02-27/",
    "/2026-02-27",
    "2026-02-27/2026-02-30",
    "2026-02-27T09:00:00.000000Z/2026-02-28",
    "2026-02-27 ",
    "unknown",
]


def bad_requests(key: str) -> dict[str, Any]:
    return {"null": None, "of 31 digits": key[1:], "in upper case": "A" * 32, "empty": "", "as a number": 7}


def add_bad_first_entries(vectors: Vectors) -> None:
    """Add opened entries 0 that do not fit the log they stand in (rule 14)."""
    origin, other = "synthetic.vectors.example/1", "synthetic.vectors.example/9"
    spoilings: dict[str, dict[str, Any]] = {
        "another origin": {"origin": other, "key": Signer(other).vkey},
        "another key": {"key": Signer(origin, label="second").vkey},
        "a key of another origin": {"key": Signer(other).vkey},
        "another format": {"format": "heed-record@v2"},
        "not synthetic": {"synthetic": False},
        "synthetic as text": {"synthetic": "true"},
        "synthetic as a number": {"synthetic": 1},
        "no key": {"key": None},
        "no origin": {"origin": None},
    }
    for name, change in spoilings.items():
        record = Record().open(**change)
        vectors.bad(f"entry 0: {name}", "14", **ask(record, 0, openings=[record.opening(0)]))
    moved = Record().open(origin=other, key=Signer(other).vkey)
    both = f"log {Signer(origin).vkey}\nlog {Signer(other).vkey}\nquorum none\n".encode()
    opened = ask(moved, 0, both, openings=[moved.opening(0)])
    vectors.bad("entry 0: another origin, which is trusted too", "14", **opened)
    real = Record("record.vectors.example/1").open(synthetic=True)
    vectors.bad("entry 0: synthetic by word, not by name", "14", **ask(real, 0, openings=[real.opening(0)]))
    for name in ("origin", "key", "format", "synthetic"):
        facts = {k: v for k, v in Record().open().facts_of(0).items() if k != name}
        record = Record()
        record.add("log.opened.1", canonical(facts))
        vectors.bad(f"entry 0: without {name}", "14", **ask(record, 0, openings=[record.opening(0)]))
    record = Record()
    record.add("log.opened.1", canonical(Record().open().facts_of(0)), {"what": "x"})
    vectors.bad("entry 0: words", "14", **ask(record, 0, openings=[record.opening(0, "words")]))
