"""Trust files, good and spoiled."""

from itertools import combinations

from .build import LOG, WITNESS, Signer, b64, key_id, vkey
from .collect import Vectors
from .notes import BARE, LOG_KEY, NONE, ORIGIN, OTHER_LOG, SECOND_KEY, TWO_OF_THREE

LOG_LINE = f"log {LOG_KEY.vkey}\n"
NAMES = ("a", "b", "c", "d")
KEYS = {name: Signer(f"{name}.witness.example", WITNESS) for name in NAMES}
WITNESSES = "".join(f"witness {name} {key.vkey}\n" for name, key in KEYS.items())


def policies() -> Vectors:
    """Return the trust files; what must be found is which sets of witnesses are enough."""
    vectors = Vectors("policy")
    add_good(vectors)
    add_bad(vectors)
    add_bad_keys(vectors)
    return vectors


def enough(*sufficient: str, names: str = "abcd") -> dict[str, list[list[object]]]:
    """List every set of witnesses with whether it is enough: whether it holds all letters of one of `sufficient`."""
    sets = [set(chosen) for size in range(len(names) + 1) for chosen in combinations(names, size)]
    return {"met": [[sorted(each), any(each.issuperset(one) for one in sufficient)] for each in sets]}


def add_good(vectors: Vectors) -> None:
    vectors.good("a bare key", "28", {"met": [[[], True]]}, trust=BARE)
    commented = f"# The log's key\n\n  \t{LOG_KEY.vkey}\t \n\n  # end\n".encode()
    vectors.good("a bare key among comments", "28", {"met": [[[], True]]}, trust=commented)
    vectors.good("quorum none", "28", {"met": [[[], True], [["first"], True]]}, trust=NONE)
    three = {"met": [[["first"], False], [["first", "third"], True], [["first", "second", "third"], True], [[], False]]}
    vectors.good("two of three", "28", three, trust=TWO_OF_THREE)
    quorums = {
        "one witness": ("quorum b\n", enough("b")),
        "any": ("group g any a b\nquorum g\n", enough("a", "b")),
        "all": ("group g all a b c\nquorum g\n", enough("abc")),
        "a group of one": ("group g 1 d\nquorum g\n", enough("d")),
        "nested": ("group x 2 a b c\ngroup y all x d\nquorum y\n", enough("abd", "acd", "bcd")),
        "nested twice": ("group x any a b\ngroup y any x c\ngroup z all y d\nquorum z\n", enough("ad", "bd", "cd")),
        "a group beside its part": ("group x any a b\ngroup y all x c\nquorum x\n", enough("a", "b")),
        "a group named as a number": ("group 2 2 a b\nquorum 2\n", enough("ab")),
        "a group named as a word": ("group all any a b\nquorum all\n", enough("a", "b")),
    }
    for name, (lines, expect) in quorums.items():
        vectors.good(name, "28", expect, trust=(LOG_LINE + WITNESSES + lines).encode())
    late = f"{WITNESSES}group g any a b\nquorum g\nlog {LOG_KEY.vkey} https://log.example/ \n".encode()
    vectors.good("lines in another order, with an address", "28", enough("a", "b"), trust=late)
    spaced = f"\tlog \t {LOG_KEY.vkey}\n  witness\ta\t{KEYS['a'].vkey} \n \nquorum  a\t\n".encode()
    vectors.good("tabs and spaces", "28", enough("a", names="a"), trust=spaced)
    foreign = f"{LOG_LINE}witness tŷst {KEYS['a'].vkey}\nquorum tŷst # \n".replace(" # ", "").encode()
    vectors.good("a witness's name outside ASCII", "28", {"met": [[["tŷst"], True], [[], False]]}, trust=foreign)
    opaque = LOG_LINE.encode() + b"# caf\xe9\n" + b"quorum none\n"
    vectors.good("a comment that is not UTF-8", "28", {"met": [[[], True]]}, trust=opaque)
    two = f"{LOG_LINE}log {SECOND_KEY.vkey}\nlog {OTHER_LOG.vkey}\nquorum none\n".encode()
    vectors.good("three log keys", "9", {"met": [[[], True]]}, trust=two)


