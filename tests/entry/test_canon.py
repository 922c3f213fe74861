"""The profile: what encodes, what is refused, and that a second implementation agrees."""

import sys
import unicodedata

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.entry.canon import MAX_DEPTH, MAX_INTEGER, ProfileError, decode, encode, encode_unchecked
from heed.entry.unicode14 import first_unassigned

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\0")).map(
    lambda t: unicodedata.normalize("NFC", t)
)
leaves = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=20
)
objects = st.dictionaries(names, values, max_size=5)


@given(objects)
def test_our_bytes_are_those_of_rfc_8785_and_come_back(value: dict) -> None:
    data = encode(value)
    assert data == rfc8785.dumps(value)
    assert decode(data) == value


def test_every_character_is_written_as_rfc_8785_writes_it() -> None:
    everything = "".join(chr(at) for at in range(1, sys.maxunicode + 1) if not 0xD800 <= at <= 0xDFFF)
    assert encode_unchecked({"text": everything}) == rfc8785.dumps({"text": everything})


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_are_an_object_or_a_sentence(data: bytes) -> None:
    try:
        assert encode(decode(data)) == data
    except ProfileError as refusal:
        assert str(refusal).endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"1",
        b'"a"',
        b"null",
        b"",
        b"{",
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1} ',
        b'{"A":1}',
        b'{"":1}',
        b'{"a-b":1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\u0000"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\u001F"}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\/"}',
        '{"a":"e\u0301"}'.encode(),
        '{"a":"\ufdd0"}'.encode(),
        '{"a":"\u0378"}'.encode(),
        '{"a":"\U0001fae8"}'.encode(),  # assigned in Unicode 15.0, so not in ours
        b"\xef\xbb\xbf{}",
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b"[" * 100_000,
    ],
)
def test_bytes_outside_the_profile_are_refused(data: bytes) -> None:
    with pytest.raises(ProfileError):
        decode(data)


def test_thirty_two_levels_are_allowed() -> None:
    data = b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH
    assert encode(decode(data)) == data


@pytest.mark.parametrize(
    "value", [{"a": 1.5}, {"a": b"x"}, {"a": (1,)}, {1: 2}, {"a": MAX_INTEGER + 1}, {"a": {"B": 1}}, []]
)
def test_values_outside_the_profile_are_refused(value: object) -> None:
    with pytest.raises(ProfileError):
        encode(value)  # type: ignore[arg-type]


@pytest.mark.skipif(
    unicodedata.unidata_version != "14.0.0", reason="only Python 3.11 holds Unicode 14.0 to compare with"
)
def test_our_table_is_unicode_14() -> None:
    for code in range(0x80, sys.maxunicode + 1):
        unassigned = unicodedata.category(chr(code)) in {"Cn", "Cs"}
        assert (first_unassigned(chr(code)) is not None) == unassigned, hex(code)
