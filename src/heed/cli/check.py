"""`./heed check`: everything CI runs, each step named and timed; the first that fails ends it."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
STEPS: list[tuple[str, list[str]]] = [
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("import contracts", [str(BIN / "lint-imports"), "--no-cache"]),
    ("types", [str(BIN / "mypy")]),
    (
        "migrations",
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--settings", "heed.web.settings"],
    ),
]


def main(words: list[str]) -> int:
    """Run the steps and then the tests."""
    for name, command in [*STEPS, ("tests", [sys.executable, "-m", "heed.cli.test", *words])]:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        code = subprocess.call(command)
        print(
            f"   {name}: {'ok' if code == 0 else f'failed ({code})'} in {time.monotonic() - started:.1f} s", flush=True
        )
        if code:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
