"""Mend line ends before a commit: no spaces before a newline, no carriage return, one newline at the end of a file.

`python tests/docs/line_ends.py FILE…` mends, names what it mended and exits 1, so that the commit is looked at again.
"""

import re
import sys
from pathlib import Path


def mended(text: str) -> str:
    """Return a text with its line ends mended; an empty text stays empty."""
    lines = re.sub(r"[ \t\r]+$", "", text, flags=re.M)
    return f"{lines.rstrip()}\n" if lines.strip() else ""


def mend(path: Path) -> bool:
    """Mend one file; say whether it needed it."""
    text = path.read_bytes().decode("utf-8")
    new = mended(text)
    if new == text:
        return False
    path.write_bytes(new.encode())
    return True


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if mend(Path(name))]
    print("\n".join(f"Mended {name}." for name in names), end="\n" if names else "")
    sys.exit(1 if names else 0)
