"""The kinds of entry that the format itself gives a meaning, and what they must say (rules 1, 3, 14, 15).

They are declared here, beside the verifier, so that receipts and openings are checked without Django; `heed.record`
registers and writes them.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from heed.entry.canon import ProfileError
from heed.entry.fields import Code, Flag, KeyField, Many, Text, Whole
from heed.entry.kinds import Kind, Ref

from .errors import FormatError, VerifyError
from .note import LOG_KEY, VerifierKey

FORMAT = "heed-record@v1"
SYNTHETIC = "synthetic."
VKEY = Text(needed=True, most=500, about="A verifier key (C2SP signed-note).")
REASON = Text(needed=True, most=4_000, about="Why, in words that may be read in court.")

LogOpened = Kind(
    name="log.opened.1",
    about="The record was opened: entry 0, which says what this log is.",
    subject="log",
    facts={
        "origin": Text(needed=True, most=200, about="The log's identity and key name."),
        "key": VKEY,
        "format": Text(needed=True, pattern=FORMAT),
        "synthetic": Flag(needed=True, about="Whether clocks may be injected; nothing real may be recorded."),
    },
)
LogContinued = Kind(
    name="log.continued.1",
    about="Entries were lost for good; this log carries the surviving prefix under a new origin and key.",
    subject="log",
    facts={
        "origin": Text(needed=True, most=200),
        "key": VKEY,
        "old_origin": Text(needed=True, most=200),
        "old_checkpoint": Text(needed=True, most=65_536, about="The text of the note that proves the loss."),
        "missing": Many(needed=True, of=Many(of=Whole(), least=2, most=2), about="[first, last] of each lost run."),
        "survivors": Many(of=Text(most=64), most=100_000, about="Leaf hashes of entries after the first lost one."),
    },
)
KeyAdded = Kind(
    name="key.added.1", about="The log signs with this key from now on.", subject="log", facts={"key": VKEY}
)
KeyRetired = Kind(
    name="key.retired.1",
    about="The log's key signs no tree larger than this.",
    subject="log",
    facts={
        "key": VKEY,
        "size": Whole(needed=True, about="The largest tree that the key may sign."),
        "reason": REASON,
    },
)
EntryErased = Kind(
    name="entry.erased.1",
    about="A part of an entry was erased under an authority; never names a person.",
    subject="entry",
    facts={
        "entry": Whole(needed=True),
        "part": Code(needed=True, codes=("words", "both")),
        "authority": Text(needed=True, most=1_000),
        "duties": Many(needed=True, of=KeyField(), most=10_000, about="Keys of duties that the entry had ended."),
    },
)
EntryRetracted = Kind(
    name="entry.retracted.1",
    about="An entry was made in error; it stays and is shown struck through.",
    subject="entry",
    facts={"retracts": Whole(needed=True), "reason_code": Code(codes=("wrong_person", "duplicate", "error"))},
    words={"reason": REASON},
)
IdentityLinked = Kind(
    name="identity.linked.1",
    about="Two agencies' records are of one child.",
    subject="link",
    facts={
        "method": Code(needed=True, codes=("person", "machine", "import")),
        "probability": Text(most=20, pattern=r"0(\.[0-9]+)?|1(\.0+)?"),
    },
    refs={"same": Ref(least=2, most=2)},
    words={"reason": Text(most=4_000)},
)
IdentityUnlinked = Kind(
    name="identity.unlinked.1",
    about="Two agencies' records are not of one child after all.",
    subject="link",
    facts={"method": Code(needed=True, codes=("person", "machine", "import"))},
    refs={"same": Ref(least=2, most=2)},
    words={"reason": REASON},
)

FIXED: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        LogOpened,
        LogContinued,
        KeyAdded,
        KeyRetired,
        EntryErased,
        EntryRetracted,
        IdentityLinked,
        IdentityUnlinked,
    )
}
# Of these the format fixes every member; of the others only the refs or numbers that it names.
_WHOLE = frozenset({"log.opened.1", "log.continued.1", "key.added.1", "key.retired.1", "entry.erased.1"})
_ERASED = frozenset({"entry", "part", "authority", "duties", "request"})


def check_fixed(name: str, facts: dict[str, Any], words: dict[str, Any] | None, *, n: int) -> None:
    """Raise VerifyError unless the parts of a kind that the format fixes are what it says; other kinds pass.

    `words` None means that they are not at hand, or sealed.
    """
    if name.startswith("identity.") and len(facts.get("refs", {}).get("same", ())) != 2:
        raise VerifyError(f"Entry {n} ({name}): its refs.same are not two keys.")
    kind = FIXED.get(name)
    if kind is None or name not in _WHOLE:
        return
    try:
        kind.check(facts, words if words is not None else _least_words(kind), n=n)
    except ProfileError as error:
        raise VerifyError(f"Entry {n} ({name}): {error}") from None
    if "key" in kind.facts:
        _check_key(name, facts, n)
    if name == "log.opened.1" and facts["synthetic"] is not facts["origin"].startswith(SYNTHETIC):
        raise VerifyError(f"Entry {n}: `synthetic` does not fit its origin.")
    if name == "entry.erased.1" and (facts.keys() != _ERASED or facts["entry"] >= n):
        raise VerifyError(f"Entry {n}: an erasure names an earlier entry and says nothing else.")
    if name == "log.continued.1":
        _check_missing(facts["missing"], n)


def _least_words(kind: Kind) -> dict[str, Any]:
    return {name: "-" for name, field in kind.words.items() if field.needed}


def _check_key(name: str, facts: Mapping[str, Any], n: int) -> None:
    try:
        key = VerifierKey.parse(facts["key"])
    except FormatError as error:
        raise VerifyError(f"Entry {n} ({name}): {error}") from None
    if key.kind != LOG_KEY or key.name != facts.get("origin", key.name):
        raise VerifyError(f"Entry {n} ({name}): its key is not a log's, or of another origin.")


def _check_missing(missing: list[list[int]], n: int) -> None:
    rising = all(first <= last for first, last in missing) and all(a[1] < b[0] for a, b in pairwise(missing))
    if not rising or (missing and missing[0][0] != n):
        raise VerifyError(f"Entry {n}: the missing numbers do not run upwards from {n}.")
