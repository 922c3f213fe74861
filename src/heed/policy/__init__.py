"""Clauses, calendars and the duty engine (pure, NumPy)."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .answer import evaluate_by_key, evaluate_incremental

__all__ = ["SMALL", "evaluate_batch", "evaluate_by_key", "evaluate_incremental"]

# Up to so many entries, judging key by key takes less time than compiling the walk (some seconds, the first time).
SMALL = 20_000


def evaluate_batch(
    extract_rows: "Path | Iterable[Mapping[str, Any]]",
    packs: str | Sequence[Any],
    as_of: str,
    known_at: str,
    *rest: Any,
    **more: Any,
) -> dict[str, Any]:
    """Return the Answer by columns; see `heed.policy.batch.evaluate`, which needs numba and pyarrow."""
    from .batch.evaluate import evaluate_batch as by_columns

    return by_columns(extract_rows, packs, as_of, known_at, *rest, **more)
