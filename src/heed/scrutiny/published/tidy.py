"""One row per published cell: where it stands, what it says, and between which numbers the truth lies.

1. `cells_of` turns a sheet's rows into cells. 2. `typed` reads each cell as a number, a symbol or neither.
3. `rounded` widens what the Department rounds. 4. `hidden` bounds what it hides by the totals beside it.
"""

import polars as pl

from .reading import Sheet
from .rows import Key, Reject, placed_rows
from .symbols import LARGEST_PRIMARY, ROUNDED_TO, SMALLEST_HIDDEN, SYMBOLS, Kind
from .tables import BREAKDOWNS, META, Table, known_table, plain

NUMBER = r"^[0-9]{1,12}(\.[0-9]{1,6})?$"
# Columns that are not counts: their cells are rounded to the decimals printed, and do not add up.
NOT_A_COUNT = r"(?i)rate|percent|median"
KEY_COLUMNS = ("row", "year", "level", "code", "number", "name", "region", "region_name", "breakdown")
GROUP = ("column", "year", "region", "breakdown")


def tidy_sheet(sheet: Sheet, rejects: list[Reject]) -> pl.DataFrame:
    """Return every cell of one file, bounded; rows and cells that cannot be read go to `rejects`."""
    table = known_table(sheet.header)
    cells = typed(cells_of(sheet, rejects))
    for row, column, value in (
        cells.filter(pl.col("kind") == Kind.UNREADABLE).select("row", "column", "raw").iter_rows()
    ):
        rejects.append(
            Reject(sheet.name, row, column, value, "is neither a number nor one of the Department's symbols")
        )
    cells = hidden(rounded(cells), table)
    return cells.with_columns(file=pl.lit(sheet.name), table=pl.lit(table.key if table else ""))


def cells_of(sheet: Sheet, rejects: list[Reject]) -> pl.DataFrame:
    """Return one row per cell, as text."""
    keys: list[tuple[object, ...]] = []
    fields: list[list[str]] = []
    for number, key, row in placed_rows(sheet, rejects):
        keys.append((number, *(getattr(key, name) for name in Key.__slots__)))
        fields.append(row)
    values = [place for place, name in enumerate(sheet.header) if is_value(plain(name), [row[place] for row in fields])]
    frame = pl.DataFrame(keys, schema=schema(), orient="row")
    columns = {sheet.header[place].strip(): [row[place].strip() for row in fields] for place in values}
    wide = frame.with_columns(pl.Series(name, column, dtype=pl.String) for name, column in columns.items())
    long = wide.unpivot(on=list(columns), index=list(KEY_COLUMNS), variable_name="column", value_name="raw")
    names = {name: plain(name) for name in columns}
    return long.with_columns(measure=pl.col("column").replace_strict(names, return_dtype=pl.String))


def schema() -> dict[str, pl.DataType]:
    """Return the types of the key columns, for empty files too."""
    whole = ("row", "year")
    return {name: (pl.Int32() if name in whole else pl.String()) for name in KEY_COLUMNS}


def is_value(name: str, column: list[str]) -> bool:
    """Tell whether a column holds figures: it says neither where, when nor of what kind, and is not all words."""
    if name in META or name in BREAKDOWNS:
        return False
    said = {field.strip().lower() for field in column} - {""}
    return not said or any(field[0].isdigit() or field in SYMBOLS for field in said)


def typed(cells: pl.DataFrame) -> pl.DataFrame:
    """Add the kind and the number of each cell; what is neither number nor symbol is unreadable."""
    words = {symbol: str(kind) for symbol, kind in SYMBOLS.items()} | {"": str(Kind.MISSING)}
    sign = pl.col("raw").str.to_lowercase().replace_strict(words, default=str(Kind.UNREADABLE), return_dtype=pl.String)
    is_number = pl.col("raw").str.contains(NUMBER)
    return cells.with_columns(
        value=pl.when(is_number).then(pl.col("raw")).cast(pl.Float64),
        kind=pl.when(is_number).then(pl.lit(str(Kind.EXACT))).otherwise(sign),
        counts=~pl.col("column").str.contains(NOT_A_COUNT),
    )


