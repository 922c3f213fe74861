"""Clauses, calendars and the duty engine (pure, NumPy)."""

from .answer import evaluate_by_key, evaluate_incremental

evaluate_batch = evaluate_by_key

__all__ = ["evaluate_batch", "evaluate_by_key", "evaluate_incremental"]
