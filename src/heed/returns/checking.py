"""The check that turns a block of text into clean columns, rejects and doubts."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from heed.lib.errors import HeedError

from .columns import Column, Settled, Style, settle
from .delimited import Block
from .grid import prove, suspects
from .opening import Source
from .rows import Doubt, Reject, Value, letters
from .tables import Key, Known, Table, Taken, doubt, keep_good

# A file is refused when more than this share of its spans (and at least so many) end before they start.
SWAPPED, FEWEST = 0.5, 10
# Why a row is refused, by its position: the column, the value, the reason.
Bad = dict[int, tuple[str, str, str]]


def check(block: Block, table: Table, places: dict[str, int], source: Source, known: Known) -> Taken:
    """Check a block of one table.

    1. Clean each column the file has, at once where it is proven clean; the rest are blank.
    2. Refuse rows that are ragged, lack what is needed, or hold a date that cannot be read.
    3. Refuse a row that repeats an earlier one word for word; doubt one that only shares its key.
    4. Doubt what is out of order, out of the code list, or computed by a formula.
    """
    cells = {name: letters(at) for name, at in places.items()}
    taken = Taken(source, table, block.sheet, block.lines, {}, cells)
    bad: Bad = {}
    for column in table.columns:
        if column.name in places:
            take_column(taken, block, column, places[column.name], known, bad)
        else:
            taken.columns[column.name] = [None] * len(block.lines)
    repeated_rows(taken, known, bad)
    taken.rejects += [ragged_reject(taken, block.header, line, row) for line, row in block.ragged]
    taken.rejects += rejects_of(taken, block, places, bad)
    keep_good(taken, bad)
    out_of_order(taken, known)
    formulas(taken, block)
    return taken


def take_column(taken: Taken, block: Block, column: Column, place: int, known: Known, bad: Bad) -> None:
    """Clean one column: at once where it is proven clean, else text by text, noting what spoils a row."""
    style = known.styles.get(column.name) or Style(from_1904=block.from_1904, in_workbook=block.in_workbook)
    if block.grid and (proven := prove(column, block.grid, place, style)):
        taken.columns[column.name], numbers = proven
        if numbers is not None:
            taken.numbers[column.name] = numbers
        taken.doubts += blanks(taken, column, block.grid.blanks(place) if column.expected else [])
        return
    texts = block.columns[place]
    settled = settle(column, texts, style, known.values_of(column, style))
    taken.columns[column.name] = settled.values
    spoiled_rows(column, texts, settled, bad)
    taken.doubts += doubts_of(taken, column.name, texts, settled.doubted)
    if column.expected:
        taken.doubts += blanks(taken, column, [at for at, value in enumerate(settled.values) if value is None])


def spoiled_rows(column: Column, texts: list[str], settled: Settled, bad: Bad) -> None:
    """Note the rows that this column spoils: by position, the column, its value and the reason."""
    if settled.refused:
        for at, text in enumerate(texts):
            if text in settled.refused:
                bad.setdefault(at, (column.name, text, settled.refused[text]))
    if column.needed and None in settled.values:
        for at, value in enumerate(settled.values):
            if value is None:
                bad.setdefault(at, (column.name, texts[at], "this may not be blank"))


def blanks(taken: Taken, column: Column, rows: Sequence[int]) -> list[Doubt]:
    """Return a doubt about the rows that have no value where the standard demands one."""
    reason = "the standard demands a value here; it is not known"
    return [doubt(taken, taken.lines[rows[0]], column.name, "", reason, len(rows))] if len(rows) else []


def doubts_of(taken: Taken, column: str, texts: list[str], doubted: dict[str, str]) -> list[Doubt]:
    """Return one doubt for each doubtful value of a column, with its first line and how often it stands."""
    if not doubted:
        return []
    first: dict[str, int] = {}
    count: dict[str, int] = {}
    for line, text in zip(taken.lines, texts, strict=True):
        if text in doubted:
            first.setdefault(text, line)
            count[text] = count.get(text, 0) + 1
    return [doubt(taken, line, column, text, doubted[text], count[text]) for text, line in first.items()]


def repeated_rows(taken: Taken, known: Known, bad: Bad) -> None:
    """Refuse a row that stands a second time word for word; doubt a row whose key another row has.

    A block whose keys all differ waits until another block of its table comes; most never do.
    """
    table = taken.table
    if not table.key or not len(taken.lines):
        return
    if table.name in known.keys or table.name in known.waiting:
        repeats_of_earlier(taken, known, bad)
        return
    if all(name in taken.numbers for name in table.key):
        repeats_within(taken, suspects([taken.numbers[name] for name in table.key]), bad)
    else:
        parts = [taken.columns[name] for name in table.key]
        distinct = set(parts[0]) if len(parts) == 1 else set(zip(*parts, strict=True))
        if len(distinct) < len(taken.lines):
            repeats_within(taken, range(len(taken.lines)), bad)
    known.waiting[table.name] = (taken.lines, taken.columns)


def keys_of(table: Table, columns: dict[str, Sequence[Value]]) -> Iterator[Key]:
    """Yield the key of each row."""
    return zip(*(columns[name] for name in table.key), strict=True)


def repeats_within(taken: Taken, rows: Iterable[int], bad: Bad) -> None:
    """Look for repeats among some rows of one block."""
    first: dict[Key, int] = {}
    columns = list(taken.columns.values())
    for at in rows:
        key = tuple(taken.columns[name][at] for name in taken.table.key)
        before = first.setdefault(key, at)
        if before != at and at not in bad:
            is_whole = all(values[at] == values[before] for values in columns)
            repeated_row(taken, at, key, taken.lines[before], is_whole, bad)


def repeats_of_earlier(taken: Taken, known: Known, bad: Bad) -> None:
    """Look for repeats of rows that came in earlier blocks."""
    seen = known.keys.setdefault(taken.table.name, {})
    if taken.table.name in known.waiting:
        lines, columns = known.waiting.pop(taken.table.name)
        for key, line, row in zip(
            keys_of(taken.table, columns), lines, zip(*columns.values(), strict=True), strict=True
        ):
            seen.setdefault(key, (line, hash(row)))
    keys = keys_of(taken.table, taken.columns)
    for at, (key, row) in enumerate(zip(keys, zip(*taken.columns.values(), strict=True), strict=True)):
        line, whole = seen.setdefault(key, (taken.lines[at], hash(row)))
        if line != taken.lines[at] and at not in bad:
            repeated_row(taken, at, key, line, whole == hash(row), bad)


def repeated_row(taken: Taken, at: int, key: Key, line: int, is_whole: bool, bad: Bad) -> None:
    """Refuse or doubt one row whose key stood before."""
    name, shown = " and ".join(taken.table.key), ", ".join(str(part)[:100] for part in key)
    if is_whole:
        bad[at] = (taken.table.key[0], shown, f"the row repeats line {line} word for word")
    else:
        taken.doubts.append(doubt(taken, taken.lines[at], name, shown, f"line {line} has the same {name}"))


def rejects_of(taken: Taken, block: Block, places: dict[str, int], bad: Bad) -> Iterator[Reject]:
    """Yield a reject for each spoiled row that is not blank altogether."""
    source = taken.source
    for at, (column, value, reason) in sorted(bad.items()):
        row = {name: block.cell(at, place) for name, place in places.items()}
        if any(text.strip() for text in row.values()):
            where = (source.name, source.digest, taken.sheet, taken.lines[at], taken.table.name)
            yield Reject(*where, column, value, reason, row)


def ragged_reject(taken: Taken, header: list[str], line: int, row: list[str]) -> Reject:
    """Return the reject for a row of another width than the first line's."""
    reason = f"the row has {len(row)} values where the first line names {len(header)} columns"
    padded = row + [""] * (len(header) - len(row))
    kept = dict(zip(header, padded, strict=False)) | ({"": ",".join(row[len(header) :])} if row[len(header) :] else {})
    where = (taken.source.name, taken.source.digest, taken.sheet, line, taken.table.name)
    return Reject(*where, "", ",".join(row)[:200], reason, kept)


