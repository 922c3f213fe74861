"""Whatever it is shown, the stand-alone verifier answers with a sentence, and accepts nothing that was not signed."""

import contextlib
import json
import sqlite3
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heed.log.standalone.database import verify_database
from heed.log.standalone.entry import check_facts, check_part, read_spine
from heed.log.standalone.log import Log, Row
from heed.log.standalone.note import read_checkpoint
from heed.log.standalone.profile import read_json
from heed.log.standalone.proof import Invalid, Refused
from heed.log.standalone.receipt import read_opening, read_receipt, verify_receipt
from heed.log.standalone.trust import read_policy
from log.vectors.build import canonical
from log.vectors.collect import load
from log.vectors.make import FILES
from log.vectors.notes import AT, FIRST, OTHER_LOG, SECOND
from log.vectors.openings import erasing
from log.vectors.receipts import NOW, policy, some_record
from log.verifiers import sqlite_file

RECORD = some_record()
RECORD.add("entry.erased.1", erasing(RECORD))
TRUST = policy(RECORD)
NOTE = RECORD.note(cosigned=[(FIRST, AT), (SECOND, AT + 9)])
RECEIPT = RECORD.receipt(2, NOTE)
SPINE = RECORD.entries[2].said
FACTS = ("occurred_at", "refs", "files", "request", "corrects", "retracts", "entry", "part", "authority", "duties")
FACTS += ("origin", "key", "format", "synthetic", "old_origin", "old_checkpoint", "missing", "size", "reason")
KINDS = ("log.opened.1", "log.continued.1", "key.added.1", "key.retired.1", "entry.erased.1", "entry.retracted.1")
KINDS += ("identity.linked.1", "concern.raised.1")
SEEN = [each for name in FILES for row in load(name)["vectors"] for each in row["inputs"].values()]
FILES_SEEN = sorted({each for each in SEEN if isinstance(each, bytes) and len(each) < 5000}, key=lambda b: (len(b), b))

