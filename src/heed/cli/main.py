"""The `heed` command: finds the command's module, hands it the arguments, turns a refusal into a sentence."""

import argparse
import importlib
import json
import keyword
import sys
from collections.abc import Sequence

from heed.lib.errors import HeedError

from .output import common, say

# Name → what it does. The module is `heed.cli.NAME` with `-` as `_`; it has `arguments(parser)` and `run(args) -> int`.
COMMANDS: dict[str, str] = {
    "bench": "measure against a floor in the same run",
    "backup": "write an encrypted backup while people write",
    "checkpoint": "sign the tree as it stands and print the note",
    "count": "how many, known and hidden; or why no estimate is defensible",
    "demo": "the synthetic borough, on a local port",
    "doctor": "look at everything quickly and say what to do",
    "door": "open, close or list doors for reports without an account",
    "docs": "write the generated reference pages anew",
    "duties": "judge duties over the record or an extract",
    "erase": "propose, approve, refuse or do a lawful erasure",
    "export": "write the sector's own files from the record",
    "hold": "hold entries against erasure, or lift a hold",
    "init": "make a record",
    "import": "bring the sector's own files into the record",
    "key": "show, rotate, revoke or export the log's keys",
    "log": "read spines, or export checkpoints and hash tiles",
    "published": "DfE statistics: where a council stands, honestly",
    "policy": "check, list, show, explain, compare and adopt packs of clauses",
    "rebuild": "write the read tables anew from the entries",
    "receipt": "verify, refresh or make a receipt; open a part",
    "restore": "restore a backup, rehearse it, or start a new generation",
    "retention": "what is to be looked at again, and what was found",
    "serve": "serve the pages",
    "subject-access": "give somebody what is held about them, with others masked",
    "tick": "do the regular work that is due",
    "upgrade": "migrate, rebuild what changed, print and record it",
    "verify": "check every byte, signature and row",
    "witness": "keep a witness, or have one cosign",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; exit 0 done, 1 the answer is 'no', 2 bad input or use."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"help", "-h", "--help"}:
        print(overview())
        return 0
    if words[0] not in COMMANDS:
        say(f"heed: there is no command {words[0]!r}; `heed help` lists them.")
        return 2
    module = importlib.import_module(module_of(words[0]))
    parser = argparse.ArgumentParser(prog=f"heed {words[0]}", description=COMMANDS[words[0]])
    common(parser)
    module.arguments(parser)
    args = parser.parse_args(words[1:])
    try:
        code: int = module.run(args)
    except HeedError as refusal:
        refuse(refusal, as_json=args.json)
        return refusal.exit_code
    except KeyboardInterrupt:
        say("heed: stopped.")
        return 130
    except BrokenPipeError:
        return 0
    return code


def module_of(command: str) -> str:
    """Return the module of a command; one whose name is a word of Python's own ends in `_`."""
    name = command.replace("-", "_")
    return f"heed.cli.{name}_" if keyword.iskeyword(name) else f"heed.cli.{name}"


def refuse(refusal: HeedError, *, as_json: bool) -> None:
    """Say why something was refused, to a machine on standard output or to a person on standard error."""
    if as_json:
        json.dump(
            {"ok": False, "error": str(refusal), "rejects": refusal.rejects}, sys.stdout, ensure_ascii=False, indent=2
        )
        sys.stdout.write("\n")
        return
    say(f"heed: {refusal}")
    for row in refusal.rejects:
        say("  " + "  ".join(f"{name}: {value}" for name, value in row.items()))


def overview() -> str:
    """List the commands, one a line."""
    width = max(map(len, COMMANDS), default=0)
    lines = [f"  {name:<{width}}  {what}" for name, what in sorted(COMMANDS.items())]
    return "\n".join(["usage: heed COMMAND [--data DIR] [--json] …", "", *lines])


if __name__ == "__main__":
    sys.exit(main())
