"""Is this the return of the year it is said to be?"""

import datetime as dt

from heed.lib.errors import HeedError
from heed.returns.tables import Taken, doubt

from .tables import EPISODES

# A file is of another year when more than this share of its episodes cannot belong to the year.
SHARE = 0.5


def check_year(taken: Taken, year: int) -> None:
    """Refuse episodes of which most began after the year's 31 March or had ended before its 1 April; doubt a few.

    The return for a year holds the episodes open at any time from 1 April of the year before to 31 March.
    """
    if taken.table is not EPISODES or not taken.lines:
        return
    first, last = dt.date(year - 1, 4, 1).isoformat(), dt.date(year, 3, 31).isoformat()
    spans = zip(taken.lines, taken.columns["DECOM"], taken.columns["DEC"], strict=True)
    outside = [(line, str(start)) for line, start, end in spans if str(start) > last or (end and str(end) < first)]
    if len(outside) > SHARE * len(taken.lines):
        raise HeedError(
            f"{taken.source.name}: {len(outside)} of {len(taken.lines)} episodes lie outside the year "
            f"from {first} to {last}; is it the return of another year?"
        )
    if outside:
        line, start = outside[0]
        reason = f"the episode lies outside the year from {first} to {last}"
        taken.doubts.append(doubt(taken, line, "DECOM", start, reason, len(outside)))
