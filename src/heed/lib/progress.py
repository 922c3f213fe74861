"""A progress bar on standard error for long work; silent where nobody watches."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
Track = Callable[[Iterable[T], int | None, str], Iterator[T]]


def quiet(items: Iterable[T], total: int | None = None, what: str = "") -> Iterator[T]:
    """Pass the items through without a bar: the default of every pure function that takes `track`."""
    return iter(items)


def bar(items: Iterable[T], total: int | None = None, what: str = "") -> Iterator[T]:
    """Pass the items through, drawing a bar where standard error is a terminal."""
    from tqdm import tqdm

    return iter(tqdm(items, total=total, desc=what, file=sys.stderr, disable=None, dynamic_ncols=True, leave=False))
