"""Receipts, good and spoiled."""

from collections.abc import Callable
from typing import Any

from .build import Record, b64, inclusion_path, invented, receipt_file
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
    """Return the receipts."""
    vectors = Vectors("receipt")
    add_good(vectors)
    add_quorums(vectors)
    add_bad_files(vectors)
    add_bad_spines(vectors)
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
    add_clocks(vectors)


def add_clocks(vectors: Vectors) -> None:
    """Add receipts of entry 2, stamped at AT + 120, whose witnesses' clocks, or ours, disagree (rules 13 and 29)."""
    record = some_record()

    def good(name: str, rule: str, until: int, reports: list[str], since: int | None = None, now: int = NOW) -> None:
        note = record.note(cosigned=[(FIRST, until - 10), (THIRD, until)])
        seen = {"before": until, "after": since, "witnesses": ["first", "third"], "reports": reports}
        earlier = {"earlier": record.note(2, [(SECOND, since)])} if since else {}
        inputs = ask(record, 2, policy(record), receipt=record.receipt(2, note), now=now, **earlier)
        vectors.good(name, rule, found(record, 2, **seen), **inputs)

    good("stamped 60 s after it was witnessed", "13", AT + 60, [])
    good("stamped 61 s after it was witnessed: reported", "13", AT + 59, ["13"])
    good("stamped 60 s before it can have been", "13", AT + 600, [], since=AT + 180)
    good("stamped 61 s before it can have been: reported", "13", AT + 600, ["13"], since=AT + 181)
    good("witnessed 60 s ahead of our clock", "29", AT + 600, [], now=AT + 540)
    good("witnessed 61 s ahead of our clock: reported", "29", AT + 600, ["29"], now=AT + 539)


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
    bad("its first line alone", "25", b"c2sp.org/tlog-proof@v1\n\n" + note)
    bad("its first two lines alone", "25", b"c2sp.org/tlog-proof@v1\n" + extra + b"\n" + note)
    bad("extra without its word", "25", whole.replace(b"extra ", b"", 1))
    bad("index without its word", "25", whole.replace(b"index ", b"", 1))
    bad("extra in upper case", "25", whole.replace(b"extra ", b"EXTRA ", 1))
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
    first = Record().open()
    first.add(KIND, n=True)
    vectors.bad("spine: n true, which Python takes for 1", "19", **ask(first, 1))
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
