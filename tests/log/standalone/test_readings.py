"""Where the page leaves room, what this verifier reads in it; no vector asks, so that another may read otherwise."""

import pytest

from heed.log.standalone.database import verify_database
from heed.log.standalone.proof import Invalid
from heed.log.standalone.trust import read_policy
from log.vectors.build import Record, Signer
from log.vectors.databases import ask, continued
from log.vectors.notes import LOG_KEY
from log.vectors.receipts import KIND, bare, some_record
from log.verifiers import sqlite_file


def verify(record: Record, note: bytes | None, trust: bytes) -> None:
    """Verify a record's rows."""
    inputs = ask(record)
    with sqlite_file(inputs["entries"], inputs["parts"]) as path:
        assert not verify_database(path, policy=read_policy(trust), note=note).no


def test_rule_1_an_old_checkpoint_has_the_origin_that_was_in_force_at_its_size() -> None:
    record, before = continued(), some_record()
    both = bare(record).decode().replace("\n", ""), bare(before).decode().replace("\n", "")
    trust = f"log {both[0]}\nlog {both[1]}\nquorum none\n".encode()
    verify(record, before.note(5), trust)
    verify(record, record.note(6), trust)
    longer = Record(before.origin, before.label, record.entries)
    with pytest.raises(Invalid, match="origin"):
        verify(record, longer.note(6), trust)


def test_rule_14_a_log_is_opened_once() -> None:
    record = some_record()
    record.add("log.opened.1", {name: record.facts_of(0)[name] for name in ("origin", "key", "format", "synthetic")})
    with pytest.raises(Invalid, match="second time"):
        verify(record, record.note(), bare(record))


def test_rule_21_holds_for_a_file_in_a_database() -> None:
    record = some_record()
    record.add(KIND, files=[bytes(1_048_577)])
    with pytest.raises(Invalid, match="over 1 MiB"):
        verify(record, record.note(), bare(record))


def test_rule_17_a_digest_may_stand_as_32_bytes() -> None:
    record = some_record()
    inputs = ask(record)
    parts = [[n, part, bytes.fromhex(digest), salt, data] for n, part, digest, salt, data in inputs["parts"]]
    with sqlite_file(inputs["entries"], parts) as path:
        assert not verify_database(path, policy=read_policy(bare(record)), note=record.note()).no


def test_rule_28_a_key_id_in_upper_case_and_no_final_newline_are_taken() -> None:
    name, key_id, key = LOG_KEY.vkey.split("+", 2)
    assert read_policy(f"{name}+{key_id.upper()}+{key}".encode()).logs[0].public == Signer(name).public
