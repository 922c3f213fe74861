"""`heed witness`: on another machine, keep a witness; on ours, add one, ask it, or exchange files with it.

There:  init NAME · trust KEY · untrust KEY · serve [--host --port] · sign REQUEST --out FILE
Here:   add NAME KEY [--url URL] · show · retire NAME · ask NAME · request NAME --out FILE · accept FILE
"""

import argparse
import time
from pathlib import Path

from heed.lib.errors import Answered, HeedError
from heed.log.note import VerifierKey
from heed.log.witness_http import make_server
from heed.log.witness_store import WitnessStore

from .output import answer, data_folder, say
from .receipt import read
from .record_place import open_record


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    words = parser.add_subparsers(
        dest="word", required=True, metavar="init|trust|untrust|serve|sign|add|show|retire|ask|request|accept"
    )
    for name, what, positional in (
        ("init", "make a witness here (its own machine, its own key)", ["name"]),
        ("trust", "trust a log's key: the only way to accept an origin", ["key"]),
        ("untrust", "trust a log's key no more, such as a stolen one", ["key"]),
        ("serve", "answer logs over HTTP", []),
        ("sign", "answer a request in a file", ["file"]),
        ("add", "add a witness to our trust file", ["name", "key"]),
        ("show", "our witnesses: their keys, and how far each has cosigned", []),
        ("retire", "let a witness count no more; what it cosigned still verifies", ["name"]),
        ("ask", "have a witness cosign the newest checkpoint", ["name"]),
        ("request", "write a request to a file, to carry to the witness", ["name"]),
        ("accept", "take in the cosignature that a witness gave in a file", ["file"]),
    ):
        word = words.add_parser(name, help=what)
        for argument in positional:
            word.add_argument(argument, type=Path if argument == "file" else str)
        word.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        word.add_argument("--data", type=Path, default=argparse.SUPPRESS)
        if name in ("sign", "request"):
            word.add_argument("--out", type=Path, required=True)
        if name == "add":
            word.add_argument("--url", default="", help="the witness's address, where it can be asked over HTTP")
        if name == "serve":
            word.add_argument("--host", default="127.0.0.1")
            word.add_argument("--port", type=int, default=8700)


def run(args: argparse.Namespace) -> int:
    """Do what the word says."""
    there = {"init": _init, "trust": _trust, "untrust": _untrust, "serve": _serve, "sign": _sign}
    here = {"add": _add, "show": _show, "retire": _retire, "ask": _ask, "request": _request, "accept": _accept}
    return (there | here)[args.word](args)


def _init(args: argparse.Namespace) -> int:
    store = WitnessStore.make(data_folder(args), args.name)
    answer(args, {"ok": True, "key": str(store.signer.key)}, f"Its key, to give to the log: {store.signer.key}")
    return 0


def _trust(args: argparse.Namespace) -> int:
    key = VerifierKey.parse(args.key)
    WitnessStore(data_folder(args)).trust(key)
    answer(args, {"ok": True, "origin": key.name}, f"This witness now follows {key.name}.")
    return 0


def _untrust(args: argparse.Namespace) -> int:
    key = VerifierKey.parse(args.key)
    WitnessStore(data_folder(args)).untrust(key)
    answer(args, {"ok": True, "origin": key.name}, f"This witness trusts {key.id.hex()} of {key.name} no more.")
    return 0


def _serve(args: argparse.Namespace) -> int:
    store = WitnessStore(data_folder(args))
    with make_server(store, args.host, args.port) as server:
        say(f"{store.signer.name} answers on http://{args.host}:{server.server_port}/add-checkpoint; Ctrl-C ends it.")
        server.serve_forever()
    return 0


def _sign(args: argparse.Namespace) -> int:
    reply = WitnessStore(data_folder(args)).answer(read(args.file), time=int(time.time()))
    if reply.status != 200:
        raise Answered(f"Refused ({reply.status}): {reply.body.strip()}")
    args.out.write_text(reply.body, encoding="utf-8")
    answer(args, {"ok": True, "cosignature": reply.body}, f"The cosignature stands in {args.out}.")
    return 0


def _add(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record.witnessing import add_witness

    add_witness(args.name, VerifierKey.parse(args.key), url=args.url)
    answer(args, {"ok": True, "name": args.name}, f"{args.name} is a witness of this record.")
    return 0


def _show(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record import checkpoints, reading
    from heed.record.place import here
    from heed.record.witnessing import counting, last_size

    trust = checkpoints.trust_of(here())
    rows = [
        {"name": name, "key": str(key), "url": trust.urls.get(name, ""), "counts": counting(name, trust)}
        | {"cosigned": last_size(key)}
        for name, key in trust.witnesses.items()
    ]
    lines = [
        f"{row['name']}: cosigned the first {row['cosigned']} of {reading.size()} entries"
        f"{'' if row['counts'] else '; retired'}\n  {row['key']} {row['url']}".rstrip()
        for row in rows
    ]
    empty = "No witness yet: `heed witness add NAME KEY` adds one (docs/how-to/be-a-witness.md)."
    answer(args, {"ok": True, "quorum": trust.quorum, "witnesses": rows}, "\n".join(lines) or empty)
    return 0


def _retire(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record.witnessing import retire_witness

    trust = retire_witness(args.name)
    answer(args, {"ok": True, "quorum": trust.quorum}, f"{args.name} counts no more; what it cosigned still verifies.")
    return 0


def _ask(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record.witnessing import witness

    size = witness(args.name)
    answer(args, {"ok": True, "size": size}, f"{args.name} cosigned the first {size} entries.")
    return 0


def _request(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record.witnessing import request_for

    args.out.write_text(request_for(args.name).text(), encoding="utf-8")
    answer(args, {"ok": True, "file": str(args.out)}, f"Carry {args.out} to {args.name}.")
    return 0


def _accept(args: argparse.Namespace) -> int:
    open_record(args)
    from heed.record import checkpoints

    lines = read(args.file).decode("utf-8", "replace")
    for size in reversed(checkpoints.stored_sizes()):
        try:
            signed = checkpoints.keep_cosignatures(size, lines)
        except Answered:
            continue
        if signed.cosignatures:
            answer(args, {"ok": True, "size": size}, f"The first {size} entries are cosigned.")
            return 0
    raise HeedError(f"{args.file} cosigns no checkpoint of this record by a witness in its trust file.")