MORE = 10 if "--long" in sys.argv else 1  # the decorators are read before pytest hands its options to anyone
slow = settings(max_examples=40 * MORE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fast = settings(max_examples=150 * MORE, deadline=None)
leaf = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=40) | st.floats()
values = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=9,
)
members = st.from_regex("[a-z][a-z0-9_]{0,7}", fullmatch=True)
letters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cn"], exclude_characters="\0")
texts = st.text(letters, max_size=20).map(lambda text: unicodedata.normalize("NFC", text))
A, B = sorted(RECORD.key_of(name) for name in "ab")
TELLING = [0, 2, 5, 6, True, "words", "both", "x", "2026-02-27", "heed-record@v1", A, [], [A], [[5, 5]], [[6, 9]]]
NAMES = [RECORD.origin, RECORD.signer.vkey, RECORD.text(), OTHER_LOG.name, OTHER_LOG.vkey, {"same": [A, B]}]
facts_values = values | st.sampled_from([*TELLING, *NAMES])
in_profile = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(members, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def spoiled(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Return a file with a few pieces cut, repeated, moved or overwritten."""
    data = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 3))):
        start, end = sorted(draw(st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))))
        end = min(end, start + draw(st.sampled_from([0, 1, 2, 40, len(data)])))
        piece = draw(
            st.binary(max_size=4) | st.sampled_from([b"", b"\n", b" ", b"=", b"0", b"\xff", data[start:end] * 2])
        )
        data = data[:start] + piece + data[end:]
    return data


def answers(question: Callable[[], Any]) -> Any:
    """Return the answer, or None after a refusal, which must be a sentence; any other exception fails the test."""
    try:
        return question()
    except (Invalid, Refused) as reason:
        sentence = str(reason)
        assert sentence[:1].isupper() or sentence[:1] in "`/"
        assert sentence.endswith(".")
        return None


QUESTIONS: list[Callable[[bytes], Any]] = [
    read_receipt,
    read_opening,
    read_policy,
    lambda data: read_checkpoint(data, read_policy(TRUST)),
    lambda data: read_json(data, "It", []),
    lambda data: read_spine(data, []),
    lambda data: check_part(SPINE, "facts", data, []),
    lambda data: check_part(SPINE, "words", data, []),
    lambda data: verify_receipt(data, read_policy(TRUST), now=NOW),
    lambda data: verify_receipt(RECEIPT, read_policy(TRUST), openings=[data], now=NOW),
    lambda data: verify_receipt(RECEIPT, read_policy(TRUST), earlier=data, now=NOW),
]


@fast
@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    for question in QUESTIONS:
        answers(lambda question=question: question(data))


@fast
@given(spoiled(FILES_SEEN))
def test_any_spoiled_file_gets_an_answer(data: bytes) -> None:
    for question in QUESTIONS:
        answers(lambda question=question: question(data))


@fast
@given(spoiled([RECORD.receipt(n, NOTE) for n in range(6)]))
def test_a_spoiled_receipt_proves_nothing_that_was_not_signed(data: bytes) -> None:
    verdict = answers(lambda: verify_receipt(data, read_policy(TRUST), now=NOW))
    if verdict is not None:
        said = RECORD.entries[verdict.facts["index"]].said
        assert read_receipt(data).spine == RECORD.entries[verdict.facts["index"]].spine
        assert (said["kind"], said["recorded_at"]) == (verdict.facts["kind"], verdict.facts["recorded_at"])


@fast
@given(spoiled([RECORD.opening(2), RECORD.opening(2, "words")]))
def test_a_spoiled_opening_opens_nothing_else(data: bytes) -> None:
    verdict = answers(lambda: verify_receipt(RECEIPT, read_policy(TRUST), openings=[data], now=NOW))
    if verdict is not None:
        assert data in (RECORD.opening(2), RECORD.opening(2, "words"))


@fast
@given(spoiled([NOTE]))
def test_a_spoiled_checkpoint_is_no_other_tree(data: bytes) -> None:
    found = answers(lambda: read_checkpoint(data, read_policy(TRUST)))
    if found is not None:
        whole = read_checkpoint(NOTE, read_policy(TRUST))
        assert (found.origin, found.size, found.root) == (whole.origin, whole.size, whole.root)
        assert found.seen.items() <= whole.seen.items()


@fast
@given(st.dictionaries(members, in_profile, max_size=5))
def test_the_profile_is_what_another_encoder_writes(value: dict[str, Any]) -> None:
    data = rfc8785.dumps(value)
    assert read_json(data, "It", []) == value
    assert canonical(value) == data


@fast
@given(st.dictionaries(st.text(max_size=8), values, max_size=5), st.sampled_from([None, 1]))
def test_json_is_accepted_only_as_it_is_written_once(value: dict[str, Any], indent: int | None) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass")
    accepted = answers(lambda: read_json(data, "It", []))
    assert accepted is None or rfc8785.dumps(accepted) == data


@fast
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FACTS), values, max_size=8), st.integers(0, 9))
def test_any_facts_get_an_answer(kind: str, facts: dict[str, Any], n: int) -> None:
    facts = {"request": RECORD.key_of("request")} | facts
    answers(lambda: check_facts(SPINE | {"kind": kind, "n": n}, facts))


@fast
@given(st.dictionaries(st.sampled_from([*SPINE, "other"]), values, max_size=3))
def test_any_spine_gets_an_answer(changes: dict[str, Any]) -> None:
    answers(lambda: read_spine(canonical(SPINE | changes), []))


@fast
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FACTS), facts_values)), max_size=3))
def test_any_entries_of_a_log_get_an_answer(entries: list[tuple[str, dict[str, Any]]]) -> None:
    record = some_record()
    for kind, facts in entries:
        record.add(kind, facts)
    log = Log({(2, "words"): 5})
    for n, entry in enumerate(record.entries):
        parts = [(p.part, p.digest, p.salt, p.data) for p in entry.parts]
        answers(lambda n=n, entry=entry, parts=parts: log.add(Row(n, entry.spine, {}, parts)))


columns = st.none() | st.integers(-2, 9) | st.floats(allow_nan=False) | st.text(max_size=4) | st.binary(max_size=4)
parts = st.sampled_from(["facts", "words", "file"]) | columns
ROWS = [(n, e) for n, e in enumerate(RECORD.entries)]
WHOLE_ENTRIES = [{"n": n, "spine": entry.spine} for n, entry in ROWS]
WHOLE_PARTS = [[n, p.part, p.digest, p.salt, p.data] for n, e in ROWS for p in e.parts if (n, p.part) != (2, "words")]


def test_the_rows_are_whole_before_they_are_spoiled() -> None:
    with sqlite_file(WHOLE_ENTRIES, WHOLE_PARTS) as path:
        verdict = verify_database(path, policy=read_policy(TRUST), note=NOTE)
    assert not verdict.no
    assert verdict.facts["covered"] == len(RECORD.entries)


@slow
@given(st.integers(0, len(WHOLE_PARTS) - 1), st.integers(0, 4), parts)
def test_any_value_in_a_row_gets_an_answer(row: int, column: int, value: Any) -> None:
    rows = [list(each) for each in WHOLE_PARTS]
    same = rows[row][column] == value and type(rows[row][column]) is type(value)
    rows[row][column] = value
    with sqlite_file(WHOLE_ENTRIES, rows) as path:
        verdict = answers(lambda: verify_database(path, policy=read_policy(TRUST), note=NOTE))
    outside = rows[row][1] == "file" and value is None and column == 4
    assert verdict is None or same or outside


@slow
@given(st.integers(0, len(ROWS) - 1), st.sampled_from(["n", "spine"]), columns)
def test_any_value_in_an_entry_gets_an_answer(row: int, column: str, value: Any) -> None:
    rows = [dict(each) for each in WHOLE_ENTRIES]
    same = rows[row][column] == value and type(rows[row][column]) is type(value)
    rows[row][column] = value
    rows[row]["columns"] = {} if column == "n" else dict.fromkeys(("kind", "subject", "recorded_at", "actor", "agency"))
    with raw_file(rows) as path:
        verdict = answers(lambda: verify_database(path, policy=read_policy(TRUST), note=NOTE))
    assert verdict is None or same


@contextlib.contextmanager
def raw_file(entries: list[dict[str, Any]]) -> Any:
    """Write rows without copied columns, so that any value can stand for a spine."""
    with sqlite_file([], WHOLE_PARTS) as path:
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute("DROP TABLE record_entry")
            db.execute("CREATE TABLE record_entry (n, spine)")
            db.executemany("INSERT INTO record_entry VALUES (?, ?)", [(row["n"], row["spine"]) for row in entries])
        yield path


@slow
@given(st.data())
def test_a_damaged_file_gets_an_answer(data: st.DataObject) -> None:
    with sqlite_file(WHOLE_ENTRIES, WHOLE_PARTS) as whole, tempfile.TemporaryDirectory() as folder:
        content = bytearray(whole.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        damaged = Path(folder) / "heed.sqlite3"
        damaged.write_bytes(content[: data.draw(st.sampled_from([len(content), len(content) - 4096, 100]))])
        verdict = answers(lambda: verify_database(damaged, policy=read_policy(TRUST), note=NOTE))
    assert verdict is None or verdict.facts["covered"] == len(RECORD.entries)
