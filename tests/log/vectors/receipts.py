"""Receipts and openings, good and spoiled."""

from collections.abc import Callable
from typing import Any

from .build import Record, Signer, b64, canonical, inclusion_path, invented, opening_file, receipt_file, sha
from .collect import Vectors
from .notes import AT, FIRST, OTHER_LOG, SECOND, THIRD

AGE = b"age-encryption.org/v1\n-> X25519 invented\n--- not a real one\n" + bytes(range(32))
NOW = AT + 3600
KIND = "concern.raised.1"


def bare(record: Record) -> bytes:
    return f"{record.signer.vkey}\n".encode()


def policy(record: Record, quorum: str = "enough") -> bytes:
    """Return a trust file of three witnesses, any two of which are enough."""
    lines = [f"log {record.signer.vkey}", f"witness first {FIRST.vkey}", f"witness second {SECOND.vkey}"]
    lines += [f"witness third {THIRD.vkey}", "group enough 2 first second third", f"quorum {quorum}"]
    return ("\n".join(lines) + "\n").encode()


def some_record(**changes: Any) -> Record:
    """Return a record of five invented entries; `changes` go to the spine of entry 2."""
    record = Record().open()
    record.add("agency.joined.1", {"refs": {"scrutineer": [record.key_of("scrutineer")]}})
    record.add(KIND, {"occurred_at": "2026-02-27"}, {"what": "Invented: seen at the station late."}, **changes)
    record.add("concern.seen.1")
    record.add("note.sealed.1", {}, AGE, files=[b"An invented picture.", b""])
    return record


def found(record: Record, n: int, **more: Any) -> dict[str, Any]:
    """Return what must be found in a receipt of entry `n`."""
    said = record.entries[n].said
    entry = {"origin": record.origin, "index": n, "kind": said["kind"], "recorded_at": said["recorded_at"]}
    return {**entry, "before": None, "after": None, "witnesses": [], **more}


def receipts() -> Vectors:
    """Return the receipts with the openings beside them."""
    vectors = Vectors("receipt")
    add_good(vectors)
    add_quorums(vectors)
    add_bad_files(vectors)
    add_bad_spines(vectors)
    add_openings(vectors)
    add_bad_openings(vectors)
    return vectors


def ask(record: Record, n: int, trust: bytes | None = None, **more: Any) -> dict[str, Any]:
    """Return the inputs of a receipt of entry `n`."""
    trust = bare(record) if trust is None else trust
    return {"receipt": record.receipt(n), "trust": trust, "openings": [], "now": NOW} | more


def add_good(vectors: Vectors) -> None:
    record = some_record()
    for n in range(5):
        vectors.good(f"entry {n} of 5, not yet witnessed", "6", found(record, n), **ask(record, n))
    alone = Record().open()
    vectors.good("the only entry", "25", found(alone, 0), **ask(alone, 0))
    earlier = record.receipt(2, size=3)
    vectors.good("under a smaller checkpoint", "25", found(record, 2), **ask(record, 2, receipt=earlier))
    large = Record().open()
    for n in range(1, 40):
        large.add(KIND, {"occurred_at": f"2026-02-{n % 28 + 1:02}"})
    vectors.good("entry 37 of 40", "25", found(large, 37), **ask(large, 37))
    kinds = ["a.b.1", f"{'k' * 49}.raised.1234567", "never.heard_of.99"]
    for kind in kinds:
        other = some_record(kind=kind)
        vectors.good(f"kind {kind}", "20", found(other, 2), **ask(other, 2))
    for moment in ("0001-01-01T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"):
        other = some_record(recorded_at=moment)
        vectors.good(f"recorded_at {moment}", "22", found(other, 2), **ask(other, 2))
    real = Record("record.vectors.example/1").open()
    vectors.good("a log that is not synthetic", "14", found(real, 0), **ask(real, 0, openings=[real.opening(0)]))


