"""One clause over all its keys: triggers, acts and ends made into columns, walked, and the rows that come out.

1. Open the triggers of every version; what is unknown about one makes a row of its own.
2. Gather acts and ends by key; keys with anything out of the ordinary are set aside for the plain evaluator.
3. Count the clocks of triggers and of acts.
4. Walk, and add what the walk does not need: marks of weakness, coverage.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heed.policy.calendars import Calendar
from heed.policy.coverage import Coverage
from heed.policy.law import Family, Law

from .acts import Acts, Anchors, acts_of, anchors_of, ends_of, shape_of
from .clocks import Maker
from .groups import NotRegular
from .openings import Reader, openings_of
from .plain import is_plain, plain_columns
from .prepare import Prepared
from .texts import Longs
from .triggers import buckets_of, triggers_of
from .units import Units
from .walk import LACKING
from .walked import walked_columns
from .weigh import cover, weigh, with_unknown


@dataclass
class Result:
    """The rows of one family as columns, and the units left to the plain evaluator."""

    family: Family
    units: Units
    columns: dict[str, Longs]
    joined: tuple[Longs, Longs]  # numbers of triggers in the order of groups, and (first, last) for each row
    odd: npt.NDArray[np.bool_]  # by unit


def evaluate_family(
    reader: Reader, calendar: Calendar, coverage: Coverage, settled: Sequence[dict[str, object]], *, fast: bool = True
) -> Result:
    """Return every duty of a family on the keys that are regular; not `fast`, plain responses are walked too."""
    laws = reader.family.laws
    regular(reader.family)
    opened = [part for place in range(len(laws)) for part in openings_of(reader, place)]
    units = Units(sorted(reader.family.roles), [part.keys for part in opened], len(reader.prepared.canonical))
    maker, shape = Maker(reader, calendar, units), shape_of(laws)
    triggers, odd = triggers_of(maker, opened, shape)
    buckets = buckets_of(triggers, units, with_addressee=any("addressee" in law.clause.match for law in laws))
    acts, strange = acts_of(maker, laws, shape, buckets)
    odd[list(strange)] = True
    anchors = anchors_of(maker, laws, acts)
    _of_unknown_age(odd, maker, laws, acts, anchors)
    _settled(odd, units, reader.prepared, settled)
    if bool(odd.any()):
        triggers = triggers.kept(~odd[triggers["unit"]])
    sure, unknown = triggers.kept(triggers["missing"] < 0), triggers["missing"] >= 0
    if fast and is_plain(laws, shape):
        columns = plain_columns(sure, acts, shape, reader.prepared.horizon)
    else:
        columns = walked_columns(maker, sure, acts, anchors, ends_of(maker, laws, buckets), shape)
    weigh(columns, laws, acts, calendar)
    number = sure["n"]
    if bool(unknown.any()):
        columns = with_unknown(columns, triggers.kept(unknown), len(sure))
        number = np.concatenate((number, triggers.kept(unknown)["n"]))
    cover(columns, laws, coverage, reader)
    return Result(reader.family, units, columns, (number, np.stack((columns["first"], columns["last"]))), odd)


def regular(family: Family) -> None:
    """Refuse what the walk does not do; the family is then judged key by key."""
    if family.takeovers or any(law.clause.convert for law in family.laws):
        raise NotRegular("duties taken over by another version")
    if len({(tuple(sorted(law.clause.match)), law.clause.for_each) for law in family.laws}) > 1:
        raise NotRegular("versions on different keys")
    for law in family.laws:
        if law.clause.repeat and law.clause.again == "each":
            raise NotRegular("a repeating clause that opens several chains")
        begins = [other.begins for other in family.laws]
        if len(set(begins)) < len(begins):
            raise NotRegular("versions of one day")


def _of_unknown_age(
    odd: npt.NDArray[np.bool_], maker: Maker, laws: Sequence[Law], acts: Acts, anchors: Anchors
) -> None:
    """Set aside the keys with an act of which it cannot be known how long it stays current (C10)."""
    limits = np.cumsum([0, *(len(law.clause.within) for law in laws)])
    for place, law in enumerate(laws):
        if law.clause.early == "current" and len(acts.l):
            limit = min(limits[place] + law.clause.repeat, limits[place + 1] - 1)
            odd[maker.units.of(acts.keys)[anchors.forms[limit] == LACKING]] = True


def _settled(
    odd: npt.NDArray[np.bool_], units: Units, prepared: Prepared, settled: Sequence[dict[str, object]]
) -> None:
    """Set aside the keys that a waiver or suspension names."""
    for key in settled:
        codes = {}
        for role in units.roles:
            text = prepared.known.one(str(key.get(role, "")))
            text = prepared.known.roots.get(text, text)
            code = int(text) if role == "trigger" and text.isdigit() else prepared.texts.code(text)
            codes[role] = np.array([code], np.int64)
        if all(column[0] < len(prepared.canonical) for role, column in codes.items() if role != "trigger"):
            odd[units.of(codes)] = True
