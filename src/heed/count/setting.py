"""What every estimator is given: one table, or many equally likely ones, and the resampled tables drawn from them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from heed.lib.errors import HeedError

from .bootstrap import resample
from .lattice import Bools, Floats, Ints
from .reading import People
from .tables import Table

MOST_REPLICATES = 100_000


@dataclass(frozen=True, eq=False)
class Setting:
    """The data and the choices of one answer.

    `bases` holds the tables that could be the true one: a single row, or a row per draw of the linkage or of the
    censored cells. `table` is the central one, on which point estimates rest.
    """

    table: Table
    bases: Floats
    replicates: int
    seed: int
    compiled: bool | None = None
    people: People | None = None

    @property
    def counts(self) -> Floats:
        """Return the central table's counts: the mean of the possible tables, on which point estimates rest."""
        mean: Floats = self.bases.mean(axis=0)
        return mean

    @property
    def possible(self) -> Bools | None:
        """Return which histories are possible, None for all."""
        return self.table.structural

    @property
    def pooled(self) -> bool:
        """Say whether there is more than one possible table."""
        return len(self.bases) > 1

    @cached_property
    def draws(self) -> Floats:
        """Return the bootstrap tables: each resamples one of the possible tables, in turn."""
        order = self.table.canonical
        if not self.pooled:
            return resample(self.bases[0], self.replicates, self.seed, order)
        share = -(-self.replicates // len(self.bases))
        drawn = [resample(base, share, self.seed + i, order) for i, base in enumerate(self.bases)]
        return np.stack(drawn, axis=1).reshape(-1, self.bases.shape[1])[: self.replicates]

    @property
    def origin(self) -> Ints:
        """Return for each bootstrap table the number of the possible table it was drawn from."""
        return np.arange(self.replicates) % len(self.bases)


def setting(
    table: Table,
    *,
    bases: Floats | None = None,
    replicates: int = 1000,
    seed: int = 1,
    compiled: bool | None = None,
    people: People | None = None,
) -> Setting:
    """Check the choices and build the setting."""
    if not 0 <= replicates <= MOST_REPLICATES:
        raise HeedError(f"The number of bootstrap replicates must be from 0 to {MOST_REPLICATES:,}, not {replicates}.")
    if seed < 0:
        raise HeedError("The seed must be a whole number from 0 up.")
    rows = table.counts[None, :] if bases is None else np.atleast_2d(bases)
    return Setting(table, rows, replicates, seed, compiled, people)
