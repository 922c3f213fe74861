"""Signed notes, checkpoints, cosignatures and trust files, good and spoiled."""

from typing import Any

from . import curve
from .build import LOG, WITNESS, Signer, b64, invented, key_id, root_of, sha, tree_text, vkey
from .collect import Vectors
from .trees import LEAVES

ORIGIN = "synthetic.vectors.example/1"
AT = 1_772_355_600  # 2026-03-01T09:00:00Z
LOG_KEY, SECOND_KEY = Signer(ORIGIN), Signer(ORIGIN, label="second")
OTHER_LOG = Signer("other.vectors.example/1")
FIRST, SECOND, THIRD = (Signer(f"{name}.witness.example", WITNESS) for name in ("first", "second", "third"))
UNKNOWN = Signer("nobody.witness.example", WITNESS)
TEXT = tree_text(ORIGIN, 8, root_of(LEAVES))
BARE = f"{LOG_KEY.vkey}\n".encode()
TWO_OF_THREE = (
    f"log {LOG_KEY.vkey}\nwitness first {FIRST.vkey}\nwitness second {SECOND.vkey}\nwitness third {THIRD.vkey}\n"
    "group enough 2 first second third\nquorum enough\n"
).encode()
NONE = f"log {LOG_KEY.vkey}\nwitness first {FIRST.vkey}\nquorum none\n".encode()


def note(*lines: str, text: str = TEXT) -> bytes:
    return "".join([text, "\n", *lines]).encode()


def checkpoints() -> Vectors:
    """Return the checkpoints."""
    vectors = Vectors("checkpoint")
    add_good(vectors)
    add_bad_texts(vectors)
    add_bad_lines(vectors)
    add_bad_cosignatures(vectors)
    add_limits(vectors)
    add_corner_cases(vectors)
    return vectors


def found(seen: dict[str, int] | None = None, *, before: int | None = None, met: bool = True) -> dict[str, Any]:
    """Return what must be found in a checkpoint of TEXT."""
    tree = {"origin": ORIGIN, "size": 8, "root": root_of(LEAVES)}
    return {**tree, "seen": seen or {}, "before": before, "quorum_met": met}


def add_good(vectors: Vectors) -> None:
    own = LOG_KEY.sign(TEXT)
    vectors.good("bare key", "28", found(), trust=BARE, note=note(own))
    vectors.good("quorum none, no witness", "6", found(), trust=NONE, note=note(own))
    vectors.good(
        "quorum none, cosigned",
        "13",
        found({"first": AT}, before=AT),
        trust=NONE,
        note=note(own, FIRST.cosign(TEXT, AT)),
    )
    all_three = [FIRST.cosign(TEXT, AT + 9), SECOND.cosign(TEXT, AT), THIRD.cosign(TEXT, AT + 4)]
    seen = {"first": AT + 9, "second": AT, "third": AT + 4}
    vectors.good(
        "quorum of two of three", "13", found(seen, before=AT + 4), trust=TWO_OF_THREE, note=note(own, *all_three)
    )
    lacking = found({"third": AT + 4}, met=False)
    vectors.good("quorum not met", "6", lacking, trust=TWO_OF_THREE, note=note(own, all_three[2]))
    vectors.good(
        "cosignatures before the log's line",
        "12",
        found(seen, before=AT + 4),
        trust=TWO_OF_THREE,
        note=note(*all_three, own),
    )
    stranger = [UNKNOWN.cosign(TEXT, AT), f"— {ORIGIN} {b64(b'abcd' + bytes(64))}\n", f"— x {b64(bytes(2424))}\n"]
    vectors.good("unknown lines ignored", "12", found(), trust=BARE, note=note(own, *stranger))
    renamed = f"— renamed.example {b64(LOG_KEY.id + bytes(64))}\n"
    vectors.good("known id under another name ignored", "12", found(), trust=BARE, note=note(own, renamed))
    both = f"log {LOG_KEY.vkey}\nlog {SECOND_KEY.vkey}\nquorum none\n".encode()
    vectors.good("both keys of a rotation", "12", found(), trust=both, note=note(own, SECOND_KEY.sign(TEXT)))
    vectors.good("the new key of a rotation alone", "12", found(), trust=both, note=note(SECOND_KEY.sign(TEXT)))
    twice = note(own, FIRST.cosign(TEXT, AT + 9), FIRST.cosign(TEXT, AT + 2))
    vectors.good(
        "two lines of one witness: the earliest counts",
        "29",
        found({"first": AT + 2}, before=AT + 2),
        trust=NONE,
        note=twice,
    )
    for at in (1, 2**63 - 1):
        vectors.good(
            f"time {at}", "29", found({"first": at}, before=at), trust=NONE, note=note(own, FIRST.cosign(TEXT, at))
        )
    empty = tree_text(ORIGIN, 0, sha())
    expect = found() | {"size": 0, "root": sha()}
    vectors.good("size 0, as an old one", "27", expect, trust=BARE, note=note(LOG_KEY.sign(empty), text=empty))
    welsh = Signer("cofnod.vectors.example/tŷ")
    text = tree_text(welsh.name, 8, root_of(LEAVES))
    expect = found() | {"origin": welsh.name}
    vectors.good(
        "a name outside ASCII", "12", expect, trust=welsh.vkey.encode() + b"\n", note=note(welsh.sign(text), text=text)
    )