def out_of_order(taken: Taken, known: Known) -> None:
    """Doubt rows whose end lies before their start; refuse the file where most of its first block is so."""
    is_first = taken.table.name not in known.started
    known.started.add(taken.table.name)
    for start, end in taken.table.ordered:
        wrong = reversed_spans(taken, start, end)
        if is_first and len(wrong) >= FEWEST:
            refuse_swapped(taken, start, end, len(wrong))
        for at in wrong:
            first, last = str(taken.columns[start][at]), str(taken.columns[end][at])
            if last[:10] < first[:10]:
                taken.doubts.append(doubt(taken, taken.lines[at], end, last, f"this is before {start} ({first})"))


def reversed_spans(taken: Taken, start: str, end: str) -> list[int]:
    """Return the rows whose end lies before their start, as written."""
    if start in taken.numbers and end in taken.numbers:
        first, last = taken.numbers[start], taken.numbers[end]
        return np.flatnonzero((first > 0) & (last > 0) & (last < first)).tolist()
    spans = enumerate(zip(taken.columns[start], taken.columns[end], strict=True))
    return [at for at, (one, two) in spans if one and two and two < one]  # type: ignore[operator]


def refuse_swapped(taken: Taken, start: str, end: str, wrong: int) -> None:
    """Refuse a file in most rows of which the end lies before the start."""
    both = sum(1 for pair in zip(taken.columns[start], taken.columns[end], strict=True) if all(pair))
    if wrong > SWAPPED * both:
        raise HeedError(f"{taken.source.name}: in most rows {end} lies before {start}; the two columns look swapped.")


def formulas(taken: Taken, block: Block) -> None:
    """Doubt cells that hold a formula: what was taken is the value that somebody's spreadsheet last computed."""
    if block.formulas:
        cell, text = next(iter(block.formulas.items()))
        reason = "the cell holds a formula; its last computed value was taken, the formula was not run"
        line = int("".join(filter(str.isdigit, cell)) or 0)
        taken.doubts.append(doubt(taken, line, cell, f"={text}"[:200], reason, len(block.formulas)))
