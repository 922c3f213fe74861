"""Clauses, calendars and the duty engine (pure, NumPy)."""
