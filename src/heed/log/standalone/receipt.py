"""Receipts and openings: what a file in somebody's hand proves, with no database and no server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .entry import DIGEST, check_first, check_part, is_match, read_spine
from .note import Checkpoint, before, read_checkpoint, unmet
from .proof import Refused, check_inclusion, decoded, leaf_hash, need, number, sha
from .trust import Policy, read_vkey

PATH_LIMIT = 63  # rule 25
SLACK = 60  # seconds by which clocks may differ before it is reported: rules 13 and 29


@dataclass(frozen=True)
class Receipt:
    """A tlog-proof file, taken apart but not yet verified."""

    index: int
    spine: bytes
    path: list[bytes]
    note: bytes


@dataclass(frozen=True)
class Opening:
    """An opening, taken apart but not yet compared with a receipt."""

    index: int
    part: str
    digest: str
    data: bytes


def read_receipt(data: bytes) -> Receipt:
    """Take a receipt apart (C2SP tlog-proof; rule 25: `extra` is required)."""
    head, blank, note = data.partition(b"\n\n")
    need(bool(blank), "The receipt has no empty line before its checkpoint.")
    lines = ascii_lines(head, "The receipt")
    need(lines[0] == "c2sp.org/tlog-proof@v1", "The receipt's first line is not c2sp.org/tlog-proof@v1.")
    need(len(lines) > 1 and lines[1].startswith("extra "), "The receipt has no `extra` line (rule 25).")
    need(len(lines) > 2 and lines[2].startswith("index "), "The receipt has no `index` line.")
    need(len(lines) <= 3 + PATH_LIMIT, "The receipt has over 63 path lines (rule 25).")
    path = [decoded(line, "A line of the path", 32) for line in lines[3:]]
    spine = decoded(lines[1].removeprefix("extra "), "`extra`")
    return Receipt(number(lines[2].removeprefix("index "), "The index"), spine, path, note)


def ascii_lines(data: bytes, what: str) -> list[str]:
    """Split ASCII text at its newlines."""
    need(data.isascii(), f"{what} has a byte outside ASCII.")
    return data.decode("ascii").split("\n")


def read_opening(data: bytes) -> Opening:
    """Take an opening apart (rule 26) and compute the digest of what it opens."""
    lines = ascii_lines(data, "The opening")
    need(len(lines) == 6 and not lines[5], "The opening is not exactly five lines, each ended by a newline (rule 26).")
    need(lines[0] == "heed-opening@v1", "The opening's first line is not heed-opening@v1 (rule 26).")
    for line, word in zip(lines[1:5], ("index ", "part ", "salt ", "bytes "), strict=True):
        need(line.startswith(word), f"The opening has no `{word}` line where it must stand (rule 26).")
    index, part, salt, content = (line.partition(" ")[2] for line in lines[1:5])
    data = decoded(content, "The bytes of the opening")
    digest = sha(decoded(salt, "The salt of the opening", 32), data).hex()
    part, _, stated = part.partition(" ") if part.startswith("file ") else (part, "", digest)
    need(part in ("facts", "words", "file"), "The opening names no part: facts, words or file DIGEST (rule 26).")
    need(is_match(DIGEST, stated), "The DIGEST of the opening is not 64 lower-case hex digits (rule 26).")
    need(stated == digest, "The file's DIGEST is not SHA-256(salt ‖ bytes) (rule 10).")
    return Opening(number(index, "The index of the opening"), part, digest, data)


@dataclass
class Verdict:
    """What was proven, in sentences for a person and in `facts` for a machine; `no` says why it is not enough."""

    says: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    no: str = ""


def verify_receipt(
    data: bytes,
    policy: Policy,
    *,
    openings: Sequence[bytes] = (),
    opening_of_facts: bytes | None = None,
    earlier: bytes | None = None,
    now: int,
) -> Verdict:
    """Verify a receipt, the openings beside it and, for 'recorded after', an earlier checkpoint without the entry."""
    receipt, verdict = read_receipt(data), Verdict()
    checkpoint = read_checkpoint(receipt.note, policy)
    check_inclusion(leaf_hash(receipt.spine), receipt.index, checkpoint.size, receipt.path, checkpoint.root)
    spine = read_spine(receipt.spine, verdict.notes)
    need(spine["n"] == receipt.index, f"The spine says entry {spine['n']}, the receipt {receipt.index} (rule 25).")
    check_first(spine)
    say_entry(verdict, spine, checkpoint)
    check_openings(verdict, spine, checkpoint, policy, openings, opening_of_facts)
    after = time_without(earlier, receipt.index, checkpoint, policy, verdict)
    say_times(verdict, spine["recorded_at"], after, before(checkpoint, policy))
    say_witnesses(verdict, checkpoint, policy, now)
    return verdict


def say_entry(verdict: Verdict, spine: dict[str, Any], checkpoint: Checkpoint) -> None:
    """Say which entry this is, in which log."""
    say_origin(verdict, checkpoint.origin)
    verdict.facts |= {"size": checkpoint.size, "root": checkpoint.root.hex(), "key_retirement": "trust file only"}
    verdict.facts |= {"index": spine["n"], "kind": spine["kind"], "recorded_at": spine["recorded_at"]}
    held = f"The log {checkpoint.origin} signed that it held {checkpoint.size} entries"
    verdict.says += [
        f"{held}; this is entry {spine['n']} of them.",
        f"The entry is a {spine['kind']}; the log stamped it {spine['recorded_at']}.",
        "Whether the signing key has been retired since, the trust file alone decides (rule 9).",
    ]


def say_origin(verdict: Verdict, origin: str) -> None:
    """Name the log, and warn of one that is for practice ('Two clocks': every receipt and page shows it)."""
    synthetic = origin.startswith("synthetic.")
    verdict.facts |= {"origin": origin, "synthetic": synthetic}
    if synthetic:
        verdict.says.append("This log is SYNTHETIC: it is for practice, and its clock may have been set by hand.")


def check_openings(
    verdict: Verdict,
    spine: dict[str, Any],
    checkpoint: Checkpoint,
    policy: Policy,
    openings: Sequence[bytes],
    opening_of_facts: bytes | None,
) -> None:
    """Check each opening against the spine; one of a file also needs the opening of the facts (rule 10)."""
    read = [read_opening(data) for data in openings]
    beside = [] if opening_of_facts is None else [read_opening(opening_of_facts)]
    need(all(opening.part == "facts" for opening in beside), "What was given as the opening of the facts is another.")
    files: list[str] | None = None
    for opening in sorted([*beside, *read], key=lambda opening: opening.part == "file"):
        what = f"The opening of {'a' if opening.part == 'file' else 'the'} {opening.part}"
        need(opening.index == spine["n"], f"{what} is of entry {opening.index}, not {spine['n']} (rule 10).")
        if opening.part == "file":
            if files is None:
                raise Refused("An opening of a file needs the opening of that entry's facts beside it (rule 10).")
            need(opening.digest in files, "The opened file is not named in the entry's facts (rule 10).")
        else:
            need(opening.digest == spine[opening.part], f"{what} has another digest than the spine states.")
        body = check_part(spine, opening.part, opening.data, verdict.notes)
        if opening.part == "facts" and body is not None:
            files = body.get("files", [])
            check_opened(spine, body, checkpoint, policy)
        verdict.facts.setdefault("openings", []).append({"part": opening.part, "digest": opening.digest})
        state = "; it is sealed and stays unread" if opening.part == "words" and body is None else ""
        verdict.says.append(f"{what} ({len(opening.data)} bytes) is what the entry was recorded with{state}.")


def check_opened(spine: dict[str, Any], facts: dict[str, Any], checkpoint: Checkpoint, policy: Policy) -> None:
    """Compare the facts of entry 0 with the checkpoint and the trust file (rule 14)."""
    if spine["n"] == 0:
        need(facts["origin"] == checkpoint.origin, "Entry 0 states another origin than the checkpoint (rule 14).")
        need(read_vkey(facts["key"]) in policy.logs, "Entry 0 states a key that is not in the trust file (rule 14).")


def time_without(
    earlier: bytes | None, index: int, checkpoint: Checkpoint, policy: Policy, verdict: Verdict
) -> int | None:
    """Return the latest cosignature time of a checkpoint of the same log that does not hold the entry (rule 13)."""
    if earlier is None:
        return None
    old = read_checkpoint(earlier, policy)
    need(old.origin == checkpoint.origin, "The earlier checkpoint is of another log.")
    need(old.size <= index, "The earlier checkpoint already holds the entry.")
    if not old.seen:
        verdict.notes.append("The earlier checkpoint bears no cosignature, so it proves no time.")
    return max(old.seen.values(), default=None)


def clock(seconds: int) -> str:
    """Write a time in whole seconds UTC, also one beyond the year 9999."""
    if seconds > int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()):
        return f"second {seconds} after 1970"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def say_times(verdict: Verdict, recorded_at: str, after: int | None, until: int | None) -> None:
    """Say between which witnessed moments the entry was recorded, and report a clock that disagrees (rule 13)."""
    verdict.facts["after"] = None if after is None else clock(after)
    verdict.facts["before"] = None if until is None else clock(until)
    bounds = [f"after {clock(after)}"] if after is not None else []
    bounds += [f"before {clock(until)}"] if until is not None else []
    if bounds:
        verdict.says.append(f"By its witnesses it was recorded {' and '.join(bounds)}.")
    stamped = datetime.fromisoformat(recorded_at).timestamp()
    if (until is not None and stamped > until + SLACK) or (after is not None and stamped < after - SLACK):
        verdict.notes.append("The log's own stamp lies over 60 seconds outside what its witnesses saw (rule 13).")


def say_witnesses(verdict: Verdict, checkpoint: Checkpoint, policy: Policy, now: int) -> None:
    """Say who has cosigned, and refuse when the trust file asks for more (rule 6)."""
    verdict.facts["witnesses"] = {name: clock(at) for name, at in sorted(checkpoint.seen.items())}
    names = ", ".join(sorted(checkpoint.seen))
    verdict.says.append(f"Cosigned by {names}." if names else "It is not yet witnessed.")
    if max(checkpoint.seen.values(), default=0) > now + SLACK:
        verdict.notes.append("A cosignature lies over 60 seconds ahead of this machine's clock (rule 29).")
    verdict.no = unmet(checkpoint, policy)
