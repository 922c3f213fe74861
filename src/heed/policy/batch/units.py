"""The keys that a clause's triggers open duties on, as small whole numbers; other rows are looked up among them."""

from collections.abc import Sequence

import numpy as np

from .compiled import compiled
from .openings import composite
from .sorting import bucketed, places_in, stable_order
from .texts import Codes, Longs


class Units:
    """Every distinct key of a family's triggers, numbered in the order of its keys."""

    def __init__(self, roles: Sequence[str], keys: Sequence[dict[str, Longs]], codes: int) -> None:
        self.roles = tuple(roles)
        values = [composite(found, roles) for found in keys if len(next(iter(found.values())))]
        joined = values[0] if len(values) == 1 else np.concatenate([*values, np.empty(0, np.int64)])
        self.direct: Codes | None = None
        # A table over all codes is quicker to look up in, but only worth filling for many triggers.
        if len(self.roles) == 1 and self.roles != ("trigger",) and 64 * len(joined) > codes:
            self.values, self.direct = numbered(joined, codes)
        else:
            self.values = distinct(joined)

    def __len__(self) -> int:
        return len(self.values)

    def of(self, keys: dict[str, Longs]) -> Longs:
        """Return the unit of each row, -1 where no trigger opens one."""
        values = composite(keys, self.roles)
        return looked_up(values, self.direct) if self.direct is not None else places_in(self.values, values)

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


def distinct(values: Longs) -> Longs:
    """Return the distinct values, ascending."""
    ascending = values[stable_order(values)]
    fresh = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=fresh[1:])
    return ascending[fresh]


@compiled
def numbered(values: Longs, codes: int) -> tuple[Longs, Codes]:
    """Return the distinct values below `codes`, ascending, and for each code its place among them or -1."""
    place = np.full(codes + 1, -1, np.int32)
    for value in values:
        place[value] = 0
    found, used = np.empty(min(len(values), codes), np.int64), 0
    for code in range(codes):
        if place[code] == 0:
            place[code], found[used] = used, code
            used += 1
    return found[:used].copy(), place


@compiled
def looked_up(values: Longs, place: Codes) -> Longs:
    """Return each value's place in a table."""
    found = np.empty(len(values), np.int64)
    for row in range(len(values)):
        found[row] = place[values[row]]
    return found
