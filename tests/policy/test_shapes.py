"""Facts compared with the shapes of their kind: what is found is what a close look finds, whatever is known."""

import json
import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from heed.policy import evaluate_batch, evaluate_by_key
from heed.policy.answer import packs_of
from heed.policy.batch.facts import members, name_hash
from heed.policy.batch.shapes import SHAPES, Shapes, holes_in
from heed.policy.batch.texts import hashes_of
from heed.policy.batch.values import value_end
from policy.histories import PACK, history

PACKS = packs_of(PACK)
WANTED = np.array([name_hash(name) for name in ("child", "level", "to", "sure")], np.uint64)
TEXTS = st.text('ab"\\\né,:}{', max_size=12) | st.sampled_from(["", "corrects", "null", "0"])
SINGLE = TEXTS | st.integers(-9, 10**20) | st.booleans() | st.none() | st.floats(allow_nan=False)
VALUES = SINGLE | st.lists(TEXTS | st.integers(0, 99), max_size=3) | st.dictionaries(TEXTS, SINGLE, max_size=2)
NAMES = st.sampled_from(["child", "level", "to", "sure", "note", "corrects", "age"])
REFS = st.dictionaries(NAMES, st.lists(TEXTS, max_size=3) | TEXTS, max_size=3)
FACTS = st.builds(lambda refs, facts: {**facts, "refs": refs}, REFS, st.dictionaries(NAMES, VALUES, max_size=4))
WRITTEN = FACTS.map(json.dumps) | FACTS.map(lambda facts: json.dumps(facts, ensure_ascii=False, separators=(",", ":")))


def spoilt(text: str, at: int, put: str) -> str:
    """Return a text with one character replaced."""
    at %= len(text)
    return text[:at] + put + text[at + 1 :]


SPOILT = st.builds(spoilt, WRITTEN, st.integers(0, 10**6), st.sampled_from([*list('"\\{}[],: \n\t0-.enx'), ""]))


def laid_out(words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *(len(word) for word in encoded)], dtype=np.int64)
    return np.frombuffer(b"".join(encoded) or b"\0", np.uint8), ends


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@given(st.lists(WRITTEN | SPOILT, min_size=1, max_size=12))
def test_a_row_is_vouched_for_only_where_it_is_json(words: list[str]) -> None:
    data, offsets = laid_out(words)
    looked = Shapes([WANTED], {"k": 0}).look(data, offsets, np.arange(len(words)), np.array([0, len(words)]))
    _, _, odd, _ = members(data, offsets, np.arange(len(words)), WANTED)
    for row, word in enumerate(words):
        assert is_json(word) or (looked.missed[row] and odd[row]), word
        if value_end(data[offsets[row] : offsets[row + 1]], 0, len(word.encode())) == len(word.encode()):
            assert is_json(word), word


@given(st.lists(WRITTEN | SPOILT, min_size=1, max_size=6), st.integers(1, 3))
def test_a_shape_finds_what_a_close_look_finds(words: list[str], times: int) -> None:
    """Each row stands several times, so that most are compared with a shape learnt from another."""
    words = words * times
    data, offsets = laid_out(words)
    rows = np.arange(len(words))
    looked = Shapes([WANTED], {"k": 0}).look(data, offsets, rows, np.array([0, len(words)]))
    places, lists, odd, changes = members(data, offsets, rows, WANTED)
    found = looked.places.reshape(len(words), len(WANTED), 2)
    for row in np.flatnonzero(~looked.missed):
        assert not odd[row] and not changes[row], words[row]
        begins, ends = found[row].T
        assert begins.tolist() == places[row, :, 0].tolist(), words[row]
        assert ends[begins >= 0].tolist() == places[row, begins >= 0, 1].tolist()
        hashes = looked.values.reshape(len(words), -1)[row]
        assert hashes[begins >= 0].tolist() == hashes_of(data, places[row])[begins >= 0].tolist()
    told = ~looked.missed[lists[:, 0]]
    assert looked.lists.tolist() == lists[told].tolist()


def test_rows_alike_are_compared_and_the_shapes_are_few() -> None:
    shapes = Shapes([WANTED], {"k": 0})
    some = [json.dumps({"refs": {"child": [f"c{n}"]}, "age": n, "sure": n % 2 == 0}) for n in range(50)]
    various = [json.dumps({"refs": {"child": ["c"]}, f"x{n}": 1}) for n in range(50)]
    data, offsets = laid_out(some + various)
    looked = shapes.look(data, offsets, np.arange(100), np.array([0, 100]))
    assert not looked.missed[:50].any()
    assert looked.missed[50:].sum() == 50 - (SHAPES - 1)
    assert len(shapes.known[0]) == SHAPES


def test_what_may_differ_from_row_to_row() -> None:
    text = b'{"a":"b","c":[1,-2,true,null,"d"]}'
    found = holes_in(text)
    assert found is not None
    assert [text[begin:end] for begin, end, _ in found] == [b"b", b"1", b"true", b"d"]
    assert holes_in(b'{"a":"\\n"}') is None
    assert holes_in(b'{"a":1,"a":2}') is None
    assert holes_in(b'["a"]') is None


def test_rows_that_cannot_be_read_are_listed_whatever_their_kind() -> None:
    """Both evaluators, on histories with damaged facts, of kinds that a clause reads and of one that none does."""
    damaged = 0
    for seed in range(12):
        rows, chance = history(seed, strange=0.2), random.Random(seed)
        for n in range(100, 130):
            kind = chance.choice(["unread.kind.1", str(rows[3]["kind"])])
            facts = str(chance.choice(rows)["facts"])
            put = chance.choice(["", '"', "}", "[", "x", "\\"])
            rows.append({**rows[0], "n": n, "kind": kind, "facts": spoilt(facts, chance.randrange(999), put)})
        asked = rows, PACKS, "2020-04-01", "2020-05-01"
        wanted = evaluate_by_key(*asked)
        assert evaluate_batch(*asked) == wanted
        damaged += sum("JSON" in str(row["why"]) for row in wanted["partial"])
    assert damaged > 100
