"""Handing freed memory back to the system.

The C library and Arrow keep what is freed for the next request. Of a large extract, what each step has freed would
stand beside what the next one takes: a third of the memory at the peak.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache

import pyarrow as pa

LARGE = 4_000_000  # rows; of fewer, what is kept is soon used again, and handing it back takes longer than it is worth


def hand_back(rows: int) -> None:
    """Hand freed memory back where an extract has many rows."""
    if rows >= LARGE:
        pa.default_memory_pool().release_unused()
        _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """Return the function of the GNU C library that does it; other libraries need none or have none."""
    found = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return found if found is not None else bool
