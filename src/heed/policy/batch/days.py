"""Dues of many instants at once: the local day of each, and the end of the day that a limit's table gives for it."""

import numpy as np

from heed.policy.calendars import BEYOND, Calendar, Limit
from heed.policy.times import BASE, day_starts

from .compiled import borrowing, compiled
from .texts import Longs


def dues_of(calendar: Calendar, limit: Limit, seconds: Longs) -> tuple[Longs, bool]:
    """Return the due counted from every second, and whether some lie beyond the calendar (BEYOND)."""
    if limit.unit == "h":
        return seconds + (-limit.n if limit.before else limit.n) * 3600, False
    return landed(seconds, calendar.table(limit), day_starts(), BASE)


@borrowing
def day_in(second: int, starts: Longs, base: int) -> int:
    """Return the position of the local day that holds a second; -1 where there is no such day."""
    day = (second + 3600) // 86400 - base
    if day < 0 or day >= len(starts) - 1:
        return -1
    return int(day - (starts[day] > second))


@compiled
def landed(seconds: Longs, ends: Longs, starts: Longs, base: int) -> tuple[Longs, bool]:
    """Return what a table of days gives for the local day of each second, and whether it is BEYOND for some."""
    found, beyond = np.empty(len(seconds), np.int64), False
    for row in range(len(seconds)):
        day = day_in(seconds[row], starts, base)
        found[row] = ends[day] if day >= 0 else BEYOND
        beyond |= found[row] == BEYOND
    return found, beyond
