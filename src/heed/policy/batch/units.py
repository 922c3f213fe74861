"""The keys that a clause's triggers open duties on, as small whole numbers; other rows are looked up among them."""

from collections.abc import Sequence

import numpy as np

from .groups import bucketed
from .openings import composite
from .texts import Longs


class Units:
    """Every distinct key of a family's triggers, numbered in the order of its keys."""

    def __init__(self, roles: Sequence[str], keys: Sequence[dict[str, Longs]], codes: int) -> None:
        self.roles = tuple(roles)
        values = [composite(found, roles) for found in keys if len(next(iter(found.values())))]
        joined = np.concatenate(values) if values else np.empty(0, np.int64)
        self.direct: Longs | None = None
        # A table over all codes is quicker to look up in, but only worth filling for many triggers.
        if len(self.roles) == 1 and self.roles != ("trigger",) and 8 * len(joined) > codes:
            seen = np.zeros(codes + 1, np.bool_)
            seen[joined] = True
            self.values = np.flatnonzero(seen)
            self.direct = np.full(codes + 1, -1, np.int64)
            self.direct[self.values] = np.arange(len(self.values))
        else:
            self.values = np.unique(joined)

    def __len__(self) -> int:
        return len(self.values)

    def of(self, keys: dict[str, Longs]) -> Longs:
        """Return the unit of each row, -1 where no trigger opens one."""
        values = composite(keys, self.roles)
        if self.direct is not None:
            return self.direct[values]
        if not len(self.values):
            return np.full(len(values), -1, np.int64)
        place = np.minimum(np.searchsorted(self.values, values), len(self.values) - 1)
        return np.where(self.values[place] == values, place, -1)

    def gather(self, keys: dict[str, Longs]) -> tuple[Longs, Longs, Longs]:
        """Return where each unit's rows begin, the rows unit by unit, and the unit of each row given."""
        unit = self.of(keys)
        starts, order = bucketed(unit, len(self))
        return starts, order, unit

    def keys(self, units: Longs) -> dict[str, Longs]:
        """Return the keys of units by role."""
        values = self.values[units]
        if len(self.roles) == 1:
            return {self.roles[0]: values}
        return {self.roles[0]: values // 2**31, self.roles[1]: values % 2**31}