def add_quorums(vectors: Vectors) -> None:
    """Add receipts under a trust file with witnesses (rules 6, 13 and 29)."""
    record = some_record()
    two = record.note(cosigned=[(FIRST, AT + 600), (THIRD, AT + 300)])
    one = record.note(cosigned=[(SECOND, AT + 500)])
    ours, none = policy(record), policy(record, "none")
    seen = found(record, 2, before=AT + 600, witnesses=["first", "third"])
    vectors.good("witnessed by two of three", "13", seen, **ask(record, 2, ours, receipt=record.receipt(2, two)))
    first = found(record, 2, before=AT + 300, witnesses=["first", "third"])
    vectors.good("witnessed, quorum none", "13", first, **ask(record, 2, none, receipt=record.receipt(2, two)))
    vectors.good("not witnessed, quorum none", "6", found(record, 2), **ask(record, 2, none))
    vectors.good(
        "witnesses unknown to a bare key", "6", found(record, 2), **ask(record, 2, receipt=record.receipt(2, two))
    )
    vectors.bad("not witnessed", "6", says="not yet witnessed", **ask(record, 2, ours))
    vectors.bad(
        "one of three is not enough", "6", says="quorum", **ask(record, 2, ours, receipt=record.receipt(2, one))
    )
    before = record.note(2, cosigned=[(FIRST, AT - 20), (SECOND, AT - 90)])
    between = found(record, 2, after=AT - 20, before=AT + 600, witnesses=["first", "third"])
    both = ask(record, 2, ours, receipt=record.receipt(2, two), earlier=before)
    vectors.good("recorded between two checkpoints", "13", between, **both)
    vectors.bad("the earlier checkpoint holds the entry", "13", **(both | {"earlier": record.note(3, [(FIRST, AT)])}))
    elsewhere = Record(OTHER_LOG.name).open()
    trust = ours + f"log {elsewhere.signer.vkey}\n".encode()
    vectors.bad(
        "the earlier checkpoint is of another log", "13", **(both | {"earlier": elsewhere.note(), "trust": trust})
    )
    vectors.bad("the earlier checkpoint is false", "12", **(both | {"earlier": before.replace(b"\n2\n", b"\n1\n")}))
    late = record.note(cosigned=[(FIRST, AT - 500), (THIRD, AT - 400)])
    noted = found(record, 2, before=AT - 400, witnesses=["first", "third"]) | {"reports": ["13"]}
    vectors.good(
        "stamped after it was witnessed: reported", "13", noted, **ask(record, 2, ours, receipt=record.receipt(2, late))
    )
    ahead = found(record, 2, before=AT + 600, witnesses=["first", "third"]) | {"reports": ["29"]}
    inputs = ask(record, 2, ours, receipt=record.receipt(2, two)) | {"now": AT + 500}
    vectors.good("witnessed ahead of our clock: reported", "29", ahead, **inputs)
    on_time = found(record, 2, before=AT + 600, witnesses=["first", "third"]) | {"reports": []}
    vectors.good("witnessed 60 s ahead of our clock", "29", on_time, **(inputs | {"now": AT + 540}))