def rounded(cells: pl.DataFrame) -> pl.DataFrame:
    """Add the bounds of every cell, before anything is said about hidden ones.

    Totals count as rounded to 10 only where the whole column of totals agrees: the population file is not rounded.
    """
    is_total = pl.col("level") != "council"
    decimals = pl.col("raw").str.extract(r"\.([0-9]+)$").str.len_chars().fill_null(0).max().over("column")
    tens = ((pl.col("value") % ROUNDED_TO == 0) | ~is_total).fill_null(True).all().over("column")
    half = (
        pl.when(~pl.col("counts"))
        .then(pl.lit(0.5) / pl.lit(10.0).pow(decimals))
        .when(is_total & tens)
        .then(ROUNDED_TO / 2)
        .otherwise(0.0)
    )
    tiny = pl.col("raw").str.to_lowercase().is_in(["k", "low"])
    lowest = pl.when(pl.col("counts") & (pl.col("kind") == Kind.SUPPRESSED)).then(float(SMALLEST_HIDDEN)).otherwise(0.0)
    highest = pl.when(tiny).then(pl.col("half")).otherwise(float("inf"))
    return (
        cells.with_columns(half=half)
        .with_columns(
            low=pl.when(pl.col("value").is_null()).then(lowest).otherwise((pl.col("value") - pl.col("half")).clip(0)),
            high=pl.when(pl.col("value").is_null()).then(highest).otherwise(pl.col("value") + pl.col("half")),
            kind=pl.when(pl.col("value").is_not_null() & (pl.col("half") > 0))
            .then(pl.lit(str(Kind.ROUNDED)))
            .otherwise(pl.col("kind")),
        )
        .drop("half")
    )


def hidden(cells: pl.DataFrame, table: Table | None) -> pl.DataFrame:
    """Bound hidden counts above by their region's total and by the whole of their own row.

    The Department also hides figures above 5 so that small ones cannot be worked out, so `c` is not always 1 to 5.
    We widen beyond 5 where the totals allow it and never narrow below 5: nothing hidden is worked out here.
    """
    ceiling = pl.min_horizontal(region_room(), row_room(table))
    is_hidden = (pl.col("kind") == Kind.SUPPRESSED) & pl.col("counts")
    with_totals = cells.join(region_totals(cells), on=list(GROUP), how="left")
    return with_totals.with_columns(
        high=pl.when(is_hidden & (pl.col("level") == "council"))
        .then(pl.max_horizontal(ceiling, pl.lit(float(LARGEST_PRIMARY))))
        .otherwise(pl.col("high"))
    ).drop("region_high")


def region_totals(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the largest value each region's total can have, by column, year and breakdown."""
    regions = cells.filter(pl.col("level") == "region")
    return regions.group_by(GROUP).agg(region_high=pl.col("high").max())


def region_room() -> pl.Expr:
    """What a council's hidden count can be at most, given its region's total and what its neighbours must have."""
    councils = pl.when(pl.col("level") == "council").then(pl.col("low")).otherwise(0.0)
    neighbours = councils.sum().over(GROUP) - pl.col("low")
    return pl.col("region_high").fill_null(float("inf")) - neighbours


def row_room(table: Table | None) -> pl.Expr:
    """What a hidden count can be at most, given the whole of its own row and the other parts of it."""
    if table is None or not table.whole:
        return pl.lit(float("inf"))
    whole = pl.col("high").filter(pl.col("measure") == table.whole).max().over("row").fill_null(float("inf"))
    if not table.parts:
        return pl.when(pl.col("measure") == table.whole).then(float("inf")).otherwise(whole)
    is_part = pl.col("measure").is_in(list(table.parts))
    others = pl.when(is_part).then(pl.col("low")).otherwise(0.0).sum().over("row") - pl.col("low")
    return pl.when(is_part).then(whole - others).otherwise(float("inf"))
