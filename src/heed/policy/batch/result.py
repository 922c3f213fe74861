"""The rows of a family as duties, or as an Arrow table where there are many."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from heed.policy.duty import ENDS, Duty

from .clauses import Result
from .masks import Names
from .openings import NO_ONE
from .texts import Longs, Texts
from .walk import NONE, OPEN
from .weigh import why_text

LATENESS = ("no", "yes", "undecided", "no_limit")


def duties_of(result: Result, texts: Texts, names: Names) -> Iterator[Duty]:
    """Yield the rows of a family as duties."""
    columns = {name: column.tolist() for name, column in result.columns.items()}
    keys = {role: _texts(values, role, texts) for role, values in result.units.keys(result.columns["unit"]).items()}
    numbers = result.joined[0].tolist()
    for row in range(len(columns["unit"])):
        yield _duty(result, columns, keys, numbers, row, texts, names)


def _texts(values: Longs, role: str, texts: Texts) -> list[str]:
    if role == "trigger":
        return [str(value) for value in values.tolist()]
    distinct, inverse = np.unique(values, return_inverse=True)
    words = [texts.text(int(code)) for code in distinct]
    return [words[place] for place in inverse]


def _duty(
    result: Result,
    columns: dict[str, list[int]],
    keys: dict[str, list[str]],
    numbers: list[int],
    row: int,
    texts: Texts,
    names: Names,
) -> Duty:
    at = {name: column[row] for name, column in columns.items()}
    clause = result.family.laws[at["version"]].clause
    key = tuple((role, words[row]) for role, words in sorted(keys.items()))
    addressee = None if at["addressee"] == NO_ONE else texts.text(at["addressee"])
    triggers = [n for n in numbers[at["first"] : at["last"] + 1] if n >= 0]
    duty = Duty(clause.id, clause.version, key, addressee, _or_none(at["anchor"]), triggers)
    duty.from_, duty.due = _time(at["from"]), _time(at["due"])
    duty.end, duty.lateness = ENDS[at["end"]], LATENESS[at["lateness"]]
    if at["end"] != OPEN:
        duty.ended_at, duty.ended_by = at["ended_at"], _or_none(at["ended_by"])
    duty.testable = why_text(at["why"], at["censored"], names) if at["why"] else None
    marks = {"recorded_late": at["late_record"], "state_tie": at["tie"]}
    duty.weak = [name for name, set_ in marks.items() if set_]
    duty.owner, duty.occurrence = clause.owner, at["occurrence"] + 1
    duty.agency = texts.text(at["agency"])
    return duty


def _or_none(number: int) -> int | None:
    return None if number < 0 else number


def _time(second: int) -> int | None:
    return None if second == NONE else second


def table_of(results: Sequence[Result], texts: Texts, names: Names) -> Any:
    """Return the rows of many families as one Arrow table: instants as timestamps, texts as dictionaries."""
    import pyarrow as pa

    tables = [_table(result, texts, names) for result in results if len(result.columns["unit"])]
    return pa.concat_tables(tables) if tables else None


def _table(result: Result, texts: Texts, names: Names) -> Any:
    import pyarrow as pa

    columns, size = result.columns, len(result.columns["unit"])
    words = texts.arrow()
    laws = [law.clause for law in result.family.laws]
    versions = pa.array([clause.version for clause in laws])
    arrays = {
        "clause": pa.DictionaryArray.from_arrays(np.zeros(size, np.int32), pa.array([result.family.id])),
        "version": pa.DictionaryArray.from_arrays(columns["version"].astype(np.int32), versions),
        "key": _key_column(result, words),
        "addressee": _coded(columns["addressee"], words),
        "anchor": _number(columns["anchor"]),
        "from": _instants(columns["from"], NONE),
        "due": _instants(columns["due"], NONE),
        "end": pa.DictionaryArray.from_arrays(columns["end"].astype(np.int32), pa.array(ENDS)),
        "ended_at": _instants(np.where(columns["end"] == OPEN, NONE, columns["ended_at"]), NONE),
        "ended_by": _number(np.where(columns["end"] == OPEN, -1, columns["ended_by"])),
        "lateness": pa.DictionaryArray.from_arrays(columns["lateness"].astype(np.int32), pa.array(LATENESS)),
        "testable": _whys(columns, names),
    }
    return pa.table({name: _plain(array) for name, array in arrays.items()})


def _plain(array: Any) -> Any:
    import pyarrow as pa

    if isinstance(array, pa.DictionaryArray):
        return array.cast(pa.dictionary(pa.int32(), pa.large_string()))
    return array


def _key_column(result: Result, words: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = []
    for role, values in sorted(result.units.keys(result.columns["unit"]).items()):
        texts = pa.array(values).cast(pa.large_string()) if role == "trigger" else words.take(pa.array(values))
        parts.append(texts if len(result.units.roles) == 1 else pc.binary_join_element_wise(role, texts, "="))
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, ",")


def _coded(values: Longs, words: Any) -> Any:
    import pyarrow as pa

    return words.take(pa.array(np.maximum(values, 0), mask=values < 0))


def _number(values: Longs) -> Any:
    import pyarrow as pa

    return pa.array(values, mask=values < 0)


def _instants(values: Longs, none: int) -> Any:
    import pyarrow as pa

    return pa.array(values, mask=values == none).cast(pa.timestamp("s", "UTC"))


def _whys(columns: dict[str, Longs], names: Names) -> Any:
    import pyarrow as pa

    pair = np.stack((columns["why"], columns["censored"]))
    distinct, inverse = np.unique(pair, axis=1, return_inverse=True)
    words = [why_text(int(why), int(at), names) if why else "" for why, at in distinct.T]
    return pa.DictionaryArray.from_arrays(inverse.ravel().astype(np.int32), pa.array(words, pa.large_string()))
