"""Whole records as rows of the two tables (rule 17), good and spoiled."""

from collections.abc import Sequence
from typing import Any

from .build import Entry, Part, Record, Signer, canonical, invented, root_of, tree_text
from .collect import Vectors
from .notes import AT, FIRST, OTHER_LOG, THIRD
from .openings import erasing
from .receipts import AGE, KIND, bare, policy, some_record

NEVER = ["log.note.1", "policy.adopted.1", "calendar.adopted.1", "agency.joined.1", "grant.given.1", "release.made.1"]
NEVER += ["key.added.1", "hold.placed.1"]


def databases() -> Vectors:
    """Return the databases, each with a checkpoint and a trust file where the question needs them."""
    vectors = Vectors("database")
    add_good(vectors)
    add_bad_entry_rows(vectors)
    add_bad_part_rows(vectors)
    add_same_salt(vectors)
    add_bad_entries(vectors)
    add_bad_erasures(vectors)
    add_bad_checkpoints(vectors)
    add_rotations(vectors)
    add_generations(vectors)
    return vectors


def ask(record: Record, without: Sequence[tuple[int, str]] = (), **more: Any) -> dict[str, Any]:
    """Return a record as rows, without some parts, with its newest checkpoint and its key."""
    entries = [{"n": n, "spine": entry.spine} for n, entry in enumerate(record.entries)]
    parts = [
        [n, part.part, part.digest, part.salt, part.data]
        for n, entry in enumerate(record.entries)
        for part in entry.parts
        if (n, part.part) not in without
    ]
    note = record.note() if record.entries else None
    return {"entries": entries, "parts": parts, "checkpoint": note, "trust": bare(record)} | more


def found(record: Record, **more: Any) -> dict[str, Any]:
    """Return what must be found in a whole record."""
    size = len(record.entries)
    numbers = {"entries": size, "erased_parts": 0, "outside": 0, "covered": size, "not_covered": 0}
    return {"origin": record.origin, **numbers, **more}


def erased(part: str = "words", entry: int = 2, **changes: Any) -> Record:
    """Return some record in which entry 5 erases a part of an entry."""
    record = some_record()
    record.add("entry.erased.1", erasing(record) | {"part": part, "entry": entry} | changes)
    return record


BOTH = ("facts", "words", "file")


def add_good(vectors: Vectors) -> None:
    record = some_record()
    vectors.good("a whole record", "17", found(record), **ask(record))
    alone = Record("record.vectors.example/1").open()
    vectors.good("entry 0 alone, not synthetic", "14", found(alone), **ask(alone))
    unchecked = found(record, covered=None, not_covered=None)
    vectors.good("no checkpoint", "24", unchecked, **ask(record, checkpoint=None))
    vectors.good("neither checkpoint nor trust file", "24", unchecked, **ask(record, checkpoint=None, trust=None))
    vectors.good("the log's own keys", "9", found(record), **ask(record, trust=None))
    partly = found(record, covered=3, not_covered=2)
    vectors.good("entries after the checkpoint", "24", partly, **ask(record, checkpoint=record.note(3)))
    nothing = found(record, covered=0, not_covered=5)
    vectors.good("a checkpoint of size 0, as an old one", "27", nothing, **ask(record, checkpoint=record.note(0)))
    two = record.note(cosigned=[(FIRST, AT + 600), (THIRD, AT + 300)])
    vectors.good("witnessed by two of three", "6", found(record), **ask(record, checkpoint=two, trust=policy(record)))
    words = erased()
    vectors.good("erased words", "3", found(words, erased_parts=1), **ask(words, [(2, "words")]))
    both = erased("both")
    vectors.good("erased facts and words", "3", found(both, erased_parts=2), **ask(both, [(2, "facts"), (2, "words")]))
    with_files = erased(entry=4)
    gone = [(4, "words"), (4, "file")]
    vectors.good("erased words and files", "4", found(with_files, erased_parts=3), **ask(with_files, gone))
    entirely = erased("both", entry=4)
    gone = [(4, part) for part in BOTH]
    vectors.good("erased facts, words and files", "4", found(entirely, erased_parts=2), **ask(entirely, gone))
    again = erased()
    again.add("entry.erased.1", erasing(again) | {"part": "both"})
    vectors.good(
        "erased twice, then wholly", "3", found(again, erased_parts=2), **ask(again, [(2, "facts"), (2, "words")])
    )
    outside = ask(record)
    outside["parts"] = [[*row[:4], None] if row[1] == "file" else row for row in outside["parts"]]
    vectors.good("files outside the database", "17", found(record, outside=2), **outside)
    shuffled = ask(record)
    vectors.good(
        "rows in another order",
        "17",
        found(record),
        **(shuffled | {key: shuffled[key][::-1] for key in ("entries", "parts")}),
    )
    same_time = some_record(recorded_at="2026-03-01T09:01:00.000000Z")
    vectors.good("stamped as the entry before", "22", found(same_time), **ask(same_time))
    corrected = some_record()
    corrected.add("concern.raised.2", {"corrects": 2})
    corrected.add("entry.retracted.1", {"retracts": 3, "reason": "invented"})
    vectors.good("corrected by a later version of the kind", "23", found(corrected), **ask(corrected))


