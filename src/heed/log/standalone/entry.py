"""An entry: its spine, and what each part of it must be."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

from .profile import read_json
from .proof import need
from .trust import LOG, read_vkey

SPINE_LIMIT, PART_LIMIT = 2048, 1_048_576  # rule 21
AGE = b"age-encryption.org/v1\n"  # rule 11
SPINE = ("actor", "agency", "facts", "kind", "n", "recorded_at", "subject", "v", "words")
ERASED = {"entry", "part", "authority", "duties", "request"}  # rule 3
ASKED = {  # what the facts of a kind must hold: rules 1, 3, 14, 15 and 'Corrections, retractions, links'
    "log.opened.1": {"origin", "key", "format", "synthetic"},
    "log.continued.1": {"origin", "key", "old_origin", "old_checkpoint", "missing"},
    "key.added.1": {"key"},
    "key.retired.1": {"key", "size", "reason"},
    "entry.erased.1": ERASED,
    "entry.retracted.1": {"retracts"},
    "identity.linked.1": {"refs"},
    "identity.unlinked.1": {"refs"},
}
TEXTS = ("origin", "key", "old_origin", "old_checkpoint", "authority", "reason")
KEY, DIGEST = re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{64}")
KIND = re.compile(r"([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\.[1-9][0-9]*")  # rule 20
DAY = "([0-9]{4})-([0-9]{2})-([0-9]{2})"
INSTANT = re.compile(DAY + r"T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{6})Z")  # rule 22


def is_count(value: Any) -> bool:
    """Say whether this is a whole number from 0; `true` is not one."""
    return type(value) is int and value >= 0


def is_match(pattern: re.Pattern[str], value: Any) -> bool:
    """Say whether this is a string that the whole pattern matches."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def is_list_of(pattern: re.Pattern[str], value: Any) -> bool:
    """Say whether this is a list of strings that the whole pattern matches."""
    return isinstance(value, list) and all(is_match(pattern, each) for each in value)


def is_day(value: Any) -> bool:
    """Say whether this is an existing date of the years 0001 to 9999."""
    parts = re.fullmatch(DAY, value) if isinstance(value, str) else None
    try:
        return parts is not None and bool(date(*map(int, parts.groups())))
    except ValueError:
        return False


def is_instant(value: Any) -> bool:
    """Say whether this is a moment as the record writes it, on an existing date (rule 22)."""
    parts = INSTANT.fullmatch(value) if isinstance(value, str) else None
    if parts is None or not is_day(value[:10]):
        return False
    hour, minute, second = (int(part) for part in parts.groups()[3:6])
    return hour < 24 and minute < 60 and second < 60


def read_spine(data: bytes, notes: list[str]) -> dict[str, Any]:
    """Read a spine and check each of its nine members (rules 2, 8, 20, 21 and 22)."""
    need(len(data) <= SPINE_LIMIT, "The spine is over 2,048 bytes (rule 21).")
    spine = read_json(data, "The spine", notes)
    v, n = spine.get("v"), spine.get("n")
    need(type(v) is int and v == 1, f"Entry {n!r} has `v` {v!r}, which this verifier does not know (rule 2).")
    need(tuple(sorted(spine)) == SPINE, f"Entry {n!r} has other members than a spine of `v` 1 (rule 2).")
    need(is_count(n), "The entry's number `n` is not a whole number from 0.")
    need(is_match(KIND, spine["kind"]) and len(spine["kind"]) <= 64, f"Entry {n} has no valid kind (rule 20).")
    for name in ("subject", "actor", "agency"):
        need(is_match(KEY, spine[name]), f"The {name} of entry {n} is not 32 lower-case hex digits (rule 8).")
    for name in ("facts", "words"):
        need(is_match(DIGEST, spine[name]), f"The digest of the {name} of entry {n} is not 64 lower-case hex digits.")
    need(is_instant(spine["recorded_at"]), f"The recorded_at of entry {n} is not a moment (rule 22).")
    return spine


def check_part(spine: dict[str, Any], part: str, data: bytes, notes: list[str]) -> dict[str, Any] | None:
    """Check the bytes of a part and return what it says; None when it is sealed, or a file (rule 11)."""
    what = f"The {part} part of entry {spine['n']}"
    need(len(data) <= PART_LIMIT, f"{what} is over 1 MiB (rule 21).")
    if part == "file" or (part == "words" and data.startswith(AGE)):
        return None
    body = read_json(data, what, notes)
    if part == "facts":
        check_facts(spine, body)
    elif spine["n"] == 0:
        need(not body, "The words of entry 0 are not {} (rule 14).")
    return body


