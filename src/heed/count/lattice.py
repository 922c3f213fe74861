"""Sums over sets of lists. A capture history is a bit mask: bit i is set where list i saw the person.

Every array's last axis has one place per history, 2**k in all; place 0 is the history nobody can observe.
The two transforms cost k * 2**(k-1) additions and replace every matrix product of the design with the data.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def superset_sums(cells: Floats) -> Floats:
    """For each set of lists, sum the cells of all histories that contain it: every margin at once."""
    out = np.array(cells, dtype=float)
    width = out.shape[-1]
    half = 1
    while half < width:
        pairs = out.reshape(*out.shape[:-1], width // (2 * half), 2, half)
        pairs[..., 0, :] += pairs[..., 1, :]
        half *= 2
    return out


def subset_sums(terms: Floats) -> Floats:
    """For each history, sum the terms of all sets of lists within it: the linear predictor from its terms."""
    out = np.array(terms, dtype=float)
    width = out.shape[-1]
    half = 1
    while half < width:
        pairs = out.reshape(*out.shape[:-1], width // (2 * half), 2, half)
        pairs[..., 1, :] += pairs[..., 0, :]
        half *= 2
    return out


@cache
def sizes(k: int) -> Ints:
    """Return how many lists each of the 2**k histories holds."""
    out = np.array([mask.bit_count() for mask in range(2**k)], dtype=np.int64)
    out.setflags(write=False)
    return out


@cache
def histories(k: int) -> Bools:
    """Return the 2**k by k table of which list is in which history."""
    out = (np.arange(2**k)[:, None] >> np.arange(k)[None, :] & 1).astype(bool)
    out.setflags(write=False)
    return out


@cache
def design(k: int) -> Floats:
    """Return the 2**k by 2**k table with 1 where the column's set lies within the row's history."""
    masks = np.arange(2**k)
    out: Floats = ((masks[:, None] & masks[None, :]) == masks[None, :]).astype(float)
    out.setflags(write=False)
    return out


def members(mask: int) -> tuple[int, ...]:
    """Return the positions of the lists in a mask."""
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def pairs(k: int) -> tuple[int, ...]:
    """Return the masks of all pairs of lists, in the order (0,1), (0,2), …, (1,2), …"""
    return tuple(1 << i | 1 << j for i in range(k) for j in range(i + 1, k))
