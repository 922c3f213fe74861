"""A table asked of the record for a day and a moment, as `heed count --record` does; nothing is published by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from heed.count.reading import Reading
from heed.entry.when import parse_claim, parse_date, parse_instant
from heed.lib.errors import Answered

from . import selectors
from .figure import somebody_was_seen
from .seen import Tally


@dataclass(frozen=True)
class Asked:
    """The table, the tally it is of, and what was asked."""

    reading: Reading
    tally: Tally
    about: dict[str, Any]


def asked(*, definition: str, as_of: str, known_at: str) -> Asked:
    """Return the table of a definition (NAME, NAME@VERSION or an entry's number) as of a day, as known at a moment."""
    day, reach = parse_date(as_of), selectors.reach_at(moment(known_at))
    if reach == 0:
        raise Answered(f"Nothing had been recorded by {known_at}.")
    row = selectors.definition_named(definition, day, below=reach)
    made = selectors.tally_at(selectors.read_definition(row), as_of, reach)
    somebody_was_seen(made.table)
    about = {
        "definition": f"{row.name}@{row.version}",
        "definition_entry": row.n,
        "definition_digest": row.digest,
        "as_of": as_of,
        "known_at": selectors.known_at(reach),
        "reads_entries_below": reach,
        "known_by_stratum": made.known_by_stratum,
        "perhaps_in_the_period": made.perhaps,
        "on_no_list": made.on_no_list,
        "about_nobody_named": made.about_nobody,
        "unreadable": made.unreadable,
    }
    strata = made.strata if len(made.strata) > 1 else {}
    return Asked(Reading(made.table, strata), made, about)


def moment(text: str) -> datetime:
    """Return the last moment that `text` names: an instant, or the end of a day in Europe/London."""
    if "T" in text:
        return parse_instant(text)
    parse_date(text)
    return parse_claim(text).latest + timedelta(microseconds=999_999)