def add_bad_texts(vectors: Vectors) -> None:
    """Add checkpoints whose text is spoiled and whose signature over that text is right."""
    origin, size, root = TEXT.split("\n")[:3]
    texts = {
        "two lines": ("12", f"{origin}\n{size}\n"),
        "an extension line": ("12", f"{TEXT}extension\n"),
        "an empty line first": ("12", f"\n{TEXT}"),
        "an empty line within": ("12", f"{origin}\n\n{size}\n{root}\n"),
        "a tab": ("12", f"{origin}\n8\t\n{root}\n"),
        "a carriage return": ("12", f"{origin}\r\n8\r\n{root}\r\n"),
        "a NUL": ("12", f"{origin}\n8\n{root}\0\n"),
        "size with a leading zero": ("12", f"{origin}\n08\n{root}\n"),
        "size with a sign": ("12", f"{origin}\n+8\n{root}\n"),
        "negative size": ("12", f"{origin}\n-8\n{root}\n"),
        "size in Arabic-Indic digits": ("12", f"{origin}\n٨\n{root}\n"),
        "size with a space": ("12", f"{origin}\n8 \n{root}\n"),
        "size in hexadecimal": ("12", f"{origin}\n0x8\n{root}\n"),
        "root of 31 bytes": ("7", f"{origin}\n8\n{b64(root_of(LEAVES)[:31])}\n"),
        "root of 33 bytes": ("7", f"{origin}\n8\n{b64(root_of(LEAVES) + b'!')}\n"),
        "root with loose last bits": ("7", f"{origin}\n8\n{root[:-2]}{chr(ord(root[-2]) + 1)}=\n"),
        "root without padding": ("7", f"{origin}\n8\n{root[:-1]}\n"),
        "root with a space": ("7", f"{origin}\n8\n{root} \n"),
        "root in the URL alphabet": ("7", f"{origin}\n8\n{root.replace('+', '-').replace('/', '_')}\n"),
        "root in hexadecimal": ("7", f"{origin}\n8\n{root_of(LEAVES).hex()}\n"),
    }
    for name, (rule, text) in texts.items():
        if text == TEXT:
            raise AssertionError(f"{name} spoils nothing")
        vectors.bad(name, rule, trust=BARE, note=note(LOG_KEY.sign(text), text=text))
    elsewhere = tree_text("elsewhere.vectors.example/1", 8, root_of(LEAVES))
    vectors.bad(
        "log key of another name than the origin", "12", trust=BARE, note=note(LOG_KEY.sign(elsewhere), text=elsewhere)
    )
    two_logs = f"log {LOG_KEY.vkey}\nlog {OTHER_LOG.vkey}\nquorum none\n".encode()
    mixed = note(LOG_KEY.sign(TEXT), OTHER_LOG.sign(TEXT))
    vectors.bad("a second log's key signs too", "12", trust=two_logs, note=mixed)
    whole = note(LOG_KEY.sign(TEXT))
    vectors.bad("not UTF-8", "12", trust=BARE, note=whole + b"\xe2\x80\x94 x\xff " + b64(bytes(9)).encode() + b"\n")
    vectors.bad("no final newline", "12", trust=BARE, note=whole[:-1])
    vectors.bad("a letter for the final newline", "12", trust=BARE, note=whole[:-1] + b"x")
    vectors.bad("no blank line", "12", trust=BARE, note=TEXT.encode() + LOG_KEY.sign(TEXT).encode())
    vectors.bad("a blank line at the end", "12", trust=BARE, note=whole + b"\n")
    vectors.bad("text alone", "12", trust=BARE, note=TEXT.encode())
    vectors.bad("no signature line", "12", trust=BARE, note=TEXT.encode() + b"\n")
    vectors.bad("nothing", "12", trust=BARE, note=b"")
    vectors.bad("carriage returns added", "12", trust=BARE, note=whole.replace(b"\n", b"\r\n"))


