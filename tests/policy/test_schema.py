"""The JSON Schema says the same shape as the reader: packs that are read are valid, words that are not are not."""

import json
from pathlib import Path

import jsonschema
import pytest

import heed.policy
from heed.policy.files import shipped
from heed.policy.language import CLAUSE_WORDS, PACK_WORDS
from heed.policy.strict import read
from policy.histories import PACK

SCHEMA = json.loads((Path(heed.policy.__file__).parent / "schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("name", [*shipped(), "random"])
def test_packs_that_are_read_are_valid(name: str) -> None:
    text = PACK if name == "random" else shipped()[name].read_text()
    assert [error.message for error in VALIDATOR.iter_errors(read(text).plain())] == []


def test_the_schema_knows_the_words_of_the_reader_and_no_others() -> None:
    assert set(SCHEMA["properties"]) == set(PACK_WORDS)
    assert set(SCHEMA["$defs"]["clause"]["properties"]) == set(CLAUSE_WORDS)


@pytest.mark.parametrize(
    "change",
    [{"unless": "x"}, {"within": "2 fortnights"}, {"again": "never"}, {"when": {"entry": "asked"}}, {"must": []}],
)
def test_what_the_reader_refuses_is_not_valid(change: dict[str, object]) -> None:
    clause = {"id": "A", "when": {"entry": "a.b.1"}, "match": ["c"], "must": [{"entry": "a.d.1"}], "within": "2 days"}
    assert VALIDATOR.is_valid({"pack": "a", "version": "1", "clauses": [clause]})
    assert not VALIDATOR.is_valid({"pack": "a", "version": "1", "clauses": [{**clause, **change}]})
