"""JSON in and out of the record's profile (rule 19)."""

from .build import canonical
from .collect import Vectors


def profile() -> Vectors:
    """Return the JSON texts, each as the bytes of a part would be; those marked need Unicode 14.0 to be decided."""
    vectors = Vectors("json")
    add_good(vectors)
    for name, text in (bad_shapes() | bad_values()).items():
        vectors.bad(name, "19", data=text.encode("utf-8", "surrogatepass"))
    for name, data in bad_bytes().items():
        vectors.bad(name, "19", data=data)
    for name, text in {
        "not NFC": "e\u0301",
        "not NFC: a Hangul syllable in parts": "\u1100\u1161",
        "not NFC: ANGSTROM SIGN": "\u212b",
        "assigned after Unicode 14.0": "\U0001fae8",
    }.items():
        vectors.bad(name, "19", data=canonical({"a": text}), unicode="14.0.0")
    return vectors


def nested(levels: int) -> str:
    """Return objects within objects, `levels` of them, the innermost empty."""
    return '{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)


def add_good(vectors: Vectors) -> None:
    texts = {
        "empty": "{}",
        "every kind of value": '{"a":[],"b":{},"c":"","d":0,"e":false,"f":null,"g":true}',
        "members in order": '{"a":1,"a1":2,"a_":3,"aa":4,"b":5}',
        "largest and smallest integers": '{"a":9007199254740991,"b":-9007199254740991}',
        "control characters escaped": r'{"a":"\b\t\n\f\r\u0001\u001f"}',
        "quotation mark and backslash": r'{"a":"\"\\/"}',
        "DELETE as itself": '{"a":"\x7f"}',
        "C1 control characters as themselves": '{"a":"\x80\x9f"}',
        "line separators as themselves": '{"a":"\u2028\u2029"}',
        "Welsh and emoji": '{"a":"tŷ 👍🏽"}',
        "a zero-width joiner": '{"a":"👩\u200d👧"}',
        "the last code point before the noncharacters": '{"a":"\ufffd"}',
        "assigned in Unicode 14.0": '{"a":"\U0001fae0"}',
        "32 levels": nested(32),
        "a list of lists": '{"a":[[1,"b"],[{"c":[]}]]}',
        "a list keeps its order": '{"a":["b","a",2,1]}',
    }
    for name, text in texts.items():
        vectors.good(name, "19", {}, data=text.encode())


def bad_shapes() -> dict[str, str]:
    """Return texts whose shape or members are not in the profile."""
    return {
        "nothing": "",
        "a list": "[]",
        "a string": '"a"',
        "a number": "1",
        "true": "true",
        "null": "null",
        "a space": '{"a": 1}',
        "a newline after it": "{}\n",
        "a newline before it": "\n{}",
        "a comma too many": '{"a":1,}',
        "two objects": "{}{}",
        "not closed": '{"a":1',
        "single quotes": "{'a':1}",
        "a comment": "{}/* */",
        "a byte order mark": "\ufeff{}",
        "members out of order": '{"b":1,"a":2}',
        "a member twice": '{"a":1,"a":1}',
        "a member twice, further in": '{"a":[{"b":1,"b":2}]}',
        "a member in upper case": '{"A":1}',
        "a member with a hyphen": '{"a-b":1}',
        "a member outside ASCII": '{"tŷ":1}',
        "a member that begins with a digit": '{"1a":1}',
        "a member that begins with an underscore": '{"_a":1}',
        "a member without a name": '{"":1}',
        "a member with a newline at its end": '{"a\\n":1}',
        "a key of a child as member": '{"0123456789abcdef0123456789abcdef":1}',
    }


def bad_values() -> dict[str, str]:
    """Return texts with a number or a string, or a depth, that the profile forbids."""
    return {
        "a fraction": '{"a":0.5}',
        "a fraction of nothing": '{"a":1.0}',
        "an exponent": '{"a":1e2}',
        "minus zero": '{"a":-0}',
        "a leading zero": '{"a":01}',
        "a plus": '{"a":+1}',
        "2^53": '{"a":9007199254740992}',
        "−2^53": '{"a":-9007199254740992}',
        "an integer of 5,000 digits": '{"a":' + "9" * 5000 + "}",
        "NaN": '{"a":NaN}',
        "Infinity": '{"a":-Infinity}',
        "33 levels": nested(33),
        "33 levels of lists": '{"a":' + "[" * 32 + "]" * 32 + "}",
        "20,000 levels": '{"a":' + "[" * 20_000 + "]" * 20_000 + "}",
        "NUL escaped": r'{"a":"\u0000"}',
        "NUL": '{"a":"\0"}',
        "a control character as itself": '{"a":"\x1f"}',
        "a tab as itself": '{"a":"\t"}',
        "a tab as u0009": r'{"a":"\u0009"}',
        "a control character in upper case": r'{"a":"\u001F"}',
        "DELETE escaped": r'{"a":"\u007f"}',
        "a letter escaped": r'{"a":"\u0061"}',
        "a letter outside ASCII escaped": r'{"a":"\u00e9"}',
        "a solidus escaped": r'{"a":"\/"}',
        "an unknown escape": r'{"a":"\x41"}',
        "an emoji as two escapes": r'{"a":"\ud83d\udc4d"}',
        "a lone surrogate escaped": r'{"a":"\ud83d"}',
        "a lone surrogate as bytes": '{"a":"\ud83d"}',
        "a noncharacter": '{"a":"\uffff"}',
        "a noncharacter of another plane": '{"a":"\U0001fffe"}',
        "an unassigned code point": '{"a":"\u0378"}',
    }


def bad_bytes() -> dict[str, bytes]:
    """Return bytes that are not UTF-8."""
    return {
        "UTF-16": '{"a":1}'.encode("utf-16-le"),
        "UTF-16 with its mark": '{"a":1}'.encode("utf-16"),
        "Latin-1": '{"a":"é"}'.encode("latin-1"),
        "an overlong form": b'{"a":"\xc0\xaf"}',
        "two surrogates as bytes": b'{"a":"\xed\xa0\xbd\xed\xb1\x8d"}',
        "a code point over U+10FFFF": b'{"a":"\xf4\x90\x80\x80"}',
        "cut within a character": b'{"a":"\xe2\x80"}',
    }
