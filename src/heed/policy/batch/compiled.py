"""Functions compiled by numba and cached beside their source; typed, so that the checker sees through them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function the first time it is called; later runs load it from the cache."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


def inlined(function: F) -> F:
    """Compile a function into its callers: for one with many arrays, whose passing costs more than its work."""
    return cast(F, numba.njit(cache=True, nogil=True, inline="always")(function))
