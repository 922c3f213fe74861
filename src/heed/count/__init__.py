"""How many people, known and hidden (pure, NumPy and SciPy).

`from heed.count import answer, read`: `answer(read(path).table)` gives the range, every method's own estimate, their
assumptions and doubts, or why no estimate is defensible. Nothing is loaded before it is asked for.
"""

import importlib
from typing import Any

_WHERE = {
    "Answer": "result",
    "Estimate": "result",
    "Headline": "result",
    "People": "reading",
    "Rates": "linkage",
    "Sample": "sampled",
    "Table": "tables",
    "answer": "answering",
    "by_stratum": "strata",
    "diagnose": "diagnostics",
    "plausible_tables": "linkage",
    "plots": "drawing",
    "read": "reading",
    "read_text": "reading",
    "reconciled": "sampled",
    "stratified": "sampled",
    "table": "tables",
}
__all__ = sorted(_WHERE)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Load a public name from the module that holds it."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
