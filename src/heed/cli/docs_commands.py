"""The reference page of commands, read from the parsers that the commands themselves use."""

import argparse
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .docs_page import head, page_of, table
from .main import COMMANDS, module_of

_CHECKOUT = Path(__file__).resolve().parents[3]
_SHARED = {"--data", "--json", "--help"}
_ABOUT = """Every command takes `--data DIR` (else `HEED_DATA`, else `./data`) and `--json` (one JSON document on
standard output, on refusal too: `{"ok": false, "error": …, "rejects": […]}`). People's text and progress bars go to
standard error. Exit 0: done. Exit 1: understood, and the answer is no. Exit 2: bad input or use."""
# The words that the script `heed` at the root of a checkout handles itself.
_SCRIPT = (
    ("./heed test [--long] [pytest arguments]", "make the environment, then run the tests, real browser included"),
    ("./heed check", "everything that CI runs"),
    ("./heed COMMAND …", "make the environment where it is missing, then run any command below"),
)


def page() -> str:
    """Return the page."""
    lines = head("Commands", _ABOUT)
    lines += ["## From a bare checkout", "", *table(("command", "what it does"), [(f"`{c}`", w) for c, w in _SCRIPT])]
    rows = [(f"[`heed {name}`](#heed-{name})", what) for name, what in sorted(COMMANDS.items())]
    lines += ["## All commands", "", *table(("command", "what it does"), rows)]
    for name in sorted(COMMANDS):
        lines += _command(name)
    return page_of(lines)


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return a command's parser, with its own arguments only."""
    module = importlib.import_module(module_of(name))
    parser = argparse.ArgumentParser(prog=f"heed {name}")
    module.arguments(parser)
    return parser


def _command(name: str) -> list[str]:
    parser = parser_of(name)
    module = importlib.import_module(module_of(name))
    first, _, rest = (module.__doc__ or "").strip().partition("\n\n")
    lines = [f"## heed {name}", "", " ".join(first.split()), ""]
    lines += ["```text", *rest.strip().splitlines(), "```", ""] if rest.strip() else []
    lines += _arguments(parser)
    for word, what, inner in subcommands(parser):
        lines += [f"### heed {name} {word}", "", f"{what[:1].upper()}{what[1:]}.", "", *_arguments(inner)]
    return lines


def subcommands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield the words that a command takes, what each does, and its parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for word, inner in action.choices.items():
                yield word, said.get(word, ""), inner


def _arguments(parser: argparse.ArgumentParser) -> list[str]:
    return table(("argument", "needed", "meaning"), [_row(action) for action in own_actions(parser)])


def own_actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return a parser's arguments, those of every command left out."""
    return [
        action
        for action in parser._actions
        if not isinstance(action, argparse._SubParsersAction) and not _SHARED & set(action.option_strings)
    ]


def _row(action: argparse.Action) -> tuple[str, str, str]:
    meaning = [action.help or ""]
    if action.choices:
        meaning.append(f"one of {', '.join(map(str, action.choices))}")
    if isinstance(action, argparse._AppendAction):
        meaning.append("may be repeated")
    if _is_told(action.default):
        meaning.append(f"default {str(action.default).replace(f'{_CHECKOUT}/', '')}")  # the same on every machine
    return f"`{_form(action)}`", "yes" if action.required else "no", "; ".join(filter(None, meaning))


def _form(action: argparse.Action) -> str:
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return name if action.nargs not in ("?", "*") else f"[{name}]"
    option = ", ".join(action.option_strings)
    return option if action.nargs == 0 else f"{option} {name}"


def _is_told(default: Any) -> bool:
    return default is not argparse.SUPPRESS and default not in (None, False, "", [])
