"""What this package raises: each a sentence that names the first thing wrong."""

from heed.lib.errors import Answered, HeedError


class FormatError(HeedError):
    """The text is not in the format (exit 2 in a command)."""


class VerifyError(Answered):
    """The text is in the format, and what it claims does not hold (exit 1 in a command)."""
