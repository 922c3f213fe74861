"""The rows of a family as duties, or as Arrow tables in a Parquet file where there are many."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heed.policy.duty import ENDS, Duty

from .clauses import Result
from .masks import Names
from .openings import NO_ONE
from .texts import Longs, Texts
from .walk import NONE, OPEN
from .weigh import CENSORED, why_text

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


class Written:
    """A Parquet file that the rows of families are written to as they come, by a thread; texts are of one extract."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self.words: Any = None
        self.file: Any = None
        self.pool = ThreadPoolExecutor(1)
        self.waiting: Future[None] | None = None

    def add(self, result: Result, texts: Texts, names: Names) -> None:
        """Write the rows of one family, while the caller judges the next: not more than one waits."""
        self.words = self.words if self.words is not None else texts.arrow()
        table = _table(result, self.words, names)
        self._wait()
        if table.num_rows:
            self.waiting = self.pool.submit(self._write, table)

    def _write(self, table: Any) -> None:
        """Write rows: only what has few values as a dictionary, compressed lightly, no least and greatest noted."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
        options: dict[str, Any] = {"use_dictionary": coded, "compression": "lz4", "write_statistics": False}
        self.file = self.file or pq.ParquetWriter(self.path, table.schema, **options)
        self.file.write_table(table)
        self.rows += table.num_rows

    def _wait(self) -> None:
        if self.waiting is not None:
            self.waiting.result()
        self.waiting = None

    def close(self) -> None:
        """Finish the file, where there was a row."""
        self._wait()
        self.pool.shutdown()
        if self.file is not None:
            self.file.close()


def _table(result: Result, words: Any, names: Names) -> Any:
    import pyarrow as pa

    columns, size = result.columns, len(result.columns["unit"])
    laws = [law.clause for law in result.family.laws]
    still = columns["end"] == OPEN
    arrays = {
        "clause": _named(np.zeros(size, np.int32), [result.family.id]),
        "version": _named(columns["version"], [clause.version for clause in laws]),
        "key": _key_column(result, words),
        "addressee": _coded(columns["addressee"], words),
        "anchor": _number(columns["anchor"], columns["anchor"] < 0),
        "from": _instants(columns["from"], columns["from"] == NONE),
        "due": _instants(columns["due"], columns["due"] == NONE),
        "end": _named(columns["end"], ENDS),
        "ended_at": _instants(columns["ended_at"], still),
        "ended_by": _number(columns["ended_by"], still | (columns["ended_by"] < 0)),
        "lateness": _named(columns["lateness"], LATENESS),
        "testable": _whys(columns, names),
    }
    return pa.table(arrays)


def _named(places: Longs, words: Sequence[str]) -> Any:
    """Return a column of few texts."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(places.astype(np.int32), pa.array(words, pa.large_string()))


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

    if bool((values < 0).all()):
        return pa.nulls(len(values), pa.large_string())
    return words.take(pa.array(np.maximum(values, 0), mask=values < 0))


def _number(values: Longs, null: npt.NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    return pa.array(values, mask=null if bool(null.any()) else None)


def _instants(values: Longs, null: npt.NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    return _number(values * 1000, null).cast(pa.timestamp("ms", "UTC"))  # a Parquet file knows no whole seconds


def _whys(columns: dict[str, Longs], names: Names) -> Any:
    why = columns["why"]
    if not bool(why.any()):
        return _named(np.zeros(len(why), np.int32), [""])
    # One number for each reason; instants of the years that Heed knows lie well within 2⁴⁰ of zero.
    reason = np.where(why == CENSORED, columns["censored"] + 2**41, why)
    distinct, places = np.unique(reason, return_inverse=True)
    pairs = [(int(value), 0) if value < 2**40 else (CENSORED, int(value) - 2**41) for value in distinct]
    return _named(places, [why_text(code, at, names) if code else "" for code, at in pairs])
