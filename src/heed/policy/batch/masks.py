"""Conditions over whole columns, with three outcomes: false, true, or unknown for want of a named field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heed.policy.conditions import rank
from heed.policy.times import claimed
from heed.policy.words import Instant, Ref, Test

from .groups import NotRegular, codes_in_slot
from .prepare import Prepared, several
from .scan import NO_TIME
from .states import ABSENT
from .table import Table
from .texts import MANY, MISSING, Codes, Longs, Texts

FALSE, TRUE, UNKNOWN = 0, 1, 2
Bytes8 = npt.NDArray[np.int8]


class Names:
    """Names of fields as small numbers, for the columns that say what is missing."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def number(self, name: str) -> int:
        """Return the number of a name."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


@dataclass
class Truths:
    """An outcome for each row, and the field that is missing where it is unknown (-1 elsewhere)."""

    truth: Bytes8
    missing: npt.NDArray[np.int16]

    @classmethod
    def of(cls, truth: npt.NDArray[np.bool_]) -> "Truths":
        """Return outcomes that are all known."""
        return cls(truth.astype(np.int8), np.full(len(truth), -1, np.int16))

    def unknown(self, where: npt.NDArray[np.bool_], name: int) -> "Truths":
        """Return the outcomes with some rows made unknown."""
        return Truths(np.where(where, UNKNOWN, self.truth).astype(np.int8), np.where(where, name, self.missing))

    def taken(self, rows: Longs) -> "Truths":
        """Return some rows."""
        return Truths(self.truth[rows], self.missing[rows])


def all_of(parts: Sequence[Truths], size: int) -> Truths:
    """Return false where any is false, else the first that is missing, else true."""
    found = Truths.of(np.ones(size, np.bool_))
    for part in parts:
        false = (found.truth == FALSE) | (part.truth == FALSE)
        first = (found.truth == UNKNOWN) | (part.truth != UNKNOWN)
        truth = np.where(false, FALSE, np.maximum(found.truth, part.truth)).astype(np.int8)
        found = Truths(truth, np.where(first, found.missing, part.missing).astype(np.int16))
    return found


Right = Callable[[Test], tuple[Codes, npt.NDArray[np.bool_]]]


def literal_test(prepared: Prepared, table: Table, test: Test, names: Names) -> Truths:
    """Return one condition of a `where` whose right side is written in the pack."""
    if isinstance(test.right, Ref):
        raise NotRegular(f"{test.left} is compared with {test.right}")
    if test.op in ("before", "after"):
        return _times(seconds_of(prepared, table, test.left), test, names)
    codes = codes_in_slot(table, test.left)
    if test.op == "present":
        found = Truths.of((codes != MISSING) == bool(test.right))
        return found.unknown(table.erased, names.number(test.left)) if test.left in table.names else found
    found = Truths.of(_compare(prepared, table, test, codes))
    missing = codes == MISSING
    if test.op in ("below", "above"):
        missing = missing | (found.truth == UNKNOWN)
        found = ranked(codes, test, prepared.texts, names)
    return found.unknown(missing, names.number(test.left)) if bool(missing.any()) else found


def _compare(prepared: Prepared, table: Table, test: Test, codes: Codes) -> npt.NDArray[np.bool_]:
    rights = [test.right] if isinstance(test.right, str) else list(test.right) if isinstance(test.right, tuple) else []
    wanted = [prepared.texts.code(text) for text in rights]
    if test.op == "has_all":
        met = np.array([False]) if len(set(wanted)) > 1 else None
        found = np.zeros(len(codes), np.bool_) if met is not None else codes == wanted[0]
    else:
        found = codes == wanted[0] if len(wanted) == 1 else np.isin(codes, wanted)
    if bool(np.any(codes == MANY)) and test.left in table.names:
        for row, members in several(table, table.names.index(test.left)).items():
            found[row] = set(wanted) <= set(members) if test.op == "has_all" else bool(set(wanted) & set(members))
    return ~found if test.op == "not" else found


def ranked(codes: Codes, test: Test, texts: Texts, names: Names, right: Codes | None = None) -> Truths:
    """Return `below` or `above` by the order of codes or as numbers, against a text or a column of codes."""
    against = np.full(len(codes), texts.code(str(test.right)), np.int32) if right is None else right
    values = np.unique(np.concatenate((codes, against)))
    places = [rank(texts.text(int(code)), test.order) if code >= 0 else None for code in values]
    order = {place: at for at, place in enumerate(sorted({place for place in places if place is not None}))}
    of_value = np.array([-1 if place is None else order[place] for place in places] or [-1], np.int64)
    left, other = of_value[np.searchsorted(values, codes)], of_value[np.searchsorted(values, against)]
    found = Truths.of(left < other if test.op == "below" else left > other)
    found = found.unknown(other < 0, names.number(str(test.right)))
    return found.unknown(left < 0, names.number(test.left))


def seconds_of(prepared: Prepared, table: Table, name: str) -> Longs:
    """Return the end of the span that a field names, NO_TIME where there is none."""
    if name == "recorded_at":
        return table.columns["recorded"]
    if name == "occurred_at":
        return table.columns["l"]
    return span_columns(prepared, codes_in_slot(table, name))[1]


def span_columns(prepared: Prepared, codes: Codes) -> tuple[Longs, Longs]:
    """Return the spans that texts name, NO_TIME where one names none."""
    values, inverse = np.unique(codes, return_inverse=True)
    spans = [claimed(prepared.texts.text(int(code))) if code >= 0 else None for code in values]
    early = np.array([span.e if span else NO_TIME for span in spans] or [NO_TIME], np.int64)
    late = np.array([span.l if span else NO_TIME for span in spans] or [NO_TIME], np.int64)
    return early[inverse], late[inverse]


def _times(seconds: Longs, test: Test, names: Names) -> Truths:
    if not isinstance(test.right, Instant) or test.right.base != "date" or test.right.offset is not None:
        raise NotRegular(f"{test.left} is compared with {test.right}")
    at = test.right.fixed().l
    found = Truths.of(seconds < at if test.op == "before" else seconds > at)
    return found.unknown(seconds == NO_TIME, names.number(test.left))


def state_value_test(
    test: Test, values: Codes, keys: Longs, role: str, value_name: str | None, prepared: Prepared, names: Names
) -> Truths:
    """Return one condition on a state that was read for each row: its values, or whether it holds."""
    holds = values != ABSENT
    if test.op == "present":
        found = Truths.of(holds == bool(test.right))
        if value_name is not None:  # C2: set, but by an entry that lacks the value
            found = found.unknown(values == MISSING, names.number(value_name))
    elif value_name is None:
        if test.op not in ("eq", "not"):
            raise NotRegular(f"{test.left} {test.op}")
        found = Truths.of((holds == (test.right == "true")) == (test.op == "eq"))
    else:
        found = _value_test(test, values, value_name, prepared, names)
    return found.unknown(keys < 0, names.number(role))


def _value_test(test: Test, values: Codes, value_name: str, prepared: Prepared, names: Names) -> Truths:
    if bool(np.any(values == MANY)) or isinstance(test.right, (Ref, Instant)) or test.op == "has_all":
        raise NotRegular(f"{test.left} {test.op} {test.right}")
    if test.op in ("below", "above"):
        found = ranked(np.where(values < 0, MISSING, values).astype(np.int32), test, prepared.texts, names)
    else:
        rights = [test.right] if isinstance(test.right, str) else list(test.right)  # type: ignore[arg-type]
        met = np.isin(values, [prepared.texts.code(str(text)) for text in rights])
        found = Truths.of(~met if test.op == "not" else met)
    absent = values == ABSENT
    found = Truths(np.where(absent, test.op == "not", found.truth).astype(np.int8), np.where(absent, -1, found.missing))
    return found.unknown(values == MISSING, names.number(value_name))
