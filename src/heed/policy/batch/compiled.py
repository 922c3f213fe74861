"""Functions compiled by numba and cached beside their source; typed, so that the checker sees through them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

# `_nrt` is numba's own switch for the counting; numba refuses a switch that it does not know.
BORROWING: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function the first time it is called; later runs load it from the cache."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


def borrowing(function: F) -> F:
    """Compile a function that makes no array and only borrows those it is given.

    Their references are then not counted. Counting is an atomic step for each array at each call: in the inner loops
    it took more time than the work, and two threads that count the same array wait for each other.
    """
    return cast(F, numba.njit(function, **BORROWING))


def inlined(function: F) -> F:
    """Compile a function as `borrowing` does, into whatever calls it.

    A call hands over each array as seven words; for a few steps on each of many rows that takes longer than they do.
    """
    return cast(F, numba.njit(function, forceinline=True, **BORROWING))