class Rows:
    """The rows of some record, to spoil one at a time while the log and its checkpoint stay right."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors
        self.record = some_record()
        self.whole = ask(self.record)
        self.entries: list[dict[str, Any]] = self.whole["entries"]
        self.parts: list[list[Any]] = self.whole["parts"]

    def bad(self, name: str, rule: str = "17", **change: Any) -> None:
        """Add the record with other rows."""
        self.vectors.bad(name, rule, **(self.whole | change))

    def bad_entry(self, name: str, rule: str = "17", **change: Any) -> None:
        """Add the record with entry 2 changed in its row."""
        self.bad(name, rule, entries=[*self.entries[:2], self.entries[2] | change, *self.entries[3:]])

    def bad_part(self, name: str, part: str = "facts", /, **change: Any) -> None:
        """Add the record with a part of entry 2 changed in its row."""
        names = ("n", "part", "digest", "salt", "bytes")
        i = self.place(2, part)
        row = [change.get(name, value) for name, value in zip(names, self.parts[i], strict=True)]
        self.bad(name, parts=[*self.parts[:i], row, *self.parts[i + 1 :]])

    def bad_stray(self, name: str, n: int | None, part: str = "words") -> None:
        """Add the record with one part more."""
        stray = Part(part, invented("stray"), b"Nobody names it.")
        self.bad(name, parts=[*self.parts, [n, part, stray.digest, stray.salt, stray.data]])

    def place(self, n: int, part: str) -> int:
        return next(i for i, row in enumerate(self.parts) if row[:2] == [n, part])


def add_bad_entry_rows(vectors: Vectors) -> None:
    """Add records with a spoiled row of `record_entry`."""
    rows = Rows(vectors)
    entries, parts, spine = rows.entries, rows.parts, rows.record.entries[2].spine
    swapped = [*entries[:2], entries[2] | {"n": 3}, entries[3] | {"n": 2}, entries[4]]
    rows.bad("no entries", "24", entries=[], parts=[])
    rows.bad("no entries, no checkpoint, no trust file", "14", entries=[], parts=[], checkpoint=None, trust=None)
    rows.bad("entry 0 is missing", "24", entries=entries[1:], parts=[row for row in parts if row[0]])
    rest = [row for row in parts if row[0] != 2]
    rows.bad("entry 2 is missing", "24", entries=[*entries[:2], *entries[3:]], parts=rest)
    rows.bad(
        "entry 2 is missing, no checkpoint", "24", entries=[*entries[:2], *entries[3:]], parts=rest, checkpoint=None
    )
    rows.bad("entry 2 stands twice", entries=[*entries, entries[2]])
    rows.bad("entries 2 and 3 swapped", entries=swapped)
    rows.bad("the last entry is missing", "24", entries=entries[:-1], parts=[row for row in parts if row[0] != 4])
    rows.bad_entry("a spine changed", "24", spine=spine.replace(b"09:02", b"09:03"))
    rows.bad_entry("a spine as text", spine=spine.decode())
    rows.bad_entry("a number as text", n="2")
    rows.bad_entry("a copied kind differs", columns={"kind": "concern.raised.10"})
    rows.bad_entry("a copied subject differs", columns={"subject": invented("x")[:16].hex()})
    rows.bad_entry("a copied recorded_at differs", columns={"recorded_at": "2026-03-01T09:02:00Z"})
    rows.bad_entry("a copied actor is null", columns={"actor": None})


def add_bad_part_rows(vectors: Vectors) -> None:
    """Add records with a spoiled row of `record_part`."""
    rows = Rows(vectors)
    parts, (facts, words) = rows.parts, rows.record.entries[2].parts
    other = Part("facts", invented("x"), facts.data.replace(b"27", b"28"))
    rows.bad_part("facts changed", bytes=other.data)
    rows.bad_part("a salt changed", salt=other.salt)
    rows.bad_part("facts changed with their digest", bytes=other.data, salt=other.salt, digest=other.digest)
    rows.bad_part("a digest that is another part's", digest=words.digest)
    rows.bad_part("a digest in upper case", digest=facts.digest.upper())
    rows.bad("facts lost", "3", parts=[row for row in parts if row[:2] != [2, "facts"]])
    rows.bad("words lost", "3", parts=[row for row in parts if row[:2] != [3, "words"]])
    rows.bad("a file lost", "3", parts=[row for row in parts if row[4] != b"An invented picture."])
    rows.bad_part("facts stored without bytes", bytes=None)
    rows.bad_part("words stored as text", "words", bytes=words.data.decode())
    rows.bad_part("a part of no known name", "words", part="body")
    rows.bad("a part stored twice", parts=[*parts, parts[rows.place(2, "facts")]])
    rows.bad_stray("a file that no facts name", 2, "file")
    rows.bad_stray("a further part of no known name", 2, "body")
    rows.bad_stray("a part of no entry", 9)
    rows.bad_stray("a part of an entry before the first", -1)
    rows.bad_stray("a part of no number", None)
    rows.bad_part("a salt of 31 bytes", salt=invented("x")[:31])
    rows.bad_part("a salt as text", salt="x" * 32)


def add_same_salt(vectors: Vectors) -> None:
    """Add a record that uses a salt twice, rightly hashed (rule 30); after an erasure nobody can see it any more."""
    for gone in (False, True):
        record = some_record()
        first = record.entries[2].parts[1]
        n = len(record.entries)
        facts = Part("facts", record.salt(n, "facts"), canonical({"request": record.key_of("again")}))
        words = Part("words", first.salt, b"{}")
        said = record.entries[4].said | {"n": n, "facts": facts.digest, "words": words.digest}
        record.entries.append(Entry(canonical(said), [facts, words]))
        if gone:
            record.add("entry.erased.1", erasing(record))
            vectors.good(
                "a salt used twice, one of them erased",
                "30",
                found(record, erased_parts=1),
                **ask(record, [(2, "words")]),
            )
        else:
            vectors.bad("a salt used twice", "30", **ask(record))


def add_bad_entries(vectors: Vectors) -> None:
    """Add records whose log holds, and whose checkpoint signs, an entry that is not valid."""
    record = some_record(v=2)
    vectors.bad("an entry of version 2", "2", says="2", **ask(record))
    vectors.bad("an entry with a further member", "2", **ask(some_record(note="x")))
    vectors.bad("an entry that says another number", "17", **ask(some_record(n=3)))
    vectors.bad(
        "stamped before the entry before it", "22", **ask(some_record(recorded_at="2026-03-01T09:00:59.999999Z"))
    )
    second = Record().open()
    second.add(KIND, n=True)
    vectors.bad("an entry whose number is true", "19", **ask(second))
    first = Record()
    first.add(KIND)
    vectors.bad("entry 0 opens no log", "14", **ask(first))
    cases: list[tuple[str, str, str, dict[str, Any]]] = [
        ("the same request twice", "23", KIND, {"request": some_record().key_of("request 2")}),
        ("corrects an entry of another kind", "23", KIND, {"corrects": 1}),
        ("corrects itself", "23", KIND, {"corrects": 5}),
        ("retracts a later entry", "23", "entry.retracted.1", {"retracts": 6, "reason": "x"}),
        ("a date that does not exist", "23", KIND, {"occurred_at": "2026-02-29"}),
        ("refs in descending order", "23", KIND, {"refs": {"child": ["f" * 32, "e" * 32]}}),
        ("a file twice", "16", KIND, {"files": [invented("x").hex()] * 2}),
        ("a file that never was", "3", KIND, {"files": [invented("x").hex()]}),
        ("a fraction", "19", KIND, {"age": 12.5}),
        ("a key added under another origin", "12", "key.added.1", {"key": OTHER_LOG.vkey}),
        ("a key retired that never was", "15", "key.retired.1", {"key": OTHER_LOG.vkey, "size": 3, "reason": "x"}),
    ]
    for name, rule, kind, facts in cases:
        record = some_record()
        record.add(kind, facts)
        vectors.bad(name, rule, **ask(record))
    for name, rule, facts_bytes, words in [
        ("sealed facts", "11", AGE, b"{}"),
        ("words that are text", "11", None, b"Seen at the station late."),
        ("words with a space", "19", None, b'{"what": "x"}'),
    ]:
        record = some_record()
        record.add(KIND, facts_bytes, words)
        vectors.bad(name, rule, **ask(record))


def add_bad_erasures(vectors: Vectors) -> None:
    """Add records whose erasures do not fit what is there (rules 3 to 5)."""
    words, both, files = erased(), erased("both"), erased(entry=4)
    vectors.bad("words there though erased", "3", **ask(words))
    vectors.bad("facts there though erased", "3", **ask(both, [(2, "words")]))
    vectors.bad("words there though both are erased", "3", **ask(both, [(2, "facts")]))
    vectors.bad("facts gone though only words are erased", "3", **ask(words, [(2, "facts"), (2, "words")]))
    vectors.bad("files there though words are erased", "4", **ask(files, [(4, "words")]))
    vectors.bad("another entry's words gone", "3", **ask(words, [(2, "words"), (3, "words")]))
    vectors.bad("the erasure's own facts gone", "3", **ask(words, [(2, "words"), (5, "facts")]))
    own = erased()
    own.add("entry.erased.1", erasing(own) | {"entry": 5, "part": "both"})
    vectors.bad("an erasure erased", "5", **ask(own, [(2, "words"), (5, "facts"), (5, "words")]))
    vectors.bad("an erasure erased, by word only", "5", **ask(own, [(2, "words")]))
    later = erased()
    later.entries[5], spare = later.entries[5], later.add("entry.erased.2", {"x": 1})
    later.add("entry.erased.1", erasing(later) | {"entry": spare})
    vectors.bad("a later version of an erasure erased", "5", **ask(later, [(2, "words"), (spare, "words")]))
    vectors.bad("entry 0 erased", "5", **ask(erased(entry=0), [(0, "words")]))
    for kind in NEVER:
        record = some_record()
        facts = {"key": Signer(record.origin, label="new").vkey} if kind == "key.added.1" else {}
        n = record.add(kind, facts)
        record.add("entry.erased.1", erasing(record) | {"entry": n})
        vectors.bad(f"{kind} erased", "5", **ask(record, [(n, "words")]))
    near = some_record()
    n = near.add("keyworker.named.1")
    near.add("entry.erased.1", erasing(near) | {"entry": n})
    vectors.good(
        "a kind whose name only begins like one of them", "5", found(near, erased_parts=1), **ask(near, [(n, "words")])
    )
    changes: dict[str, dict[str, Any]] = {
        "names itself": {"entry": 5},
        "names a later entry": {"entry": 6},
        "names facts alone": {"part": "facts"},
        "holds a further member": {"who": "x"},
    }
    for name, change in changes.items():
        record = erased(**change)
        record.add(KIND)
        vectors.bad(f"an erasure {name}", "3", **ask(record))


def add_bad_checkpoints(vectors: Vectors) -> None:
    """Add records that are whole, under a checkpoint that they do not fit (rules 1, 6, 12, 14 and 24)."""
    record, longer = some_record(), some_record()
    longer.add(KIND)
    vectors.bad("shorter than the checkpoint", "24", **ask(record, checkpoint=longer.note()))
    text = tree_text(record.origin, 5, invented("root"))
    false = f"{text}\n{record.signer.sign(text)}".encode()
    vectors.bad("another root", "24", **ask(record, checkpoint=false))
    text = tree_text(record.origin, 4, root_of(record.leaves))
    wrong_size = f"{text}\n{record.signer.sign(text)}".encode()
    vectors.bad("the root of another size", "24", **ask(record, checkpoint=wrong_size))
    changed = some_record(agency=invented("another agency")[:16].hex())
    vectors.bad("the checkpoint of a log changed since", "24", **ask(changed, checkpoint=record.note()))
    text = tree_text(OTHER_LOG.name, 5, root_of(record.leaves))
    elsewhere = f"{text}\n{OTHER_LOG.sign(text)}".encode()
    theirs = f"{OTHER_LOG.vkey}\n".encode()
    vectors.bad("a checkpoint of another origin", "1", **ask(record, checkpoint=elsewhere, trust=theirs))
    vectors.bad("a trust file of another log", "14", **ask(record, checkpoint=None, trust=theirs))
    stranger = Signer(record.origin, label="stranger")
    text = record.text()
    unstated = f"{text}\n{stranger.sign(text)}".encode()
    trust = f"{stranger.vkey}\n".encode()
    vectors.bad(
        "signed by a trusted key that the log never stated", "14", **ask(record, checkpoint=unstated, trust=trust)
    )
    vectors.bad("signed by a key that nobody stated", "12", **ask(record, checkpoint=unstated, trust=None))
    vectors.bad("a false signature", "12", **ask(record, checkpoint=record.note().replace(b"\n5\n", b"\n4\n")))
    vectors.bad("not witnessed", "6", says="not yet witnessed", **ask(record, trust=policy(record)))
    one = record.note(cosigned=[(FIRST, AT)])
    vectors.bad("witnessed by too few", "6", says="quorum", **ask(record, checkpoint=one, trust=policy(record)))
    vectors.bad("no checkpoint at all", "12", **ask(record, checkpoint=b"checkpoint"))


def add_rotations(vectors: Vectors) -> None:
    """Add records that change their key: entry 5 adds, entry 6 retires the old one at size 7 (rule 9)."""
    record = some_record()
    old, new = record.signer, Signer(record.origin, label="new")
    record.add("key.added.1", {"key": new.vkey})
    record.add("key.retired.1", {"key": old.vkey, "size": 7, "reason": "rotation"})
    record.add(KIND)
    trust = f"log {old.vkey}\nlog {new.vkey}\nquorum none\n".encode()

    def signed(size: int, *signers: Signer) -> bytes:
        text = record.text(size)
        return "".join([text, "\n", *(signer.sign(text) for signer in signers)]).encode()

    covered = found(record)
    vectors.good("signed by the new key", "9", covered, **ask(record, checkpoint=signed(8, new), trust=trust))
    vectors.good("signed by both keys", "9", covered, **ask(record, checkpoint=signed(8, old, new), trust=trust))
    vectors.good(
        "the new key alone is trusted",
        "9",
        covered,
        **ask(record, checkpoint=signed(8, new), trust=f"{new.vkey}\n".encode()),
    )
    vectors.good(
        "the log's own keys after a rotation", "9", covered, **ask(record, checkpoint=signed(8, new), trust=None)
    )
    within = found(record, covered=7, not_covered=1)
    vectors.good("the old key at its last size", "9", within, **ask(record, checkpoint=signed(7, old), trust=trust))
    vectors.bad("the retired key alone", "9", **ask(record, checkpoint=signed(8, old), trust=trust))
    vectors.bad("the retired key, and only it is trusted", "9", **ask(record, checkpoint=signed(8, old, new)))


def add_generations(vectors: Vectors) -> None:
    """Add records that lost entries and went on under a new origin (rule 1)."""
    good = {"origin": "synthetic.vectors.example/2"}
    vectors.good("a second generation", "1", found(continued(), **good), **ask(continued()))
    vectors.good(
        "a second generation, nothing lost", "1", found(continued(missing=[]), **good), **ask(continued(missing=[]))
    )
    changes: dict[str, dict[str, Any]] = {
        "whose old origin is another": {"old_origin": "synthetic.vectors.example/0"},
        "whose old checkpoint is another log's": {"old_checkpoint": tree_text(OTHER_LOG.name, 7, invented("x"))},
        "that lost entries further on": {"missing": [[6, 7]]},
        "that is no longer synthetic": {"origin": "vectors.example/2", "key": Signer("vectors.example/2").vkey},
    }
    for name, change in changes.items():
        record = continued(**change)
        vectors.bad(f"a second generation {name}", "1" if "synthetic" not in name else "14", **ask(record))
    record = continued()
    old = Signer("synthetic.vectors.example/1")
    text = tree_text(old.name, 7, root_of(record.leaves))
    note = f"{text}\n{old.sign(text)}".encode()
    vectors.bad("signed under the old origin", "1", **ask(record, checkpoint=note, trust=f"{old.vkey}\n".encode()))
    text = record.text()
    note = f"{text}\n{old.line(old.private.sign(text.encode()))}".encode()
    vectors.bad(
        "the new origin signed by the old key", "12", **ask(record, checkpoint=note, trust=f"{old.vkey}\n".encode())
    )


def continued(**changes: Any) -> Record:
    """Return a record whose entries from 5 on were lost and which entry 5 continues."""
    first = some_record()
    moved = "synthetic.vectors.example/2"
    facts = {"origin": moved, "key": Signer(moved).vkey, "old_origin": first.origin, "missing": [[5, 6]]}
    facts |= {"old_checkpoint": tree_text(first.origin, 7, invented("lost"))} | changes
    first.add("log.continued.1", facts)
    first.add(KIND)
    return Record(str(facts["origin"]), first.label, first.entries)