def add_bad_lines(vectors: Vectors) -> None:
    """Add checkpoints with a good signature of the log beside a malformed or false line."""
    own, blob = LOG_KEY.sign(TEXT), b64(b"abcd" + bytes(64))
    lines = {
        "a hyphen for the dash": ("12", f"- x.example {blob}\n"),
        "no space after the dash": ("12", f"—x.example {blob}\n"),
        "two spaces": ("12", f"— x.example  {blob}\n"),
        "a space at the end": ("12", f"— x.example {blob} \n"),
        "no name": ("12", f"—  {blob}\n"),
        "a name with a plus": ("12", f"— x+y {blob}\n"),
        "a name with a no-break space": ("12", f"— x\u00a0y {blob}\n"),
        "a name with a control character": ("12", f"— x\x01y {blob}\n"),
        "no signature": ("12", "— x.example\n"),
        "an empty signature": ("12", "— x.example \n"),
        "an id and nothing else": ("12", f"— x.example {b64(b'abcd')}\n"),
        "not base64": ("7", "— x.example !!!!\n"),
        "base64 with loose last bits": ("7", f"— x.example {b64(bytes(7))[:-3]}B==\n"),
        "base64 without padding": ("7", f"— x.example {b64(bytes(7)).rstrip('=')}\n"),
        "base64 in the URL alphabet": ("7", f"— x.example {b64(bytes([255]) * 6).replace('/', '_')}\n"),
    }
    for name, (rule, line) in lines.items():
        vectors.bad(f"unknown key, {name}", rule, trust=BARE, note=note(own, line))
    vectors.bad("the log's signature is over another text", "12", trust=BARE, note=note(LOG_KEY.sign(TEXT + "x\n")))
    vectors.bad(
        "the log's signature is cut",
        "12",
        trust=BARE,
        note=note(LOG_KEY.line(LOG_KEY.private.sign(TEXT.encode())[:-1])),
    )
    vectors.bad(
        "the log's signature is longer",
        "12",
        trust=BARE,
        note=note(LOG_KEY.line(LOG_KEY.private.sign(TEXT.encode()) + b"!")),
    )
    vectors.bad("one of two lines by the log is false", "12", trust=BARE, note=note(own, LOG_KEY.line(bytes(64))))
    vectors.bad("signed by nobody known", "12", trust=BARE, note=note(SECOND_KEY.sign(TEXT), OTHER_LOG.sign(TEXT)))
    vectors.bad("signed by a witness only", "12", trust=NONE, note=note(FIRST.cosign(TEXT, AT)))