def add_bad_files(vectors: Vectors) -> None:
    """Add receipts whose file is spoiled while every signature in it holds."""
    record = some_record()
    spine, note = record.entries[2].spine, record.note()
    path = inclusion_path(2, record.leaves)
    whole = record.receipt(2)

    def bad(name: str, rule: str, data: bytes) -> None:
        if data == whole:
            raise AssertionError(f"{name} spoils nothing")
        vectors.bad(name, rule, **ask(record, 2, receipt=data))

    extra, last = b"extra " + b64(spine).encode() + b"\n", b64(path[-1]).encode()
    bad("no extra line", "25", whole.replace(extra, b""))
    bad("extra after index", "25", whole.replace(extra + b"index 2\n", b"index 2\n" + extra))
    bad("extra is a part of the spine", "25", receipt_file(spine[:-1], 2, path, note))
    bad("extra is another spine", "25", receipt_file(record.entries[3].spine, 2, path, note))
    bad(
        "extra is the spine re-ordered",
        "25",
        receipt_file(b'{"v":1,' + spine[1:].replace(b',"v":1', b""), 2, path, note),
    )
    bad("extra is empty", "25", whole.replace(extra, b"extra \n"))
    bad("extra twice", "25", whole.replace(extra, extra * 2))
    bad("two spaces after extra", "7", whole.replace(b"extra ", b"extra  "))
    bad("extra in the URL alphabet", "7", whole.replace(extra, extra[:20] + b"-" + extra[21:]))
    bad("no index line", "25", whole.replace(b"index 2\n", b""))
    for index in ("02", "+2", "-2", "2 ", "٢", "1", "3", "4", "5", "99999999999999999999", ""):
        bad(f"index {index}", "25", whole.replace(b"index 2\n", f"index {index}\n".encode()))
    bad("another first line", "25", whole.replace(b"@v1", b"@v2", 1))
    bad("a space after the first line", "25", whole.replace(b"@v1\n", b"@v1 \n", 1))
    bad("no first line", "25", whole.partition(b"\n")[2])
    bad("carriage returns", "25", whole.replace(b"\n", b"\r\n"))
    bad("no empty line", "25", whole.replace(b"\n\n", b"\n", 1))
    bad("two empty lines", "12", whole.replace(b"\n\n", b"\n\n\n", 1))
    bad("a path line short", "25", receipt_file(spine, 2, path[:-1], note))
    bad("a path line too many", "25", receipt_file(spine, 2, [*path, path[0]], note))
    bad("path lines swapped", "25", receipt_file(spine, 2, path[::-1], note))
    bad("64 path lines", "25", receipt_file(spine, 2, [invented(i) for i in range(64)], note))
    bad("a path line of 31 bytes", "25", receipt_file(spine, 2, [*path[:-1], path[-1][:31]], note))
    bad("a path line with a space", "7", whole.replace(last, last + b" "))
    bad("a path line with loose last bits", "7", whole.replace(last, last[:-2] + bytes([last[-2] + 1]) + b"="))
    bad("the checkpoint of a smaller log", "25", receipt_file(spine, 2, inclusion_path(2, record.leaves[:3]), note))
    bad("no checkpoint", "12", receipt_file(spine, 2, path, b""))
    bad("an unsigned checkpoint", "12", receipt_file(spine, 2, path, record.text().encode() + b"\n"))
    bad("a byte after the checkpoint", "12", whole + b"\n")
    bad("not yet a checkpoint of the entry", "25", receipt_file(spine, 2, [], record.note(2)))
    bad("nothing", "25", b"")
    bad("an opening", "25", record.opening(2))
    vectors.bad("a key of another log", "12", **ask(record, 2, f"{OTHER_LOG.vkey}\n".encode()))
    vectors.bad("an unusable trust file", "28", exit=2, **ask(record, 2, b"trust me\n"))


def add_bad_spines(vectors: Vectors) -> None:
    """Add receipts of entries that the log holds and signed, though their spines are not valid."""
    key, upper = invented("key")[:16].hex(), invented("upper")[:16].hex().upper()
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("2", "v 2", {"v": 2}),
        ("2", "v as a string", {"v": "1"}),
        ("2", "v true", {"v": True}),
        ("2", "an unknown member", {"note": "x"}),
        ("2", "a version 2 with another member", {"v": 2, "note": "x"}),
        ("25", "n of another entry", {"n": 3}),
        ("19", "n as a string", {"n": "2"}),
        ("2", "n null", {"n": None}),
        ("8", "agency null", {"agency": None}),
        ("8", "an empty subject", {"subject": ""}),
        ("8", "a subject in upper case", {"subject": upper}),
        ("8", "an actor of 31 digits", {"actor": key[1:]}),
        ("8", "an actor of 33 digits", {"actor": key + "0"}),
        ("8", "an agency with a newline", {"agency": key + "\n"}),
        ("8", "a UUID", {"subject": f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"}),
        ("2", "the digest of the facts in upper case", {"facts": invented("digest").hex().upper()}),
        ("2", "the digest of the words of 63 digits", {"words": invented("digest").hex()[1:]}),
        ("2", "no digest of words", {"words": None}),
        *[("20", f"kind {k}", {"kind": k}) for k in BAD_KINDS],
        ("20", "kind null", {"kind": None}),
        *[("22", f"recorded_at {moment}", {"recorded_at": moment}) for moment in BAD_MOMENTS],
    ]
    for rule, name, change in changes:
        record = some_record(**change)
        vectors.bad(f"spine: {name}", rule, **ask(record, 2))
    for name in ("v", "n", "kind", "subject", "actor", "agency", "recorded_at", "facts", "words"):
        vectors.bad(f"spine: no {name}", "2", **ask(some_record(without=[name]), 2))
    spoilings: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
        "a newline after it": ("19", lambda spine: spine + b"\n"),
        "a space within": ("19", lambda spine: spine.replace(b":", b": ", 1)),
        "members out of order": ("19", lambda spine: b'{"v":1,' + spine[1:].replace(b',"v":1', b"")),
        "a member twice": ("19", lambda spine: spine.replace(b',"v":1', b',"v":1,"v":1')),
        "v as a fraction": ("19", lambda spine: spine.replace(b'"v":1', b'"v":1.0')),
        "a letter escaped": ("19", lambda spine: spine.replace(b"concern", b"\\u0063oncern")),
        "a list": ("19", lambda spine: b"[" + spine + b"]"),
        "over 2,048 bytes": ("21", lambda spine: spine.replace(b"concern", b"c" * 2048)),
        "no JSON": ("19", lambda spine: b"concern raised"),
        "nothing": ("19", lambda spine: b""),
    }
    for name, (rule, raw) in spoilings.items():
        vectors.bad(f"spine: {name}", rule, **ask(some_record(raw=raw), 2))
    opened = Record()
    opened.add(KIND)
    vectors.bad("entry 0 is not the opening of a log", "14", **ask(opened, 0))


