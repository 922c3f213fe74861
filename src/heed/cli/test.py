"""`./heed test [--long] [pytest arguments]`: the test suite, real browser and real PostgreSQL included."""

import os
import subprocess
import sys


def main(words: list[str]) -> int:
    """Run pytest on two workers; what is not for this command is pytest's."""
    command = [sys.executable, "-m", "pytest"]
    if not any(word.startswith("-n") for word in words):
        command += ["-n", os.environ.get("HEED_TEST_WORKERS", "2"), "--dist", "loadgroup"]
    return subprocess.call([*command, *words])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