def add_bad_cosignatures(vectors: Vectors) -> None:
    """Add checkpoints with a good signature of the log beside a false cosignature of a known witness."""
    own, plain = LOG_KEY.sign(TEXT), FIRST.private.sign(TEXT.encode())
    other = tree_text(ORIGIN, 7, root_of(LEAVES[:7]))
    blobs = {
        "of another text": ("12", FIRST.stamp(other, AT)),
        "with another time": ("12", FIRST.stamp(TEXT, AT, stated=AT - 60)),
        "by another key": ("12", SECOND.stamp(TEXT, AT)),
        "that is a plain signature": ("12", AT.to_bytes(8, "big") + plain),
        "without a time": ("12", FIRST.stamp(TEXT, AT)[8:]),
        "one byte short": ("12", FIRST.stamp(TEXT, AT)[:-1]),
        "one byte long": ("12", FIRST.stamp(TEXT, AT) + b"!"),
        "at time 0": ("29", FIRST.stamp(TEXT, 0)),
        "at time 2^63": ("29", FIRST.stamp(TEXT, 2**63)),
    }
    for name, (rule, blob) in blobs.items():
        vectors.bad(f"a cosignature {name}", rule, trust=NONE, note=note(own, FIRST.line(blob)))
    pair = note(own, FIRST.cosign(TEXT, AT), FIRST.line(FIRST.stamp(TEXT, AT, stated=AT + 1)))
    vectors.bad("one of two lines by a witness is false", "29", trust=NONE, note=pair)


def add_limits(vectors: Vectors) -> None:
    """Add checkpoints at and over the limits of rule 34."""
    own, filler = LOG_KEY.sign(TEXT), f"— x {b64(bytes(9))}\n"
    vectors.good("64 signature lines", "34", found(), trust=BARE, note=note(own, *[filler] * 63))
    vectors.bad("65 signature lines", "34", trust=BARE, note=note(own, *[filler] * 64))
    start = note(own)
    for size in (65_536, 65_537):
        room = size - len(start) - len("— x \n".encode())
        name = "x" * (1 + room % 4)
        padded = start + f"— {name} {b64(bytes((room - len(name) + 1) // 4 * 3))}\n".encode()
        if len(padded) != size:
            raise AssertionError(f"{len(padded)} bytes instead of {size}")
        if size == 65_536:
            vectors.good("64 KiB", "34", found(), trust=BARE, note=padded)
        else:
            vectors.bad("64 KiB and one byte", "34", trust=BARE, note=padded)


def add_corner_cases(vectors: Vectors) -> None:
    """Add the signatures on which Ed25519 verifiers are known to differ (rule 31)."""
    message, seed = TEXT.encode(), invented("key", ORIGIN, LOG, "")
    public, scalar = LOG_KEY.public, curve.secret(seed)
    if curve.encode(curve.times(scalar, curve.BASE)) != public:
        raise AssertionError("the curve by hand and the library differ")
    nonce = int.from_bytes(invented("nonce"), "little") % curve.L
    vectors.good(
        "signed by hand", "31", found(), trust=BARE, note=note(LOG_KEY.line(curve.sign(scalar, public, message, nonce)))
    )
    honest = LOG_KEY.private.sign(message)
    s = int.from_bytes(honest[32:], "little") + curve.L
    vectors.bad("S + L", "31", trust=BARE, note=note(LOG_KEY.line(honest[:32] + s.to_bytes(32, "little"))))
    twisted = curve.sign(scalar, public, message, nonce, curve.torsion())
    vectors.bad("holds only with the cofactor", "31", trust=BARE, note=note(LOG_KEY.line(twisted)))
    # Keys of small order, for which anyone can sign: written so that RFC 8032 section 5.1.3 does not decode them.
    for name, number in {"y of the key is p": curve.P, "x of the key is −0": 1 | 1 << 255}.items():
        weak = number.to_bytes(32, "little")
        forged = f"— {ORIGIN} {b64(key_id(ORIGIN, LOG, weak) + forge(weak, message))}\n"
        vectors.bad(name, "31", trust=f"{vkey(ORIGIN, LOG, weak)}\n".encode(), note=note(forged))


def forge(public: bytes, message: bytes) -> bytes:
    """Sign for a key of small order without its secret: R = −kA for the right k, S = 0."""
    y, sign = int.from_bytes(public, "little") % 2**255, public[31] >> 7
    point = curve.recover(y % curve.P, sign if y % curve.P != 1 else 0)
    for multiple in range(8):
        r = curve.encode(curve.times(multiple, point))
        negative = curve.times(curve.L * 8 - curve.challenge(r, public, message), point)
        if curve.encode(negative) == r:
            return r + bytes(32)
    raise AssertionError("no multiple fits")
