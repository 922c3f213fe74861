"""Reading our own pages: their fenced blocks, and the shell script that runs the examples of one page."""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a fence may say it is. `text` is a diagram or a form to fill in; `ini` and `sql` have tests of their own.
RUN, SHOWN = {"console", "bash", "python"}, {"output", "text", "ini", "sql"}
_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```[ ]*$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """One fenced block: what it says it is, its text, and the line on which it begins."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """One command of an example and what it should print; None where the page shows no output."""

    command: str
    expected: list[str] | None
    line: int


def pages() -> list[Path]:
    """Return every page of ours: the papers at the root and all under docs/."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(page: Path) -> list[Block]:
    """Return a page's fenced blocks."""
    text = page.read_text(encoding="utf-8")
    return [Block(m[1].strip(), m[2], text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(text)]


def steps(page: Path) -> list[Step]:
    """Return the commands of a page in order, each with its expected output."""
    found: list[Step] = []
    for block in blocks(page):
        if block.language == "console":
            found += _console(block)
        elif block.language == "bash":
            found.append(Step(block.text, None, block.line))
        elif block.language == "python" and block.text.startswith(">>> "):
            # All of a page's sessions are one, and doctest runs it; the folder of the tests is fresh, so it is named.
            session = f"python -m doctest {page}"
            found += [] if session in [step.command for step in found] else [Step(session, None, block.line)]
        elif block.language == "python":
            found.append(Step(f"python - <<'END-OF-BLOCK'\n{block.text}END-OF-BLOCK", None, block.line))
        elif block.language == "output":
            found[-1] = Step(found[-1].command, block.text.splitlines(), found[-1].line)
    return found


def _console(block: Block) -> list[Step]:
    """Split at the `$ ` prompts; a line that ends in a backslash, or stands before `END`, belongs to its command."""
    found: list[Step] = []
    continued = False
    for at, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            found.append(Step(line[2:], [], at))
        elif continued:
            found[-1] = Step(f"{found[-1].command}\n{line}", [], found[-1].line)
        else:
            expected = found[-1].expected
            assert expected is not None
            expected.append(line)
        continued = found[-1].command.endswith("\\")
    return found


def script(found: list[Step], mark: str) -> str:
    """Return a shell script that runs the steps, printing a mark with the exit status after each, `$?` kept."""
    lines = ["exec 2>&1"]
    for step in found:
        lines += [step.command, f"__status=$?; printf '\\n{mark} %s\\n' $__status; (exit $__status)"]
    return "\n".join([*lines, ""])


def new_mark() -> str:
    """Return a line that no command prints."""
    return f"--mark-{secrets.token_hex(8)}"


def matches(expected: list[str], printed: list[str]) -> bool:
    """Say whether lines fit: `…` in a line stands for anything, a line that is `…` alone for any lines."""
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line.strip() == "…" else ".*?".join(map(re.escape, line.rstrip().split("…"))) + r"\n"
        for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None
