"""`heed receipt {verify FILE --key FILE | refresh FILE | make N | open N PART}`; verify needs no database."""

import argparse
from pathlib import Path

from heed.lib.errors import HeedError
from heed.log.receipt import Opening, Receipt, verify_opening_of, verify_receipt
from heed.log.trust import read_trust

from .output import answer
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(dest="word", required=True, metavar="verify|refresh|make|open")
    check = words.add_parser("verify", help="does this receipt prove its entry? needs no database")
    check.add_argument("file", type=Path)
    check.add_argument("--key", type=Path, required=True, help="a trust policy file, or a file with the log's key")
    check.add_argument("--opening", type=Path, action="append", default=[], help="an opening of a part of this entry")
    check.add_argument("--earlier", type=Path, help="a witnessed checkpoint without the entry: recorded after it")
    refresh = words.add_parser("refresh", help="fetch the witnessed receipt of the same entry")
    refresh.add_argument("file", type=Path)
    make = words.add_parser("make", help="write the receipt of an entry")
    make.add_argument("n", type=int)
    make.add_argument("--out", type=Path)
    opening = words.add_parser("open", help="write the opening of a part, for somebody who is entitled to it")
    opening.add_argument("n", type=int)
    opening.add_argument("part", help="facts, words, or 'file DIGEST'")
    opening.add_argument(
        "--to", metavar="KEY", required=True, help="the key of whoever is given it; goes on the record"
    )
    opening.add_argument("--out", type=Path, required=True)
    for word in (check, refresh, make, opening):
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    words = {"verify": _verify, "refresh": _refresh, "make": _make, "open": _open}
    return words[args.word](args)


def read(path: Path) -> bytes:
    """Return a file's bytes; HeedError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise HeedError(f"{path} cannot be read: {error.strerror}.") from None


def _verify(args: argparse.Namespace) -> int:
    trust = read_trust(read(args.key))
    proven = verify_receipt(read(args.file), trust, earlier=read(args.earlier) if args.earlier else None)
    openings = [Opening.parse(read(path)) for path in args.opening]
    facts = next((opening for opening in openings if opening.part == "facts"), None)
    for opening in openings:
        verify_opening_of(proven, opening, trust, facts)
    sentences = proven.sentences()
    sentences[2:2] = [f"The opening shows its {opening.part}." for opening in openings]
    document = {
        "ok": True,
        "origin": proven.signed.checkpoint.origin,
        "size": proven.signed.checkpoint.size,
        "n": proven.spine.n,
        "kind": proven.spine.kind,
        "recorded_at": proven.spine.recorded_at,
        "witnessed": proven.is_witnessed,
        "before": proven.before,
        "after": proven.after,
        "openings": [opening.part for opening in openings],
    }
    answer(args, document, "\n".join(sentences))
    return 0


def _refresh(args: argparse.Namespace) -> int:
    held = Receipt.parse(read(args.file))
    open_record(args)
    from heed.record import checkpoints

    fresh = checkpoints.witnessed_receipt(held.index)
    if fresh.spine != held.spine:
        raise HeedError(f"Entry {held.index} of this record is not the one in the receipt: history was changed.")
    return _write(args, fresh, args.file)


def _make(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record import checkpoints

    return _write(args, checkpoints.witnessed_receipt(args.n), args.out)


def _write(args: argparse.Namespace, receipt: Receipt, out: Path | None) -> int:
    if out:
        out.write_text(receipt.text(), encoding="utf-8")
    document = {"ok": True, "n": receipt.index, "receipt": receipt.text(), "file": str(out) if out else None}
    answer(
        args, document, f"The receipt of entry {receipt.index} stands in {out}." if out else receipt.text().rstrip("\n")
    )
    return 0


def _open(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record import checkpoints
    from heed.record.openings import give_opening
    from heed.record.start import system

    opening = checkpoints.opening_of(args.n, args.part)
    given = give_opening(by=system(), entry=args.n, part=args.part, recipient=args.to)
    args.out.write_text(opening.text(), encoding="utf-8")
    answer(
        args,
        {"ok": True, "entry": args.n, "recorded_as": given.n},
        f"The opening stands in {args.out}; entry {given.n} says who was given it.",
    )
    return 0