def check_facts(spine: dict[str, Any], facts: dict[str, Any]) -> None:
    """Check what every entry's facts must be (rules 16 and 23), then what its kind asks for."""
    what, n = f"entry {spine['n']}", spine["n"]
    need(is_match(KEY, facts.get("request")), f"The request of {what} is not 32 lower-case hex digits (rule 23).")
    need(is_claim(facts.get("occurred_at", "0001-01-01")), f"The occurred_at of {what} is no moment or day (rule 23).")
    refs, files = facts.get("refs", {}), facts.get("files", [])
    good = isinstance(refs, dict) and all(
        is_list_of(KEY, keys) and keys and sorted(set(keys)) == keys for keys in refs.values()
    )
    need(good, f"The refs of {what} are not lists of distinct keys in ascending order (rule 23).")
    good = is_list_of(DIGEST, files) and len(set(files)) == len(files)
    need(good, f"The files of {what} are not a list of digests, each once (rule 16).")
    for name in ("corrects", "retracts"):
        good = name not in facts or (is_count(facts[name]) and facts[name] < n)
        need(good, f"What {what} {name} is not an entry before it (rule 23).")
    check_kind(spine, facts)


def is_claim(value: Any) -> bool:
    """Say whether this is a moment, a day, or two days in order (rule 23)."""
    if not isinstance(value, str):
        return False
    first, slash, last = value.partition("/")
    if slash:
        return is_day(first) and is_day(last) and first <= last
    return is_day(value) or is_instant(value)


def check_kind(spine: dict[str, Any], facts: dict[str, Any]) -> None:
    """Check the facts of the kinds that the format itself gives a meaning (rules 1, 3, 14 and 15)."""
    kind, n = spine["kind"], spine["n"]
    what = f"entry {n} ({kind})"
    lacking = sorted(ASKED.get(kind, frozenset()) - facts.keys())
    need(not lacking, f"The facts of {what} lack {', '.join(lacking)}.")
    if kind not in ASKED:
        return
    texts = all(isinstance(facts[name], str) and facts[name] for name in TEXTS if name in facts)
    need(texts, f"A member of the facts of {what} that must be a text is none.")
    if "key" in ASKED[kind]:
        key = read_vkey(facts["key"])
        need(key.type == LOG, f"The key in the facts of {what} is not a log's (rule 28).")
        need(key.name == facts.get("origin", key.name), f"The key in {what} has another name than its origin.")
    if kind.startswith("identity."):
        need(len(facts["refs"].get("same", ())) == 2, f"The refs.same of {what} are not two keys.")
    if kind == "key.retired.1":
        need(is_count(facts["size"]), f"The size in {what} is not a whole number (rule 15).")
    if kind == "entry.erased.1":
        check_erasure(facts, n)
    if kind == "log.opened.1":
        need(facts["format"] == "heed-record@v1", f"The format in {what} is not heed-record@v1 (rule 14).")
        synthetic = facts["origin"].startswith("synthetic.")
        need(facts["synthetic"] is synthetic, f"`synthetic` in {what} does not fit its origin (rule 14).")
    if kind == "log.continued.1":
        check_missing(facts["missing"], n)


def check_first(spine: dict[str, Any]) -> None:
    """Check that entry 0 opens the log (rule 14)."""
    need(spine["n"] != 0 or spine["kind"] == "log.opened.1", "Entry 0 is not of kind log.opened.1 (rule 14).")


def check_erasure(facts: dict[str, Any], n: int) -> None:
    """Check that an erasure says exactly what it may (rule 3)."""
    good = facts.keys() == ERASED and facts["part"] in ("words", "both") and is_list_of(KEY, facts["duties"])
    need(good and is_count(facts["entry"]), f"The facts of entry {n} are not those of an erasure (rule 3).")
    need(facts["entry"] < n, f"Entry {n} erases entry {facts['entry']}, which is not before it (rule 3).")


def check_missing(missing: Any, n: int) -> None:
    """Check the lost numbers of a new generation: spans in order, the first beginning at its own number (rule 1)."""
    spans: list[Any] = missing if isinstance(missing, list) else [None]
    good = all(isinstance(span, list) and len(span) == 2 and all(map(is_count, span)) for span in spans)
    need(good, f"The missing numbers in entry {n} are not a list of [first, last] (rule 1).")
    good = all(first <= last for first, last in spans)
    good = good and all(one[1] < next[0] for one, next in pairwise(spans)) and all(s[0] == n for s in spans[:1])
    need(good, f"The missing numbers in entry {n} do not run upwards from {n} (rule 1).")