BAD_KINDS = [
    "concern",
    "concern.raised",
    "concern.raised.0",
    "concern.raised.01",
    "concern.raised.one",
    "Concern.raised.1",
    "concern.Raised.1",
    "concern-x.raised.1",
    "1concern.raised.1",
    "concern.raised.late.1",
    ".raised.1",
    "concern..1",
    "concern.raised.1 ",
    "concern.raised.1\n",
    "pryder.tŷ.1",
    "concern.raised.١",
    f"{'k' * 50}.raised.1234567",
]
BAD_MOMENTS = [
    "2026-02-29T09:02:00.000000Z",
    "2026-04-31T09:02:00.000000Z",
    "2026-13-01T09:02:00.000000Z",
    "2026-00-01T09:02:00.000000Z",
    "2026-03-00T09:02:00.000000Z",
    "0000-03-01T09:02:00.000000Z",
    "2026-03-01T24:00:00.000000Z",
    "2026-03-01T09:60:00.000000Z",
    "2026-06-30T23:59:60.000000Z",
    "2026-03-01T09:02:00Z",
    "2026-03-01T09:02:00.000Z",
    "2026-03-01T09:02:00.0000000Z",
    "2026-03-01T09:02:00.000000+00:00",
    "2026-03-01T09:02:00.000000z",
    "2026-03-01t09:02:00.000000Z",
    "2026-03-01 09:02:00.000000Z",
    "2026-03-01T09:02:00,000000Z",
    "2026-3-01T09:02:00.000000Z",
    "+2026-03-01T09:02:00.000000Z",
    "٢٠٢٦-03-01T09:02:00.000000Z",
    "2026-03-01",
    "",
]


def add_openings(vectors: Vectors) -> None:
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
    """Add openings that do not fit the receipt, and facts that the log holds though they are not valid."""
    record = some_record()

    def bad(name: str, rule: str, n: int, *openings: bytes, exit: int = 1, **more: Any) -> None:
        vectors.bad(name, rule, exit=exit, **ask(record, n, openings=list(openings), **more))

    facts, words, file = record.opening(2), record.opening(2, "words"), record.opening(4, "file")
    held = {part.part: part for part in record.entries[2].parts}
    salt, data = held["facts"].salt, held["facts"].data
    bad("opening of another entry", "10", 2, record.opening(3))
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
        bad(f"opening: {name}", "26", n, spoiled, **({"opening_of_facts": record.opening(4)} if n == 4 else {}))
    for name, rule, kind, body in bad_facts(record):
        other = some_record()
        n = other.add(kind, body)
        vectors.bad(f"facts: {name}", rule, **ask(other, n, openings=[other.opening(n)]))
    for name, rule, body in [
        ("a list", "11", b"[]"),
        ("text", "11", b"Seen at the station late."),
        ("nothing", "11", b""),
        ("armoured", "11", b"-----BEGIN AGE ENCRYPTED FILE-----\n"),
        ("sealed by another version", "11", AGE.replace(b"/v1", b"/v2")),
        ("a sealed file's first line without its end", "11", b"age-encryption.org/v1"),
        ("with a space", "19", b'{"what": "x"}'),
    ]:
        other = some_record()
        n = other.add(KIND, {}, body)
        vectors.bad(f"words: {name}", rule, **ask(other, n, openings=[other.opening(n, "words")]))
    add_bad_first_entries(vectors)


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