def add_bad(vectors: Vectors) -> None:
    """Add trust files that are refused for their lines."""
    whole = LOG_LINE + WITNESSES
    bad = {
        "nothing": "",
        "comments only": "# nothing\n",
        "no log line": f"{WITNESSES}quorum a\n",
        "no quorum line": whole,
        "two quorum lines": f"{whole}quorum a\nquorum a\n",
        "quorum none and another": f"{whole}quorum none\nquorum a\n",
        "an undefined quorum": f"{whole}quorum e\n",
        "a quorum that is defined after it": f"{whole}quorum g\ngroup g any a b\n",
        "a quorum of two words": f"{whole}quorum a b\n",
        "a quorum without a name": f"{whole}quorum\n",
        "a log as quorum": f"{whole}quorum {ORIGIN}\n",
        "an undefined member": f"{whole}group g any a e\nquorum g\n",
        "a member that is defined after it": f"{whole}group g any a h\ngroup h any b c\nquorum g\n",
        "a group within itself": f"{whole}group g any a g\nquorum g\n",
        "a group of nobody": f"{whole}group g any\nquorum none\n",
        "a group without a threshold": f"{whole}group g\nquorum none\n",
        "none as a member": f"{whole}group g any a none\nquorum g\n",
        "a member twice": f"{whole}group g 2 a a\nquorum g\n",
        "a member of two groups": f"{whole}group g any a b\ngroup h any b c\nquorum g\n",
        "a group defined twice": f"{whole}group g any a\ngroup g any b\nquorum g\n",
        "a group named as a witness": f"{whole}group a any b c\nquorum a\n",
        "a witness named none": f"{LOG_LINE}witness none {KEYS['a'].vkey}\nquorum none\n",
        "a group named none": f"{whole}group none any a\nquorum none\n",
        "a witness's name twice": f"{LOG_LINE}witness a {KEYS['a'].vkey}\nwitness a {KEYS['b'].vkey}\nquorum a\n",
        "a threshold of 0": f"{whole}group g 0 a b\nquorum g\n",
        "a threshold over the members": f"{whole}group g 3 a b\nquorum g\n",
        "a negative threshold": f"{whole}group g -1 a b\nquorum g\n",
        "a threshold in words": f"{whole}group g both a b\nquorum g\n",
        "a line of no known form": f"{whole}trust me\nquorum none\n",
        "an upper-case word": f"{whole}Quorum none\n",
        "a witness without a name": f"{LOG_LINE}witness {KEYS['a'].vkey}\nquorum none\n",
        "too many words": f"log {LOG_KEY.vkey} https://log.example/ more\nquorum none\n",
        "carriage returns": f"log {LOG_KEY.vkey}\r\nquorum none\r\n",
        "a control character in a comment": f"# \x01\n{whole}quorum none\n",
        "a DELETE in a comment": f"# \x7f\n{whole}quorum none\n",
        "a carriage return in a comment": f"# x\r\n{whole}quorum none\n",
        "a NUL": f"{whole}quorum none\n\0",
        "a form feed": f"{whole}\fquorum none\n",
        "two bare keys": f"{LOG_KEY.vkey}\n{SECOND_KEY.vkey}\n",
    }
    for name, text in bad.items():
        vectors.bad(name, "28", exit=2, trust=text.encode())


def add_bad_keys(vectors: Vectors) -> None:
    """Add trust files that are refused for a key."""
    public, name = LOG_KEY.public, LOG_KEY.name
    same_key = Signer(ORIGIN)
    renamed, watching = vkey("renamed.example", LOG, public), vkey("watching.example", WITNESS, public)
    mldsa = vkey(name, 0x06, bytes(1312))
    parts = LOG_KEY.vkey.split("+", 2)
    keys = {
        "a log's key of type 0x04": vkey(name, WITNESS, public),
        "a key of type 0x02": vkey(name, 0x02, public),
        "a key of type 0x06": mldsa,
        "a key id that does not fit": f"{parts[0]}+00000000+{parts[2]}",
        "a key id of 7 digits": f"{parts[0]}+{parts[1][:7]}+{parts[2]}",
        "a key id that is not hexadecimal": f"{parts[0]}+{parts[1][:7]}g+{parts[2]}",
        "a key of 31 bytes": f"{name}+{key_id(name, LOG, public[:31]).hex()}+{b64(bytes([LOG]) + public[:31])}",
        "a key of 33 bytes": f"{name}+{key_id(name, LOG, public + b'!').hex()}+{b64(bytes([LOG]) + public + b'!')}",
        "a key without its type": f"{name}+{parts[1]}+{b64(public)}",
        "a key without a name": f"+{parts[1]}+{parts[2]}",
        "a key without an id": f"{parts[0]}+{parts[2]}",
        "a key that is not base64": f"{parts[0]}+{parts[1]}+!!!!",
        "no key at all": "key",
    }
    for title, key in keys.items():
        vectors.bad(title, "7" if "base64" in title else "28", exit=2, trust=f"log {key}\nquorum none\n".encode())
    vectors.bad("a bare witness's key", "28", exit=2, trust=f"{KEYS['a'].vkey}\n".encode())
    lines = {
        "one key on two log lines": f"{LOG_LINE}log {renamed}\nquorum none\n",
        "one line twice": f"{LOG_LINE}log {same_key.vkey}\nquorum none\n",
        "one key as log and witness": f"{LOG_LINE}witness a {watching}\nquorum a\n",
        "one key for two witnesses": f"{LOG_LINE}witness a {KEYS['a'].vkey}\nwitness b {KEYS['a'].vkey}\nquorum a\n",
        "a witness's key of type 0x01": f"{LOG_LINE}witness a {OTHER_LOG.vkey}\nquorum a\n",
        "a witness's key of type 0x06": f"{LOG_LINE}witness a {vkey('a.example', 6, bytes(1312))}\nquorum a\n",
    }
    for title, text in lines.items():
        vectors.bad(title, "28", exit=2, trust=text.encode())
