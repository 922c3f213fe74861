"""The two ways in which Heed says no; every other exception is a fault of ours."""

from collections.abc import Sequence
from typing import Any


class HeedError(Exception):
    """Something was refused; the text is a sentence for the person who asked.

    `exit_code` is what a command ends with: 2 for bad input or use.
    `rejects` lists the rows or lines that were refused, each with its reason.
    """

    exit_code = 2

    def __init__(self, sentence: str, *, rejects: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(sentence)
        self.rejects = list(rejects)


class Answered(HeedError):
    """The question was understood and the answer is 'no' (exit 1), with the reason."""

    exit_code = 1
